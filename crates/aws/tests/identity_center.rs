//! Signing in to IAM Identity Center, what is kept of it, and what comes of it.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed assumption of a test is a failed test"
)]

#[allow(dead_code, reason = "each test file uses its part")]
mod canned;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::time::{Duration, SystemTime};

use canned::{Answer, Canned, Files, Request, no_agents, ok};
use postern_aws::AwsControlPlane;
use postern_model::{
    ControlError, DeviceCode, Nodes, ProfileName, Region, Scope, SignInKey, SignInState, SignIns,
};
use serde_json::{Value, json};

/// The name of the token's file is the SHA-1 of the session's name, `acme`.
const TOKEN_OF_ACME: &str = "293abb6b76d7791c0732cc517d38c4b5c734b87f.json";

const START_URL: &str = "https://acme.awsapps.com/start";

/// An error as the OpenID Connect service has it.
fn oidc_error(code: &str) -> Answer {
    Answer {
        status: 400,
        headers: format!("x-amzn-errortype: {code}\r\n"),
        body: r#"{"error":"said_so","error_description":"so says the service"}"#.to_owned(),
    }
}

fn portal_error(status: u16, code: &str) -> Answer {
    Answer {
        status,
        headers: format!("x-amzn-errortype: {code}\r\n"),
        body: r#"{"message":"so says the portal"}"#.to_owned(),
    }
}

fn token(access_token: &str) -> Answer {
    ok(json!({"accessToken": access_token, "tokenType": "Bearer", "expiresIn": 3600, "refreshToken": "canary-r2"})
        .to_string())
}

/// Everything that works, for what a test does not care about.
fn usual(request: &Request) -> Answer {
    match request.path().split('?').next().unwrap() {
        "/client/register" => ok(json!({
            "clientId": "client", "clientSecret": "canary-s", "clientIdIssuedAt": 1, "clientSecretExpiresAt": 4_070_908_800_u64,
        })
        .to_string()),
        "/device_authorization" => ok(json!({
            "deviceCode": "canary-d", "userCode": "ABCD-EFGH", "verificationUri": "https://acme.awsapps.com/start/#/device",
            "verificationUriComplete": "https://acme.awsapps.com/start/#/device?user_code=ABCD-EFGH",
            "expiresIn": 600, "interval": 1,
        })
        .to_string()),
        "/token" => token("canary-new"),
        "/federation/credentials" => ok(json!({"roleCredentials": {
            "accessKeyId": "ASIACENTER", "secretAccessKey": "canary", "sessionToken": "canary",
            "expiration": 4_070_908_800_000_u64,
        }})
        .to_string()),
        "/logout" => ok(""),
        "/" => no_agents(),
        other => panic!("nobody asked for {other}"),
    }
}

/// Profile `a` and what else `more` says, over the sso-session `acme`.
fn files(aws: &Canned, more: &str) -> Files {
    Files::with(&format!(
        "[sso-session acme]\nsso_region = eu-central-1\nsso_start_url = {START_URL}\n{}{more}",
        profile("a", "sso_session = acme", aws)
    ))
}

fn profile(name: &str, settings: &str, aws: &Canned) -> String {
    format!(
        "[profile {name}]\nregion = eu-central-1\nendpoint_url = http://{}\nsso_account_id = 111122223333\n\
         sso_role_name = ops\n{settings}\n",
        aws.address
    )
}

fn cache(files: &Files) -> PathBuf {
    files.folder.path().join("sso/cache")
}

/// A token that ends in so many seconds, and whether it can be renewed.
fn keep_token(files: &Files, name: &str, seconds: i64, renewable: bool) {
    std::fs::create_dir_all(cache(files)).unwrap();
    let mut token = json!({
        "startUrl": START_URL, "region": "eu-central-1", "accessToken": "canary-old", "expiresAt": at(seconds),
        "theirs": "kept",
    });
    if renewable {
        token["refreshToken"] = "canary-r1".into();
        token["clientId"] = "client".into();
        token["clientSecret"] = "canary-s".into();
        token["registrationExpiresAt"] = "2099-01-01T00:00:00Z".into();
    }
    std::fs::write(cache(files).join(name), token.to_string()).unwrap();
}

