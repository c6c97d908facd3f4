//! Questions to the fleet, as a person types them: `web tag:env=prod state:running`.

use postern_model::{InstanceState, Pair, Platform};

use crate::Node;

/// A parsed question. Words are separated by spaces, all of them must match, and case does not count:
///
/// - a plain word is part of the name, the id or the private address;
/// - `id:`, `name:`, `profile:`, `region:` are parts of those;
/// - `state:` and `platform:` are the whole state (`running`, `shutting-down`) or family (`linux`, `windows`, `mac-os`);
/// - `tag:KEY` asks for the tag, `tag:KEY=VALUE` for its whole value; `tag:Name` means the name that is shown;
/// - after a key, several values separated by commas are alternatives;
/// - quotation marks keep spaces, commas and colons together: `tag:owner="Ada, Operations"`.
///
/// What is unfinished (`tag:`, `name:`) does not narrow yet. A key that does not exist is no error: its word counts as
/// a plain word and [`FleetQuery::unknown_keys`] names it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FleetQuery {
    terms: Vec<Term>,
    unknown_keys: Vec<UnknownKey>,
}

/// A key that a question uses and that does not exist.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownKey {
    /// The key, without its colon.
    pub key: String,
    /// Where its word begins in the question, in bytes.
    pub at: usize,
}

impl FleetQuery {
    /// Parses a question; every text is one.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        let mut query = Self::default();
        for word in words(text) {
            query.add(&word);
        }
        query
    }

    /// Whether `node` of `pair` is an answer.
    #[must_use]
    pub fn matches(&self, pair: &Pair, node: &Node) -> bool {
        self.terms.iter().all(|term| term.matches(pair, node))
    }

    /// The keys that do not exist, in the order of the question.
    #[must_use]
    pub fn unknown_keys(&self) -> &[UnknownKey] {
        &self.unknown_keys
    }

    fn add(&mut self, word: &Word) {
        let Some((key, rest)) = word.key() else {
            return self.terms.extend(Term::plain(&word.letters));
        };
        match key.as_str() {
            "tag" => self.terms.extend(Term::tag(rest)),
            "id" => self.add_field(Field::Id, rest),
            "name" => self.add_field(Field::Name, rest),
            "state" => self.add_field(Field::State, rest),
            "profile" => self.add_field(Field::Profile, rest),
            "region" => self.add_field(Field::Region, rest),
            "platform" => self.add_field(Field::Platform, rest),
            _ => {
                self.unknown_keys.push(UnknownKey { key, at: word.at });
                self.terms.extend(Term::plain(&word.letters));
            }
        }
    }

    fn add_field(&mut self, field: Field, rest: &[Letter]) {
        let wanted = alternatives(rest);
        if !wanted.is_empty() {
            self.terms.push(Term::Field(field, wanted));
        }
    }
}

/// One condition; its texts are in lower case.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Term {
    Plain(String),
    Field(Field, Vec<String>),
    Tag { key: String, values: Vec<String> },
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Id,
    Name,
    State,
    Profile,
    Region,
    Platform,
}

impl Term {
    fn plain(letters: &[Letter]) -> Option<Self> {
        let text = lower(letters);
        (!text.is_empty()).then_some(Self::Plain(text))
    }

    fn tag(rest: &[Letter]) -> Option<Self> {
        let (key, values) = split_bare(rest, '=').unwrap_or((rest, &[]));
        let key = lower(key);
        (!key.is_empty()).then(|| Self::Tag {
            key,
            values: alternatives(values),
        })
    }

    fn matches(&self, pair: &Pair, node: &Node) -> bool {
        match self {
            Self::Plain(text) => {
                contains(&node.name, text)
                    || contains(node.id.as_str(), text)
                    || node
                        .private_ip
                        .as_deref()
                        .is_some_and(|address| contains(address, text))
            }
            Self::Field(field, wanted) => wanted.iter().any(|wanted| field.matches(pair, node, wanted)),
            Self::Tag { key, values } => tag_values(node, key)
                .any(|value| values.is_empty() || values.iter().any(|wanted| equals(value, wanted))),
        }
    }
}

