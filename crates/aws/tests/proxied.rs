//! Calls that go through a proxy, or to a place of the user's own: AWS's names, with a certificate for them.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failed assumption of a test is a failed test"
)]

#[allow(dead_code, reason = "each test file uses its part")]
mod canned;

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use canned::{Canned, Files, no_agents, scope};
use postern_aws::AwsControlPlane;
use postern_model::{
    ControlError, EndpointOverride, EndpointOverrides, Network, Networked, NoProxy, Nodes,
    OverridableService, Proxies, Proxy, ProxyChoice, ProxyError,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};

const AUTHORITY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/aws-ca.pem");
const HOST: &str = "ssm.eu-central-1.amazonaws.com";

/// Leads every CONNECT to `to`, or answers with `refusal`. Remembers the first lines.
async fn proxy(to: String, refusal: Option<&'static str>) -> (String, Arc<Mutex<Vec<String>>>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let seen = Arc::clone(&asked);
    tokio::spawn(async move {
        while let Ok((mut socket, _)) = listener.accept().await {
            let (seen, to) = (Arc::clone(&seen), to.clone());
            tokio::spawn(async move {
                let mut head = Vec::new();
                while !head.ends_with(b"\r\n\r\n") {
                    head.push(socket.read_u8().await?);
                }
                let head = String::from_utf8_lossy(&head).into_owned();
                seen.lock()
                    .unwrap()
                    .push(head.lines().next().unwrap_or_default().to_owned());
                if let Some(refusal) = refusal {
                    return socket.write_all(refusal.as_bytes()).await;
                }
                let mut there = TcpStream::connect(to).await?;
                if head.starts_with("CONNECT ") {
                    socket.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
                } else {
                    there.write_all(head.as_bytes()).await?;
                }
                copy_bidirectional(&mut socket, &mut there).await.map(drop)
            });
        }
    });
    (address, asked)
}

fn control(more: &str) -> (Files, AwsControlPlane) {
    let files = Files::with(&format!(
        "[profile a]\nregion = eu-central-1\naws_access_key_id = AKID\naws_secret_access_key = canary\n{more}"
    ));
    let control = files.control();
    (files, control)
}

fn through(proxy: &str) -> Network {
    Network {
        proxy: ProxyChoice::These(Proxies::one(Proxy::parse(proxy).unwrap(), NoProxy::default())),
        ca_bundle: Some(AUTHORITY.into()),
        ..Network::default()
    }
}

fn at(service: OverridableService, place: &str) -> Network {
    let mut places = EndpointOverrides::default();
    places.set(service, EndpointOverride::parse(place).unwrap());
    Network {
        ca_bundle: Some(AUTHORITY.into()),
        overrides: HashMap::from([(scope(), places)]),
        ..Network::default()
    }
}

#[tokio::test]
async fn calls_go_through_the_proxy_with_tls_to_aws_inside() {
    let aws = Canned::start_aws(|_, _| no_agents()).await;
    let (address, asked) = proxy(aws.address.to_string(), None).await;
    let (_files, control) = control("");
    control.use_network(through(&address));
    control.agents(&scope(), None).await.unwrap();
    control.agents(&scope(), None).await.unwrap();
    assert_eq!(
        *asked.lock().unwrap(),
        [format!("CONNECT {HOST}:443 HTTP/1.1")],
        "the connection is kept"
    );
    let requests = aws.requests();
    assert_eq!(requests.len(), 2);
    assert_eq!(requests[0].header("host").as_deref(), Some(HOST));
    assert_eq!(requests[0].header("proxy-authorization"), None);
}

#[tokio::test]
async fn a_plain_endpoint_elsewhere_is_asked_for_as_a_whole_with_the_login() {
    let aws = Canned::start(|_, _| no_agents()).await;
    let (address, asked) = proxy(aws.address.to_string(), None).await;
    let (_files, control) = control("endpoint_url = http://ssm.invalid:4000\n");
    control.use_network(through(&format!("http://ada:s3cret@{address}")));
    control.agents(&scope(), None).await.unwrap();
    assert_eq!(*asked.lock().unwrap(), ["POST http://ssm.invalid:4000/ HTTP/1.1"]);
    let login = aws.requests()[0].header("proxy-authorization");
    assert_eq!(login.as_deref(), Some("Basic YWRhOnMzY3JldA=="));
}

#[tokio::test]
async fn a_wrong_password_is_named_once_and_not_tried_by_every_call() {
    wrong_password_through("").await;
}

