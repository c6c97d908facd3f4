//! A question, and what it says of one thing.

use postern_model::Pair;

use super::{
    entry::IndexEntry,
    expression::{Condition, Expression},
    field::Field,
    fit::Fit,
    fuzzy::NameLetters,
    parse::{Parsed, parse},
    prepared::Prepared,
    searchable::Searchable,
    span::{Span, UnknownKey},
    symbols::Symbols,
};
use crate::Node;

/// A parsed question. Words are separated by spaces, all of them must match, and case does not count:
///
/// - a plain word stands in the name, the id, an address, or the account, profile, Region, type or a tag's value; of the name it
///   may also be the initials (`kb1` is `kafka-broker-1`) or mistyped (`chekout`), though never in its digits;
/// - `name:`, `id:`, `account:`, `profile:`, `region:`, `type:` are parts of those; `ip:` also takes a network, `ip:10.0.0.0/16`;
/// - `state:`, `ping:` and `platform:` are the beginning of a word (`running`, `online`, `linux`); `platform:` is also a part
///   of the system's name (`platform:ubuntu`);
/// - with `=` instead of the colon it is the whole text: `name=web-1`; `!=` is the opposite;
/// - `tag:KEY` asks for the tag, `tag:KEY=VALUE` or `KEY=VALUE` for its whole value, or its beginning with a star at the
///   end; `tag:Name` means the name that is shown;
/// - `agent>=3.2`, and so with `>`, `<`, `<=` and `=`, compares versions, as far as the question gives their numbers;
/// - after a key, several values separated by commas are alternatives;
/// - `not x` and `-x` are the opposite, `x or y` is either; `or` binds less than what stands side by side, and parentheses
///   bind most;
/// - quotation marks take the meaning from spaces, signs and such words: `tag:owner="Ada, Operations"`.
///
/// What is unfinished (`tag:`, `name:`, `web or`) does not narrow yet. A key that does not exist is no error: its word counts as
/// a plain word and [`FleetQuery::unknown_keys`] names it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FleetQuery {
    text: String,
    expression: Option<Expression>,
    spans: Vec<Span>,
    unknown_keys: Vec<UnknownKey>,
}

impl FleetQuery {
    /// Parses a question; every text is one.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let Parsed {
            expression,
            spans,
            unknown_keys,
        } = parse(text);
        Self {
            text: text.to_owned(),
            expression,
            spans,
            unknown_keys,
        }
    }

    /// As it was typed.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Whether it lets everything pass.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.expression.is_none()
    }

    /// Whether `node` of `pair` is an answer. For many nodes a [`crate::SearchIndex`] is quicker.
    #[must_use]
    pub fn matches(&self, pair: &Pair, node: &Node) -> bool {
        self.fit(&Searchable::of_node(pair, node, false)).is_some()
    }

    /// The same without guesses at what was meant: for whoever acts on all that is found.
    #[must_use]
    pub fn certainly_matches(&self, pair: &Pair, node: &Node) -> bool {
        let fit = self.fit(&Searchable::of_node(pair, node, false));
        fit.is_some_and(Fit::is_literal)
    }

    /// How well a thing fits; none where it is no answer.
    #[must_use]
    pub fn fit(&self, thing: &Searchable<'_>) -> Option<Fit> {
        let mut symbols = Symbols::default();
        let entry = IndexEntry::new(thing, &mut symbols);
        Prepared::new(self.expression(), &symbols).fit(&entry, &mut NameLetters::default())
    }

    /// The keys that do not exist, in the order of the question.
    #[must_use]
    pub fn unknown_keys(&self) -> &[UnknownKey] {
        &self.unknown_keys
    }

    /// Which part of the text is what; together they are the whole text.
    #[must_use]
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// Whether it asks for this field by its key.
    #[must_use]
    pub fn asks_for(&self, field: Field) -> bool {
        let terms = self.expression.iter().flat_map(Expression::terms);
        terms
            .into_iter()
            .any(|term| matches!(&term.condition, Condition::Field(asked, _) if *asked == field))
    }

    pub(super) fn expression(&self) -> Option<&Expression> {
        self.expression.as_ref()
    }

    /// The parts that must all match, each with its text.
    pub(super) fn parts(&self) -> Vec<(&Expression, &str)> {
        let parts = self.expression.iter().flat_map(Expression::parts);
        let with_text = parts.map(|part| {
            let (from, to) = part.place();
            (part, self.text.get(from..to).unwrap_or_default())
        });
        with_text.collect()
    }
}
