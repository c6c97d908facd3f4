//! What somebody meant who typed less than a name, or typed it wrongly. Digits are never guessed: `web-2` does not find `web-3`.

/// Words shorter than this are taken as they are.
const SHORTEST_INITIALS: usize = 3;
/// From how many letters on one mistake is forgiven, and two.
const ONE_TYPO: usize = 5;
const TWO_TYPOS: usize = 9;

/// Which letters and digits a text has, so that most names are passed over at once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct LetterSet(u64);

impl LetterSet {
    pub(super) fn of(text: &str) -> Self {
        Self(text.chars().fold(0, |set, character| set | bit(character)))
    }

    /// How many of its letters `other` does not have.
    pub(super) fn missing_in(self, other: Self) -> u32 {
        (self.0 & !other.0).count_ones()
    }
}

/// Letters and digits of ASCII have a bit of their own, others share some. Other signs have none.
fn bit(character: char) -> u64 {
    let code = u32::from(character);
    match character {
        'a'..='z' => 1 << (code - 97),
        '0'..='9' => 1 << (code - 48 + 26),
        _ if character.is_ascii() => 0,
        _ => 1 << (36 + code % 28),
    }
}

/// A word in a form in which it is looked for quickly.
#[derive(Debug, Clone)]
pub(super) struct FuzzyWord {
    letters: Vec<char>,
    set: LetterSet,
}

/// A name as letters, in space that is used again for the next one.
#[derive(Debug, Default)]
pub(super) struct NameLetters {
    letters: Vec<char>,
    /// Which of them begin a part: a letter after another sign, or a number.
    starts: Vec<bool>,
}

impl NameLetters {
    fn read(&mut self, name: &str) {
        self.letters.clear();
        self.letters.extend(name.chars());
        let befores = std::iter::once(' ').chain(self.letters.iter().copied());
        let starts = self.letters.iter().zip(befores).map(|(this, before)| {
            let is_number = this.is_ascii_digit() && !before.is_ascii_digit();
            this.is_alphanumeric() && (is_number || !before.is_alphanumeric())
        });
        self.starts.clear();
        self.starts.extend(starts);
    }

    /// The letters from each beginning of a part on.
    fn parts(&self) -> impl Iterator<Item = &[char]> {
        let starts = self.starts.iter().enumerate().filter(|(_, starts)| **starts);
        starts.filter_map(|(place, _)| self.letters.get(place..))
    }
}

/// How far a name is from what was typed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Likeness {
    /// Letters were left out.
    Initials,
    /// One mistake.
    OneTypo,
    /// Two mistakes.
    TwoTypos,
}

impl FuzzyWord {
    /// `text` is in lower case.
    pub(super) fn new(text: &str) -> Self {
        Self {
            letters: text.chars().collect(),
            set: LetterSet::of(text),
        }
    }

    /// How a name (in lower case, with its letters) is like this word. `buffer` is space to work in.
    pub(super) fn likeness(&self, name: &str, set: LetterSet, buffer: &mut NameLetters) -> Option<Likeness> {
        let typos = self.typos();
        let missing = usize::try_from(self.set.missing_in(set)).unwrap_or(usize::MAX);
        let has_initials = missing == 0 && self.letters.len() >= SHORTEST_INITIALS;
        if missing > typos || (typos == 0 && !has_initials) {
            return None;
        }
        buffer.read(name);
        if has_initials && is_initials(&self.letters, buffer) {
            return Some(Likeness::Initials);
        }
        let distances = buffer
            .parts()
            .filter_map(|part| distance(&self.letters, part, typos, true));
        likeness_of(distances.min()?)
    }

    /// Whether an id begins like this word, with one mistake; in ids digits are letters like others.
    pub(super) fn begins_id(&self, id: &str, set: LetterSet, buffer: &mut NameLetters) -> bool {
        if !self.is_id() || self.set.missing_in(set) > 1 {
            return false;
        }
        buffer.read(id);
        distance(&self.letters, &buffer.letters, 1, false).is_some()
    }

    /// Whether it looks like the most of an id: less of it would fit too many.
    pub(super) fn is_id(&self) -> bool {
        self.letters.len() >= 10
            && (self.letters.starts_with(&['i', '-']) || self.letters.starts_with(&['m', 'i', '-']))
    }

