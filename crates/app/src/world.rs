//! One of the two worlds that the window can work on: the user's AWS, or the demo's simulator.

use std::sync::Arc;

use postern_model::ControlPlane;
use postern_store::StartMode;

use crate::{
    background::Background,
    bulk_runs::BulkRuns,
    centers::Centers,
    containers::ContainerTree,
    contract::{ErrorView, Mode, ProxyPasswordDraft, SettingsView},
    events::EventBus,
    fleet::{Finding, FleetTable, FleetWatch, NodeCounts, PairLogins, Pairs, Syncing},
    forwards::Forwards,
    import::Imports,
    network::WayToAws,
    power::NodePower,
    remote_desktop::RemoteDesktops,
    remote_hosts::OfferedHosts,
    saved::SavedConnections,
    sessions::{Connecting, Documents, SessionWorld},
    settings::{CurrentSettings, OwnProfileKeeping, OwnProfileList, Profiles, SettingsChange, check_proxy},
    sign_ins::{LoginWaits, SigningIn},
    storage::Storage,
    team_files::TeamFiles,
    worlds::Demo,
};

/// A store and a control plane, and the parts that work on them. Tabs and sessions are of the window, not of a world.
pub struct World {
    demo: Option<Arc<dyn Demo>>,
    control: Arc<dyn ControlPlane>,
    events: EventBus,
    background: Background,
    bulk_runs: Arc<BulkRuns>,
    profiles: Arc<Profiles>,
    /// Not in the demo, whose control plane knows none.
    own_profiles: Option<Arc<OwnProfileList>>,
    settings: Arc<CurrentSettings>,
    way: Arc<WayToAws>,
    fleet: Arc<FleetWatch>,
    syncing: Arc<Syncing>,
    pairs: Arc<Pairs>,
    finding: Finding,
    saved: Arc<SavedConnections>,
    imports: Imports,
    team_files: Arc<TeamFiles>,
    connecting: Connecting,
    documents: Documents,
    forwards: Arc<Forwards>,
    remote_hosts: OfferedHosts,
    remote_desktops: Arc<RemoteDesktops>,
    power: NodePower,
    logins: LoginWaits,
    signing_in: Arc<SigningIn>,
}

