//! What a question may go on with at the cursor: keys, the keys of tags, and values that there are.

use std::{
    collections::{BTreeMap, HashSet},
    hash::Hash,
    ops::Range,
};

use postern_model::natural_order;

use super::{
    cursor::{AtCursor, Completable},
    field::{Field, TAG},
    index::SearchIndex,
};

/// What can stand at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// What a suggestion replaces, in bytes of the question.
    pub range: Range<usize>,
    /// The best first.
    pub suggestions: Vec<Suggestion>,
}

/// One of the texts that can stand at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// What replaces the range: a key with its sign, or a value, in quotation marks where it needs them.
    pub text: String,
    /// How it is shown.
    pub shown: String,
    /// How many things have it; none for a key.
    pub count: Option<usize>,
    /// What a key asks for; empty for a value.
    pub meaning: &'static str,
}

impl<G: Clone + Ord, K: Clone + Eq + Hash> SearchIndex<G, K> {
    /// What can stand at `cursor`, in bytes of `text`; at most `limit` suggestions.
    #[must_use]
    pub fn complete(&self, text: &str, cursor: usize, limit: usize) -> Completion {
        let AtCursor { place, range, typed } = AtCursor::find(text, cursor);
        let mut suggestions = match place {
            Completable::Key => keys(&typed),
            Completable::TagKey => tag_keys(self.tag_keys(), &typed),
            Completable::Field(field, taken) => values(self.field_values(field), &typed, &taken),
            Completable::Tag(key, taken) => values(self.tag_values(&key), &typed, &taken),
            Completable::Nothing => Vec::new(),
        };
        suggestions.truncate(limit);
        Completion { range, suggestions }
    }

    /// The keys of tags, each with how many things have it.
    #[must_use]
    pub fn tag_keys(&self) -> BTreeMap<&str, usize> {
        self.counted(|tags| tags.iter().map(|(key, _)| *key).collect())
    }

    /// The values of a tag, whose key is compared without case, each with how many things have it.
    #[must_use]
    pub fn tag_values(&self, key: &str) -> BTreeMap<&str, usize> {
        let key = key.to_lowercase();
        let is_key = self.symbols.each(|text| text == key);
        let is_asked = |key: super::symbols::Symbol| is_key.get(key.place()).copied().unwrap_or_default();
        self.counted(|tags| {
            let asked = tags.iter().filter(|(key, _)| is_asked(*key));
            asked.map(|(_, value)| *value).collect()
        })
    }

    fn field_values(&self, field: Field) -> BTreeMap<&str, usize> {
        let mut counts = self.values(field);
        for known in field.known_values() {
            counts.entry(known).or_default();
        }
        counts
    }
}

fn keys(typed: &str) -> Vec<Suggestion> {
    let fields = Field::ALL.into_iter().map(|field| (field.key(), field.meaning()));
    let all = fields.chain([(TAG, "a tag, as tag:team or tag:team=web,data")]);
    let fitting = all.filter(|(key, _)| key.starts_with(typed));
    let suggestions = fitting.map(|(key, meaning)| Suggestion {
        text: format!("{key}:"),
        shown: format!("{key}:"),
        count: None,
        meaning,
    });
    suggestions.collect()
}

fn tag_keys(known: BTreeMap<&str, usize>, typed: &str) -> Vec<Suggestion> {
    let mut suggestions = values(known, typed, &HashSet::new());
    for suggestion in &mut suggestions {
        // Colons are letters behind `tag:`.
        if quoted(&suggestion.shown.replace(':', "")).is_some_and(|text| !text.starts_with('"')) {
            suggestion.text.clone_from(&suggestion.shown);
        }
        suggestion.text.push('=');
    }
    suggestions
}

/// Those that begin with what was typed, then those that have it within; of these what most things have.
fn values(known: BTreeMap<&str, usize>, typed: &str, taken: &HashSet<String>) -> Vec<Suggestion> {
    let ranked = known.into_iter().filter_map(|(value, count)| {
        let lower = value.to_lowercase();
        let at = lower.find(typed).filter(|_| !taken.contains(&lower))?;
        Some((at > 0, count, value, quoted(value)?))
    });
    let mut ranked: Vec<_> = ranked.collect();
    ranked.sort_by(|a, b| {
        let by_rank = (a.0, b.1).cmp(&(b.0, a.1));
        by_rank.then_with(|| natural_order(a.2, b.2))
    });
    let suggestions = ranked.into_iter().map(|(_, count, value, text)| Suggestion {
        text,
        shown: value.to_owned(),
        count: Some(count),
        meaning: "",
    });
    suggestions.collect()
}

/// A text as a value of a question, in quotation marks where it needs them; none where it has such marks itself, which no
/// question can say.
#[must_use]
pub fn quoted(text: &str) -> Option<String> {
    let has_meaning = |character: char| character.is_whitespace() || ",:=<>!()*".contains(character);
    if text.contains('"') {
        return None;
    }
    let is_word = matches!(text.to_lowercase().as_str(), "or" | "and" | "not");
    if text.is_empty() || text.starts_with('-') || is_word || text.contains(has_meaning) {
        return Some(format!("\"{text}\""));
    }
    Some(text.to_owned())
}
