//! The profiles of the AWS files in file order, each with its way to credentials in words.

use postern_aws_files::{PassedOver, Section, Sections, quoted};
use postern_model::{ControlError, ProfileName, ProfileSummary, Region, display_text, is_hidden_control};

use crate::endpoints::wrong;
use crate::files::AwsFiles;
use crate::own_profiles::ACCESS_KEY;

/// What the list says of a profile that holds nothing to sign with.
pub(crate) const NO_CREDENTIALS: &str = "No credentials";

/// What it says of a section that is no profile.
const NO_PROFILE: &str = "Not a profile";
/// The name of lines that stand in no section.
const NO_SECTION: &str = "(no section)";

/// Every profile of both files, the configuration file's first, and behind them the sections that look like profiles and
/// are none. Each that cannot be used has the reason.
pub(crate) fn list(
    sections: &Sections,
    files: &AwsFiles,
    problem: impl Fn(&Section) -> Option<ControlError>,
) -> Vec<ProfileSummary> {
    let mut found: Vec<ProfileSummary> = Vec::new();
    let profiles = sections
        .profiles()
        .iter()
        .filter_map(|one| of_profile(one, problem(one)));
    let others = sections
        .passed_over()
        .iter()
        .filter(|one| one.looks_like_a_profile());
    let others = others.filter_map(|one| of_other(one, files));
    for one in profiles.chain(others) {
        if found.iter().all(|other| other.name != one.name) {
            found.push(one);
        }
    }
    found
}

fn of_profile(profile: &Section, problem: Option<ControlError>) -> Option<ProfileSummary> {
    let region = region(profile.name(), Some(profile));
    let (name, nameless) = match name(profile.name()) {
        Ok(name) => (name, None),
        Err(error) => (ProfileName::parse(&shown(profile.name())).ok()?, Some(error)),
    };
    Some(ProfileSummary {
        name,
        own: profile.own().is_some(),
        region: region.clone().ok().flatten(),
        region_problem: region.err(),
        credentials: credentials_in_words(profile),
        problem: nameless.or(problem),
    })
}

/// The name as it can be chosen.
fn name(text: &str) -> Result<ProfileName, ControlError> {
    let refuse = |rule: String| wrong(format!("profile {}", shown(text)), rule);
    if text.trim() != text {
        return Err(refuse(
            "its name begins or ends with white space; write it without".into(),
        ));
    }
    ProfileName::parse(text).map_err(|rule| refuse(rule.to_string()))
}

/// What is shown of a name that cannot be chosen.
fn shown(name: &str) -> String {
    const SHOWN: usize = 60;
    let shown = name.chars().take(SHOWN).filter(|c| !is_hidden_control(*c));
    quoted(&shown.collect::<String>())
}

fn of_other(section: &PassedOver, files: &AwsFiles) -> Option<ProfileSummary> {
    let name = match section.header() {
        "" => NO_SECTION.to_owned(),
        header => format!("[{header}]"),
    };
    Some(ProfileSummary {
        name: ProfileName::parse(&name)
            .or_else(|_| ProfileName::parse(&shown(&name)))
            .ok()?,
        own: false,
        region: None,
        region_problem: None,
        credentials: NO_PROFILE.to_owned(),
        problem: Some(files.error(section.problem())),
    })
}

/// The Region that a profile names.
pub(crate) fn region(name: &str, profile: Option<&Section>) -> Result<Option<Region>, ControlError> {
    let Some(setting) = profile.and_then(|profile| profile.setting("region")) else {
        return Ok(None);
    };
    let text = setting.text().map(str::trim);
    if text == Some("") {
        return Ok(None);
    }
    Region::parse(text.unwrap_or_default()).map(Some).map_err(|rule| {
        let rule = rule.to_string();
        let hint = setting.hint().map(|hint| format!("; {hint}")).unwrap_or_default();
        wrong(
            format!("`region` of profile {name}"),
            format!("{}{hint}", rule.trim_end_matches('.')),
        )
    })
}

