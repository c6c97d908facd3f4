//! A thing in the form in which it is searched: lower case, shared texts by their numbers.

use super::{
    field::Field,
    fuzzy::LetterSet,
    searchable::Searchable,
    symbols::{Symbol, Symbols},
};

/// Which of the shared texts of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SharedText {
    State,
    Ping,
    Platform,
    PlatformName,
    Account,
    Profile,
    Region,
    Type,
    Agent,
}

const SHARED: usize = 9;

impl SharedText {
    /// Those that a plain word finds a thing by.
    pub(super) const WORDS: [Self; 4] = [Self::Account, Self::Profile, Self::Region, Self::Type];

    /// The text that a key asks for, where many things share it.
    pub(super) fn of_field(field: Field) -> Option<Self> {
        match field {
            Field::State => Some(Self::State),
            Field::Ping => Some(Self::Ping),
            Field::Platform => Some(Self::Platform),
            Field::Account => Some(Self::Account),
            Field::Profile => Some(Self::Profile),
            Field::Region => Some(Self::Region),
            Field::Type => Some(Self::Type),
            Field::Agent => Some(Self::Agent),
            Field::Name | Field::Id | Field::Ip => None,
        }
    }

    fn texts<'a>(thing: &Searchable<'a>) -> [(Self, &'a str); SHARED] {
        [
            (Self::State, thing.state),
            (Self::Ping, thing.ping),
            (Self::Platform, thing.platform),
            (Self::PlatformName, thing.platform_name),
            (Self::Account, thing.account),
            (Self::Profile, thing.profile),
            (Self::Region, thing.region),
            (Self::Type, thing.instance_type),
            (Self::Agent, thing.agent),
        ]
    }

    fn place(self) -> usize {
        self as usize
    }
}

/// One thing, ready to be searched.
#[derive(Debug, Clone)]
pub(super) struct IndexEntry {
    /// Name, id and addresses behind one another, in lower case.
    texts: Box<str>,
    /// Where each of them ends.
    ends: [u32; 4],
    name_letters: LetterSet,
    id_letters: LetterSet,
    shared: [Symbol; SHARED],
    tags: Box<[(Symbol, Symbol)]>,
    also: Box<[Symbol]>,
    pub(super) production: bool,
    pub(super) stopped: bool,
}

impl IndexEntry {
    pub(super) fn new(thing: &Searchable<'_>, symbols: &mut Symbols) -> Self {
        let [address, other] = thing.addresses;
        let (mut texts, mut ends) = (String::new(), [0; 4]);
        for (text, end) in [thing.name, thing.id, address, other].into_iter().zip(&mut ends) {
            texts.push_str(&text.to_lowercase());
            *end = u32::try_from(texts.len()).unwrap_or(u32::MAX);
        }
        let mut entry = Self {
            texts: texts.into_boxed_str(),
            ends,
            name_letters: LetterSet::default(),
            id_letters: LetterSet::default(),
            shared: [Symbol::NONE; SHARED],
            tags: thing
                .tags
                .iter()
                .map(|(key, value)| (symbols.take(key), symbols.take(value)))
                .collect(),
            also: thing.also.iter().map(|text| symbols.take(text)).collect(),
            production: thing.production,
            stopped: thing.is_stopped(),
        };
        for (kind, text) in SharedText::texts(thing) {
            if let Some(place) = entry.shared.get_mut(kind.place()) {
                *place = symbols.take(text);
            }
        }
        entry.name_letters = LetterSet::of(entry.name());
        entry.id_letters = LetterSet::of(entry.id());
        entry
    }

    /// Gives its shared texts back.
    pub(super) fn release(&self, symbols: &mut Symbols) {
        let tags = self.tags.iter().flat_map(|(key, value)| [*key, *value]);
        let all = self
            .shared
            .iter()
            .copied()
            .chain(tags)
            .chain(self.also.iter().copied());
        for symbol in all {
            symbols.release(symbol);
        }
    }

    /// In lower case, as all its texts.
    pub(super) fn name(&self) -> &str {
        self.text(0)
    }

    pub(super) fn id(&self) -> &str {
        self.text(1)
    }

    pub(super) fn addresses(&self) -> impl Iterator<Item = &str> {
        [self.text(2), self.text(3)]
            .into_iter()
            .filter(|text| !text.is_empty())
    }

    /// The letters of name and id.
    pub(super) fn letters(&self) -> (LetterSet, LetterSet) {
        (self.name_letters, self.id_letters)
    }

    pub(super) fn shared(&self, which: SharedText) -> Symbol {
        self.shared.get(which.place()).copied().unwrap_or_default()
    }

    pub(super) fn tags(&self) -> &[(Symbol, Symbol)] {
        &self.tags
    }

    /// What a plain word finds it by, besides name, id and addresses.
    pub(super) fn words(&self) -> impl Iterator<Item = Symbol> {
        let shared = SharedText::WORDS.iter().map(|which| self.shared(*which));
        let values = self.tags.iter().map(|(_, value)| *value);
        shared.chain(values).chain(self.also.iter().copied())
    }

    fn text(&self, place: usize) -> &str {
        let end = |place: usize| {
            self.ends
                .get(place)
                .map_or(0, |end| usize::try_from(*end).unwrap_or(usize::MAX))
        };
        let from = place.checked_sub(1).map_or(0, end);
        self.texts.get(from..end(place)).unwrap_or_default()
    }
}
