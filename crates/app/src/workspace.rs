//! What the window works on: one store and one control plane, the user's own or those of the demo.

use std::sync::Arc;

use postern_model::{ControlError, ControlPlane};
use postern_store::{Settings, StartMode, Store, StoreError};
use tokio::sync::{Mutex as Turns, watch};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use crate::{
    events::EventBus,
    fleet::{Changes, Fleet, RunNumber},
    fleet_news::FleetNews,
    lock::Lock,
    profiles::profiles_view,
    sessions::Defaults,
    view::{AppEvent, ErrorView, Mode, PairView, ProfilesView},
    world::Demo,
};

pub(crate) struct Workspace {
    pub(crate) store: Arc<Store>,
    pub(crate) control: Arc<dyn ControlPlane>,
    /// Only in the demo.
    pub(crate) demo: Option<Arc<dyn Demo>>,
    pub(crate) events: EventBus,
    pub(crate) settings: watch::Sender<Settings>,
    pub(crate) profiles: Lock<ProfilesView>,
    pub(crate) fleet: Lock<Fleet>,
    pub(crate) news: FleetNews,
    pub(crate) syncs: Lock<Syncs>,
    /// Changes of settings and pairs happen one after the other.
    pub(crate) changes: Turns<()>,
    pub(crate) closing: CancellationToken,
    pub(crate) tasks: TaskTracker,
}

/// Running syncs.
#[derive(Debug, Default)]
pub(crate) struct Syncs {
    pub(crate) cancel: CancellationToken,
    pub(crate) last_run: RunNumber,
}

impl Workspace {
    /// Opens a workspace and starts what it does by itself: telling the window of the fleet, showing the fleet that was
    /// read last, and sync.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(crate) async fn open(
        store: Arc<Store>,
        control: Arc<dyn ControlPlane>,
        demo: Option<Arc<dyn Demo>>,
        events: EventBus,
    ) -> Result<Arc<Self>, ErrorView> {
        let settings = blocking(&store, Store::settings).await?;
        let workspace = Arc::new(Self {
            store,
            control,
            demo,
            events,
            settings: watch::Sender::new(settings),
            profiles: Lock::new(ProfilesView {
                profiles: Vec::new(),
                error: None,
            }),
            fleet: Lock::default(),
            news: FleetNews::default(),
            syncs: Lock::default(),
            changes: Turns::new(()),
            closing: CancellationToken::new(),
            tasks: TaskTracker::new(),
        });
        workspace.refresh_profiles().await;
        workspace.tell_news();
        workspace.sync_on_time();
        match workspace.apply_rows().await {
            Ok(()) => Ok(workspace),
            Err(error) => {
                workspace.close().await;
                Err(error)
            }
        }
    }

    /// Stops everything that the workspace does by itself, and the demo.
    pub(crate) async fn close(&self) {
        self.closing.cancel();
        self.cancel_syncs();
        self.tasks.close();
        self.tasks.wait().await;
        if let Some(demo) = &self.demo {
            demo.shut_down().await;
        }
    }

    /// Changes the fleet and notes what the window has to hear of it, in one step: in two, the word that a node is gone
    /// could be overtaken by an older one that it is there.
    pub(crate) fn change_fleet<T>(&self, change: impl FnOnce(&mut Fleet) -> (Changes, T)) -> T {
        let mut fleet = self.fleet.lock();
        let (changes, answer) = change(&mut fleet);
        self.news.changed(changes);
        answer
    }

    pub(crate) fn mode(&self) -> Mode {
        match (&self.demo, self.settings.borrow().start) {
            (Some(_), _) => Mode::Demo,
            (None, StartMode::FirstRun) => Mode::FirstRun,
            (None, StartMode::Aws) => Mode::Aws,
        }
    }

    pub(crate) fn defaults(&self) -> Defaults {
        let settings = self.settings.borrow();
        Defaults {
            profile: settings.default_profile.clone(),
            region: settings.default_region.clone(),
        }
    }

    /// Reads or writes the store where blocking is allowed.
    pub(crate) async fn in_store<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
    ) -> Result<T, ErrorView> {
        blocking(&self.store, work).await
    }

    /// Reads the AWS files; tells the window if they say something new.
    pub(crate) async fn refresh_profiles(&self) -> ProfilesView {
        let view = profiles_view(
            self.control
                .profiles()
                .await
                .as_deref()
                .map_err(ControlError::clone),
        );
        let changed = std::mem::replace(&mut *self.profiles.lock(), view.clone()) != view;
        if changed {
            self.events.emit(AppEvent::ProfilesChanged {
                profiles: view.clone(),
            });
            self.news.pairs_changed();
        }
        view
    }

    /// The pairs of the settings with what sync says of them.
    pub(crate) fn pair_views(&self) -> Vec<PairView> {
        let profiles = self.profiles.lock().clone();
        let fleet = self.fleet.lock();
        fleet
            .rows()
            .iter()
            .map(|row| fleet.pair_view(row, &profiles))
            .collect()
    }

    fn tell_news(self: &Arc<Self>) {
        let workspace = Arc::clone(self);
        self.tasks.spawn(async move {
            let deliver = workspace
                .news
                .deliver(&workspace.events, || workspace.pair_views());
            workspace.closing.run_until_cancelled(deliver).await;
        });
    }
}

/// Reads or writes `store` where blocking is allowed.
pub(crate) async fn blocking<T: Send + 'static>(
    store: &Arc<Store>,
    work: impl FnOnce(&Store) -> Result<T, StoreError> + Send + 'static,
) -> Result<T, ErrorView> {
    let store = Arc::clone(store);
    match tokio::task::spawn_blocking(move || work(&store)).await {
        Ok(outcome) => outcome.map_err(ErrorView::from),
        Err(_) => Err(ErrorView::new(
            "store-crashed",
            "Postern made a mistake while it used its store.",
            "Try again, and report what you did.",
        )),
    }
}
