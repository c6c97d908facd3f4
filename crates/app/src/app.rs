//! The application: the world that the window works on, its sessions, and what concerns both.

mod switchboard;

use std::{fmt, sync::Arc};

use postern_model::TerminalSize;
use postern_store::{Opened, Settings, StartMode, Store, StoreError};
use tokio::sync::{RwLock, RwLockReadGuard, watch};

use crate::{
    containers::ContainerTree,
    contract::{
        AppEvent, BootstrapView, ConnectRequest, Drawing, ErrorView, MfaQuestionView, Mode, SavedNodesView,
        SecretStateView, TabView,
    },
    events::{EventBus, Events},
    fleet::NodeCounts,
    lock::Lock,
    remote_desktop::RemoteDesktops,
    remote_hosts::OfferedHosts,
    sessions::{Documents, LiveSessions, Tabs},
    settings::OwnProfileList,
    sign_ins::{MfaPrompts, SigningIn},
    storage::Storage,
    world::World,
    worlds::{Demo, Worlds},
};

/// What the composition root gives to the application.
pub struct Parts {
    /// Where the worlds come from.
    pub worlds: Arc<dyn Worlds>,
    /// The user's store; where it cannot be opened, the application goes on without keeping anything and says so.
    pub store: Result<Opened, StoreError>,
    /// The program's version.
    pub version: String,
    /// Who draws the window, which the composition root has to decide.
    pub drawing: Drawing,
    /// What the control planes of the worlds ask the person at the window.
    pub mfa: MfaPrompts,
}

/// The application. Clones are handles of the same one. What can fail answers cause and next step ([`ErrorView`]).
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    worlds: Arc<dyn Worlds>,
    version: String,
    drawing: Drawing,
    /// The user's store, which the demo leaves alone.
    own_storage: Storage,
    /// What went wrong while starting and was not seen yet.
    notices: Lock<Vec<ErrorView>>,
    events: EventBus,
    sessions: LiveSessions,
    tabs: Tabs,
    mfa: MfaPrompts,
    /// Read by every command for as long as it takes, written by a change of the mode: no command works on a world that
    /// is being left.
    world: RwLock<World>,
}

impl App {
    /// Starts the application: the fleet that was read last is there at once, sync begins. Must be called inside a
    /// tokio runtime.
    ///
    /// # Errors
    /// When there is no store at all, not even in memory.
    pub async fn start(parts: Parts) -> Result<(Self, Events), ErrorView> {
        let (bus, events) = EventBus::new();
        let (own_store, notices) = open_store(parts.store)?;
        let own_storage = Storage::new(own_store);
        let first = bus.scoped();
        first.activate();
        let (aws, own) = (parts.worlds.aws(), parts.worlds.own_profiles());
        let world = World::open(own_storage.clone(), aws, None, first, own).await?;
        world.forwards().start_with_postern();
        let sessions = LiveSessions::default();
        tokio::spawn(tell_questions(parts.mfa.subscribe(), bus.clone()));
        let inner = Inner {
            worlds: parts.worlds,
            version: parts.version,
            drawing: parts.drawing,
            own_storage,
            notices: Lock::new(notices),
            tabs: Tabs::new(bus.clone(), sessions.clone()),
            sessions,
            mfa: parts.mfa,
            events: bus,
            world: RwLock::new(world),
        };
        let inner = Arc::new(inner);
        Ok((Self { inner }, events))
    }

