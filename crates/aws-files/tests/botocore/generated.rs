//! Pairs of AWS files as people, editors and accidents write them.

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;

use super::oracle::Files;

const INDENTS: &[&str] = &[
    "", "", "", "", "", "", " ", "  ", "    ", "\t", "\u{a0}", "\u{3000}", "\u{c}", "\u{1c}",
];
const FEW_INDENTS: &[&str] = &["", "", "", "", "", "", "", "", "", "", "", "", "", "", "", " "];
const FEW_SIGNS: &[&str] = &["=", " = ", "= ", " ="];
const WORDS: &[&str] = &[
    "profile",
    "profile",
    "profile",
    "profile",
    "profile",
    "sso-session",
    "services",
    "",
    "",
    "profiles",
    "Profile",
    " profile",
    "plugins",
    "preview",
    "profile#",
];
const SPACES: &[&str] = &[" ", " ", " ", " ", "  ", "\t", "", "\u{a0}"];
const NAMES: &[&str] = &[
    "a",
    "b",
    "c",
    "dev",
    "prod",
    "default",
    "My Prod",
    "büro",
    "Joe's",
    "say \"hi\"",
    "x]y",
    "[z]",
    "a#b",
    "a;b",
    "a=b",
    "a:b",
    "日本",
    "a\u{a0}b",
    "back\\slash",
    "",
    " outside ",
    "tab\there",
    "corp",
    "My Corp Ltd",
];
const BEHIND: &[&str] = &[
    "",
    "",
    "",
    "",
    "",
    " ",
    " # comment",
    "; comment",
    "x",
    "]",
    " ]",
    " = 1",
    "\t",
];
const KEYS: &[&str] = &[
    "region",
    "Region",
    "output",
    "aws_access_key_id",
    "aws_secret_access_key",
    "AWS_SESSION_TOKEN",
    "sso_session",
    "sso_region",
    "sso_start_url",
    "role_arn",
    "source_profile",
    "credential_process",
    "services",
    "endpoint_url",
    "s3",
    "ec2",
    "ssm",
    "ca_bundle",
    "key with spaces",
    "Größe",
    "ΟΔΟΣ",
    "İstanbul",
    "k-1",
    "k.2",
    "\"quoted\"",
    "[open",
    "#no",
    "'",
];
const SIGNS: &[&str] = &[
    "=",
    " = ",
    " = ",
    " = ",
    ":",
    " : ",
    " =",
    "= ",
    "\t=\t",
    "==",
    " =: ",
    ":=",
    "\u{a0}=\u{2003}",
    "\u{1c}=\u{1f}",
];
const VALUES: &[&str] = &[
    "eu-central-1",
    "json",
    "",
    "",
    " ",
    "true",
    "http://127.0.0.1:4566",
    "https://acme.awsapps.com/start#/",
    "value # comment",
    "value ; comment",
    "value#no",
    "\"quoted\"",
    "'quoted'",
    "a=b",
    "a: b",
    "= =",
    "%(region)s",
    "${HOME}",
    "100%",
    "\\",
    "[x]",
    "[",
    "ü",
    "\u{a0}nbsp\u{a0}",
    "a\u{85}b",
    "a\u{2028}b",
    "a\u{b}b",
    "tab\tin",
    "\u{feff}",
    "zero\0",
    "🎉",
    "/usr/bin/x --a \"b c\" | y",
    "arn:aws:iam::1:role/r",
    "  spaces around  ",
    "trailing\\",
];
const BLANK: &[&str] = &["", "", " ", "\t", "    ", "\u{a0}", "\u{c}"];
const COMMENTS: &[&str] = &[
    "#",
    "# comment",
    "; comment",
    "#[profile x]",
    ";k = v",
    "#=",
    "# ü",
];
const ENDS: &[&str] = &["\n", "\n", "\n", "\r\n", "\r\n", "\r"];
/// What lines of accidents are made of.
const PIECES: &[&str] = &[
    "[",
    "]",
    "=",
    ":",
    "#",
    ";",
    " ",
    "\t",
    "'",
    "\"",
    "\\",
    "a",
    "b",
    "profile",
    "profile ",
    "default",
    "DEFAULT",
    "sso-session ",
    "services ",
    "region",
    "ü",
    "\u{feff}",
    "\u{85}",
    "\u{2028}",
    "\u{1c}",
    "\u{a0}",
    "%",
    "wide\0",
];

/// Lines of a part of a file, and for sections and settings what must not stand there twice.
#[derive(Debug, Clone)]
struct Part {
    unique: Option<String>,
    lines: Vec<String>,
}

