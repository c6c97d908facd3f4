//! Roles: chains of them, codes of MFA devices, and the cache that the AWS CLI shares with us.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests: a failed assumption fails the test"
)]

#[allow(dead_code, reason = "shared with other tests")]
mod canned;

use std::path::Path;
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use canned::{Answer, Canned, Request, no_agents, ok, sts_error};
use postern_aws::AwsControlPlane;
use postern_model::{
    AskMfa, ControlError, MfaCode, MfaQuestion, MfaQuestions, Nodes, ProfileName, Region, Scope,
};
use tempfile::TempDir;

const DEVICE: &str = "arn:aws:iam::111122223333:mfa/me";
const WRONG_CODE: &str = "MultiFactorAuthentication failed with invalid MFA one time pass code.";

/// A parameter of a call to STS.
fn parameter(request: &Request, name: &str) -> Option<String> {
    let prefix = format!("{name}=");
    let found = request
        .body
        .split('&')
        .find_map(|field| field.strip_prefix(&prefix))?;
    Some(found.replace("%3A", ":").replace("%2F", "/"))
}

/// The answer of `action`, with keys that say what they are of.
fn keys(action: &str, id: &str) -> Answer {
    ok(format!(
        "<{action}Response><{action}Result><Credentials><AccessKeyId>{id}</AccessKeyId><SecretAccessKey>canary</SecretAccessKey>\
         <SessionToken>t</SessionToken><Expiration>2199-01-01T00:00:00Z</Expiration></Credentials></{action}Result></{action}Response>"
    ))
}

/// STS and SSM where the code 123456 is right, each time; a role's keys are called after the role.
fn aws(request: &Request) -> Answer {
    let action = request.operation();
    let code = parameter(request, "TokenCode");
    match action.as_str() {
        "AssumeRole" | "GetSessionToken" if code.as_deref().is_some_and(|code| code != "123456") => {
            sts_error("AccessDenied", WRONG_CODE)
        }
        "GetSessionToken" => keys("GetSessionToken", "ASIASESSION"),
        "AssumeRole" => {
            let role = parameter(request, "RoleArn").unwrap();
            keys("AssumeRole", &format!("ASIA{}", role.rsplit('/').next().unwrap()))
        }
        "DescribeInstanceInformation" => no_agents(),
        _ => sts_error("InvalidAction", "no"),
    }
}

/// A home folder with an AWS configuration that sends all calls to `address`.
struct Home {
    folder: TempDir,
    address: String,
}

impl Home {
    fn with(aws: &Canned, config: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(".aws")).unwrap();
        std::fs::write(folder.path().join(".aws/config"), config).unwrap();
        Self {
            folder,
            address: format!("http://{}", aws.address),
        }
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn control(&self, more: &[(&str, &str)]) -> AwsControlPlane {
        let home = self.path().to_str().unwrap();
        let own = [
            ("HOME", home),
            ("USERPROFILE", home),
            ("AWS_ENDPOINT_URL", &self.address),
        ];
        AwsControlPlane::from_variables(own.iter().chain(more).copied())
    }
}

/// Somebody who answers the questions one after the other, and gives up when there is no answer left.
#[derive(Default)]
struct Person {
    answers: Mutex<Vec<&'static str>>,
    questions: Mutex<Vec<MfaQuestion>>,
}

