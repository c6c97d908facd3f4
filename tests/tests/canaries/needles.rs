//! Secrets to look for, in every form in which a program could write them.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};

/// So many bytes in a row of any form are a find: nobody writes them by accident, and half a secret is one too.
const WINDOW: usize = 16;

/// What must not be found, each under the name of its kind.
#[derive(Default)]
pub(crate) struct Needles {
    kinds: BTreeSet<String>,
    /// Every piece of every form.
    pieces: HashMap<u128, String>,
    /// Secrets too short for that, such as codes of six digits.
    short: Vec<(String, Vec<u8>)>,
}

impl Needles {
    /// Adds a secret of a kind. Adding it twice changes nothing.
    pub(crate) fn add(&mut self, kind: &str, secret: &[u8]) {
        self.kinds.insert(kind.to_owned());
        if secret.len() < WINDOW {
            let one = (kind.to_owned(), secret.to_vec());
            if !self.short.contains(&one) {
                self.short.push(one);
            }
            return;
        }
        for form in forms(secret) {
            for piece in pieces(&form) {
                self.pieces.entry(piece).or_insert_with(|| kind.to_owned());
            }
        }
    }

    /// The kinds of which there is a secret.
    pub(crate) fn kinds(&self) -> &BTreeSet<String> {
        &self.kinds
    }

    /// The kinds of secrets of which something is in `bytes`.
    pub(crate) fn found_in(&self, bytes: &[u8]) -> BTreeSet<&str> {
        let long = pieces(bytes).filter_map(|piece| self.pieces.get(&piece));
        let short = self.short.iter().filter(|(_, secret)| stands_in(bytes, secret));
        long.chain(short.map(|(kind, _)| kind))
            .map(String::as_str)
            .collect()
    }
}

/// Each piece of `WINDOW` bytes, as a number.
fn pieces(bytes: &[u8]) -> impl Iterator<Item = u128> {
    let mut last = 0_u128;
    bytes.iter().enumerate().filter_map(move |(at, byte)| {
        last = (last << 8) | u128::from(*byte);
        (at + 1 >= WINDOW).then_some(last)
    })
}

/// Whether it stands there by itself, not as a part of a number, a time or an id.
fn stands_in(bytes: &[u8], secret: &[u8]) -> bool {
    let is_part =
        |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || b"._-".contains(byte));
    bytes.windows(secret.len()).enumerate().any(|(at, part)| {
        let before = at.checked_sub(1).and_then(|at| bytes.get(at));
        part == secret && !is_part(before) && !is_part(bytes.get(at + secret.len()))
    })
}

/// As it is; in base64 wherever it begins; as digits; escaped for URLs, JSON and debuggers; as texts of Windows.
fn forms(secret: &[u8]) -> Vec<Vec<u8>> {
    let text = String::from_utf8_lossy(secret);
    let mut forms = vec![secret.to_vec()];
    for skipped in 0..3 {
        let part = secret.get(skipped..).unwrap_or_default();
        // What stands behind it in the same text changes the last letters.
        let whole = part.get(..part.len() / 3 * 3).unwrap_or_default();
        forms.extend([
            STANDARD.encode(whole).into_bytes(),
            URL_SAFE.encode(whole).into_bytes(),
        ]);
    }
    let hex = each(secret, |byte| format!("{byte:02x}"));
    forms.extend([hex.to_uppercase().into_bytes(), hex.into_bytes()]);
    forms.push(each(secret, |byte| format!("{byte}, ")).into_bytes());
    forms.push(percent_encoded(secret).into_bytes());
    forms.push(serde_json::Value::from(&*text).to_string().into_bytes());
    forms.push(format!("{text:?}").into_bytes());
    forms.push(secret.escape_ascii().to_string().into_bytes());
    forms.push(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
    forms.push(text.encode_utf16().flat_map(u16::to_be_bytes).collect());
    forms
}

fn each(secret: &[u8], write: impl Fn(&u8) -> String) -> String {
    secret.iter().map(write).collect()
}

fn percent_encoded(secret: &[u8]) -> String {
    let mut text = String::new();
    for byte in secret {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(byte) {
            text.push(char::from(*byte));
        } else {
            let _infallible = write!(text, "%{byte:02X}");
        }
    }
    text
}

#[test]
fn every_form_of_a_secret_is_found_also_when_it_is_cut() {
    let secret = "canary \"7f9c\\ü@2b/41+aa03 end of it";
    let mut needles = Needles::default();
    needles.add("password", secret.as_bytes());
    needles.add("code", b"407312");
    for form in forms(secret.as_bytes()) {
        for text in [form.clone(), form.get(..form.len() / 2 + 8).unwrap().to_vec()] {
            let surrounded = [b"{\"x\":\"ab".as_slice(), &text, b"cd\"}"].concat();
            let shown = String::from_utf8_lossy(&form).into_owned();
            assert!(needles.found_in(&surrounded).contains("password"), "{shown}");
        }
    }
    for start in ["", "a", "ab"] {
        let coded = STANDARD.encode(format!("{start}{secret}, and more"));
        assert!(needles.found_in(coded.as_bytes()).contains("password"), "{coded}");
    }
    assert!(needles.found_in(b"TokenCode=407312&x").contains("code"));
    for harmless in ["12:00:00.407312Z", "i-0407312", "1407312", "canary \"7f9c", ""] {
        assert!(needles.found_in(harmless.as_bytes()).is_empty(), "{harmless}");
    }
}