fn name() -> BoxedStrategy<String> {
    (select(NAMES), 0..5)
        .prop_map(|(name, form)| match form {
            0 | 1 if !name.contains([' ', '\t', '\'', '"', '\\']) => name.to_owned(),
            2 => format!("\"{}\"", name.replace('\\', "\\\\").replace('"', "\\\"")),
            3 => name
                .replace('\\', "\\\\")
                .replace(' ', "\\ ")
                .replace(['\'', '"'], ""),
            4 => name.to_owned(),
            _ => format!("'{}'", name.replace('\'', "'\"'\"'")),
        })
        .boxed()
}

fn header(indents: &'static [&'static str]) -> BoxedStrategy<Part> {
    let inner = prop_oneof![
        6 => (select(WORDS), select(SPACES), name()).prop_map(|(word, space, name)| format!("{word}{space}{name}")),
        2 => name(),
        2 => Just("default".to_owned()),
        1 => select(&["DEFAULT", " default", "default ", "Default", "profile", "profile default"][..]).prop_map(ToOwned::to_owned),
    ];
    (select(indents), inner, select(BEHIND))
        .prop_map(|(indent, inner, behind)| Part {
            unique: Some(format!("[{inner}")),
            lines: vec![format!("{indent}[{inner}]{behind}")],
        })
        .boxed()
}

fn setting_line(
    indents: &'static [&'static str],
    signs: &'static [&'static str],
) -> BoxedStrategy<(String, String)> {
    (select(indents), select(KEYS), select(signs), select(VALUES))
        .prop_map(|(indent, key, sign, value)| (key.to_lowercase(), format!("{indent}{key}{sign}{value}")))
        .boxed()
}

fn setting(indents: &'static [&'static str]) -> BoxedStrategy<Part> {
    let more = vec(prop_oneof![select(VALUES), select(BLANK), select(COMMENTS)], 0..3);
    (
        setting_line(indents, SIGNS),
        option::weighted(0.15, (select(INDENTS), more)),
    )
        .prop_map(|((key, line), more)| {
            let (indent, more) = more.unwrap_or(("", Vec::new()));
            let lines = more.into_iter().map(|text| format!("{indent} {text}"));
            Part {
                unique: Some(key),
                lines: std::iter::once(line).chain(lines).collect(),
            }
        })
        .boxed()
}

fn block(signs: &'static [&'static str]) -> BoxedStrategy<Part> {
    let inner = prop_oneof![
        6 => setting_line(&["  ", "  ", "\t", "    "], signs).prop_map(|(_, line)| line),
        1 => select(COMMENTS).prop_map(|text| format!("  {text}")),
        1 => select(BLANK).prop_map(ToOwned::to_owned),
    ];
    (
        select(&["s3", "ec2", "ssm", "kms", "sso_oidc", "SSM"][..]),
        select(SIGNS),
        vec(inner, 0..4),
    )
        .prop_map(|(key, sign, inner)| Part {
            unique: Some(key.to_lowercase()),
            lines: std::iter::once(format!("{key}{sign}")).chain(inner).collect(),
        })
        .boxed()
}

fn aside() -> BoxedStrategy<Part> {
    (select(INDENTS), prop_oneof![select(COMMENTS), select(BLANK)])
        .prop_map(|(indent, text)| Part {
            unique: None,
            lines: vec![format!("{indent}{text}")],
        })
        .boxed()
}

fn accident() -> BoxedStrategy<Part> {
    vec(select(PIECES), 1..8)
        .prop_map(|pieces| Part {
            unique: None,
            lines: vec![pieces.concat()],
        })
        .boxed()
}

/// Parts of a file in any order. With `careful` little stands there twice and nothing is an accident, so that the AWS CLI
/// mostly takes it.
fn parts(careful: bool) -> BoxedStrategy<Vec<Part>> {
    if careful {
        (vec(aside(), 0..2), vec(section(), 0..5))
            .prop_map(|(asides, sections)| {
                without_repeats(asides.into_iter().chain(sections.into_iter().flatten()))
            })
            .boxed()
    } else {
        let part = prop_oneof![
            3 => header(INDENTS),
            5 => setting(INDENTS),
            2 => block(SIGNS),
            1 => aside(),
            1 => accident(),
        ];
        vec(part, 0..12).boxed()
    }
}

/// A header and what stands below it, indented as a whole.
fn section() -> BoxedStrategy<Vec<Part>> {
    let body = prop_oneof![6 => setting(FEW_INDENTS), 2 => block(FEW_SIGNS), 2 => aside()];
    let indent = select(&["", "", "", "", "  ", "\t", "\u{a0}"][..]);
    (header(FEW_INDENTS), indent, vec(body, 0..6))
        .prop_map(|(header, indent, mut body)| {
            for line in body.iter_mut().flat_map(|part| &mut part.lines) {
                line.insert_str(0, indent);
            }
            std::iter::once(header).chain(body).collect()
        })
        .boxed()
}

