//! A question made ready for many things: what it says of texts that they share is found out beforehand.

use super::{
    entry::{IndexEntry, SharedText},
    expression::{Condition, Expression, Wanted},
    field::Field,
    fit::{Fit, Word},
    fuzzy::NameLetters,
    symbols::{Symbol, Symbols},
};

/// A question, ready to be asked of the entries whose texts `symbols` holds.
#[derive(Debug)]
pub(super) struct Prepared {
    /// None lets everything pass.
    step: Option<Matcher>,
    /// The plain words in their order: a name may be all of them.
    phrase: Option<String>,
    /// Whether it asks for names at all.
    pub(super) has_words: bool,
}

#[derive(Debug)]
enum Matcher {
    Word {
        word: Box<Word>,
        elsewhere: Vec<Option<Fit>>,
    },
    Name(Vec<Name>),
    Id(Vec<Name>),
    Address(Vec<Wanted>),
    /// The one or the other of the texts that things share.
    Shared(Vec<(SharedText, Vec<bool>)>),
    Tag {
        keys: Vec<bool>,
        values: Option<Vec<bool>>,
        name: Option<Vec<Wanted>>,
    },
    Not(Box<Matcher>),
    All(Vec<Matcher>),
    Any(Vec<Matcher>),
}

/// What a key wants of a name or an id.
#[derive(Debug)]
enum Name {
    Part(Box<Word>),
    Other(Wanted),
}

impl Prepared {
    pub(super) fn new(expression: Option<&Expression>, symbols: &Symbols) -> Self {
        Self {
            step: expression.map(|expression| step(expression, symbols)),
            phrase: expression.and_then(phrase),
            has_words: expression.is_some_and(|expression| {
                expression
                    .terms()
                    .iter()
                    .any(|term| asks_for_name(&term.condition))
            }),
        }
    }

    /// How well an entry fits; none where it is no answer. `buffer` is space to work in.
    pub(super) fn fit(&self, entry: &IndexEntry, buffer: &mut NameLetters) -> Option<Fit> {
        let Some(step) = &self.step else {
            return Some(Fit::EXACT);
        };
        let fit = step.fit(entry, true, buffer)?;
        let is_phrase = self
            .phrase
            .as_deref()
            .is_some_and(|phrase| phrase == entry.name());
        Some(if is_phrase { Fit::EXACT } else { fit })
    }
}

fn asks_for_name(condition: &Condition) -> bool {
    matches!(
        condition,
        Condition::Word(_) | Condition::Field(Field::Name | Field::Id, _)
    )
}

fn phrase(expression: &Expression) -> Option<String> {
    let words = expression.parts().iter().filter_map(|part| match part {
        Expression::Term(term) => match &term.condition {
            Condition::Word(word) => Some(word.as_str()),
            Condition::Field(..) | Condition::Tag { .. } => None,
        },
        Expression::Not(_) | Expression::All(_) | Expression::Any(_) => None,
    });
    let words: Vec<&str> = words.collect();
    (words.len() > 1).then(|| words.join(" "))
}

fn step(expression: &Expression, symbols: &Symbols) -> Matcher {
    let steps = |parts: &[Expression]| parts.iter().map(|part| step(part, symbols)).collect();
    match expression {
        Expression::Term(term) => of_condition(&term.condition, symbols),
        Expression::Not(inner) => Matcher::Not(Box::new(step(inner, symbols))),
        Expression::All(parts) => Matcher::All(steps(parts)),
        Expression::Any(parts) => Matcher::Any(steps(parts)),
    }
}

fn of_condition(condition: &Condition, symbols: &Symbols) -> Matcher {
    match condition {
        Condition::Word(text) => {
            let word = Box::new(Word::new(text));
            let elsewhere = symbols.each(|text| word.elsewhere(text));
            Matcher::Word { word, elsewhere }
        }
        Condition::Field(field, wanted) => of_field(*field, wanted, symbols),
        Condition::Tag { key, values } => Matcher::Tag {
            keys: symbols.each(|text| text == key),
            values: (!values.is_empty()).then(|| symbols.each(|text| is_any(values, text))),
            name: (key == "name").then(|| values.clone()),
        },
    }
}

fn of_field(field: Field, wanted: &[Wanted], symbols: &Symbols) -> Matcher {
    let names = || wanted.iter().cloned().map(Name::new).collect();
    let own = || symbols.each(|text| is_any(wanted, text));
    match (field, SharedText::of_field(field)) {
        (Field::Platform, _) => {
            let name = symbols.each(|text| wanted.iter().any(|wanted| wanted.is_within(text)));
            Matcher::Shared(vec![
                (SharedText::Platform, own()),
                (SharedText::PlatformName, name),
            ])
        }
        (_, Some(shared)) => Matcher::Shared(vec![(shared, own())]),
        (Field::Id, None) => Matcher::Id(names()),
        (Field::Ip, None) => Matcher::Address(wanted.to_vec()),
        (_, None) => Matcher::Name(names()),
    }
}

