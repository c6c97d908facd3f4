//! Saved connections and groups as the page shows them.

use postern_model::{
    Connection, ConnectionGoal, Defaults, EffectiveConnection, Group, GroupTree, Guard, PickRule, SavedItem,
};

use crate::{
    contract::{
        ConnectionDraftView, ConnectionView, GroupDraftView, GroupView, GuardView, NodeQueryView,
        PickRuleView, SavedItemView,
    },
    fields::parameter_views,
};

/// The store counts from 1, so a number that the page cannot hold does not occur; such a group would not be shown.
pub(crate) fn group_view(group: &Group, groups: &GroupTree<'_>, defaults: &Defaults) -> Option<GroupView> {
    let draft = &group.draft;
    Some(GroupView {
        id: i32::try_from(group.id.0).ok()?,
        draft: GroupDraftView {
            name: draft.name.clone(),
            parent: draft.parent.and_then(|parent| i32::try_from(parent.0).ok()),
            profile: draft.profile.as_ref().map(ToString::to_string),
            region: draft.region.as_ref().map(ToString::to_string),
            document: draft.document.as_ref().map(ToString::to_string),
            parameters: parameter_views(&draft.parameters),
            encryption: draft.encryption.as_ref().map(Into::into),
            colour: draft.colour.map(Into::into),
            guard: draft.guard.into(),
            description: draft.description.clone(),
        },
        collapsed: group.collapsed,
        inheritance: EffectiveConnection::within(Some(group.id), groups, defaults).into(),
    })
}

pub(crate) fn connection_view(
    connection: &Connection,
    groups: &GroupTree<'_>,
    defaults: &Defaults,
) -> ConnectionView {
    let draft = &connection.draft;
    let target = draft.goal.target().map(ToString::to_string);
    ConnectionView {
        id: i32::try_from(connection.id.0).unwrap_or(i32::MAX),
        draft: ConnectionDraftView {
            name: draft.name.clone(),
            group: draft.group.and_then(|group| i32::try_from(group.0).ok()),
            target: target.unwrap_or_default(),
            query: query_view(&draft.goal),
            profile: draft.profile.as_ref().map(ToString::to_string),
            region: draft.region.as_ref().map(ToString::to_string),
            document: draft.document.as_ref().map(ToString::to_string),
            parameters: parameter_views(&draft.parameters),
            encryption: draft.encryption.as_ref().map(Into::into),
            colour: draft.colour.map(Into::into),
            guard: draft.guard.into(),
            description: draft.description.clone(),
            tags: draft.tags.clone(),
        },
        inheritance: EffectiveConnection::of(draft, groups, defaults).into(),
    }
}

fn query_view(goal: &ConnectionGoal) -> Option<NodeQueryView> {
    match goal {
        ConnectionGoal::Target(_) => None,
        ConnectionGoal::Query { query, pick } => Some(NodeQueryView {
            text: query.clone(),
            pick: (*pick).into(),
        }),
    }
}

pub(super) fn item_views(items: &[SavedItem]) -> Vec<SavedItemView> {
    items.iter().filter_map(|item| item_view(*item)).collect()
}

fn item_view(item: SavedItem) -> Option<SavedItemView> {
    let number = |id: i64| i32::try_from(id).ok();
    Some(match item {
        SavedItem::Group(id) => SavedItemView::Group { id: number(id.0)? },
        SavedItem::Connection(id) => SavedItemView::Connection { id: number(id.0)? },
    })
}

impl From<Guard> for GuardView {
    fn from(guard: Guard) -> Self {
        Self {
            read_only: guard.read_only,
            reason: guard.reason,
            paste: guard.paste,
        }
    }
}

impl From<PickRule> for PickRuleView {
    fn from(pick: PickRule) -> Self {
        match pick {
            PickRule::Newest => Self::Newest,
            PickRule::Healthiest => Self::Healthiest,
            PickRule::Ask => Self::Ask,
            PickRule::All => Self::All,
        }
    }
}
