//! Which credentials a call is signed with, and what happens when they are refused, change or cannot be had.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failed assumption of a test is a failed test"
)]

#[allow(dead_code, reason = "each test file uses its part")]
mod canned;

use canned::{Answer, Canned, Files, json_error, no_agents, ok, scope, sts_error, with_keys};
use postern_model::{Nodes, Profiles, Region, SocketSettings, Sockets, StreamUrl};

const CHILD: &str = "lists_agents_in_an_environment_of_its_own";

#[tokio::test]
async fn corrected_keys_work_without_a_restart() {
    let aws = Canned::start(|request, _| match request.access_key().as_str() {
        "AKIDSECOND" => no_agents(),
        _ => json_error("UnrecognizedClientException", "invalid"),
    })
    .await;
    let files = with_keys(format!("http://{}", aws.address));
    let control = files.control();
    assert_eq!(
        control.agents(&scope(), None).await.unwrap_err().code(),
        "invalid-credentials"
    );
    let corrected = std::fs::read_to_string(&files.config)
        .unwrap()
        .replace("AKIDFIRST", "AKIDSECOND");
    std::fs::write(&files.config, corrected).unwrap();
    assert!(control.agents(&scope(), None).await.is_ok());
}

/// A profile whose credential process hands out `AKID1`, `AKID2`, … and never says when they expire.
#[cfg(unix)]
fn with_new_keys_each_time(endpoint: impl std::fmt::Display) -> Files {
    let files = Files::with("");
    let count = files.folder.path().join("count");
    let process = files.script(&format!(
        r#"echo >> "{0}"; printf '{{"Version":1,"AccessKeyId":"AKID%d","SecretAccessKey":"canary"}}' $(wc -l < "{0}")"#,
        count.display()
    ));
    let text = format!(
        "[profile a]\nregion = eu-central-1\nendpoint_url = {endpoint}\ncredential_process = {process}\n"
    );
    std::fs::write(&files.config, text).unwrap();
    files
}

fn expired() -> Answer {
    json_error(
        "ExpiredTokenException",
        "The security token included in the request is expired",
    )
}

