//! What each part of a question's text is.

use std::ops::Range;

/// A part of a question's text, for colouring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Span {
    /// Where, in bytes; the spans of a question follow each other without a gap.
    pub range: Range<usize>,
    /// What it is.
    pub role: Role,
}

/// What a part of a question's text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Role {
    /// Between words.
    Space,
    /// A plain word.
    Word,
    /// A key that exists, or the key of a tag.
    Key,
    /// A value of a key.
    Value,
    /// A sign or a word that joins others: `:`, `=`, `,`, `-`, `not`, `or`, a parenthesis.
    Operator,
    /// A key that does not exist, or a value that its key cannot have.
    Unknown,
}

/// A key that a question uses and that does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownKey {
    /// The key, without its sign.
    pub key: String,
    /// Where its word begins in the question, in bytes.
    pub at: usize,
    /// The key that may have been meant.
    pub meant: Option<&'static str>,
}