fn is_any(wanted: &[Wanted], text: &str) -> bool {
    !text.is_empty() && wanted.iter().any(|wanted| wanted.is(text))
}

fn holds<T: Copy + Default>(answers: &[T], symbol: Symbol) -> T {
    answers.get(symbol.place()).copied().unwrap_or_default()
}

impl Matcher {
    /// `guess`: whether what is like a word is an answer, too.
    fn fit(&self, entry: &IndexEntry, guess: bool, buffer: &mut NameLetters) -> Option<Fit> {
        let met = |is: bool| is.then_some(Fit::EXACT);
        match self {
            Self::Word { word, elsewhere } => word_fit(word, elsewhere, entry, guess, buffer),
            Self::Name(names) => names.iter().filter_map(|name| name.fit_of_name(entry)).min(),
            Self::Id(ids) => ids.iter().filter_map(|id| id.fit_of_id(entry)).min(),
            Self::Address(wanted) => met(entry.addresses().any(|address| is_any(wanted, address))),
            Self::Shared(texts) => {
                let mut texts = texts.iter();
                met(texts.any(|(which, wanted)| holds(wanted, entry.shared(*which))))
            }
            Self::Tag { keys, values, name } => {
                met(has_tag(entry, keys, values.as_deref()) || is_named(entry, name.as_deref()))
            }
            // Only what certainly matches is left out.
            Self::Not(inner) => met(inner.fit(entry, false, buffer).is_none()),
            Self::All(parts) => {
                let mut parts = parts.iter();
                parts.try_fold(Fit::EXACT, |sum, part| {
                    Some(sum.and(part.fit(entry, guess, buffer)?))
                })
            }
            Self::Any(parts) => parts
                .iter()
                .filter_map(|part| part.fit(entry, guess, buffer))
                .min(),
        }
    }
}

fn word_fit(
    word: &Word,
    elsewhere: &[Option<Fit>],
    entry: &IndexEntry,
    guess: bool,
    buffer: &mut NameLetters,
) -> Option<Fit> {
    let (name_letters, id_letters) = entry.letters();
    let name = word.in_name(entry.name(), name_letters);
    if name.is_some_and(|fit| fit == Fit::EXACT) {
        return name;
    }
    let literal = name.into_iter().chain(word.in_id(entry.id(), id_letters)).min();
    literal
        .or_else(|| entry.words().filter_map(|symbol| holds(elsewhere, symbol)).min())
        .or_else(|| {
            entry
                .addresses()
                .filter_map(|address| word.elsewhere(address))
                .min()
        })
        .or_else(|| {
            if guess {
                word.guess(entry.name(), entry.id(), entry.letters(), buffer)
            } else {
                None
            }
        })
}

fn has_tag(entry: &IndexEntry, keys: &[bool], values: Option<&[bool]>) -> bool {
    let mut tags = entry.tags().iter();
    tags.any(|(key, value)| holds(keys, *key) && values.is_none_or(|values| holds(values, *value)))
}

/// A node's name is a tag, too, though it is kept apart.
fn is_named(entry: &IndexEntry, wanted: Option<&[Wanted]>) -> bool {
    let name = entry.name();
    wanted.is_some_and(|wanted| !name.is_empty() && (wanted.is_empty() || is_any(wanted, name)))
}

impl Name {
    fn new(wanted: Wanted) -> Self {
        match wanted {
            Wanted::Part(text) => Self::Part(Box::new(Word::new(&text))),
            other @ (Wanted::Start(_)
            | Wanted::Whole(_)
            | Wanted::Network(_)
            | Wanted::Version(..)
            | Wanted::Nothing) => Self::Other(other),
        }
    }

    fn fit_of_name(&self, entry: &IndexEntry) -> Option<Fit> {
        match self {
            Self::Part(word) => word.in_name(entry.name(), entry.letters().0),
            Self::Other(wanted) => wanted.is(entry.name()).then_some(Fit::EXACT),
        }
    }

    fn fit_of_id(&self, entry: &IndexEntry) -> Option<Fit> {
        let id = entry.id();
        match self {
            Self::Part(word) => word.in_id(id, entry.letters().1).or_else(|| word.elsewhere(id)),
            Self::Other(wanted) => wanted.is(id).then_some(Fit::EXACT),
        }
    }
}
