//! Answers that are none, services in trouble and libraries that give up: each is told by call, status and cause.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failed assumption of a test is a failed test"
)]

#[allow(dead_code, reason = "each test file uses its part")]
mod canned;

use canned::{Answer, Canned, Files, ec2_error, json_error, ok, scope, with_keys};
use postern_model::{ControlError, Nodes, SessionId, Sessions};

const PAGE: &str = "<!DOCTYPE html>\n<html><head><title>502 Bad Gateway</title></head></html>";

fn answer(status: u16, body: &str) -> Answer {
    Answer { status, ..ok(body) }
}

async fn instances(answer: Answer) -> ControlError {
    let aws = Canned::start(move |_, _| answer.clone()).await;
    let files = with_keys(format!("http://{}", aws.address));
    files
        .control()
        .instances(&scope(), false, None)
        .await
        .unwrap_err()
}

async fn agents(answer: Answer) -> ControlError {
    let aws = Canned::start(move |_, _| answer.clone()).await;
    let files = with_keys(format!("http://{}", aws.address));
    files.control().agents(&scope(), None).await.unwrap_err()
}

#[tokio::test]
async fn a_service_in_trouble_is_told_by_call_status_and_cause() {
    let (page, cut) = (
        "the answer is a web page, as of a proxy or a portal",
        "the answer is cut off or damaged",
    );
    let empty = "the answer is empty";
    let cases = [
        (500, "", empty),
        (500, PAGE, page),
        (502, "<html>", page),
        (503, "{\"__type\":\"Inter", cut),
        (504, "upstream timed out", "the answer is not in the form of AWS"),
    ];
    // All at once, because each is tried again for some seconds.
    let told = cases.map(|(status, body, detail)| async move {
        let answer = answer(status, body);
        let (ec2, ssm) = tokio::join!(instances(answer.clone()), agents(answer));
        for (error, operation) in [
            (ec2, "ec2:DescribeInstances"),
            (ssm, "ssm:DescribeInstanceInformation"),
        ] {
            let expected = format!("AWS could not carry out {operation} (HTTP {status}): {detail}.");
            assert_eq!(error.to_string(), expected, "{body:?}");
            assert_eq!(error.code(), "server-error");
        }
    });
    let own_words = async {
        let failed = |of: fn(&str, &str) -> Answer| Answer {
            status: 500,
            ..of("InternalError", "An internal error")
        };
        let (ec2, ssm) = tokio::join!(instances(failed(ec2_error)), agents(failed(json_error)));
        let expected =
            |operation| format!("AWS could not carry out {operation} (HTTP 500): An internal error.");
        assert_eq!(ec2.to_string(), expected("ec2:DescribeInstances"));
        assert_eq!(ssm.to_string(), expected("ssm:DescribeInstanceInformation"));
    };
    let [a, b, c, d, e] = told;
    tokio::join!(a, b, c, d, e, own_words);
}

#[tokio::test]
async fn an_answer_that_is_none_is_told_without_the_words_of_a_parser() {
    for (status, body, detail) in [
        (
            200,
            PAGE,
            "HTTP 200, and the answer is a web page, as of a proxy or a portal",
        ),
        (
            200,
            "{\"InstanceInformationList\":[{\"Inst",
            "HTTP 200, and the answer is cut off or damaged",
        ),
        (200, "hello", "HTTP 200, and the answer is not in the form of AWS"),
        (
            403,
            PAGE,
            "HTTP 403, and the answer is a web page, as of a proxy or a portal",
        ),
        (403, "", "HTTP 403, and the answer is empty"),
        (302, "", "HTTP 302, and the answer is empty"),
        (
            407,
            PAGE,
            "HTTP 407, and the answer is a web page, as of a proxy or a portal",
        ),
    ] {
        let error = agents(answer(status, body)).await;
        let expected = format!(
            "AWS sent an answer to ssm:DescribeInstanceInformation that cannot be understood: {detail}."
        );
        assert_eq!(error.to_string(), expected, "{body:?}");
    }
    for (status, body, detail) in [
        (
            200,
            PAGE,
            "HTTP 200, and the answer is a web page, as of a proxy or a portal",
        ),
        (
            200,
            "<DescribeInstancesResponse><reservationSet>",
            "HTTP 200, and the answer is cut off or damaged",
        ),
        (
            401,
            PAGE,
            "HTTP 401, and the answer is a web page, as of a proxy or a portal",
        ),
    ] {
        let error = instances(answer(status, body)).await;
        let expected =
            format!("AWS sent an answer to ec2:DescribeInstances that cannot be understood: {detail}.");
        assert_eq!(error.to_string(), expected, "{body:?}");
    }
}

/// The SDK puts the token into a header, where it may not be.
#[tokio::test]
async fn a_request_that_cannot_be_made_is_no_host_that_cannot_be_reached() {
    let aws = Canned::start(|_, _| ok(r#"{"InstanceInformationList":[]}"#)).await;
    let endpoint = format!("http://{}", aws.address);
    let files = Files::with(&format!(
        "[profile a]\nregion = eu-central-1\nendpoint_url = {endpoint}\naws_access_key_id = AKIA\n\
         aws_secret_access_key = canary\naws_session_token = canary\u{1}\n"
    ));
    let control = files.control();
    let session = SessionId::parse("ops-0a1b2c3d").unwrap();
    for _ in 0..2 {
        let error = control.agents(&scope(), None).await.unwrap_err();
        assert_eq!(error.code(), "library-failed", "{error}");
        assert!(
            error
                .to_string()
                .starts_with("A library of Postern failed during ssm:DescribeInstanceInformation: "),
            "{error}"
        );
        assert!(!error.to_string().contains("canary"), "{error}");
        assert!(error.may_pass(), "a session goes on trying");
        let error = control.resume_session(&scope(), &session).await.unwrap_err();
        assert_eq!(error.code(), "library-failed");
    }
    assert!(aws.requests().is_empty());
    std::fs::write(&files.config, format!(
        "[profile a]\nregion = eu-central-1\nendpoint_url = {endpoint}\naws_access_key_id = AKIA\naws_secret_access_key = canary\n"
    ))
    .unwrap();
    assert_eq!(control.agents(&scope(), None).await.unwrap().items, []);
}
