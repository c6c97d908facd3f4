//! Saved connections, their groups, and what they inherit.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{Environment, ParameterView};

/// A group of saved connections, with what a connection in it inherits.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct GroupView {
    /// Its number.
    pub id: i32,
    /// What the user wrote.
    pub draft: GroupDraftView,
    /// Whether the tree shows it folded.
    pub collapsed: bool,
    /// What a connection that stood in it would inherit.
    #[serde(flatten)]
    pub inheritance: InheritanceView,
}

/// What the user writes about a group. All but name, parent and description is inherited by what is in it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct GroupDraftView {
    /// Its name, unique among the groups beside it.
    pub name: String,
    /// The group that it stands in; none is the top of the list.
    pub parent: Option<i32>,
    /// The profile.
    pub profile: Option<String>,
    /// The Region.
    pub region: Option<String>,
    /// Session document.
    pub document: Option<String>,
    /// The document's parameters.
    pub parameters: Vec<ParameterView>,
    /// The demand on encryption.
    pub encryption: Option<EncryptionPolicyView>,
    /// The colour.
    pub colour: Option<Environment>,
    /// What it adds to the guard.
    pub guard: GuardView,
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
    /// What applies to it.
    #[serde(flatten)]
    pub inheritance: InheritanceView,
}

/// What the user writes about a connection.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionDraftView {
    /// Its name.
    pub name: String,
    /// Its group.
    pub group: Option<i32>,
    /// Instance id, `mi-…` or ECS target; empty where a query says what to reach.
    pub target: String,
    /// What finds the nodes when the connection is opened, instead of a target.
    pub query: Option<NodeQueryView>,
    /// Own profile, or inherited. Of a query: only nodes of this profile.
    pub profile: Option<String>,
    /// Own Region, or inherited. Of a query: only nodes of this Region.
    pub region: Option<String>,
    /// Own Session document, or inherited.
    pub document: Option<String>,
    /// The document's parameters; without an own document they replace inherited ones of the same names.
    pub parameters: Vec<ParameterView>,
    /// Own demand on encryption, or inherited.
    pub encryption: Option<EncryptionPolicyView>,
    /// Own colour, or inherited.
    pub colour: Option<Environment>,
    /// What it adds to the guard.
    pub guard: GuardView,
    /// Free text.
    pub description: String,
    /// Labels to search by.
    pub tags: Vec<String>,
}

/// A query, and which of the nodes that it finds is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NodeQueryView {
    /// In the query language of the fleet.
    pub text: String,
    /// Which of them.
    pub pick: PickRuleView,
}

/// Which of the nodes that a query finds is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum PickRuleView {
    /// The one that was started last.
    Newest,
    /// The one whose agent answers best.
    Healthiest,
    /// The person chooses.
    Ask,
    /// Every one.
    All,
}

/// What a level asks for to protect nodes from a slip of the hand; levels below only add to it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct GuardView {
    /// Sessions begin locked.
    pub read_only: bool,
    /// A session needs a reason.
    pub reason: bool,
    /// Each paste is reviewed.
    pub paste: bool,
}

/// What applies, and who set it. What is none is left to the AWS configuration.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct InheritanceView {
    /// The profile.
    pub effective_profile: Option<InheritedView>,
    /// The Region.
    pub effective_region: Option<InheritedView>,
    /// The Session document; none is the Region's shell.
    pub effective_document: Option<InheritedView>,
    /// The document's parameters.
    pub effective_parameters: Vec<InheritedParameterView>,
    /// The demand on encryption.
    pub effective_encryption: EffectiveEncryptionView,
    /// The colour; none is that of the profile.
    pub effective_colour: Option<InheritedColourView>,
    /// The guard.
    pub effective_guard: EffectiveGuardView,
}

/// A value and who set it.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct InheritedView {
    /// The value.
    pub value: String,
    /// Who set it.
    pub origin: OriginView,
    /// Which group, where it was one.
    pub group: Option<i32>,
}

/// A parameter of the document and who set it.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct InheritedParameterView {
    /// Its name.
    pub name: String,
    /// Its values.
    pub values: Vec<String>,
    /// Who set it.
    pub origin: OriginView,
    /// Which group, where it was one.
    pub group: Option<i32>,
}

/// A colour and who set it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct InheritedColourView {
    /// The colour.
    pub value: Environment,
    /// Who set it.
    pub origin: OriginView,
    /// Which group, where it was one.
    pub group: Option<i32>,
}

/// The guard that applies: of each thing, who asks for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct EffectiveGuardView {
    /// Sessions begin locked.
    pub read_only: Option<SetByView>,
    /// A session needs a reason.
    pub reason: Option<SetByView>,
    /// Each paste is reviewed.
    pub paste: Option<SetByView>,
}

/// Who set something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SetByView {
    /// Who.
    pub origin: OriginView,
    /// Which group, where it was one.
    pub group: Option<i32>,
}

/// Who set a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum OriginView {
    /// The connection itself.
    Connection,
    /// A group that it stands in.
    Group,
    /// The settings.
    Default,
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
    /// Which group, where it was one.
    pub group: Option<i32>,
}
