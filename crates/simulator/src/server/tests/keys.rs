//! KMS over HTTP: data keys, their context, keys that cannot be used, and refusals by order.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::super::test_client::{Answer, Client};
use super::fleet::simulator;

const KEY: &str = "alias/acme-sessions";

fn context(session: &str) -> Value {
    json!({ "aws:ssm:SessionId": session, "aws:ssm:TargetId": "i-0a1b2c3d4e5f60718" })
}

async fn data_key(client: &Client, key: &str) -> Answer {
    let question = json!({ "KeyId": key, "NumberOfBytes": 64, "EncryptionContext": context("ops-1") });
    client.kms("GenerateDataKey", &question).await
}

#[tokio::test]
async fn a_data_key_is_made_by_alias_id_and_arn_and_opens_with_its_context_only() {
    let simulator = simulator().await;
    let client = Client::new(&simulator, "acme-prod");
    let described = client.kms("DescribeKey", &json!({ "KeyId": KEY })).await.json();
    let (arn, id) = (
        &described["KeyMetadata"]["Arn"],
        &described["KeyMetadata"]["KeyId"],
    );
    for name in [KEY, arn.as_str().unwrap(), id.as_str().unwrap()] {
        let made = data_key(&client, name).await.json();
        assert_eq!(&made["KeyId"], arn);
        let plaintext = STANDARD.decode(made["Plaintext"].as_str().unwrap()).unwrap();
        assert_eq!(plaintext.len(), 64);
        let open =
            |context| json!({ "CiphertextBlob": made["CiphertextBlob"], "EncryptionContext": context });
        let opened = client.kms("Decrypt", &open(context("ops-1"))).await.json();
        assert_eq!(
            (&opened["Plaintext"], &opened["KeyId"]),
            (&made["Plaintext"], arn)
        );
        for wrong in [context("ops-2"), json!({})] {
            let refused = client.kms("Decrypt", &open(wrong)).await;
            assert_eq!(refused.failure(), (400, "InvalidCiphertextException".to_owned()));
        }
    }
    let [one, other] = [data_key(&client, KEY).await, data_key(&client, KEY).await];
    assert_ne!(one.json()["Plaintext"], other.json()["Plaintext"]);
}

#[tokio::test]
async fn keys_that_cannot_be_used_say_why_in_the_codes_of_aws() {
    let simulator = simulator().await;
    let client = Client::new(&simulator, "acme-prod");
    for (key, code) in [
        ("alias/acme-retired", "DisabledException"),
        ("alias/acme-leaving", "KMSInvalidStateException"),
        ("alias/acme-locked", "AccessDeniedException"),
        ("alias/nothing", "NotFoundException"),
        ("1234abcd-12ab-34cd-56ef-1234567890ab", "NotFoundException"),
        ("", "ValidationException"),
    ] {
        assert_eq!(
            data_key(&client, key).await.failure(),
            (400, code.to_owned()),
            "{key}"
        );
    }
    for question in [
        json!({ "KeyId": KEY }),
        json!({ "KeyId": KEY, "NumberOfBytes": 0 }),
        json!({ "KeyId": KEY, "NumberOfBytes": 64, "KeySpec": "AES_256" }),
    ] {
        assert_eq!(
            client.kms("GenerateDataKey", &question).await.failure().1,
            "ValidationException"
        );
    }
    let other = Client::new(&simulator, "acme-dev");
    let foreign = client.kms("DescribeKey", &json!({ "KeyId": KEY })).await.json();
    let foreign = foreign["KeyMetadata"]["Arn"].as_str().unwrap();
    assert_eq!(data_key(&other, foreign).await.failure().1, "NotFoundException");
}

#[tokio::test]
async fn only_the_audited_account_has_a_key_in_its_preferences() {
    let simulator = simulator().await;
    for (profile, encrypted) in [("acme-prod", false), ("acme-data", true)] {
        let client = Client::new(&simulator, profile);
        let document = client
            .ssm("GetDocument", &json!({ "Name": "SSM-SessionManagerRunShell" }))
            .await
            .json();
        let content: Value = serde_json::from_str(document["Content"].as_str().unwrap()).unwrap();
        let key = content["inputs"]["kmsKeyId"].as_str().unwrap();
        assert_eq!(!key.is_empty(), encrypted, "{profile}");
        let aliases = client.kms("ListAliases", &json!({})).await.json();
        let aliases = aliases["Aliases"].as_array().unwrap();
        assert_eq!(aliases.len(), if encrypted { 5 } else { 4 });
        if encrypted {
            assert_eq!(data_key(&client, key).await.status, 200);
        }
    }
    let control = simulator.control();
    assert!(control.set_session_key("acme-prod", "eu-central-1", Some(KEY)));
    assert!(!control.set_session_key("acme-prod", "sa-east-1", Some(KEY)));
}

#[tokio::test]
async fn one_operation_is_denied_throttled_or_left_without_a_token_by_order() {
    let simulator = simulator().await;
    let (client, control) = (Client::new(&simulator, "acme-prod"), simulator.control());
    control.deny_operation("GenerateDataKey", Some("acme-prod"), true);
    assert_eq!(data_key(&client, KEY).await.failure().1, "AccessDeniedException");
    assert_eq!(
        data_key(&Client::new(&simulator, "acme-dev"), KEY).await.status,
        200
    );
    control.deny_operation("GenerateDataKey", Some("acme-prod"), false);
    control.throttle_operation("GenerateDataKey", 1);
    assert_eq!(
        client.kms("DescribeKey", &json!({ "KeyId": KEY })).await.status,
        200
    );
    assert_eq!(data_key(&client, KEY).await.failure().1, "ThrottlingException");
    assert_eq!(data_key(&client, KEY).await.status, 200);

    let node = super::fleet::online_node(&client).await;
    let started = client
        .ssm("StartSession", &json!({ "Target": node }))
        .await
        .json();
    let resume = json!({ "SessionId": started["SessionId"] });
    control.deny_operation("ResumeSession", None, true);
    assert_eq!(
        client.ssm("ResumeSession", &resume).await.failure().1,
        "AccessDeniedException"
    );
    control.deny_operation("ResumeSession", None, false);
    control.withhold_tokens(true);
    let answer = client.ssm("ResumeSession", &resume).await.json();
    assert_eq!(
        answer,
        json!({ "SessionId": started["SessionId"] }),
        "neither token nor URL"
    );
    control.withhold_tokens(false);
    assert!(client.ssm("ResumeSession", &resume).await.json()["TokenValue"].is_string());
}
