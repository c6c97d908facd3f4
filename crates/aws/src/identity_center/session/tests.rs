use std::collections::HashMap;

use super::*;

/// Sections as a map: `profile a` and `sso-session s`, each with its settings.
struct Made(HashMap<String, HashMap<String, String>>);

impl Made {
    /// Of lines such as `[profile a]` and `key = value`.
    fn of(text: &str) -> Self {
        let mut sections: HashMap<String, HashMap<String, String>> = HashMap::new();
        let mut open = String::new();
        for line in text.lines().map(str::trim) {
            if let Some(name) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
                open = name.to_owned();
                sections.entry(open.clone()).or_default();
            } else if let Some((key, value)) = line.split_once('=') {
                let section = sections.get_mut(&open).unwrap();
                section.insert(key.trim().to_owned(), value.trim().to_owned());
            }
        }
        Self(sections)
    }

    fn get(&self, kind: &str, name: &str, key: &str) -> Option<&str> {
        self.0
            .get(&format!("{kind} {name}"))?
            .get(key)
            .map(String::as_str)
    }
}

impl SignInSections for Made {
    fn of_profile(&self, profile: &str, key: &str) -> Option<&str> {
        self.get("profile", profile, key)
    }

    fn of_session(&self, session: &str, key: &str) -> Option<&str> {
        self.get("sso-session", session, key)
    }

    fn has_session(&self, session: &str) -> bool {
        self.0.contains_key(&format!("sso-session {session}"))
    }
}

const SESSION: &str =
    "[sso-session corp]\nsso_region = eu-central-1\nsso_start_url = https://acme.awsapps.com/start\n";

fn of(profile: &str, more: &str) -> Result<Option<SsoSession>, ControlError> {
    SsoSession::of_profile(
        &Made::of(&format!("{SESSION}[profile a]\n{profile}\n{more}")),
        "a",
    )
}

#[test]
fn a_profile_names_its_sign_in_or_has_its_own() {
    let session = of("sso_session = corp", "").unwrap().unwrap();
    assert_eq!(
        (session.key.as_str(), session.name.as_deref()),
        ("corp", Some("corp"))
    );
    assert_eq!(session.scopes, [""; 0]);
    let legacy = of(
        "sso_start_url = https://x.example/start#/\nsso_region = us-gov-west-1",
        "",
    )
    .unwrap()
    .unwrap();
    assert_eq!(
        (legacy.key.as_str(), legacy.name),
        ("https://x.example/start#/", None)
    );
    assert_eq!(of("region = eu-central-1", "").unwrap(), None);
}

#[test]
fn a_profile_may_repeat_its_sso_session_but_not_contradict_it() {
    let same =
        "sso_session = corp\nsso_region = eu-central-1\nsso_start_url = https://acme.awsapps.com/start";
    assert!(of(same, "").unwrap().unwrap().name.is_some());
    let other = of(&same.replace("eu-central-1", "us-east-1"), "").unwrap_err();
    assert_eq!(
        other.to_string(),
        "The AWS configuration cannot be used: `sso_region` of profile a: it differs from the one in \
         [sso-session corp]."
    );
}

#[test]
fn scopes_are_listed_with_commas() {
    let session = of(
        "sso_session = s",
        "[sso-session s]\nsso_region = eu-central-1\nsso_start_url = https://x\nsso_registration_scopes = a:b, c:d ,,\n",
    );
    assert_eq!(session.unwrap().unwrap().scopes, ["a:b", "c:d"]);
}

