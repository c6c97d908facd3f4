//! Foreign hosts, malformed requests and the orders below `/_simulator/`.

use std::net::SocketAddr;

use serde_json::json;

use super::super::test_client::{Answer, Client, exchange, raw};
use super::fleet::{online_node, simulator};
use crate::{Simulator, SimulatorConfig};

#[tokio::test]
async fn other_hosts_and_malformed_requests_are_refused_and_the_server_lives_on() {
    let simulator = simulator().await;
    let address = simulator.address();
    for host in [
        "evil.test",
        "127.0.0.1.evil.test",
        "0.0.0.0",
        "ssm.eu-central-1.amazonaws.com",
    ] {
        for target in ["/", "/_simulator/sessions", "/v1/data-channel/x", "/nowhere"] {
            let headers = [
                ("host".to_owned(), host.to_owned()),
                ("x-postern-simulator".to_owned(), "1".to_owned()),
            ];
            assert_eq!(
                raw(address, "GET", target, &headers, b"").await.status,
                403,
                "{host} {target}"
            );
        }
    }
    for bytes in [
        &b"\x00\xff\r\n\r\n"[..],
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nhost: localhost\r\nhost: evil.test\r\n\r\n",
        b"GET http://evil.test/ HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nauthorization: AWS4-HMAC-SHA256 \xff\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\nauthorization: AWS4-HMAC-SHA256 Credential=////\r\n\r\n",
    ] {
        let bytes_shown = String::from_utf8_lossy(bytes);
        let answer = exchange_closing(address, bytes).await;
        assert!((400..500).contains(&answer.status), "{bytes_shown} {}", answer.status);
    }
    let too_long = exchange(address, &long_request()).await;
    assert_eq!(too_long.failure(), (413, "RequestEntityTooLarge".to_owned()));
    assert_eq!(
        Client::new(&simulator, "acme-prod")
            .ec2("Action=DescribeRegions")
            .await
            .status,
        200
    );
}

/// As `exchange`, for requests that do not ask the server to close: shuts our side down after writing.
async fn exchange_closing(address: SocketAddr, bytes: &[u8]) -> Answer {
    exchange(
        address,
        &[
            bytes,
            b"GET /end HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n",
        ]
        .concat(),
    )
    .await
}

fn long_request() -> Vec<u8> {
    let head = "POST / HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\ncontent-length: 1048577\r\n\r\n";
    let mut bytes = head.as_bytes().to_vec();
    bytes.resize(bytes.len() + 1_048_577, b'a');
    bytes
}

#[tokio::test]
async fn by_a_name_of_aws_one_service_answers_in_one_region_and_gives_out_names_of_aws() {
    let config = SimulatorConfig {
        at_aws_hosts: true,
        ..SimulatorConfig::default()
    };
    let simulator = Simulator::start(config).await.unwrap();
    let mut client = Client::new(&simulator, "acme-stage");
    client.region = "eu-central-1".to_owned();
    let node = json!({ "Target": online_node(&client).await });
    let names = |service: &str, region: &str| format!("{service}.{region}.amazonaws.com");
    client.host = names("ssm", "eu-central-1");
    let started = client.ssm("StartSession", &node).await.json();
    let stream = started["StreamUrl"].as_str().unwrap();
    let wanted = "wss://ssmmessages.eu-central-1.amazonaws.com/v1/data-channel/";
    assert!(stream.starts_with(wanted), "{stream}");
    for wrong in [names("ec2", "eu-central-1"), names("ssm", "eu-west-1")] {
        client.host = wrong;
        let refused = client.ssm("StartSession", &node).await;
        assert_eq!(
            refused.failure().1,
            "InvalidSignatureException",
            "{}",
            client.host
        );
    }
    client.host = "ssm.eu-central-1.amazonaws.com.evil.test".to_owned();
    assert_eq!(client.ssm("StartSession", &node).await.status, 403);
    let config = std::fs::read_to_string(simulator.aws_files().config).unwrap();
    assert!(!config.contains("endpoint_url"), "{config}");
    let variables = simulator.environment();
    assert!(variables.iter().all(|(name, _)| name != "AWS_ENDPOINT_URL"));
}

