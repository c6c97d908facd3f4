//! Escapes at the beginning of a line, as in ssh: the way out of a session that does not answer.

/// What the keys mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum InputAction {
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
enum LinePosition {
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
    place: LinePosition,
}

impl Escapes {
    /// A terminal: a session begins at the start of a line.
    pub(crate) fn on() -> Self {
        Self {
            place: LinePosition::LineStart,
        }
    }

    /// No terminal: everything is data.
    pub(crate) fn off() -> Self {
        Self {
            place: LinePosition::Off,
        }
    }

    /// What `keys` mean, in order. A held tilde comes with a later call.
    pub(crate) fn read(&mut self, keys: &[u8]) -> Vec<InputAction> {
        let (mut meanings, mut typed) = (Vec::new(), Vec::new());
        for &key in keys {
            if let Some(meaning) = self.step(key, &mut typed) {
                if !typed.is_empty() {
                    meanings.push(InputAction::Type(std::mem::take(&mut typed)));
                }
                meanings.push(meaning);
            }
        }
        if !typed.is_empty() {
            meanings.push(InputAction::Type(typed));
        }
        meanings
    }

    fn step(&mut self, key: u8, typed: &mut Vec<u8>) -> Option<InputAction> {
        match (self.place, key) {
            (LinePosition::LineStart, b'~') => {
                self.place = LinePosition::AfterTilde;
                return None;
            }
            (LinePosition::AfterTilde, b'.') => {
                self.place = LinePosition::LineStart;
                return Some(InputAction::Leave);
            }
            (LinePosition::AfterTilde, b'?') => {
                self.place = LinePosition::LineStart;
                return Some(InputAction::Help);
            }
            (LinePosition::AfterTilde, b'-') => {
                self.place = LinePosition::Off;
                return None;
            }
            (LinePosition::AfterTilde, b'~') => typed.push(b'~'),
            (LinePosition::AfterTilde, other) => typed.extend([b'~', other]),
            (LinePosition::LineStart | LinePosition::InLine | LinePosition::Off, other) => typed.push(other),
        }
        self.place = match (self.place, key) {
            (LinePosition::Off, _) => LinePosition::Off,
            (_, b'\r' | b'\n') => LinePosition::LineStart,
            (_, _) => LinePosition::InLine,
        };
        None
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn read(keys: &str) -> Vec<InputAction> {
        Escapes::on().read(keys.as_bytes())
    }

    #[test]
    fn who_wants_to_leave_may_say_so_again() {
        assert_eq!(read("~.~."), [InputAction::Leave, InputAction::Leave]);
        assert_eq!(read("~.."), [InputAction::Leave, typed(".")]);
    }

    fn typed(keys: &str) -> InputAction {
        InputAction::Type(keys.as_bytes().to_vec())
    }

    #[test]
    fn an_escape_works_at_the_start_and_after_each_line_end() {
        assert_eq!(read("~."), [InputAction::Leave]);
        assert_eq!(read("ls\r~."), [typed("ls\r"), InputAction::Leave]);
        assert_eq!(read("ls\n~?x"), [typed("ls\n"), InputAction::Help, typed("x")]);
        assert_eq!(read("~?~."), [InputAction::Help, InputAction::Leave]);
    }

    #[test]
    fn a_tilde_inside_a_line_is_a_tilde() {
        assert_eq!(read("cd ~."), [typed("cd ~.")]);
        assert_eq!(read("~/bin\r"), [typed("~/bin\r")]);
        assert_eq!(read("~~."), [typed("~.")]);
        assert_eq!(read("~\r~."), [typed("~\r"), InputAction::Leave]);
    }

    #[test]
    fn a_tilde_waits_for_the_next_key_even_in_another_read() {
        let mut escapes = Escapes::on();
        assert_eq!(escapes.read(b"\r~"), [typed("\r")]);
        assert_eq!(escapes.read(b"."), [InputAction::Leave]);
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
                        InputAction::Type(bytes) => out.extend(bytes),
                        InputAction::Leave | InputAction::Help => prop_assert!(false),
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

    fn joined(meanings: Vec<InputAction>) -> Vec<InputAction> {
        let mut out: Vec<InputAction> = Vec::new();
        for meaning in meanings {
            match (out.last_mut(), meaning) {
                (Some(InputAction::Type(before)), InputAction::Type(more)) => before.extend(more),
                (_, meaning) => out.push(meaning),
            }
        }
        out
    }
}
