//! How well a text fits a word; the order of answers begins with it.

use super::fuzzy::{FuzzyWord, LetterSet, Likeness, NameLetters};

/// How well a thing fits a question: lower is better, and the fits of several words add up.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fit(u16);

impl Fit {
    /// The word is the name or the id, or the question asks for no text.
    pub const EXACT: Self = Self(0);
    /// The name begins with the whole word.
    pub(super) const WHOLE_START: Self = Self(1);
    /// The name begins with it.
    pub(super) const START: Self = Self(2);
    /// It is a whole part of the name.
    pub(super) const WHOLE_PART: Self = Self(3);
    /// A part of the name begins with it.
    pub(super) const START_OF_PART: Self = Self(4);
    /// It is within the name.
    pub(super) const INSIDE: Self = Self(5);
    /// It is a tag's value, an address or the like.
    pub(super) const WHOLE_ELSEWHERE: Self = Self(6);
    /// It is a part of one of those.
    pub(super) const ELSEWHERE: Self = Self(7);
    const INITIALS: Self = Self(LEAST_FUZZY);
    const ONE_TYPO: Self = Self(LEAST_FUZZY + 1);
    const TWO_TYPOS: Self = Self(LEAST_FUZZY + 2);

    /// Of two conditions that are both met.
    pub(super) fn and(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

/// Fits from here on, of a single word, are guesses.
const LEAST_FUZZY: u16 = 1_000;

impl Fit {
    /// Whether every word stands in the thing as it was typed. Otherwise it was guessed what was meant.
    #[must_use]
    pub fn is_literal(self) -> bool {
        self.0 < LEAST_FUZZY
    }
}

impl From<Likeness> for Fit {
    fn from(likeness: Likeness) -> Self {
        match likeness {
            Likeness::Initials => Self::INITIALS,
            Likeness::OneTypo => Self::ONE_TYPO,
            Likeness::TwoTypos => Self::TWO_TYPOS,
        }
    }
}

/// A plain word of a question, ready to be looked for.
#[derive(Debug, Clone)]
pub(super) struct Word {
    text: String,
    fuzzy: FuzzyWord,
    set: LetterSet,
}

/// The shortest word that is looked for within an id: less stands in many by chance.
const SHORTEST_IN_ID: usize = 4;

impl Word {
    /// `text` is in lower case and not empty.
    pub(super) fn new(text: &str) -> Self {
        Self {
            text: text.to_owned(),
            fuzzy: FuzzyWord::new(text),
            set: LetterSet::of(text),
        }
    }

    /// How the word stands in a name, the best of all places.
    pub(super) fn in_name(&self, name: &str, letters: LetterSet) -> Option<Fit> {
        if self.set.missing_in(letters) > 0 || !name.contains(&self.text) {
            return None;
        }
        let mut best = Fit::INSIDE;
        for (at, found) in name.match_indices(&self.text) {
            best = best.min(fit_at(name, at, at + found.len()));
            if best <= Fit::WHOLE_PART {
                break;
            }
        }
        Some(best)
    }

    /// How the word stands in an id.
    pub(super) fn in_id(&self, id: &str, letters: LetterSet) -> Option<Fit> {
        if self.set.missing_in(letters) > 0 {
            return None;
        }
        let before = id.get(..id.find(&self.text)?)?;
        if id.len() == self.text.len() {
            Some(Fit::EXACT)
        } else if before.is_empty() || before.ends_with('-') {
            Some(Fit::START_OF_PART)
        } else {
            (self.text.len() >= SHORTEST_IN_ID).then_some(Fit::ELSEWHERE)
        }
    }

    /// How the word stands in a text that is no name.
    pub(super) fn elsewhere(&self, text: &str) -> Option<Fit> {
        if !text.contains(&self.text) {
            None
        } else if text.len() == self.text.len() {
            Some(Fit::WHOLE_ELSEWHERE)
        } else {
            Some(Fit::ELSEWHERE)
        }
    }

    /// What may have been meant: a name or an id that is like the word.
    pub(super) fn guess(
        &self,
        name: &str,
        id: &str,
        sets: (LetterSet, LetterSet),
        buffer: &mut NameLetters,
    ) -> Option<Fit> {
        if let Some(likeness) = self.fuzzy.likeness(name, sets.0, buffer) {
            return Some(likeness.into());
        }
        self.fuzzy.begins_id(id, sets.1, buffer).then_some(Fit::ONE_TYPO)
    }
}

/// The fit of a word that stands at these bytes of a name.
fn fit_at(name: &str, from: usize, to: usize) -> Fit {
    let before = name.get(..from).and_then(|head| head.chars().next_back());
    let behind = name.get(to..).and_then(|tail| tail.chars().next());
    let is_whole = behind.is_none_or(|character| !character.is_alphanumeric());
    match before {
        None if behind.is_none() => Fit::EXACT,
        None if is_whole => Fit::WHOLE_START,
        None => Fit::START,
        Some(character) if character.is_alphanumeric() => Fit::INSIDE,
        Some(_) if is_whole => Fit::WHOLE_PART,
        Some(_) => Fit::START_OF_PART,
    }
}
