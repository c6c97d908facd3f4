//! Texts of a file as they are kept: without what could hide or reorder what a person reads.

use postern_model::{display_text, is_hidden_control};

/// The longest description that is kept, in characters.
const LONGEST_DESCRIPTION: usize = 4096;

/// A name or a label.
pub(crate) fn one_line(text: &str) -> String {
    let spaced: String = text
        .chars()
        .map(|c| if c.is_whitespace() { ' ' } else { c })
        .collect();
    display_text(&spaced)
}

/// A text that may have lines.
pub(crate) fn lines(text: &str) -> String {
    let kept = text.replace("\r\n", "\n");
    let kept = kept.chars().filter(|c| *c == '\n' || !is_hidden_control(*c));
    kept.take(LONGEST_DESCRIPTION)
        .collect::<String>()
        .trim()
        .to_owned()
}

/// What is there, or none for white space.
pub(crate) fn filled(text: Option<&str>) -> Option<&str> {
    text.map(str::trim).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_hides_is_dropped_and_what_is_written_stays() {
        assert_eq!(one_line(" web\u{202e}\t1\u{7}\r\n<b> "), "web 1  <b>");
        assert_eq!(lines("a\r\nb\u{1b}[31m\tc\u{200f}\n"), "a\nb[31mc");
        assert_eq!(lines(&"ü".repeat(9000)).chars().count(), LONGEST_DESCRIPTION);
        assert_eq!(
            (filled(Some(" \t")), filled(Some(" a ")), filled(None)),
            (None, Some("a"), None)
        );
    }
}
