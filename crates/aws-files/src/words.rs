//! Words of a section's header, with the quotes of a POSIX shell, as Python's `shlex` splits them.

/// A quote that is not closed, or nothing behind the last backslash.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unclosed;

/// The words of `text`.
pub(crate) fn words(text: &str) -> Result<Vec<String>, Unclosed> {
    let (mut words, mut word) = (Vec::new(), None::<String>);
    let mut rest = text.chars();
    while let Some(c) = rest.next() {
        match c {
            ' ' | '\t' | '\r' | '\n' => words.extend(word.take()),
            '\'' => plain_quote(&mut rest, word.get_or_insert_default())?,
            '"' => quote_with_escapes(&mut rest, word.get_or_insert_default())?,
            '\\' => word.get_or_insert_default().push(rest.next().ok_or(Unclosed)?),
            other => word.get_or_insert_default().push(other),
        }
    }
    words.extend(word);
    Ok(words)
}

/// The rest of `'…'`.
fn plain_quote(rest: &mut impl Iterator<Item = char>, word: &mut String) -> Result<(), Unclosed> {
    loop {
        match rest.next().ok_or(Unclosed)? {
            '\'' => return Ok(()),
            other => word.push(other),
        }
    }
}

/// The rest of `"…"`, in which a backslash counts before a quote and a backslash only.
fn quote_with_escapes(rest: &mut impl Iterator<Item = char>, word: &mut String) -> Result<(), Unclosed> {
    loop {
        match rest.next().ok_or(Unclosed)? {
            '"' => return Ok(()),
            '\\' => {
                let next = rest.next().ok_or(Unclosed)?;
                if !matches!(next, '"' | '\\') {
                    word.push('\\');
                }
                word.push(next);
            }
            other => word.push(other),
        }
    }
}

/// `name` so that it is one word of a header, in quotes only where it needs them.
#[must_use]
pub fn quoted(name: &str) -> String {
    let is_plain = |c: char| !c.is_whitespace() && !matches!(c, '\'' | '"' | '\\');
    if !name.is_empty() && name.chars().all(is_plain) {
        name.to_owned()
    } else if !name.contains('\'') {
        format!("'{name}'")
    } else {
        format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\""))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_and_backslashes_join_what_white_space_would_part() {
        for (text, expected) in [
            ("profile dev", &["profile", "dev"][..]),
            ("profile\t 'My Prod' ", &["profile", "My Prod"]),
            ("profile \"My \\\"Prod\\\" \\x\"", &["profile", "My \"Prod\" \\x"]),
            ("profile My\\ Prod", &["profile", "My Prod"]),
            ("profile a'b'\"c\"", &["profile", "abc"]),
            ("profile ''", &["profile", ""]),
            ("profile a\u{a0}b", &["profile", "a\u{a0}b"]),
            ("profile #a", &["profile", "#a"]),
        ] {
            assert_eq!(words(text).unwrap(), expected, "{text}");
        }
        for text in ["profile Joe's", "profile \"a", "profile a\\", "profile \"a\\"] {
            assert_eq!(words(text), Err(Unclosed), "{text}");
        }
    }

    #[test]
    fn a_quoted_name_is_one_word_and_the_same() {
        for (name, expected) in [
            ("dev", "dev"),
            ("büro", "büro"),
            ("My Prod", "'My Prod'"),
            ("Joe's \"x\" \\", "\"Joe's \\\"x\\\" \\\\\""),
            ("", "''"),
        ] {
            assert_eq!(quoted(name), expected);
            assert_eq!(words(expected).unwrap(), [name]);
        }
    }
}
