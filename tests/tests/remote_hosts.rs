//! The hosts behind nodes, as RDS, ElastiCache, EKS and OpenSearch of the simulator list them: by the control plane, and by
//! `postern remote-hosts`.

#![cfg(unix)]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed assumption of a test is a failed test"
)]

use std::io::{Read, Write};

use postern_aws::AwsControlPlane;
use postern_model::{ProfileName, Region, RemoteHostListing, RemoteHosts, Scope};
use postern_simulator::{Simulator, SimulatorConfig};
use postern_tests::harness::{PortWorld, postern};
use serde_json::{Value, json};

fn scope() -> Scope {
    Scope {
        profile: Some(ProfileName::parse("acme-prod").unwrap()),
        region: Region::parse("eu-central-1").unwrap(),
    }
}

#[tokio::test]
async fn every_listing_names_its_hosts_and_their_usual_ports() {
    let simulator = Simulator::start(SimulatorConfig::default()).await.unwrap();
    let files = simulator.aws_files();
    let control = AwsControlPlane::isolated(files.config, files.credentials);
    let mut found = Vec::new();
    for listing in RemoteHostListing::ALL {
        let hosts = control.listed_hosts(&scope(), listing).await.unwrap();
        found.extend(hosts.iter().map(|host| {
            let last = host.host.as_str().rsplit('.').nth(2).unwrap().to_owned();
            (host.service.name(), host.name.clone(), last, host.port.get())
        }));
    }
    let expected = [
        ("RDS", "orders", "rds", 5432),
        ("RDS", "billing", "rds", 3306),
        ("RDS", "checkout (cluster)", "rds", 5432),
        ("RDS", "checkout (readers)", "rds", 5432),
        ("ElastiCache", "sessions", "cache", 6379),
        ("ElastiCache", "sessions (readers)", "cache", 6379),
        ("ElastiCache", "pages", "cache", 11211),
        ("EKS", "platform", "eks", 443),
        ("OpenSearch", "logs", "es", 443),
    ];
    let expected =
        expected.map(|(service, name, zone, port)| (service, name.to_owned(), zone.to_owned(), port));
    assert_eq!(found, expected);
    simulator.control().throttle_operation("DescribeDBInstances", 1);
    let scope = scope();
    let again = control.listed_hosts(&scope, RemoteHostListing::DatabaseInstances);
    assert_eq!(
        again.await.unwrap().len(),
        2,
        "a call that is throttled is made again"
    );
    simulator.shutdown().await;
}

fn listed(world: &PortWorld) -> (Vec<Value>, String, Option<i32>) {
    let output = postern(&world.simulator)
        .args(["remote-hosts", "--json"])
        .output()
        .unwrap();
    let hosts: Value = serde_json::from_slice(&output.stdout).unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (hosts.as_array().unwrap().clone(), said, output.status.code())
}

#[test]
fn a_listing_that_is_denied_is_named_and_hides_no_other() {
    let world = PortWorld::new();
    let (all, said, status) = listed(&world);
    assert_eq!((all.len(), said.as_str(), status), (9, "", Some(0)));
    world.order("faults/deny", &json!({ "operation": "DescribeDBClusters" }));
    world.order("faults/deny", &json!({ "operation": "DescribeCluster" }));
    world.order("faults/deny", &json!({ "operation": "ListDomainNames" }));
    let (some, said, status) = listed(&world);
    assert_eq!((some.len(), status), (5, Some(3)), "{said}");
    for action in [
        "rds:DescribeDBClusters",
        "eks:DescribeCluster",
        "es:ListDomainNames",
    ] {
        assert!(
            said.contains(&format!("may not call {action}")),
            "{action}: {said}"
        );
    }
    let table = postern(&world.simulator).arg("remote-hosts").output().unwrap();
    let table = String::from_utf8_lossy(&table.stdout).into_owned();
    assert!(
        table.starts_with("SERVICE ") && table.contains("\nRDS ") && !table.contains("EKS"),
        "{table}"
    );
}

#[test]
fn without_credentials_the_reason_is_said_once() {
    let world = PortWorld::new();
    let output = postern(&world.simulator)
        .arg("remote-hosts")
        .env("AWS_SHARED_CREDENTIALS_FILE", "/nonexistent")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(
        (output.status.code(), output.stdout.len()),
        (Some(1), 0),
        "{said}"
    );
    assert_eq!(said.matches("postern: ").count(), 1, "{said}");
}

#[test]
fn a_listed_host_is_what_forward_takes() {
    let world = PortWorld::new();
    let (hosts, ..) = listed(&world);
    let cache = hosts.iter().find(|host| host["name"] == "sessions").unwrap();
    let place = format!("0:{}:{}", cache["host"].as_str().unwrap(), cache["port"]);
    let forward = world.forward(&[&place]);
    let mut stream = forward.connect(0);
    stream.write_all(b"hello\n").unwrap();
    let mut first = [0];
    stream.read_exact(&mut first).unwrap();
}
