//! The shapes that the interface sees: one direction, plain data, already safe to show as text.

use serde::{Deserialize, Serialize};
use specta::Type;

/// Everything the window needs to draw itself for the first time, or after a reload.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BootstrapView {
    /// The program's version.
    pub version: String,
    /// What the window works on.
    pub mode: Mode,
    /// Where the AWS configuration is, for texts such as "Found 6 profiles in ~/.aws/config".
    pub aws_config_path: String,
    /// The AWS profiles, or why they cannot be read.
    pub profiles: ProfilesView,
    /// Settings.
    pub settings: SettingsView,
    /// Pairs in the user's order.
    pub pairs: Vec<PairView>,
    /// Groups of saved connections, by name.
    pub groups: Vec<GroupView>,
    /// Saved connections, by name.
    pub connections: Vec<ConnectionView>,
    /// The whole synced fleet.
    pub nodes: Vec<NodeView>,
    /// Sessions that are open already (after a reload of the page).
    pub tabs: Vec<TabView>,
    /// Most recent values of the connect dialog.
    pub history: HistoryView,
    /// What went wrong while starting, for example a store that had to be set aside.
    pub notices: Vec<ErrorView>,
}

/// What the window works on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum Mode {
    /// Nothing was chosen yet: show the first run.
    FirstRun,
    /// The user's AWS profiles.
    Aws,
    /// The made-up fleet of the simulator; nothing of it is kept.
    Demo,
}

/// An error as the interface shows it: cause, next step, and what AWS said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ErrorView {
    /// A stable word; the interface acts on some of them.
    pub code: String,
    /// The cause, one sentence.
    pub message: String,
    /// The next step, one sentence.
    pub next_step: String,
    /// What AWS or the system said, if that says more.
    pub detail: Option<String>,
}

/// The AWS profiles.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ProfilesView {
    /// In the order of the files.
    pub profiles: Vec<ProfileView>,
    /// Why they cannot be read.
    pub error: Option<ErrorView>,
}

/// One AWS profile.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ProfileView {
    /// Its name.
    pub name: String,
    /// Its own Region.
    pub region: Option<String>,
    /// How it gets credentials, in words.
    pub credentials: String,
    /// Its colour in every view.
    pub environment: Environment,
}

/// The colour of a profile: derived from its name until the user chooses one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum Environment {
    /// Development.
    Dev,
    /// Staging and test.
    Stage,
    /// Production.
    Prod,
    /// Data platforms.
    Data,
    /// Shared services and everything that is not recognised.
    Shared,
    /// Edge and on premises.
    Edge,
}

/// The settings that are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SettingsView {
    /// Whether the fleet is synced at all.
    pub sync_enabled: bool,
    /// Whether only running instances are fetched.
    pub only_running: bool,
    /// Sync every so many minutes; 0 means only at start and on demand.
    pub sync_every_minutes: u32,
    /// Profile of connections that inherit.
    pub default_profile: Option<String>,
    /// Region of connections that inherit.
    pub default_region: Option<String>,
    /// The interface's colours.
    pub theme: ThemeChoice,
    /// Size of the terminal's text in pixels, 9 to 24.
    pub terminal_font_size: u32,
    /// Lines kept above the terminal's screen, 100 to 200,000.
    pub scrollback_lines: u32,
}

/// Which theme the user chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum ThemeChoice {
    /// As the system says.
    System,
    /// Dark.
    Dark,
    /// Light.
    Light,
}

/// What the user writes about a pair.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PairDraft {
    /// The AWS profile.
    pub profile: String,
    /// The Region.
    pub region: String,
    /// Whether it takes part in sync.
    pub enabled: bool,
}

/// One pair with its state.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PairView {
    /// Its number; nodes refer to it.
    pub id: i32,
    /// The AWS profile.
    pub profile: String,
    /// The Region.
    pub region: String,
    /// Whether it takes part in sync.
    pub enabled: bool,
    /// The profile's colour.
    pub environment: Environment,
    /// Something wrong with the row itself, such as a profile that does not exist.
    pub problem: Option<ErrorView>,
    /// What sync says.
    pub sync: SyncView,
}

