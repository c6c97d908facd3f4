//! STS: roles with and without MFA, chains, web identity, Regions that were not opted in to, wrong clocks.

use std::time::Duration;

use serde_json::json;

use super::super::test_client::{Answer, Client, raw};
use super::fleet::simulator;
use crate::Simulator;

fn assume(simulator: &Simulator, role: &str, more: &str) -> String {
    let arn = simulator.control().role_arn("acme-prod", role).unwrap();
    format!("Action=AssumeRole&RoleArn={arn}&RoleSessionName=test{more}")
}

/// The client with the credentials of an answer.
fn with_credentials(simulator: &Simulator, answer: &Answer) -> Client {
    assert_eq!(answer.status, 200, "{}", answer.body);
    let mut client = Client::new(simulator, "acme-prod");
    client.profile.access_key_id = answer.text("AccessKeyId");
    client.profile.secret_access_key = answer.text("SecretAccessKey").into();
    client.profile.session_token = Some(answer.text("SessionToken").into());
    client
}

fn refusal(answer: &Answer) -> (u16, String, String) {
    let (status, code) = answer.failure();
    (status, code, answer.text("Message"))
}

#[tokio::test]
async fn a_role_gives_credentials_that_name_it() {
    let simulator = simulator().await;
    let prod = Client::new(&simulator, "acme-prod");
    let answer = prod
        .sts(&assume(&simulator, "NodeOperator", "&DurationSeconds=900"))
        .await;
    let role = with_credentials(&simulator, &answer);
    let identity = role.sts("Action=GetCallerIdentity").await;
    assert!(
        identity.text("Arn").ends_with(":assumed-role/NodeOperator/test"),
        "{}",
        identity.body
    );
    assert_eq!(role.ec2("Action=DescribeInstances").await.status, 200);
    let nobody = prod.sts(&assume(&simulator, "Nobody", "")).await;
    let (status, code, text) = refusal(&nobody);
    assert_eq!((status, code.as_str()), (403, "AccessDenied"));
    assert!(
        text.contains("is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::"),
        "{text}"
    );
    for (more, word) in [
        ("&DurationSeconds=60", "900"),
        ("&DurationSeconds=99999", "43200"),
        ("&TokenCode=1&SerialNumber=arn:aws:iam::1:mfa/x", "tokenCode"),
    ] {
        let (status, code, text) = refusal(&prod.sts(&assume(&simulator, "NodeOperator", more)).await);
        assert_eq!((status, code.as_str()), (400, "ValidationError"));
        assert!(text.contains(word), "{text}");
    }
    let hourly = prod
        .sts(&assume(&simulator, "HourlyOperator", "&DurationSeconds=7200"))
        .await;
    assert!(
        refusal(&hourly).2.contains("MaxSessionDuration"),
        "{}",
        hourly.body
    );
}

#[tokio::test]
async fn a_role_that_wants_mfa_takes_each_code_once() {
    let simulator = simulator().await;
    let (control, prod) = (simulator.control(), Client::new(&simulator, "acme-prod"));
    let device = control.mfa_device("acme-prod").unwrap();
    let with = |device: &str, code: &str| format!("&SerialNumber={device}&TokenCode={code}");
    let without = refusal(&prod.sts(&assume(&simulator, "SecureOperator", "")).await);
    assert!(
        without.2.contains("is not authorized to perform: sts:AssumeRole"),
        "{}",
        without.2
    );
    let code = control.mfa_code("acme-prod").unwrap();
    let other = if code == "000000" { "111111" } else { "000000" };
    for (more, text) in [
        (
            with(&device, other),
            "MultiFactorAuthentication failed with invalid MFA one time pass code. ",
        ),
        (
            with("arn:aws:iam::111122223333:mfa/x", &code),
            "unable to validate MFA code.  Please verify your MFA serial number",
        ),
        (
            format!("&SerialNumber={device}"),
            "must provide both MFA serial number and one time pass code.",
        ),
    ] {
        let refused = refusal(&prod.sts(&assume(&simulator, "SecureOperator", &more)).await);
        assert_eq!((refused.0, refused.1.as_str()), (403, "AccessDenied"));
        assert!(refused.2.contains(text), "{}", refused.2);
    }
    let good = assume(&simulator, "SecureOperator", &with(&device, &code));
    assert_eq!(prod.sts(&good).await.status, 200);
    assert!(
        refusal(&prod.sts(&good).await)
            .2
            .contains("invalid MFA one time pass code"),
        "a code is good once"
    );
    let next = control.mfa_code("acme-prod").unwrap();
    let session = prod
        .sts(&format!("Action=GetSessionToken{}", with(&device, &next)))
        .await;
    let session = with_credentials(&simulator, &session);
    assert_eq!(
        session
            .sts(&assume(&simulator, "SecureOperator", ""))
            .await
            .status,
        200,
        "the session has shown it"
    );
}

#[tokio::test]
async fn chained_roles_live_an_hour_and_external_ids_must_be_known() {
    let simulator = simulator().await;
    let prod = Client::new(&simulator, "acme-prod");
    let role = prod
        .sts(&assume(&simulator, "NodeOperator", "&DurationSeconds=43200"))
        .await;
    let role = with_credentials(&simulator, &role);
    let chained = role
        .sts(&assume(&simulator, "NodeOperator", "&DurationSeconds=3601"))
        .await;
    let (_, code, text) = refusal(&chained);
    assert_eq!(code, "ValidationError");
    assert!(
        text.contains("the 1 hour session limit for roles assumed by role chaining"),
        "{text}"
    );
    assert_eq!(
        role.sts(&assume(&simulator, "NodeOperator", "&DurationSeconds=3600"))
            .await
            .status,
        200
    );
    assert_eq!(
        refusal(&prod.sts(&assume(&simulator, "PartnerOperator", "")).await).1,
        "AccessDenied"
    );
    assert_eq!(
        refusal(
            &prod
                .sts(&assume(&simulator, "PartnerOperator", "&ExternalId=wrong"))
                .await
        )
        .1,
        "AccessDenied"
    );
    assert_eq!(
        prod.sts(&assume(
            &simulator,
            "PartnerOperator",
            "&ExternalId=acme-partner-7"
        ))
        .await
        .status,
        200
    );
    let audit = Client::new(&simulator, "acme-audit")
        .sts(&assume(&simulator, "NodeOperator", ""))
        .await;
    assert_eq!(audit.failure(), (403, "AccessDenied".to_owned()));
}