/// How the AWS CLI would get credentials for `profile`, in its own order of precedence.
pub(crate) fn credentials_in_words(profile: &Section) -> String {
    let has = |key: &str| profile.setting(key).is_some();
    let words = if profile.own() == Some(ACCESS_KEY) {
        ACCESS_KEY.to_owned()
    } else if has("web_identity_token_file") {
        "Web identity".to_owned()
    } else if let Some(role) = profile.text("role_arn") {
        format!("Assumes {}", role_name(role))
    } else if let Some(source) = profile.text("credential_source") {
        credential_source(source).to_owned()
    } else if let Some(session) = profile.text("sso_session") {
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

#[cfg(test)]
mod tests {
    use std::path::PathBuf;

    use super::*;

    fn summaries(config: &str, credentials: &str) -> Vec<ProfileSummary> {
        let sections = Sections::read(config.as_bytes(), credentials.as_bytes()).unwrap();
        let files = AwsFiles::at(PathBuf::from("config"), PathBuf::from("credentials"));
        list(&sections, &files, |one| {
            one.problem().map(|problem| files.error(problem))
        })
    }

    fn listed(config: &str, credentials: &str) -> Vec<(String, Option<String>, String)> {
        let plain = |one: ProfileSummary| {
            (
                one.name.to_string(),
                one.region.map(String::from),
                one.credentials,
            )
        };
        summaries(config, credentials).into_iter().map(plain).collect()
    }

    fn problems(config: &str, credentials: &str) -> Vec<(String, String)> {
        let plain = |one: ProfileSummary| Some((one.name.to_string(), one.problem?.to_string()));
        let said = "The AWS configuration cannot be used: ";
        let listed = summaries(config, credentials).into_iter().filter_map(plain);
        listed
            .map(|(name, problem)| (name, problem.strip_prefix(said).unwrap().to_owned()))
            .collect()
    }

    #[test]
    fn a_profile_that_cannot_be_used_is_listed_with_its_reason() {
        let config = "region = x\n[k2]\nregion = eu-west-1\n[profile My Prod]\n[profile b]\nnonsense\n[plugins]\nx = y\n[profile ' c']\n[profile '']\n";
        let listed = problems(config, "[broken\n");
        let listed: Vec<_> = listed
            .iter()
            .map(|(name, problem)| (name.as_str(), problem.as_str()))
            .collect();
        assert_eq!(
            listed,
            [
                (
                    "b",
                    "config, line 6: this line is neither a section nor a setting; write `name = value`, or put # in front of a comment."
                ),
                (
                    "' c'",
                    "profile ' c': its name begins or ends with white space; write it without."
                ),
                ("''", "profile '': An AWS profile name must not be empty."),
                (
                    "broken",
                    "credentials, line 1: the name of the section is not closed; end it with ]."
                ),
                (
                    "(no section)",
                    "config, line 1: it stands before the first section; write the section's name above it, such as [default]."
                ),
                (
                    "[k2]",
                    "config, line 2: the word profile is missing in front of its name; write [profile k2]."
                ),
                (
                    "[profile My Prod]",
                    "config, line 4: its name has spaces and no quotes around it; write [profile 'My Prod']."
                ),
            ]
        );
    }

    #[test]
    fn names_with_spaces_umlauts_quotes_and_brackets_can_be_chosen() {
        let config = "[profile 'My Prod']\n[profile b\u{fc}ro]\n[profile \"Joe's\"]\n[profile x]y]\n";
        let names: Vec<_> = listed(config, "").into_iter().map(|(name, ..)| name).collect();
        assert_eq!(names, ["My Prod", "b\u{fc}ro", "Joe's", "x]y"]);
        assert_eq!(problems(config, ""), []);
    }

    #[test]
    fn a_region_that_is_none_says_what_it_probably_should_be() {
        for (region, said) in [
            (
                "us-east-1a",
                "A Region looks like eu-central-1: lower-case words and a number, joined by hyphens. us-east-1a is a zone, its Region is us-east-1.",
            ),
            (
                "eu-west-1 # home",
                "A Region looks like eu-central-1: lower-case words and a number, joined by hyphens; a comment behind a value belongs to the value, so put it into a line of its own.",
            ),
            (
                "eu-west-1\n  output = json",
                "A Region looks like eu-central-1: lower-case words and a number, joined by hyphens; the indented lines below it belong to its value, so write each setting at the start of its line.",
            ),
        ] {
            let [one] = &summaries(&format!("[profile a]\nregion = {region}\n"), "")[..] else {
                panic!()
            };
            let problem = one.region_problem.as_ref().unwrap().to_string();
            let expected = format!("The AWS configuration cannot be used: `region` of profile a: {said}");
            assert_eq!((problem, &one.problem, &one.region), (expected, &None, &None));
        }
    }

    #[test]
    fn profiles_come_in_file_order_without_repeats() {
        let config = "[profile zeta]\nregion = eu-central-1\n[default]\n[sso-session acme-sso]\n[profile alpha]\n[zebra]\n";
        let credentials =
            "[only-keys] # comment\naws_access_key_id = x\naws_secret_access_key = y\n[zeta]\n[profile no]\n";
        let names: Vec<_> = listed(config, credentials)
            .into_iter()
            .map(|(name, ..)| name)
            .collect();
        assert_eq!(names, ["zeta", "default", "alpha", "only-keys", "profile no"]);
    }

    #[test]
    fn a_profile_of_both_files_is_one_profile() {
        let rows = listed(
            "[profile a]\nregion = eu-west-1\n",
            "[a]\naws_access_key_id = x\naws_secret_access_key = y\n",
        );
        assert_eq!(
            rows,
            [("a".into(), Some("eu-west-1".into()), "Access key".into())]
        );
    }

    #[test]
    fn every_way_to_credentials_has_words() {
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
            let rows = listed(&format!("[profile a]\n{settings}\n"), "");
            assert_eq!(rows, [("a".into(), None, words.into())]);
        }
    }

    #[test]
    fn text_from_a_file_cannot_hide_in_the_words() {
        let rows = listed("[profile a]\nrole_arn = arn:aws:iam::1:role/x\u{202e}y\n", "");
        assert_eq!(rows[0].2, "Assumes xy");
    }
}