#[cfg(unix)]
#[tokio::test]
async fn credentials_that_expire_unannounced_are_replaced_within_the_call() {
    let aws = Canned::start(|request, _| match request.access_key().as_str() {
        "AKID1" => expired(),
        _ => ok(r#"{"InstanceInformationList":[]}"#),
    })
    .await;
    let files = with_new_keys_each_time(format!("http://{}", aws.address));
    let control = files.control();
    assert!(control.agents(&scope(), None).await.is_ok());
    assert!(control.agents(&scope(), None).await.is_ok());
    let keys: Vec<_> = aws.requests().iter().map(canned::Request::access_key).collect();
    assert_eq!(keys, ["AKID1", "AKID2", "AKID2"], "good credentials are kept");
}

#[cfg(unix)]
#[tokio::test]
async fn credentials_that_stay_expired_are_told_after_a_second_try() {
    let aws = Canned::start(|_, _| expired()).await;
    let files = with_new_keys_each_time(format!("http://{}", aws.address));
    let error = files.control().agents(&scope(), None).await.unwrap_err();
    assert_eq!(error.to_string(), "The sign-in of a has expired.");
    assert_eq!(aws.requests().len(), 2);
}

#[tokio::test]
async fn the_same_refused_keys_are_not_tried_twice() {
    let aws = Canned::start(|_, _| expired()).await;
    let files = with_keys(format!("http://{}", aws.address));
    assert_eq!(
        files.control().agents(&scope(), None).await.unwrap_err().code(),
        "credentials-expired"
    );
    assert_eq!(aws.requests().len(), 1);
}

#[cfg(unix)]
#[tokio::test]
async fn all_regions_of_a_profile_share_its_credentials() {
    let aws = Canned::start(|_, _| ok(r#"{"InstanceInformationList":[]}"#)).await;
    let files = Files::with("");
    let count = files.folder.path().join("count");
    let process = files.script(&format!(
        r#"echo >> "{}"; printf '{{"Version":1,"AccessKeyId":"AKID","SecretAccessKey":"canary"}}'"#,
        count.display()
    ));
    let text = format!(
        "[profile a]\nendpoint_url = http://{}\ncredential_process = {process}\n",
        aws.address
    );
    std::fs::write(&files.config, text).unwrap();
    let control = files.control();
    let other = postern_model::Scope {
        region: Region::parse("us-east-1").unwrap(),
        ..scope()
    };
    let here = scope();
    let (first, second) = tokio::join!(control.agents(&here, None), control.agents(&other, None));
    assert!(first.is_ok() && second.is_ok());
    assert_eq!(std::fs::read_to_string(count).unwrap().lines().count(), 1);
}

#[cfg(unix)]
#[tokio::test]
async fn a_credential_process_that_fails_is_run_once_for_all_who_wait_for_it() {
    let files = Files::with("");
    let count = files.folder.path().join("count");
    let process = files.script(&format!("echo >> '{}'; echo locked >&2; exit 3", count.display()));
    let text = format!("[profile a]\ncredential_process = {process}\n");
    std::fs::write(&files.config, text).unwrap();
    let control = files.control();
    let here = scope();
    let (instances, agents) = tokio::join!(control.instances(&here, true, None), control.agents(&here, None));
    let (instances, agents) = (instances.unwrap_err(), agents.unwrap_err());
    assert_eq!(instances, agents);
    assert!(agents.to_string().contains("status 3: locked"), "{agents}");
    assert_eq!(std::fs::read_to_string(&count).unwrap().lines().count(), 1);
    control.make_ready(&here, &|| ()).await.unwrap_err();
    assert_eq!(std::fs::read_to_string(&count).unwrap().lines().count(), 2);
}

#[cfg(unix)]
#[tokio::test]
async fn a_credential_process_that_fails_says_why() {
    let files = Files::with("");
    let process = files.script("echo the vault is locked >&2; exit 3");
    std::fs::write(
        &files.config,
        format!("[profile a]\ncredential_process = {process}\n"),
    )
    .unwrap();
    let error = files.control().agents(&scope(), None).await.unwrap_err();
    assert_eq!(error.code(), "credential-process");
    assert!(
        error.to_string().contains("status 3: the vault is locked"),
        "{error}"
    );
    assert!(
        error
            .next_step()
            .starts_with("Run this command yourself to see more: `sh "),
        "{}",
        error.next_step()
    );
}

fn assumed() -> Answer {
    ok(
        "<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAROLE</AccessKeyId>\
        <SecretAccessKey>canary</SecretAccessKey><SessionToken>canary-token</SessionToken>\
        <Expiration>2199-01-01T00:00:00Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>",
    )
}

fn with_role(endpoint: impl std::fmt::Display, more: &str) -> Files {
    Files::with(&format!(
        "[profile base]\naws_access_key_id = AKIDBASE\naws_secret_access_key = canary\n\
         [profile a]\nregion = eu-central-1\nendpoint_url = {endpoint}\nrole_arn = arn:aws:iam::111122223333:role/dev-admin\n\
         source_profile = base\nexternal_id = ext\n{more}\n"
    ))
}

#[tokio::test]
async fn a_role_is_assumed_with_the_keys_of_its_source() {
    let aws = Canned::start(|request, _| {
        if request.operation() == "AssumeRole" {
            assumed()
        } else {
            no_agents()
        }
    })
    .await;
    let files = with_role(format!("http://{}", aws.address), "");
    let control = files.control();
    control.agents(&scope(), None).await.unwrap();
    let asked = aws.requests();
    assert_eq!(
        (asked[0].access_key().as_str(), asked[1].access_key().as_str()),
        ("AKIDBASE", "ASIAROLE")
    );
    assert!(asked[0].body.contains("ExternalId=ext"), "{}", asked[0].body);
    assert_eq!(
        asked[1].header("x-amz-security-token").as_deref(),
        Some("canary-token")
    );
}

#[tokio::test]
async fn the_upgrade_is_signed_with_the_same_temporary_credentials() {
    let aws = Canned::start(|_, _| assumed()).await;
    let files = with_role(format!("http://{}", aws.address), "");
    let control = files.control();
    let settings = control.socket_settings(&scope()).await.unwrap();
    let url = format!("ws://{}/v1/data-channel/s?cell-number=A+/=", aws.address);
    let url = StreamUrl::check(&url, &scope().region, &settings).unwrap();
    let headers = control.sign_upgrade(&scope(), &url).await.unwrap();
    let names: Vec<_> = headers.iter().map(|header| header.0.as_str()).collect();
    assert_eq!(names, ["x-amz-date", "authorization", "x-amz-security-token"]);
    assert!(
        headers[1].1.contains("Credential=ASIAROLE/") && headers[1].1.contains("/eu-central-1/ssmmessages/"),
        "{}",
        headers[1].1
    );
    control.sign_upgrade(&scope(), &url).await.unwrap();
    assert_eq!(aws.requests().len(), 1, "the role is assumed once");
}

#[tokio::test]
async fn a_presigned_url_is_not_signed_and_needs_no_credentials() {
    let files = Files::with("[profile a]\n");
    let url = "wss://ssmmessages.eu-central-1.amazonaws.com/x?X-Amz-Signature=0";
    let url = StreamUrl::check(url, &scope().region, &SocketSettings::default()).unwrap();
    assert_eq!(files.control().sign_upgrade(&scope(), &url).await.unwrap(), []);
}

#[tokio::test]
async fn a_refused_role_names_the_action_or_the_code_that_is_missing() {
    let aws =
        Canned::start(|_, _| sts_error("AccessDenied", "not authorized to perform: sts:AssumeRole")).await;
    let endpoint = format!("http://{}", aws.address);
    let error = with_role(&endpoint, "")
        .control()
        .agents(&scope(), None)
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "a may not call sts:AssumeRole.");
    let error = with_role(&endpoint, "mfa_serial = arn:aws:iam::1:mfa/x")
        .control()
        .agents(&scope(), None)
        .await
        .unwrap_err();
    assert_eq!(error.code(), "mfa-code-needed");
}

#[tokio::test]
async fn a_profile_without_credentials_says_so() {
    let error = Files::with("[profile a]\nregion = eu-central-1\n")
        .control()
        .agents(&scope(), None)
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "No AWS credentials for a: the profile holds none."
    );
}

#[tokio::test]
async fn profiles_and_their_settings_need_no_network() {
    let files = Files::with(
        "[profile a]\nregion = eu-central-1\nsso_session = acme-sso\nsso_account_id = 1\nsso_role_name = r\n\
         [sso-session acme-sso]\nsso_region = eu-central-1\nsso_start_url = https://acme.example/start\n",
    );
    let control = files.control();
    let profiles = control.profiles().await.unwrap();
    assert_eq!(profiles[0].credentials, "SSO, acme-sso");
    assert_eq!(
        control
            .resolve(Some(profiles[0].name.clone()), None)
            .await
            .unwrap(),
        scope()
    );
    std::fs::remove_file(&files.config).unwrap();
    assert_eq!(control.profiles().await.unwrap(), []);
    assert_eq!(
        control.agents(&scope(), None).await.unwrap_err().code(),
        "unknown-profile"
    );
}

/// The part of a test that needs environment variables runs as a process of its own: this test binary once more.
async fn in_environment(variables: &[(&str, String)]) -> String {
    let mut child = tokio::process::Command::new(std::env::current_exe().unwrap());
    child.args(["--exact", CHILD, "--ignored", "--nocapture"]);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("AWS_") {
            child.env_remove(name);
        }
    }
    let output = child
        .envs(variables.iter().map(|(name, value)| (name, value)))
        .output()
        .await
        .unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines()
        .find_map(|line| line.split_once("ANSWER ").map(|(_, answer)| answer.to_owned()))
        .unwrap_or(text)
}

