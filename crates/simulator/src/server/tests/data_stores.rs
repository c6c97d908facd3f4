//! RDS, ElastiCache, EKS and OpenSearch over HTTP, and what nodes reach of them.

use super::super::test_client::{Answer, Call, Client, query_call};
use super::fleet::simulator;

async fn ask(client: &Client, service: &'static str, query: &str) -> Answer {
    client.send(&query_call(service, query.to_owned())).await
}

#[tokio::test]
async fn the_data_stores_of_a_pair_say_their_endpoints() {
    let simulator = simulator().await;
    let client = Client::new(&simulator, "acme-prod");
    let instances = ask(&client, "rds", "Action=DescribeDBInstances&Version=2014-10-31").await;
    assert_eq!(instances.texts("DBInstanceIdentifier"), ["orders", "billing"]);
    assert_eq!(instances.texts("Port"), ["5432", "3306"]);
    assert!(instances.text("Address").ends_with(".rds.amazonaws.com"));
    let clusters = ask(&client, "rds", "Action=DescribeDBClusters&Version=2014-10-31").await;
    assert!(clusters.text("Endpoint").starts_with("checkout.cluster-c"));
    let caches = ask(
        &client,
        "elasticache",
        "Action=DescribeReplicationGroups&Version=2015-02-02",
    )
    .await;
    assert!(caches.text("PrimaryEndpoint").contains("master.sessions."));
    let lone = ask(
        &client,
        "elasticache",
        "Action=DescribeCacheClusters&Version=2015-02-02",
    )
    .await;
    assert!(lone.text("ConfigurationEndpoint").contains("pages."));
    let missing = "Action=DescribeDBInstances&DBInstanceIdentifier=nothing&Version=2014-10-31";
    assert_eq!(
        ask(&client, "rds", missing).await.failure(),
        (404, "DBInstanceNotFound".to_owned())
    );
    let unknown = ask(&client, "rds", "Action=DeleteDBInstance&Version=2014-10-31").await;
    assert_eq!(unknown.failure(), (400, "InvalidAction".to_owned()));
}

async fn rest(
    client: &Client,
    service: &'static str,
    method: &'static str,
    target: &str,
    body: &str,
) -> Answer {
    let call = Call {
        method,
        target: target.to_owned(),
        headers: Vec::new(),
        body: body.to_owned(),
        service,
    };
    client.send(&call).await
}

#[tokio::test]
async fn clusters_and_domains_say_their_endpoints() {
    let simulator = simulator().await;
    let client = Client::new(&simulator, "acme-prod");
    let listed = rest(&client, "eks", "GET", "/clusters?maxResults=100", "").await;
    assert_eq!(listed.json()["clusters"], serde_json::json!(["platform"]));
    let described = rest(&client, "eks", "GET", "/clusters/platform", "").await;
    let endpoint = described.json()["cluster"]["endpoint"].to_string();
    assert!(
        endpoint.contains(".gr7.") && endpoint.contains("https://"),
        "{endpoint}"
    );
    let missing = rest(&client, "eks", "GET", "/clusters/nothing", "").await;
    assert_eq!(missing.status, 404);
    assert!(
        missing.head.contains("ResourceNotFoundException"),
        "{}",
        missing.head
    );
    let names = rest(&client, "es", "GET", "/2021-01-01/domain", "").await;
    assert_eq!(names.json()["DomainNames"][0]["DomainName"], "logs");
    let info = "/2021-01-01/opensearch/domain-info";
    let domains = rest(
        &client,
        "es",
        "POST",
        info,
        r#"{"DomainNames":["logs","nothing"]}"#,
    )
    .await;
    let found = domains.json()["DomainStatusList"].clone();
    assert_eq!(found.as_array().unwrap().len(), 1);
    assert!(found[0]["Endpoints"]["vpc"].to_string().contains("vpc-logs-"));
    let unsigned = rest(&client, "ec2", "GET", "/clusters", "").await;
    assert!(
        unsigned.head.contains("InvalidSignatureException"),
        "{}",
        unsigned.head
    );
    simulator.control().deny_operation("ListClusters", None, true);
    let denied = rest(&client, "eks", "GET", "/clusters", "").await;
    assert!(denied.head.contains("AccessDeniedException"), "{}", denied.head);
}

#[tokio::test]
async fn who_is_denied_sees_no_data_stores() {
    let simulator = simulator().await;
    let client = Client::new(&simulator, "acme-prod");
    simulator
        .control()
        .deny_operation("DescribeDBClusters", None, true);
    let denied = ask(&client, "rds", "Action=DescribeDBClusters&Version=2014-10-31").await;
    assert_eq!(denied.failure(), (403, "AccessDenied".to_owned()));
}