fn without_repeats(parts: impl Iterator<Item = Part>) -> Vec<Part> {
    let mut headers = Vec::new();
    let mut keys = Vec::new();
    parts
        .filter(|part| {
            let Some(unique) = &part.unique else { return true };
            let known = if unique.starts_with('[') {
                keys.clear();
                &mut headers
            } else {
                &mut keys
            };
            let is_new = !known.contains(unique);
            known.push(unique.clone());
            is_new
        })
        .collect()
}

fn file(careful: bool) -> BoxedStrategy<Vec<u8>> {
    let ends = prop_oneof![9 => select(ENDS).prop_map(|end| vec![end]), 1 => vec(select(ENDS), 1..5)];
    (parts(careful), ends, any::<bool>())
        .prop_map(|(parts, ends, has_last_end)| {
            let lines: Vec<String> = parts.into_iter().flat_map(|part| part.lines).collect();
            let mut text = String::new();
            for (line, end) in lines.iter().zip(ends.iter().cycle()) {
                text.push_str(line);
                text.push_str(end);
            }
            let text = if has_last_end {
                text.as_str()
            } else {
                text.trim_end_matches(['\r', '\n'])
            };
            text.as_bytes().to_vec()
        })
        .boxed()
}

/// A file of accidents, some of which are no text.
pub(crate) fn bytes() -> BoxedStrategy<Vec<u8>> {
    let piece = prop_oneof![
        8 => select(PIECES).prop_map(|text| text.as_bytes().to_vec()),
        2 => select(ENDS).prop_map(|text| text.as_bytes().to_vec()),
        2 => file(false),
        1 => vec(any::<u8>(), 0..4),
    ];
    vec(piece, 0..12).prop_map(|pieces| pieces.concat()).boxed()
}

/// A pair of files; two of three are careful.
pub(crate) fn files() -> impl Strategy<Value = Files> {
    let careful = prop_oneof![2 => Just(true), 1 => Just(false)];
    careful
        .prop_flat_map(|careful| (file(careful), file(careful)))
        .prop_map(|(config, credentials)| Files { config, credentials })
}

/// Good sections of the configuration file with bad ones among them, and where botocore is to be asked, a section without
/// meaning in the place of each bad one.
#[derive(Debug, Clone)]
pub(crate) struct Mixed {
    pub(crate) with_bad: Files,
    pub(crate) without_bad: Files,
    pub(crate) bad: usize,
}

/// Texts of sections that the AWS CLI gives up at, with a name of their own.
const BAD: &[&str] = &[
    "[profile bad #]\nregion = x\nnonsense\n",
    "[profile bad#]\nnonsense\nregion = x\n  more\n",
    "[profile bad#]\n= x\n",
    "[profile bad#]\n: x\nregion = y\n",
    "[profile bad#]\nregion = x\nREGION : y\n",
    "[profile bad#]\ns3 =\n  nonsense\n",
    "[profile bad#]\nregion = x\n[profile bad#]\noutput = y\n",
    "[profile bad#\nregion = x\n",
    "[bad#\n",
    "\u{feff}[profile bad#]\nregion = x\n",
    "[sso-session bad#]\nnonsense\n",
    "[services bad#]\nssm =\n  nonsense\n",
    "[]\nregion = x\n",
];

pub(crate) fn mixed() -> impl Strategy<Value = Mixed> {
    let good = (
        0..2,
        select(&["region", "output", "s3"][..]),
        vec(setting_line(&[""], SIGNS), 0..4),
    );
    let section = prop_oneof![
        2 => good.prop_map(Ok),
        1 => select(BAD).prop_map(Err),
    ];
    vec(section, 1..8).prop_map(|sections| {
        let (mut with_bad, mut without_bad, mut bad) =
            ("[plugins]\n".to_owned(), "[plugins]\n".to_owned(), 0);
        for (number, section) in sections.into_iter().enumerate() {
            match section {
                Ok((kind, first, lines)) => {
                    let word = if kind == 0 { "profile" } else { "sso-session" };
                    let mut text = format!("[{word} good{number}]\n{first} =\n  k = {number}\n");
                    let mut known = vec![first.to_owned()];
                    for (key, line) in lines {
                        // `[open = [x]` is a header, which would stand there twice.
                        if !known.contains(&key) && !line.starts_with('[') {
                            text.push_str(&format!("{line}\n"));
                            known.push(key);
                        }
                    }
                    with_bad.push_str(&text);
                    without_bad.push_str(&text);
                }
                Err(text) => {
                    bad += 1;
                    with_bad.push_str(&text.replace('#', &number.to_string()));
                    without_bad.push_str(&format!("[gone{number}]\n"));
                }
            }
        }
        let files = |text: String| Files {
            config: text.into_bytes(),
            credentials: b"[good0]\naws_access_key_id = x\n".to_vec(),
        };
        Mixed {
            with_bad: files(with_bad),
            without_bad: files(without_bad),
            bad,
        }
    })
}
