//! White space as Python has it, which the AWS CLI is written in.

pub(crate) fn is_space(c: char) -> bool {
    c.is_whitespace() || matches!(c, '\u{1c}'..='\u{1f}')
}

/// Without the white space at both ends.
pub(crate) fn trimmed(text: &str) -> &str {
    text.trim_matches(is_space)
}

/// The lines of a value: Python counts more characters as their ends than a file has.
pub(crate) fn lines_of_value(value: &str) -> impl Iterator<Item = &str> {
    value.split(|c| {
        matches!(
            c,
            '\n' | '\r' | '\u{b}' | '\u{c}' | '\u{1c}'..='\u{1e}' | '\u{85}' | '\u{2028}' | '\u{2029}'
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_of_ascii_and_spaces_of_unicode_are_white_space_and_marks_are_not() {
        assert_eq!(trimmed("\u{1c}\u{1f}\u{a0}\u{3000}a\u{85}"), "a");
        assert_eq!(trimmed("\u{feff}a\u{200b}"), "\u{feff}a\u{200b}");
    }
}
