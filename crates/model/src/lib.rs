//! The nouns of Postern, parsed once and valid for ever, and everything asked of AWS as traits, one for each role.

mod aws_host;
mod caller;
mod console_sign_in;
mod containers;
mod control_plane;
mod denial;
mod documents;
mod encryption;
mod endpoint_override;
mod environment_name;
mod error;
mod fleet;
mod forward;
mod host_port;
mod ids;
mod instance_access;
mod mfa;
mod natural_order;
mod network;
mod no_proxy;
mod own_profile;
mod partition;
mod pick_rule;
mod power;
mod proxies;
mod proxy;
mod proxy_error;
mod remote_hosts;
mod saved;
mod secret;
mod session;
mod sign_in;
mod socket_settings;
mod stream_url;
mod tag_query;
mod text;

pub use aws_host::{aws_host, is_aws_host};
pub use caller::{Caller, Callers};
pub use console_sign_in::ConsoleSignIns;
pub use containers::{Containers, EcsCluster, EcsClusterContents, EcsContainer, EcsTask};
pub use control_plane::{
    ControlPlane, DataKeys, Documents, Networked, Nodes, Profiles, SessionControl, Sessions, Sockets,
    TaggedNodes,
};
pub use denial::Denier;
pub use documents::{
    DocumentParameter, DocumentSessionType, DocumentSummary, ParameterKind, SeparateOutput, SessionDocument,
};
pub use encryption::{DataKey, DataKeyRequest, EncryptionPolicy};
pub use endpoint_override::{EndpointOverride, EndpointOverrides, InvalidEndpoint, OverridableService};
pub use environment_name::EnvironmentName;
pub use error::ControlError;
pub use fleet::{
    AgentInformation, Instance, InstanceState, NodeKind, Page, PageToken, PingStatus, Platform,
    ProfileSummary, Tag,
};
pub use forward::{DraftDestination, ForwardDraft, ForwardVia, SavedForward, SavedForwardId};
pub use host_port::HostPort;
pub use ids::{
    AccessKeyId, DocumentName, InvalidName, KmsKey, NodeId, Pair, ProfileName, Region, RemoteHost, Scope,
    SecretName, SessionId, SignInKey, Target,
};
pub use instance_access::InstanceAccess;
pub use mfa::{AskMfa, InvalidMfaCode, MfaCode, MfaQuestion, MfaQuestions};
pub use natural_order::{natural_lower, natural_order};
pub use network::{Network, ProxyChoice};
pub use no_proxy::NoProxy;
pub use own_profile::{OwnEntries, OwnProfile, OwnProfiles, OwnSession, OwnSource};
pub use partition::Partition;
pub use pick_rule::{PickRule, UnknownPickRule};
pub use power::{Power, PowerChange, PowerOrder};
pub use proxies::Proxies;
pub use proxy::{InvalidProxy, LoginAnswer, Proxy};
pub use proxy_error::ProxyError;
pub use remote_hosts::{ListedHost, RemoteHostListing, RemoteHostService, RemoteHosts};
pub use saved::{
    Colour, Connection, ConnectionDraft, ConnectionEdit, ConnectionGoal, ConnectionId, Defaults,
    EffectiveConnection, EffectiveGuard, Group, GroupDraft, GroupId, GroupTree, Guard, ImportPlan, Inherited,
    InvalidDraft, InvalidLocalTag, LastGood, LocalTags, MAX_GROUP_DEPTH, Origin, PlannedConnection,
    PlannedGroup, PlannedPlace, SavedItem, SavedPlace, SmartGroup, SmartGroupDraft, SmartGroupId, TaggedNode,
    TeamFile, TeamFileId, Used, UsedGoal, check_local_tag,
};
pub use secret::{SecretError, SecretSource};
pub use session::{SessionGrant, StartRequest, TerminalSize};
pub use sign_in::{CenterAccount, DeviceCode, SignIn, SignInState, SignIns};
pub use socket_settings::SocketSettings;
pub use stream_url::{StreamUrl, StreamUrlError};
pub use tag_query::{InvalidTagQuery, TagFilter, TagQuery};
pub use text::{display_text, ended, is_hidden_control, system_text};