impl Field {
    fn matches(self, pair: &Pair, node: &Node, wanted: &str) -> bool {
        match self {
            Self::Id => contains(node.id.as_str(), wanted),
            Self::Name => contains(&node.name, wanted),
            Self::State => state_word(node.state) == wanted,
            Self::Profile => contains(pair.profile.as_str(), wanted),
            Self::Region => contains(pair.region.as_str(), wanted),
            Self::Platform => node
                .platform
                .is_some_and(|platform| platform_word(platform) == wanted),
        }
    }
}

fn tag_values<'a>(node: &'a Node, key: &'a str) -> impl Iterator<Item = &'a str> {
    let name = (key == "name" && !node.name.is_empty()).then_some(node.name.as_str());
    let tags = node
        .tags
        .iter()
        .filter(move |tag| equals(&tag.key, key))
        .map(|tag| tag.value.as_str());
    name.into_iter().chain(tags)
}

fn state_word(state: InstanceState) -> &'static str {
    match state {
        InstanceState::Pending => "pending",
        InstanceState::Running => "running",
        InstanceState::Stopping => "stopping",
        InstanceState::Stopped => "stopped",
        InstanceState::ShuttingDown => "shutting-down",
        InstanceState::Terminated => "terminated",
        InstanceState::Unknown => "unknown",
    }
}

fn platform_word(platform: Platform) -> &'static str {
    match platform {
        Platform::Linux => "linux",
        Platform::Windows => "windows",
        Platform::MacOs => "mac-os",
    }
}

fn equals(text: &str, lower: &str) -> bool {
    text.eq_ignore_ascii_case(lower) || text.to_lowercase() == lower
}

fn contains(text: &str, lower: &str) -> bool {
    if text.is_ascii() && !lower.is_empty() {
        // Nearly every name is ASCII; this way 50,000 of them are asked without an allocation.
        let mut parts = text.as_bytes().windows(lower.len());
        return parts.any(|part| part.eq_ignore_ascii_case(lower.as_bytes()));
    }
    text.to_lowercase().contains(lower)
}

/// One character and whether it stood in quotation marks, where it has no meaning of its own.
#[derive(Debug, Clone, Copy)]
struct Letter {
    character: char,
    quoted: bool,
}

#[derive(Debug)]
struct Word {
    at: usize,
    letters: Vec<Letter>,
}

impl Word {
    /// The key before the first bare colon, in lower case, and what follows it.
    fn key(&self) -> Option<(String, &[Letter])> {
        let (key, rest) = split_bare(&self.letters, ':')?;
        let is_key = !key.is_empty() && key.iter().all(|l| !l.quoted && l.character.is_ascii_alphabetic());
        is_key.then(|| (lower(key), rest))
    }
}

/// An open quotation mark reaches to the end.
fn words(text: &str) -> Vec<Word> {
    let mut words: Vec<Word> = Vec::new();
    let (mut quoted, mut in_word) = (false, false);
    for (at, character) in text.char_indices() {
        if character.is_whitespace() && !quoted {
            in_word = false;
            continue;
        }
        if !in_word {
            words.push(Word {
                at,
                letters: Vec::new(),
            });
            in_word = true;
        }
        if character == '"' {
            quoted = !quoted;
        } else if let Some(word) = words.last_mut() {
            word.letters.push(Letter { character, quoted });
        }
    }
    words
}

fn alternatives(mut letters: &[Letter]) -> Vec<String> {
    let mut found = Vec::new();
    while let Some((head, tail)) = split_bare(letters, ',') {
        found.push(lower(head));
        letters = tail;
    }
    found.push(lower(letters));
    found.retain(|text| !text.is_empty());
    found
}

fn split_bare(letters: &[Letter], separator: char) -> Option<(&[Letter], &[Letter])> {
    let place = letters
        .iter()
        .position(|l| !l.quoted && l.character == separator)?;
    let (head, tail) = letters.split_at_checked(place)?;
    Some((head, tail.get(1..).unwrap_or_default()))
}

fn lower(letters: &[Letter]) -> String {
    letters
        .iter()
        .map(|letter| letter.character)
        .collect::<String>()
        .to_lowercase()
}

#[cfg(test)]
mod tests;
