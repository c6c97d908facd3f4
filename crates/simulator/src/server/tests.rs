//! The API over HTTP, as a client with its own signer sees it.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};

use super::test_client::{Answer, Client, exchange, json_call, query_call, raw};
use crate::{Simulator, SimulatorConfig, SimulatorError};

async fn simulator() -> Simulator {
    Simulator::start(SimulatorConfig::default()).await.unwrap()
}

async fn all_instances(client: &Client, query: &str) -> Vec<String> {
    let mut ids = Vec::new();
    let mut token = String::new();
    loop {
        let page = client
            .ec2(&format!("Action=DescribeInstances&{query}{token}"))
            .await;
        assert_eq!(page.status, 200, "{}", page.body);
        ids.extend(page.texts("instanceId"));
        match page.text("nextToken").as_str() {
            "" => return ids,
            next => token = format!("&NextToken={next}"),
        }
    }
}

async fn all_agents(client: &Client, question: &Value) -> Vec<Value> {
    let mut list = Vec::new();
    let mut question = question.clone();
    loop {
        let page = client.ssm("DescribeInstanceInformation", &question).await;
        assert_eq!(page.status, 200, "{}", page.body);
        let page = page.json();
        list.extend(page["InstanceInformationList"].as_array().unwrap().clone());
        match page.get("NextToken") {
            Some(next) => question["NextToken"] = next.clone(),
            None => return list,
        }
    }
}

