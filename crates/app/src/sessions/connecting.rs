//! From a click or a typed target to the destination of a session.

use std::sync::Arc;

use postern_model::{Connection, ConnectionGoal, EffectiveConnection, Pair, ProfileName, Region};
use postern_store::{History, Store};

use super::{
    destination::{Destination, TypedTarget},
    query_nodes::{QueryAnswer, QueryNodes},
};
use crate::{
    contract::{AppEvent, ConnectRequest, ErrorView, HistoryView, SavedNodesView, UsedView},
    events::EventBus,
    fleet::{FleetWatch, NodeKey},
    saved::{SavedConnections, UsedGoals},
    settings::CurrentSettings,
    storage::Storage,
    team_files::TeamFiles,
};

/// Finds where a session goes, and remembers what was typed.
pub(crate) struct Connecting {
    storage: Storage,
    events: EventBus,
    settings: Arc<CurrentSettings>,
    fleet: Arc<FleetWatch>,
    saved: Arc<SavedConnections>,
    team_files: Arc<TeamFiles>,
    query_nodes: QueryNodes,
    used: UsedGoals,
}

impl Connecting {
    pub(crate) fn new(
        storage: &Storage,
        events: &EventBus,
        settings: &Arc<CurrentSettings>,
        fleet: &Arc<FleetWatch>,
        saved: &Arc<SavedConnections>,
        team_files: &Arc<TeamFiles>,
    ) -> Self {
        Self {
            storage: storage.clone(),
            events: events.clone(),
            settings: Arc::clone(settings),
            fleet: Arc::clone(fleet),
            saved: Arc::clone(saved),
            team_files: Arc::clone(team_files),
            query_nodes: QueryNodes::new(fleet),
            used: UsedGoals::new(storage, events),
        }
    }

    /// Where `request` goes. What was typed into the connect dialog enters its histories.
    ///
    /// # Errors
    /// `unknown-node`, `unknown-connection`, `bad-<field>`, `no-node-answers`, `several-nodes-answer`, and any of the store.
    pub(crate) async fn destination(&self, request: ConnectRequest) -> Result<Destination, ErrorView> {
        let destination = self.found(request).await?;
        self.used.note(destination.used()).await;
        Ok(destination)
    }

    async fn found(&self, request: ConnectRequest) -> Result<Destination, ErrorView> {
        match request {
            ConnectRequest::Node { key, run } => self.node_destination(&key)?.running(run.as_ref()),
            ConnectRequest::StartedNode { key } => Ok(self.node_destination(&key)?.raised()),
            ConnectRequest::Saved { id, run } => self.saved_destination(id).await?.running(run.as_ref()),
            ConnectRequest::SavedNode { id, key, run } => {
                self.saved_node_destination(id, &key).await?.running(run.as_ref())
            }
            ConnectRequest::TeamFile { file, id, run } => {
                self.team_destination(file, id)?.running(run.as_ref())
            }
            ConnectRequest::Typed {
                target,
                profile,
                region,
                document,
                parameters,
                reason,
                encryption,
            } => {
                let typed = TypedTarget {
                    target,
                    profile,
                    region,
                    document,
                    parameters,
                    reason,
                    encryption,
                };
                self.typed_destination(&typed).await
            }
        }
    }

    /// What a saved connection by a query leads to now.
    ///
    /// # Errors
    /// `unknown-connection`, `no-node-answers`, and any of the store.
    pub(crate) async fn saved_nodes(&self, id: i32) -> Result<SavedNodesView, ErrorView> {
        let (connection, effective) = self.saved.find(id).await?;
        let (choose, keys) = match self.query_nodes.answer(&connection, &effective)? {
            QueryAnswer::One(key) => (false, vec![key]),
            QueryAnswer::Choice(keys) => (true, keys),
            QueryAnswer::All(keys) => (false, keys),
        };
        let nodes = self
            .fleet
            .read(|fleet| keys.iter().filter_map(|key| fleet.node_view(key)).collect());
        Ok(SavedNodesView { choose, nodes })
    }

    /// What was connected to, most recent first.
    ///
    /// # Errors
    /// Any of the store.
    pub(crate) async fn used(&self) -> Result<Vec<UsedView>, ErrorView> {
        self.used.views().await
    }

    /// The histories of the connect dialog.
    ///
    /// # Errors
    /// Any of the store.
    pub(crate) async fn history(&self) -> Result<HistoryView, ErrorView> {
        let history = self.storage.run(Store::history).await?;
        Ok(history_view(&history))
    }

