//! Profiles of Postern's own, with how the secrets of their access keys stand.

use std::fmt;

use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use specta::Type;

use super::{Environment, ErrorView};

/// All that lives in Postern and not in the AWS files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OwnProfilesView {
    /// The profiles, the oldest first.
    pub profiles: Vec<OwnProfileView>,
    /// Why the keyring cannot be used; null also while it is only locked, which the profiles say.
    pub keyring: Option<ErrorView>,
}

/// One profile of Postern's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct OwnProfileView {
    /// Its number.
    pub id: i32,
    /// Its name.
    pub name: String,
    /// Its own Region.
    pub region: Option<String>,
    /// Its colour in every view.
    pub environment: Environment,
    /// Where its credentials come from.
    pub source: OwnSourceView,
    /// Why it is not used, such as a profile of the AWS files that has its name.
    pub problem: Option<ErrorView>,
}

/// Where the credentials of an own profile come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum OwnSourceView {
    /// An access key that was typed into Postern.
    AccessKey {
        /// Its public half.
        access_key_id: String,
        /// How its secret half stands.
        secret: SecretStateView,
    },
    /// A role of an account, by a sign-in to IAM Identity Center.
    CenterRole {
        /// The sign-in.
        session: String,
        /// The account's number.
        account: String,
        /// The role's name.
        role: String,
    },
}

/// How a secret stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum SecretStateView {
    /// The keyring has it.
    Stored,
    /// It is gone when Postern ends.
    ThisRun,
    /// The keyring is locked.
    Locked,
    /// There is none: it has to be typed again.
    Absent,
    /// The keyring does not say.
    Unknown,
}

/// What the user writes about a profile with an access key.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct AccessKeyDraft {
    /// Its name; one that exists keeps its own.
    pub name: String,
    /// Its own Region.
    pub region: Option<String>,
    /// The public half.
    pub access_key_id: String,
    /// The secret half; null keeps the one that there is.
    #[specta(type = Option<String>)]
    pub secret_key: Option<SecretText>,
    /// Whether it is kept for this run only, and not in the keyring.
    pub this_run: bool,
}

/// A secret that was typed. It goes in only, and is shown nowhere.
#[derive(Deserialize)]
#[serde(transparent)]
pub struct SecretText(pub SecretString);

impl fmt::Debug for SecretText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretText(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draft_does_not_print_its_secret() {
        let draft = AccessKeyDraft {
            name: "a".into(),
            region: None,
            access_key_id: "AKIAIOSFODNN7EXAMPLE".into(),
            secret_key: Some(SecretText("canary".to_owned().into())),
            this_run: false,
        };
        assert!(!format!("{draft:?}").contains("canary"));
    }
}
