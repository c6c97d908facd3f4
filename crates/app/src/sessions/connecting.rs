//! From a click or a typed target to a tab's destination.

use postern_model::{Pair, ProfileName, Region};
use postern_store::History;

use super::destination::{Destination, Typed};
use crate::{
    connections::group_of,
    view::{AppEvent, ConnectRequest, ErrorView, HistoryView},
    workspace::Workspace,
};

impl Workspace {
    /// Where `request` goes. What was typed into the connect dialog enters its histories.
    ///
    /// # Errors
    /// `unknown-node`, `unknown-connection`, `bad-<field>`, and any of the store.
    pub(crate) async fn destination(&self, request: ConnectRequest) -> Result<Destination, ErrorView> {
        match request {
            ConnectRequest::Node { key, run } => {
                let fleet = self.fleet.lock();
                let (pair, node) = fleet.find(&key).ok_or_else(|| ErrorView::gone("node"))?;
                Destination::node(&key, pair, node).running(run.as_ref())
            }
            ConnectRequest::Saved { id, run } => self.saved_destination(id).await?.running(run.as_ref()),
            ConnectRequest::Typed {
                target,
                profile,
                region,
                document,
                parameters,
                reason,
                encryption,
            } => {
                let typed = Typed {
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

    pub(crate) async fn history_view(&self) -> Result<HistoryView, ErrorView> {
        self.in_store(postern_store::Store::history)
            .await
            .map(|history| history_view(&history))
    }

    async fn saved_destination(&self, id: i32) -> Result<Destination, ErrorView> {
        let (groups, connections) = self.saved().await?;
        let connection = connections
            .iter()
            .find(|connection| connection.id.0 == i64::from(id));
        let connection = connection.ok_or_else(|| ErrorView::gone("connection"))?;
        let mut destination = Destination::saved(connection, group_of(connection, &groups), &self.defaults());
        destination.node_key = self.synced_node(&destination).map(|(key, _)| key);
        Ok(destination)
    }

    async fn typed_destination(&self, typed: &Typed) -> Result<Destination, ErrorView> {
        let mut destination = Destination::typed(typed, &self.defaults())?;
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
        let fleet = self.fleet.lock();
        let (key, node) = fleet.find_target(&pair, &destination.start.target)?;
        Some((key, node.name.clone()))
    }

    /// Only what was really typed, not what the defaults added.
    async fn remember(&self, typed: &Typed, destination: &Destination) -> Result<(), ErrorView> {
        let target = destination.start.target.clone();
        let profile = typed
            .profile
            .as_deref()
            .and_then(|text| ProfileName::parse(text).ok());
        let region = typed.region.as_deref().and_then(|text| Region::parse(text).ok());
        let remembered = self
            .in_store(move |store| store.remember_use(&target, profile.as_ref(), region.as_ref()))
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