impl Person {
    fn who_says(answers: &[&'static str]) -> Arc<Self> {
        Arc::new(Self {
            answers: Mutex::new(answers.iter().rev().copied().collect()),
            ..Self::default()
        })
    }

    fn questions(&self) -> Vec<MfaQuestion> {
        self.questions.lock().unwrap().clone()
    }
}

#[async_trait]
impl AskMfa for Person {
    async fn mfa_code(&self, question: MfaQuestion) -> Option<MfaCode> {
        self.questions.lock().unwrap().push(question);
        // Everybody who is to wait for the answer gets to it first.
        for _ in 0..1000 {
            tokio::task::yield_now().await;
        }
        let answer = self.answers.lock().unwrap().pop()?;
        Some(MfaCode::parse(answer).unwrap())
    }
}

fn scope(profile: &str, region: &str) -> Scope {
    Scope {
        profile: Some(ProfileName::parse(profile).unwrap()),
        region: Region::parse(region).unwrap(),
    }
}

async fn agents(control: &AwsControlPlane, profile: &str) -> Result<(), ControlError> {
    control
        .agents(&scope(profile, "eu-central-1"), None)
        .await
        .map(|_| ())
}

const USER: &str = "[profile user]\naws_access_key_id = AKIAUSER\naws_secret_access_key = canary\n";

fn role(name: &str, source: &str, more: &str) -> String {
    format!(
        "[profile {name}]\nrole_arn = arn:aws:iam::111122223333:role/{name}\nsource_profile = {source}\n{more}\n"
    )
}

fn operations(aws: &Canned) -> Vec<String> {
    aws.requests().iter().map(Request::operation).collect()
}

#[tokio::test]
async fn a_chain_is_assumed_link_by_link_with_what_each_profile_says() {
    let aws = Canned::start(|request, _| aws(request)).await;
    let config = USER.to_owned()
        + &role("first", "user", "external_id = x1\nduration_seconds = 900")
        + &role("last", "first", "role_session_name = me");
    let home = Home::with(&aws, &config);
    agents(&home.control(&[]), "last").await.unwrap();
    let asked = aws.requests();
    let told = |request: &Request, name| parameter(request, name);
    assert_eq!(asked[0].access_key(), "AKIAUSER");
    assert_eq!(told(&asked[0], "ExternalId").as_deref(), Some("x1"));
    assert_eq!(told(&asked[0], "DurationSeconds").as_deref(), Some("900"));
    assert!(
        told(&asked[0], "RoleSessionName")
            .unwrap()
            .starts_with("postern-session-")
    );
    assert_eq!(
        (asked[1].access_key().as_str(), told(&asked[1], "ExternalId")),
        ("ASIAfirst", None)
    );
    assert_eq!(told(&asked[1], "RoleSessionName").as_deref(), Some("me"));
    assert_eq!(asked[2].access_key(), "ASIAlast");
    assert_eq!(asked.len(), 3);
}

#[tokio::test]
async fn the_limit_of_chained_roles_is_named_with_its_setting() {
    let aws = Canned::start(|request, _| match parameter(request, "DurationSeconds") {
        Some(_) => sts_error(
            "ValidationError",
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
        ),
        None => aws(request),
    })
    .await;
    let config =
        USER.to_owned() + &role("first", "user", "") + &role("last", "first", "duration_seconds = 43200");
    let home = Home::with(&aws, &config);
    let error = agents(&home.control(&[]), "last").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "The AWS configuration cannot be used: `duration_seconds` of profile last: a role that is assumed with another role \
         lasts one hour at most (3600), not 43200 s."
    );
}

#[tokio::test]
async fn one_code_serves_all_profiles_and_regions_that_wait_for_the_device() {
    let aws = Canned::start(|request, _| aws(request)).await;
    let mfa = format!("mfa_serial = {DEVICE}");
    let config =
        USER.to_owned() + &role("a", "user", &mfa) + &role("b", "user", &mfa) + &role("c", "a", &mfa);
    let home = Home::with(&aws, &config);
    let person = Person::who_says(&["123456"]);
    let control = home.control(&[]).asking(Arc::clone(&person) as Arc<_>);
    let pairs = ["a", "b", "c"]
        .into_iter()
        .flat_map(|profile| ["eu-central-1", "us-east-1", "eu-west-1"].map(|region| scope(profile, region)));
    let pairs: Vec<_> = pairs.collect();
    let all = pairs.iter().map(|pair| control.agents(pair, None));
    for answer in futures_util::future::join_all(all).await {
        answer.unwrap();
    }
    let questions = person.questions();
    assert_eq!(questions.len(), 1, "{questions:?}");
    assert_eq!(
        (questions[0].device.as_str(), &questions[0].retry),
        (DEVICE, &None)
    );
    let called = operations(&aws);
    assert_eq!(
        called
            .iter()
            .filter(|operation| *operation == "GetSessionToken")
            .count(),
        1
    );
}

