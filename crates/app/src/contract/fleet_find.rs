//! What a search of the fleet asks, and what it finds.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::NodeView;

/// A question to the fleet.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FleetAsk {
    /// In the query language; every text is one, and the empty one finds everything.
    pub query: String,
    /// Whether what is stopped, or on its way there, is left out beforehand.
    pub only_running: bool,
}

/// A search, and what of its answers is shown.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FindRequest {
    /// The question.
    pub ask: FleetAsk,
    /// Numbers of pairs whose nodes are folded away.
    pub folded: Vec<i32>,
    /// Where the nodes begin that are shown, counted over the nodes of all pairs that are not folded.
    pub from: u32,
    /// How many nodes are shown; at most 500 are given.
    pub count: u32,
    /// The key of a node whose place is wanted.
    pub selected: Option<String>,
    /// What was used, most recent first: `n:<key of a node>` and `c:<number of a connection>`.
    pub used: Vec<String>,
}

/// What a search found, as of one revision of the fleet.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FleetFoundView {
    /// Of the fleet; it grows with every change of a node.
    pub revision: f64,
    /// How many nodes match.
    pub matching: u32,
    /// How many there are without the search.
    pub total: u32,
    /// How many of each pair that has nodes, in the user's order.
    pub pairs: Vec<PairFoundView>,
    /// Numbers of the saved connections that match, in the order of their names.
    pub connections: Vec<i32>,
    /// The question in parts, for colouring; together they are its text.
    pub spans: Vec<QuerySpanView>,
    /// Keys that do not exist.
    pub unknown_keys: Vec<UnknownKeyView>,
    /// Where nothing matches: the first part of the question that nothing meets by itself.
    pub unmet: Option<String>,
    /// What Enter means; none if nothing was found.
    pub best: Option<BestHitView>,
    /// Where the selected node stands; none if it is not among the answers.
    pub selected: Option<NodePlaceView>,
    /// The nodes that are shown.
    pub shown: Vec<PairNodesView>,
}

/// How many nodes of a pair a search found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PairFoundView {
    /// The pair's number.
    pub pair: i32,
    /// How many match.
    pub matching: u32,
    /// How many there are without the search.
    pub total: u32,
}

/// Some nodes of a pair that match, one after the other.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PairNodesView {
    /// Of the fleet, when they were looked up.
    pub revision: f64,
    /// The pair's number.
    pub pair: i32,
    /// Where the first one stands among those of the pair that match.
    pub from: u32,
    /// How many of the pair match.
    pub matching: u32,
    /// The nodes, by name.
    pub nodes: Vec<NodeView>,
}

/// Where a node stands among the answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NodePlaceView {
    /// The pair's number.
    pub pair: i32,
    /// Its place among those of the pair that match.
    pub index: u32,
}

/// What Enter means.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BestHitView {
    /// `n:<key of a node>` or `c:<number of a connection>`.
    pub key: String,
    /// Whether there is no choice left to make.
    pub sure: bool,
    /// Where it stands, if it is a node.
    pub place: Option<NodePlaceView>,
}

/// A part of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct QuerySpanView {
    /// Its text.
    pub text: String,
    /// What it is.
    pub role: QueryRoleView,
}

/// What a part of a question is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum QueryRoleView {
    /// Between words.
    Space,
    /// A plain word.
    Word,
    /// A key that exists.
    Key,
    /// The value of a key.
    Value,
    /// What joins others, such as `or`.
    Operator,
    /// A key that does not exist, or a value that its key cannot have.
    Unknown,
}

/// A key of a question that does not exist.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct UnknownKeyView {
    /// The key.
    pub key: String,
    /// The key that may have been meant.
    pub meant: Option<String>,
}