#[tokio::test]
async fn orders_about_operations_keys_and_agents_are_carried_out_over_http() {
    let simulator = simulator().await;
    let (client, address) = (Client::new(&simulator, "acme-prod"), simulator.address());
    let node = online_node(&client).await;
    let order = |name: &'static str, said: serde_json::Value| async move {
        let ours = [
            ("host".to_owned(), address.to_string()),
            ("x-postern-simulator".to_owned(), "1".to_owned()),
        ];
        let target = format!("/_simulator/{name}");
        raw(address, "POST", &target, &ours, said.to_string().as_bytes())
            .await
            .status
    };
    let started = client
        .ssm("StartSession", &json!({ "Target": node }))
        .await
        .json();
    let resume = json!({ "SessionId": started["SessionId"] });
    for (begin, end, said, code) in [
        (
            "faults/deny",
            "faults/allow",
            json!({ "operation": "ResumeSession" }),
            "AccessDeniedException",
        ),
        (
            "faults/throttle",
            "faults/throttle",
            json!({ "operation": "ResumeSession", "calls": 1 }),
            "ThrottlingException",
        ),
    ] {
        assert_eq!(order(begin, said.clone()).await, 200);
        assert_eq!(client.ssm("ResumeSession", &resume).await.failure().1, code);
        let mut over = said;
        over["calls"] = json!(0);
        assert_eq!(order(end, over).await, 200);
        assert_eq!(client.ssm("ResumeSession", &resume).await.status, 200);
    }
    assert_eq!(order("faults/withhold-tokens", json!({})).await, 200);
    assert!(
        client
            .ssm("ResumeSession", &resume)
            .await
            .json()
            .get("TokenValue")
            .is_none()
    );
    assert_eq!(order("faults/give-tokens", json!({})).await, 200);

    let key = json!({ "profile": "acme-prod", "region": "eu-central-1", "key": "alias/acme-sessions" });
    assert_eq!(order("sessions/key", key).await, 200);
    let preferences = json!({ "Name": "SSM-SessionManagerRunShell" });
    let document = client.ssm("GetDocument", &preferences).await.json();
    assert!(
        document["Content"]
            .as_str()
            .unwrap()
            .contains("alias/acme-sessions")
    );
    let nowhere = json!({ "profile": "acme-prod", "region": "mars-north-1", "key": null });
    assert_eq!(order("sessions/key", nowhere).await, 404);
    let hostile = json!({ "hostility": "drops-encryption", "challenge": true });
    assert_eq!(order("agents/behave", hostile).await, 200);
    assert_eq!(
        order("agents/behave", json!({ "hostility": "kindness" })).await,
        404
    );
    assert_eq!(order("agents/behave", json!({})).await, 200);
}

#[tokio::test]
async fn orders_over_http_need_the_header() {
    let simulator = simulator().await;
    let (client, address) = (Client::new(&simulator, "acme-prod"), simulator.address());
    client
        .ssm("StartSession", &json!({ "Target": online_node(&client).await }))
        .await;
    let host = ("host".to_owned(), address.to_string());
    let ours = [host.clone(), ("x-postern-simulator".to_owned(), "1".to_owned())];
    assert_eq!(
        raw(
            address,
            "GET",
            "/_simulator/sessions",
            std::slice::from_ref(&host),
            b""
        )
        .await
        .status,
        403
    );
    assert_eq!(
        raw(address, "POST", "/_simulator/links/cut", &[host], b"")
            .await
            .status,
        403
    );
    let listed = raw(address, "GET", "/_simulator/sessions", &ours, b"")
        .await
        .json();
    let session = &listed["sessions"][0];
    assert!(
        session["id"].is_string() && session.get("token").is_none(),
        "{session}"
    );
    for (order, body, status) in [
        ("links/cut", "", 200),
        ("links/cut", r#"{"session":"nobody"}"#, 404),
        ("faults/throttle", r#"{"calls":1}"#, 200),
        ("faults/explode", "", 404),
        ("faults/throttle", r#"{"calls":"many"}"#, 400),
        ("faults/throttle", r#"{"unknown":1}"#, 400),
    ] {
        let answer = raw(
            address,
            "POST",
            &format!("/_simulator/{order}"),
            &ours,
            body.as_bytes(),
        )
        .await;
        assert_eq!(answer.status, status, "{order} {body} {}", answer.body);
    }
    assert_eq!(
        client.ec2("Action=DescribeRegions").await.failure().1,
        "RequestLimitExceeded"
    );
    let end = json!({ "session": session["id"], "output": "bye" }).to_string();
    assert_eq!(
        raw(address, "POST", "/_simulator/sessions/end", &ours, end.as_bytes())
            .await
            .status,
        200
    );
}
