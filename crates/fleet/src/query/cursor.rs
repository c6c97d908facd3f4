//! Where in a question the cursor stands, and what was typed there.

use std::{collections::HashSet, ops::Range};

use super::{
    field::Field,
    letters::{Letter, Lexeme, lexemes, lower, split_bare},
    word::{is_tag_key, sign_of},
};

/// What the cursor stands at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct AtCursor {
    pub(super) place: Completable,
    /// The part of the question that was typed so far for it, in bytes.
    pub(super) range: Range<usize>,
    /// Its text, in lower case.
    pub(super) typed: String,
}

/// What can be typed at the cursor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Completable {
    /// A key.
    Key,
    /// The key of a tag.
    TagKey,
    /// A value of a field, and those that are there already, in lower case.
    Field(Field, HashSet<String>),
    /// A value of the tag with this key.
    Tag(String, HashSet<String>),
    /// What nobody can complete.
    Nothing,
}

impl AtCursor {
    /// `cursor` is in bytes of `text`; one within a character counts as before it.
    pub(super) fn find(text: &str, cursor: usize) -> Self {
        let cursor = (0..=cursor.min(text.len()))
            .rev()
            .find(|at| text.is_char_boundary(*at))
            .unwrap_or(0);
        let word = lexemes(text).into_iter().find_map(|placed| {
            let is_here = placed.from < cursor && cursor <= placed.to;
            match placed.lexeme {
                Lexeme::Word(letters) if is_here => Some((placed.from, placed.to, letters)),
                // So far it is a word that begins like one of these.
                Lexeme::Or | Lexeme::And | Lexeme::Not if is_here && placed.to == cursor => {
                    Some((placed.from, placed.to, Vec::new()))
                }
                Lexeme::Open | Lexeme::Close | Lexeme::Or | Lexeme::And | Lexeme::Not | Lexeme::Word(_) => {
                    None
                }
            }
        });
        match word {
            Some((from, to, letters)) => in_word(&letters, from..to, cursor),
            None => Self::new(Completable::Key, cursor..cursor, &[]),
        }
    }

    fn new(place: Completable, range: Range<usize>, typed: &[Letter]) -> Self {
        Self {
            place,
            range,
            typed: lower(typed),
        }
    }
}

fn in_word(letters: &[Letter], range: Range<usize>, cursor: usize) -> AtCursor {
    let typed = letters.partition_point(|letter| letter.at < cursor);
    let before = letters.get(..typed).unwrap_or(letters);
    let Some((head, sign, rest)) = sign_of(before) else {
        // A key that has its sign already is replaced with it.
        let end = sign_of(letters).map_or(cursor, |(_, sign, _)| sign.end);
        return AtCursor::new(Completable::Key, range.start..end, before);
    };
    let key = lower(head);
    if is_tag_key(head) {
        let Some((key, values)) = split_bare(rest, '=') else {
            return AtCursor::new(Completable::TagKey, sign.end..cursor, rest);
        };
        let from = rest.get(key.len()).map_or(cursor, |letter| letter.at + 1);
        return in_values(values, from, cursor, |taken| Completable::Tag(lower(key), taken));
    }
    match Field::of_key(&key) {
        Some(field) => in_values(rest, sign.end, cursor, |taken| Completable::Field(field, taken)),
        None if sign.len() == 1
            && letters
                .iter()
                .any(|letter| letter.at == sign.start && letter.is('=')) =>
        {
            in_values(rest, sign.end, cursor, |taken| Completable::Tag(key, taken))
        }
        None => AtCursor::new(Completable::Nothing, cursor..cursor, &[]),
    }
}

fn in_values(
    mut letters: &[Letter],
    mut from: usize,
    cursor: usize,
    place: impl FnOnce(HashSet<String>) -> Completable,
) -> AtCursor {
    let mut taken = HashSet::new();
    while let Some((value, rest)) = split_bare(letters, ',') {
        from = letters.get(value.len()).map_or(from, |comma| comma.at + 1);
        taken.insert(lower(value));
        letters = rest;
    }
    AtCursor::new(place(taken), from..cursor, letters)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The cursor is at the bar.
    fn at(text: &str) -> (Completable, String, String) {
        let cursor = text.find('|').unwrap();
        let text = text.replace('|', "");
        let found = AtCursor::find(&text, cursor);
        let replaced = text.get(found.range).unwrap().to_owned();
        (found.place, replaced, found.typed)
    }

    fn taken(texts: &[&str]) -> HashSet<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn the_place_of_the_cursor_says_what_may_be_typed() {
        let key = |replaced: &str, typed: &str| (Completable::Key, replaced.to_owned(), typed.to_owned());
        assert_eq!(at("|"), key("", ""));
        assert_eq!(at("web St|"), key("St", "st"));
        assert_eq!(at("-st|"), key("st", "st"));
        assert_eq!(at("(st|)"), key("st", "st"));
        assert_eq!(at("st|ate:running"), key("state:", "st"));
        assert_eq!(at("web | api"), key("", ""));
        assert_eq!(at("tag:te|"), (Completable::TagKey, "te".into(), "te".into()));
        let state = Completable::Field(Field::State, taken(&["running"]));
        assert_eq!(at("state:running,St|"), (state, "St".into(), "st".into()));
        let team = |texts: &[&str]| Completable::Tag("team".into(), taken(texts));
        assert_eq!(
            at("tag:team=Web,\"a, b\",d|"),
            (team(&["web", "a, b"]), "d".into(), "d".into())
        );
        assert_eq!(at("team=w|"), (team(&[]), "w".into(), "w".into()));
        assert_eq!(at("http://w|").0, Completable::Nothing);
    }

    #[test]
    fn a_cursor_within_a_character_or_behind_the_end_is_none_the_worse() {
        assert_eq!(AtCursor::find("é", 1).range, 0..0);
        assert_eq!(AtCursor::find("st", 99).range, 0..2);
    }
}