#[test]
fn what_is_missing_is_named() {
    for (profile, more, words) in [
        (
            "sso_session = none",
            "",
            "`sso_session` of profile a: there is no section [sso-session none]",
        ),
        (
            "sso_session = s",
            "[sso-session s]\n",
            "`sso_start_url` in [sso-session s]: it is missing",
        ),
        (
            "sso_session = s",
            "[sso-session s]\nsso_start_url = https://x\n",
            "`sso_region` in [sso-session s]: it is missing",
        ),
        (
            "sso_start_url = https://x",
            "",
            "`sso_region` of profile a: it is missing",
        ),
        (
            "sso_start_url = https://x\nsso_region = Frankfurt",
            "",
            "`sso_region` of profile a: A Region looks like",
        ),
    ] {
        let error = of(profile, more).unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
    }
    let role = |text: &str| SsoRole::of_profile(&Made::of(&format!("[profile a]\n{text}")), "a");
    assert_eq!(role("region = x").unwrap(), None);
    assert!(
        role("sso_account_id = 1")
            .unwrap_err()
            .to_string()
            .contains("`sso_role_name` of profile a")
    );
    assert!(
        role("sso_role_name = r")
            .unwrap_err()
            .to_string()
            .contains("`sso_account_id` of profile a")
    );
}

#[test]
fn the_sign_in_of_a_role_is_that_of_its_source() {
    let text = format!(
        "{SESSION}[profile base]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = r\n\
         [profile a]\nrole_arn = x\nsource_profile = base\n[profile b]\nrole_arn = x\nsource_profile = a\n\
         [profile web]\nrole_arn = x\nweb_identity_token_file = f\nsource_profile = base\n\
         [profile keyed]\naws_access_key_id = k\nsso_session = corp\nsso_account_id = 1\nsso_role_name = r\n\
         [profile c]\nrole_arn = x\nsource_profile = keyed\n[profile self]\nrole_arn = x\nsource_profile = self\n\
         [profile one]\nrole_arn = x\nsource_profile = two\n[profile two]\nrole_arn = x\nsource_profile = one\n\
         [profile bearer]\nsso_session = corp\n[profile lost]\nrole_arn = x\nsource_profile = nowhere\n"
    );
    let sections = Made::of(&text);
    let key = |profile: &str| {
        session_of_credentials(&sections, profile)
            .unwrap()
            .map(|session| session.key.to_string())
    };
    for profile in ["base", "a", "b", "keyed"] {
        assert_eq!(key(profile).as_deref(), Some("corp"), "{profile}");
    }
    for profile in ["web", "c", "self", "one", "two", "bearer", "lost", "unknown"] {
        assert_eq!(key(profile), None, "{profile}");
    }
}

#[test]
fn a_region_and_a_start_url_of_different_partitions_are_doubted() {
    let doubt = |url: &str, region: &str| {
        let session = SsoSession {
            key: SignInKey::parse("s").unwrap(),
            name: None,
            start_url: url.to_owned(),
            region: Region::parse(region).unwrap(),
            scopes: Vec::new(),
        };
        session.doubt()
    };
    for (url, region) in [
        ("https://acme.awsapps.com/start", "eu-central-1"),
        (
            "https://start.us-gov-home.awsapps.com/directory/acme",
            "us-gov-west-1",
        ),
        ("https://start.home.awsapps.cn/directory/acme", "cn-northwest-1"),
        (
            "https://ssoins-1234567890abcdef.portal.us-east-1.app.aws",
            "us-east-1",
        ),
        ("https://sso.acme.example/start", "us-gov-west-1"),
        ("no address", "us-east-1"),
    ] {
        assert_eq!(doubt(url, region), None, "{url}");
    }
    assert_eq!(
        doubt(
            "https://start.us-gov-home.awsapps.com/directory/acme",
            "us-east-1"
        )
        .unwrap(),
        "the start URL is one of AWS GovCloud (US), and sso_region us-east-1 is one of the commercial AWS"
    );
    assert!(
        doubt("https://start.home.awsapps.cn/directory/acme", "us-east-1")
            .unwrap()
            .contains("AWS China")
    );
    assert!(doubt("https://acme.awsapps.com/start", "cn-north-1").is_some());
    assert_eq!(
        doubt(
            "https://ssoins-1234567890abcdef.portal.eu-west-1.app.aws",
            "us-east-1"
        )
        .unwrap(),
        "the start URL is one of eu-west-1, and sso_region is us-east-1"
    );
}
