//! Saved connections and groups as the page shows and writes them.

use postern_model::{
    Connection, ConnectionDraft, DocumentName, Group, GroupDraft, GroupId, Inherited, Origin, ProfileName,
    Region, Target,
};

use super::inherited::Effective;
use crate::{
    contract::{
        ConnectionDraftView, ConnectionView, ErrorView, GroupDraftView, GroupView, InheritedView, OriginView,
    },
    fields::{parameter_views, parse, parse_optional, parse_parameters, parse_policy},
    settings::Defaults,
};

pub(super) fn group_draft(draft: &GroupDraftView) -> Result<GroupDraft, ErrorView> {
    Ok(GroupDraft {
        name: draft.name.clone(),
        profile: parse_optional("profile", ProfileName::parse, draft.profile.as_deref())?,
        region: parse_optional("region", Region::parse, draft.region.as_deref())?,
        encryption: parse_policy(draft.encryption.as_ref())?,
        description: draft.description.clone(),
    })
}

pub(super) fn connection_draft(draft: &ConnectionDraftView) -> Result<ConnectionDraft, ErrorView> {
    Ok(ConnectionDraft {
        name: draft.name.clone(),
        group: draft.group.map(|group| GroupId(i64::from(group))),
        target: parse("target", Target::parse, &draft.target)?,
        profile: parse_optional("profile", ProfileName::parse, draft.profile.as_deref())?,
        region: parse_optional("region", Region::parse, draft.region.as_deref())?,
        document: parse_optional("document", DocumentName::parse, draft.document.as_deref())?,
        parameters: parse_parameters(&draft.parameters)?,
        encryption: parse_policy(draft.encryption.as_ref())?,
        description: draft.description.clone(),
        tags: draft.tags.clone(),
    })
}

/// The store counts from 1, so a number that the page cannot hold does not occur; such a group would not be shown.
pub(super) fn group_view(group: &Group) -> Option<GroupView> {
    let draft = &group.draft;
    Some(GroupView {
        id: i32::try_from(group.id.0).ok()?,
        draft: GroupDraftView {
            name: draft.name.clone(),
            profile: draft.profile.as_ref().map(ToString::to_string),
            region: draft.region.as_ref().map(ToString::to_string),
            encryption: draft.encryption.as_ref().map(Into::into),
            description: draft.description.clone(),
        },
        collapsed: group.collapsed,
    })
}

pub(super) fn connection_view(
    connection: &Connection,
    groups: &[Group],
    defaults: &Defaults,
) -> ConnectionView {
    let draft = &connection.draft;
    let effective = Effective::of(connection, groups, defaults);
    ConnectionView {
        id: i32::try_from(connection.id.0).unwrap_or(i32::MAX),
        draft: ConnectionDraftView {
            name: draft.name.clone(),
            group: draft.group.and_then(|group| i32::try_from(group.0).ok()),
            target: draft.target.to_string(),
            profile: draft.profile.as_ref().map(ToString::to_string),
            region: draft.region.as_ref().map(ToString::to_string),
            document: draft.document.as_ref().map(ToString::to_string),
            parameters: parameter_views(&draft.parameters),
            encryption: draft.encryption.as_ref().map(Into::into),
            description: draft.description.clone(),
            tags: draft.tags.clone(),
        },
        effective_profile: effective.profile.map(inherited_view),
        effective_region: effective.region.map(inherited_view),
        effective_encryption: effective.encryption.into(),
    }
}

fn inherited_view<T: ToString>(inherited: Inherited<T>) -> InheritedView {
    InheritedView {
        value: inherited.value.to_string(),
        origin: inherited.origin.into(),
    }
}

impl From<Origin> for OriginView {
    fn from(origin: Origin) -> Self {
        match origin {
            Origin::Connection => Self::Connection,
            Origin::Group => Self::Group,
            Origin::Default => Self::Default,
        }
    }
}
