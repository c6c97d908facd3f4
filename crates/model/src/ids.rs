//! Names that come from outside (the user, the disk, AWS), checked once when they are made.

use std::{fmt, net::IpAddr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::is_hidden_control;

/// Why a text is not a valid name of its kind. Its `Display` says the rule, so it can be shown under a field.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{kind} {rule}{}", advice.as_ref().map(|advice| format!(" {advice}")).unwrap_or_default())]
pub struct InvalidName {
    kind: &'static str,
    rule: &'static str,
    advice: Option<String>,
}

macro_rules! name_type {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $check:expr $(, $advice:expr)?) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// Checks `text` (surrounding white space is dropped).
            ///
            /// # Errors
            /// [`InvalidName`] with the rule that `text` breaks.
            pub fn parse(text: &str) -> Result<Self, InvalidName> {
                let text = text.trim();
                let check: fn(&str) -> Result<(), &'static str> = $check;
                check(text).map_err(|rule| InvalidName { kind: $kind, rule, advice: None$(.or_else(|| $advice(text)))? })?;
                Ok(Self(text.to_owned()))
            }

            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidName;
            fn try_from(text: String) -> Result<Self, InvalidName> {
                Self::parse(&text)
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> String {
                name.0
            }
        }
    };
}

name_type!(
    /// The name of a profile in the AWS configuration. Spaces inside are legal in a configuration file, so they are here.
    ProfileName,
    "An AWS profile name",
    |text| {
        if text.is_empty() {
            Err("must not be empty.")
        } else if text.len() > 256 || text.chars().any(is_hidden_control) {
            Err("must be at most 256 characters, all of which can be seen.")
        } else {
            Ok(())
        }
    }
);

name_type!(
    /// An AWS Region code such as `eu-central-1`. The list of Regions grows, so only the form is checked.
    Region,
    "A Region",
    |text| {
        let parts: Vec<&str> = text.split('-').collect();
        let shaped = parts.len() >= 3
            && text.len() <= 32
            && parts.iter().all(|part| !part.is_empty())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-')
            && parts.last().is_some_and(|last| last.bytes().all(|b| b.is_ascii_digit()));
        if shaped { Ok(()) } else { Err("looks like eu-central-1: lower-case words and a number, joined by hyphens.") }
    },
    region_of_zone
);

/// What to say of `us-east-1a` and `us-west-2-lax-1a`: people see them more often than the Regions they are in.
fn region_of_zone(text: &str) -> Option<String> {
    let zone = text.strip_suffix(|c: char| c.is_ascii_lowercase())?;
    let mut parts: Vec<&str> = Vec::new();
    for part in zone.split('-') {
        parts.push(part);
        if part.bytes().all(|b| b.is_ascii_digit()) {
            break;
        }
    }
    let region = Region::parse(&parts.join("-")).ok()?;
    Some(format!("{text} is a zone, its Region is {region}."))
}

name_type!(
    /// A managed node: an EC2 instance (`i-…`) or a hybrid node (`mi-…`).
    NodeId,
    "A node id",
    |text| {
        let hex = text.strip_prefix("mi-").or_else(|| text.strip_prefix("i-"));
        match hex {
            Some(hex) if (8..=17).contains(&hex.len()) && hex.bytes().all(|b| b.is_ascii_hexdigit()) => Ok(()),
            Some(_) | None => Err("looks like i-0123456789abcdef0 or mi-0123456789abcdef0."),
        }
    }
);

name_type!(
    /// What a session is opened to: a node id or an ECS target `ecs:<cluster>_<task id>_<container runtime id>`.
    Target,
    "A target",
    |text| {
        if NodeId::parse(text).is_ok() {
            return Ok(());
        }
        let ecs = text.strip_prefix("ecs:").is_some_and(|rest| {
            rest.split('_').count() >= 3
                && rest.len() <= 396
                && rest.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
        });
        if ecs { Ok(()) } else { Err("looks like i-0123456789abcdef0, mi-0123456789abcdef0 or ecs:cluster_task_container.") }
    }
);

