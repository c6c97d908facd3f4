//! One word of a question: a plain one, or a key with its sign and values.

use std::ops::Range;

use super::{
    expression::{Condition, Wanted},
    field::{Field, TAG, usual_word},
    fuzzy,
    letters::{Letter, alternatives, lower, split_bare},
    span::{Role, Span, UnknownKey},
    version::{AgentVersion, Comparison},
};

/// What a word says, and which part of it is what.
#[derive(Debug)]
pub(super) struct Reading {
    /// None while it is unfinished.
    pub(super) condition: Option<Condition>,
    pub(super) negated: bool,
    pub(super) spans: Vec<Span>,
    pub(super) unknown_key: Option<UnknownKey>,
}

/// The sign behind a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Colon,
    Equal,
    NotEqual,
    Compared(Comparison),
}

/// A word cut at its sign: what is before it, the sign, how many letters that has, and what is behind it.
#[derive(Debug)]
struct Cut<'a> {
    head: &'a [Letter],
    sign: Sign,
    /// Where the sign begins and ends in the question, in bytes.
    sign_at: Range<usize>,
    rest: &'a [Letter],
}

/// Reads the word that stands at `range` of the question.
pub(super) fn read_word(letters: &[Letter], range: &Range<usize>) -> Reading {
    let Some(cut) = cut_at_sign(letters) else {
        return plain_word(letters, range);
    };
    let key = lower(cut.head);
    let is_key = cut
        .head
        .iter()
        .all(|letter| !letter.quoted && letter.character.is_ascii_alphabetic());
    match (cut.sign, Field::of_key(&key)) {
        (Sign::Colon, None) if is_key && key == TAG => tag_word(&cut, range),
        (Sign::Equal | Sign::NotEqual, None) => tagged_word(&cut, range),
        _ if !is_key => plain_word(letters, range),
        (sign, Some(field)) if takes(field, sign) => field_word(field, &cut, range),
        (_, _) => unknown_word(&key, letters, &cut, range),
    }
}

fn takes(field: Field, sign: Sign) -> bool {
    field == Field::Agent || !matches!(sign, Sign::Compared(_))
}

/// The first sign that has its meaning and something before it.
fn cut_at_sign(letters: &[Letter]) -> Option<Cut<'_>> {
    let bare = |place: usize, sign: char| letters.get(place).is_some_and(|letter| letter.is(sign));
    let is_sign = |place: &usize| {
        [':', '=', '<', '>'].iter().any(|sign| bare(*place, *sign))
            || (bare(*place, '!') && bare(place + 1, '='))
    };
    let place = (0..letters.len()).find(is_sign).filter(|place| *place > 0)?;
    let (sign, count) = match (letters.get(place)?.character, bare(place + 1, '=')) {
        (':', _) => (Sign::Colon, 1),
        ('!', _) => (Sign::NotEqual, 2),
        ('<', true) => (Sign::Compared(Comparison::AtMost), 2),
        ('<', false) => (Sign::Compared(Comparison::Less), 1),
        ('>', true) => (Sign::Compared(Comparison::AtLeast), 2),
        ('>', false) => (Sign::Compared(Comparison::More), 1),
        _ => (Sign::Equal, 1),
    };
    let (head, tail) = letters.split_at_checked(place)?;
    let from = letters.get(place)?.at;
    Some(Cut {
        head,
        sign,
        sign_at: from..from + count,
        rest: tail.get(count..)?,
    })
}

/// What stands before a word's sign, where the sign is in the question, in bytes, and what follows it.
pub(super) fn sign_of(letters: &[Letter]) -> Option<(&[Letter], Range<usize>, &[Letter])> {
    cut_at_sign(letters).map(|cut| (cut.head, cut.sign_at, cut.rest))
}

/// Whether these letters are the key that asks for tags.
pub(super) fn is_tag_key(letters: &[Letter]) -> bool {
    lower(letters) == TAG && letters.iter().all(|letter| !letter.quoted)
}

fn span(range: Range<usize>, role: Role) -> Span {
    Span { range, role }
}

fn plain_word(letters: &[Letter], range: &Range<usize>) -> Reading {
    let text = lower(letters);
    Reading {
        condition: (!text.is_empty()).then_some(Condition::Word(text)),
        negated: false,
        spans: vec![span(range.clone(), Role::Word)],
        unknown_key: None,
    }
}

fn unknown_word(key: &str, letters: &[Letter], cut: &Cut<'_>, range: &Range<usize>) -> Reading {
    let at = range.start;
    Reading {
        spans: vec![
            span(at..cut.sign_at.start, Role::Unknown),
            span(cut.sign_at.start..range.end, Role::Word),
        ],
        unknown_key: Some(UnknownKey {
            key: key.to_owned(),
            at,
            meant: meant(key),
        }),
        ..plain_word(letters, range)
    }
}

/// The key that somebody meant who typed another one.
fn meant(key: &str) -> Option<&'static str> {
    let keys = Field::ALL.into_iter().map(Field::key).chain([TAG]);
    let mut keys = keys.filter(|known| *known != key);
    let begins = |known: &&str| key.len() >= 2 && (known.starts_with(key) || key.starts_with(known));
    keys.clone()
        .find(begins)
        .or_else(|| keys.find(|known| fuzzy::is_one_typo(key, known)))
}