    fn typos(&self) -> usize {
        match self.letters.len() {
            TWO_TYPOS.. => 2,
            ONE_TYPO.. => 1,
            _ => 0,
        }
    }
}

fn likeness_of(distance: usize) -> Option<Likeness> {
    match distance {
        1 => Some(Likeness::OneTypo),
        2 => Some(Likeness::TwoTypos),
        _ => None,
    }
}

/// Whether one mistake makes one text the other.
pub(super) fn is_one_typo(text: &str, other: &str) -> bool {
    let (text, other): (Vec<char>, Vec<char>) = (text.chars().collect(), other.chars().collect());
    text.len().abs_diff(other.len()) <= 1 && text.len() >= 3 && distance_to_whole(&text, &other) <= 1
}

/// Whether the word is made of starts of parts of the name and what follows them, as `kb1` is of `kafka-broker-1`. Of longer
/// words a few letters may be left out within a part, as `bstion` does.
fn is_initials(word: &[char], name: &NameLetters) -> bool {
    let most = if word.len() <= SHORTEST_INITIALS {
        0
    } else {
        (word.len() - 2) / 2
    };
    if !is_in_order(word, &name.letters) {
        return false;
    }
    let Some((first, rest)) = word.split_first() else {
        return false;
    };
    // For each place of the name: the letters that are left out if the word so far ends there.
    let begins = name.letters.iter().zip(&name.starts);
    let mut ends: Vec<Option<usize>> = begins
        .map(|(letter, starts)| (*starts && letter == first).then_some(0))
        .collect();
    for letter in rest {
        if !next_ends(*letter, name, most, &mut ends) {
            return false;
        }
    }
    true
}

/// Whether all letters of the word stand in the name in their order.
fn is_in_order(word: &[char], name: &[char]) -> bool {
    let mut name = name.iter();
    word.iter()
        .all(|letter| name.any(|character| character == letter))
}

/// Takes one more letter of the word: whether it stands anywhere, with at most `most` letters left out so far.
fn next_ends(letter: char, name: &NameLetters, most: usize, ends: &mut [Option<usize>]) -> bool {
    // The fewest that were left out up to here: before this part began, and if this part goes on.
    let (mut before, mut within): (Option<usize>, Option<usize>) = (None, None);
    let mut is_anywhere = false;
    for ((character, starts), end) in name.letters.iter().zip(&name.starts).zip(ends) {
        if *starts {
            within = before;
        }
        let next = within.filter(|left_out| *character == letter && *left_out <= most);
        is_anywhere |= next.is_some();
        let ended = std::mem::replace(end, next);
        // What follows leaves this letter out, unless the word so far ended with it.
        within = least(
            within.map(|left_out| left_out + usize::from(character.is_alphanumeric())),
            ended,
        );
        before = least(before, ended);
    }
    is_anywhere
}

fn least(a: Option<usize>, b: Option<usize>) -> Option<usize> {
    match (a, b) {
        (Some(first), Some(second)) => Some(first.min(second)),
        (first, second) => first.or(second),
    }
}

/// The fewest mistakes, at most `most`, that make the word a beginning of the name: a letter more, less, another one, or two
/// exchanged. The first letter is none of them, and no digit is, if digits count.
fn distance(word: &[char], name: &[char], most: usize, digits_count: bool) -> Option<usize> {
    if most == 0 || word.first() != name.first() {
        return None;
    }
    let name = name.get(..word.len() + most).unwrap_or(name);
    let last = last_row(word, name, most, digits_count);
    last.into_iter().min().filter(|found| *found <= most)
}

fn distance_to_whole(word: &[char], other: &[char]) -> usize {
    last_row(word, other, 1, false).last().copied().unwrap_or(FAR)
}

/// More mistakes than any word has letters.
const FAR: usize = usize::MAX / 2;

