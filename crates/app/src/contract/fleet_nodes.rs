//! Nodes that the page asks for by other ways than its search: by key, by target, by a word typed in the tree, the best ones.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{FleetAsk, NodePlaceView, NodeView};

/// How large the fleet is.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FleetSizeView {
    /// It grows with every change of a node.
    pub revision: f64,
    /// The pairs that have nodes.
    pub pairs: Vec<PairSizeView>,
}

/// How many nodes a pair has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PairSizeView {
    /// The pair's number.
    pub pair: i32,
    /// How many nodes are known.
    pub nodes: u32,
}

/// What a saved connection or a forward leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TargetAsk {
    /// Instance id or `mi-…`.
    pub target: String,
    /// Its profile; none means any.
    pub profile: Option<String>,
    /// Its Region; none means any.
    pub region: Option<String>,
}

/// The best answers to a question are asked for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BestRequest {
    /// The question.
    pub ask: FleetAsk,
    /// How many of each kind at most; no more than 500 are given.
    pub limit: u32,
    /// As in a search.
    pub used: Vec<String>,
}

/// The best answers to a question.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct BestView {
    /// The best nodes.
    pub nodes: Vec<NodeView>,
    /// How many nodes match.
    pub matching_nodes: u32,
    /// Numbers of the best saved connections.
    pub connections: Vec<i32>,
    /// How many saved connections match.
    pub matching_connections: u32,
}

/// Letters typed in the tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TypedRequest {
    /// What the tree shows.
    pub ask: FleetAsk,
    /// Numbers of pairs whose nodes are folded away.
    pub folded: Vec<i32>,
    /// What was typed.
    pub word: String,
    /// Where to begin; what stands before comes last.
    pub from: NodePlaceView,
}

/// Where letters lead, each the first one from where the search began.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TypedView {
    /// A node of that very name that is not of production.
    pub whole_elsewhere: Option<TypedNodeView>,
    /// A node of that very name.
    pub whole: Option<TypedNodeView>,
    /// A node whose name begins so.
    pub begins: Option<TypedNodeView>,
}

/// A node that letters lead to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TypedNodeView {
    /// The node's key.
    pub key: String,
    /// Where it stands.
    pub place: NodePlaceView,
}

/// What a question may go on with at the cursor. Places are in UTF-16 units, as the page counts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct CompletionView {
    /// Where what a suggestion replaces begins.
    pub from: u32,
    /// And where it ends.
    pub to: u32,
    /// The best first.
    pub suggestions: Vec<SuggestionView>,
}

/// One of the texts that can stand at the cursor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct SuggestionView {
    /// What is put into the question: a key with its sign, or a value, in quotation marks where it needs them.
    pub text: String,
    /// How it is shown.
    pub shown: String,
    /// How many nodes have it; none for a key.
    pub count: Option<u32>,
    /// What a key asks for; empty for a value.
    pub meaning: String,
}
