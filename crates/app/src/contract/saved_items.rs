//! Groups and connections moved, copied, edited and deleted, many at a time, and how that is taken back.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{EncryptionPolicyView, Environment, GuardView, NodeView};

/// A group, with all that is in it, or a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum SavedItemView {
    /// A group.
    Group {
        /// Its number.
        id: i32,
    },
    /// A connection.
    Connection {
        /// Its number.
        id: i32,
    },
}

/// Where things are moved to.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PlaceView {
    /// The group; none means the top of the list.
    pub into: Option<i32>,
    /// What they are put in front of; none leaves the order to the names, or puts them last where it was arranged.
    pub before: Option<SavedItemView>,
}

/// A change of saved things that can be taken back while the program runs.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SavedChangeView {
    /// What to take back; none where nothing was changed.
    pub undo: Option<u32>,
    /// What came into being by it.
    pub added: Vec<SavedItemView>,
}

/// What is written into each of several connections; what is none stays as each has it.
#[derive(Debug, Clone, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionEditView {
    /// The profile.
    pub profile: Option<NewText>,
    /// The Region.
    pub region: Option<NewText>,
    /// The Session document; parameters of another one go.
    pub document: Option<NewText>,
    /// The demand on encryption.
    pub encryption: Option<NewEncryption>,
    /// The colour.
    pub colour: Option<NewColour>,
    /// What each adds to its guard.
    pub guard: Option<GuardView>,
    /// Tags that each gets.
    pub add_tags: Vec<String>,
    /// Tags that each loses.
    pub remove_tags: Vec<String>,
}

/// A text that is written.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NewText {
    /// None makes it inherited.
    pub value: Option<String>,
}

/// A demand on encryption that is written.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NewEncryption {
    /// None makes it inherited.
    pub value: Option<EncryptionPolicyView>,
}

/// A colour that is written.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NewColour {
    /// None makes it inherited.
    pub value: Option<Environment>,
}

/// What a saved connection by a query leads to now.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SavedNodesView {
    /// Whether the person has to choose one of them; else all of them are meant.
    pub choose: bool,
    /// The nodes, the best first.
    pub nodes: Vec<NodeView>,
}

/// A query under a name, whose nodes are shown like those of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SmartGroupView {
    /// Its number.
    pub id: i32,
    /// What the user wrote.
    pub draft: SmartGroupDraftView,
    /// Whether the tree shows it folded.
    pub collapsed: bool,
}

/// What the user writes about a smart group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SmartGroupDraftView {
    /// Its name.
    pub name: String,
    /// In the query language of the fleet.
    pub query: String,
}

/// What was connected to, and how often.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct UsedView {
    /// The saved connection; none for a node by itself.
    pub connection: Option<i32>,
    /// What was connected to, where it was no saved connection.
    pub target: Option<String>,
    /// Profile of that; none was left to the AWS configuration.
    pub profile: Option<String>,
    /// Region of that.
    pub region: Option<String>,
    /// How often.
    pub times: u32,
    /// When it was last, in milliseconds since 1970.
    pub last_at_ms: f64,
}
