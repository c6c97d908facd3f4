//! AWS files as they are found on people's computers, through the whole control plane: what a profile's calls then do, or why
//! it makes none.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failed assumption of a test is a failed test"
)]

#[allow(dead_code, reason = "each test file uses its part")]
mod canned;

use canned::{Canned, Files, no_agents};
use postern_model::{ControlError, Nodes, ProfileName, ProfileSummary, Profiles, Scope, SignIns};

fn name(text: &str) -> ProfileName {
    ProfileName::parse(text).unwrap()
}

async fn resolved(config: &[u8], profile: &str) -> Result<Scope, ControlError> {
    let files = Files::with("");
    std::fs::write(&files.config, config).unwrap();
    files.control().resolve(Some(name(profile)), None).await
}

async fn region(config: &str, profile: &str) -> String {
    let scope = resolved(config.as_bytes(), profile).await.unwrap();
    scope.region.to_string()
}

async fn refusal(config: &str, profile: &str) -> String {
    let error = resolved(config.as_bytes(), profile)
        .await
        .unwrap_err()
        .to_string();
    error.replace("The AWS configuration cannot be used: ", "")
}

async fn listed(config: &str) -> Vec<ProfileSummary> {
    Files::with(config).control().profiles().await.unwrap()
}

#[tokio::test]
async fn sections_may_be_indented_and_have_comments_and_text_behind_them() {
    for config in [
        "  [profile a]\n  region = eu-central-1\n  output = json\n  [profile b]\n",
        "[profile a] # the first\nregion = eu-central-1\n",
        "[profile a]; the first\nregion = eu-central-1\n",
        "[profile a]\nregion = eu-central-1\n  # at home\n  ; or not\n",
        "[profile a]\nregion: eu-central-1\n",
        "[profile a]\r\nregion = eu-central-1\r\n",
        "\u{feff}[profile a]\nregion = eu-central-1\n",
        "[DEFAULT]\nregion = eu-central-1\n[profile a]\n",
    ] {
        assert_eq!(region(config, "a").await, "eu-central-1", "{config}");
    }
}

#[tokio::test]
async fn a_call_is_made_for_a_profile_of_any_name_to_the_endpoint_of_a_block_with_a_comment() {
    let aws = Canned::start(|_, _| no_agents()).await;
    for (header, profile) in [
        ("[profile 'My Prod']", "My Prod"),
        ("[profile \"My Prod\"]", "My Prod"),
        ("[profile My\\ Prod]", "My Prod"),
        ("[profile b\u{fc}ro]", "b\u{fc}ro"),
        ("[profile \"Joe's\"]", "Joe's"),
        ("[profile x]y]", "x]y"),
    ] {
        let files = Files::with(&format!(
            "{header}\nregion = eu-central-1\nservices = my sim\n[services 'my sim']\nssm =\n  # here\n\n  endpoint_url = http://{}\n",
            aws.address
        ));
        let keys = format!("[{profile}]\naws_access_key_id = AKID\naws_secret_access_key = canary\n");
        std::fs::write(&files.credentials, keys).unwrap();
        let control = files.control();
        let scope = control.resolve(Some(name(profile)), None).await.unwrap();
        assert!(control.agents(&scope, None).await.is_ok(), "{header}");
    }
    assert_eq!(aws.requests().len(), 6);
}

#[tokio::test]
async fn a_role_is_assumed_with_the_keys_of_a_profile_whose_name_has_spaces() {
    let config = "[profile a]\nregion = eu-central-1\nrole_arn = arn:aws:iam::111122223333:role/r\nsource_profile = My Prod\n\
                  [profile 'My Prod']\naws_access_key_id = x\naws_secret_access_key = y\n";
    assert_eq!(listed(config).await[0].problem, None);
    let missing = config.replace("[profile 'My Prod']", "[profile My Prod]");
    let said = refusal(&missing, "a").await;
    assert!(
        said.ends_with("line 5: its name has spaces and no quotes around it; write [profile 'My Prod']."),
        "{said}"
    );
}

const CENTER: &str = "[profile a]\nregion = eu-central-1\nsso_session = My Corp Ltd\nsso_account_id = 111122223333\nsso_role_name = ops\n";
const SESSION: &str =
    "[sso-session 'My Corp Ltd']\nsso_region = eu-central-1\nsso_start_url = https://acme.example/start\n";

