//! Tags that the user gives to nodes in Postern; AWS never hears of them.

use thiserror::Error;

use crate::{NodeId, Region};

/// A node as local tags know it: an id is of one account for ever, so the account is not asked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct TaggedNode {
    /// Where it is.
    pub region: Region,
    /// Its id.
    pub id: NodeId,
}

/// The local tags of one node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocalTags {
    /// The node.
    pub node: TaggedNode,
    /// Keys, each once, with their values; by key.
    pub tags: Vec<(String, String)>,
}

/// Why a text is no local tag: the same bounds as AWS's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidLocalTag {
    /// A key is needed.
    #[error("A tag needs a key.")]
    EmptyKey,
    /// The key is longer than AWS's may be.
    #[error("The key of a tag has at most 128 characters.")]
    LongKey,
    /// The value is longer than AWS's may be.
    #[error("The value of a tag has at most 256 characters.")]
    LongValue,
}

/// Key and value as they are kept, trimmed.
///
/// # Errors
/// [`InvalidLocalTag`].
pub fn check_local_tag(key: &str, value: &str) -> Result<(String, String), InvalidLocalTag> {
    let (key, value) = (key.trim(), value.trim());
    match (key.chars().count(), value.chars().count()) {
        (0, _) => Err(InvalidLocalTag::EmptyKey),
        (129.., _) => Err(InvalidLocalTag::LongKey),
        (_, 257..) => Err(InvalidLocalTag::LongValue),
        _ => Ok((key.to_owned(), value.to_owned())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tag_is_bounded_as_those_of_aws_are() {
        assert_eq!(
            check_local_tag(" team ", " a b "),
            Ok(("team".into(), "a b".into()))
        );
        assert_eq!(check_local_tag("  ", "x"), Err(InvalidLocalTag::EmptyKey));
        assert_eq!(
            check_local_tag(&"ü".repeat(128), ""),
            Ok(("ü".repeat(128), String::new()))
        );
        assert_eq!(
            check_local_tag(&"k".repeat(129), ""),
            Err(InvalidLocalTag::LongKey)
        );
        assert_eq!(
            check_local_tag("k", &"v".repeat(257)),
            Err(InvalidLocalTag::LongValue)
        );
    }
}
