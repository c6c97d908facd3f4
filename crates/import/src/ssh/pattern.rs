//! Patterns of `Host` lines: `*` stands for any characters, `?` for one, and `!` in front excludes.

/// Whether a word of a `Host` line stands for more than one host.
pub(super) fn is_pattern(word: &str) -> bool {
    word.starts_with('!') || word.contains(['*', '?'])
}

/// Whether a `Host` line of these words is meant for `alias`: one matches, and none that is excluded does.
pub(super) fn matches_line(words: &[String], alias: &str) -> bool {
    let excluded = words.iter().filter_map(|word| word.strip_prefix('!'));
    if excluded.into_iter().any(|word| matches(word, alias)) {
        return false;
    }
    words
        .iter()
        .any(|word| !word.starts_with('!') && matches(word, alias))
}

/// Goes back to the last `*` only, so that no pattern takes long.
fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) = (pattern.chars().collect(), text.chars().collect());
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while t < text.len() {
        match pattern.get(p) {
            Some('*') => {
                star = Some((p, t));
                p += 1;
            }
            Some(c) if *c == '?' || text.get(t) == Some(c) => {
                p += 1;
                t += 1;
            }
            Some(_) | None => match star {
                Some((at, from)) => {
                    star = Some((at, from + 1));
                    p = at + 1;
                    t = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(p).all(|c| *c == '*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_as_those_of_ssh() {
        for (pattern, text, expected) in [
            ("*", "", true),
            ("i-*", "i-0a", true),
            ("i-*", "mi-0a", false),
            ("*.internal", "db.internal", true),
            ("*a*b", "xaxaxb", true),
            ("?b", "ab", true),
            ("?b", "b", false),
            ("a", "ab", false),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
        let words = ["*.internal".to_owned(), "!db.internal".to_owned()];
        assert!(matches_line(&words, "web.internal") && !matches_line(&words, "db.internal"));
        assert!(!matches_line(&["!a".to_owned()], "b"));
        assert!(!matches(&"*a".repeat(2000), &"a".repeat(1999)));
    }
}