/// The state of a pair's sync. Times are milliseconds since the epoch.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SyncView {
    /// What is going on.
    pub phase: SyncPhase,
    /// Pages and nodes read so far by a running sync.
    pub nodes_read: u32,
    /// When the data shown was read; none if never.
    pub data_at_ms: Option<f64>,
    /// When the last sync failed, and why; the data shown is then older.
    pub failed_at_ms: Option<f64>,
    /// Why it failed; with the phase `done`, why nothing is known of the agents and hybrid nodes.
    pub error: Option<ErrorView>,
}

/// What is going on with a pair.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum SyncPhase {
    /// Not synced yet.
    Never,
    /// Waiting for its turn.
    Queued,
    /// Being read.
    Running,
    /// The data is complete.
    Done,
    /// The last sync failed.
    Failed,
    /// The last sync was stopped by the user.
    Cancelled,
}

/// One node of the fleet.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NodeView {
    /// Stable over syncs: `<pair>/<node id>`.
    pub key: String,
    /// The pair it belongs to.
    pub pair: i32,
    /// `i-…` or `mi-…`.
    pub id: String,
    /// Name to show: the tag `Name`, else what the agent reports, else empty.
    pub name: String,
    /// EC2 or hybrid.
    pub kind: NodeKindView,
    /// Life of the instance.
    pub state: NodeStateView,
    /// Whether the agent answers.
    pub ping: PingView,
    /// When the agent last did.
    pub last_ping_at_ms: Option<f64>,
    /// The agent's version.
    pub agent_version: Option<String>,
    /// `linux`, `windows`, `mac-os`.
    pub platform: Option<PlatformView>,
    /// For example `Amazon Linux 2023`.
    pub platform_name: Option<String>,
    /// For example `m7g.large`.
    pub instance_type: Option<String>,
    /// Availability zone.
    pub zone: Option<String>,
    /// Private address.
    pub private_ip: Option<String>,
    /// Public address.
    pub public_ip: Option<String>,
    /// Instance profile or activation role.
    pub role: Option<String>,
    /// When it was last started.
    pub launched_at_ms: Option<f64>,
    /// Its tags without `Name`.
    pub tags: Vec<TagView>,
}

/// EC2 or hybrid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum NodeKindView {
    /// An EC2 instance.
    Ec2,
    /// A hybrid node.
    Hybrid,
}

/// Life of an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum NodeStateView {
    /// Starting.
    Pending,
    /// Running.
    Running,
    /// Stopping.
    Stopping,
    /// Stopped.
    Stopped,
    /// Shutting down for good.
    ShuttingDown,
    /// Gone.
    Terminated,
    /// Not known (hybrid nodes).
    Unknown,
}

/// Whether the agent answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum PingView {
    /// It does.
    Online,
    /// It fell silent.
    Lost,
    /// It was deactivated.
    Inactive,
    /// Systems Manager does not know this instance.
    NoAgent,
    /// Systems Manager could not be asked.
    Unknown,
}

/// The operating system's family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum PlatformView {
    /// Linux.
    Linux,
    /// Windows.
    Windows,
    /// macOS.
    MacOs,
}

/// One tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct TagView {
    /// Key.
    pub key: String,
    /// Value.
    pub value: String,
}

/// A group of saved connections.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct GroupView {
    /// Its number.
    pub id: i32,
    /// What the user wrote.
    pub draft: GroupDraftView,
    /// Whether the tree shows it folded.
    pub collapsed: bool,
}

/// What the user writes about a group.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct GroupDraftView {
    /// Its name.
    pub name: String,
    /// The profile its connections inherit.
    pub profile: Option<String>,
    /// The Region its connections inherit.
    pub region: Option<String>,
    /// The demand on encryption that its connections inherit.
    pub encryption: Option<EncryptionPolicyView>,
    /// Free text.
    pub description: String,
}

