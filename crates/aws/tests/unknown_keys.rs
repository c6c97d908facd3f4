//! Refusals in the same words that mean different things, and denials that ask for different remedies.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failed assumption of a test is a failed test"
)]

#[allow(dead_code, reason = "each test file uses its part")]
mod canned;

use canned::{Answer, Canned, Files, ec2_error, json_error, ok, scope, sts_error, with_keys};
use postern_model::{ControlError, Nodes, Region, Scope};

fn in_region(name: &str) -> Scope {
    Scope {
        region: Region::parse(name).unwrap(),
        ..scope()
    }
}

fn unknown() -> Answer {
    json_error(
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
    )
}

fn known() -> Answer {
    ok(
        "<GetCallerIdentityResponse><GetCallerIdentityResult><Arn>arn:aws:iam::111122223333:user/u</Arn>\
        <UserId>AIDA</UserId><Account>111122223333</Account></GetCallerIdentityResult></GetCallerIdentityResponse>",
    )
}

/// Systems Manager and EC2 know no keys, and STS says `caller`.
async fn that_knows_nobody(caller: fn() -> Answer) -> (Canned, Files) {
    let aws = Canned::start(move |request, _| match request.operation().as_str() {
        "GetCallerIdentity" => caller(),
        "DescribeInstances" => ec2_error(
            "AuthFailure",
            "AWS was not able to validate the provided access credentials",
        ),
        _ => unknown(),
    })
    .await;
    let files = with_keys(format!("http://{}", aws.address));
    (aws, files)
}

#[tokio::test]
async fn a_region_that_the_account_has_not_enabled_is_named() {
    let (aws, files) = that_knows_nobody(known).await;
    let control = files.control();
    for error in [
        control.agents(&in_region("me-south-1"), None).await.unwrap_err(),
        control
            .instances(&in_region("me-south-1"), false, None)
            .await
            .unwrap_err(),
    ] {
        assert_eq!(
            error.to_string(),
            "AWS does not accept the credentials of a in me-south-1, and elsewhere it does: its account has not enabled the Region."
        );
        assert_eq!(error.code(), "region-not-enabled");
        assert!(error.next_step().starts_with("Enable me-south-1 for the account"));
    }
    let asked = aws.requests();
    let probe = asked
        .iter()
        .find(|request| request.operation() == "GetCallerIdentity")
        .unwrap();
    assert!(probe.header("authorization").unwrap().contains("/us-east-1/sts/"));
}

#[tokio::test]
async fn a_token_of_the_global_sts_endpoint_is_a_second_suspect() {
    let (_aws, files) = that_knows_nobody(known).await;
    let text = std::fs::read_to_string(&files.config).unwrap() + "aws_session_token = canary-token\n";
    std::fs::write(&files.config, text).unwrap();
    let error = files
        .control()
        .agents(&in_region("ap-east-1"), None)
        .await
        .unwrap_err();
    assert!(
        error.to_string().contains("the global endpoint of STS"),
        "{error}"
    );
    assert!(
        error.next_step().contains("Regional endpoint of STS"),
        "{}",
        error.next_step()
    );
}

#[tokio::test]
async fn keys_that_are_unknown_everywhere_are_bad_keys() {
    let (_aws, files) = that_knows_nobody(|| sts_error("InvalidClientTokenId", "no such key")).await;
    let error = files
        .control()
        .agents(&in_region("me-south-1"), None)
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "AWS does not accept the credentials of a: The security token included in the request is invalid."
    );
}

#[tokio::test]
async fn what_could_not_be_found_out_is_suspected_aloud() {
    let (_aws, files) = that_knows_nobody(|| sts_error("AccessDenied", "explicit deny")).await;
    let error = files
        .control()
        .agents(&in_region("me-south-1"), None)
        .await
        .unwrap_err();
    assert_eq!(error.code(), "invalid-credentials");
    assert!(
        error
            .to_string()
            .contains("the same when the account has not enabled me-south-1"),
        "{error}"
    );
}

