//! Saved connections and their groups.

use postern_model::{
    Connection, ConnectionDraft, ConnectionId, DocumentName, Group, GroupDraft, GroupId, Inherited, Origin,
    ProfileName, Region, Target, inherit,
};

use crate::{
    encryption::{inherited_policy, parse_policy},
    parameters::{parameter_views, parse_parameters},
    sessions::{Defaults, parse, parse_optional},
    view::{
        AppEvent, ConnectionDraftView, ConnectionView, ErrorView, GroupDraftView, GroupView, InheritedView,
        OriginView,
    },
    workspace::Workspace,
};

impl Workspace {
    /// All groups and connections, as they are kept.
    pub(crate) async fn saved(&self) -> Result<(Vec<Group>, Vec<Connection>), ErrorView> {
        self.in_store(|store| Ok((store.groups()?, store.connections()?)))
            .await
    }

    /// All groups and connections, with what they inherit.
    pub(crate) async fn connection_views(&self) -> Result<(Vec<GroupView>, Vec<ConnectionView>), ErrorView> {
        let (groups, connections) = self.saved().await?;
        let defaults = self.defaults();
        let views = connections
            .iter()
            .map(|connection| connection_view(connection, &groups, &defaults))
            .collect();
        Ok((groups.iter().filter_map(group_view).collect(), views))
    }

    pub(crate) async fn tell_connections(&self) -> Result<(), ErrorView> {
        let (groups, connections) = self.connection_views().await?;
        self.events
            .emit(AppEvent::ConnectionsChanged { groups, connections });
        Ok(())
    }

    /// Creates or changes a group.
    ///
    /// # Errors
    /// `empty-name`, `group-exists`, `unknown-group`, `bad-<field>`, and any of the store.
    pub(crate) async fn save_group(
        &self,
        id: Option<i32>,
        draft: &GroupDraftView,
    ) -> Result<GroupView, ErrorView> {
        let draft = group_draft(draft)?;
        let id = id.map(|id| GroupId(i64::from(id)));
        let group = self.in_store(move |store| store.save_group(id, &draft)).await?;
        self.tell_connections().await?;
        group_view(&group).ok_or_else(|| ErrorView::gone("group"))
    }

    /// Deletes a group; its connections move to the top level.
    ///
    /// # Errors
    /// `unknown-group`, and any of the store.
    pub(crate) async fn delete_group(&self, id: i32) -> Result<(), ErrorView> {
        self.in_store(move |store| store.delete_group(GroupId(i64::from(id))))
            .await?;
        self.tell_connections().await
    }

    /// Remembers whether the tree shows a group folded.
    ///
    /// # Errors
    /// `unknown-group`, and any of the store.
    pub(crate) async fn set_group_collapsed(&self, id: i32, collapsed: bool) -> Result<(), ErrorView> {
        self.in_store(move |store| store.set_group_collapsed(GroupId(i64::from(id)), collapsed))
            .await?;
        self.tell_connections().await
    }

    /// Creates or changes a connection.
    ///
    /// # Errors
    /// `empty-name`, `unknown-group`, `unknown-connection`, `bad-<field>`, and any of the store.
    pub(crate) async fn save_connection(
        &self,
        id: Option<i32>,
        draft: &ConnectionDraftView,
    ) -> Result<ConnectionView, ErrorView> {
        let draft = connection_draft(draft)?;
        let id = id.map(|id| ConnectionId(i64::from(id)));
        let connection = self
            .in_store(move |store| store.save_connection(id, &draft))
            .await?;
        self.tell_connections().await?;
        let (groups, _) = self.saved().await?;
        Ok(connection_view(&connection, &groups, &self.defaults()))
    }

    /// Deletes a connection.
    ///
    /// # Errors
    /// `unknown-connection`, and any of the store.
    pub(crate) async fn delete_connection(&self, id: i32) -> Result<(), ErrorView> {
        self.in_store(move |store| store.delete_connection(ConnectionId(i64::from(id))))
            .await?;
        self.tell_connections().await
    }
}

/// The group that a connection belongs to.
pub(crate) fn group_of<'a>(connection: &Connection, groups: &'a [Group]) -> Option<&'a Group> {
    groups
        .iter()
        .find(|group| Some(group.id) == connection.draft.group)
}

fn group_draft(draft: &GroupDraftView) -> Result<GroupDraft, ErrorView> {
    Ok(GroupDraft {
        name: draft.name.clone(),
        profile: parse_optional("profile", ProfileName::parse, draft.profile.as_deref())?,
        region: parse_optional("region", Region::parse, draft.region.as_deref())?,
        encryption: parse_policy(draft.encryption.as_ref())?,
        description: draft.description.clone(),
    })
}

fn connection_draft(draft: &ConnectionDraftView) -> Result<ConnectionDraft, ErrorView> {
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
fn group_view(group: &Group) -> Option<GroupView> {
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

fn connection_view(connection: &Connection, groups: &[Group], defaults: &Defaults) -> ConnectionView {
    let draft = &connection.draft;
    let group = group_of(connection, groups);
    let encryption = inherited_policy(draft.encryption.as_ref(), group);
    let group = group.map(|group| &group.draft);
    let profile = inherit(
        draft.profile.clone(),
        group.and_then(|g| g.profile.clone()),
        defaults.profile.clone(),
    );
    let region = inherit(
        draft.region.clone(),
        group.and_then(|g| g.region.clone()),
        defaults.region.clone(),
    );
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
        effective_profile: profile.map(inherited_view),
        effective_region: region.map(inherited_view),
        effective_encryption: encryption.into(),
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