/// `tag:KEY` and `tag:KEY=VALUE`.
fn tag_word(cut: &Cut<'_>, range: &Range<usize>) -> Reading {
    let key_from = cut.sign_at.end;
    let mut spans = vec![span(range.start..key_from, Role::Operator)];
    let Some((key, values)) = split_bare(cut.rest, '=') else {
        spans.push(span(key_from..range.end, Role::Key));
        return tag_reading(cut.rest, &[], false, spans);
    };
    let equal_at = cut.rest.get(key.len()).map_or(range.end, |letter| letter.at);
    let (key, negated) = match key.split_last() {
        Some((last, before)) if last.is('!') => (before, true),
        _ => (key, false),
    };
    let sign_from = equal_at - usize::from(negated);
    spans.push(span(key_from..sign_from, Role::Key));
    spans.push(span(sign_from..equal_at + 1, Role::Operator));
    spans.extend(value_spans(values, equal_at + 1..range.end, |_| false));
    tag_reading(key, values, negated, spans)
}

/// `KEY=VALUE` of a key that is none of ours: a tag.
fn tagged_word(cut: &Cut<'_>, range: &Range<usize>) -> Reading {
    let mut spans = vec![
        span(range.start..cut.sign_at.start, Role::Key),
        span(cut.sign_at.clone(), Role::Operator),
    ];
    spans.extend(value_spans(cut.rest, cut.sign_at.end..range.end, |_| false));
    tag_reading(cut.head, cut.rest, cut.sign == Sign::NotEqual, spans)
}

fn tag_reading(key: &[Letter], values: &[Letter], negated: bool, spans: Vec<Span>) -> Reading {
    let key = lower(key);
    let values = texts(values).into_iter().map(tag_value).collect::<Vec<_>>();
    // `tag:team!=` says nothing yet.
    let is_unfinished = key.is_empty() || (negated && values.is_empty());
    Reading {
        condition: (!is_unfinished).then_some(Condition::Tag { key, values }),
        negated,
        spans,
        unknown_key: None,
    }
}

fn field_word(field: Field, cut: &Cut<'_>, range: &Range<usize>) -> Reading {
    let wanted: Vec<Wanted> = texts(cut.rest)
        .iter()
        .map(|value| wanted(field, cut.sign, usual_word(field, &value.text)))
        .collect();
    let is_unknown = |value: &[Letter]| {
        let value = lower(value);
        !value.is_empty() && wanted_is_impossible(field, cut.sign, usual_word(field, &value))
    };
    let mut spans = vec![
        span(range.start..cut.sign_at.start, Role::Key),
        span(cut.sign_at.clone(), Role::Operator),
    ];
    spans.extend(value_spans(cut.rest, cut.sign_at.end..range.end, is_unknown));
    Reading {
        condition: (!wanted.is_empty()).then_some(Condition::Field(field, wanted)),
        negated: cut.sign == Sign::NotEqual,
        spans,
        unknown_key: None,
    }
}

fn wanted(field: Field, sign: Sign, value: &str) -> Wanted {
    let is_whole = sign != Sign::Colon;
    let text = value.to_owned();
    if field == Field::Agent {
        version(sign, value)
    } else if field == Field::Ip && value.contains('/') {
        value.parse().map_or(Wanted::Nothing, Wanted::Network)
    } else if is_whole {
        Wanted::Whole(text)
    } else if field.known_values().is_empty() {
        Wanted::Part(text)
    } else {
        Wanted::Start(text)
    }
}

fn version(sign: Sign, value: &str) -> Wanted {
    let comparison = match sign {
        Sign::Colon | Sign::Equal | Sign::NotEqual => Comparison::Equal,
        Sign::Compared(comparison) => comparison,
    };
    AgentVersion::parse(value).map_or(Wanted::Nothing, |version| Wanted::Version(comparison, version))
}

/// Whether nothing can have this value. A part of the platform's name can be anything.
fn wanted_is_impossible(field: Field, sign: Sign, value: &str) -> bool {
    let wanted = wanted(field, sign, value);
    let known = field.known_values();
    let is_open = known.is_empty() || field == Field::Platform;
    wanted == Wanted::Nothing || (!is_open && !known.iter().any(|known| wanted.is(known)))
}

/// The text of one of several values, and whether its last letter is a star that has its meaning.
struct Text {
    text: String,
    starred: bool,
}

fn tag_value(value: Text) -> Wanted {
    match value.text.strip_suffix('*').filter(|_| value.starred) {
        Some(start) => Wanted::Start(start.to_owned()),
        None => Wanted::Whole(value.text),
    }
}

fn texts(letters: &[Letter]) -> Vec<Text> {
    let values = alternatives(letters).into_iter().map(|value| Text {
        text: lower(value),
        starred: value.last().is_some_and(|letter| letter.is('*')),
    });
    values.filter(|value| !value.text.is_empty()).collect()
}

/// The spans of values and the commas between them.
fn value_spans(letters: &[Letter], range: Range<usize>, is_unknown: impl Fn(&[Letter]) -> bool) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut from = range.start;
    let mut rest = letters;
    while let Some((value, behind)) = split_bare(rest, ',') {
        let comma = rest.get(value.len()).map_or(range.end, |letter| letter.at);
        spans.push(span(from..comma, role(value, &is_unknown)));
        spans.push(span(comma..comma + 1, Role::Operator));
        from = comma + 1;
        rest = behind;
    }
    spans.push(span(from..range.end, role(rest, &is_unknown)));
    spans
}

fn role(value: &[Letter], is_unknown: impl Fn(&[Letter]) -> bool) -> Role {
    if is_unknown(value) {
        Role::Unknown
    } else {
        Role::Value
    }
}
