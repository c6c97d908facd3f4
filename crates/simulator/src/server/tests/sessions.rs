//! Sessions over HTTP, from StartSession to the history, and the signed upgrade.

use std::collections::HashSet;
use std::time::Duration;

use serde_json::json;

use super::super::test_client::{Answer, Client, query_call, raw};
use super::fleet::{all_instances, online_node, simulator};
use crate::{Simulator, SimulatorConfig};

#[tokio::test]
async fn a_session_is_started_listed_resumed_and_terminated() {
    let simulator = simulator().await;
    let client = Client::new(&simulator, "acme-prod");
    let node = online_node(&client).await;
    let started = client
        .ssm("StartSession", &json!({ "Target": node, "Reason": "a test" }))
        .await
        .json();
    let id = started["SessionId"].as_str().unwrap();
    let url = started["StreamUrl"].as_str().unwrap();
    let prefix = format!(
        "ws://{}/v1/data-channel/{id}?role=publish_subscribe&cell-number=",
        simulator.address()
    );
    let cell = url.strip_prefix(&prefix).unwrap_or_else(|| panic!("{url}"));
    assert!(['+', '/', '='].iter().all(|sign| cell.contains(*sign)), "{cell}");

    let listed = client
        .ssm("DescribeSessions", &json!({ "State": "Active" }))
        .await
        .json();
    let session = &listed["Sessions"][0];
    assert_eq!(
        (&session["SessionId"], &session["Target"], &session["Reason"]),
        (&json!(id), &json!(node), &json!("a test"))
    );
    assert_eq!(
        simulator.control().sessions()[0].document,
        "SSM-SessionManagerRunShell"
    );

    let resumed = client
        .ssm("ResumeSession", &json!({ "SessionId": id }))
        .await
        .json();
    assert_eq!(resumed["SessionId"], id);
    assert_ne!(resumed["TokenValue"], started["TokenValue"]);

    assert_eq!(
        client
            .ssm("TerminateSession", &json!({ "SessionId": id }))
            .await
            .json()["SessionId"],
        id
    );
    let gone = client.ssm("ResumeSession", &json!({ "SessionId": id })).await;
    assert_eq!(gone.failure(), (400, "DoesNotExistException".to_owned()));
    assert_eq!(
        client
            .ssm("TerminateSession", &json!({ "SessionId": id }))
            .await
            .status,
        200
    );
    let active = client
        .ssm("DescribeSessions", &json!({ "State": "Active" }))
        .await
        .json();
    assert_eq!(active["Sessions"], json!([]));
    let history = client
        .ssm("DescribeSessions", &json!({ "State": "History" }))
        .await
        .json();
    assert_eq!(history["Sessions"][0]["Status"], "Terminated");
    assert!(history["Sessions"][0]["EndDate"].is_number());
    simulator.shutdown().await;
}

#[tokio::test]
async fn sessions_of_another_account_or_region_are_out_of_reach() {
    let simulator = simulator().await;
    let owner = Client::new(&simulator, "acme-prod");
    let started = owner
        .ssm("StartSession", &json!({ "Target": online_node(&owner).await }))
        .await
        .json();
    let mut same_key = Client::new(&simulator, "acme-prod");
    same_key.region = "us-east-1".to_owned();
    for other in [Client::new(&simulator, "acme-dev"), same_key] {
        let question = json!({ "SessionId": started["SessionId"] });
        assert_eq!(
            other.ssm("ResumeSession", &question).await.failure().1,
            "DoesNotExistException"
        );
        other.ssm("TerminateSession", &question).await;
        let active = other
            .ssm("DescribeSessions", &json!({ "State": "Active" }))
            .await
            .json();
        assert_eq!(active["Sessions"], json!([]));
    }
    assert_eq!(
        owner
            .ssm("DescribeSessions", &json!({ "State": "Active" }))
            .await
            .json()["Sessions"]
            .as_array()
            .unwrap()
            .len(),
        1
    );
}

#[tokio::test]
async fn the_history_is_paged_and_filtered() {
    let simulator = simulator().await;
    let client = Client::new(&simulator, "acme-prod");
    let node = online_node(&client).await;
    for _ in 0..5 {
        let started = client
            .ssm("StartSession", &json!({ "Target": node }))
            .await
            .json();
        client
            .ssm("TerminateSession", &json!({ "SessionId": started["SessionId"] }))
            .await;
    }
    let (mut ids, mut question) = (HashSet::new(), json!({ "State": "History", "MaxResults": 2 }));
    loop {
        let page = client.ssm("DescribeSessions", &question).await.json();
        let sessions = page["Sessions"].as_array().unwrap();
        assert!(sessions.len() <= 2);
        ids.extend(
            sessions
                .iter()
                .map(|session| session["SessionId"].as_str().unwrap().to_owned()),
        );
        match page.get("NextToken") {
            Some(next) => question["NextToken"] = next.clone(),
            None => break,
        }
    }
    assert_eq!(ids.len(), 5);
    for (key, value, count) in [
        ("Target", node.as_str(), 5),
        ("Target", "i-00000000000000000", 0),
        ("InvokedAfter", "2001-01-01T00:00:00Z", 5),
        ("InvokedBefore", "2001-01-01T00:00:00Z", 0),
        ("Status", "Terminated", 5),
    ] {
        let question = json!({ "State": "History", "Filters": [{ "key": key, "value": value }] });
        let answer = client.ssm("DescribeSessions", &question).await.json();
        assert_eq!(
            answer["Sessions"].as_array().unwrap().len(),
            count,
            "{key}={value}"
        );
    }
    let bad = client.ssm("DescribeSessions", &json!({ "State": "Past" })).await;
    assert_eq!(bad.failure(), (400, "ValidationException".to_owned()));
}