impl World {
    /// Opens a world and starts what it does by itself: telling the window of the fleet, showing the fleet that was read
    /// last, and sync. `demo` is given in the demo only. Must be called inside a tokio runtime.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub(crate) async fn open(
        storage: Storage,
        control: Arc<dyn ControlPlane>,
        demo: Option<Arc<dyn Demo>>,
        events: EventBus,
        own: Option<OwnProfileKeeping>,
    ) -> Result<Self, ErrorView> {
        let settings = CurrentSettings::open(storage.clone(), events.clone()).await?;
        let (logins, woken) = LoginWaits::new(events.clone());
        let settings = Arc::new(settings);
        let secrets = own.as_ref().map(|own| own.secrets.clone());
        let way = WayToAws::new(&control, &storage, secrets);
        let saved = Arc::new(SavedConnections::new(&storage, &settings, &events));
        let forwards = Forwards::open(&storage, &events, &control, &saved, &logins).await?;
        let team_files = Arc::new(TeamFiles::open(&storage, &settings, &events).await?);
        let kept = (settings, saved, Arc::new(forwards), team_files);
        let mut world = Self::composed(storage.clone(), control, demo, events, kept, logins, way);
        if let Some(own) = own {
            let list = OwnProfileList::open(own, &storage, &world.events, &world.profiles).await?;
            world.own_profiles = Some(Arc::new(list));
        }
        world.way.tell().await?;
        world.profiles.refresh().await;
        world.signing_in.refresh().await;
        let (fleet, syncing) = (Arc::clone(&world.fleet), Arc::clone(&world.syncing));
        world
            .background
            .spawn_until_closed(async move { fleet.emit_changes().await });
        world
            .background
            .spawn_until_closed(Arc::clone(&syncing).sync_on_time());
        world.background.spawn_until_closed(syncing.sync_woken(woken));
        world
            .background
            .spawn_until_closed(Arc::clone(&world.signing_in).watch_for_ever());
        world
            .background
            .spawn_until_closed(Arc::clone(&world.forwards).emit_counts());
        world
            .background
            .spawn_until_closed(Arc::clone(&world.team_files).watch());
        let retrying = Arc::clone(&world.forwards).retry_on_changes(world.way.changes());
        world.background.spawn_until_closed(retrying);
        match world.syncing.apply_pairs().await {
            Ok(()) => Ok(world),
            Err(error) => {
                world.close().await;
                Err(error)
            }
        }
    }

    fn composed(
        storage: Storage,
        control: Arc<dyn ControlPlane>,
        demo: Option<Arc<dyn Demo>>,
        events: EventBus,
        (settings, saved, forwards, team_files): (
            Arc<CurrentSettings>,
            Arc<SavedConnections>,
            Arc<Forwards>,
            Arc<TeamFiles>,
        ),
        logins: LoginWaits,
        way: WayToAws,
    ) -> Self {
        let background = Background::default();
        let way = Arc::new(way);
        let profiles = Arc::new(Profiles::new(&control, &events));
        let fleet = Arc::new(FleetWatch::new(&events, profiles.subscribe()));
        let syncing = Syncing::new(
            &control,
            &storage,
            &settings,
            &profiles,
            &fleet,
            &background,
            PairLogins::new(&control, &logins),
        );
        let syncing = Arc::new(syncing);
        let signing_in = Arc::new(SigningIn::new(&control, &events, &background, &logins));
        Self {
            bulk_runs: Arc::new(BulkRuns::new(&control, &fleet, &background, &events)),
            demo,
            finding: Finding::new(&fleet, &saved),
            pairs: Arc::new(Pairs::new(&storage, &way, &syncing, &fleet)),
            connecting: Connecting::new(&storage, &events, &settings, &fleet, &saved, &team_files),
            imports: Imports::new(&storage, &saved),
            team_files,
            documents: Documents::new(&control, &background),
            remote_desktops: Arc::new(RemoteDesktops::new(&control, &fleet, &background, &events)),
            power: NodePower::new(&control, &fleet, &background, &events),
            remote_hosts: OfferedHosts::new(&control, &background, &forwards),
            control,
            events,
            background,
            profiles,
            own_profiles: None,
            settings,
            way,
            fleet,
            syncing,
            saved,
            forwards,
            logins,
            signing_in,
        }
    }

    /// Stops everything that it does by itself, and the demo.
    pub(crate) async fn close(&self) {
        self.background.stop();
        self.syncing.stop();
        self.remote_desktops.forget_password().await;
        self.background.finished().await;
        if let Some(demo) = &self.demo {
            demo.shut_down().await;
        }
    }

    /// From now on the window hears of this world, and of no other.
    pub(crate) fn activate(&self) {
        self.events.activate();
    }

    pub(crate) fn mode(&self) -> Mode {
        match (&self.demo, self.settings.get().start) {
            (Some(_), _) => Mode::Demo,
            (None, StartMode::FirstRun) => Mode::FirstRun,
            (None, StartMode::Aws) => Mode::Aws,
        }
    }

    pub(crate) fn demo(&self) -> Option<&Arc<dyn Demo>> {
        self.demo.as_ref()
    }

    /// What a session needs that a person opens. Who gave no code of an MFA device before is asked for it again.
    pub(crate) fn for_sessions(&self) -> SessionWorld {
        self.control.ask_mfa_again();
        SessionWorld {
            control: Arc::clone(&self.control),
            logins: self.logins.clone(),
            way_changes: self.way.changes(),
        }
    }

    pub(crate) fn logins(&self) -> &LoginWaits {
        &self.logins
    }

    /// Somebody says that what a question is about is renewed: everything that waits for it tries at once. A question that
    /// nobody asks any more is answered.
    pub fn answer_login(&self, id: &str) {
        if let Some(woken) = self.logins.answered(id) {
            woken.wake();
        }
    }

    pub(crate) fn signing_in(&self) -> Arc<SigningIn> {
        Arc::clone(&self.signing_in)
    }

    /// The AWS profiles.
    pub fn profiles(&self) -> &Profiles {
        &self.profiles
    }

    pub(crate) fn own_profiles(&self) -> Option<Arc<OwnProfileList>> {
        self.own_profiles.clone()
    }

    /// Accounts by way of IAM Identity Center.
    pub fn centers(&self) -> Centers {
        Centers {
            own: self.own_profiles.clone(),
            profiles: Arc::clone(&self.profiles),
            signing_in: Arc::clone(&self.signing_in),
            pairs: Arc::clone(&self.pairs),
        }
    }

    /// The pairs of the settings.
    pub fn pairs(&self) -> &Pairs {
        &self.pairs
    }

    /// Searches of the fleet and the saved connections.
    pub fn finding(&self) -> &Finding {
        &self.finding
    }

    /// Counts of nodes where there is no pair yet.
    pub(crate) fn node_counts(&self) -> NodeCounts {
        NodeCounts::new(&self.control, &self.background, self.settings.get().only_running)
    }

    /// Power over nodes.
    pub fn power(&self) -> &NodePower {
        &self.power
    }

    /// The fleet's sync.
    pub fn syncing(&self) -> &Arc<Syncing> {
        &self.syncing
    }

    /// Saved connections and groups.
    pub fn saved(&self) -> &SavedConnections {
        &self.saved
    }

    /// Connections from files.
    pub fn imports(&self) -> &Imports {
        &self.imports
    }

    /// Files of connections that others keep.
    pub fn team_files(&self) -> &TeamFiles {
        &self.team_files
    }

    /// The forwards that the user declared.
    pub fn forwards(&self) -> &Arc<Forwards> {
        &self.forwards
    }

    /// The same, unless they are those of the demo.
    pub(crate) fn own_forwards(&self) -> Option<Arc<Forwards>> {
        self.demo.is_none().then(|| Arc::clone(&self.forwards))
    }

    pub(crate) fn remote_hosts(&self) -> OfferedHosts {
        self.remote_hosts.clone()
    }

    pub(crate) fn remote_desktops(&self) -> Arc<RemoteDesktops> {
        Arc::clone(&self.remote_desktops)
    }

    pub(crate) fn documents(&self) -> Documents {
        self.documents.clone()
    }

    /// The nodes as a table.
    pub fn fleet_table(&self) -> FleetTable {
        FleetTable::new(&self.fleet)
    }

    /// Commands on many nodes at once.
    pub fn bulk_runs(&self) -> &BulkRuns {
        &self.bulk_runs
    }

    pub(crate) fn containers(&self) -> ContainerTree {
        ContainerTree::new(&self.control, &self.fleet, &self.background)
    }

    pub(crate) fn fleet(&self) -> &FleetWatch {
        &self.fleet
    }

    pub(crate) fn connecting(&self) -> &Connecting {
        &self.connecting
    }

    /// The settings in force.
    pub fn settings(&self) -> SettingsView {
        self.settings.view()
    }

    /// Keeps settings that are all in their ranges, and lets them act. Answers with what was kept.
    ///
    /// # Errors
    /// `bad-<field>` for the first one that is not, and any of the store.
    pub async fn save_settings(&self, settings: &SettingsView) -> Result<SettingsView, ErrorView> {
        let _one_at_a_time = self.syncing.lock_changes().await;
        let change = self.settings.save(settings).await?;
        self.settings_changed(&change).await?;
        Ok(self.settings.view())
    }

    /// Keeps the password of the settings' proxy in the keyring, or for this run; an empty one is forgotten.
    ///
    /// # Errors
    /// `bad-proxy` before anything is kept, `not-in-demo`, those of the keyring, and any of the store.
    pub async fn save_proxy_password(&self, draft: ProxyPasswordDraft) -> Result<(), ErrorView> {
        check_proxy(&draft.proxy)?;
        let _one_at_a_time = self.syncing.lock_changes().await;
        self.way.keep_password(draft).await?;
        self.syncing.sync_unread().await;
        Ok(())
    }

    /// The way to AWS. What is asked of the keyring for it may take its time, so it keeps nobody from leaving the world.
    pub(crate) fn way(&self) -> Arc<WayToAws> {
        Arc::clone(&self.way)
    }

    /// Remembers what the window shows when it starts.
    pub(crate) async fn start_with(&self, start: StartMode) -> Result<(), ErrorView> {
        let _one_at_a_time = self.syncing.lock_changes().await;
        let change = self.settings.start_with(start).await?;
        self.settings_changed(&change).await
    }

    async fn settings_changed(&self, change: &SettingsChange) -> Result<(), ErrorView> {
        if change.is_of_network() {
            self.way.tell().await?;
            self.syncing.sync_unread().await;
        }
        if change.is_of_defaults() {
            self.saved.emit().await?;
            self.team_files.emit();
        }
        if change.is_of_synced_pairs() {
            self.syncing.apply_pairs().await?;
        } else if change.is_of_synced_nodes() {
            self.syncing.sync_anew().await;
        }
        Ok(())
    }

    /// Demo only: where the simulator answers.
    pub fn simulator_endpoint(&self) -> Option<String> {
        self.demo.as_ref().map(|demo| demo.endpoint())
    }
}