#[tokio::test]
async fn a_wrong_code_is_asked_for_again_with_the_reason() {
    let aws = Canned::start(|request, _| aws(request)).await;
    let home = Home::with(
        &aws,
        &(USER.to_owned() + &role("a", "user", &format!("mfa_serial = {DEVICE}"))),
    );
    let person = Person::who_says(&["000000", "123456"]);
    let control = home.control(&[]).asking(Arc::clone(&person) as Arc<_>);
    agents(&control, "a").await.unwrap();
    let questions = person.questions();
    assert_eq!(questions.len(), 2);
    let reason = questions[1].retry.as_deref().unwrap();
    assert!(
        reason.contains("invalid MFA one time pass code") && reason.ends_with("wait for the next one."),
        "{reason}"
    );
}

#[tokio::test]
async fn who_gave_up_is_not_asked_again_until_the_person_wants_it() {
    let aws = Canned::start(|request, _| aws(request)).await;
    let home = Home::with(
        &aws,
        &(USER.to_owned() + &role("a", "user", &format!("mfa_serial = {DEVICE}"))),
    );
    let person = Person::who_says(&[]);
    let control = home.control(&[]).asking(Arc::clone(&person) as Arc<_>);
    for _ in 0..3 {
        let error = agents(&control, "a").await.unwrap_err();
        assert_eq!(
            error.to_string(),
            format!("A code of the MFA device {DEVICE} is needed for a, and none was given.")
        );
    }
    assert_eq!(person.questions().len(), 1);
    person.answers.lock().unwrap().push("123456");
    control.ask_mfa_again();
    agents(&control, "a").await.unwrap();
    assert_eq!(person.questions().len(), 2);
}

#[tokio::test]
async fn where_no_session_can_be_opened_the_role_is_assumed_with_the_code_itself() {
    let aws = Canned::start(|request, _| match request.operation().as_str() {
        "GetSessionToken" => sts_error("AccessDenied", "Cannot call GetSessionToken"),
        _ => aws(request),
    })
    .await;
    let home = Home::with(
        &aws,
        &(USER.to_owned() + &role("a", "user", &format!("mfa_serial = {DEVICE}"))),
    );
    let person = Person::who_says(&["123456"]);
    let control = home.control(&[]).asking(Arc::clone(&person) as Arc<_>);
    agents(&control, "a").await.unwrap();
    let asked = aws.requests();
    let assumed = asked
        .iter()
        .find(|request| request.operation() == "AssumeRole")
        .unwrap();
    assert_eq!(parameter(assumed, "TokenCode").as_deref(), Some("123456"));
    assert_eq!(parameter(assumed, "SerialNumber").as_deref(), Some(DEVICE));
}

#[tokio::test]
async fn a_role_that_wants_a_younger_code_is_asked_for_one() {
    let aws = Canned::start(|request, _| {
        let is_first_session = request.access_key() == "ASIASESSION";
        match (request.operation().as_str(), parameter(request, "RoleArn")) {
            ("GetSessionToken", _) if parameter(request, "TokenCode").as_deref() == Some("654321") => {
                keys("GetSessionToken", "ASIAYOUNG")
            }
            ("AssumeRole", Some(role)) if role.ends_with("/b") && is_first_session => {
                sts_error("AccessDenied", "is not authorized to perform: sts:AssumeRole")
            }
            _ => aws(request),
        }
    })
    .await;
    let mfa = format!("mfa_serial = {DEVICE}");
    let home = Home::with(
        &aws,
        &(USER.to_owned() + &role("a", "user", &mfa) + &role("b", "user", &mfa)),
    );
    let person = Person::who_says(&["123456", "654321"]);
    let control = home.control(&[]).asking(Arc::clone(&person) as Arc<_>);
    agents(&control, "a").await.unwrap();
    agents(&control, "b").await.unwrap();
    assert_eq!(person.questions().len(), 2);
}