name_type!(
    /// The name or ARN of a Session document (pattern of the StartSession API).
    DocumentName,
    "A document name",
    |text| {
        let legal = (3..=128).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-' | b'.' | b':' | b'/'));
        if legal { Ok(()) } else { Err("has 3 to 128 letters, digits or _ - . : /.") }
    }
);

name_type!(
    /// The id that AWS gave to a session, such as `ops-0a1b2c3d4e5f67890`.
    SessionId,
    "A session id",
    |text| {
        let legal = (1..=96).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_graphic() && !matches!(b, b'"' | b'\\'));
        if legal { Ok(()) } else { Err("has 1 to 96 visible ASCII characters.") }
    }
);

name_type!(
    /// A KMS key as people and AWS name it: a key id, an alias (`alias/…`), or the ARN of either.
    KmsKey,
    "A KMS key",
    |text| {
        let legal = (1..=2048).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        if legal { Ok(()) } else { Err("looks like arn:aws:kms:eu-central-1:111122223333:key/1234abcd-…, a key id, or alias/name.") }
    }
);

name_type!(
    /// What one sign-in to IAM Identity Center is known by: the name of an `sso-session`, or for profiles without one
    /// their start URL.
    SignInKey,
    "The name of a sign-in",
    |text| {
        if text.is_empty() {
            Err("must not be empty.")
        } else if text.len() > 1024 || text.chars().any(char::is_control) {
            Err("must be at most 1024 characters without control characters.")
        } else {
            Ok(())
        }
    }
);

name_type!(
    /// The public half of an access key, such as `AKIAIOSFODNN7EXAMPLE`.
    AccessKeyId,
    "An access key id",
    |text| {
        let legal = (16..=128).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
        if text.starts_with("ASIA") {
            Err("begins with AKIA: one with ASIA is temporary and ends by itself, sign in for such keys instead.")
        } else if text.len() == 40 {
            Err("has 20 characters: this looks like the secret half.")
        } else if legal {
            Ok(())
        } else {
            Err("looks like AKIAIOSFODNN7EXAMPLE: letters and digits.")
        }
    }
);

name_type!(
    /// The name that a secret is kept under. It says what the secret is for and holds nothing of it.
    SecretName,
    "The name of a secret",
    |text| {
        let legal = (1..=128).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || matches!(b, b'-' | b':'));
        if legal { Ok(()) } else { Err("has 1 to 128 lower-case letters, digits or - and :.") }
    }
);

name_type!(
    /// A host as a node sees it: a name that is resolved there, or an address without brackets.
    RemoteHost,
    "A host",
    |text| {
        let is_address = text.parse::<IpAddr>().is_ok();
        let is_name = (1..=253).contains(&text.len())
            && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
            && text.trim_end_matches('.').split('.').all(|label| (1..=63).contains(&label.len()));
        if is_address || is_name { Ok(()) } else { Err("looks like db.internal, 10.0.0.7 or fd00::7: a name or an address, and nothing else.") }
    }
);

impl NodeId {
    /// Whether this is a hybrid node (`mi-…`).
    #[must_use]
    pub fn is_hybrid(&self) -> bool {
        self.0.starts_with("mi-")
    }
}

impl From<NodeId> for Target {
    fn from(node: NodeId) -> Self {
        Self(node.0)
    }
}

/// A pair of AWS profile and Region, the unit of fleet sync.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Pair {
    /// Whose credentials are used.
    pub profile: ProfileName,
    /// Where the calls go.
    pub region: Region,
}

impl fmt::Display for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} / {}", self.profile, self.region)
    }
}

/// Where a call goes and as whom: like a pair, but without a profile the AWS configuration's own default applies
/// (environment variables, then the profile `default`, then container or instance credentials).
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Scope {
    /// Whose credentials are used, or the default chain's.
    pub profile: Option<ProfileName>,
    /// Where the calls go.
    pub region: Region,
}

