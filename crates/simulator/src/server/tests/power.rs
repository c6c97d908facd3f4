//! Instances that are started, stopped, rebooted, terminated and replaced over HTTP; hybrid tags; rates and Regions in trouble.

use std::time::Duration;

use serde_json::json;

use super::super::test_client::{Answer, Client};
use super::fleet::{all_agents, all_instances, online_node, simulator};
use crate::{CallRate, RegionFault};

async fn in_state(client: &Client, state: &str) -> Vec<String> {
    let filter = format!("Filter.1.Name=instance-state-name&Filter.1.Value.1={state}");
    all_instances(client, &filter).await
}

async fn order(client: &Client, action: &str, ids: &[&str]) -> Answer {
    let named: Vec<String> = ids
        .iter()
        .enumerate()
        .map(|(index, id)| format!("&InstanceId.{}={id}", index + 1))
        .collect();
    client.ec2(&format!("Action={action}{}", named.concat())).await
}

/// The previous state of each instance of an answer, and the current one.
fn changes(answer: &Answer) -> Vec<(String, String)> {
    let name = |text: String| text.split("<name>").nth(1).unwrap().replace("</name>", "");
    let of = |element: &str| answer.texts(element).into_iter().map(name).collect::<Vec<_>>();
    of("previousState").into_iter().zip(of("currentState")).collect()
}

#[tokio::test]
async fn an_instance_is_stopped_and_started_by_those_who_may() {
    let simulator = simulator().await;
    let (client, control) = (Client::new(&simulator, "acme-prod"), simulator.control());
    let node = online_node(&client).await;
    let stopping = order(&client, "StopInstances", &[&node]).await;
    assert_eq!(
        changes(&stopping),
        [("running".to_owned(), "stopping".to_owned())]
    );
    let start = json!({ "Target": node });
    assert_eq!(
        client.ssm("StartSession", &start).await.failure().1,
        "TargetNotConnected"
    );
    let early = order(&client, "StartInstances", &[&node]).await;
    assert_eq!(early.failure(), (400, "IncorrectInstanceState".to_owned()));
    control.set_clock_ahead(1);
    assert!(in_state(&client, "stopped").await.contains(&node));
    let twice = order(&client, "StopInstances", &[&node]).await;
    assert_eq!(changes(&twice), [("stopped".to_owned(), "stopped".to_owned())]);
    let starting = order(&client, "StartInstances", &[&node]).await;
    assert_eq!(changes(&starting), [("stopped".to_owned(), "pending".to_owned())]);
    control.set_clock_ahead(2);
    let rebooted = order(&client, "RebootInstances", &[&node]).await;
    assert_eq!(
        (rebooted.status, rebooted.text("return")),
        (200, "true".to_owned())
    );
    assert_eq!(
        client.ssm("StartSession", &start).await.failure().1,
        "TargetNotConnected"
    );
    control.set_clock_ahead(3);
    assert_eq!(client.ssm("StartSession", &start).await.status, 200);
    simulator.shutdown().await;
}

#[tokio::test]
async fn an_order_is_for_all_that_are_named_or_for_none() {
    let simulator = simulator().await;
    let client = Client::new(&simulator, "acme-prod");
    let (running, gone) = (
        online_node(&client).await,
        in_state(&client, "terminated").await.remove(0),
    );
    for (action, id, code) in [
        ("StopInstances", gone.as_str(), "IncorrectInstanceState"),
        (
            "StopInstances",
            "i-0000000000000000f",
            "InvalidInstanceID.NotFound",
        ),
        ("StopInstances", "web-1", "InvalidInstanceID.Malformed"),
        (
            "TerminateInstances",
            "i-0000000000000000f",
            "InvalidInstanceID.NotFound",
        ),
    ] {
        let answer = order(&client, action, &[&running, id]).await;
        assert_eq!(answer.failure(), (400, code.to_owned()), "{action} {id}");
    }
    assert_eq!(
        order(&client, "StopInstances", &[]).await.failure().1,
        "MissingParameter"
    );
    let dry = client
        .ec2(&format!(
            "Action=StopInstances&DryRun=true&InstanceId.1={running}"
        ))
        .await;
    assert_eq!(dry.failure(), (412, "DryRunOperation".to_owned()));
    let young = in_state(&client, "pending").await.remove(0);
    assert_eq!(
        order(&client, "StopInstances", &[&young]).await.failure().1,
        "IncorrectInstanceState"
    );
    assert_eq!(
        order(&client, "RebootInstances", &[&gone]).await.status,
        200,
        "they are ignored"
    );
    assert!(in_state(&client, "running").await.contains(&running));
    simulator.shutdown().await;
}

#[tokio::test]
async fn stopping_needs_a_permission_of_its_own() {
    let simulator = simulator().await;
    let (client, control) = (Client::new(&simulator, "acme-prod"), simulator.control());
    let node = online_node(&client).await;
    assert!(control.deny_operation("StopInstances", Some("acme-prod"), true));
    let denied = order(&client, "StopInstances", &[&node]).await;
    assert_eq!(denied.failure(), (403, "UnauthorizedOperation".to_owned()));
    assert_eq!(order(&client, "RebootInstances", &[&node]).await.status, 200);
    simulator.shutdown().await;
}