/// A saved connection with what it inherits.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionView {
    /// Its number.
    pub id: i32,
    /// What the user wrote.
    pub draft: ConnectionDraftView,
    /// The profile that applies, and who set it; none leaves it to the AWS configuration.
    pub effective_profile: Option<InheritedView>,
    /// The Region that applies, and who set it; none leaves it to the AWS configuration.
    pub effective_region: Option<InheritedView>,
    /// The demand on encryption that applies.
    pub effective_encryption: EffectiveEncryptionView,
}

/// What a connection demands of encryption.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum EncryptionPolicyView {
    /// Encrypt when the session's preferences ask for it.
    Prefer,
    /// Refuse a session that is not encrypted, and with a key also one that is encrypted with another.
    Require {
        /// Key id, alias or ARN of the only key to be used.
        key: Option<String>,
    },
    /// Refuse a session that asks for encryption.
    Off,
}

/// The demand on encryption that applies, and who set it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct EffectiveEncryptionView {
    /// The demand.
    pub policy: EncryptionPolicyView,
    /// Who set it; none where nobody did, and `prefer` applies.
    pub origin: Option<OriginView>,
}

/// A value and who set it.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct InheritedView {
    /// The value.
    pub value: String,
    /// Who set it.
    pub origin: OriginView,
}

/// Who set a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum OriginView {
    /// The connection itself.
    Connection,
    /// Its group.
    Group,
    /// The settings.
    Default,
}

/// What the user writes about a connection.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionDraftView {
    /// Its name.
    pub name: String,
    /// Its group.
    pub group: Option<i32>,
    /// Instance id, `mi-…` or ECS target.
    pub target: String,
    /// Own profile, or inherited.
    pub profile: Option<String>,
    /// Own Region, or inherited.
    pub region: Option<String>,
    /// Session document, or the Region's shell.
    pub document: Option<String>,
    /// The document's parameters.
    pub parameters: Vec<ParameterView>,
    /// Own demand on encryption, or inherited.
    pub encryption: Option<EncryptionPolicyView>,
    /// Free text.
    pub description: String,
    /// Labels to search by.
    pub tags: Vec<String>,
}

/// What to connect to.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum ConnectRequest {
    /// A synced node, by its key.
    Node {
        /// [`NodeView::key`].
        key: String,
        /// What to run there instead of a shell.
        run: Option<RunView>,
    },
    /// A saved connection.
    Saved {
        /// [`ConnectionView::id`].
        id: i32,
        /// What to run there instead of the connection's own document.
        run: Option<RunView>,
    },
    /// What was typed into the connect dialog.
    Typed {
        /// Instance id, `mi-…` or ECS target.
        target: String,
        /// Profile, or the default.
        profile: Option<String>,
        /// Region, or the default.
        region: Option<String>,
        /// Session document.
        document: Option<String>,
        /// The document's parameters.
        parameters: Vec<ParameterView>,
        /// Recorded by AWS with the session.
        reason: Option<String>,
        /// The demand on encryption; none means `prefer`.
        encryption: Option<EncryptionPolicyView>,
    },
}

/// A Session document to run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RunView {
    /// Its name or ARN.
    pub document: String,
    /// Its parameters; those that are not named take the document's own values.
    pub parameters: Vec<ParameterView>,
    /// Recorded by AWS with the session.
    pub reason: Option<String>,
}

/// A Session document as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DocumentSummaryView {
    /// Its name or ARN.
    pub name: String,
    /// Whose it is.
    pub owner: DocumentOwnerView,
}

/// Whose a document is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentOwnerView {
    /// AWS's.
    Amazon,
    /// The account's own.
    Own,
    /// Another account's.
    Shared,
}

/// A Session document with what a form for it needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SessionDocumentView {
    /// Its name or ARN.
    pub name: String,
    /// What its author says of it; often empty.
    pub description: String,
    /// What kind of session it makes.
    pub kind: DocumentKindView,
    /// Its parameters, in its order.
    pub parameters: Vec<DocumentParameterView>,
    /// The KMS key that its sessions are encrypted with, where the document names one itself.
    pub kms_key: Option<String>,
}

