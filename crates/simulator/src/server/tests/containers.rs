//! ECS over HTTP: clusters, tasks, and sessions in containers.

use serde_json::{Value, json};

use super::super::test_client::Client;
use super::fleet::simulator;

/// The tasks of the shop's cluster.
async fn tasks(client: &Client) -> Vec<Value> {
    let listed = client
        .ecs("ListTasks", &json!({ "cluster": "acme-shop" }))
        .await
        .json();
    let question = json!({ "cluster": "acme-shop", "tasks": listed["taskArns"] });
    let described = client.ecs("DescribeTasks", &question).await.json();
    assert_eq!(described["failures"], json!([]));
    described["tasks"].as_array().unwrap().clone()
}

#[tokio::test]
async fn a_command_in_a_container_is_a_session_with_lower_camel_keys() {
    let simulator = simulator().await;
    let client = Client::new(&simulator, "acme-prod");
    let task = tasks(&client).await.remove(0);
    let question = json!({ "cluster": "acme-shop", "container": "proxy", "command": "/bin/sh", "interactive": true, "task": task["taskArn"] });
    let answer = client.ecs("ExecuteCommand", &question).await.json();
    assert_eq!(
        (&answer["taskArn"], &answer["containerName"]),
        (&task["taskArn"], &json!("proxy"))
    );
    let session = &answer["session"];
    assert!(session["tokenValue"].is_string() && session["streamUrl"].as_str().unwrap().starts_with("ws://"));
    let record = simulator
        .control()
        .session(session["sessionId"].as_str().unwrap())
        .unwrap();
    let task_id = task["taskArn"].as_str().unwrap().rsplit('/').next().unwrap();
    let runtime = task["containers"][1]["runtimeId"].as_str().unwrap();
    assert_eq!(record.target, format!("ecs:acme-shop_{task_id}_{runtime}"));
    assert!(record.id.starts_with("ecs-execute-command-"));

    let started = client
        .ssm("StartSession", &json!({ "Target": record.target }))
        .await;
    assert_eq!(started.status, 200);
    let missing = json!({ "Target": "ecs:acme-shop_0_0" });
    assert_eq!(
        client.ssm("StartSession", &missing).await.failure().1,
        "TargetNotConnected"
    );
    let other = Client::new(&simulator, "acme-dev");
    let foreign = json!({ "Target": record.target });
    assert_eq!(
        other.ssm("StartSession", &foreign).await.failure().1,
        "TargetNotConnected"
    );
}

#[tokio::test]
async fn commands_that_cannot_be_are_refused_in_the_words_of_aws() {
    let simulator = simulator().await;
    let client = Client::new(&simulator, "acme-prod");
    let tasks = tasks(&client).await;
    let (shop, ledger) = (&tasks[0]["taskArn"], &tasks[3]["taskArn"]);
    let asked = |cluster: &str, task: &Value, interactive: bool| json!({ "cluster": cluster, "command": "sh", "interactive": interactive, "task": task });
    for (question, code, words) in [
        (
            asked("nowhere", shop, true),
            "ClusterNotFoundException",
            "not found",
        ),
        (
            asked("acme-shop", &json!("0"), true),
            "InvalidParameterException",
            "task provided",
        ),
        (
            asked("acme-shop", shop, false),
            "InvalidParameterException",
            "Interactive",
        ),
        (
            asked("acme-shop", shop, true),
            "InvalidParameterException",
            "more than one container",
        ),
        (
            asked("acme-shop", ledger, true),
            "InvalidParameterException",
            "was not enabled",
        ),
    ] {
        let answer = client.ecs("ExecuteCommand", &question).await;
        assert_eq!(answer.failure(), (400, code.to_owned()), "{question}");
        assert!(
            answer.json()["message"].as_str().unwrap().contains(words),
            "{question}"
        );
    }
    let clusters = client
        .ecs(
            "DescribeClusters",
            &json!({ "clusters": ["acme-batch", "nowhere"] }),
        )
        .await
        .json();
    assert_eq!(clusters["clusters"][0]["runningTasksCount"], 0);
    assert_eq!(clusters["failures"][0]["reason"], "MISSING");
}
