//! RDS and ElastiCache over HTTP, and what nodes reach of them.

use super::super::test_client::{Answer, Client, query_call};
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
    let missing = "Action=DescribeDBInstances&DBInstanceIdentifier=nothing&Version=2014-10-31";
    assert_eq!(
        ask(&client, "rds", missing).await.failure(),
        (404, "DBInstanceNotFound".to_owned())
    );
    let unknown = ask(&client, "rds", "Action=DeleteDBInstance&Version=2014-10-31").await;
    assert_eq!(unknown.failure(), (400, "InvalidAction".to_owned()));
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
