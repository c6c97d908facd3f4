//! Session documents and data keys, against an AWS that answers as told.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failed assumption of a test is a failed test"
)]

#[allow(dead_code, reason = "each test file uses its part")]
mod canned;

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use canned::{Answer, Canned, Files, Request, json_error, ok, scope, with_keys};
use postern_aws::AwsControlPlane;
use postern_model::{
    ControlError, DataKeyRequest, DataKeys, DocumentName, DocumentSessionType, Documents, SeparateOutput,
    SessionId,
};
use secrecy::ExposeSecret;
use tokio::net::TcpListener;

const KEY: &str = "arn:aws:kms:eu-central-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab";

async fn control(
    answer: impl Fn(&Request, usize) -> Answer + Send + Sync + 'static,
) -> (Canned, Files, AwsControlPlane) {
    let aws = Canned::start(answer).await;
    let files = with_keys(format!("http://{}", aws.address));
    let control = files.control();
    (aws, files, control)
}

fn data_key_request(random_challenge: Option<&str>) -> DataKeyRequest {
    DataKeyRequest {
        key: "alias/ops".into(),
        session: SessionId::parse("ops-0a1b2c3d").unwrap(),
        target: "ecs:web_0123abcd_0123abcd-42".into(),
        random_challenge: random_challenge.map(ToOwned::to_owned),
    }
}

fn data_key_answer(bytes: usize) -> String {
    let plaintext: Vec<u8> = (0..bytes).map(|n| u8::try_from(n).unwrap()).collect();
    format!(
        r#"{{"CiphertextBlob":"{}","Plaintext":"{}","KeyId":"{KEY}"}}"#,
        STANDARD.encode("for the agent"),
        STANDARD.encode(plaintext)
    )
}

#[tokio::test]
async fn a_data_key_is_asked_for_with_the_context_of_the_session() {
    let (aws, _files, control) = control(|_, _| ok(data_key_answer(64))).await;
    let key = control
        .generate_data_key(&scope(), &data_key_request(Some("Y2hhbGxlbmdl")))
        .await
        .unwrap();
    assert_eq!(key.plaintext.expose_secret().len(), 64);
    assert_eq!(key.plaintext.expose_secret().last(), Some(&63));
    assert_eq!(
        (key.ciphertext.as_slice(), key.key_arn.as_str()),
        (&b"for the agent"[..], KEY)
    );
    assert!(!format!("{key:?}").contains("63"), "the plaintext is not shown");
    let asked = aws.requests().remove(0);
    assert_eq!(
        asked.header("x-amz-target").unwrap(),
        "TrentService.GenerateDataKey"
    );
    for part in [
        r#""KeyId":"alias/ops""#,
        r#""NumberOfBytes":64"#,
        r#""aws:ssm:SessionId":"ops-0a1b2c3d""#,
        r#""aws:ssm:TargetId":"ecs:web_0123abcd_0123abcd-42""#,
        r#""aws:ssm:RandomChallenge":"Y2hhbGxlbmdl""#,
    ] {
        assert!(asked.body.contains(part), "{part} in {}", asked.body);
    }
    assert!(!asked.body.contains("KeySpec"), "{}", asked.body);
    assert!(
        asked
            .header("authorization")
            .unwrap()
            .contains("/eu-central-1/kms/")
    );
}

#[tokio::test]
async fn without_a_challenge_the_context_has_none() {
    let (aws, _files, control) = control(|_, _| ok(data_key_answer(64))).await;
    control
        .generate_data_key(&scope(), &data_key_request(None))
        .await
        .unwrap();
    assert!(!aws.requests().remove(0).body.contains("RandomChallenge"));
}