#[tokio::test]
#[ignore = "run by the tests below in an environment of its own"]
async fn lists_agents_in_an_environment_of_its_own() {
    let control = postern_aws::AwsControlPlane::from_environment();
    let profile = std::env::var("CHOSEN")
        .ok()
        .map(|name| postern_model::ProfileName::parse(&name).unwrap());
    let answer = async { control.agents(&control.resolve(profile, None).await?, None).await };
    match answer.await {
        Ok(page) => println!("ANSWER {} agents", page.items.len()),
        Err(error) => println!("ANSWER {}: {error}", error.code()),
    }
}

#[tokio::test]
async fn a_chosen_profile_signs_with_its_own_keys_whatever_the_environment_has() {
    let aws = Canned::start(|_, _| no_agents()).await;
    let files = with_keys("http://127.0.0.1:1");
    let environment = |chosen: &[(&'static str, String)]| {
        let mut all = vec![
            ("AWS_CONFIG_FILE", files.config.display().to_string()),
            (
                "AWS_SHARED_CREDENTIALS_FILE",
                files.credentials.display().to_string(),
            ),
            ("AWS_ENDPOINT_URL", format!("http://{}", aws.address)),
            ("AWS_ACCESS_KEY_ID", "AKIDENVIRONMENT".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "canary".to_owned()),
            ("AWS_REGION", "us-east-1".to_owned()),
            ("NO_PROXY", "127.0.0.1".to_owned()),
        ];
        all.extend_from_slice(chosen);
        all
    };
    assert_eq!(
        in_environment(&environment(&[("CHOSEN", "a".to_owned())])).await,
        "0 agents"
    );
    assert_eq!(in_environment(&environment(&[])).await, "0 agents");
    let asked = aws.requests();
    let signed: Vec<_> = asked
        .iter()
        .map(|request| request.header("authorization").unwrap())
        .collect();
    assert!(
        signed[0].contains("AKIDFIRST/") && signed[0].contains("/eu-central-1/"),
        "{}",
        signed[0]
    );
    assert!(
        signed[1].contains("AKIDENVIRONMENT/") && signed[1].contains("/us-east-1/"),
        "{}",
        signed[1]
    );
}

#[tokio::test]
async fn the_ca_bundle_of_the_environment_is_trusted() {
    let aws = Canned::start_tls(|_, _| no_agents()).await;
    let files = with_keys(format!("https://{}", aws.address));
    let mut environment = vec![
        ("AWS_CONFIG_FILE", files.config.display().to_string()),
        (
            "AWS_SHARED_CREDENTIALS_FILE",
            files.credentials.display().to_string(),
        ),
        ("NO_PROXY", "127.0.0.1".to_owned()),
        ("CHOSEN", "a".to_owned()),
    ];
    let untrusted = in_environment(&environment).await;
    assert!(
        untrusted.contains("its certificate is not signed by an authority"),
        "{untrusted}"
    );
    environment.push(("AWS_CA_BUNDLE", canned::AUTHORITY.to_owned()));
    assert_eq!(in_environment(&environment).await, "0 agents");
}

#[tokio::test]
async fn a_sign_in_that_is_missing_or_over_asks_for_a_new_one() {
    let files = Files::with(
        "[sso-session acme]\nsso_region = eu-central-1\nsso_start_url = https://acme.example/start\n\
         [profile a]\nregion = eu-central-1\nsso_session = acme\nsso_account_id = 111122223333\nsso_role_name = ops\n\
         [profile old]\nregion = eu-central-1\nsso_region = eu-central-1\nsso_start_url = https://acme.example/start\n\
         sso_account_id = 111122223333\nsso_role_name = ops\n",
    );
    let environment = |chosen: &str| {
        vec![
            ("AWS_CONFIG_FILE", files.config.display().to_string()),
            (
                "AWS_SHARED_CREDENTIALS_FILE",
                files.credentials.display().to_string(),
            ),
            ("HOME", files.folder.path().display().to_string()),
            ("CHOSEN", chosen.to_owned()),
        ]
    };
    for (profile, sign_in) in [("a", "acme"), ("old", "https://acme.example/start")] {
        let answer = in_environment(&environment(profile)).await;
        assert_eq!(
            answer,
            format!("sign-in-needed: {profile} needs a sign-in to IAM Identity Center ({sign_in}).")
        );
    }
    // The name of the token's file is the SHA-1 of the session's name, `acme`.
    let cache = files.folder.path().join(".aws/sso/cache");
    std::fs::create_dir_all(&cache).unwrap();
    let token = r#"{"accessToken":"canary","expiresAt":"2020-01-01T00:00:00Z","region":"eu-central-1","startUrl":"https://acme.example/start"}"#;
    std::fs::write(cache.join("293abb6b76d7791c0732cc517d38c4b5c734b87f.json"), token).unwrap();
    let answer = in_environment(&environment("a")).await;
    assert!(answer.starts_with("sign-in-needed"), "{answer}");
}
