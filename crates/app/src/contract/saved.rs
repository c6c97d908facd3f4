//! Saved connections, their groups, and what they inherit.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::ParameterView;

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
