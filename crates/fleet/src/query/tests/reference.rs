//! The query language once more, slowly and plainly: what the quick one has to agree with.

#![expect(
    clippy::wildcard_enum_match_arm,
    reason = "plain enough is better here than complete"
)]

use std::net::IpAddr;

use crate::{Field, Searchable};

/// A question as its parts, from which a text is made.
#[derive(Debug, Clone)]
pub(super) enum Ask {
    Word(String),
    Part(Field, Vec<String>),
    Whole(Field, Vec<String>),
    Tag(String, Vec<String>),
    Agent(&'static str, Vec<u64>),
    Not(Box<Ask>),
    All(Vec<Ask>),
    Any(Vec<Ask>),
}

impl Ask {
    /// As somebody types it.
    pub(super) fn text(&self) -> String {
        let joined = |asks: &[Self], by: &str| asks.iter().map(Self::text).collect::<Vec<_>>().join(by);
        let values = |values: &[String]| {
            values
                .iter()
                .map(|value| format!("\"{value}\""))
                .collect::<Vec<_>>()
                .join(",")
        };
        match self {
            Self::Word(word) => format!("\"{word}\""),
            Self::Part(field, asked) => format!("{}:{}", field.key(), values(asked)),
            Self::Whole(field, asked) => format!("{}={}", field.key(), values(asked)),
            Self::Tag(key, asked) if asked.is_empty() => format!("tag:\"{key}\""),
            Self::Tag(key, asked) => format!("tag:\"{key}\"={}", values(asked)),
            Self::Agent(sign, version) => {
                let numbers: Vec<String> = version.iter().map(ToString::to_string).collect();
                format!("agent{sign}{}", numbers.join("."))
            }
            Self::Not(inner) => format!("not ({})", inner.text()),
            Self::All(asks) => format!("({})", joined(asks, " ")),
            Self::Any(asks) => format!("({})", joined(asks, " or ")),
        }
    }

    pub(super) fn matches(&self, thing: &Searchable<'_>, guess: bool) -> bool {
        match self {
            Self::Word(word) => has_word(thing, &word.to_lowercase(), guess),
            Self::Part(field, asked) => asked
                .iter()
                .any(|asked| has_part(thing, *field, &asked.to_lowercase())),
            Self::Whole(field, asked) => {
                let texts = texts_of(thing, *field);
                asked.iter().any(|asked| {
                    texts
                        .iter()
                        .any(|text| text.to_lowercase() == asked.to_lowercase())
                })
            }
            Self::Tag(key, asked) => tags(thing).iter().any(|(own, value)| {
                own.to_lowercase() == key.to_lowercase()
                    && (asked.is_empty()
                        || asked
                            .iter()
                            .any(|asked| value.to_lowercase() == asked.to_lowercase()))
            }),
            Self::Agent(sign, asked) => is_version(thing.agent, sign, asked),
            Self::Not(inner) => !inner.matches(thing, false),
            Self::All(asks) => asks.iter().all(|ask| ask.matches(thing, guess)),
            Self::Any(asks) => asks.iter().any(|ask| ask.matches(thing, guess)),
        }
    }
}

fn tags<'a>(thing: &Searchable<'a>) -> Vec<(&'a str, &'a str)> {
    let name = (!thing.name.is_empty()).then_some(("name", thing.name));
    name.into_iter().chain(thing.tags.iter().copied()).collect()
}

fn texts_of<'a>(thing: &Searchable<'a>, field: Field) -> Vec<&'a str> {
    let texts = match field {
        Field::Name => vec![thing.name],
        Field::Id => vec![thing.id],
        Field::State => vec![thing.state],
        Field::Ping => vec![thing.ping],
        Field::Platform => vec![thing.platform],
        Field::Account => vec![thing.account],
        Field::Profile => vec![thing.profile],
        Field::Region => vec![thing.region],
        Field::Type => vec![thing.instance_type],
        Field::Ip => thing.addresses.to_vec(),
        Field::Agent => vec![thing.agent],
    };
    texts.into_iter().filter(|text| !text.is_empty()).collect()
}

fn has_part(thing: &Searchable<'_>, field: Field, asked: &str) -> bool {
    let texts: Vec<String> = texts_of(thing, field)
        .iter()
        .map(|text| text.to_lowercase())
        .collect();
    match field {
        Field::State | Field::Ping => texts.iter().any(|text| text.starts_with(asked)),
        Field::Platform => {
            texts.iter().any(|text| text.starts_with(asked))
                || thing.platform_name.to_lowercase().contains(asked)
        }
        Field::Ip if asked.contains('/') => {
            let network = asked.parse::<ipnet::IpNet>();
            let addresses = texts.iter().filter_map(|text| text.parse::<IpAddr>().ok());
            network.is_ok_and(|network| addresses.into_iter().any(|address| network.contains(&address)))
        }
        _ => texts.iter().any(|text| text.contains(asked)),
    }
}

