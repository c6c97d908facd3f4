//! A machine that has credentials gives them, and one that has none is told from one that cannot.

use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;

use super::*;

const KEYS: &str = r#"{"Code":"Success","AccessKeyId":"ASIA","SecretAccessKey":"canary","Token":"t","Expiration":"2040-01-01T00:00:00Z"}"#;

/// A service on loopback that answers each request head as the test says.
struct Service {
    address: String,
    asked: Arc<Mutex<Vec<String>>>,
}

impl Service {
    async fn start(answer: fn(&str) -> (u16, &'static str)) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let asked: Arc<Mutex<Vec<String>>> = Arc::default();
        let seen = Arc::clone(&asked);
        tokio::spawn(async move {
            while let Ok((mut socket, _)) = listener.accept().await {
                let mut bytes = Vec::new();
                while !bytes.ends_with(b"\r\n\r\n") {
                    socket.read_buf(&mut bytes).await.unwrap();
                }
                let head = String::from_utf8(bytes).unwrap().to_ascii_lowercase();
                let (status, body) = answer(&head);
                seen.lock().unwrap().push(head);
                let length = body.len();
                let text = format!(
                    "HTTP/1.1 {status} X\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}"
                );
                socket.write_all(text.as_bytes()).await.unwrap();
            }
        });
        Self { address, asked }
    }

    fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

fn machine(variables: &[(&str, &str)]) -> Machine {
    Machine::of(&Variables::of(variables.iter().copied()), |_| None)
}

fn instance(address: &str) -> Machine {
    machine(&[("AWS_EC2_METADATA_SERVICE_ENDPOINT", address)])
}

fn of_instance(head: &str) -> (u16, &'static str) {
    let has_token = head.contains("x-aws-ec2-metadata-token: token");
    match head.split(' ').nth(1).unwrap() {
        "/latest/api/token" if head.starts_with("put ") => (200, "TOKEN"),
        "/latest/meta-data/iam/security-credentials/" if has_token => (200, "ops\n"),
        "/latest/meta-data/iam/security-credentials/ops" if has_token => (200, KEYS),
        _ => (401, ""),
    }
}

#[tokio::test]
async fn an_instance_gives_the_keys_of_its_role_to_whoever_has_a_token() {
    let service = Service::start(of_instance).await;
    let keys = instance(&service.address).instance().await.unwrap();
    assert_eq!((keys.access_key_id(), keys.session_token()), ("ASIA", Some("t")));
    assert!(keys.expiry().is_some());
    assert_eq!(service.asked().len(), 3);
}

#[tokio::test]
async fn what_an_instance_refuses_is_said() {
    let none = Service::start(|head| match head.starts_with("put ") {
        true => (200, "TOKEN"),
        false => (404, ""),
    })
    .await;
    assert_eq!(
        instance(&none.address).instance().await.unwrap_err(),
        "this EC2 instance has no role"
    );
    let untrusted = Service::start(|head| match head {
        head if head.starts_with("put ") => (200, "TOKEN"),
        head if head.contains("credentials/ops") => (
            200,
            r#"{"Code":"AssumeRoleUnauthorizedAccess","Message":"EC2 cannot assume the role ops."}"#,
        ),
        _ => (200, "ops"),
    })
    .await;
    let said = instance(&untrusted.address).instance().await.unwrap_err();
    assert_eq!(
        said,
        "the EC2 instance gives none (AssumeRoleUnauthorizedAccess): EC2 cannot assume the role ops."
    );
}

#[tokio::test]
async fn instance_metadata_that_is_switched_off_or_isolated_is_not_asked() {
    let service = Service::start(of_instance).await;
    let off = machine(&[
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT", &service.address),
        ("AWS_EC2_METADATA_DISABLED", "TRUE"),
    ]);
    assert!(off.instance().await.is_err());
    assert!(Machine::none().instance().await.is_err());
    assert_eq!(service.asked().len(), 0);
}

#[test]
fn the_address_of_instance_metadata_is_the_users_or_of_the_wanted_kind() {
    let address = |variables: &[(&str, &str)]| machine(variables).instance.unwrap();
    assert_eq!(address(&[]), "http://169.254.169.254");
    assert_eq!(
        address(&[("AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE", "IPv6")]),
        "http://[fd00:ec2::254]"
    );
    assert_eq!(
        address(&[("AWS_EC2_METADATA_SERVICE_ENDPOINT", "http://h/")]),
        "http://h"
    );
    let of_profile = Machine::of(&Variables::default(), |key| {
        (key == "ec2_metadata_service_endpoint").then_some("http://p")
    });
    assert_eq!(of_profile.instance.unwrap(), "http://p");
}

#[tokio::test]
async fn a_container_gives_keys_to_whoever_shows_its_token() {
    let service = Service::start(|head| match head.contains("authorization: secret") {
        true => (200, KEYS),
        false => (403, r#"{"code":"x"}"#),
    })
    .await;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("token");
    std::fs::write(&file, "secret").unwrap();
    let url = format!("{}/keys", service.address);
    let container = machine(&[
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", &url),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", "old"),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", file.to_str().unwrap()),
    ]);
    assert!(container.is_container());
    assert_eq!(container.container().await.unwrap().access_key_id(), "ASIA");
    std::fs::write(&file, "secret\r\nx: y").unwrap();
    assert!(container.container().await.unwrap_err().contains("line break"));
}

#[tokio::test(start_paused = true)]
async fn a_container_that_refuses_is_asked_three_times() {
    let service = Service::start(|_| (500, "no")).await;
    let url = format!("{}/keys", service.address);
    let container = machine(&[("AWS_CONTAINER_CREDENTIALS_FULL_URI", &url)]);
    let said = container.container().await.unwrap_err();
    assert!(
        said.starts_with("the container's credentials could not be had"),
        "{said}"
    );
}

#[test]
fn keys_are_not_asked_for_over_a_network_in_the_clear() {
    for far in [
        "http://10.0.0.1/x",
        "http://example.com/x",
        "http://[2001:db8::1]/x",
    ] {
        assert!(container_url(far).is_err(), "{far}");
    }
    for near in [
        "http://169.254.170.2/x",
        "http://169.254.170.23/x",
        "http://[fd00:ec2::23]/x",
        "http://[::1]:80/x",
        "http://localhost/x",
        "https://example.com/x",
    ] {
        assert!(container_url(near).is_ok(), "{near}");
    }
    assert!(container_url("/x").is_err());
}

#[test]
fn the_relative_address_of_a_container_comes_first() {
    let container = machine(&[
        ("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "/v2/x"),
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://localhost/y"),
    ]);
    assert_eq!(
        container.container_address().unwrap(),
        "http://169.254.170.2/v2/x"
    );
    assert!(!machine(&[]).is_container());
}

#[test]
fn the_environments_keys_come_with_what_belongs_to_them_and_half_of_them_is_named() {
    let keys = machine(&[
        ("AWS_ACCESS_KEY_ID", "ASIA"),
        ("AWS_SECRET_ACCESS_KEY", "canary"),
        ("AWS_SESSION_TOKEN", "t"),
        ("AWS_CREDENTIAL_EXPIRATION", "2040-01-01T00:00:00+00:00"),
    ]);
    let keys = keys.environment().unwrap();
    assert_eq!((keys.session_token(), keys.expiry().is_some()), (Some("t"), true));
    let half = machine(&[("AWS_ACCESS_KEY_ID", "AKIA")])
        .environment()
        .unwrap_err();
    assert_eq!(half, "AWS_SECRET_ACCESS_KEY is not set in the environment");
    let odd = machine(&[
        ("AWS_ACCESS_KEY_ID", "ASIA"),
        ("AWS_SECRET_ACCESS_KEY", "canary"),
        ("AWS_CREDENTIAL_EXPIRATION", "soon"),
    ]);
    assert!(
        odd.environment()
            .unwrap_err()
            .starts_with("AWS_CREDENTIAL_EXPIRATION is no time")
    );
}
