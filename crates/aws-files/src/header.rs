//! What the header of a section of the configuration file means to the AWS CLI.

use crate::words::{Unclosed, quoted, words};

/// The three kinds of sections that have a name of their own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum SectionKind {
    Profile,
    SsoSession,
    Services,
}

/// How the AWS CLI takes a header.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum HeaderMeaning {
    /// As this section.
    Section(SectionKind, String),
    /// As nothing that it needs.
    Nothing(Guess),
}

/// What was probably meant by a header that means nothing.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Guess {
    /// None where it may be a section of some other program.
    pub(crate) kind: Option<SectionKind>,
    pub(crate) name: Option<String>,
    pub(crate) reason: &'static str,
    pub(crate) remedy: String,
}

const DEFAULT: &str = "default";

impl SectionKind {
    const ALL: [Self; 3] = [Self::Profile, Self::SsoSession, Self::Services];

    fn word(self) -> &'static str {
        match self {
            Self::Profile => "profile",
            Self::SsoSession => "sso-session",
            Self::Services => "services",
        }
    }

    /// The header as it should be.
    fn header(self, name: &str) -> String {
        if self == Self::Profile && name == DEFAULT {
            return format!("[{DEFAULT}]");
        }
        format!("[{} {}]", self.word(), quoted(name))
    }
}

/// The meaning of a header, without its brackets.
pub(crate) fn meaning(header: &str) -> HeaderMeaning {
    let guess = || misspelled(header).unwrap_or_else(|| without_word(header));
    known(header).unwrap_or_else(|| HeaderMeaning::Nothing(guess()))
}

/// As for the AWS CLI, whatever begins with a word is of its kind.
fn known(header: &str) -> Option<HeaderMeaning> {
    if header == DEFAULT {
        return Some(HeaderMeaning::Section(SectionKind::Profile, header.to_owned()));
    }
    let kind = SectionKind::ALL
        .into_iter()
        .find(|kind| header.starts_with(kind.word()));
    kind.map(|kind| of_kind(kind, header))
}

fn of_kind(kind: SectionKind, header: &str) -> HeaderMeaning {
    let guess = |name: Option<String>, reason| {
        let example = name.clone().unwrap_or_else(|| "NAME".into());
        HeaderMeaning::Nothing(Guess {
            kind: Some(kind),
            name,
            reason,
            remedy: format!("write {}", kind.header(&example)),
        })
    };
    match words(header).as_deref() {
        Ok([_, name]) => HeaderMeaning::Section(kind, name.clone()),
        Ok([_] | []) => guess(None, "the section has no name"),
        Ok([_, name @ ..]) => guess(
            Some(name.join(" ")),
            "its name has spaces and no quotes around it",
        ),
        Err(Unclosed) => {
            let name = header.get(kind.word().len()..).map(|name| name.trim().to_owned());
            guess(name, "a quote or a backslash in its name has no end")
        }
    }
}

/// White space around the header, capital letters, or another form of the word.
fn misspelled(header: &str) -> Option<Guess> {
    let text = header.trim();
    let (word, rest) = text.split_once(char::is_whitespace).unwrap_or((text, ""));
    let small = word.to_lowercase().replace('_', "-");
    let right = match small.as_str() {
        "service" => SectionKind::Services.word(),
        other => other,
    };
    let Some(HeaderMeaning::Section(kind, name)) = known(format!("{right} {rest}").trim()) else {
        return None;
    };
    Some(Guess {
        reason: if word == right {
            "there is white space around it"
        } else {
            "its first word is spelled in another way"
        },
        remedy: format!("write {}", kind.header(&name)),
        kind: Some(kind),
        name: Some(name),
    })
}

fn without_word(header: &str) -> Guess {
    let name = match words(header).as_deref() {
        Ok([name]) => name.clone(),
        Ok(_) | Err(Unclosed) => header.trim().to_owned(),
    };
    Guess {
        kind: None,
        reason: "the word profile is missing in front of its name",
        remedy: format!("write {}", SectionKind::Profile.header(&name)),
        name: Some(name),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_read_as_the_aws_cli_reads_it() {
        for (header, kind, name) in [
            ("default", SectionKind::Profile, "default"),
            ("profile dev", SectionKind::Profile, "dev"),
            ("profile\tdev ", SectionKind::Profile, "dev"),
            ("profile 'My Prod'", SectionKind::Profile, "My Prod"),
            ("profile \"My Prod\"", SectionKind::Profile, "My Prod"),
            ("profile büro", SectionKind::Profile, "büro"),
            ("profiles dev", SectionKind::Profile, "dev"),
            (
                "sso-session 'My Corp Ltd'",
                SectionKind::SsoSession,
                "My Corp Ltd",
            ),
            ("services vpce", SectionKind::Services, "vpce"),
        ] {
            assert_eq!(
                meaning(header),
                HeaderMeaning::Section(kind, name.to_owned()),
                "{header}"
            );
        }
    }

    #[test]
    fn a_header_that_means_nothing_gets_the_right_one_as_advice() {
        for (header, reason, remedy) in [
            (
                "k2",
                "the word profile is missing in front of its name",
                "write [profile k2]",
            ),
            (
                "'k 2'",
                "the word profile is missing in front of its name",
                "write [profile 'k 2']",
            ),
            (
                "profile My Prod",
                "its name has spaces and no quotes around it",
                "write [profile 'My Prod']",
            ),
            (
                "profile Joe's",
                "a quote or a backslash in its name has no end",
                "write [profile \"Joe's\"]",
            ),
            ("profile", "the section has no name", "write [profile NAME]"),
            (
                "default x",
                "the word profile is missing in front of its name",
                "write [profile 'default x']",
            ),
            (
                " profile dev",
                "there is white space around it",
                "write [profile dev]",
            ),
            ("default ", "there is white space around it", "write [default]"),
            (
                "Default",
                "its first word is spelled in another way",
                "write [default]",
            ),
            (
                "Profile dev",
                "its first word is spelled in another way",
                "write [profile dev]",
            ),
            (
                "sso_session corp",
                "its first word is spelled in another way",
                "write [sso-session corp]",
            ),
            (
                "service sim",
                "its first word is spelled in another way",
                "write [services sim]",
            ),
        ] {
            let HeaderMeaning::Nothing(guess) = meaning(header) else {
                panic!("{header}")
            };
            assert_eq!(
                (guess.reason, guess.remedy.as_str()),
                (reason, remedy),
                "{header}"
            );
        }
    }
}
