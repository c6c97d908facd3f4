//! Hosts that cannot be reached or trusted, and those that the user's CA bundle makes trusted.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failed assumption of a test is a failed test"
)]

#[allow(dead_code, reason = "each test file uses its part")]
mod canned;

use canned::{Canned, Files, no_agents, scope, with_keys};
use postern_model::{ControlError, Nodes};

async fn failure(files: &Files) -> (String, String) {
    let error = files.control().agents(&scope(), None).await.unwrap_err();
    let ControlError::Unreachable { endpoint, detail } = error else {
        panic!("{error}")
    };
    (endpoint, detail)
}

#[tokio::test]
async fn a_closed_port_is_named_with_its_cause() {
    let closed = {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        listener.local_addr().unwrap()
    };
    let (endpoint, detail) = failure(&with_keys(format!("http://{closed}"))).await;
    assert_eq!(
        (endpoint, detail.as_str()),
        (closed.to_string(), "the connection was refused")
    );
}

#[tokio::test]
async fn a_connection_that_is_cut_is_tried_six_times_within_seconds() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move {
        for _ in 0..6 {
            drop(listener.accept().await.unwrap());
        }
    });
    let started = std::time::Instant::now();
    let (endpoint, _) = failure(&with_keys(format!("http://{address}"))).await;
    assert_eq!(endpoint, address.to_string());
    server.await.unwrap();
    assert!(
        started.elapsed() < std::time::Duration::from_secs(10),
        "{:?}",
        started.elapsed()
    );
}

#[tokio::test]
async fn a_name_that_does_not_exist_is_said_to_be_that() {
    let (endpoint, detail) = failure(&with_keys("http://ssm.invalid")).await;
    assert_eq!(
        (endpoint.as_str(), detail.as_str()),
        ("ssm.invalid", "its name cannot be resolved")
    );
}

#[tokio::test]
async fn a_server_without_tls_is_said_to_be_that() {
    let aws = Canned::start(|_, _| no_agents()).await;
    let (_, detail) = failure(&with_keys(format!("https://{}", aws.address))).await;
    assert!(
        [
            "it does not speak TLS",
            "the connection was closed early",
            "the connection was cut"
        ]
        .contains(&detail.as_str()),
        "{detail}"
    );
}

#[tokio::test]
async fn the_endpoint_of_a_role_is_the_one_that_is_named() {
    let files = Files::with(
        "[profile base]\naws_access_key_id = AKID\naws_secret_access_key = canary\n\
         [profile a]\nregion = eu-central-1\nendpoint_url = http://sts.invalid:81\nrole_arn = arn:aws:iam::1:role/r\nsource_profile = base\n",
    );
    assert_eq!(failure(&files).await.0, "sts.invalid:81");
}

#[tokio::test]
async fn a_certificate_is_trusted_only_through_the_ca_bundle() {
    let aws = Canned::start_tls(|_, _| no_agents()).await;
    let files = with_keys(format!("https://{}", aws.address));
    let (endpoint, detail) = failure(&files).await;
    assert_eq!(endpoint, aws.address.to_string());
    assert!(
        detail.starts_with("its certificate is not signed by an authority"),
        "{detail}"
    );
    let bundle = canned::AUTHORITY;
    let trusting = format!(
        "{}ca_bundle = {bundle}\n",
        std::fs::read_to_string(&files.config).unwrap()
    );
    let trusting = Files::with(&trusting);
    assert!(trusting.control().agents(&scope(), None).await.is_ok());
}

#[tokio::test]
async fn a_ca_bundle_that_cannot_be_read_is_named() {
    let files = with_keys("https://127.0.0.1:1");
    let config = format!(
        "{}ca_bundle = /nowhere/ca.pem\n",
        std::fs::read_to_string(&files.config).unwrap()
    );
    let error = Files::with(&config)
        .control()
        .agents(&scope(), None)
        .await
        .unwrap_err();
    assert_eq!(error.code(), "malformed-configuration");
    assert!(error.to_string().contains("/nowhere/ca.pem"), "{error}");
}