#[tokio::test]
async fn refusals_of_a_data_key_name_their_cause() {
    for (code, expected) in [
        ("AccessDeniedException", "a may not call kms:GenerateDataKey."),
        ("NotFoundException", "KMS cannot use the key alias/ops: said KMS."),
        ("DisabledException", "KMS cannot use the key alias/ops: said KMS."),
        (
            "KMSInvalidStateException",
            "KMS cannot use the key alias/ops: said KMS.",
        ),
        (
            "InvalidKeyUsageException",
            "KMS cannot use the key alias/ops: said KMS.",
        ),
        (
            "IncorrectKeyException",
            "KMS cannot use the key alias/ops: said KMS.",
        ),
        ("ExpiredTokenException", "The sign-in of a has expired."),
        (
            "UnrecognizedClientException",
            "AWS does not accept the credentials of a: said KMS.",
        ),
    ] {
        let (_aws, _files, control) = control(move |_, _| json_error(code, "said KMS")).await;
        let error = control
            .generate_data_key(&scope(), &data_key_request(None))
            .await
            .unwrap_err();
        assert_eq!(error.to_string(), expected, "{code}");
    }
}

#[tokio::test]
async fn a_data_key_that_is_not_whole_cannot_be_understood() {
    let whole = data_key_answer(64);
    for body in [
        data_key_answer(32),
        whole.replace("Plaintext", "Other"),
        whole.replace("CiphertextBlob", "Other"),
        whole.replace("KeyId", "Other"),
        "{}".to_owned(),
    ] {
        let (_aws, _files, control) = control(move |_, _| ok(body.clone())).await;
        let error = control
            .generate_data_key(&scope(), &data_key_request(None))
            .await
            .unwrap_err();
        assert_eq!(error.code(), "malformed-answer", "{error}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_kms_that_does_not_answer_is_given_up_before_the_agent_gives_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let silent = tokio::spawn(async move {
        let mut held = Vec::new();
        while let Ok((socket, _)) = listener.accept().await {
            held.push(socket);
        }
    });
    let files = with_keys(format!("http://{address}"));
    let started = tokio::time::Instant::now();
    let error = files
        .control()
        .generate_data_key(&scope(), &data_key_request(None))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "unreachable", "{error}");
    assert!(error.to_string().contains(&address.to_string()), "{error}");
    assert!(
        started.elapsed() <= Duration::from_secs(12),
        "{:?}",
        started.elapsed()
    );
    silent.abort();
}

#[tokio::test]
async fn an_endpoint_of_ssm_alone_does_not_take_the_calls_to_kms() {
    let kms = Canned::start(|_, _| ok(data_key_answer(64))).await;
    let ssm = Canned::start(|_, _| ok("{}")).await;
    let files = with_keys(format!("http://{}", kms.address));
    let endpoint = format!("http://{}", ssm.address).parse().unwrap();
    let control = files.control().with_ssm_endpoint(endpoint);
    control
        .generate_data_key(&scope(), &data_key_request(None))
        .await
        .unwrap();
    assert_eq!((kms.requests().len(), ssm.requests().len()), (1, 0));
}