    /// The world that the window works on. It is not left while the answer is held.
    pub async fn world(&self) -> RwLockReadGuard<'_, World> {
        self.inner.world.read().await
    }

    /// The Session documents of that world. Reading them takes long and changes nothing, so it keeps nobody from leaving
    /// the world.
    pub async fn documents(&self) -> Documents {
        self.world().await.documents()
    }

    /// The hosts that nodes of that world may forward to. Reading them takes long and changes nothing, so it keeps nobody
    /// from leaving the world.
    pub async fn remote_hosts(&self) -> OfferedHosts {
        self.world().await.remote_hosts()
    }

    /// The remote desktops of that world. One takes its time to open, so it keeps nobody from leaving the world.
    pub async fn remote_desktops(&self) -> Arc<RemoteDesktops> {
        self.world().await.remote_desktops()
    }

    /// The containers of that world. Reading them takes long and changes nothing, so it keeps nobody from leaving the world.
    pub async fn containers(&self) -> ContainerTree {
        self.world().await.containers()
    }

    /// Counts of nodes in that world, which keep nobody from leaving it either.
    pub async fn node_counts(&self) -> NodeCounts {
        self.world().await.node_counts()
    }

    /// The profiles of Postern's own. The keyring may take its time, and a person even more, so it keeps nobody from
    /// leaving the world.
    ///
    /// # Errors
    /// `no-own-profiles` in the demo.
    pub async fn own_profiles(&self) -> Result<Arc<OwnProfileList>, ErrorView> {
        self.world().await.own_profiles().ok_or_else(no_own_profiles)
    }

    /// How the password of the proxy of that world's settings stands; the keyring may take some seconds to say.
    pub async fn proxy_password(&self) -> SecretStateView {
        let way = self.world().await.way();
        way.password_state().await
    }

    /// The sign-ins of that world. What is asked of AWS takes long, so it keeps nobody from leaving the world.
    pub async fn signing_in(&self) -> Arc<SigningIn> {
        self.world().await.signing_in()
    }

    /// Codes of MFA devices that are wanted.
    pub fn mfa(&self) -> &MfaPrompts {
        &self.inner.mfa
    }

    /// The open tabs.
    pub fn tabs(&self) -> &Tabs {
        &self.inner.tabs
    }

    /// Every session that runs.
    pub fn sessions(&self) -> &LiveSessions {
        &self.inner.sessions
    }

    /// Whether a session, a forward or a remote desktop would end with the program. A world that is being left ends its own.
    pub fn has_live(&self) -> bool {
        let of_world = || {
            let world = self.inner.world.try_read();
            world.is_ok_and(|world| {
                world.forwards().any_on()
                    || world.bulk_runs().any_running()
                    || world.remote_desktops().any_open()
            })
        };
        self.inner.sessions.has_live() || of_world()
    }

    /// Everything the window needs to draw itself.
    ///
    /// # Errors
    /// Any of the store.
    pub async fn bootstrap(&self) -> Result<BootstrapView, ErrorView> {
        let world = self.world().await;
        let profiles = world.profiles().refresh().await;
        let (groups, connections) = world.saved().views().await?;
        Ok(BootstrapView {
            version: self.inner.version.clone(),
            drawing: self.inner.drawing,
            mode: world.mode(),
            aws_config_path: self.inner.worlds.aws_config_path(),
            profiles,
            sign_ins: world.signing_in().refresh().await,
            codes: world.signing_in().codes(),
            consoles: world.signing_in().console().views(),
            logins: world.logins().views(),
            mfa: self.inner.mfa.views(),
            settings: world.settings(),
            pairs: world.fleet().pair_views(),
            groups,
            connections,
            smart_groups: world.saved().smart_groups().views().await?,
            used: world.connecting().used().await?,
            forwards: world.forwards().views(),
            fleet: world.fleet().size(),
            tabs: self.inner.tabs.views(),
            history: world.connecting().history().await?,
            notices: self.inner.notices.lock().clone(),
        })
    }

    /// Works on the user's AWS profiles or on the demo. [`Mode::FirstRun`] leaves the demo and goes back to what the
    /// window showed before.
    ///
    /// # Errors
    /// Why the other world cannot be opened; the window stays in the one that it has.
    pub async fn choose_mode(&self, mode: Mode) -> Result<BootstrapView, ErrorView> {
        let mut world = self.inner.world.write().await;
        let is_demo = world.demo().is_some();
        match mode {
            Mode::Demo if !is_demo => self.enter_demo(&mut world).await?,
            Mode::Aws | Mode::FirstRun if is_demo => self.leave_demo(&mut world).await?,
            Mode::Demo | Mode::Aws | Mode::FirstRun => {}
        }
        if mode == Mode::Aws {
            world.start_with(StartMode::Aws).await?;
        }
        drop(world);
        self.bootstrap().await
    }

    /// The user has seen what went wrong while starting: it is not shown again, not at the next start either.
    ///
    /// # Errors
    /// Any of the store.
    pub async fn notices_seen(&self) -> Result<(), ErrorView> {
        self.inner.notices.lock().clear();
        self.inner.own_storage.run(Store::forget_notices).await
    }

    /// Opens a tab; answers at once with a tab that is still connecting. Sizes are in character cells.
    ///
    /// # Errors
    /// `unknown-node`, `unknown-connection`, `bad-<field>`, `closing`, and any of the store.
    pub async fn connect(&self, request: ConnectRequest, cols: u32, rows: u32) -> Result<TabView, ErrorView> {
        let world = self.world().await;
        let destination = world.connecting().destination(request).await?;
        let size = TerminalSize::clamped(cols, rows);
        self.inner.tabs.open(destination, size, world.for_sessions())
    }

    /// What a saved connection by a query leads to now.
    ///
    /// # Errors
    /// `unknown-connection`, `no-node-answers`, and any of the store.
    pub async fn saved_nodes(&self, id: i32) -> Result<SavedNodesView, ErrorView> {
        self.world().await.connecting().saved_nodes(id).await
    }

    /// Opens a new session in the same tab with the same parameters; one that still runs is terminated.
    ///
    /// # Errors
    /// `unknown-tab`, `closing`.
    pub async fn reconnect_tab(&self, id: u32, cols: u32, rows: u32) -> Result<TabView, ErrorView> {
        let world = self.world().await;
        let size = TerminalSize::clamped(cols, rows);
        self.inner.tabs.reconnect(id, size, world.for_sessions())
    }

    /// Opens another tab with the destination of this one: same node, document, parameters and reason.
    ///
    /// # Errors
    /// `unknown-tab`, `closing`.
    pub async fn duplicate_tab(&self, id: u32, cols: u32, rows: u32) -> Result<TabView, ErrorView> {
        let world = self.world().await;
        let destination = self.inner.tabs.get(id)?.destination();
        let size = TerminalSize::clamped(cols, rows);
        self.inner.tabs.open(destination, size, world.for_sessions())
    }

    /// Demo only: cuts the tab's link for a few seconds.
    ///
    /// # Errors
    /// `not-demo`, `unknown-tab`, `no-session`.
    pub async fn demo_drop_network(&self, id: u32) -> Result<(), ErrorView> {
        let world = self.world().await;
        let demo = world.demo().ok_or_else(not_demo)?;
        let session = self.inner.tabs.get(id)?.session_id();
        demo.drop_network(&session.ok_or_else(no_session)?);
        Ok(())
    }

    /// Terminates every session and forward, stops every sync and ends the demo, within a few seconds. No tab can be opened any more.
    pub async fn shut_down(&self) {
        self.inner.sessions.refuse_new();
        self.inner.mfa.give_up();
        let world = self.world().await;
        tokio::join!(self.close_sessions(), world.forwards().close());
        world.close().await;
    }

    /// The demo has a store of its own, in memory: all pairs of the made-up fleet, sync on. It looks as the user chose.
    async fn enter_demo(&self, world: &mut World) -> Result<(), ErrorView> {
        let own = self.inner.own_storage.run(|store| store.settings()).await?;
        let demo = self.inner.worlds.demo().await?;
        let entered = match demo_store(demo.as_ref(), &own) {
            Ok(store) => {
                let storage = Storage::new(store);
                self.switch_to(world, storage, Some(Arc::clone(&demo))).await
            }
            Err(error) => Err(error.into()),
        };
        if entered.is_err() {
            demo.shut_down().await;
        }
        entered
    }

    async fn leave_demo(&self, world: &mut World) -> Result<(), ErrorView> {
        self.switch_to(world, self.inner.own_storage.clone(), None).await
    }

    /// Ends everything of the world before, so that none of its sessions is left behind and none of its events comes
    /// after the change.
    async fn switch_to(
        &self,
        world: &mut World,
        storage: Storage,
        demo: Option<Arc<dyn Demo>>,
    ) -> Result<(), ErrorView> {
        let control = demo
            .as_ref()
            .map_or_else(|| self.inner.worlds.aws(), |demo| demo.control());
        let own = if demo.is_none() {
            self.inner.worlds.own_profiles()
        } else {
            None
        };
        let next = World::open(storage, control, demo, self.inner.events.scoped(), own).await?;
        let before = std::mem::replace(world, next);
        world.activate();
        self.inner.mfa.give_up();
        tokio::join!(self.close_sessions(), before.forwards().close());
        before.close().await;
        world.forwards().start_with_postern();
        Ok(())
    }

    async fn close_sessions(&self) {
        self.inner.tabs.close_all();
        self.inner.sessions.close_all().await;
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
fn open_store(opened: Result<Opened, StoreError>) -> Result<(Store, Vec<ErrorView>), ErrorView> {
    match opened {
        Ok(opened) => Ok((opened.store, opened.notices.iter().map(ErrorView::from).collect())),
        Err(error) => {
            let notice = ErrorView::from(error);
            let next_step = format!("{} Until then nothing that you change is kept.", notice.next_step);
            Ok((Store::in_memory()?, vec![ErrorView { next_step, ..notice }]))
        }
    }
}

/// Tells the window of each question, for as long as anybody can ask.
async fn tell_questions(mut questions: watch::Receiver<Vec<MfaQuestionView>>, events: EventBus) {
    while questions.changed().await.is_ok() {
        let questions = questions.borrow_and_update().clone();
        events.emit(AppEvent::MfaWanted { questions });
    }
}

fn demo_store(demo: &dyn Demo, own: &Settings) -> Result<Store, StoreError> {
    let store = Store::in_memory()?;
    for default in store.pairs()? {
        store.remove_pair(default.id)?;
    }
    for pair in demo.pairs() {
        store.add_pair(&pair, true)?;
    }
    store.update_settings(|settings| {
        settings.sync_enabled = true;
        settings.theme = own.theme;
        settings.terminal_font_size = own.terminal_font_size;
    })?;
    Ok(store)
}

fn not_demo() -> ErrorView {
    ErrorView::new(
        "not-demo",
        "This works in the demo only.",
        "Open the demo fleet first.",
    )
}

fn no_own_profiles() -> ErrorView {
    ErrorView::new(
        "no-own-profiles",
        "The demo has profiles of its own.",
        "Leave the demo first.",
    )
}

fn no_session() -> ErrorView {
    ErrorView::new(
        "no-session",
        "This tab has no session yet.",
        "Wait for the prompt.",
    )
}