#[tokio::test]
async fn nor_is_it_with_plain_requests_that_are_handed_to_the_proxy_whole() {
    wrong_password_through("endpoint_url = http://ssm.invalid:4000\n").await;
}

async fn wrong_password_through(profile: &str) {
    const NO: &str = "HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n";
    let (address, asked) = proxy(String::new(), Some(NO)).await;
    let (_files, control) = control(profile);
    control.use_network(through(&format!("http://ada:canary-proxy@{address}")));
    for _ in 0..3 {
        let error = control.agents(&scope(), None).await.unwrap_err();
        let refused = ProxyError::LoginRefused {
            proxy: address.clone(),
            user: "ada".into(),
        };
        assert_eq!(error, ControlError::Proxy(refused));
        assert!(!format!("{error} {error:?} {control:?}").contains("canary-proxy"));
    }
    assert_eq!(asked.lock().unwrap().len(), 1);
    // A corrected one is tried at once.
    control.use_network(through(&format!("http://ada:other@{address}")));
    assert!(control.agents(&scope(), None).await.is_err());
    assert_eq!(asked.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn what_a_proxy_answers_instead_is_named() {
    for (refusal, expected) in [
        (
            "HTTP/1.1 403 Forbidden\r\n\r\n",
            "refused to connect to ssm.eu-central-1.amazonaws.com:443 (HTTP 403)",
        ),
        (
            "HTTP/1.1 407 X\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM\r\n\r\n",
            "asks for a login by Negotiate, NTLM",
        ),
        (
            "HTTP/1.1 407 X\r\nProxy-Authenticate: Basic\r\n\r\n",
            "asks for a user and a password",
        ),
        ("hello\r\n\r\n", "does not answer like an HTTP proxy"),
    ] {
        let (address, _) = proxy(String::new(), Some(refusal)).await;
        let (_files, control) = control("");
        control.use_network(through(&address));
        let error = control.agents(&scope(), None).await.unwrap_err();
        assert!(matches!(error, ControlError::Proxy(_)), "{error}");
        assert!(
            error.to_string().contains(expected) && error.to_string().contains(&address),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_place_of_the_pair_is_dialled_and_all_else_stays_aws() {
    let aws = Canned::start_aws(|_, _| no_agents()).await;
    let (_files, control) = control("");
    control.use_network(at(OverridableService::Ssm, &aws.address.to_string()));
    control.agents(&scope(), None).await.unwrap();
    assert_eq!(aws.requests()[0].header("host").as_deref(), Some(HOST));
}

#[tokio::test]
async fn a_place_without_a_certificate_of_aws_gets_no_call() {
    let aws = Canned::start_tls(|_, _| no_agents()).await;
    let (_files, control) = control("");
    control.use_network(Network {
        ca_bundle: Some(canned::AUTHORITY.into()),
        ..at(OverridableService::Ssm, &aws.address.to_string())
    });
    let error = control.agents(&scope(), None).await.unwrap_err();
    let ControlError::Unreachable { endpoint, detail } = error else {
        panic!("{error}")
    };
    assert_eq!(
        (endpoint, detail.as_str()),
        (aws.address.to_string(), "its certificate is for another name")
    );
    assert!(aws.requests().is_empty());
}

#[tokio::test]
async fn a_place_of_one_pair_is_none_of_others() {
    let (_files, control) = control("");
    let network = at(OverridableService::SsmMessages, "vpce.example");
    control.use_network(network.clone());
    use postern_model::Sockets;
    let own = control.socket_settings(&scope()).await.unwrap();
    assert_eq!(own.messages_override.unwrap().to_string(), "https://vpce.example");
    assert_eq!(own.ca_bundle, network.ca_bundle);
    let mut other = scope();
    other.region = postern_model::Region::parse("us-east-1").unwrap();
    assert_eq!(
        control.socket_settings(&other).await.unwrap().messages_override,
        None
    );
}

#[tokio::test]
async fn ssmmessages_of_a_services_section_is_where_data_channels_are_dialled() {
    use postern_model::Sockets;
    let place = async |section: &str| {
        let (_files, control) = control(&format!(
            "services = vpce\n[services vpce]\nssmmessages =\n  endpoint_url = {section}\n"
        ));
        control
            .socket_settings(&scope())
            .await
            .map(|socket| socket.messages_override.map(|place| place.to_string()))
    };
    assert_eq!(
        place("https://vpce.example").await.unwrap().as_deref(),
        Some("https://vpce.example")
    );
    for wrong in ["http://vpce.example", "https://vpce.example/path"] {
        let error = place(wrong).await.unwrap_err();
        assert!(error.to_string().contains("ssmmessages"), "{error}");
    }
}
