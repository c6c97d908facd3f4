//! The application: one method for each thing that the window can ask for.

use std::{fmt, sync::Arc};

use bytes::Bytes;
use postern_model::{ProfileName, TerminalSize};
use postern_store::{Opened, StartMode, Store, StoreError};
use tokio::sync::{RwLock, RwLockReadGuard};

use crate::{
    events::{EventBus, Events},
    lock::Lock,
    sessions::{LiveSessions, Tabs, parse_optional},
    terminal::Sink,
    view::{
        BootstrapView, ConnectRequest, ConnectionDraftView, ConnectionView, DocumentSummaryView, Drawing,
        ErrorView, GroupDraftView, GroupView, Mode, PairDraft, PairView, ProfilesView, SessionDocumentView,
        SettingsView, TabView, ThemeChoice,
    },
    workspace::{Workspace, blocking},
    world::{Demo, World},
};

type Answer<T> = Result<T, ErrorView>;

/// What the composition root gives to the application.
pub struct Parts {
    /// Where control planes come from.
    pub world: Arc<dyn World>,
    /// The user's store; where it cannot be opened, the application goes on without keeping anything and says so.
    pub store: Result<Opened, StoreError>,
    /// The program's version.
    pub version: String,
    /// Who draws the window, which the composition root has to decide.
    pub drawing: Drawing,
}

/// The application. Clones are handles of the same one. Every method answers a failure with cause and next step.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    world: Arc<dyn World>,
    version: String,
    drawing: Drawing,
    /// The user's store, which the demo leaves alone.
    own_store: Arc<Store>,
    /// What went wrong while starting and was not seen yet.
    notices: Lock<Vec<ErrorView>>,
    events: EventBus,
    sessions: LiveSessions,
    tabs: Tabs,
    /// Read by every command for as long as it takes, written by a change of the mode: no command works on a workspace
    /// that is being left.
    workspace: RwLock<Arc<Workspace>>,
}

impl App {
    /// Starts the application: the fleet that was read last is there at once, sync begins. Must be called inside a
    /// tokio runtime.
    ///
    /// # Errors
    /// When there is no store at all, not even in memory.
    pub async fn start(parts: Parts) -> Answer<(Self, Events)> {
        let (bus, events) = EventBus::new();
        let (own_store, notices) = open_store(parts.store)?;
        let own_store = Arc::new(own_store);
        let control = parts.world.aws();
        let first = bus.scoped();
        first.activate();
        let workspace = Workspace::open(Arc::clone(&own_store), control, None, first).await?;
        let sessions = LiveSessions::new(bus.clone());
        let inner = Inner {
            world: parts.world,
            version: parts.version,
            drawing: parts.drawing,
            own_store,
            notices: Lock::new(notices),
            tabs: Tabs::new(bus.clone(), sessions.clone()),
            sessions,
            events: bus,
            workspace: RwLock::new(workspace),
        };
        Ok((
            Self {
                inner: Arc::new(inner),
            },
            events,
        ))
    }

    /// Everything the window needs to draw itself.
    pub async fn bootstrap(&self) -> Answer<BootstrapView> {
        let workspace = self.workspace().await;
        let profiles = workspace.refresh_profiles().await;
        let (groups, connections) = workspace.connection_views().await?;
        let nodes = workspace.fleet.lock().node_views();
        Ok(BootstrapView {
            version: self.inner.version.clone(),
            drawing: self.inner.drawing,
            mode: workspace.mode(),
            aws_config_path: self.inner.world.aws_config_path(),
            profiles,
            settings: workspace.settings_view(),
            pairs: workspace.pair_views(),
            groups,
            connections,
            nodes,
            tabs: self.inner.tabs.views(),
            history: workspace.history_view().await?,
            notices: self.inner.notices.lock().clone(),
        })
    }

    /// The theme that the user chose, for the window before its page is there.
    pub async fn theme(&self) -> ThemeChoice {
        self.workspace().await.settings_view().theme
    }

