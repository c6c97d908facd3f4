//! A question cut into words and signs, with quotation marks resolved.

/// Parentheses nested deeper than anybody types are letters, so that no text makes reading it deep.
const DEEPEST: usize = 32;

/// One character and whether it stood in quotation marks, where it has no meaning of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Letter {
    /// Where it begins in the question, in bytes.
    pub(super) at: usize,
    pub(super) character: char,
    pub(super) quoted: bool,
}

impl Letter {
    /// Whether it is this sign, with its meaning.
    pub(super) fn is(self, sign: char) -> bool {
        self.character == sign && !self.quoted
    }
}

/// What a question is made of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Lexeme {
    Open,
    Close,
    Or,
    And,
    Not,
    Word(Vec<Letter>),
}

/// A lexeme and its place in the question, in bytes, quotation marks included.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Placed {
    pub(super) lexeme: Lexeme,
    pub(super) from: usize,
    pub(super) to: usize,
}

/// Cuts a question. An open quotation mark reaches to the end; what closes nothing is a letter.
pub(super) fn lexemes(text: &str) -> Vec<Placed> {
    let mut cutter = Cutter::default();
    for (at, character) in text.char_indices() {
        cutter.take(at, character);
    }
    cutter.end_word(text.len());
    cutter.lexemes
}

#[derive(Debug, Default)]
struct Cutter {
    lexemes: Vec<Placed>,
    /// Where the word that is being read begins, and its letters.
    word: Option<(usize, Vec<Letter>)>,
    quoted: bool,
    /// Parentheses that are open as signs, and those that are open as letters of the word.
    depth: usize,
    inner: usize,
}

impl Cutter {
    fn take(&mut self, at: usize, character: char) {
        if !self.quoted {
            if character.is_whitespace() {
                return self.end_word(at);
            }
            if self.is_sign(at, character) {
                return;
            }
        }
        let (_, letters) = self.word.get_or_insert_with(|| (at, Vec::new()));
        if character == '"' {
            self.quoted = !self.quoted;
        } else {
            letters.push(Letter {
                at,
                character,
                quoted: self.quoted,
            });
        }
    }

    /// Takes a parenthesis or a minus that is no letter here.
    fn is_sign(&mut self, at: usize, character: char) -> bool {
        match (character, self.word.is_some()) {
            ('(', false) if self.depth < DEEPEST => self.depth += 1,
            ('-', false) => {}
            ('(', true) => {
                self.inner += 1;
                return false;
            }
            (')', _) if self.inner > 0 => {
                self.inner -= 1;
                return false;
            }
            (')', _) if self.depth > 0 => {
                self.end_word(at);
                self.depth -= 1;
            }
            _ => return false,
        }
        let lexeme = match character {
            '(' => Lexeme::Open,
            ')' => Lexeme::Close,
            _ => Lexeme::Not,
        };
        self.push(lexeme, at, at + 1);
        true
    }

    fn end_word(&mut self, to: usize) {
        self.inner = 0;
        let Some((from, letters)) = self.word.take() else {
            return;
        };
        let lexeme = keyword(&letters).unwrap_or(Lexeme::Word(letters));
        self.push(lexeme, from, to);
    }

    fn push(&mut self, lexeme: Lexeme, from: usize, to: usize) {
        self.lexemes.push(Placed { lexeme, from, to });
    }
}

fn keyword(letters: &[Letter]) -> Option<Lexeme> {
    if letters.len() > 3 || letters.iter().any(|letter| letter.quoted) {
        return None;
    }
    match lower(letters).as_str() {
        "or" => Some(Lexeme::Or),
        "and" => Some(Lexeme::And),
        "not" => Some(Lexeme::Not),
        _ => None,
    }
}

/// The text of letters, in lower case.
pub(super) fn lower(letters: &[Letter]) -> String {
    let text: String = letters.iter().map(|letter| letter.character).collect();
    text.to_lowercase()
}

/// Cuts at the first `separator` that has its meaning.
pub(super) fn split_bare(letters: &[Letter], separator: char) -> Option<(&[Letter], &[Letter])> {
    let place = letters.iter().position(|letter| letter.is(separator))?;
    let (head, tail) = letters.split_at_checked(place)?;
    Some((head, tail.get(1..).unwrap_or_default()))
}

/// The parts between commas that have their meaning.
pub(super) fn alternatives(mut letters: &[Letter]) -> Vec<&[Letter]> {
    let mut found = Vec::new();
    while let Some((head, tail)) = split_bare(letters, ',') {
        found.push(head);
        letters = tail;
    }
    found.push(letters);
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<String> {
        let shown = lexemes(text).into_iter().map(|placed| {
            if let Lexeme::Word(letters) = &placed.lexeme {
                return lower(letters);
            }
            format!("{:?}", placed.lexeme)
        });
        shown.collect()
    }

    #[test]
    fn words_signs_and_quotation_marks_are_told_apart() {
        assert_eq!(cut("web  API"), ["web", "api"]);
        assert_eq!(
            cut("not web or -api and x"),
            ["Not", "web", "Or", "Not", "api", "And", "x"]
        );
        assert_eq!(cut("(a b)"), ["Open", "a", "b", "Close"]);
        assert_eq!(cut("\"or\" \"a b\"c \"-x"), ["or", "a bc", "-x"]);
    }

    #[test]
    fn a_sign_within_a_word_is_a_letter() {
        assert_eq!(cut("web-1 a)"), ["web-1", "a)"]);
        assert_eq!(cut("web(1) (web(1))"), ["web(1)", "Open", "web(1)", "Close"]);
        assert_eq!(cut("a:(b)"), ["a:(b)"]);
    }

    #[test]
    fn nesting_has_an_end() {
        let open = cut(&"(".repeat(100_000));
        assert_eq!(open.len(), DEEPEST + 1);
    }
}
