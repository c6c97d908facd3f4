//! Who calls, and what refused callers hear from each service.

use std::time::Duration;

use serde_json::json;

use super::super::test_client::{Client, json_call, query_call, raw};
use super::fleet::simulator;

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
    let unsigned = raw(
        simulator.address(),
        "POST",
        "/",
        std::slice::from_ref(&host),
        body.as_bytes(),
    )
    .await;
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
    assert_eq!(
        errors_of(&late).await,
        [
            (400, "RequestExpired".to_owned()),
            (403, "SignatureDoesNotMatch".to_owned()),
            (400, "InvalidSignatureException".to_owned()),
        ]
    );
    let said = late.sts("Action=GetCallerIdentity").await.body;
    assert!(
        said.contains("Signature expired: ") && said.contains(" - 5 min.)"),
        "{said}"
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
async fn unknown_operations_are_named() {
    let simulator = simulator().await;
    let client = Client::new(&simulator, "acme-prod");
    let answer = client.ssm("PutParameter", &json!({})).await;
    assert_eq!(answer.failure(), (400, "UnknownOperationException".to_owned()));
    assert!(answer.body.contains("PutParameter"));
    let other = client
        .send(&json_call("AmazonSQS.SendMessage", "{}".to_owned()))
        .await;
    assert!(other.body.contains("AmazonSQS.SendMessage") && other.failure().0 == 400);
    let encrypt = client.kms("Encrypt", &json!({})).await;
    assert!(encrypt.body.contains("Encrypt") && encrypt.failure().0 == 400);
    assert_eq!(
        client.ec2("Action=RunInstances").await.failure(),
        (400, "InvalidAction".to_owned())
    );
    assert_eq!(
        client.ec2("Nothing=1").await.failure(),
        (400, "MissingAction".to_owned())
    );
    assert_eq!(
        client.sts("Action=AssumeRoot").await.failure(),
        (400, "InvalidAction".to_owned())
    );
}
