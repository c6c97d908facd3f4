//! What happens, emitted to the window once, as the change itself.

use serde::Serialize;
use specta::Type;

use super::{
    BulkRunView, ConnectionView, ErrorView, ForwardTrafficView, ForwardView, GroupView, HistoryView,
    LoginView, MfaQuestionView, OwnProfilesView, PairSizeView, PairView, PowerTaskView, ProfilesView,
    SettingsView, SignInsView, SmartGroupView, TabView, TeamFileView, UsedView,
};

/// What happens, emitted to the window once, as the change itself.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
#[allow(clippy::large_enum_variant)] // Each is moved a few times on its way out, and most of them are of tabs.
pub enum AppEvent {
    /// The window works on the other world from here on, the demo or the user's AWS. Events before this are of the world
    /// before; the answer of `choose_mode` is newer than this and holds everything.
    WorldChanged,
    /// Nodes came, changed or went: what the window shows of them is to be asked for again.
    FleetChanged {
        /// Of the fleet as it is now.
        revision: f64,
        /// How many nodes the pairs have now whose nodes changed.
        pairs: Vec<PairSizeView>,
    },
    /// Pairs, or what sync says of them, changed.
    PairsChanged {
        /// New and changed pairs; new ones come last in the user's order.
        pairs: Vec<PairView>,
        /// Numbers of pairs that are gone.
        removals: Vec<i32>,
    },
    /// Groups or saved connections changed; the whole lists.
    ConnectionsChanged {
        /// All groups.
        groups: Vec<GroupView>,
        /// All connections.
        connections: Vec<ConnectionView>,
    },
    /// Smart groups changed; the whole list.
    SmartGroupsChanged {
        /// All of them, by name.
        smart_groups: Vec<SmartGroupView>,
    },
    /// Something was connected to.
    UsedChanged {
        /// All that is kept, most recent first.
        used: Vec<UsedView>,
    },
    /// Team files were added or removed, changed, or can be read no more or again.
    TeamFilesChanged {
        /// All of them.
        files: Vec<TeamFileView>,
    },
    /// Settings changed.
    SettingsChanged {
        /// The settings.
        settings: SettingsView,
    },
    /// The AWS files were read again.
    ProfilesChanged {
        /// The profiles.
        profiles: ProfilesView,
    },
    /// The profiles of Postern's own changed, or how their secrets stand.
    OwnProfilesChanged {
        /// All of them.
        own: OwnProfilesView,
    },
    /// The connect dialog's histories changed.
    HistoryChanged {
        /// The histories.
        history: HistoryView,
    },
    /// A tab was opened or changed.
    TabChanged {
        /// The tab.
        tab: TabView,
    },
    /// Something waits for somebody to sign in. Emitted once for each lapse, and again when something else waits too or
    /// waits no more.
    LoginWanted {
        /// The question.
        login: LoginView,
    },
    /// Nothing waits for this sign-in any more.
    LoginSettled {
        /// Of the question.
        id: String,
    },
    /// The sign-ins are others, or in another state: somebody signed in or out, a token was renewed or ran out.
    SignInsChanged {
        /// All of them.
        sign_ins: SignInsView,
    },
    /// A sign-in that waited for the browser is over, unless the user cancelled it.
    SignInFinished {
        /// The sign-in.
        key: String,
        /// Why it did not work; none if somebody is signed in now.
        error: Option<ErrorView>,
    },
    /// A sign-in to the console that waited for the browser is over, unless the user cancelled it.
    ConsoleSignInFinished {
        /// The profile that it is of.
        profile: String,
        /// Why it did not work; none if somebody is signed in now.
        error: Option<ErrorView>,
    },
    /// Other codes of MFA devices are wanted.
    MfaWanted {
        /// All questions that are open, the oldest first.
        questions: Vec<MfaQuestionView>,
    },
    /// A tab is gone.
    TabClosed {
        /// Its number.
        id: u32,
    },
    /// Forwards were declared, changed or removed, or stand otherwise than before.
    ForwardsChanged {
        /// New and changed forwards.
        forwards: Vec<ForwardView>,
        /// Numbers of forwards that are gone.
        removals: Vec<i32>,
    },
    /// Something went through forwards. Emitted at most four times a second.
    ForwardTraffic {
        /// Of those whose counts changed.
        traffic: Vec<ForwardTrafficView>,
    },
    /// A run on many nodes went on.
    BulkRunChanged {
        /// The run, with those rows that changed.
        run: BulkRunView,
    },
    /// Instances were told something, or another of them has done it.
    PowerChanged {
        /// The order and how far it is.
        task: PowerTaskView,
    },
    /// Somebody wants to close the window, and sessions would end with it.
    CloseRequested,
    /// Something went wrong that belongs to no view.
    Notice {
        /// What.
        error: ErrorView,
    },
}