#[tokio::test]
async fn a_sign_in_may_have_spaces_in_its_name_and_stand_beside_the_old_keys_if_they_agree() {
    let agrees = "sso_region = eu-central-1\nsso_start_url = https://acme.example/start\n";
    for config in [format!("{CENTER}{SESSION}"), format!("{CENTER}{agrees}{SESSION}")] {
        let [one] = &listed(&config).await[..] else {
            panic!()
        };
        assert_eq!(
            (one.credentials.as_str(), &one.problem),
            ("SSO, My Corp Ltd", &None)
        );
        let key = Files::with(&config)
            .control()
            .sign_in_of(Some(&name("a")))
            .await
            .unwrap();
        assert_eq!(key.unwrap().as_str(), "My Corp Ltd");
    }
    let contradicts = refusal(&format!("{CENTER}sso_region = us-east-1\n{SESSION}"), "a").await;
    assert_eq!(
        contradicts,
        "`sso_region` of profile a: it differs from the one in [sso-session My Corp Ltd]."
    );
    let unquoted = refusal(&format!("{CENTER}{}", SESSION.replace('\'', "")), "a").await;
    assert!(unquoted.ends_with(
        "line 6: its name has spaces and no quotes around it; write [sso-session 'My Corp Ltd']."
    ));
    let bad = refusal(&format!("{CENTER}{SESSION}nonsense\n"), "a").await;
    assert!(
        bad.contains("line 9: this line is neither a section nor a setting"),
        "{bad}"
    );
}

#[tokio::test]
async fn a_services_section_that_is_missing_is_refused_by_name() {
    let config = "[profile a]\nregion = eu-central-1\nservices = sim\naws_access_key_id = x\naws_secret_access_key = y\n";
    assert_eq!(
        refusal(config, "a").await,
        "`services` of profile a: there is no section [services sim]."
    );
    assert_eq!(
        refusal(&format!("{config}[service sim]\n"), "a").await,
        "`services` of profile a: there is no section [services sim] (its first word is spelled in another way; write [services sim])."
    );
}

#[tokio::test]
async fn a_section_without_the_word_profile_gets_the_hint_wherever_it_is_missed() {
    let hint = "line 2: the word profile is missing in front of its name; write [profile k2].";
    let said = refusal("# mine\n[k2]\nregion = eu-central-1\n", "k2").await;
    assert!(said.ends_with(hint), "{said}");
    // With keys of its own the profile is there, but not its Region.
    let files = Files::with("# mine\n[k2]\nregion = eu-central-1\n");
    std::fs::write(
        &files.credentials,
        "[k2]\naws_access_key_id = x\naws_secret_access_key = y\n",
    )
    .unwrap();
    let error = files
        .control()
        .resolve(Some(name("k2")), None)
        .await
        .unwrap_err()
        .to_string();
    assert!(error.ends_with(hint), "{error}");
}

#[tokio::test]
async fn a_zone_in_place_of_a_region_is_told_with_its_region() {
    let config = "[profile a]\nregion = us-east-1a\n";
    let said = refusal(config, "a").await;
    assert!(
        said.ends_with("us-east-1a is a zone, its Region is us-east-1."),
        "{said}"
    );
    let [one] = &listed(config).await[..] else {
        panic!()
    };
    assert!(
        one.problem.is_none() && one.region_problem.is_some(),
        "it can be used with another Region"
    );
}

#[tokio::test]
async fn one_bad_section_disables_only_itself_and_is_listed() {
    let good = "[profile good]\nregion = eu-central-1\n";
    for bad in [
        "[profile bad]\nnonsense\n",
        "[profile bad]\n= x\n",
        "[profile bad]\nregion = x\nregion = y\n",
        "[profile bad]\n[profile bad]\n",
        "[profile bad\nregion = x\n",
        "[profile bad]\ns3 =\n  nonsense\n",
    ] {
        let config = format!("{bad}{good}");
        assert_eq!(region(&config, "good").await, "eu-central-1", "{bad}");
        let all = listed(&config).await;
        let problems: Vec<_> = all
            .iter()
            .map(|one| (one.name.as_str(), one.problem.is_some()))
            .collect();
        assert_eq!(problems, [("bad", true), ("good", false)], "{bad}");
    }
}

#[tokio::test]
async fn utf_16_is_named_with_what_to_do() {
    let utf_16: Vec<u8> = "\u{feff}[default]\n"
        .encode_utf16()
        .flat_map(u16::to_le_bytes)
        .collect();
    let error = resolved(&utf_16, "a").await.unwrap_err().to_string();
    assert!(
        error.ends_with(": it is saved as UTF-16; save it as UTF-8."),
        "{error}"
    );
}