#[tokio::test]
async fn a_role_in_a_session_is_asked_for_an_hour_where_it_may_not_last_longer() {
    let aws = Canned::start(
        |request, _| match parameter(request, "DurationSeconds").as_deref() {
            Some("43200") => sts_error(
                "ValidationError",
                "The requested DurationSeconds exceeds the 1 hour session limit",
            ),
            _ => aws(request),
        },
    )
    .await;
    let more = format!("mfa_serial = {DEVICE}\nduration_seconds = 43200");
    let home = Home::with(&aws, &(USER.to_owned() + &role("a", "user", &more)));
    let control = home.control(&[]).asking(Person::who_says(&["123456"]));
    agents(&control, "a").await.unwrap();
}

#[tokio::test]
async fn a_device_that_is_not_the_users_is_named_with_its_setting() {
    let aws = Canned::start(|_, _| {
        sts_error(
            "AccessDenied",
            "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this user.",
        )
    })
    .await;
    let home = Home::with(
        &aws,
        &(USER.to_owned() + &role("a", "user", &format!("mfa_serial = {DEVICE}"))),
    );
    let control = home.control(&[]).asking(Person::who_says(&["123456"]));
    let error = agents(&control, "a").await.unwrap_err();
    assert_eq!(
        error.next_step(),
        "Correct `mfa_serial` of profile a, then try again."
    );
}

#[tokio::test]
async fn without_anybody_to_ask_the_error_says_so_and_the_cache_still_serves() {
    let aws = Canned::start(|request, _| aws(request)).await;
    let home = Home::with(
        &aws,
        &(USER.to_owned() + &role("a", "user", &format!("mfa_serial = {DEVICE}"))),
    );
    let error = agents(&home.control(&[]), "a").await.unwrap_err();
    assert_eq!(error.code(), "mfa-code-needed");
    assert!(
        error
            .to_string()
            .ends_with("and nobody can be asked for it here."),
        "{error}"
    );
    agents(&home.control(&[]).asking(Person::who_says(&["123456"])), "a")
        .await
        .unwrap();
    agents(&home.control(&[]), "a").await.unwrap();
}

#[tokio::test]
async fn keys_of_the_cache_that_aws_refuses_are_asked_for_anew() {
    let aws = Canned::start(|request, number| match request.operation().as_str() {
        "AssumeRole" => keys("AssumeRole", &format!("ASIA{number}")),
        "DescribeInstanceInformation" if request.access_key() == "ASIA0" && number > 1 => {
            canned::json_error("ExpiredTokenException", "revoked")
        }
        _ => aws(request),
    })
    .await;
    let home = Home::with(&aws, &(USER.to_owned() + &role("a", "user", "")));
    agents(&home.control(&[]), "a").await.unwrap();
    agents(&home.control(&[]), "a").await.unwrap();
    assert_eq!(
        operations(&aws),
        [
            "AssumeRole",
            "DescribeInstanceInformation",
            "DescribeInstanceInformation",
            "AssumeRole",
            "DescribeInstanceInformation"
        ]
    );
}

#[tokio::test]
async fn a_token_file_gives_a_role_without_any_key() {
    let aws = Canned::start(|request, _| match request.operation().as_str() {
        "AssumeRoleWithWebIdentity" if request.header("authorization").is_none() => {
            keys("AssumeRoleWithWebIdentity", "ASIAWEB")
        }
        _ => aws(request),
    })
    .await;
    let home = Home::with(&aws, "");
    let token = home.path().join("token");
    std::fs::write(&token, "jwt").unwrap();
    let variables = [
        ("AWS_WEB_IDENTITY_TOKEN_FILE", token.to_str().unwrap()),
        ("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/pod"),
    ];
    let nobody = Scope {
        profile: None,
        region: Region::parse("eu-central-1").unwrap(),
    };
    home.control(&variables).agents(&nobody, None).await.unwrap();
    home.control(&variables).agents(&nobody, None).await.unwrap();
    assert_eq!(
        parameter(&aws.requests()[0], "WebIdentityToken").as_deref(),
        Some("jwt")
    );
    let calls = operations(&aws);
    assert_eq!(
        calls
            .iter()
            .filter(|call| *call == "AssumeRoleWithWebIdentity")
            .count(),
        1,
        "the second is cached"
    );
    std::fs::remove_file(&token).unwrap();
    let error = home.control(&variables).agents(&nobody, None).await.unwrap_err();
    assert!(error.to_string().contains("the token file"), "{error}");
}

