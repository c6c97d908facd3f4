//! What happens, told to the window once, as the change itself.

use serde::Serialize;
use specta::Type;

use super::{
    ConnectionView, ErrorView, GroupView, HistoryView, NodeView, PairView, ProfilesView, SettingsView,
    TabView,
};

/// What happens, told to the window once, as the change itself.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
#[allow(clippy::large_enum_variant)] // Each is moved a few times on its way out, and most of them are of tabs.
pub enum AppEvent {
    /// The window works on something else from here on, the demo or the user's AWS. What was told before is of what it
    /// showed before; the answer of `choose_mode` is newer than this and holds everything.
    WorkspaceChanged,
    /// Nodes came, changed or went.
    FleetChanged {
        /// New and changed nodes.
        upserts: Vec<NodeView>,
        /// Keys of nodes that are gone.
        removals: Vec<String>,
    },
    /// The pairs, or their sync state, changed; the whole short list.
    PairsChanged {
        /// All pairs.
        pairs: Vec<PairView>,
    },
    /// Groups or saved connections changed; the whole lists.
    ConnectionsChanged {
        /// All groups.
        groups: Vec<GroupView>,
        /// All connections.
        connections: Vec<ConnectionView>,
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
    /// Sessions wait for new credentials of this profile. Told once for each lapse, and again when the number changes.
    LoginWanted {
        /// The profile; none means the default credentials.
        profile: Option<String>,
        /// How many sessions wait.
        sessions: u32,
        /// What AWS says, and the next step.
        error: ErrorView,
    },
    /// Nobody waits for this profile's credentials any more.
    LoginSettled {
        /// The profile; none means the default credentials.
        profile: Option<String>,
    },
    /// A tab is gone.
    TabClosed {
        /// Its number.
        id: u32,
    },
    /// Somebody wants to close the window, and sessions would end with it.
    CloseRequested,
    /// Something went wrong that belongs to no view.
    Notice {
        /// What.
        error: ErrorView,
    },
}
