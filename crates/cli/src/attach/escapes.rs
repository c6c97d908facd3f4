//! Escapes at the beginning of a line, as in ssh: the way out of a session that does not answer.

/// What the keys mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// Bytes for the session.
    Type(Vec<u8>),
    /// `~.`: end the session.
    Leave,
    /// `~?`: show the escapes.
    Help,
}

/// Shown for `~?`.
pub(crate) const HELP: &str = "\
~.  end the session
~?  show this
~~  type a tilde
~-  no more escapes
Escapes are recognised at the beginning of a line only.";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    LineStart,
    /// A tilde at the line's start is held back until the next key says what it means.
    AfterTilde,
    InLine,
    /// `~-` was typed.
    Off,
}

/// Where in a line the user is.
#[derive(Debug)]
pub(crate) struct Escapes {
    place: Place,
}

impl Escapes {
    /// A terminal: a session begins at the start of a line.
    pub(crate) fn on() -> Self {
        Self {
            place: Place::LineStart,
        }
    }

    /// No terminal: everything is data.
    pub(crate) fn off() -> Self {
        Self { place: Place::Off }
    }

    /// What `keys` mean, in order. A held tilde comes with a later call.
    pub(crate) fn read(&mut self, keys: &[u8]) -> Vec<Meaning> {
        let (mut meanings, mut typed) = (Vec::new(), Vec::new());
        for &key in keys {
            if let Some(meaning) = self.step(key, &mut typed) {
                if !typed.is_empty() {
                    meanings.push(Meaning::Type(std::mem::take(&mut typed)));
                }
                meanings.push(meaning);
            }
        }
        if !typed.is_empty() {
            meanings.push(Meaning::Type(typed));
        }
        meanings
    }

    fn step(&mut self, key: u8, typed: &mut Vec<u8>) -> Option<Meaning> {
        match (self.place, key) {
            (Place::LineStart, b'~') => {
                self.place = Place::AfterTilde;
                return None;
            }
            (Place::AfterTilde, b'.') => {
                self.place = Place::LineStart;
                return Some(Meaning::Leave);
            }
            (Place::AfterTilde, b'?') => {
                self.place = Place::LineStart;
                return Some(Meaning::Help);
            }
            (Place::AfterTilde, b'-') => {
                self.place = Place::Off;
                return None;
            }
            (Place::AfterTilde, b'~') => typed.push(b'~'),
            (Place::AfterTilde, other) => typed.extend([b'~', other]),
            (Place::LineStart | Place::InLine | Place::Off, other) => typed.push(other),
        }
        self.place = match (self.place, key) {
            (Place::Off, _) => Place::Off,
            (_, b'\r' | b'\n') => Place::LineStart,
            (_, _) => Place::InLine,
        };
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(keys: &str) -> Vec<Meaning> {
        Escapes::on().read(keys.as_bytes())
    }

    #[test]
    fn who_wants_to_leave_may_say_so_again() {
        assert_eq!(read("~.~."), [Meaning::Leave, Meaning::Leave]);
        assert_eq!(read("~.."), [Meaning::Leave, typed(".")]);
    }

    fn typed(keys: &str) -> Meaning {
        Meaning::Type(keys.as_bytes().to_vec())
    }

    #[test]
    fn an_escape_works_at_the_start_and_after_each_line_end() {
        assert_eq!(read("~."), [Meaning::Leave]);
        assert_eq!(read("ls\r~."), [typed("ls\r"), Meaning::Leave]);
        assert_eq!(read("ls\n~?x"), [typed("ls\n"), Meaning::Help, typed("x")]);
        assert_eq!(read("~?~."), [Meaning::Help, Meaning::Leave]);
    }

    #[test]
    fn a_tilde_inside_a_line_is_a_tilde() {
        assert_eq!(read("cd ~."), [typed("cd ~.")]);
        assert_eq!(read("~/bin\r"), [typed("~/bin\r")]);
        assert_eq!(read("~~."), [typed("~.")]);
        assert_eq!(read("~\r~."), [typed("~\r"), Meaning::Leave]);
    }

    #[test]
    fn a_tilde_waits_for_the_next_key_even_in_another_read() {
        let mut escapes = Escapes::on();
        assert_eq!(escapes.read(b"\r~"), [typed("\r")]);
        assert_eq!(escapes.read(b"."), [Meaning::Leave]);
    }

    #[test]
    fn escapes_can_be_turned_off() {
        assert_eq!(read("~-\r~."), [typed("\r~.")]);
        assert_eq!(Escapes::off().read(b"~.\r~."), [typed("~.\r~.")]);
    }

    proptest! {
        #[test]
        fn data_without_tildes_passes_unchanged_however_it_is_cut(
            keys in prop::collection::vec(any::<u8>().prop_filter("no tilde", |key| *key != b'~'), 0..200),
            cut in 0usize..200,
        ) {
            let cut = cut.min(keys.len());
            let mut escapes = Escapes::on();
            let mut out = Vec::new();
            for part in [&keys[..cut], &keys[cut..]] {
                for meaning in escapes.read(part) {
                    match meaning {
                        Meaning::Type(bytes) => out.extend(bytes),
                        Meaning::Leave | Meaning::Help => prop_assert!(false),
                    }
                }
            }
            prop_assert_eq!(out, keys);
        }

        #[test]
        fn cutting_the_input_changes_no_meaning(keys in "[~.?\\-a\r\n]{0,40}", cut in 0usize..40) {
            let cut = cut.min(keys.len());
            let mut escapes = Escapes::on();
            let mut parts = escapes.read(&keys.as_bytes()[..cut]);
            parts.extend(escapes.read(&keys.as_bytes()[cut..]));
            prop_assert_eq!(joined(parts), joined(read(&keys)));
        }
    }

    fn joined(meanings: Vec<Meaning>) -> Vec<Meaning> {
        let mut out: Vec<Meaning> = Vec::new();
        for meaning in meanings {
            match (out.last_mut(), meaning) {
                (Some(Meaning::Type(before)), Meaning::Type(more)) => before.extend(more),
                (_, meaning) => out.push(meaning),
            }
        }
        out
    }
}