    /// Works on the user's AWS profiles or on the demo. [`Mode::FirstRun`] leaves the demo and goes back to what the
    /// window showed before.
    pub async fn choose_mode(&self, mode: Mode) -> Answer<BootstrapView> {
        let mut shown = self.inner.workspace.write().await;
        let is_demo = shown.demo.is_some();
        match mode {
            Mode::Demo if !is_demo => self.enter_demo(&mut shown).await?,
            Mode::Aws | Mode::FirstRun if is_demo => self.leave_demo(&mut shown).await?,
            Mode::Demo | Mode::Aws | Mode::FirstRun => {}
        }
        if mode == Mode::Aws {
            shown.start_with(StartMode::Aws).await?;
        }
        drop(shown);
        self.bootstrap().await
    }

    /// The user has seen what went wrong while starting: it is not told again, not at the next start either.
    pub async fn notices_seen(&self) -> Answer<()> {
        self.inner.notices.lock().clear();
        let store = Arc::clone(&self.inner.own_store);
        blocking(&store, Store::forget_notices).await
    }

    /// Reads the AWS files again.
    pub async fn read_profiles(&self) -> Answer<ProfilesView> {
        Ok(self.workspace().await.refresh_profiles().await)
    }

    /// Keeps the settings; answers with what was kept.
    pub async fn save_settings(&self, settings: SettingsView) -> Answer<SettingsView> {
        self.workspace().await.save_settings(settings).await
    }

    /// Adds a pair and syncs it.
    pub async fn add_pair(&self, draft: PairDraft) -> Answer<PairView> {
        self.workspace().await.add_pair(&draft).await
    }

    /// Changes a pair and syncs it.
    pub async fn update_pair(&self, id: i32, draft: PairDraft) -> Answer<PairView> {
        self.workspace().await.update_pair(id, &draft).await
    }

    /// Removes a pair and its nodes.
    pub async fn remove_pair(&self, id: i32) -> Answer<()> {
        self.workspace().await.remove_pair(id).await
    }

    /// Syncs every pair that takes part.
    pub async fn sync_all(&self) -> Answer<()> {
        self.workspace().await.sync_all().await
    }

    /// Syncs one pair.
    pub async fn sync_pair(&self, id: i32) -> Answer<()> {
        self.workspace().await.sync_pair(id).await
    }

    /// Stops every running sync.
    pub async fn cancel_sync(&self) -> Answer<()> {
        self.workspace().await.cancel_sync();
        Ok(())
    }

    /// Creates or changes a group.
    pub async fn save_group(&self, id: Option<i32>, draft: GroupDraftView) -> Answer<GroupView> {
        self.workspace().await.save_group(id, &draft).await
    }

    /// Deletes a group; its connections move to the top level.
    pub async fn delete_group(&self, id: i32) -> Answer<()> {
        self.workspace().await.delete_group(id).await
    }

    /// Folds or unfolds a group.
    pub async fn set_group_collapsed(&self, id: i32, collapsed: bool) -> Answer<()> {
        self.workspace().await.set_group_collapsed(id, collapsed).await
    }

    /// Creates or changes a saved connection.
    pub async fn save_connection(
        &self,
        id: Option<i32>,
        draft: ConnectionDraftView,
    ) -> Answer<ConnectionView> {
        self.workspace().await.save_connection(id, &draft).await
    }

    /// Deletes a saved connection.
    pub async fn delete_connection(&self, id: i32) -> Answer<()> {
        self.workspace().await.delete_connection(id).await
    }

    /// Opens a tab; answers at once with a tab that is still connecting. Sizes are in character cells.
    pub async fn connect(&self, request: ConnectRequest, cols: u32, rows: u32) -> Answer<TabView> {
        let workspace = self.workspace().await;
        let destination = workspace.destination(request).await?;
        let size = TerminalSize::clamped(cols, rows);
        let control = Arc::clone(&workspace.control);
        self.inner.tabs.open(destination, size, control)
    }

