//! Parts of sentences in which profiles and the default credentials, which are none, stand.

use crate::{ProfileName, SecretError};

/// Whose credentials they are when no profile was chosen.
pub(super) const DEFAULT_CREDENTIALS: &str = "the default credentials";

pub(super) fn credentials_of(who: &str) -> String {
    if who == DEFAULT_CREDENTIALS {
        who.to_owned()
    } else {
        format!("the credentials of {who}")
    }
}

pub(super) fn none_for(who: &str) -> String {
    if who == DEFAULT_CREDENTIALS {
        "There are no default AWS credentials".to_owned()
    } else {
        format!("No AWS credentials for {who}")
    }
}

pub(super) fn without_secret(profile: &ProfileName, why: Option<&SecretError>) -> String {
    match why {
        Some(why) => format!("The secret key of {profile} cannot be read. {why}"),
        None => {
            format!("Postern has no secret key for {profile}: it was kept for one run only, or was removed.")
        }
    }
}

/// Only our own words may begin a sentence in another case; the name of a profile stays as it is.
pub(super) fn at_start(who: &str) -> &str {
    if who == DEFAULT_CREDENTIALS {
        "The default credentials"
    } else {
        who
    }
}

pub(super) fn shorten(names: &[String]) -> String {
    const SHOWN: usize = 8;
    let shown = names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN {
        format!("{shown} and {} more", names.len() - SHOWN)
    } else {
        shown
    }
}
