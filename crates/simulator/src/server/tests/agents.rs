//! DescribeInstanceInformation over HTTP: pages, filters, tokens, silenced agents.

use serde_json::json;

use super::super::test_client::Client;
use super::fleet::{all_agents, all_instances, online_node, simulator};
use crate::{Simulator, SimulatorConfig};

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
            format!("NextToken={token}&Filter.1.Name=tag%3AName&Filter.1.Value.1=x"),
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