#[tokio::test]
async fn a_token_of_the_identity_provider_is_let_in_without_a_signature() {
    let simulator = simulator().await;
    let (control, address) = (simulator.control(), simulator.address());
    let ask = |role: &str, token: String| {
        let arn = simulator.control().role_arn("acme-prod", role).unwrap();
        let body = format!(
            "Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn={arn}&RoleSessionName=run-7&WebIdentityToken={token}"
        );
        let headers = [
            ("host".to_owned(), address.to_string()),
            (
                "content-type".to_owned(),
                "application/x-www-form-urlencoded".to_owned(),
            ),
        ];
        async move { raw(address, "POST", "/", &headers, body.as_bytes()).await }
    };
    let token = control.web_identity_token("pipeline:deploy", Duration::from_secs(60));
    let answer = ask("PipelineOperator", token.clone()).await;
    assert_eq!(answer.text("SubjectFromWebIdentityToken"), "pipeline:deploy");
    let role = with_credentials(&simulator, &answer);
    let identity = role.sts("Action=GetCallerIdentity").await;
    assert!(
        identity
            .text("Arn")
            .ends_with(":assumed-role/PipelineOperator/run-7"),
        "{}",
        identity.body
    );
    let expired = control.web_identity_token("pipeline:deploy", Duration::ZERO);
    for (role, token, code) in [
        ("PipelineOperator", expired, "ExpiredTokenException"),
        ("PipelineOperator", "a.b.c".to_owned(), "InvalidIdentityToken"),
        ("NodeOperator", token, "AccessDenied"),
    ] {
        assert_eq!(ask(role, token).await.failure().1, code);
    }
}

#[tokio::test]
async fn a_region_that_was_not_opted_in_to_does_not_know_the_keys() {
    let simulator = simulator().await;
    let control = simulator.control();
    let mut prod = Client::new(&simulator, "acme-prod");
    prod.region = "me-south-1".to_owned();
    let codes = |client: &Client| {
        let (region, profile) = (client.region.clone(), client.profile.clone());
        let (address, now) = (client.address, client.now);
        async move {
            let client = Client {
                address,
                host: address.to_string(),
                profile,
                region,
                now,
            };
            [
                client.ec2("Action=DescribeInstances").await.failure(),
                client.sts("Action=GetCallerIdentity").await.failure(),
                client
                    .ssm("DescribeInstanceInformation", &json!({}))
                    .await
                    .failure(),
            ]
        }
    };
    let unknown = [
        (401, "AuthFailure".to_owned()),
        (403, "InvalidClientTokenId".to_owned()),
        (400, "UnrecognizedClientException".to_owned()),
    ];
    assert_eq!(codes(&prod).await, unknown);
    assert!(control.opt_in("acme-prod", "me-south-1", true));
    assert_eq!(prod.ec2("Action=DescribeInstances").await.status, 200);
    prod.region = "cn-north-1".to_owned();
    assert_eq!(codes(&prod).await, unknown, "another partition has other keys");

    prod.region = "eu-central-1".to_owned();
    let regions = prod.ec2("Action=DescribeRegions&AllRegions=true").await;
    assert!(
        regions.body.contains("not-opted-in")
            && regions.texts("regionName").contains(&"me-south-1".to_owned())
    );
    let known = prod.ec2("Action=DescribeRegions").await;
    assert!(!known.body.contains("not-opted-in") && known.body.contains("<optInStatus>opted-in<"));
    control.activate_sts("eu-central-1", false);
    assert_eq!(
        prod.sts(&assume(&simulator, "NodeOperator", "")).await.failure(),
        (403, "RegionDisabledException".to_owned())
    );
    assert_eq!(prod.sts("Action=GetCallerIdentity").await.status, 200);
}

#[tokio::test]
async fn a_policy_of_the_organisation_is_named_and_a_wrong_clock_shows_in_the_answer() {
    let simulator = simulator().await;
    let (control, prod) = (simulator.control(), Client::new(&simulator, "acme-prod"));
    control.deny_by_organization("acme-prod", true);
    let denied = prod.ec2("Action=DescribeInstances").await;
    assert_eq!(denied.failure().1, "UnauthorizedOperation");
    assert!(
        denied
            .body
            .contains("with an explicit deny in a service control policy"),
        "{}",
        denied.body
    );
    control.deny_by_organization("acme-prod", false);
    control.set_clock_ahead(3600);
    let late = prod.sts("Action=GetCallerIdentity").await;
    assert_eq!(late.failure(), (403, "SignatureDoesNotMatch".to_owned()));
    assert!(late.body.contains("Signature expired"), "{}", late.body);
    control.set_clock_ahead(-3600);
    let early = prod.ssm("DescribeInstanceInformation", &json!({})).await;
    assert!(early.body.contains("Signature not yet current"), "{}", early.body);
    control.set_clock_ahead(0);
    assert_eq!(prod.sts("Action=GetCallerIdentity").await.status, 200);
}
