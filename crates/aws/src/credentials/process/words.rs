//! What a program printed, for people: plain lines without colours, and without what looks like a secret.

use anstream::adapter::strip_str;
use postern_model::is_hidden_control;

/// The most that is shown of what a program said.
const MOST_SHOWN: usize = 1000;
/// A program of many words says what went wrong in the first and the last of them.
const MOST_LINES: usize = 8;

/// The lines of `bytes` that say something, one after the other.
pub(super) fn said(bytes: &[u8]) -> String {
    let text = String::from_utf8_lossy(bytes);
    let text = strip_str(&text).to_string();
    let lines: Vec<String> = text.lines().map(line).filter(|line| !line.is_empty()).collect();
    let mut shown: Vec<&str> = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let from_the_end = lines.len() - at;
        if at < MOST_LINES / 2 || from_the_end <= MOST_LINES / 2 {
            shown.push(line);
        } else if at == MOST_LINES / 2 {
            shown.push("…");
        }
    }
    shown.join(" / ").chars().take(MOST_SHOWN).collect()
}

/// A line as a terminal leaves it when a progress bar has written over it.
fn line(text: &str) -> String {
    let text = text.trim_end().rsplit('\r').next().unwrap_or_default();
    let visible: String = text
        .chars()
        .map(|c| if c == '\t' { ' ' } else { c })
        .filter(|c| !is_hidden_control(*c))
        .collect();
    without_secrets(&visible)
}

/// `text` with `…` for each run of characters that looks like a key or a token.
fn without_secrets(text: &str) -> String {
    let is_of_secrets = |c: char| c.is_ascii_alphanumeric() || "+/_-.".contains(c);
    let mut shown = String::new();
    let mut rest = text.trim();
    while let Some(c) = rest.chars().next() {
        let end = rest
            .find(|other| is_of_secrets(other) != is_of_secrets(c))
            .unwrap_or(rest.len());
        let (run, after) = rest.split_at_checked(end).unwrap_or((rest, ""));
        shown.push_str(if is_of_secrets(c) && looks_secret(run) {
            "…"
        } else {
            run
        });
        rest = after;
    }
    shown
}

/// Whether a program made this, not a person: long, with digits, and going from small letters to capitals and from
/// letters to digits more often than the words of a path do. AWS's secret keys are 40 characters of the 64 of Base64,
/// its tokens hundreds.
pub(super) fn looks_secret(word: &str) -> bool {
    let letters: Vec<char> = word.chars().filter(char::is_ascii_alphanumeric).collect();
    let changes = letters
        .windows(2)
        .filter(|pair| matches!(pair, [one, next] if turns(*one, *next)))
        .count();
    let has_both = letters.iter().any(char::is_ascii_digit) && letters.iter().any(char::is_ascii_alphabetic);
    let is_key = word.len() == 40
        && has_both
        && word
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"+/".contains(&b));
    let longest_name = word
        .split(|c: char| !c.is_ascii_alphanumeric())
        .map(str::len)
        .max();
    let is_mixed = letters.len() >= 20 && has_both && changes * 100 > letters.len() * 28;
    is_key || is_mixed || longest_name.unwrap_or(0) > 64
}

fn turns(one: char, next: char) -> bool {
    one.is_ascii_digit() != next.is_ascii_digit() || (one.is_ascii_lowercase() && next.is_ascii_uppercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_and_blank_lines_go_and_the_words_stay() {
        let colourful = b"\x1b[31;1mError:\x1b[0m the vault is locked\r\n\n\x1b]8;;https://x.example\x07Unlock it\x1b]8;;\x07\tfirst\n";
        assert_eq!(said(colourful), "Error: the vault is locked / Unlock it first");
        assert_eq!(said(b"10%\r50%\r100%\nfailed\n"), "100% / failed");
        assert_eq!(said(b"caf\xe9 \xe2\x80\xaeevil"), "caf\u{fffd} evil");
    }

    #[test]
    fn of_many_lines_the_first_and_the_last_are_shown() {
        let long: String = (1..=100).map(|n| format!("line {n}\n")).collect();
        assert_eq!(
            said(long.as_bytes()),
            "line 1 / line 2 / line 3 / line 4 / … / line 97 / line 98 / line 99 / line 100"
        );
        assert_eq!(said("ü".repeat(5000).as_bytes()).chars().count(), MOST_SHOWN);
    }

    #[test]
    fn what_looks_like_a_key_or_a_token_is_not_shown() {
        for secret in [
            "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
            "IQoJb3JpZ2luX2VjEJr//////////wEaCXVzLWVhc3QtMSJHMEUCIQDx",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N_XgL0n3I9PlFUP0THsR8U",
        ] {
            let text = said(format!("+ export X={secret} now").as_bytes());
            assert!(!text.contains(&secret[..12]), "{text}");
            assert!(text.contains("now"), "{text}");
        }
    }

    #[test]
    fn paths_addresses_and_names_are_shown() {
        for text in [
            "no such file: /home/Helen/Projects2/aws-tools/bin/get-credentials.sh",
            "https://acme-corp2.awsapps.com/start#/ is not reachable",
            "arn:aws:iam::111122223333:role/team/DevAdmin2 was refused",
            "AKIAIOSFODNN7EXAMPLE is disabled",
        ] {
            assert_eq!(said(text.as_bytes()), text);
        }
    }
}