/// So many seconds from now, as botocore once wrote it.
fn at(seconds: i64) -> String {
    let now = SystemTime::now()
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let moment = aws_smithy_types::DateTime::from_secs(now.cast_signed() + seconds);
    let text = moment.fmt(aws_smithy_types::date_time::Format::DateTime).unwrap();
    text.replace('Z', "UTC")
}

fn kept(files: &Files, name: &str) -> Value {
    serde_json::from_slice(&std::fs::read(cache(files).join(name)).unwrap()).unwrap()
}

fn key(name: &str) -> SignInKey {
    SignInKey::parse(name).unwrap()
}

fn scope(profile: &str) -> Scope {
    Scope {
        profile: Some(ProfileName::parse(profile).unwrap()),
        region: Region::parse("eu-central-1").unwrap(),
    }
}

async fn sign_in(control: &AwsControlPlane, name: &str) -> Result<postern_model::SignIn, ControlError> {
    let code = control.start_sign_in(&key(name)).await?;
    control.finish_sign_in(&key(name), hasty(code)).await
}

/// Asked about without waiting.
fn hasty(code: DeviceCode) -> DeviceCode {
    DeviceCode {
        interval: Duration::from_millis(1),
        ..code
    }
}

fn asked(aws: &Canned, path: &str) -> Vec<Request> {
    let all = aws.requests().into_iter();
    all.filter(|request| request.path().split('?').next() == Some(path))
        .collect()
}

#[tokio::test]
async fn a_sign_in_is_waited_for_kept_for_everybody_and_opens_its_roles() {
    let aws = Canned::start(|request, number| match (request.path(), number) {
        ("/token", 2) => oidc_error("AuthorizationPendingException"),
        ("/token", 3) => portal_error(503, "ServiceUnavailable"),
        _ => usual(request),
    })
    .await;
    let files = files(&aws, "");
    let control = files.control();
    assert_eq!(control.sign_ins().await.unwrap()[0].state, SignInState::SignedOut);
    let code = control.start_sign_in(&key("acme")).await.unwrap();
    assert_eq!(
        (code.user_code.as_str(), code.interval),
        ("ABCD-EFGH", Duration::from_secs(1))
    );
    assert!(code.complete_url.ends_with("ABCD-EFGH"));
    let signed_in = control.finish_sign_in(&key("acme"), hasty(code)).await.unwrap();
    assert!(
        matches!(signed_in.state, SignInState::SignedIn { renewable: true, .. }),
        "{signed_in:?}"
    );
    assert_eq!(signed_in.profiles, [ProfileName::parse("a").unwrap()]);
    let registered: Value = serde_json::from_str(&asked(&aws, "/client/register")[0].body).unwrap();
    assert_eq!(registered["scopes"], json!(["sso:account:access"]));
    let started: Value = serde_json::from_str(&asked(&aws, "/device_authorization")[0].body).unwrap();
    assert_eq!(started["startUrl"], START_URL);
    assert_eq!(kept(&files, TOKEN_OF_ACME)["accessToken"], "canary-new");
    assert_eq!(kept(&files, TOKEN_OF_ACME)["refreshToken"], "canary-r2");
    files.control().agents(&scope("a"), None).await.unwrap();
    let given = &asked(&aws, "/federation/credentials")[0];
    assert_eq!(given.header("x-amz-sso_bearer_token").unwrap(), "canary-new");
    assert!(given.path().contains("account_id=111122223333") && given.path().contains("role_name=ops"));
    assert_eq!(aws.requests().last().unwrap().access_key(), "ASIACENTER");
}

