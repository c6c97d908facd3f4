//! The colour of a group or a saved connection: one of the environments that colour profiles.

use serde::{Deserialize, Serialize};

/// What a group or a connection is marked as. It never makes production look like something else: where the profile is of
/// production, that colour stays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Colour {
    /// Development.
    Dev,
    /// Staging and test.
    Stage,
    /// Production.
    Prod,
    /// Data platforms.
    Data,
    /// Shared services.
    Shared,
    /// Edge and on premises.
    Edge,
}
