//! A command line of the AWS configuration: split into words as the AWS CLI splits it, and shown without its secrets.

use postern_model::display_text;

/// Why a command line cannot be split.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(crate) enum SplitError {
    #[error("its command is empty")]
    Empty,
    #[error("a quote in its command is not closed")]
    OpenQuote,
    #[error("its command ends with a backslash")]
    NothingEscaped,
}

/// The program and its arguments, by the rules of this system.
pub(super) fn split(line: &str) -> Result<(String, Vec<String>), SplitError> {
    let words = if cfg!(windows) {
        split_on_windows(line)?
    } else {
        split_on_unix(line)?
    };
    let mut words = words.into_iter();
    let program = words.next().ok_or(SplitError::Empty)?;
    Ok((program, words.collect()))
}

/// The rules of a Unix shell for quotes and backslashes, and nothing else of a shell: neither variables nor comments.
/// Between double quotes a backslash escapes only a double quote and a backslash.
fn split_on_unix(line: &str) -> Result<Vec<String>, SplitError> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut characters = line.chars();
    while let Some(c) = characters.next() {
        match c {
            ' ' | '\t' | '\r' | '\n' => words.extend(word.take()),
            '\'' | '"' => quoted(c, &mut characters, word.get_or_insert_default())?,
            '\\' => {
                let escaped = characters.next().ok_or(SplitError::NothingEscaped)?;
                word.get_or_insert_default().push(escaped);
            }
            plain => word.get_or_insert_default().push(plain),
        }
    }
    words.extend(word);
    Ok(words)
}

/// Up to the closing `quote`.
fn quoted(
    quote: char,
    characters: &mut impl Iterator<Item = char>,
    word: &mut String,
) -> Result<(), SplitError> {
    while let Some(c) = characters.next() {
        if c == quote {
            return Ok(());
        }
        if c != '\\' || quote == '\'' {
            word.push(c);
            continue;
        }
        match characters.next().ok_or(SplitError::NothingEscaped)? {
            escaped @ ('"' | '\\') => word.push(escaped),
            other => word.extend(['\\', other]),
        }
    }
    Err(SplitError::OpenQuote)
}

/// The rules of the C runtime: only double quotes quote, and backslashes count only before one.
fn split_on_windows(line: &str) -> Result<Vec<String>, SplitError> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let (mut is_quoted, mut backslashes) = (false, 0_usize);
    for c in line.chars() {
        if c == '\\' {
            backslashes += 1;
            continue;
        }
        let kept = if c == '"' { backslashes / 2 } else { backslashes };
        let is_escaped = c == '"' && backslashes % 2 == 1;
        if backslashes > 0 {
            word.get_or_insert_default().push_str(&"\\".repeat(kept));
            backslashes = 0;
        }
        match c {
            '"' if !is_escaped => {
                is_quoted = !is_quoted;
                word.get_or_insert_default();
            }
            ' ' | '\t' if !is_quoted => words.extend(word.take()),
            other => word.get_or_insert_default().push(other),
        }
    }
    if is_quoted {
        return Err(SplitError::OpenQuote);
    }
    if backslashes > 0 {
        word.get_or_insert_default().push_str(&"\\".repeat(backslashes));
    }
    words.extend(word);
    Ok(words)
}

/// The command for a person to run, with `…` for every argument that may be secret: what follows an option that is named
/// like one, and whatever is not a plain word.
pub(super) fn shown(program: &str, arguments: &[String]) -> String {
    let quoted = || format!("'{}'", display_text(program));
    let mut line = vec![plain(program).map_or_else(quoted, ToOwned::to_owned)];
    let mut hides_next = false;
    for argument in arguments {
        let (name, value) = argument
            .split_once('=')
            .map_or((argument.as_str(), None), |(n, v)| (n, Some(v)));
        let is_secret = names_a_secret(name);
        line.push(match (plain(name), value) {
            _ if hides_next => "…".to_owned(),
            (None, _) => "…".to_owned(),
            (Some(name), None) => name.to_owned(),
            (Some(name), Some(value)) => {
                format!("{name}={}", plain(value).filter(|_| !is_secret).unwrap_or("…"))
            }
        });
        hides_next = is_secret && value.is_none() && name.starts_with('-');
    }
    line.join(" ")
}

/// A word as people choose them: short, of harmless characters, and not what a generator of secrets makes.
fn plain(word: &str) -> Option<&str> {
    let is_harmless = |c: char| c.is_alphanumeric() || "._/:@,+-~\\%".contains(c);
    let is_word = !word.is_empty() && word.chars().count() <= 128 && word.chars().all(is_harmless);
    (is_word && !super::words::looks_secret(word)).then_some(word)
}

