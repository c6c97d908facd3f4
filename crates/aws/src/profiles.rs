//! The profiles of the AWS files in file order, each with its way to credentials in words.

use aws_runtime::env_config::section::{EnvConfigSections, Profile};
use postern_model::{ProfileName, ProfileSummary, Region, display_text};

use crate::files::AwsText;

/// What the list says of a profile that holds nothing to sign with.
pub(crate) const NO_CREDENTIALS: &str = "No credentials";

/// Every profile of both files, the configuration file's first. What the SDK ignores (a section without the word
/// `profile`, a name with spaces) and what is no [`ProfileName`] is left out.
pub(crate) fn list(text: &AwsText, sections: &EnvConfigSections) -> Vec<ProfileSummary> {
    let mut found: Vec<ProfileSummary> = Vec::new();
    for name in in_file_order(text) {
        let Some(profile) = sections.get_profile(&name) else {
            continue;
        };
        let Ok(name) = ProfileName::parse(&name) else {
            continue;
        };
        if found.iter().any(|other| other.name == name) {
            continue;
        }
        let region = profile
            .get("region")
            .and_then(|region| Region::parse(region).ok());
        found.push(ProfileSummary {
            name,
            region,
            credentials: credentials_in_words(profile),
            problem: None,
        });
    }
    found
}

/// How the SDK would get credentials for `profile`, in its own order of precedence.
pub(crate) fn credentials_in_words(profile: &Profile) -> String {
    let has = |key: &str| profile.get(key).is_some();
    let words = if has("web_identity_token_file") {
        "Web identity".to_owned()
    } else if let Some(role) = profile.get("role_arn") {
        format!("Assumes {}", role_name(role))
    } else if let Some(source) = profile.get("credential_source") {
        credential_source(source).to_owned()
    } else if let Some(session) = profile.get("sso_session") {
        format!("SSO, {session}")
    } else if ["sso_start_url", "sso_account_id", "sso_role_name", "sso_region"]
        .into_iter()
        .any(has)
    {
        "SSO (legacy)".to_owned()
    } else if has("login_session") {
        "AWS sign-in".to_owned()
    } else if has("credential_process") {
        "Credential process".to_owned()
    } else if has("aws_access_key_id") || has("aws_secret_access_key") {
        "Access key".to_owned()
    } else {
        NO_CREDENTIALS.to_owned()
    };
    display_text(&words)
}

/// The last part of `arn:aws:iam::<account>:role/<path>/<name>`.
fn role_name(arn: &str) -> &str {
    arn.rsplit('/').next().unwrap_or(arn)
}

fn credential_source(source: &str) -> &'static str {
    match source.to_ascii_lowercase().as_str() {
        "environment" => "Environment",
        "ec2instancemetadata" => "Instance metadata",
        "ecscontainer" => "Container",
        _ => "Unknown credential source",
    }
}

/// Names as they appear, also those that the SDK drops. The SDK keeps sections in a map, so the order is taken from
/// the text itself.
fn in_file_order(text: &AwsText) -> impl Iterator<Item = String> {
    let config = text.config.lines().filter_map(section).filter_map(|section| {
        if section == "default" {
            return Some(section);
        }
        let (prefix, name) = section.split_once([' ', '\t'])?;
        (prefix == "profile").then_some(name.trim())
    });
    let credentials = text.credentials.lines().filter_map(section);
    config.chain(credentials).map(ToOwned::to_owned)
}

fn section(line: &str) -> Option<&str> {
    let inner = line.strip_prefix('[')?;
    let inner = inner.split(['#', ';']).next()?;
    Some(inner.trim().strip_suffix(']')?.trim())
}

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;
    use crate::files::AwsFiles;

    async fn listed(config: &str, credentials: &str) -> Vec<(String, Option<String>, String)> {
        let text = AwsText {
            config: config.into(),
            credentials: credentials.into(),
        };
        let files = AwsFiles::at(PathBuf::new(), PathBuf::new());
        let sections = files.parse(&text, "default").await.unwrap();
        let plain = |one: ProfileSummary| {
            (
                one.name.to_string(),
                one.region.map(String::from),
                one.credentials,
            )
        };
        list(&text, &sections).into_iter().map(plain).collect()
    }

    #[tokio::test]
    async fn profiles_come_in_file_order_without_repeats() {
        let config = "[profile zeta]\nregion = eu-central-1\n[default]\n[sso-session acme-sso]\n[profile alpha]\n[zebra]\n";
        let credentials =
            "[only-keys] # comment\naws_access_key_id = x\naws_secret_access_key = y\n[zeta]\n[profile no]\n";
        let names: Vec<_> = listed(config, credentials)
            .await
            .into_iter()
            .map(|(name, ..)| name)
            .collect();
        assert_eq!(names, ["zeta", "default", "alpha", "only-keys"]);
    }

    #[tokio::test]
    async fn a_profile_of_both_files_is_one_profile() {
        let rows = listed(
            "[profile a]\nregion = eu-west-1\n",
            "[a]\naws_access_key_id = x\naws_secret_access_key = y\n",
        )
        .await;
        assert_eq!(
            rows,
            [("a".into(), Some("eu-west-1".into()), "Access key".into())]
        );
    }

    #[tokio::test]
    async fn every_way_to_credentials_has_words() {
        for (settings, words) in [
            (
                "sso_session = acme-sso\nsso_account_id = 1\nsso_role_name = r",
                "SSO, acme-sso",
            ),
            (
                "sso_start_url = https://acme.example\nsso_account_id = 1",
                "SSO (legacy)",
            ),
            (
                "role_arn = arn:aws:iam::1:role/team/dev-admin\nsource_profile = a",
                "Assumes dev-admin",
            ),
            (
                "role_arn = arn:aws:iam::1:role/r\nweb_identity_token_file = /t",
                "Web identity",
            ),
            ("credential_source = Ec2InstanceMetadata", "Instance metadata"),
            ("credential_source = Environment", "Environment"),
            ("credential_source = EcsContainer", "Container"),
            (
                "credential_process = /bin/x --secret canary",
                "Credential process",
            ),
            (
                "aws_access_key_id = canary\naws_secret_access_key = canary",
                "Access key",
            ),
            ("login_session = arn:aws:iam::1:user/a", "AWS sign-in"),
            ("region = nowhere", NO_CREDENTIALS),
        ] {
            let rows = listed(&format!("[profile a]\n{settings}\n"), "").await;
            assert_eq!(rows, [("a".into(), None, words.into())]);
        }
    }

    #[tokio::test]
    async fn text_from_a_file_cannot_hide_in_the_words() {
        let rows = listed("[profile a]\nrole_arn = arn:aws:iam::1:role/x\u{202e}y\n", "").await;
        assert_eq!(rows[0].2, "Assumes xy");
    }
}
