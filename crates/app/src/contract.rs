//! The contract with the page: views and events go out, requests and drafts come in. All of it is plain data; what goes out is
//! safe to show as text.

mod bulk_runs;
mod connect;
mod containers;
mod documents;
mod error;
mod event;
mod fleet_find;
mod fleet_nodes;
mod fleet_page;
mod forwards;
mod import;
mod nodes;
mod own_profiles;
mod pairs;
mod power;
mod proxy_password;
mod remote_desktop;
mod remote_hosts;
mod saved;
mod saved_items;
mod sessions;
mod settings;
mod sign_ins;
mod window;

pub use bulk_runs::{
    BulkRunDraft, BulkRunOutputView, BulkRunRowView, BulkRunStateView, BulkRunView, BulkRunWhat,
};
pub use connect::{ConnectRequest, RunRequest};
pub use containers::{EcsClusterView, EcsContainerView, EcsContentsView, EcsServiceView, EcsTaskView};
pub use documents::{
    DocumentKindView, DocumentOwnerView, DocumentParameterView, DocumentSummaryView, ParameterKindView,
    ParameterView, SessionDocumentView,
};
pub use error::ErrorView;
pub use event::AppEvent;
pub use fleet_find::{
    BestHitView, FindRequest, FleetAsk, FleetFoundView, NodePlaceView, PairFoundView, PairNodesView,
    QueryRoleView, QuerySpanView, UnknownKeyView,
};
pub use fleet_nodes::{
    BestRequest, BestView, CompletionView, FleetSizeView, PairSizeView, SuggestionView, TargetAsk,
    TypedNodeView, TypedRequest, TypedView,
};
pub use fleet_page::{
    ExclusionView, ExportFormat, FacetChoice, FacetValueView, FacetView, FleetPageAsk, FleetPageView,
    NodeExportDraft, NodeExportView, TagKeyView,
};
pub use forwards::{
    ForwardDestinationView, ForwardDraftView, ForwardStateView, ForwardTrafficView, ForwardViaView,
    ForwardView, LocalPortView, TagFilterView, ThroughView,
};
pub use import::{
    ImportChangeView, ImportEntryView, ImportFormatView, ImportRequest, ImportReviewView, ImportStateView,
    TeamFileView, UnusableEntryView,
};
pub use nodes::{NodeKindView, NodeStateView, NodeView, PingView, PlatformView, TagView};
pub use own_profiles::{
    AccessKeyDraft, OwnProfileView, OwnProfilesView, OwnSourceView, SecretStateView, SecretText,
};
pub use pairs::{EndpointsView, NodeCountView, PairDraft, PairView, SyncPhase, SyncView};
pub use power::{PowerFailureView, PowerOrderView, PowerTaskView};
pub use proxy_password::ProxyPasswordDraft;
pub use remote_desktop::CopiedPasswordView;
pub use remote_hosts::{RemoteHostServiceView, RemoteHostView, RemoteHostsView};
pub use saved::{
    ConnectionDraftView, ConnectionView, EffectiveEncryptionView, EffectiveGuardView, EncryptionPolicyView,
    GroupDraftView, GroupView, GuardView, InheritanceView, InheritedColourView, InheritedParameterView,
    InheritedView, NodeQueryView, OriginView, PickRuleView, SetByView,
};
pub use saved_items::{
    ConnectionEditView, NewColour, NewEncryption, NewText, PlaceView, SavedChangeView, SavedItemView,
    SavedNodesView, SmartGroupDraftView, SmartGroupView, UsedView,
};
pub use sessions::{SessionStateView, TabView, WaitView};
pub use settings::{
    Environment, ProfileView, ProfilesView, ProxyModeChoice, ProxyView, SettingsView, ThemeChoice,
};
pub use sign_ins::{
    CenterAccountView, CenterDraft, CenterRoleDraft, ConsoleSignInView, DeviceCodeView, LoginView,
    MfaQuestionView, SignInStateView, SignInView, SignInsView,
};
pub use window::{BootstrapView, Drawing, HistoryView, Mode};
