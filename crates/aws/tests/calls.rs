//! What the SDK sends and how its answers and errors come out, against an AWS that answers as told.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failed assumption of a test is a failed test"
)]

#[allow(dead_code, reason = "each test file uses its part")]
mod canned;

use canned::{Answer, Canned, ec2_error, json_error, no_agents, ok, scope, with_keys};
use postern_model::{
    ControlError, InstanceState, Nodes, PageToken, PingStatus, SessionId, Sessions, SocketSettings, Sockets,
    StartRequest, StreamUrl, TaggedNodes, Target,
};

async fn control(
    answer: impl Fn(&canned::Request, usize) -> Answer + Send + Sync + 'static,
) -> (Canned, canned::Files, postern_aws::AwsControlPlane) {
    let aws = Canned::start(answer).await;
    let files = with_keys(format!("http://{}", aws.address));
    let control = files.control();
    (aws, files, control)
}

fn shell() -> StartRequest {
    StartRequest::shell(Target::parse("i-0a1b2c3d4e5f67890").unwrap())
}

fn session() -> SessionId {
    SessionId::parse("ops-0a1b2c3d").unwrap()
}

#[tokio::test]
async fn instances_are_asked_for_in_large_pages_and_filtered_by_ec2() {
    let page = "<DescribeInstancesResponse><reservationSet><item><instancesSet><item>\
        <instanceId>i-0a1b2c3d4e5f67890</instanceId><instanceState><code>16</code><name>running</name></instanceState>\
        <tagSet><item><key>Name</key><value>web-1</value></item></tagSet></item></instancesSet></item></reservationSet>\
        <nextToken>page/2+=</nextToken></DescribeInstancesResponse>";
    let (aws, _files, control) = control(move |_, _| ok(page)).await;
    let first = control.instances(&scope(), false, None).await.unwrap();
    assert_eq!(first.items[0].name.as_deref(), Some("web-1"));
    assert_eq!(first.items[0].state, InstanceState::Running);
    assert_eq!(first.next, Some(PageToken("page/2+=".into())));
    control.instances(&scope(), true, first.next).await.unwrap();
    let asked = aws.requests();
    assert!(asked[0].body.contains("MaxResults=1000"), "{}", asked[0].body);
    assert!(!asked[0].body.contains("Filter") && !asked[0].body.contains("NextToken"));
    assert!(
        asked[1]
            .body
            .contains("Filter.1.Name=instance-state-name&Filter.1.Value.1=running"),
        "{}",
        asked[1].body
    );
    assert!(
        asked[1].body.contains("NextToken=page%2F2%2B%3D"),
        "{}",
        asked[1].body
    );
}

#[tokio::test]
async fn agents_are_asked_for_fifty_at_a_time() {
    let page = r#"{"InstanceInformationList":[{"InstanceId":"mi-0a1b2c3d4e5f67890","PingStatus":"ConnectionLost",
        "LastPingDateTime":1767323045.5,"PlatformType":"Windows","IamRole":"hybrid"},{"InstanceId":"???"}]}"#;
    let (aws, _files, control) = control(move |_, _| ok(page)).await;
    let page = control
        .agents(&scope(), Some(PageToken("t".into())))
        .await
        .unwrap();
    assert_eq!(page.items.len(), 1, "what is no node is left out");
    assert_eq!(
        (page.items[0].ping, page.items[0].last_ping_at_ms),
        (PingStatus::ConnectionLost, Some(1_767_323_045_500))
    );
    assert_eq!(page.next, None);
    assert_eq!(aws.requests()[0].operation(), "DescribeInstanceInformation");
    let body = aws.requests()[0].body.clone();
    assert!(
        body.contains(r#""MaxResults":50"#) && body.contains(r#""NextToken":"t""#),
        "{body}"
    );
}

#[tokio::test]
async fn a_session_is_started_with_all_that_was_asked() {
    let grant = r#"{"SessionId":"ops-0a1b2c3d","TokenValue":"t","StreamUrl":"wss://h/x?cell-number=A+/="}"#;
    let (aws, _files, control) = control(move |_, _| ok(grant)).await;
    let request = StartRequest {
        document: Some(postern_model::DocumentName::parse("AWS-StartInteractiveCommand").unwrap()),
        parameters: vec![("command".into(), vec!["top".into()])],
        reason: Some("look".into()),
        ..shell()
    };
    let granted = control.start_session(&scope(), &request).await.unwrap();
    assert_eq!(
        (granted.session, granted.stream_url.as_str()),
        (session(), "wss://h/x?cell-number=A+/=")
    );
    let body = aws.requests()[0].body.clone();
    for part in [
        r#""Target":"i-0a1b2c3d4e5f67890""#,
        r#""DocumentName":"AWS-StartInteractiveCommand""#,
        r#""command":["top"]"#,
        r#""Reason":"look""#,
    ] {
        assert!(body.contains(part), "{part} in {body}");
    }
}