#[tokio::test]
async fn a_registration_is_used_again_until_it_is_refused() {
    let aws = Canned::start(|request, number| match (request.path(), number) {
        ("/device_authorization", 5) => oidc_error("InvalidClientException"),
        _ => usual(request),
    })
    .await;
    let files = files(&aws, "");
    let control = files.control();
    sign_in(&control, "acme").await.unwrap();
    sign_in(&control, "acme").await.unwrap();
    assert_eq!(asked(&aws, "/client/register").len(), 1);
    sign_in(&control, "acme").await.unwrap();
    assert_eq!(
        asked(&aws, "/client/register").len(),
        2,
        "the refused one is replaced"
    );
}

#[tokio::test]
async fn a_profile_without_an_sso_session_signs_in_by_its_start_url_and_without_scopes() {
    let aws = Canned::start(|request, _| usual(request)).await;
    let url = "https://start.us-gov-home.awsapps.com/directory/acme";
    let settings = format!("sso_start_url = {url}\nsso_region = us-gov-west-1");
    let files = Files::with(&profile("old", &settings, &aws));
    let control = files.control();
    assert_eq!(
        control.sign_in_of(scope("old").profile.as_ref()).await.unwrap(),
        Some(key(url))
    );
    let signed_in = sign_in(&control, url).await.unwrap();
    assert!(signed_in.legacy);
    let registered: Value = serde_json::from_str(&asked(&aws, "/client/register")[0].body).unwrap();
    assert_eq!(registered.get("scopes"), None);
    control.agents(&scope("old"), None).await.unwrap();
}

#[tokio::test]
async fn a_sign_in_that_does_not_come_about_says_why() {
    for (code, words) in [
        ("AccessDeniedException", "it was denied in the browser"),
        ("ExpiredTokenException", "nobody confirmed the code in time"),
        ("InvalidGrantException", "so says the service"),
    ] {
        let aws = Canned::start(move |request, _| match request.path() {
            "/token" => oidc_error(code),
            _ => usual(request),
        })
        .await;
        let files = files(&aws, "");
        let error = sign_in(&files.control(), "acme").await.unwrap_err();
        assert_eq!(error.to_string(), format!("The sign-in to acme failed: {words}."));
        assert!(!cache(&files).join(TOKEN_OF_ACME).exists());
    }
}

#[tokio::test]
async fn nobody_waits_longer_than_the_code_is_good() {
    let aws = Canned::start(|request, _| match request.path() {
        "/token" => oidc_error("AuthorizationPendingException"),
        _ => usual(request),
    })
    .await;
    let files = files(&aws, "");
    let control = files.control();
    let code = control.start_sign_in(&key("acme")).await.unwrap();
    let code = DeviceCode {
        lifetime: Duration::ZERO,
        interval: Duration::from_secs(6),
        ..code
    };
    let error = control.finish_sign_in(&key("acme"), code).await.unwrap_err();
    assert!(
        error.to_string().contains("nobody confirmed the code in time"),
        "{error}"
    );
}

#[tokio::test]
async fn a_wrong_start_url_is_refused_with_what_is_odd_about_it() {
    let aws = Canned::start(|request, _| match request.path() {
        "/device_authorization" => oidc_error("InvalidRequestException"),
        _ => usual(request),
    })
    .await;
    let settings = "sso_start_url = https://start.home.awsapps.cn/directory/acme\nsso_region = us-east-1";
    let files = Files::with(&profile("a", settings, &aws));
    let url = key("https://start.home.awsapps.cn/directory/acme");
    let error = files.control().start_sign_in(&url).await.unwrap_err();
    assert_eq!(error.code(), "sign-in-failed");
    let words = "so says the service (the start URL is one of AWS China, and sso_region us-east-1 is one of the commercial AWS).";
    assert!(error.to_string().ends_with(words), "{error}");
}

#[tokio::test]
async fn an_unknown_sign_in_names_the_known_ones() {
    let aws = Canned::start(|request, _| usual(request)).await;
    let error = files(&aws, "")
        .control()
        .start_sign_in(&key("nope"))
        .await
        .unwrap_err();
    assert_eq!(error.to_string(), "The AWS configuration has no sign-in nope.");
    assert_eq!(error.next_step(), "Choose one of: acme.");
}