fn names_a_secret(name: &str) -> bool {
    const SIGNS: [&str; 9] = [
        "pass",
        "pwd",
        "secret",
        "token",
        "key",
        "pin",
        "code",
        "otp",
        "credential",
    ];
    let name = name.to_ascii_lowercase();
    name.trim_start_matches('-') == "p" || SIGNS.iter().any(|sign| name.contains(sign))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each with the words that Python's `shlex.split` makes of it, which is what botocore calls.
    #[test]
    fn a_line_is_split_as_the_aws_cli_splits_it_on_unix() {
        for (line, words) in [
            ("/opt/bin/x --user helen", vec!["/opt/bin/x", "--user", "helen"]),
            ("  a\t b\n", vec!["a", "b"]),
            ("'/opt/my dir/x' \"y z\"", vec!["/opt/my dir/x", "y z"]),
            (r"a\ b c\'d", vec!["a b", "c'd"]),
            (
                r#""a\"b" "c\\d" "e\$f" "g\nh""#,
                vec!["a\"b", r"c\d", r"e\$f", r"g\nh"],
            ),
            (r"'a\b'", vec![r"a\b"]),
            ("a '' \"\" b", vec!["a", "", "", "b"]),
            ("x#y #z", vec!["x#y", "#z"]),
            ("$HOME/x | y; z > w", vec!["$HOME/x", "|", "y;", "z", ">", "w"]),
            ("a'b'\"c\"d", vec!["abcd"]),
            ("büro/x '東京'", vec!["büro/x", "東京"]),
            ("", vec![]),
        ] {
            assert_eq!(split_on_unix(line).unwrap(), words, "{line}");
        }
        for (line, error) in [
            ("a 'b", SplitError::OpenQuote),
            ("a \"b", SplitError::OpenQuote),
            ("a\\", SplitError::NothingEscaped),
            ("\"a\\", SplitError::NothingEscaped),
        ] {
            assert_eq!(split_on_unix(line), Err(error), "{line}");
        }
    }

    #[test]
    fn a_line_is_split_as_the_aws_cli_splits_it_on_windows() {
        for (line, words) in [
            (
                r"C:\bin\x.exe --user helen",
                vec![r"C:\bin\x.exe", "--user", "helen"],
            ),
            (
                r#""C:\Program Files\x.exe" a"#,
                vec![r"C:\Program Files\x.exe", "a"],
            ),
            (r#"x "a\\" b"#, vec!["x", r"a\", "b"]),
            (r#"x a\"b "c d\"e""#, vec!["x", r#"a"b"#, r#"c d"e"#]),
            (
                r#"x \\srv\share\ "" 'y z'"#,
                vec!["x", r"\\srv\share\", "", "'y", "z'"],
            ),
            (r"x\", vec![r"x\"]),
            ("", vec![]),
        ] {
            assert_eq!(split_on_windows(line).unwrap(), words, "{line}");
        }
        assert_eq!(split_on_windows("x \"y"), Err(SplitError::OpenQuote));
    }

    #[test]
    fn a_command_without_words_is_named() {
        assert_eq!(split(" \t"), Err(SplitError::Empty));
    }

    fn shown_line(line: &str) -> String {
        let words = split_on_unix(line).unwrap();
        shown(&words[0], &words[1..])
    }

    #[test]
    fn what_people_type_is_shown() {
        for line in [
            "aws-vault exec --json --no-session acme-dev",
            "/opt/bin/x --user helen@acme.example --region=eu-central-1",
            "aws configure export-credentials --profile acme_prod --format process",
        ] {
            assert_eq!(shown_line(line), line);
        }
    }

    #[test]
    fn what_may_be_secret_is_not() {
        for (line, expected) in [
            ("x --password canary --user u", "x --password … --user u"),
            ("x --password=canary", "x --password=…"),
            ("x -p canary", "x -p …"),
            (
                "'/opt/my dir/x' --password canary",
                "'/opt/my dir/x' --password …",
            ),
            ("env API_TOKEN=canary x", "env API_TOKEN=… x"),
            ("sh -c 'echo canary | x'", "sh -c …"),
            (r#"echo '{"SecretAccessKey":"canary"}'"#, "echo …"),
            ("x wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "x …"),
            ("x --blob=wJalrXUtnFEMIaK7MDENGbbPxRfiCYEXAMPLEKEY", "x --blob=…"),
        ] {
            assert_eq!(shown_line(line), expected);
        }
    }
}
