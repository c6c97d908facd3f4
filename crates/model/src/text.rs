//! Text from outside made safe to show: instance names, tags and error texts may hold anything.

use std::io;

/// The longest text that is shown in one line, in characters.
const LONGEST_SHOWN: usize = 256;

/// `text` without control characters, bidirectional overrides and other invisible marks, at most 256 characters.
/// What is removed could reorder or hide what a person reads next to it (reliability: T6); nothing is escaped here,
/// because every view shows text as text.
#[must_use]
pub fn display_text(text: &str) -> String {
    let shown: String = text
        .chars()
        .filter(|c| !is_hidden_control(*c))
        .take(LONGEST_SHOWN)
        .collect();
    shown.trim().to_owned()
}

/// What the operating system said, without its number, which only says the same to programs.
#[must_use]
pub fn system_text(error: &io::Error) -> String {
    let text = error.to_string();
    display_text(text.split(" (os error ").next().unwrap_or(&text))
}

/// `text` as the end of a sentence of ours: made safe, with one full stop, without the system's number and without the
/// address of a library's manual, which helps its programmers only.
#[must_use]
pub fn ended(text: &str) -> String {
    let text = without_manual(text);
    let text = display_text(text.split(" (os error ").next().unwrap_or(text));
    let text = text.trim_end_matches(['.', ':', ' ']);
    if text.ends_with(['!', '?']) {
        text.to_owned()
    } else {
        format!("{text}.")
    }
}

/// Rust's libraries put the address at the end.
fn without_manual(text: &str) -> &str {
    let at = text
        .find("https://docs.rs/")
        .or_else(|| text.find("https://rustls"));
    at.and_then(|at| text.get(..at)).unwrap_or(text)
}

/// Whether a character has no shape of its own but changes how its neighbours read.
#[must_use]
pub fn is_hidden_control(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn controls_and_direction_marks_are_dropped_and_markup_stays_text() {
        assert_eq!(display_text("web\u{202e}1\u{7}\u{1b}[31m"), "web1[31m");
        assert_eq!(display_text("<img src=x>"), "<img src=x>");
        assert_eq!(display_text("Zürich 東京 🚀"), "Zürich 東京 🚀");
    }

    #[test]
    fn errors_of_the_system_come_without_their_number() {
        let error = io::Error::from_raw_os_error(2);
        assert!(error.to_string().contains("os error 2"));
        assert!(!system_text(&error).contains("os error") && !system_text(&error).is_empty());
        assert_eq!(system_text(&io::Error::other("locked\u{7}")), "locked");
    }

    #[test]
    fn a_text_from_outside_ends_a_sentence_with_one_full_stop_and_no_manual() {
        for (text, shown) in [
            ("connection refused", "connection refused."),
            ("Access denied.", "Access denied."),
            ("Access denied...", "Access denied."),
            ("Really?", "Really?"),
            (
                "No space left on device (os error 28)",
                "No space left on device.",
            ),
            (
                "peer closed connection without sending TLS close_notify: https://docs.rs/rustls/latest/rustls/manual/_03_howto/index.html#unexpected-eof",
                "peer closed connection without sending TLS close_notify.",
            ),
            (
                "see https://docs.aws.amazon.com/x",
                "see https://docs.aws.amazon.com/x.",
            ),
            ("\u{1b}[31mred", "[31mred."),
        ] {
            assert_eq!(ended(text), shown);
        }
    }

    #[test]
    fn long_text_is_cut_on_characters() {
        assert_eq!(display_text(&"ü".repeat(1000)).chars().count(), LONGEST_SHOWN);
    }
}
