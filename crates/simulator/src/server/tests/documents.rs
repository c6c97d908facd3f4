//! Session documents over HTTP: their lists, their contents, and StartSession's check of their parameters.

use serde_json::{Value, json};

use super::super::test_client::Client;
use super::fleet::{online_node, simulator};

#[tokio::test]
async fn documents_are_listed_by_owner_and_in_pages() {
    let simulator = simulator().await;
    let client = Client::new(&simulator, "acme-prod");
    let names = |owner: &'static str| {
        let filters =
            json!([{ "Key": "DocumentType", "Values": ["Session"] }, { "Key": "Owner", "Values": [owner] }]);
        let client = &client;
        async move {
            let (mut names, mut question) = (Vec::new(), json!({ "Filters": filters, "MaxResults": 4 }));
            loop {
                let page = client.ssm("ListDocuments", &question).await.json();
                let found = page["DocumentIdentifiers"].as_array().unwrap();
                assert!(found.len() <= 4);
                names.extend(
                    found
                        .iter()
                        .map(|document| document["Name"].as_str().unwrap().to_owned()),
                );
                match page.get("NextToken") {
                    Some(next) => question["NextToken"] = next.clone(),
                    None => return names,
                }
            }
        }
    };
    let (amazon, own, shared, all) = (
        names("Amazon").await,
        names("Self").await,
        names("Private").await,
        names("All").await,
    );
    assert!(amazon.iter().any(|name| name == "AWS-StartInteractiveCommand"));
    assert!(own.iter().any(|name| name == "Acme-RestartService"));
    assert!(shared.len() == 1 && shared[0].starts_with("arn:aws:ssm:eu-central-1:"));
    assert_eq!(all.len(), amazon.len() + own.len() + shared.len());
    let command = json!({ "Filters": [{ "Key": "DocumentType", "Values": ["Command"] }] });
    assert_eq!(
        client.ssm("ListDocuments", &command).await.json()["DocumentIdentifiers"],
        json!([])
    );
}

#[tokio::test]
async fn every_document_has_content_and_a_description_with_the_same_parameters() {
    let simulator = simulator().await;
    let client = Client::new(&simulator, "acme-prod");
    let all = client.ssm("ListDocuments", &json!({})).await.json();
    for document in all["DocumentIdentifiers"].as_array().unwrap() {
        let question = json!({ "Name": document["Name"], "DocumentFormat": "JSON" });
        let answer = client.ssm("GetDocument", &question).await.json();
        let content: Value = serde_json::from_str(answer["Content"].as_str().unwrap()).unwrap();
        assert!(
            content["sessionType"].is_string() && content["schemaVersion"] == "1.0",
            "{document}"
        );
        let described = client.ssm("DescribeDocument", &question).await.json();
        let parameters = described["Document"]["Parameters"].as_array().map_or(0, Vec::len);
        let declared = content["parameters"].as_object().map_or(0, serde_json::Map::len);
        assert_eq!(parameters, declared, "{document}");
    }
}

#[tokio::test]
async fn unknown_documents_versions_and_formats_are_refused() {
    let simulator = simulator().await;
    let client = Client::new(&simulator, "acme-prod");
    for (question, code) in [
        (json!({ "Name": "AWS-Nothing" }), "InvalidDocument"),
        (
            json!({ "Name": "AWS-StartSSHSession", "DocumentVersion": "7" }),
            "InvalidDocumentVersion",
        ),
        (
            json!({ "Name": "AWS-StartSSHSession", "DocumentFormat": "YAML" }),
            "InvalidDocumentFormat",
        ),
        (json!({}), "ValidationException"),
        (json!([1]), "SerializationException"),
    ] {
        assert_eq!(
            client.ssm("GetDocument", &question).await.failure(),
            (400, code.to_owned())
        );
    }
}

#[tokio::test]
async fn parameters_are_checked_before_a_session_is_granted() {
    let simulator = simulator().await;
    let client = Client::new(&simulator, "acme-prod");
    let node = online_node(&client).await;
    let asked = |parameters: Value| json!({ "Target": node, "DocumentName": "Acme-RestartService", "Parameters": parameters });
    for (parameters, words) in [
        (json!({}), "needs a value for the parameter service"),
        (
            json!({ "service": ["nginx"], "colour": ["red"] }),
            "colour is not defined",
        ),
        (
            json!({ "service": ["mysql"] }),
            "not found in [checkout-api, nginx",
        ),
    ] {
        let answer = client.ssm("StartSession", &asked(parameters)).await;
        assert_eq!(answer.failure(), (400, "InvalidParameters".to_owned()));
        assert!(answer.json()["message"].as_str().unwrap().contains(words));
    }
    let good = client
        .ssm("StartSession", &asked(json!({ "service": ["nginx"] })))
        .await;
    assert_eq!(good.status, 200, "{}", good.body);
    let unchecked = json!({ "Target": node, "Parameters": { "command": ["ls"] } });
    assert_eq!(
        client.ssm("StartSession", &unchecked).await.failure().1,
        "InvalidParameters"
    );
}

#[tokio::test]
async fn a_hybrid_node_takes_sessions_and_an_inactive_one_does_not() {
    let simulator = simulator().await;
    let client = Client::new(&simulator, "acme-prod");
    let hybrid = json!({ "Filters": [{ "Key": "ResourceType", "Values": ["ManagedInstance"] }] });
    let (mut opened, mut refused) = (0, 0);
    for node in super::fleet::all_agents(&client, &hybrid).await {
        let id = node["InstanceId"].as_str().unwrap();
        assert!(id.starts_with("mi-"));
        let answer = client.ssm("StartSession", &json!({ "Target": id })).await;
        if node["PingStatus"] == "Online" {
            assert_eq!(answer.status, 200);
            opened += 1;
        } else {
            assert_eq!(answer.failure().1, "TargetNotConnected");
            refused += 1;
        }
    }
    assert!(opened > 0 && refused > 0, "{opened} {refused}");
}