fn is_version(agent: &str, sign: &str, asked: &[u64]) -> bool {
    let numbers: Result<Vec<u64>, _> = agent.split('.').map(str::parse).collect();
    let Ok(mut numbers) = numbers else { return false };
    numbers.resize(asked.len(), 0);
    match sign {
        "<" => numbers.as_slice() < asked,
        "<=" => numbers.as_slice() <= asked,
        ">" => numbers.as_slice() > asked,
        ">=" => numbers.as_slice() >= asked,
        _ => numbers == asked,
    }
}

fn has_word(thing: &Searchable<'_>, word: &str, guess: bool) -> bool {
    let (name, id) = (thing.name.to_lowercase(), thing.id.to_lowercase());
    let elsewhere = [thing.account, thing.profile, thing.region, thing.instance_type];
    let values = thing.tags.iter().map(|(_, value)| *value);
    let mut elsewhere = elsewhere
        .into_iter()
        .chain(thing.addresses)
        .chain(values)
        .chain(thing.also.iter().copied());
    name.contains(word)
        || in_id(&id, word)
        || elsewhere.any(|text| text.to_lowercase().contains(word))
        || (guess && is_meant(&name, &id, word))
}

/// A short word counts only where the id or a part of it begins.
fn in_id(id: &str, word: &str) -> bool {
    let Some(at) = id.find(word) else { return false };
    word.len() >= 4 || id == word || at == 0 || id[..at].ends_with('-')
}

fn is_meant(name: &str, id: &str, word: &str) -> bool {
    let (name, id, word): (Vec<char>, Vec<char>, Vec<char>) = (
        name.chars().collect(),
        id.chars().collect(),
        word.chars().collect(),
    );
    let starts = (0..name.len()).filter(|at| begins(&name, *at));
    let mistakes = match word.len() {
        0..5 => 0,
        5..9 => 1,
        9.. => 2,
    };
    let is_id = word.len() >= 10 && (word.starts_with(&['i', '-']) || word.starts_with(&['m', 'i', '-']));
    let typos = |at: usize| mistakes > 0 && is_near(&word, &name[at..], mistakes, true);
    let left_out = word.len().saturating_sub(2) / 2 * usize::from(word.len() > 3);
    (word.len() >= 3
        && starts
            .clone()
            .any(|at| name[at] == word[0] && initials(&word[1..], &name, at + 1, left_out, true)))
        || starts.into_iter().any(typos)
        || (is_id && is_near(&word, &id, 1, false))
}

fn begins(name: &[char], at: usize) -> bool {
    let before = at.checked_sub(1).map(|at| name[at]);
    name[at].is_alphanumeric()
        && before.is_none_or(|before| {
            !before.is_alphanumeric() || (name[at].is_ascii_digit() && !before.is_ascii_digit())
        })
}

/// Every way to find the rest of the word from `at` on. `within` says whether the part that `at` is in has a letter of the word, or
/// began here.
fn initials(word: &[char], name: &[char], at: usize, left_out: usize, within: bool) -> bool {
    let Some(letter) = word.first() else { return true };
    let Some(character) = name.get(at) else {
        return false;
    };
    let within = within || begins(name, at);
    let here = within && character == letter && initials(&word[1..], name, at + 1, left_out, true);
    if here {
        return true;
    }
    // Over this letter: it is left out of its part, or the whole rest of the part is passed over.
    let next = left_out.checked_sub(usize::from(character.is_alphanumeric()));
    let in_part = within && next.is_some_and(|left_out| initials(word, name, at + 1, left_out, true));
    in_part || initials(word, name, at + 1, left_out, false)
}

/// Whether the word can be made a beginning of the text.
fn is_near(word: &[char], text: &[char], mistakes: usize, digits_count: bool) -> bool {
    let (Some(first), Some(other)) = (word.first(), text.first()) else {
        return false;
    };
    first == other
        && (0..=text.len().min(word.len() + mistakes))
            .any(|end| distance(word, &text[..end], mistakes, digits_count).is_some())
}

fn distance(a: &[char], b: &[char], most: usize, digits_count: bool) -> Option<usize> {
    let may = |character: char| most > 0 && !(digits_count && character.is_ascii_digit());
    let one_more = |distance: Option<usize>| distance.map(|distance| distance + 1);
    let less = most.saturating_sub(1);
    match (a, b) {
        ([], []) => Some(0),
        ([x, rest @ ..], []) | ([], [x, rest @ ..]) => may(*x)
            .then(|| one_more(distance(rest, &[], less, digits_count)))
            .flatten(),
        ([x, a_rest @ ..], [y, b_rest @ ..]) => {
            let mut found = Vec::new();
            if x == y {
                found.push(distance(a_rest, b_rest, most, digits_count));
            }
            if may(*x) {
                found.push(one_more(distance(a_rest, b, less, digits_count)));
            }
            if may(*y) {
                found.push(one_more(distance(a, b_rest, less, digits_count)));
            }
            if may(*x) && may(*y) {
                found.push(one_more(distance(a_rest, b_rest, less, digits_count)));
                if let ([_, p, a_end @ ..], [_, q, b_end @ ..]) = (a, b)
                    && (x, p) == (q, y)
                {
                    found.push(one_more(distance(a_end, b_end, less, digits_count)));
                }
            }
            found.into_iter().flatten().min()
        }
    }
}