    /// Opens a new session in the same tab with the same parameters.
    pub async fn reconnect_tab(&self, id: u32, cols: u32, rows: u32) -> Answer<TabView> {
        let workspace = self.workspace().await;
        let control = Arc::clone(&workspace.control);
        self.inner
            .tabs
            .reconnect(id, TerminalSize::clamped(cols, rows), control)
    }

    /// Opens another tab with the destination of this one: same node, document, parameters and reason.
    pub async fn duplicate_tab(&self, id: u32, cols: u32, rows: u32) -> Answer<TabView> {
        let workspace = self.workspace().await;
        let control = Arc::clone(&workspace.control);
        let destination = self.inner.tabs.get(id)?.destination();
        let size = TerminalSize::clamped(cols, rows);
        self.inner.tabs.open(destination, size, control)
    }

    /// The Session documents of a profile and Region; what is none is left to the AWS configuration.
    pub async fn session_documents(
        &self,
        profile: Option<String>,
        region: Option<String>,
    ) -> Answer<Vec<DocumentSummaryView>> {
        let workspace = self.workspace_to_read().await;
        workspace
            .session_documents(profile.as_deref(), region.as_deref())
            .await
    }

    /// One Session document with its parameters.
    pub async fn session_document(
        &self,
        profile: Option<String>,
        region: Option<String>,
        name: String,
    ) -> Answer<SessionDocumentView> {
        let workspace = self.workspace_to_read().await;
        workspace
            .session_document(profile.as_deref(), region.as_deref(), &name)
            .await
    }

    /// Somebody signed in again: every session that waits for this profile's credentials tries at once.
    pub async fn retry_login(&self, profile: Option<String>) -> Answer<()> {
        let profile = parse_optional("profile", ProfileName::parse, profile.as_deref())?;
        self.inner.sessions.retry_login(&profile);
        Ok(())
    }

    /// The page heard that the network is back: every session whose link is lost tries at once.
    pub fn network_back(&self) -> Answer<()> {
        self.inner.sessions.retry_lost();
        Ok(())
    }

    /// Closes a tab and terminates its session.
    pub async fn close_tab(&self, id: u32) -> Answer<()> {
        self.inner.tabs.close(id)
    }

    /// Whether a session would end with the program.
    pub fn has_sessions(&self) -> bool {
        self.inner.sessions.has_live()
    }

    /// A page shows the tab: it gets a replay of the last output, then what comes. It replaces the page before. Answers
    /// how many of the first bytes a page had before: they are no news.
    pub fn terminal_attach(&self, id: u32, sink: Sink) -> Answer<u64> {
        self.inner.tabs.get(id).map(|tab| tab.attach(sink))
    }

    /// The page has drawn so many bytes more.
    pub fn terminal_credit(&self, id: u32, bytes: u32) -> Answer<()> {
        self.inner.tabs.get(id).map(|tab| tab.credit(bytes))
    }

    /// The page is hidden, or shown again: a hidden one draws little, and the sessions go on meanwhile as far as they can.
    pub fn page_hidden(&self, hidden: bool) -> Answer<()> {
        self.inner.tabs.hide_page(hidden);
        Ok(())
    }

    /// Types into a tab, in the order of the calls; waits while the session's input is full.
    pub async fn terminal_input(&self, id: u32, bytes: Bytes) -> Answer<()> {
        let tab = self.inner.tabs.get(id)?;
        tab.type_in(bytes).await
    }

    /// Tells the node the terminal's size in character cells.
    pub fn terminal_resize(&self, id: u32, cols: u32, rows: u32) -> Answer<()> {
        self.inner
            .tabs
            .get(id)
            .map(|tab| tab.resize(TerminalSize::clamped(cols, rows)))
    }

    /// Tries to resume at once.
    pub fn retry_resume(&self, id: u32) -> Answer<()> {
        self.inner.tabs.get(id).map(|tab| tab.retry_resume())
    }