#[tokio::test]
async fn a_grant_without_token_or_address_cannot_be_understood() {
    for body in [
        r#"{"SessionId":"s-1","StreamUrl":"wss://h"}"#,
        r#"{"SessionId":"s-1","TokenValue":"t"}"#,
        r#"{"TokenValue":"t","StreamUrl":"wss://h"}"#,
        "{}",
    ] {
        let (_aws, _files, control) = control(move |_, _| ok(body)).await;
        let error = control.start_session(&scope(), &shell()).await.unwrap_err();
        assert_eq!(error.code(), "malformed-answer", "{body}");
    }
}

#[tokio::test]
async fn refusals_of_a_start_name_their_cause() {
    for (code, expected) in [
        (
            "TargetNotConnected",
            "i-0a1b2c3d4e5f67890 is not connected to Systems Manager in a / eu-central-1.",
        ),
        (
            "InvalidDocument",
            "AWS does not accept the document SSM-SessionManagerRunShell: said AWS.",
        ),
        (
            "InvalidDocumentVersion",
            "AWS does not accept the document SSM-SessionManagerRunShell: said AWS.",
        ),
        ("AccessDeniedException", "a may not call ssm:StartSession."),
        (
            "ValidationException",
            "AWS refused ssm:StartSession (ValidationException): said AWS.",
        ),
    ] {
        let (aws, _files, control) = control(move |_, _| json_error(code, "said AWS")).await;
        let error = control.start_session(&scope(), &shell()).await.unwrap_err();
        assert_eq!(error.to_string(), expected);
        assert_eq!(aws.requests().len(), 1, "{code} is not retried");
    }
}

#[tokio::test]
async fn a_session_that_aws_no_longer_has_is_gone_and_ended() {
    let (_aws, _files, control) = control(|_, _| json_error("DoesNotExistException", "no")).await;
    let error = control.resume_session(&scope(), &session()).await.unwrap_err();
    assert_eq!(error, ControlError::SessionGone { session: session() });
    assert_eq!(control.terminate_session(&scope(), &session()).await, Ok(()));
}