#[tokio::test]
async fn a_token_is_renewed_once_for_all_who_need_it_and_what_others_wrote_stays() {
    let aws = Canned::start(|request, _| usual(request)).await;
    let more: String = (0..10)
        .map(|number| profile(&format!("p{number}"), "sso_session = acme", &aws))
        .collect();
    let files = files(&aws, &more);
    keep_token(&files, TOKEN_OF_ACME, -60, true);
    let control = files.control();
    let all = (0..10).map(|number| {
        let control = &control;
        async move { control.agents(&scope(&format!("p{number}")), None).await }
    });
    for answer in join_all(all).await {
        answer.unwrap();
    }
    let renewals = asked(&aws, "/token");
    assert_eq!(renewals.len(), 1);
    let sent: Value = serde_json::from_str(&renewals[0].body).unwrap();
    assert_eq!(
        (&sent["grantType"], &sent["refreshToken"]),
        (&json!("refresh_token"), &json!("canary-r1"))
    );
    let now = kept(&files, TOKEN_OF_ACME);
    assert_eq!(
        (&now["accessToken"], &now["theirs"]),
        (&json!("canary-new"), &json!("kept"))
    );
    assert_eq!(now["refreshToken"], "canary-r2");
    let expires_at = now["expiresAt"].as_str().unwrap();
    assert!(
        expires_at.ends_with('Z') && expires_at.len() == 20,
        "{expires_at}"
    );
}

/// One after the other would do as well, but the test is about those who ask at once.
async fn join_all<T>(all: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut all: Vec<_> = all.map(|one| (Box::pin(one), None)).collect();
    std::future::poll_fn(|context| {
        for (one, answer) in &mut all {
            if answer.is_none()
                && let std::task::Poll::Ready(ready) = one.as_mut().poll(context)
            {
                *answer = Some(ready);
            }
        }
        if all.iter().all(|(_, answer)| answer.is_some()) {
            std::task::Poll::Ready(())
        } else {
            std::task::Poll::Pending
        }
    })
    .await;
    all.into_iter().filter_map(|(_, answer)| answer).collect()
}

#[tokio::test]
async fn forty_profiles_over_two_sign_ins_that_are_over_are_two_questions() {
    let aws = Canned::start(|request, _| match request.path() {
        "/token" => oidc_error("InvalidGrantException"),
        _ => usual(request),
    })
    .await;
    let other =
        "[sso-session other]\nsso_region = eu-central-1\nsso_start_url = https://other.awsapps.com/start\n";
    let more: String = (0..40)
        .map(|number| {
            let session = if number % 2 == 0 { "acme" } else { "other" };
            profile(&format!("p{number}"), &format!("sso_session = {session}"), &aws)
        })
        .collect();
    let files = files(&aws, &format!("{other}{more}"));
    keep_token(&files, TOKEN_OF_ACME, -60, true);
    keep_token(&files, "d0941e68da8f38151ff86a61fc59f7c5cf9fcaa2.json", -60, true);
    let control = files.control();
    let mut wanted = BTreeSet::new();
    for number in 0..40 {
        let error = control
            .agents(&scope(&format!("p{number}")), None)
            .await
            .unwrap_err();
        assert_eq!(error.code(), "sign-in-needed");
        assert!(
            error
                .to_string()
                .starts_with(&format!("p{number} needs a sign-in")),
            "{error}"
        );
        wanted.insert(error.sign_in().unwrap().to_string());
    }
    assert_eq!(
        wanted.iter().map(String::as_str).collect::<Vec<_>>(),
        ["acme", "other"]
    );
    assert_eq!(
        asked(&aws, "/token").len(),
        2,
        "a refused renewal is not asked for again"
    );
    let states = control.sign_ins().await.unwrap().into_iter();
    assert!(
        states
            .map(|one| one.state)
            .all(|state| matches!(state, SignInState::Expired { .. }))
    );
    sign_in_by_hand(&files);
    control.agents(&scope("p0"), None).await.unwrap();
    assert!(control.agents(&scope("p1"), None).await.is_err());
}

