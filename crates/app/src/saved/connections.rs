//! The saved connections of one world: read, changed, and announced.

use std::sync::Arc;

use postern_model::{Connection, ConnectionId, EffectiveConnection, Group, GroupId, GroupTree};

use super::{
    SmartGroups,
    drafts::{connection_draft, group_draft},
    searched::SearchedConnections,
    undo::Undo,
    views::{connection_view, group_view},
};
use crate::{
    contract::{AppEvent, ConnectionDraftView, ConnectionView, ErrorView, GroupDraftView, GroupView},
    events::EventBus,
    lock::Lock,
    settings::CurrentSettings,
    storage::Storage,
};

/// Groups and connections that the user saved.
pub struct SavedConnections {
    pub(super) storage: Storage,
    settings: Arc<CurrentSettings>,
    events: EventBus,
    pub(super) undo: Undo,
    pub(super) smart_groups: SmartGroups,
    /// None until somebody searches, and after a change.
    searched: Lock<Searched>,
}

/// The connections as they were searched last.
#[derive(Debug, Default)]
struct Searched {
    /// Grows with every change, so that nobody keeps what was read before one.
    changes: u64,
    known: Option<Arc<SearchedConnections>>,
}

impl Searched {
    fn now(&self) -> (u64, Option<Arc<SearchedConnections>>) {
        (self.changes, self.known.clone())
    }

    fn forget(&mut self) {
        self.changes += 1;
        self.known = None;
    }

    fn keep(&mut self, changes: u64, searched: &Arc<SearchedConnections>) {
        if self.changes == changes {
            self.known = Some(Arc::clone(searched));
        }
    }
}

impl SavedConnections {
    pub(crate) fn new(storage: &Storage, settings: &Arc<CurrentSettings>, events: &EventBus) -> Self {
        Self {
            storage: storage.clone(),
            settings: Arc::clone(settings),
            events: events.clone(),
            searched: Lock::default(),
            undo: Undo::default(),
            smart_groups: SmartGroups::new(storage, events),
        }
    }

    /// The smart groups.
    pub fn smart_groups(&self) -> &SmartGroups {
        &self.smart_groups
    }

    /// All groups and connections, with what they inherit.
    pub(crate) async fn views(&self) -> Result<(Vec<GroupView>, Vec<ConnectionView>), ErrorView> {
        let (groups, connections) = self.all().await?;
        let (tree, defaults) = (GroupTree::new(&groups), self.settings.defaults());
        let connections = connections.iter();
        let connections = connections.map(|connection| connection_view(connection, &tree, &defaults));
        let groups = groups
            .iter()
            .filter_map(|group| group_view(group, &tree, &defaults));
        Ok((groups.collect(), connections.collect()))
    }

    /// All connections, ready to be searched.
    ///
    /// # Errors
    /// Any of the store.
    pub(crate) async fn searched(&self) -> Result<Arc<SearchedConnections>, ErrorView> {
        let (changes, known) = self.searched.lock().now();
        if let Some(known) = known {
            return Ok(known);
        }
        let (groups, connections) = self.views().await?;
        let searched = SearchedConnections::of(&groups, &connections);
        self.searched.lock().keep(changes, &searched);
        Ok(searched)
    }

    /// A connection as it was saved, with what applies to it.
    ///
    /// # Errors
    /// `unknown-connection`, and any of the store.
    pub(crate) async fn find(&self, id: i32) -> Result<(Connection, EffectiveConnection), ErrorView> {
        let (groups, connections) = self.all().await?;
        let mut connections = connections.into_iter();
        let found = connections.find(|connection| connection.id.0 == i64::from(id));
        let connection = found.ok_or_else(|| ErrorView::gone("connection"))?;
        let (tree, defaults) = (GroupTree::new(&groups), self.settings.defaults());
        let effective = EffectiveConnection::of(&connection.draft, &tree, &defaults);
        Ok((connection, effective))
    }

    /// Tells the window all of them; also when only what they inherit changed.
    pub(crate) async fn emit(&self) -> Result<(), ErrorView> {
        self.searched.lock().forget();
        let (groups, connections) = self.views().await?;
        self.events
            .emit(AppEvent::ConnectionsChanged { groups, connections });
        Ok(())
    }

    /// Creates (`id` is none) or changes a group.
    ///
    /// # Errors
    /// `empty-name`, `group-exists`, `unknown-group`, `inside-itself`, `too-deep`, `bad-<field>`, and any of the store.
    pub async fn save_group(&self, id: Option<i32>, draft: &GroupDraftView) -> Result<GroupView, ErrorView> {
        let draft = group_draft(draft)?;
        let id = id.map(|id| GroupId(i64::from(id)));
        let group = self
            .storage
            .run(move |store| store.save_group(id, &draft))
            .await?;
        self.emit().await?;
        let (groups, _) = self.all().await?;
        let view = group_view(&group, &GroupTree::new(&groups), &self.settings.defaults());
        view.ok_or_else(|| ErrorView::gone("group"))
    }

    /// Remembers whether the tree shows a group folded.
    ///
    /// # Errors
    /// `unknown-group`, and any of the store.
    pub async fn set_group_collapsed(&self, id: i32, collapsed: bool) -> Result<(), ErrorView> {
        let id = GroupId(i64::from(id));
        self.storage
            .run(move |store| store.set_group_collapsed(id, collapsed))
            .await?;
        self.emit().await
    }

    /// Creates (`id` is none) or changes a connection.
    ///
    /// # Errors
    /// `empty-name`, `empty-query`, `unknown-group`, `unknown-connection`, `bad-<field>`, and any of the store.
    pub async fn save_connection(
        &self,
        id: Option<i32>,
        draft: &ConnectionDraftView,
    ) -> Result<ConnectionView, ErrorView> {
        let draft = connection_draft(draft)?;
        let id = id.map(|id| ConnectionId(i64::from(id)));
        let saved = self.storage.run(move |store| store.save_connection(id, &draft));
        let connection = saved.await?;
        self.emit().await?;
        let (groups, _) = self.all().await?;
        Ok(connection_view(
            &connection,
            &GroupTree::new(&groups),
            &self.settings.defaults(),
        ))
    }

    async fn all(&self) -> Result<(Vec<Group>, Vec<Connection>), ErrorView> {
        self.storage
            .run(|store| Ok((store.groups()?, store.connections()?)))
            .await
    }
}