/// The first node of the profile's own Region that answers.
async fn online_node(client: &Client) -> String {
    let online = json!({ "Filters": [{ "Key": "PingStatus", "Values": ["Online"] }] });
    all_agents(client, &online).await[0]["InstanceId"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn pages_of_instances_join_to_the_whole_fleet_without_doubles() {
    let simulator = Simulator::start(SimulatorConfig {
        nodes: 1000,
        pairs: 2,
        ..SimulatorConfig::default()
    })
    .await
    .unwrap();
    let client = Client::new(&simulator, "acme-prod");
    let whole = all_instances(&client, "MaxResults=1000").await;
    assert!(whole.len() > 500);
    assert_eq!(whole.iter().collect::<HashSet<_>>().len(), whole.len());
    assert_eq!(all_instances(&client, "").await, whole);
    assert_eq!(all_instances(&client, "MaxResults=7").await, whole);
    let first = client.ec2("Action=DescribeInstances").await;
    assert_eq!(
        first.texts("instanceId").len(),
        100,
        "the default page is smaller than the fleet"
    );
    simulator.shutdown().await;
}

#[tokio::test]
async fn filters_keep_what_they_name() {
    let simulator = simulator().await;
    let client = Client::new(&simulator, "acme-prod");
    let states = |answer: &Answer| -> HashSet<String> {
        answer
            .texts("instanceState")
            .iter()
            .map(|state| state.split("<name>").nth(1).unwrap().replace("</name>", ""))
            .collect()
    };
    let answer = client
        .ec2("Action=DescribeInstances&Filter.1.Name=instance-state-name&Filter.1.Value.1=running&Filter.1.Value.2=pending")
        .await;
    assert_eq!(
        states(&answer),
        HashSet::from(["running".to_owned(), "pending".to_owned()])
    );
    let named = all_instances(
        &client,
        "Filter.1.Name=tag%3AName&Filter.1.Value.1=checkout-api-*",
    )
    .await;
    let all = all_instances(&client, "").await;
    assert!(!named.is_empty() && named.len() < all.len());
    let windows = client
        .ec2("Action=DescribeInstances&Filter.1.Name=platform&Filter.1.Value.1=windows")
        .await;
    assert!(
        windows.texts("instanceId").len() == windows.texts("platform").len()
            && !windows.texts("platform").is_empty()
    );
    let bad = client
        .ec2("Action=DescribeInstances&Filter.1.Name=colour&Filter.1.Value.1=red")
        .await;
    assert_eq!(bad.failure(), (400, "InvalidParameterValue".to_owned()));
}

#[tokio::test]
async fn instances_are_found_by_id_in_their_own_account_and_region_only() {
    let simulator = simulator().await;
    let (prod, mut other) = (
        Client::new(&simulator, "acme-prod"),
        Client::new(&simulator, "acme-prod"),
    );
    other.region = "us-east-1".to_owned();
    let id = all_instances(&prod, "").await.remove(0);
    let found = prod
        .ec2(&format!("Action=DescribeInstances&InstanceId.1={id}"))
        .await;
    assert_eq!(found.texts("instanceId"), [id.clone()]);
    let elsewhere = other
        .ec2(&format!("Action=DescribeInstances&InstanceId.1={id}"))
        .await;
    assert_eq!(
        elsewhere.failure(),
        (400, "InvalidInstanceID.NotFound".to_owned())
    );
    let malformed = prod.ec2("Action=DescribeInstances&InstanceId.1=web-1").await;
    assert_eq!(
        malformed.failure(),
        (400, "InvalidInstanceID.Malformed".to_owned())
    );
    let both = prod
        .ec2(&format!(
            "Action=DescribeInstances&InstanceId.1={id}&MaxResults=5"
        ))
        .await;
    assert_eq!(both.failure(), (400, "InvalidParameterCombination".to_owned()));
}

#[tokio::test]
async fn a_region_without_nodes_is_empty_and_not_an_error() {
    let simulator = simulator().await;
    let mut client = Client::new(&simulator, "acme-prod");
    client.region = "sa-east-1".to_owned();
    assert!(all_instances(&client, "").await.is_empty());
    assert!(all_agents(&client, &json!({})).await.is_empty());
}

#[tokio::test]
async fn tokens_and_page_sizes_that_are_not_legal_are_refused() {
    let simulator = Simulator::start(SimulatorConfig {
        nodes: 600,
        pairs: 1,
        ..SimulatorConfig::default()
    })
    .await
    .unwrap();
    let client = Client::new(&simulator, "acme-prod");
    let token = client.ec2("Action=DescribeInstances").await.text("nextToken");
    assert!(!token.is_empty());
    for (query, code) in [
        ("NextToken=nonsense".to_owned(), "InvalidNextToken"),
        (
            format!("NextToken={token}&Filter.1.Name=vpc-id&Filter.1.Value.1=x"),
            "InvalidNextToken",
        ),
        ("MaxResults=4".to_owned(), "InvalidParameterValue"),
        ("MaxResults=1001".to_owned(), "InvalidParameterValue"),
        ("MaxResults=many".to_owned(), "InvalidParameterValue"),
    ] {
        let answer = client.ec2(&format!("Action=DescribeInstances&{query}")).await;
        assert_eq!(answer.failure(), (400, code.to_owned()), "{query}");
    }
    for (question, code) in [
        (json!({ "MaxResults": 4 }), "ValidationException"),
        (json!({ "MaxResults": 51 }), "ValidationException"),
        (json!({ "MaxResults": "ten" }), "SerializationException"),
        (json!({ "NextToken": token }), "InvalidNextToken"),
        (
            json!({ "Filters": [{ "Key": "Colour", "Values": ["red"] }] }),
            "InvalidFilterKey",
        ),
    ] {
        let answer = client.ssm("DescribeInstanceInformation", &question).await;
        assert_eq!(answer.failure(), (400, code.to_owned()), "{question}");
    }
}

#[tokio::test]
async fn agents_are_paged_filtered_and_include_hybrid_nodes() {
    let simulator = simulator().await;
    let client = Client::new(&simulator, "acme-prod");
    let whole = all_agents(&client, &json!({})).await;
    assert_eq!(
        all_agents(&client, &json!({ "MaxResults": 5 })).await.len(),
        whole.len()
    );
    let hybrid = all_agents(
        &client,
        &json!({ "Filters": [{ "Key": "ResourceType", "Values": ["ManagedInstance"] }] }),
    )
    .await;
    assert!(
        !hybrid.is_empty()
            && hybrid
                .iter()
                .all(|node| node["InstanceId"].as_str().unwrap().starts_with("mi-"))
    );
    let ec2 = all_instances(&client, "").await;
    assert!(
        hybrid
            .iter()
            .all(|node| !ec2.contains(&node["InstanceId"].as_str().unwrap().to_owned()))
    );
    let old_form =
        json!({ "InstanceInformationFilterList": [{ "key": "PingStatus", "valueSet": ["ConnectionLost"] }] });
    let lost = all_agents(&client, &old_form).await;
    assert!(!lost.is_empty() && lost.len() < whole.len());
    assert!(lost.iter().all(|node| node["PingStatus"] == "ConnectionLost"));
}

#[tokio::test]
async fn hostile_text_arrives_whole_and_escaped() {
    let simulator = simulator().await;
    let client = Client::new(&simulator, "acme-prod");
    let answer = client.ec2("Action=DescribeInstances").await;
    assert!(!answer.body.contains("<script>") && !answer.body.contains("<img"));
    assert!(
        answer.body.contains("&lt;script&gt;")
            && answer.body.contains("\u{202e}")
            && answer.body.contains("\u{9b}")
    );
    assert!(!answer.body.contains('\u{1b}'));
    let agents = all_agents(&client, &json!({})).await;
    assert!(
        agents
            .iter()
            .any(|node| node["Name"].as_str().is_some_and(|name| name.contains('\u{1b}')))
    );
}

#[tokio::test]
async fn sts_tells_the_account_of_the_key_even_when_all_else_is_denied() {
    let simulator = simulator().await;
    for profile in ["acme-prod", "acme-edge", "acme-audit"] {
        let client = Client::new(&simulator, profile);
        let answer = client.sts("Action=GetCallerIdentity").await;
        assert_eq!(answer.text("Account"), client.profile.account, "{}", answer.body);
        assert!(answer.text("Arn").contains(&client.profile.account));
    }
}

#[tokio::test]
async fn the_denied_profile_is_denied_in_the_words_of_each_service() {
    let simulator = simulator().await;
    let client = Client::new(&simulator, "acme-audit");
    assert!(client.profile.denied);
    let ec2 = client.ec2("Action=DescribeInstances").await;
    assert_eq!(ec2.failure(), (403, "UnauthorizedOperation".to_owned()));
    assert!(ec2.body.contains("ec2:DescribeInstances"));
    let ssm = client
        .ssm("StartSession", &json!({ "Target": "i-0a1b2c3d4e5f67890" }))
        .await;
    assert_eq!(ssm.failure(), (400, "AccessDeniedException".to_owned()));
    assert!(
        ssm.body
            .contains("is not authorized to perform: ssm:StartSession")
    );
}

#[tokio::test]
async fn each_defect_of_a_signature_has_its_own_error() {
    let simulator = simulator().await;
    let client = || Client::new(&simulator, "acme-prod");
    let body = "Action=DescribeInstances&Version=2016-11-15";
    let host = ("host".to_owned(), simulator.address().to_string());
    let unsigned = raw(simulator.address(), "POST", "/", &[host.clone()], body.as_bytes()).await;
    assert_eq!(unsigned.failure(), (403, "MissingAuthenticationToken".to_owned()));
    let target = ("x-amz-target".to_owned(), "AmazonSSM.StartSession".to_owned());
    let unsigned = raw(simulator.address(), "POST", "/", &[host, target], b"{}").await;
    assert_eq!(
        unsigned.failure(),
        (400, "MissingAuthenticationTokenException".to_owned())
    );

    let mut unknown = client();
    unknown.profile.access_key_id = "AKIAIOSFODNN7EXAMPLE".to_owned();
    assert_eq!(
        errors_of(&unknown).await,
        [
            (401, "AuthFailure".to_owned()),
            (403, "InvalidClientTokenId".to_owned()),
            (400, "UnrecognizedClientException".to_owned()),
        ]
    );
    let mut wrong = client();
    wrong.profile.secret_access_key = "wrong".to_owned().into();
    assert_eq!(
        errors_of(&wrong).await,
        [
            (403, "SignatureDoesNotMatch".to_owned()),
            (403, "SignatureDoesNotMatch".to_owned()),
            (400, "InvalidSignatureException".to_owned()),
        ]
    );
    let mut late = client();
    late.now -= Duration::from_secs(330);
    let expired = (400, "RequestExpired".to_owned());
    assert_eq!(
        errors_of(&late).await,
        [expired.clone(), expired.clone(), expired]
    );
    let mut tokenless = Client::new(&simulator, "acme-edge");
    assert_eq!(tokenless.sts("Action=GetCallerIdentity").await.status, 200);
    tokenless.profile.session_token = None;
    assert_eq!(
        tokenless.sts("Action=GetCallerIdentity").await.failure(),
        (403, "InvalidClientTokenId".to_owned())
    );
    let other_service = client().send(&query_call("s3", body.to_owned())).await;
    assert_eq!(other_service.failure(), (403, "SignatureDoesNotMatch".to_owned()));
}

async fn errors_of(client: &Client) -> [(u16, String); 3] {
    [
        client.ec2("Action=DescribeInstances").await.failure(),
        client.sts("Action=GetCallerIdentity").await.failure(),
        client
            .ssm("DescribeInstanceInformation", &json!({}))
            .await
            .failure(),
    ]
}

#[tokio::test]
async fn faults_come_and_go_on_command() {
    let simulator = simulator().await;
    let (client, control) = (Client::new(&simulator, "acme-prod"), simulator.control());
    control.throttle(3);
    assert_eq!(
        errors_of(&client).await,
        [
            (503, "RequestLimitExceeded".to_owned()),
            (400, "Throttling".to_owned()),
            (400, "ThrottlingException".to_owned()),
        ]
    );
    assert!(control.expire_credentials("acme-prod", true));
    assert_eq!(
        errors_of(&client).await,
        [
            (400, "RequestExpired".to_owned()),
            (403, "ExpiredToken".to_owned()),
            (400, "ExpiredTokenException".to_owned()),
        ]
    );
    control.expire_credentials("acme-prod", false);
    assert!(control.deny("acme-prod", true) && !control.deny("nobody", true));
    assert_eq!(client.ec2("Action=DescribeInstances").await.failure().0, 403);
    control.deny("acme-prod", false);
    assert_eq!(client.ec2("Action=DescribeInstances").await.status, 200);
    control.delay(Duration::from_millis(300));
    let before = std::time::Instant::now();
    client.ec2("Action=DescribeRegions").await;
    assert!(before.elapsed() >= Duration::from_millis(300));
}

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
async fn a_silenced_agent_is_reported_lost_and_takes_no_session() {
    let simulator = simulator().await;
    let (client, control) = (Client::new(&simulator, "acme-prod"), simulator.control());
    let node = online_node(&client).await;
    assert!(control.stop_agent(&node));
    assert_eq!(
        client
            .ssm("StartSession", &json!({ "Target": node }))
            .await
            .failure()
            .1,
        "TargetNotConnected"
    );
    let question = json!({ "Filters": [{ "Key": "InstanceIds", "Values": [node] }] });
    assert_eq!(
        all_agents(&client, &question).await[0]["PingStatus"],
        "ConnectionLost"
    );
    assert!(control.start_agent(&node) && !control.start_agent("i-00000000000000000"));
    assert_eq!(all_agents(&client, &question).await[0]["PingStatus"], "Online");
}

#[tokio::test]
async fn unknown_operations_are_named() {
    let simulator = simulator().await;
    let client = Client::new(&simulator, "acme-prod");
    let answer = client.ssm("PutParameter", &json!({})).await;
    assert_eq!(answer.failure(), (400, "UnknownOperationException".to_owned()));
    assert!(answer.body.contains("PutParameter"));
    let kms = client
        .send(&json_call("TrentService.GenerateDataKey", "{}".to_owned()))
        .await;
    assert!(kms.body.contains("TrentService.GenerateDataKey") && kms.failure().0 == 400);
    assert_eq!(
        client.ec2("Action=RunInstances").await.failure(),
        (400, "InvalidAction".to_owned())
    );
    assert_eq!(
        client.ec2("Nothing=1").await.failure(),
        (400, "MissingAction".to_owned())
    );
    assert_eq!(
        client.sts("Action=AssumeRole").await.failure(),
        (400, "InvalidAction".to_owned())
    );
}

#[tokio::test]
async fn other_hosts_and_malformed_requests_are_refused_and_the_server_lives_on() {
    let simulator = simulator().await;
    let address = simulator.address();
    for host in ["evil.test", "127.0.0.1.evil.test", "0.0.0.0"] {
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
    let unsigned = raw(
        simulator.address(),
        "GET",
        &target,
        &[("host".to_owned(), simulator.address().to_string())],
        b"",
    )
    .await;
    assert_eq!(
        unsigned.failure(),
        (403, "MissingAuthenticationTokenException".to_owned())
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
        raw(address, "GET", "/_simulator/sessions", &[host.clone()], b"")
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

#[tokio::test]
async fn the_files_hold_every_profile_and_only_this_user_reads_them() {
    let simulator = simulator().await;
    let files = simulator.aws_files();
    let config = std::fs::read_to_string(&files.config).unwrap();
    let credentials = std::fs::read_to_string(&files.credentials).unwrap();
    for profile in simulator.profiles() {
        assert!(config.contains(&format!("[profile {}]\n", profile.name)));
        assert!(credentials.contains(&format!(
            "[{}]\naws_access_key_id = {}",
            profile.name, profile.access_key_id
        )));
    }
    assert_eq!(
        config
            .matches(&format!("endpoint_url = {}\n", simulator.endpoint()))
            .count(),
        simulator.profiles().len()
    );
    #[cfg(unix)]
    for (path, mode) in [
        (files.config.as_path(), 0o600),
        (files.credentials.as_path(), 0o600),
        (files.config.parent().unwrap(), 0o700),
    ] {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(
            std::fs::metadata(path).unwrap().permissions().mode() & 0o777,
            mode,
            "{}",
            path.display()
        );
    }
    simulator.shutdown().await;
    assert!(!files.config.exists());
}

#[tokio::test]
async fn it_listens_on_loopback_only_and_names_a_busy_port() {
    let outside = SimulatorConfig {
        listen: "0.0.0.0:0".parse().unwrap(),
        ..SimulatorConfig::default()
    };
    assert!(matches!(
        Simulator::start(outside).await,
        Err(SimulatorError::NotLoopback { .. })
    ));
    let first = simulator().await;
    let again = SimulatorConfig {
        listen: first.address(),
        ..SimulatorConfig::default()
    };
    let error = Simulator::start(again).await.unwrap_err();
    assert!(matches!(error, SimulatorError::AddressInUse { .. }));
    assert!(error.to_string().contains(&first.address().to_string()) && error.to_string().contains("port 0"));
    let address = first.address();
    first.shutdown().await;
    assert!(
        tokio::net::TcpStream::connect(address).await.is_err(),
        "nothing listens after the shutdown"
    );
    let none = SimulatorConfig {
        pairs: 0,
        ..SimulatorConfig::default()
    };
    assert!(matches!(
        Simulator::start(none).await,
        Err(SimulatorError::NoPairs)
    ));
}