/// Somebody signs in with another program.
fn sign_in_by_hand(files: &Files) {
    keep_token(files, TOKEN_OF_ACME, 3600, true);
}

#[tokio::test]
async fn a_token_that_cannot_be_renewed_for_now_is_used_as_long_as_it_is_good() {
    let aws = Canned::start(|request, _| match request.path() {
        "/token" => portal_error(503, "ServiceUnavailable"),
        _ => usual(request),
    })
    .await;
    let files = files(&aws, "");
    keep_token(&files, TOKEN_OF_ACME, 300, true);
    files.control().agents(&scope("a"), None).await.unwrap();
}

#[tokio::test]
async fn a_renewal_that_cannot_be_asked_for_is_no_reason_to_sign_in_anew() {
    let aws = Canned::start(|request, _| usual(request)).await;
    let nowhere = "[sso-session acme]\nsso_region = eu-central-1\nsso_start_url = https://acme.awsapps.com/start\n\
        [profile a]\nregion = eu-central-1\nendpoint_url = http://127.0.0.1:1\nsso_session = acme\n\
        sso_account_id = 1\nsso_role_name = r\n";
    let files = Files::with(nowhere);
    keep_token(&files, TOKEN_OF_ACME, -60, true);
    let error = files.control().agents(&scope("a"), None).await.unwrap_err();
    assert_eq!(error.code(), "unreachable", "{error}");
    assert!(aws.requests().is_empty());
}

#[tokio::test]
async fn a_token_that_the_portal_no_longer_takes_is_renewed_within_the_call() {
    let aws = Canned::start(|request, _| {
        let bearer = request.header("x-amz-sso_bearer_token");
        if bearer.as_deref() == Some("canary-old") {
            portal_error(401, "UnauthorizedException")
        } else {
            usual(request)
        }
    })
    .await;
    let files = files(&aws, "");
    keep_token(&files, TOKEN_OF_ACME, 3600, true);
    files.control().agents(&scope("a"), None).await.unwrap();
    assert_eq!(kept(&files, TOKEN_OF_ACME)["accessToken"], "canary-new");
    keep_token(&files, TOKEN_OF_ACME, 3600, false);
    let error = files.control().agents(&scope("a"), None).await.unwrap_err();
    assert_eq!(error.sign_in(), Some(&key("acme")));
    assert_eq!(error.detail(), Some("IAM Identity Center no longer accepts it"));
}

#[tokio::test]
async fn a_wrong_clock_is_said_to_be_wrong() {
    let aws = Canned::start(|request, _| match request.path() {
        "/" => no_agents(),
        _ => Answer {
            headers: "x-amzn-errortype: UnauthorizedException\r\ndate: Tue, 01 Jan 2002 00:00:00 GMT\r\n"
                .to_owned(),
            ..portal_error(401, "")
        },
    })
    .await;
    let files = files(&aws, "");
    keep_token(&files, TOKEN_OF_ACME, 3600, false);
    let error = files.control().agents(&scope("a"), None).await.unwrap_err();
    assert_eq!(error.code(), "clock-skew");
    assert!(
        error
            .to_string()
            .contains("days ahead, so the sign-in to acme is not valid"),
        "{error}"
    );
}

#[tokio::test]
async fn a_role_that_is_not_given_is_a_denial() {
    let aws = Canned::start(|request, _| match request.path().split('?').next().unwrap() {
        "/federation/credentials" => portal_error(403, "ForbiddenException"),
        _ => usual(request),
    })
    .await;
    let files = files(&aws, "");
    keep_token(&files, TOKEN_OF_ACME, 3600, false);
    let error = files.control().agents(&scope("a"), None).await.unwrap_err();
    assert_eq!(error.to_string(), "a may not call sso:GetRoleCredentials.");
}