impl From<Pair> for Scope {
    fn from(pair: Pair) -> Self {
        Self {
            profile: Some(pair.profile),
            region: pair.region,
        }
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.profile {
            Some(profile) => write!(f, "{profile} / {}", self.region),
            None => write!(f, "default credentials / {}", self.region),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn node_ids_are_ec2_or_hybrid() {
        assert!(NodeId::parse("i-0a1b2c3d4e5f67890").is_ok());
        assert!(NodeId::parse(" mi-0a1b2c3d4e5f67890\n").unwrap().is_hybrid());
        for bad in [
            "",
            "i-",
            "i-xyz",
            "i-0a1b2c3d4e5f67890;rm",
            "ssh host",
            "I-0a1b2c3d4e5f67890",
        ] {
            assert!(NodeId::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn targets_are_nodes_or_ecs_containers() {
        assert!(Target::parse("i-0a1b2c3d").is_ok());
        assert!(Target::parse("ecs:web_0123abcd_0123abcd-42").is_ok());
        assert!(Target::parse("ecs:web").is_err());
        assert!(Target::parse("$(reboot)").is_err());
    }

    #[test]
    fn hosts_are_names_or_addresses() {
        for good in [
            "db",
            "db.internal",
            "a_b-c.example.",
            "10.0.0.7",
            "fd00::7",
            "::1",
        ] {
            assert!(RemoteHost::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "db host",
            "db:5432",
            "https://db",
            "[fd00::7]",
            "a..b",
            ".",
            "db;x",
            "\u{430}.internal",
        ] {
            assert!(RemoteHost::parse(bad).is_err(), "{bad}");
        }
        assert!(RemoteHost::parse(&"a".repeat(64)).is_err());
    }

    #[test]
    fn regions_have_the_form_of_a_region() {
        for good in ["eu-central-1", "us-gov-west-1", "ap-southeast-2", "cn-north-1"] {
            assert!(Region::parse(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "eu-central",
            "EU-CENTRAL-1",
            "eu--1",
            "eu-central-1.evil.example",
            "-a-1",
        ] {
            assert!(Region::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_zone_is_told_with_its_region() {
        for (zone, region) in [
            ("us-east-1a", "us-east-1"),
            ("us-west-2-lax-1a", "us-west-2"),
            ("us-gov-west-1b", "us-gov-west-1"),
        ] {
            let error = Region::parse(zone).unwrap_err().to_string();
            assert!(
                error.ends_with(&format!(" {zone} is a zone, its Region is {region}.")),
                "{error}"
            );
        }
        for other in ["", "a", "Frankfurt", "eu-central", "1a"] {
            assert!(
                !Region::parse(other).unwrap_err().to_string().contains("zone"),
                "{other}"
            );
        }
    }

    #[test]
    fn a_profile_may_be_called_whatever_the_aws_files_can_hold() {
        for name in ["My Prod", "b\u{fc}ro", "Joe's", "x]y", "say \"hi\""] {
            assert_eq!(ProfileName::parse(name).unwrap().as_str(), name);
        }
        for bad in ["", "a\tb", "a\nb", "a\u{202e}b", &"x".repeat(257)] {
            assert!(ProfileName::parse(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn an_access_key_id_is_not_taken_for_its_secret_half() {
        assert!(AccessKeyId::parse(" AKIAIOSFODNN7EXAMPLE\n").is_ok());
        let secret = "wJalrXUtnFEMI0K7MDENG0bPxRfiCYEXAMPLEKEY";
        for (bad, word) in [
            (secret, "secret half"),
            ("ASIAIOSFODNN7EXAMPLE", "temporary"),
            ("AKIA/OSFODNN7EXAMPLE", "looks like"),
            ("", "looks like"),
        ] {
            let error = AccessKeyId::parse(bad).unwrap_err().to_string();
            assert!(
                error.contains(word) && (bad.is_empty() || !error.contains(bad)),
                "{error}"
            );
        }
    }

    #[test]
    fn the_error_names_the_kind_and_the_rule() {
        let error = NodeId::parse("web-1").unwrap_err().to_string();
        assert_eq!(
            error,
            "A node id looks like i-0123456789abcdef0 or mi-0123456789abcdef0."
        );
    }
}
