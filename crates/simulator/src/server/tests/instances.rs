//! DescribeInstances over HTTP: pages, filters, ids, hostile text.

use std::collections::HashSet;

use serde_json::json;

use super::super::test_client::{Answer, Client};
use super::fleet::{all_agents, all_instances, simulator};
use crate::{Simulator, SimulatorConfig};

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
    let all = all_instances(&client, "").await;
    let tags = client.ec2("Action=DescribeInstances").await.body;
    let name = tags.split("<key>Name</key><value>").nth(1).unwrap();
    let name = name.split("</value>").next().unwrap();
    let named = all_instances(
        &client,
        &format!("Filter.1.Name=tag%3AName&Filter.1.Value.1={name}"),
    )
    .await;
    assert!(!named.is_empty() && named.len() < all.len());
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
    assert_eq!(found.texts("instanceId"), [id.as_str()]);
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