#[tokio::test]
async fn a_region_that_every_account_has_is_not_asked_about() {
    let (aws, files) = that_knows_nobody(known).await;
    let error = files
        .control()
        .agents(&in_region("eu-central-1"), None)
        .await
        .unwrap_err();
    assert_eq!(error.code(), "invalid-credentials");
    assert!(
        error.next_step().contains("GovCloud and China"),
        "{}",
        error.next_step()
    );
    assert!(
        !aws.requests()
            .iter()
            .any(|request| request.operation() == "GetCallerIdentity")
    );
}

#[tokio::test]
async fn keys_of_another_part_of_aws_are_suspected_aloud() {
    let (aws, files) = that_knows_nobody(known).await;
    let text = std::fs::read_to_string(&files.config).unwrap();
    std::fs::write(
        &files.config,
        text.replace("region = eu-central-1", "region = us-gov-west-1"),
    )
    .unwrap();
    let error = files
        .control()
        .agents(&in_region("eu-central-1"), None)
        .await
        .unwrap_err();
    assert_eq!(
        error.to_string(),
        "AWS does not accept the credentials of a in eu-central-1: they seem to belong to AWS GovCloud (US), whose keys no other part of AWS knows."
    );
    assert_eq!(
        error.next_step(),
        "Choose a Region of AWS GovCloud (US), or another profile."
    );
    assert!(
        !aws.requests()
            .iter()
            .any(|request| request.operation() == "GetCallerIdentity")
    );
}

#[tokio::test]
async fn an_account_that_is_not_subscribed_in_a_region_to_enable_has_not_enabled_it() {
    let aws =
        Canned::start(|_, _| ec2_error("OptInRequired", "You are not subscribed to this service.")).await;
    let files = with_keys(format!("http://{}", aws.address));
    let control = files.control();
    let error = control
        .instances(&in_region("me-south-1"), false, None)
        .await
        .unwrap_err();
    assert_eq!(error.code(), "region-not-enabled");
    let error = control
        .instances(&in_region("eu-central-1"), false, None)
        .await
        .unwrap_err();
    assert!(matches!(error, ControlError::Rejected { .. }), "{error}");
}

#[tokio::test]
async fn a_deny_of_the_organization_gives_no_advice_to_ask_for_a_policy() {
    const WHO: &str = "User: arn:aws:iam::111122223333:user/u is not authorized to perform: ssm:DescribeInstanceInformation";
    let aws = Canned::start(|request, _| {
        if request.operation() == "DescribeInstances" {
            ec2_error(
                "UnauthorizedOperation",
                "You are not authorized to perform this operation. User: u is not authorized to perform: ec2:DescribeInstances with an explicit deny in a service control policy. Encoded authorization failure message: abc",
            )
        } else {
            json_error("AccessDeniedException", &format!("{WHO} with an explicit deny in a service control policy"))
        }
    })
    .await;
    let files = with_keys(format!("http://{}", aws.address));
    let control = files.control();
    for error in [
        control.agents(&scope(), None).await.unwrap_err(),
        control.instances(&scope(), false, None).await.unwrap_err(),
    ] {
        assert_eq!(error.code(), "denied");
        let step = error.next_step();
        assert!(
            step.starts_with("The AWS organization forbids") && !step.contains("Ask for a policy"),
            "{step}"
        );
    }
}

#[tokio::test]
async fn the_clock_is_measured_by_the_date_of_the_answer() {
    let aws = Canned::start(|_, _| Answer {
        headers: "Date: Tue, 01 Jan 2019 00:00:00 GMT\r\n".into(),
        ..json_error(
            "InvalidSignatureException",
            "Signature not yet current: a is still later than b",
        )
    })
    .await;
    let files = with_keys(format!("http://{}", aws.address));
    let control = files.control();
    let error = control.agents(&scope(), None).await.unwrap_err();
    let text = error.to_string();
    assert!(
        text.starts_with("The clock of this computer differs from AWS: it is "),
        "{text}"
    );
    assert!(
        text.contains(" days") && text.contains(" ahead. AWS said: Signature not yet current"),
        "{text}"
    );
}
