//! What the page writes about saved things, checked.

use postern_model::{
    Colour, ConnectionDraft, ConnectionEdit, ConnectionGoal, ConnectionId, DocumentName, GroupDraft, GroupId,
    Guard, PickRule, ProfileName, Region, SavedItem, SavedPlace, Target,
};

use crate::{
    contract::{
        ConnectionDraftView, ConnectionEditView, Environment, ErrorView, GroupDraftView, GuardView, NewText,
        PickRuleView, PlaceView, SavedItemView,
    },
    fields::{parse, parse_optional, parse_parameters, parse_policy},
};

pub(super) fn group_draft(draft: &GroupDraftView) -> Result<GroupDraft, ErrorView> {
    Ok(GroupDraft {
        name: draft.name.clone(),
        parent: group_id(draft.parent),
        profile: parse_optional("profile", ProfileName::parse, draft.profile.as_deref())?,
        region: parse_optional("region", Region::parse, draft.region.as_deref())?,
        document: parse_optional("document", DocumentName::parse, draft.document.as_deref())?,
        parameters: parse_parameters(&draft.parameters)?,
        encryption: parse_policy(draft.encryption.as_ref())?,
        colour: draft.colour.map(Into::into),
        guard: draft.guard.into(),
        description: draft.description.clone(),
    })
}

pub(super) fn connection_draft(draft: &ConnectionDraftView) -> Result<ConnectionDraft, ErrorView> {
    let goal = match &draft.query {
        None => ConnectionGoal::Target(parse("target", Target::parse, &draft.target)?),
        Some(query) => ConnectionGoal::Query {
            query: query.text.trim().to_owned(),
            pick: query.pick.into(),
        },
    };
    Ok(ConnectionDraft {
        name: draft.name.clone(),
        group: group_id(draft.group),
        goal,
        profile: parse_optional("profile", ProfileName::parse, draft.profile.as_deref())?,
        region: parse_optional("region", Region::parse, draft.region.as_deref())?,
        document: parse_optional("document", DocumentName::parse, draft.document.as_deref())?,
        parameters: parse_parameters(&draft.parameters)?,
        encryption: parse_policy(draft.encryption.as_ref())?,
        colour: draft.colour.map(Into::into),
        guard: draft.guard.into(),
        description: draft.description.clone(),
        tags: draft.tags.clone(),
    })
}

pub(super) fn connection_edit(edit: &ConnectionEditView) -> Result<ConnectionEdit, ErrorView> {
    let encryption = edit.encryption.as_ref();
    let encryption = encryption
        .map(|new| parse_policy(new.value.as_ref()))
        .transpose()?;
    Ok(ConnectionEdit {
        profile: written("profile", ProfileName::parse, edit.profile.as_ref())?,
        region: written("region", Region::parse, edit.region.as_ref())?,
        document: written("document", DocumentName::parse, edit.document.as_ref())?,
        encryption,
        colour: edit.colour.map(|new| new.value.map(Into::into)),
        guard: edit.guard.map(Into::into),
        add_tags: edit.add_tags.clone(),
        remove_tags: edit.remove_tags.clone(),
    })
}

#[allow(clippy::option_option)] // As the edit has it: "leave it" and "inherit it" are two things.
fn written<T>(
    field: &str,
    parse: impl Fn(&str) -> Result<T, postern_model::InvalidName>,
    new: Option<&NewText>,
) -> Result<Option<Option<T>>, ErrorView> {
    new.map(|new| parse_optional(field, parse, new.value.as_deref()))
        .transpose()
}

pub(super) fn group_id(id: Option<i32>) -> Option<GroupId> {
    id.map(|id| GroupId(i64::from(id)))
}

pub(super) fn saved_items(items: &[SavedItemView]) -> Vec<SavedItem> {
    items.iter().copied().map(Into::into).collect()
}

pub(super) fn place(place: &PlaceView) -> SavedPlace {
    SavedPlace {
        into: group_id(place.into),
        before: place.before.map(Into::into),
    }
}

impl From<SavedItemView> for SavedItem {
    fn from(item: SavedItemView) -> Self {
        match item {
            SavedItemView::Group { id } => Self::Group(GroupId(i64::from(id))),
            SavedItemView::Connection { id } => Self::Connection(ConnectionId(i64::from(id))),
        }
    }
}

impl From<GuardView> for Guard {
    fn from(guard: GuardView) -> Self {
        Self {
            read_only: guard.read_only,
            reason: guard.reason,
            paste: guard.paste,
        }
    }
}

impl From<PickRuleView> for PickRule {
    fn from(pick: PickRuleView) -> Self {
        match pick {
            PickRuleView::Newest => Self::Newest,
            PickRuleView::Healthiest => Self::Healthiest,
            PickRuleView::Ask => Self::Ask,
            PickRuleView::All => Self::All,
        }
    }
}

impl From<Environment> for Colour {
    fn from(environment: Environment) -> Self {
        match environment {
            Environment::Dev => Self::Dev,
            Environment::Stage => Self::Stage,
            Environment::Prod => Self::Prod,
            Environment::Data => Self::Data,
            Environment::Shared => Self::Shared,
            Environment::Edge => Self::Edge,
        }
    }
}