#[tokio::test]
async fn session_documents_of_every_owner_are_listed_page_by_page() {
    let (aws, _files, control) = control(|request, _| {
        let (name, next) = match &request.body {
            body if body.contains(r#""Self""#) => ("Acme-Tail", ""),
            body if body.contains("second") => ("AWS-StartSSHSession", ""),
            body if body.contains(r#""Amazon""#) => {
                ("AWS-StartInteractiveCommand", r#","NextToken":"second""#)
            }
            _ => ("arn:aws:ssm:eu-central-1:444455556666:document/Shared-Run", ""),
        };
        ok(format!(
            r#"{{"DocumentIdentifiers":[{{"Name":"{name}","Owner":"me\u202e","DocumentType":"Session"}},
                {{"Name":"no name!","Owner":"x"}},{{"Name":"AWS-RunShellScript","DocumentType":"Command"}}]{next}}}"#
        ))
    })
    .await;
    let (mut names, mut page) = (Vec::new(), None);
    loop {
        let answer = control.session_documents(&scope(), page).await.unwrap();
        names.extend(
            answer
                .items
                .into_iter()
                .map(|one| (one.name.to_string(), one.owner)),
        );
        page = answer.next;
        if page.is_none() {
            break;
        }
    }
    let names: Vec<_> = names
        .iter()
        .map(|(name, owner)| (name.as_str(), owner.as_str()))
        .collect();
    assert_eq!(
        names,
        [
            ("Acme-Tail", "me"),
            ("AWS-StartInteractiveCommand", "me"),
            ("AWS-StartSSHSession", "me"),
            ("arn:aws:ssm:eu-central-1:444455556666:document/Shared-Run", "me"),
        ]
    );
    let first = aws.requests().remove(0).body;
    assert!(
        first.contains(r#"{"Key":"DocumentType","Values":["Session"]}"#)
            && first.contains(r#""MaxResults":50"#),
        "{first}"
    );
}

fn run() -> DocumentName {
    DocumentName::parse("Acme-Run").unwrap()
}

fn content() -> Answer {
    let content = r#"{\"schemaVersion\":\"1.0\",\"sessionType\":\"NonInteractiveCommands\",
        \"parameters\":{\"command\":{\"type\":\"String\"}},
        \"properties\":{\"linux\":{\"commands\":\"{{ command }}\",\"separateOutputStream\":true}}}"#
        .replace('\n', " ");
    ok(format!(
        r#"{{"Name":"Acme-Run","DocumentType":"Session","DocumentFormat":"JSON","Content":"{content}"}}"#
    ))
}

#[tokio::test]
async fn a_document_is_read_as_json() {
    let (aws, _files, control) = control(|_, _| content()).await;
    let document = control.session_document(&scope(), &run()).await.unwrap();
    assert_eq!(
        document.session_type,
        Some(DocumentSessionType::NonInteractiveCommands {
            separate_output: SeparateOutput::Yes
        })
    );
    assert_eq!(document.parameters.len(), 1);
    let asked = aws.requests().remove(0);
    assert_eq!(asked.operation(), "GetDocument");
    assert!(
        asked.body.contains(r#""DocumentFormat":"JSON""#),
        "{}",
        asked.body
    );
}

#[tokio::test]
async fn a_document_that_may_not_be_read_is_described() {
    let described = r#"{"Document":{"Name":"Acme-Run","DocumentType":"Session","Description":"Runs it.",
        "Parameters":[{"Name":"command","Type":"String","DefaultValue":"uptime"}]}}"#;
    let (_aws, _files, control) = control(move |request, _| match request.operation().as_str() {
        "GetDocument" => json_error("AccessDeniedException", "no"),
        _ => ok(described),
    })
    .await;
    let document = control.session_document(&scope(), &run()).await.unwrap();
    assert_eq!(
        (document.session_type, document.description.as_str()),
        (None, "Runs it.")
    );
    assert_eq!(document.parameters[0].default.as_deref().unwrap(), ["uptime"]);
}

#[tokio::test]
async fn a_document_that_may_neither_be_read_nor_described_names_the_reading() {
    let (_aws, _files, control) = control(|_, _| json_error("AccessDeniedException", "no")).await;
    let error = control.session_document(&scope(), &run()).await.unwrap_err();
    assert_eq!(error.to_string(), "a may not call ssm:GetDocument.");
}

#[tokio::test]
async fn what_is_no_session_document_is_named() {
    let command = r#"{"Name":"Acme-Run","DocumentType":"Command","Content":"{}"}"#;
    for (answer, cause) in [
        (
            json_error("InvalidDocument", "no such document"),
            "no such document",
        ),
        (ok(command), "It is of the type Command, not Session."),
        (ok(r#"{"Content":"---"}"#), "Its content cannot be read"),
    ] {
        let (_aws, _files, control) = control(move |_, _| answer.clone()).await;
        let error = control.session_document(&scope(), &run()).await.unwrap_err();
        assert!(matches!(error, ControlError::InvalidDocument { .. }), "{error}");
        assert!(
            error
                .to_string()
                .starts_with(&format!("AWS does not accept the document Acme-Run: {cause}")),
            "{error}"
        );
    }
}