    fn node_destination(&self, key: &str) -> Result<Destination, ErrorView> {
        let destination = NodeKey::parse(key).and_then(|key| {
            self.fleet.read(|fleet| {
                let (pair, node) = fleet.find(&key)?;
                Some(Destination::node(&key, pair, node))
            })
        });
        destination.ok_or_else(|| ErrorView::gone("node"))
    }

    async fn saved_destination(&self, id: i32) -> Result<Destination, ErrorView> {
        let (connection, effective) = self.saved.find(id).await?;
        self.connection_destination(&connection, effective)
    }

    /// Its number is one of the file's, not of the user's connections.
    fn team_destination(&self, file: i32, id: i32) -> Result<Destination, ErrorView> {
        let (connection, effective) = self.team_files.find(file, id)?;
        let mut destination = self.connection_destination(&connection, effective)?;
        destination.connection = None;
        Ok(destination)
    }

    fn connection_destination(
        &self,
        connection: &Connection,
        effective: EffectiveConnection,
    ) -> Result<Destination, ErrorView> {
        let ConnectionGoal::Target(target) = &connection.draft.goal else {
            let key = self.query_nodes.the_one(connection, &effective)?;
            return self.at_node(connection, effective, &key);
        };
        let mut destination = Destination::saved(connection, effective, target.clone());
        destination.node_key = self.synced_node(&destination).map(|(key, _)| key);
        Ok(destination)
    }

    async fn saved_node_destination(&self, id: i32, key: &str) -> Result<Destination, ErrorView> {
        let (connection, effective) = self.saved.find(id).await?;
        let key = NodeKey::parse(key).ok_or_else(|| ErrorView::gone("node"))?;
        self.at_node(&connection, effective, &key)
    }

    /// A connection by a query goes to the node's own pair, whatever it inherits.
    fn at_node(
        &self,
        connection: &Connection,
        effective: EffectiveConnection,
        key: &NodeKey,
    ) -> Result<Destination, ErrorView> {
        let place = self
            .fleet
            .read(|fleet| fleet.find(key).map(|(pair, _)| pair.clone()));
        let pair = place.ok_or_else(|| ErrorView::gone("node"))?;
        let mut destination = Destination::saved(connection, effective, key.node.clone().into());
        destination.profile = Some(pair.profile);
        destination.region = Some(pair.region);
        destination.node_key = Some(key.to_string());
        Ok(destination)
    }

    async fn typed_destination(&self, typed: &TypedTarget) -> Result<Destination, ErrorView> {
        let mut destination = Destination::typed(typed, &self.settings.defaults())?;
        if let Some((key, name)) = self.synced_node(&destination) {
            destination.node_key = Some(key);
            destination.title = if name.is_empty() { destination.title } else { name };
        }
        // The tab opens even where nothing can be kept; the window says that.
        if let Err(error) = self.remember(typed, &destination).await {
            self.events.emit(AppEvent::Notice { error });
        }
        Ok(destination)
    }

    /// The key and name of the synced node that a destination reaches.
    fn synced_node(&self, destination: &Destination) -> Option<(String, String)> {
        let pair = Pair {
            profile: destination.profile.clone()?,
            region: destination.region.clone()?,
        };
        self.fleet.read(|fleet| {
            let (key, node) = fleet.find_target(&pair, &destination.start.target)?;
            Some((key.to_string(), node.name.clone()))
        })
    }

    /// Only what was really typed, not what the defaults added.
    async fn remember(&self, typed: &TypedTarget, destination: &Destination) -> Result<(), ErrorView> {
        let target = destination.start.target.clone();
        let profile = typed
            .profile
            .as_deref()
            .and_then(|text| ProfileName::parse(text).ok());
        let region = typed.region.as_deref().and_then(|text| Region::parse(text).ok());
        let remembered = self
            .storage
            .run(move |store| store.remember_use(&target, profile.as_ref(), region.as_ref()))
            .await?;
        self.events.emit(AppEvent::HistoryChanged {
            history: history_view(&remembered),
        });
        Ok(())
    }
}

fn history_view(history: &History) -> HistoryView {
    HistoryView {
        targets: history.targets.iter().map(ToString::to_string).collect(),
        profiles: history.profiles.iter().map(ToString::to_string).collect(),
        regions: history.regions.iter().map(ToString::to_string).collect(),
    }
}