#[tokio::test]
async fn what_is_kept_and_cannot_be_read_is_named() {
    let aws = Canned::start(|request, _| usual(request)).await;
    let files = files(&aws, "");
    std::fs::create_dir_all(cache(&files)).unwrap();
    let path = cache(&files).join(TOKEN_OF_ACME);
    std::fs::write(&path, r#"{"accessToken": "canary"#).unwrap();
    let control = files.control();
    let error = control.agents(&scope("a"), None).await.unwrap_err();
    let detail = error.detail().unwrap();
    assert!(
        detail.contains(&path.display().to_string()) && detail.ends_with("it is cut off or damaged"),
        "{detail}"
    );
    assert!(matches!(
        control.sign_ins().await.unwrap()[0].state,
        SignInState::Unreadable { .. }
    ));
    sign_in(&control, "acme").await.unwrap();
    control.agents(&scope("a"), None).await.unwrap();
}

#[tokio::test]
async fn a_sign_in_that_cannot_be_kept_is_told_and_serves_this_run() {
    let aws = Canned::start(|request, _| match request.path().split('?').next().unwrap() {
        "/assignment/accounts" => ok(r#"{"accountList":[]}"#),
        _ => usual(request),
    })
    .await;
    let files = files(&aws, "");
    // Nobody can make a folder where a file is, not even root.
    let in_the_way = files.folder.path().join("sso");
    std::fs::write(&in_the_way, "").unwrap();
    let control = files.control();
    let error = sign_in(&control, "acme").await.unwrap_err();
    assert_eq!(error.code(), "sign-in-not-kept");
    let text = error.to_string();
    assert!(text.contains(TOKEN_OF_ACME) && !text.contains("canary"), "{text}");
    let state = &control.sign_ins().await.unwrap()[0].state;
    assert!(matches!(state, SignInState::SignedIn { .. }), "{state:?}");
    control.agents(&scope("a"), None).await.unwrap();
    let bearer = async || {
        control.accounts(&key("acme")).await.unwrap();
        let asked = asked(&aws, "/assignment/accounts");
        asked.last().unwrap().header("x-amz-sso_bearer_token").unwrap()
    };
    assert_eq!(bearer().await, "canary-new");
    let other_run = files.control().agents(&scope("a"), None).await.unwrap_err();
    assert_eq!(other_run.code(), "sign-in-needed");

    std::fs::remove_file(&in_the_way).unwrap();
    keep_token(&files, TOKEN_OF_ACME, 3600, false);
    assert_eq!(
        bearer().await,
        "canary-old",
        "a sign-in of another program counts"
    );
    std::fs::remove_dir_all(&in_the_way).unwrap();
    control.sign_out(&key("acme")).await.unwrap();
    assert_eq!(control.sign_ins().await.unwrap()[0].state, SignInState::SignedOut);
}

#[tokio::test]
async fn accounts_and_roles_come_with_all_their_pages() {
    let aws = Canned::start(|request, _| {
        let path = request.path().to_owned();
        let second = path.contains("next_token=2");
        match path.split('?').next().unwrap() {
            "/assignment/accounts" if second => ok(r#"{"accountList":[{"accountId":"2","accountName":"b"}]}"#),
            "/assignment/accounts" => ok(
                r#"{"accountList":[{"accountId":"1","accountName":"a\u001b[31m","emailAddress":"a@x"}],"nextToken":"2"}"#,
            ),
            "/assignment/roles" if path.contains("account_id=9") => {
                ok(r#"{"roleList":[],"nextToken":"2"}"#)
            }
            "/assignment/roles" if second => ok(r#"{"roleList":[{"roleName":"s","accountId":"1"}]}"#),
            "/assignment/roles" => ok(r#"{"roleList":[{"roleName":"r","accountId":"1"}],"nextToken":"2"}"#),
            _ => usual(request),
        }
    })
    .await;
    let files = files(&aws, "");
    keep_token(&files, TOKEN_OF_ACME, 3600, false);
    let control = files.control();
    let accounts = control.accounts(&key("acme")).await.unwrap();
    let plain: Vec<_> = accounts
        .iter()
        .map(|one| (one.id.as_str(), one.name.as_str(), one.email.as_deref()))
        .collect();
    assert_eq!(plain, [("1", "a[31m", Some("a@x")), ("2", "b", None)]);
    assert_eq!(
        control.account_roles(&key("acme"), "1").await.unwrap(),
        ["r", "s"]
    );
    let endless = control.account_roles(&key("acme"), "9").await.unwrap_err();
    assert_eq!(endless.code(), "malformed-answer", "{endless}");
}

#[tokio::test]
async fn signing_out_ends_it_there_and_here_and_keeps_the_registration() {
    let aws = Canned::start(|request, _| usual(request)).await;
    let files = files(&aws, "");
    let control = files.control();
    sign_in(&control, "acme").await.unwrap();
    control.agents(&scope("a"), None).await.unwrap();
    control.sign_out(&key("acme")).await.unwrap();
    let told = &asked(&aws, "/logout")[0];
    assert_eq!(told.header("x-amz-sso_bearer_token").unwrap(), "canary-new");
    let left: Vec<_> = cache(&files).read_dir().unwrap().collect();
    assert_eq!(left.len(), 1, "{left:?}");
    let error = control.agents(&scope("a"), None).await.unwrap_err();
    assert_eq!(error.detail(), Some("nobody is signed in on this computer"));
    control.sign_out(&key("acme")).await.unwrap();
    assert_eq!(asked(&aws, "/logout").len(), 1, "nobody was signed in");
}

#[tokio::test]
async fn a_sign_out_that_cannot_be_told_is_one_here_all_the_same() {
    let nowhere = "[sso-session acme]\nsso_region = eu-central-1\nsso_start_url = https://acme.awsapps.com/start\n\
        [profile a]\nregion = eu-central-1\nendpoint_url = http://127.0.0.1:1\nsso_session = acme\n\
        sso_account_id = 1\nsso_role_name = r\n";
    let files = Files::with(nowhere);
    keep_token(&files, TOKEN_OF_ACME, 3600, false);
    let error = files.control().sign_out(&key("acme")).await.unwrap_err();
    assert_eq!(error.code(), "unreachable");
    assert!(!cache(&files).join(TOKEN_OF_ACME).exists());
}

#[tokio::test]
async fn the_services_of_a_sign_in_are_found_where_the_files_say() {
    let aws = Canned::start(|request, _| usual(request)).await;
    let address = aws.address;
    let files = Files::with(&format!(
        "[sso-session acme]\nsso_region = eu-central-1\nsso_start_url = {START_URL}\n\
         [profile a]\nregion = eu-central-1\nsso_session = acme\nsso_account_id = 1\nsso_role_name = r\nservices = ours\n\
         [services ours]\nsso_oidc =\n  endpoint_url = http://{address}\nsso =\n  endpoint_url = http://{address}\n\
         ssm =\n  endpoint_url = http://{address}\n"
    ));
    let control = files.control();
    sign_in(&control, "acme").await.unwrap();
    control.agents(&scope("a"), None).await.unwrap();
}

#[tokio::test]
async fn sign_ins_come_in_the_order_of_the_files_with_their_profiles() {
    let files = Files::with(
        "[profile z]\nsso_session = zeta\nsso_account_id = 1\nsso_role_name = r\n\
         [profile y]\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = z\n[profile keys]\naws_access_key_id = k\n\
         aws_secret_access_key = s\n[profile old]\nsso_start_url = https://old\nsso_region = us-east-1\n\
         sso_account_id = 1\nsso_role_name = r\n[profile broken]\nsso_session = none\nsso_account_id = 1\nsso_role_name = r\n\
         [sso-session unused]\nsso_region = eu-west-1\nsso_start_url = https://unused\n\
         [sso-session zeta]\nsso_region = eu-west-1\nsso_start_url = https://zeta\n[sso-session half]\nsso_region = eu-west-1\n",
    );
    let found = files.control().sign_ins().await.unwrap();
    let plain: Vec<_> = found
        .iter()
        .map(|one| {
            let profiles: Vec<_> = one.profiles.iter().map(ProfileName::as_str).collect();
            (one.key.as_str(), one.legacy, profiles.join(" "))
        })
        .collect();
    assert_eq!(
        plain,
        [
            ("zeta", false, "z y".to_owned()),
            ("https://old", true, "old".to_owned()),
            ("unused", false, String::new()),
        ]
    );
    assert_eq!(found[0].region.as_str(), "eu-west-1");
    let control = files.control();
    assert_eq!(
        control.sign_in_of(scope("y").profile.as_ref()).await.unwrap(),
        Some(key("zeta"))
    );
    assert_eq!(
        control.sign_in_of(scope("keys").profile.as_ref()).await.unwrap(),
        None
    );
    assert_eq!(control.sign_in_of(None).await.unwrap(), None);
}

#[tokio::test]
async fn a_sign_in_of_several_profiles_is_reached_as_the_one_says_that_leads_elsewhere() {
    let aws = Canned::start(|request, _| usual(request)).await;
    let address = aws.address;
    let of_acme = "region = eu-central-1\nsso_session = acme\nsso_account_id = 1\nsso_role_name = r";
    let files = Files::with(&format!(
        "[sso-session acme]\nsso_region = eu-central-1\nsso_start_url = {START_URL}\n\
         [profile plain]\n{of_acme}\n[profile a]\n{of_acme}\nservices = ours\n\
         [services ours]\nsso_oidc =\n  endpoint_url = http://{address}\n"
    ));
    sign_in(&files.control(), "acme").await.unwrap();
}

#[tokio::test]
async fn lists_that_go_in_circles_end() {
    let aws = Canned::start(|request, _| match request.path() {
        path if path.starts_with("/assignment/accounts") => {
            let next = if path.contains("next_token=2") { "1" } else { "2" };
            ok(json!({"accountList": [], "nextToken": next}).to_string())
        }
        _ => usual(request),
    })
    .await;
    let files = files(&aws, "");
    keep_token(&files, TOKEN_OF_ACME, 3600, false);
    let endless = files.control().accounts(&key("acme")).await.unwrap_err();
    assert_eq!(endless.code(), "malformed-answer", "{endless}");
}

#[tokio::test]
async fn who_signs_out_elsewhere_during_a_renewal_stays_signed_out() {
    let path = std::sync::Arc::new(std::sync::OnceLock::<PathBuf>::new());
    let file = std::sync::Arc::clone(&path);
    let aws = Canned::start(move |request, _| {
        if request.path() == "/token" {
            std::fs::remove_file(file.get().unwrap()).unwrap();
        }
        usual(request)
    })
    .await;
    let files = files(&aws, "");
    keep_token(&files, TOKEN_OF_ACME, -60, true);
    path.set(cache(&files).join(TOKEN_OF_ACME)).unwrap();
    let error = files.control().agents(&scope("a"), None).await.unwrap_err();
    assert_eq!(error.code(), "sign-in-needed", "{error}");
    assert!(!path.get().unwrap().exists());
}

#[tokio::test]
async fn a_sign_in_that_was_made_elsewhere_during_a_renewal_is_not_overwritten() {
    let path = std::sync::Arc::new(std::sync::OnceLock::<PathBuf>::new());
    let file = std::sync::Arc::clone(&path);
    let aws = Canned::start(move |request, _| {
        if request.path() == "/token" {
            let other = json!({"startUrl": START_URL, "region": "eu-central-1", "accessToken": "canary-other",
                "expiresAt": "2099-01-01T00:00:00Z"});
            std::fs::write(file.get().unwrap(), other.to_string()).unwrap();
        }
        usual(request)
    })
    .await;
    let files = files(&aws, "");
    keep_token(&files, TOKEN_OF_ACME, -60, true);
    path.set(cache(&files).join(TOKEN_OF_ACME)).unwrap();
    files.control().agents(&scope("a"), None).await.unwrap();
    assert_eq!(kept(&files, TOKEN_OF_ACME)["accessToken"], "canary-other");
    let asked = asked(&aws, "/federation/credentials");
    assert!(asked[0].head.contains("canary-other"));
}
