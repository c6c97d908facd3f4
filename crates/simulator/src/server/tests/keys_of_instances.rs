//! SendSSHPublicKey and GetPasswordData over HTTP.

use serde_json::json;

use super::super::test_client::Client;
use super::fleet::simulator;

const KEY: &str =
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIBm0ZCsu1r7fDkTvIhFYwB4K4GzsQ0oVoEqxWjIGjv5B demo@acme";

fn instances(body: &str, marker: &str) -> Vec<String> {
    let items = body.split("<instanceId>").skip(1);
    items
        .filter(|item| item.contains("<name>running</name>") && item.contains(marker))
        .map(|item| item.split('<').next().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn a_pushed_key_is_held_for_its_instance_and_user() {
    let simulator = simulator().await;
    let client = Client::new(&simulator, "acme-prod");
    let fleet = client.ec2("Action=DescribeInstances&MaxResults=1000").await;
    let running = instances(&fleet.body, "Linux/UNIX");
    let sent = json!({ "InstanceId": running[0], "InstanceOSUser": "ec2-user", "SSHPublicKey": KEY });
    let answer = client.send_key(&sent).await;
    assert_eq!(
        (answer.status, answer.json()["Success"].as_bool()),
        (200, Some(true))
    );
    let held = simulator.control().pushed_keys();
    assert_eq!((held.len(), held[0].instance.as_str()), (1, running[0].as_str()));
    assert_eq!(
        (held[0].user.as_str(), held[0].public_key.as_str()),
        ("ec2-user", KEY)
    );
    for (changed, code) in [
        (
            json!({ "InstanceId": "i-0123456789abcdef0" }),
            "EC2InstanceNotFoundException",
        ),
        (json!({ "SSHPublicKey": "ssh-rsa short" }), "InvalidArgsException"),
        (json!({ "InstanceOSUser": "a b" }), "InvalidArgsException"),
    ] {
        let mut request = sent.clone();
        request
            .as_object_mut()
            .unwrap()
            .extend(changed.as_object().unwrap().clone());
        let answer = client.send_key(&request).await;
        assert_eq!(answer.failure(), (400, code.to_owned()));
    }
    simulator.control().set_clock_ahead(61);
    assert!(
        simulator.control().pushed_keys().is_empty(),
        "a key is good for a minute"
    );
}

#[tokio::test]
async fn only_instances_with_a_key_pair_have_password_data() {
    let simulator = simulator().await;
    let client = Client::new(&simulator, "acme-prod");
    let fleet = client.ec2("Action=DescribeInstances&MaxResults=1000").await;
    let data = |instance: String| {
        let client = &client;
        async move {
            let answer = client
                .ec2(&format!("Action=GetPasswordData&InstanceId={instance}"))
                .await;
            assert_eq!(answer.status, 200, "{}", answer.body);
            answer.texts("passwordData").concat()
        }
    };
    let windows = instances(&fleet.body, "<keyName>acme-windows</keyName>");
    assert!(data(windows[0].clone()).await.len() > 340);
    let linux = instances(&fleet.body, "Linux/UNIX");
    assert_eq!(data(linux[0].clone()).await.trim(), "");
    let missing = client
        .ec2("Action=GetPasswordData&InstanceId=i-0123456789abcdef0")
        .await;
    assert_eq!(missing.failure(), (400, "InvalidInstanceID.NotFound".to_owned()));
    let key = std::fs::read_to_string(simulator.aws_files().windows_key).unwrap();
    assert!(key.starts_with("-----BEGIN RSA PRIVATE KEY-----"));
}