/// The distances of the word from each beginning of `name` (optimal string alignment); nothing as soon as all are more than `most`.
fn last_row(word: &[char], name: &[char], most: usize, digits_count: bool) -> Vec<usize> {
    let cost = |character: char| {
        if digits_count && character.is_ascii_digit() {
            FAR
        } else {
            1
        }
    };
    let mut older: Vec<usize> = Vec::new();
    let mut row: Vec<usize> = vec![0];
    row.extend(name.iter().scan(0, |sum: &mut usize, character| {
        *sum = sum.saturating_add(cost(*character));
        Some(*sum)
    }));
    for (at, letter) in word.iter().enumerate() {
        let mut next = vec![
            row.first()
                .map_or(FAR, |above| above.saturating_add(cost(*letter))),
        ];
        for (place, character) in name.iter().enumerate() {
            let value = |row: &[usize], place: usize| row.get(place).copied().unwrap_or(FAR);
            let replaced = if letter == character {
                0
            } else {
                cost(*letter).max(cost(*character))
            };
            let best = value(&row, place).saturating_add(replaced);
            let best = best.min(value(&row, place + 1).saturating_add(cost(*letter)));
            let best = best.min(value(&next, place).saturating_add(cost(*character)));
            let swapped = at > 0
                && place > 0
                && word.get(at - 1) == Some(character)
                && name.get(place - 1) == Some(letter);
            let swap = if swapped {
                value(&older, place - 1).saturating_add(cost(*letter).max(cost(*character)))
            } else {
                FAR
            };
            next.push(best.min(swap));
        }
        older = std::mem::replace(&mut row, next);
        // Two rows, because of what is exchanged.
        if row.iter().chain(&older).all(|distance| *distance > most) {
            return Vec::new();
        }
    }
    row
}

#[cfg(test)]
mod tests {
    use super::*;

    fn likeness(word: &str, name: &str) -> Option<Likeness> {
        FuzzyWord::new(word).likeness(name, LetterSet::of(name), &mut NameLetters::default())
    }

    #[test]
    fn initials_are_starts_of_parts_and_what_follows() {
        for (word, name) in [
            ("kb1", "kafka-broker-1"),
            ("kabr", "kafka-broker-1"),
            ("kb1", "kafka broker1"),
            ("wp12", "web-eu-prod-12"),
            ("bstion", "bastion-1"),
            ("chkout", "checkout-api"),
        ] {
            assert_eq!(likeness(word, name), Some(Likeness::Initials), "{word} {name}");
        }
        for (word, name) in [
            ("kb", "kafka-broker"),
            ("web", "warehouse-b"),
            ("kb2", "kafka-broker-1"),
            ("apl", "analytics-pipeline"),
            ("afka", "kafka"),
            ("bk1", "kafka-broker-1"),
        ] {
            assert_eq!(likeness(word, name), None, "{word} {name}");
        }
    }

    #[test]
    fn a_letter_more_less_another_or_two_exchanged_is_forgiven() {
        for (word, name) in [
            ("chekout", "my-checkout-1"),
            ("chekcout", "checkout"),
            ("checkouut", "checkout"),
            ("kafak", "kafka-broker-1"),
            ("postgers", "postgres-1"),
            ("redsi-1", "redis-1"),
        ] {
            assert!(likeness(word, name).is_some(), "{word} {name}");
        }
        assert_eq!(
            likeness("elasticsaerhc", "elasticsearch"),
            Some(Likeness::TwoTypos)
        );
        for (word, name) in [
            ("wbe", "web"),
            ("stage", "prod"),
            ("ehcckout", "checkout"),
            ("prood", "stage"),
        ] {
            assert_eq!(likeness(word, name), None, "{word} {name}");
        }
    }

    #[test]
    fn digits_are_never_guessed() {
        for (word, name) in [
            ("web-01", "web-02"),
            ("web-1234", "web-1243"),
            ("broker-2", "broker-"),
            ("node-12", "node-1"),
        ] {
            assert_eq!(likeness(word, name), None, "{word} {name}");
        }
    }

    #[test]
    fn an_id_may_have_one_mistake() {
        let begins = |word: &str| {
            FuzzyWord::new(word).begins_id(
                "i-0a1b2c3d4e5f67890",
                LetterSet(u64::MAX),
                &mut NameLetters::default(),
            )
        };
        assert!(begins("i-0a1b2c3d4e5f67891"));
        assert!(begins("i-0a1b2c3e"));
        assert!(!begins("i-0a1b2"));
        assert!(!begins("i-0a1b2c3ee4"));
        assert!(!begins("i-1a1b2c4d4"));
    }
}