#[tokio::test]
async fn targets_and_documents_that_cannot_be_are_refused_in_the_words_of_aws() {
    let simulator = simulator().await;
    let client = Client::new(&simulator, "acme-prod");
    let answer = client
        .ssm("StartSession", &json!({ "Target": "i-0123456789abcdef0" }))
        .await;
    assert_eq!(answer.failure(), (400, "TargetNotConnected".to_owned()));
    assert_eq!(answer.json()["message"], "i-0123456789abcdef0 is not connected.");
    let stopped = all_instances(
        &client,
        "Filter.1.Name=instance-state-name&Filter.1.Value.1=stopped",
    )
    .await
    .remove(0);
    assert_eq!(
        client
            .ssm("StartSession", &json!({ "Target": stopped }))
            .await
            .failure()
            .1,
        "TargetNotConnected"
    );
    let status = client
        .ssm("GetConnectionStatus", &json!({ "Target": stopped }))
        .await
        .json();
    assert_eq!(status["Status"], "notconnected");

    let node = online_node(&client).await;
    let status = client
        .ssm("GetConnectionStatus", &json!({ "Target": node }))
        .await
        .json();
    assert_eq!(status["Status"], "connected");
    for (request, code) in [
        (
            json!({ "Target": node, "DocumentName": "AWS-Nothing" }),
            "InvalidDocument",
        ),
        (
            json!({ "Target": node, "DocumentName": "no spaces" }),
            "ValidationException",
        ),
        (
            json!({ "Target": node, "DocumentName": "AWS-StartInteractiveCommand" }),
            "InvalidParameters",
        ),
        (
            json!({ "Target": node, "Reason": "x".repeat(257) }),
            "ValidationException",
        ),
        (json!({ "Target": "x".repeat(401) }), "ValidationException"),
        (json!({}), "ValidationException"),
        (json!([1]), "SerializationException"),
    ] {
        assert_eq!(
            client.ssm("StartSession", &request).await.failure(),
            (400, code.to_owned()),
            "{request}"
        );
    }
    assert!(simulator.control().sessions().is_empty());
}

#[tokio::test]
async fn data_channels_open_only_with_the_signature_of_the_sessions_account() {
    let simulator = simulator().await;
    let client = Client::new(&simulator, "acme-prod");
    let started = client
        .ssm("StartSession", &json!({ "Target": online_node(&client).await }))
        .await
        .json();
    let target = started["StreamUrl"]
        .as_str()
        .unwrap()
        .split_once("/v1")
        .map(|(_, path)| format!("/v1{path}"))
        .unwrap();
    let upgrade = |service| {
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let mut call = query_call(service, String::new());
        call.method = "GET";
        call.target = target.clone();
        call.headers = vec![
            header("upgrade", "websocket"),
            header("sec-websocket-version", "13"),
            header("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ];
        call
    };
    let refused = client.send(&upgrade("ssm")).await;
    assert_eq!(refused.failure(), (403, "InvalidSignatureException".to_owned()));
    let other = Client::new(&simulator, "acme-dev")
        .send(&upgrade("ssmmessages"))
        .await;
    assert_eq!(other.failure(), (403, "AccessDeniedException".to_owned()));
    let unsigned = unsigned_upgrade(&simulator, &target).await;
    assert_eq!(
        unsigned.failure(),
        (403, "MissingAuthenticationTokenException".to_owned())
    );
    // It is told once, and the refusal of what was signed is another's affair.
    simulator.refused_unsigned().await;
    let once_more = simulator.refused_unsigned();
    assert!(
        tokio::time::timeout(Duration::from_millis(50), once_more)
            .await
            .is_err()
    );
    simulator.control().refuse_links();
    assert_eq!(client.send(&upgrade("ssmmessages")).await.status, 503);
    simulator.control().allow_links();
    // The test client asks to close instead of to upgrade: its signature is good, and the upgrade itself is not.
    let signed = client.send(&upgrade("ssmmessages")).await;
    assert!(
        signed.status == 400 && signed.body.contains("upgrade"),
        "{} {}",
        signed.status,
        signed.body
    );
}

async fn unsigned_upgrade(simulator: &Simulator, target: &str) -> Answer {
    let host = ("host".to_owned(), simulator.address().to_string());
    raw(simulator.address(), "GET", target, &[host], b"").await
}

#[tokio::test]
async fn an_upgrade_without_a_signature_is_taken_where_that_is_allowed() {
    let simulator = Simulator::start(SimulatorConfig {
        accept_unsigned: true,
        ..SimulatorConfig::default()
    })
    .await
    .unwrap();
    let target = "/v1/data-channel/ops-1?role=publish_subscribe";
    let taken = unsigned_upgrade(&simulator, target).await;
    // The test client does not ask for an upgrade.
    assert!(
        taken.status == 400 && taken.body.contains("upgrade"),
        "{} {}",
        taken.status,
        taken.body
    );
}