#[tokio::test]
async fn a_resume_without_a_token_means_that_the_session_is_over() {
    let (_aws, _files, control) =
        control(|_, _| ok(r#"{"SessionId":"ops-0a1b2c3d","StreamUrl":"wss://h"}"#)).await;
    assert_eq!(
        control
            .resume_session(&scope(), &session())
            .await
            .unwrap_err()
            .code(),
        "session-gone"
    );
}

#[tokio::test]
async fn other_failures_of_a_resume_say_nothing_about_the_session() {
    let (_aws, _files, control) = control(|_, _| json_error("AccessDeniedException", "no")).await;
    assert_eq!(
        control
            .resume_session(&scope(), &session())
            .await
            .unwrap_err()
            .code(),
        "denied"
    );
    assert_eq!(
        control
            .terminate_session(&scope(), &session())
            .await
            .unwrap_err()
            .code(),
        "denied"
    );
}

#[tokio::test]
async fn a_denied_listing_names_the_action() {
    let (_aws, _files, control) = control(|_, _| {
        ec2_error(
            "UnauthorizedOperation",
            "You may not. Encoded authorization failure message: xyz",
        )
    })
    .await;
    let error = control.instances(&scope(), false, None).await.unwrap_err();
    assert_eq!(error.to_string(), "a may not call ec2:DescribeInstances.");
    assert_eq!(error.detail(), Some("You may not."));
}

#[tokio::test]
async fn throttling_is_waited_out() {
    let (aws, _files, control) = control(|_, number| match number {
        0 => ec2_error("RequestLimitExceeded", "slow down"),
        _ => ok("<DescribeInstancesResponse/>"),
    })
    .await;
    let ids = [postern_model::NodeId::parse("i-0a1b2c3d4e5f67890").unwrap()];
    assert!(control.instances_of(&scope(), &ids).await.unwrap().is_empty());
    assert_eq!(aws.requests().len(), 2);
}

#[tokio::test]
async fn whoever_reads_a_fleet_learns_of_throttling_at_once() {
    let (aws, _files, control) = control(|request, _| {
        if request.body.contains("DescribeInstances") {
            ec2_error("RequestLimitExceeded", "slow down")
        } else {
            json_error("ThrottlingException", "Rate exceeded")
        }
    })
    .await;
    let hybrid = postern_model::NodeId::parse("mi-0a1b2c3d4e5f67890").unwrap();
    for error in [
        control.instances(&scope(), false, None).await.unwrap_err(),
        control.agents(&scope(), None).await.unwrap_err(),
        control.hybrid_tags(&scope(), &hybrid).await.unwrap_err(),
    ] {
        assert_eq!(error.code(), "throttled", "{error}");
    }
    assert_eq!(aws.requests().len(), 3, "one attempt for each");
}

#[tokio::test]
async fn tags_of_a_hybrid_node_are_read_by_its_id() {
    let tags = r#"{"TagList":[{"Key":"Name","Value":"till-4"},{"Key":"env","Value":"prod"}]}"#;
    let (aws, _files, control) = control(move |_, _| ok(tags)).await;
    let hybrid = postern_model::NodeId::parse("mi-0a1b2c3d4e5f67890").unwrap();
    let tags = control.hybrid_tags(&scope(), &hybrid).await.unwrap();
    let tags: Vec<_> = tags
        .iter()
        .map(|tag| (tag.key.as_str(), tag.value.as_str()))
        .collect();
    assert_eq!(tags, [("Name", "till-4"), ("env", "prod")]);
    let asked = &aws.requests()[0].body;
    assert!(
        asked.contains("ManagedInstance") && asked.contains(hybrid.as_str()),
        "{asked}"
    );
}

#[tokio::test]
async fn a_service_in_trouble_is_tried_again() {
    let trouble = || Answer {
        status: 500,
        ..json_error("InternalServerError", "oops")
    };
    let recovered = || ok(r#"{"InstanceInformationList":[]}"#);
    let (aws, _files, control) =
        control(move |_, number| if number < 1 { trouble() } else { recovered() }).await;
    assert!(control.agents(&scope(), None).await.is_ok());
    assert_eq!(aws.requests().len(), 2);
}

#[tokio::test]
async fn a_page_that_is_not_of_aws_is_not_taken_for_an_answer() {
    let (_aws, _files, control) = control(|_, _| Answer {
        status: 403,
        ..ok("<html>Sign in to the hotel</html>")
    })
    .await;
    let error = control.instances(&scope(), false, None).await.unwrap_err();
    assert_eq!(error.code(), "malformed-answer", "{error}");
    let error = control.start_session(&scope(), &shell()).await.unwrap_err();
    assert_eq!(error.code(), "malformed-answer", "{error}");
}

#[tokio::test]
async fn signatures_follow_the_clock_of_aws_when_ours_is_off() {
    let dated = |answer: Answer| Answer {
        headers: "date: Thu, 01 Jan 2015 00:00:00 GMT\r\n".into(),
        ..answer
    };
    let (aws, _files, control) = control(move |request, _| {
        if request.header("x-amz-date").unwrap().starts_with("2015") {
            dated(no_agents())
        } else {
            dated(json_error(
                "InvalidSignatureException",
                "Signature not yet current",
            ))
        }
    })
    .await;
    assert!(control.agents(&scope(), None).await.is_ok());
    assert_eq!(aws.requests().len(), 2);
    let url = "wss://ssmmessages.eu-central-1.amazonaws.com/v1/data-channel/s";
    let url = StreamUrl::check(url, &scope().region, &SocketSettings::default()).unwrap();
    let headers = control.sign_upgrade(&scope(), &url).await.unwrap();
    assert!(headers[0].1.starts_with("20150101T"), "{}", headers[0].1);
}

#[tokio::test]
async fn nothing_that_is_shown_holds_a_key() {
    let (_aws, _files, control) = control(|_, _| json_error("UnrecognizedClientException", "invalid")).await;
    let error = control.agents(&scope(), None).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "AWS does not accept the credentials of a: invalid."
    );
    assert!(!format!("{control:?} {error:?}").contains("canary"));
}
