//! The fleet page: a table of nodes with facets beside it.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::NodeView;

/// What the fleet page asks for. Columns and facets go by the names of fields: `name`, `id`, `profile`, `account`, `region`, `state`,
/// `ping`, `platform`, `system`, `type`, `zone`, `private-ip`, `public-ip`, `agent`, `role`, `launched`, `last-ping`, or
/// `tag:KEY`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FleetPageAsk {
    /// In the query language of the fleet; every text is one.
    pub query: String,
    /// Whether instances that do not run are left out.
    pub only_running: bool,
    /// The values that were chosen. Those of one facet are alternatives, every facet has to agree.
    pub chosen: Vec<FacetChoice>,
    /// The keys of the tags whose values are facets; none means those that tell nodes apart best.
    pub tag_facets: Option<Vec<String>>,
    /// Only values with this in them are offered, besides those that were chosen; empty for all.
    pub find_value: String,
    /// The column to sort by.
    pub sort: String,
    /// From the last to the first; nodes without a value come last all the same.
    pub descending: bool,
}

/// Values of a facet that were chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
pub struct FacetChoice {
    /// The facet.
    pub facet: String,
    /// At least one of them.
    pub values: Vec<String>,
}

/// A window of the table, and what stands beside it.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FleetPageView {
    /// All nodes of the fleet.
    pub total: u32,
    /// Those that the ask lets pass.
    pub matching: u32,
    /// Where the window begins among these.
    pub from: u32,
    /// The nodes of the window.
    pub rows: Vec<NodeView>,
    /// The facets, in the order in which they are shown.
    pub facets: Vec<FacetView>,
    /// Keys of tags that could be facets, by how many nodes have them.
    pub tag_keys: Vec<TagKeyView>,
    /// The keys of the query that do not exist.
    pub unknown_keys: Vec<String>,
    /// What leaves nothing to show; none where something is found.
    pub excluded_by: Option<ExclusionView>,
}

/// What left nothing to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum ExclusionView {
    /// There is no node at all.
    Empty,
    /// No node matches the query, or none of those that run.
    Query,
    /// The facets leave nothing of what matches.
    Facets,
}

/// A facet: a field whose values are counted and chosen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FacetView {
    /// The field.
    pub facet: String,
    /// The values, the most frequent first; chosen ones are always among them.
    pub values: Vec<FacetValueView>,
    /// How many more values there are.
    pub more: u32,
}

/// A value of a facet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct FacetValueView {
    /// As it is written in the table; empty for nodes without one.
    pub value: String,
    /// How many nodes have it among those that the query and the other facets let pass.
    pub count: u32,
}

/// A key of tags.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct TagKeyView {
    /// The key.
    pub key: String,
    /// How many nodes have it.
    pub nodes: u32,
}

/// Nodes for other programs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NodeExportDraft {
    /// [`NodeView::key`] of each node.
    pub keys: Vec<String>,
    /// The fields, as columns are named.
    pub columns: Vec<String>,
    /// In which form.
    pub format: ExportFormat,
    /// The file to write, whole from the root of the disk; without it the text is answered.
    pub path: Option<String>,
    /// Whether a file that is there is replaced.
    pub replace: bool,
}

/// A form that other programs read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum ExportFormat {
    /// Comma-separated values, with the names of the fields in the first line.
    Csv,
    /// An array with an object for each node.
    Json,
}

/// What was exported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
pub struct NodeExportView {
    /// The text, where no file was named.
    pub text: Option<String>,
    /// The file that was written, safe to show.
    pub path: Option<String>,
}
