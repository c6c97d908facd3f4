//! The simulator under test, and whole listings of its fleet.

use serde_json::{Value, json};

use super::super::test_client::Client;
use crate::{Simulator, SimulatorConfig};

pub(super) async fn simulator() -> Simulator {
    Simulator::start(SimulatorConfig::default()).await.unwrap()
}

pub(super) async fn all_instances(client: &Client, query: &str) -> Vec<String> {
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

pub(super) async fn all_agents(client: &Client, question: &Value) -> Vec<Value> {
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
pub(super) async fn online_node(client: &Client) -> String {
    let online = json!({ "Filters": [{ "Key": "PingStatus", "Values": ["Online"] }] });
    all_agents(client, &online).await[0]["InstanceId"]
        .as_str()
        .unwrap()
        .to_owned()
}
