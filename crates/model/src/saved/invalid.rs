//! Why something cannot be saved.

use thiserror::Error;

use super::MAX_GROUP_DEPTH;

/// Why a connection, group or forward cannot be saved.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvalidDraft {
    /// A name is needed.
    #[error("Give it a name.")]
    EmptyName,
    /// Another group beside it has this name.
    #[error("There is already a group named {0} here.")]
    GroupExists(String),
    /// The group was deleted meanwhile.
    #[error("The group no longer exists.")]
    UnknownGroup,
    /// A group cannot stand in itself.
    #[error("A group cannot be moved into itself.")]
    InsideItself,
    /// Groups stand one inside another only so far.
    #[error("Groups can stand at most {MAX_GROUP_DEPTH} deep one inside another.")]
    TooDeep,
    /// The connection was deleted meanwhile.
    #[error("The connection no longer exists.")]
    UnknownConnection,
    /// The smart group was deleted meanwhile.
    #[error("The smart group no longer exists.")]
    UnknownSmartGroup,
    /// The team file was removed meanwhile.
    #[error("The team file is no longer in the list.")]
    UnknownTeamFile,
    /// The path cannot be written down.
    #[error("The path of the file is no Unicode text.")]
    PathNotText,
    /// The forward was deleted meanwhile.
    #[error("The forward no longer exists.")]
    UnknownForward,
    /// A query is needed.
    #[error("Write a query that finds the nodes.")]
    EmptyQuery,
}