#[tokio::test]
async fn the_environments_keys_assume_a_role_that_names_them() {
    let aws = Canned::start(|request, _| aws(request)).await;
    let config =
        "[profile a]\nrole_arn = arn:aws:iam::111122223333:role/a\ncredential_source = Environment\n";
    let home = Home::with(&aws, config);
    let keys = [
        ("AWS_ACCESS_KEY_ID", "AKIAENV"),
        ("AWS_SECRET_ACCESS_KEY", "canary"),
    ];
    agents(&home.control(&keys), "a").await.unwrap();
    assert_eq!(aws.requests()[0].access_key(), "AKIAENV");
    let home = Home::with(&aws, config);
    let error = agents(&home.control(&[]), "a").await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "No AWS credentials for a: AWS_ACCESS_KEY_ID is not set in the environment."
    );
}

#[tokio::test]
async fn whoever_gets_credentials_ahead_hears_that_a_person_is_asked_and_there_is_one_question() {
    let aws = Canned::start(|request, _| aws(request)).await;
    let home = Home::with(
        &aws,
        &format!(
            "[profile me]\naws_access_key_id = AKIAME\naws_secret_access_key = canary\n\
             [profile a]\nrole_arn = arn:aws:iam::1:role/a\nsource_profile = me\nmfa_serial = {DEVICE}\n\
             [profile b]\nrole_arn = arn:aws:iam::1:role/b\nsource_profile = me\nmfa_serial = {DEVICE}\n"
        ),
    );
    let person = Person::who_says(&["123456"]);
    let control = home.control(&[]).asking(Arc::clone(&person) as Arc<_>);
    let told = std::sync::atomic::AtomicUsize::new(0);
    let ahead = |profile: &'static str, region: &'static str| {
        let (control, told) = (&control, &told);
        async move {
            let waits = || {
                told.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            };
            control.make_ready(&scope(profile, region), &waits).await
        }
    };
    let (one, other, elsewhere) = tokio::join!(
        ahead("a", "eu-central-1"),
        ahead("b", "eu-central-1"),
        ahead("a", "us-east-1")
    );
    for ready in [one, other, elsewhere] {
        ready.unwrap();
    }
    assert_eq!(person.questions().len(), 1);
    assert_eq!(
        told.load(std::sync::atomic::Ordering::SeqCst),
        3,
        "each of them waits for it"
    );
}

#[tokio::test]
async fn a_session_that_aws_does_not_know_any_more_is_replaced_by_a_new_one() {
    let aws = Canned::start(|request, _| {
        let is_revoked = request.access_key() == "ASIASESSION" && request.operation() == "AssumeRole";
        let role = parameter(request, "RoleArn").unwrap_or_default();
        if is_revoked && role.ends_with("role/b") {
            return sts_error(
                "InvalidClientTokenId",
                "The security token included in the request is invalid.",
            );
        }
        match request.operation().as_str() {
            "GetSessionToken" if parameter(request, "TokenCode").as_deref() == Some("654321") => {
                keys("GetSessionToken", "ASIANEXT")
            }
            "AssumeRole" | "DescribeInstanceInformation" | "GetSessionToken" => aws(request),
            other => panic!("nobody asked for {other}"),
        }
    })
    .await;
    let role = |name: &str| {
        format!(
            "[profile {name}]\nrole_arn = arn:aws:iam::1:role/{name}\nsource_profile = me\nmfa_serial = {DEVICE}\n"
        )
    };
    let me = "[profile me]\naws_access_key_id = AKIAME\naws_secret_access_key = canary\n";
    let home = Home::with(&aws, &[me, &role("a"), &role("b")].concat());
    let person = Person::who_says(&["123456", "654321"]);
    let control = home.control(&[]).asking(Arc::clone(&person) as Arc<_>);
    agents(&control, "a").await.unwrap();
    agents(&control, "b").await.unwrap();
    assert_eq!(person.questions().len(), 2);
}
