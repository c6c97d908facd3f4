//! What a question says, read.

use std::net::IpAddr;

use ipnet::IpNet;

use super::{
    field::Field,
    version::{AgentVersion, Comparison},
};

/// A question in the order in which it is answered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Expression {
    Term(Term),
    Not(Box<Self>),
    /// At least two.
    All(Vec<Self>),
    /// At least two.
    Any(Vec<Self>),
}

/// One condition and its place in the question, in bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) condition: Condition,
    pub(super) from: usize,
    pub(super) to: usize,
}

/// One condition; its texts are in lower case and there is at least one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Condition {
    Word(String),
    Field(Field, Vec<Wanted>),
    /// Any value, where none is named.
    Tag {
        key: String,
        values: Vec<Wanted>,
    },
}

/// One of the values that a key may have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Wanted {
    Part(String),
    Start(String),
    Whole(String),
    Network(IpNet),
    Version(Comparison, AgentVersion),
    /// What no thing can have.
    Nothing,
}

impl Expression {
    /// All of them; none where there is none.
    pub(super) fn all(parts: Vec<Self>) -> Option<Self> {
        Self::together(parts, Self::All)
    }

    /// Any of them; none where there is none.
    pub(super) fn any(parts: Vec<Self>) -> Option<Self> {
        Self::together(parts, Self::Any)
    }

    fn together(mut parts: Vec<Self>, more: impl Fn(Vec<Self>) -> Self) -> Option<Self> {
        match parts.len() {
            0 | 1 => parts.pop(),
            _ => Some(more(parts)),
        }
    }

    /// The conditions, in the order of the question.
    pub(super) fn terms(&self) -> Vec<&Term> {
        match self {
            Self::Term(term) => vec![term],
            Self::Not(inner) => inner.terms(),
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::terms).collect(),
        }
    }

    /// The parts that must all match.
    pub(super) fn parts(&self) -> &[Self] {
        match self {
            Self::All(parts) => parts,
            Self::Term(_) | Self::Not(_) | Self::Any(_) => std::slice::from_ref(self),
        }
    }

    /// Where it stands in the question, in bytes, without signs around it.
    pub(super) fn place(&self) -> (usize, usize) {
        let terms = self.terms();
        let from = terms.first().map_or(0, |term| term.from);
        (from, terms.last().map_or(from, |term| term.to))
    }
}

impl Wanted {
    /// Whether `text`, in lower case, is wanted. An empty text is one that the thing does not have.
    pub(super) fn is(&self, text: &str) -> bool {
        match self {
            Self::Part(part) => text.contains(part.as_str()),
            Self::Start(start) => text.starts_with(start.as_str()),
            Self::Whole(whole) => text == whole,
            Self::Network(network) => text
                .parse::<IpAddr>()
                .is_ok_and(|address| network.contains(&address)),
            Self::Version(comparison, asked) => {
                AgentVersion::parse(text).is_some_and(|version| version.is(*comparison, asked))
            }
            Self::Nothing => false,
        }
    }

    /// Whether the beginning that is wanted stands anywhere in `text`.
    pub(super) fn is_within(&self, text: &str) -> bool {
        matches!(self, Self::Start(start) if text.contains(start.as_str()))
    }
}