/// What kind of session a document makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentKindView {
    /// A shell.
    Shell,
    /// A command with a terminal.
    Interactive,
    /// A command without a terminal; its output comes in one piece at the end.
    NonInteractive,
    /// A command without a terminal, with separate standard error and an exit status.
    NonInteractiveSeparate,
    /// A port forward; it cannot be run in a tab.
    Port,
    /// Not known: only the parameters could be read, or the kind is newer than this version.
    Unknown,
}

/// One parameter of a document, for a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DocumentParameterView {
    /// Its name.
    pub name: String,
    /// What kind of value it takes.
    pub kind: ParameterKindView,
    /// What its author says of it; often empty.
    pub description: String,
    /// The values when none are given; without them the parameter is required.
    pub default_values: Option<Vec<String>>,
    /// The only legal values; empty means any.
    pub allowed_values: Vec<String>,
    /// A pattern that values match, to be shown; AWS checks it.
    pub allowed_pattern: Option<String>,
    /// The least number of characters of a value.
    pub min_chars: Option<u32>,
    /// The greatest number of characters of a value.
    pub max_chars: Option<u32>,
}

/// What kind of value a parameter takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum ParameterKindView {
    /// One text.
    Text,
    /// Several texts.
    List,
    /// `true` or `false`.
    Boolean,
}

/// One parameter of a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct ParameterView {
    /// Name.
    pub name: String,
    /// Values.
    pub values: Vec<String>,
}

/// The connect dialog's histories, most recent first, at most 10 each.
#[derive(Debug, Clone, Default, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct HistoryView {
    /// Instance ids.
    pub targets: Vec<String>,
    /// Profiles.
    pub profiles: Vec<String>,
    /// Regions.
    pub regions: Vec<String>,
}

/// One tab: a session and what is known of it.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TabView {
    /// The tab's number in this run.
    pub id: u32,
    /// Name of the node or connection.
    pub title: String,
    /// The target.
    pub target: String,
    /// The profile, if one was chosen.
    pub profile: Option<String>,
    /// The Region, once known.
    pub region: Option<String>,
    /// The profile's colour.
    pub environment: Environment,
    /// The synced node it was opened from, for the tree's marks.
    pub node_key: Option<String>,
    /// The session's id at AWS, once granted.
    pub session_id: Option<String>,
    /// The Session document, where it is not the Region's shell.
    pub document: Option<String>,
    /// The command line of a document with a parameter `command`.
    pub command: Option<String>,
    /// The ARN of the KMS key that encrypts the session, once it is ready.
    pub encryption_key: Option<String>,
    /// How the program ended, where the session tells it; -1 when a signal killed it. Output may still follow.
    pub exit_status: Option<i32>,
    /// Its state.
    pub state: TabStateView,
}

/// The state of a tab. Times are milliseconds since the epoch.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum TabStateView {
    /// On the way to a prompt.
    Connecting {
        /// What is being done: "Asking AWS for a session", "Opening the data channel", "Waiting for the agent".
        step: String,
    },
    /// Bytes flow.
    Connected {
        /// Since when.
        since_ms: f64,
    },
    /// The service says that the agent's side is away; it comes back by itself.
    Paused {
        /// Since when.
        since_ms: f64,
    },
    /// The link is lost and is being restored; typed keys are held.
    Resuming {
        /// Since when.
        since_ms: f64,
        /// How many tries so far.
        attempts: u32,
        /// Bytes typed and not yet sent.
        held_bytes: u32,
        /// When the next try comes by itself; none while one is under way.
        next_try_at_ms: Option<f64>,
        /// Nothing but a new sign-in can help; it goes on by itself then.
        waits_for_login: bool,
        /// Why the last try failed.
        last_error: Option<ErrorView>,
    },
    /// The session is over. The scrollback stays.
    Ended {
        /// When.
        at_ms: f64,
        /// Why, in one sentence.
        reason: String,
    },
    /// There never was a session.
    Failed {
        /// When.
        at_ms: f64,
        /// Why.
        error: ErrorView,
    },
}

/// What happens, told to the window once, as the change itself.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
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
    /// Something went wrong that belongs to no view.
    Notice {
        /// What.
        error: ErrorView,
    },
}