#[tokio::test]
async fn what_is_terminated_takes_its_sessions_along_and_leaves_the_listing_later() {
    let simulator = simulator().await;
    let (client, control) = (Client::new(&simulator, "acme-prod"), simulator.control());
    let node = online_node(&client).await;
    let session = client
        .ssm("StartSession", &json!({ "Target": node }))
        .await
        .json();
    let terminated = order(&client, "TerminateInstances", &[&node]).await;
    assert_eq!(
        changes(&terminated),
        [("running".to_owned(), "shutting-down".to_owned())]
    );
    let record = control.session(session["SessionId"].as_str().unwrap()).unwrap();
    assert_eq!(record.state, crate::SessionStatus::Terminated);
    let of_node = json!({ "Filters": [{ "Key": "InstanceIds", "Values": [node] }] });
    assert!(all_agents(&client, &of_node).await.is_empty());
    control.set_clock_ahead(1);
    assert!(in_state(&client, "terminated").await.contains(&node));
    simulator.shutdown().await;
}

#[tokio::test]
async fn a_replaced_instance_has_a_twin_of_the_same_name() {
    let simulator = simulator().await;
    let (client, control) = (Client::new(&simulator, "acme-prod"), simulator.control());
    let node = online_node(&client).await;
    let new = control.replace_instance(&node).unwrap();
    assert!(in_state(&client, "pending").await.contains(&new));
    let named = client
        .ec2(&format!(
            "Action=DescribeInstances&InstanceId.1={node}&InstanceId.2={new}"
        ))
        .await;
    let names: Vec<&str> = named.body.split("<key>Name</key><value>").skip(1).collect();
    let name = |index: usize| names[index].split('<').next().unwrap();
    assert_eq!((names.len(), name(0)), (2, name(1)));
    assert!(control.replace_instance("i-0000000000000000f").is_none());
    simulator.shutdown().await;
}

#[tokio::test]
async fn tags_of_hybrid_nodes_are_asked_for_one_by_one() {
    let simulator = simulator().await;
    let client = Client::new(&simulator, "acme-prod");
    let hybrid = json!({ "Filters": [{ "Key": "ResourceType", "Values": ["ManagedInstance"] }] });
    let hybrid = all_agents(&client, &hybrid).await[0]["InstanceId"].clone();
    let ask = |kind: &str, id: &serde_json::Value| json!({ "ResourceType": kind, "ResourceId": id });
    let tags = client
        .ssm("ListTagsForResource", &ask("ManagedInstance", &hybrid))
        .await
        .json();
    let tags = tags["TagList"].as_array().unwrap().clone();
    assert!(
        tags.iter()
            .any(|tag| tag["Key"] == "env" && tag["Value"] == "prod"),
        "{tags:?}"
    );
    let instance = json!(online_node(&client).await);
    for (kind, id, code) in [
        ("ManagedInstance", &instance, "InvalidResourceId"),
        ("Instance", &hybrid, "ValidationException"),
    ] {
        let refused = client.ssm("ListTagsForResource", &ask(kind, id)).await;
        assert_eq!(refused.failure(), (400, code.to_owned()));
    }
    simulator.shutdown().await;
}

#[tokio::test]
async fn each_account_and_region_has_a_bucket_for_each_service() {
    let simulator = simulator().await;
    let (client, control) = (Client::new(&simulator, "acme-prod"), simulator.control());
    let mut elsewhere = Client::new(&simulator, "acme-prod");
    elsewhere.region = "us-east-1".to_owned();
    control.limit_calls(Some(CallRate {
        burst: 1,
        per_second: 0.0,
    }));
    let describe = "Action=DescribeInstances";
    assert_eq!(client.ec2(describe).await.status, 200);
    assert_eq!(
        client.ec2(describe).await.failure(),
        (503, "RequestLimitExceeded".to_owned())
    );
    assert_eq!(elsewhere.ec2(describe).await.status, 200);
    let agents = client.ssm("DescribeInstanceInformation", &json!({})).await;
    assert_eq!(agents.status, 200);
    let again = client.ssm("DescribeInstanceInformation", &json!({})).await;
    assert_eq!(again.failure(), (400, "ThrottlingException".to_owned()));
    control.limit_calls(None);
    assert_eq!(client.ec2(describe).await.status, 200);
    simulator.shutdown().await;
}

#[tokio::test]
async fn a_region_in_trouble_leaves_the_others_alone() {
    let simulator = simulator().await;
    let (client, control) = (Client::new(&simulator, "acme-prod"), simulator.control());
    let mut elsewhere = Client::new(&simulator, "acme-prod");
    elsewhere.region = "us-east-1".to_owned();
    let describe = "Action=DescribeInstances";
    control.trouble_region("eu-central-1", Some(RegionFault::Failing));
    assert_eq!(client.ec2(describe).await.failure().0, 500);
    control.trouble_region("eu-central-1", Some(RegionFault::Silent));
    let unanswered = tokio::time::timeout(Duration::from_millis(300), client.ec2(describe)).await;
    assert!(unanswered.is_err());
    assert_eq!(elsewhere.ec2(describe).await.status, 200);
    control.trouble_region(
        "eu-central-1",
        Some(RegionFault::Slow(Duration::from_millis(200))),
    );
    let asked = std::time::Instant::now();
    assert_eq!(client.ec2(describe).await.status, 200);
    assert!(asked.elapsed() >= Duration::from_millis(200));
    control.trouble_region("eu-central-1", None);
    assert_eq!(client.ec2(describe).await.status, 200);
    simulator.shutdown().await;
}