    /// Demo only: cuts the tab's link for a few seconds.
    pub async fn demo_drop_network(&self, id: u32) -> Answer<()> {
        let demo = self.demo().await?;
        let session = self.inner.tabs.get(id)?.session_id();
        let no_session = || {
            ErrorView::new(
                "no-session",
                "This tab has no session yet.",
                "Wait for the prompt.",
            )
        };
        demo.drop_network(&session.ok_or_else(no_session)?);
        Ok(())
    }

    /// Demo only: where the simulator answers.
    pub async fn simulator_endpoint(&self) -> Answer<Option<String>> {
        Ok(self.workspace().await.demo.as_ref().map(|demo| demo.endpoint()))
    }

    /// Terminates every session, stops every sync and ends the demo, within a few seconds. No tab can be opened any more.
    pub async fn shut_down(&self) {
        self.inner.sessions.refuse_new();
        self.inner.tabs.close_all();
        self.inner.sessions.close_all().await;
        self.workspace().await.close().await;
    }

    async fn workspace(&self) -> RwLockReadGuard<'_, Arc<Workspace>> {
        self.inner.workspace.read().await
    }

    /// The workspace, without keeping anybody from leaving it meanwhile: for what takes long and changes nothing.
    async fn workspace_to_read(&self) -> Arc<Workspace> {
        Arc::clone(&*self.workspace().await)
    }

    async fn demo(&self) -> Answer<Arc<dyn Demo>> {
        let not_demo = || {
            ErrorView::new(
                "not-demo",
                "This works in the demo only.",
                "Open the demo fleet first.",
            )
        };
        self.workspace().await.demo.clone().ok_or_else(not_demo)
    }

    /// The demo has a store of its own, in memory: all pairs of the made-up fleet, sync on.
    async fn enter_demo(&self, shown: &mut Arc<Workspace>) -> Answer<()> {
        let demo = self.inner.world.demo().await?;
        let entered = match demo_store(demo.as_ref()) {
            Ok(store) => self.switch_to(shown, store, Some(Arc::clone(&demo))).await,
            Err(error) => Err(error.into()),
        };
        if entered.is_err() {
            demo.shut_down().await;
        }
        entered
    }

    async fn leave_demo(&self, shown: &mut Arc<Workspace>) -> Answer<()> {
        self.switch_to(shown, Arc::clone(&self.inner.own_store), None)
            .await
    }

    /// Ends everything of the workspace before, so that none of its sessions is left behind and none of its words comes
    /// late.
    async fn switch_to(
        &self,
        shown: &mut Arc<Workspace>,
        store: Arc<Store>,
        demo: Option<Arc<dyn Demo>>,
    ) -> Answer<()> {
        let control = demo
            .as_ref()
            .map_or_else(|| self.inner.world.aws(), |demo| demo.control());
        let events = self.inner.events.scoped();
        let next = Workspace::open(store, control, demo, events).await?;
        let before = std::mem::replace(shown, next);
        shown.events.activate();
        self.inner.tabs.close_all();
        self.inner.sessions.close_all().await;
        before.close().await;
        Ok(())
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("App")
            .field("version", &self.inner.version)
            .finish_non_exhaustive()
    }
}

/// Without a store on the disk the application works all the same, and says that nothing is kept.
fn open_store(opened: Result<Opened, StoreError>) -> Answer<(Store, Vec<ErrorView>)> {
    match opened {
        Ok(opened) => Ok((opened.store, opened.notices.iter().map(ErrorView::from).collect())),
        Err(error) => {
            let notice = ErrorView::from(error);
            let next_step = format!("{} Until then nothing that you change is kept.", notice.next_step);
            Ok((Store::in_memory()?, vec![ErrorView { next_step, ..notice }]))
        }
    }
}

fn demo_store(demo: &dyn Demo) -> Result<Arc<Store>, StoreError> {
    let store = Store::in_memory()?;
    for default in store.pairs()? {
        store.remove_pair(default.id)?;
    }
    for pair in demo.pairs() {
        store.add_pair(&pair, true)?;
    }
    store.update_settings(|settings| settings.sync_enabled = true)?;
    Ok(Arc::new(store))
}
