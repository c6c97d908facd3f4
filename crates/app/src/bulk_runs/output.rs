//! The last of what a command wrote on one node.

use postern_exec::CommandOutput;
use postern_model::{display_text, is_hidden_control};

use crate::contract::BulkRunOutputView;

/// What is kept of each output. More is for a file, not for a table.
const MOST_BYTES: usize = 64 * 1024;
/// What is shown of the last line.
const LONGEST_LINE: usize = 200;

/// Both outputs of one command, the last of each.
#[derive(Debug, Default)]
pub(super) struct KeptOutput {
    out: Vec<u8>,
    err: Vec<u8>,
    was_cut: bool,
    pub(super) is_missing: bool,
}

impl KeptOutput {
    pub(super) fn add(&mut self, output: &CommandOutput) {
        let (kept, bytes) = match output {
            CommandOutput::Out(bytes) => (&mut self.out, bytes),
            CommandOutput::Err(bytes) => (&mut self.err, bytes),
        };
        kept.extend_from_slice(bytes);
        let over = kept.len().saturating_sub(MOST_BYTES);
        if over > 0 {
            *kept = kept.split_off(over);
            self.was_cut = true;
        }
    }

    /// The last line that says something: of standard error where that has one.
    pub(super) fn last_line(&self) -> String {
        let line = last_line_of(&self.err).or_else(|| last_line_of(&self.out));
        line.unwrap_or_default()
    }

    pub(super) fn view(&self) -> BulkRunOutputView {
        BulkRunOutputView {
            out: shown(&self.out),
            err: shown(&self.err),
            cut: self.was_cut,
            missing: self.is_missing,
        }
    }
}

fn last_line_of(bytes: &[u8]) -> Option<String> {
    let text = String::from_utf8_lossy(bytes);
    let line = text
        .lines()
        .rev()
        .map(display_text)
        .find(|line| !line.trim().is_empty())?;
    Some(line.trim().chars().take(LONGEST_LINE).collect())
}

/// Line ends and tabs stay, and nothing else that a terminal would obey.
fn shown(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let is_shown = |character: &char| matches!(character, '\n' | '\t') || !is_hidden_control(*character);
    text.chars().filter(is_shown).collect()
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    fn out(bytes: impl Into<Bytes>) -> CommandOutput {
        CommandOutput::Out(bytes.into())
    }

    #[test]
    fn lines_stay_and_what_a_terminal_would_obey_does_not() {
        let mut kept = KeptOutput::default();
        kept.add(&out(&b"one\r\n\x1b[31mtwo\x1b[0m\n\n"[..]));
        let view = kept.view();
        assert!(
            view.out.starts_with("one\n") && !view.out.contains('\x1b'),
            "{:?}",
            view.out
        );
        assert!(kept.last_line().contains("two"));
        kept.add(&CommandOutput::Err(Bytes::from_static(b"bad\n")));
        assert_eq!(kept.last_line(), "bad");
    }

    #[test]
    fn the_last_is_kept_and_that_more_was_there() {
        let mut kept = KeptOutput::default();
        kept.add(&out(vec![b'a'; MOST_BYTES]));
        assert!(!kept.view().cut);
        kept.add(&out(&b"end"[..]));
        let view = kept.view();
        assert!(view.cut && view.out.ends_with("end"));
        assert_eq!(view.out.len(), MOST_BYTES);
    }
}
