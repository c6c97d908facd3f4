//! What programs find on a node and in a container, and the files with profiles of every kind.

use secrecy::ExposeSecret;

use super::super::test_client::{Answer, raw};
use super::fleet::simulator;
use crate::{Simulator, SimulatorConfig};

async fn ask(simulator: &Simulator, method: &str, target: &str, header: Option<(&str, &str)>) -> Answer {
    let mut headers = vec![("host".to_owned(), simulator.address().to_string())];
    headers.extend(header.map(|(name, value)| (name.to_owned(), value.to_owned())));
    raw(simulator.address(), method, target, &headers, b"").await
}

#[tokio::test]
async fn the_metadata_service_asks_for_a_token_first() {
    let simulator = simulator().await;
    let roles = "/latest/meta-data/iam/security-credentials/";
    assert_eq!(
        ask(&simulator, "GET", roles, None).await.status,
        401,
        "its first version is off"
    );
    let lifetime = "x-aws-ec2-metadata-token-ttl-seconds";
    for bad in [None, Some((lifetime, "0")), Some((lifetime, "21601"))] {
        assert_eq!(ask(&simulator, "PUT", "/latest/api/token", bad).await.status, 400);
    }
    let token = ask(&simulator, "PUT", "/latest/api/token", Some((lifetime, "60")))
        .await
        .body;
    let token = Some(("x-aws-ec2-metadata-token", token.as_str()));
    let role = ask(&simulator, "GET", roles, token).await.body;
    assert_eq!(role, "NodeOperator");
    let credentials = ask(&simulator, "GET", &format!("{roles}{role}"), token)
        .await
        .json();
    assert_eq!(credentials["Code"], "Success");
    assert!(credentials["AccessKeyId"].as_str().unwrap().starts_with("ASIA"));
    assert_eq!(
        ask(&simulator, "GET", &format!("{roles}Other"), token)
            .await
            .status,
        404
    );
    assert!(simulator.control().attach_role("acme-prod", None));
    assert_eq!(ask(&simulator, "GET", roles, token).await.status, 404);
}

#[tokio::test]
async fn a_container_shows_its_token() {
    let simulator = simulator().await;
    let control = simulator.control();
    let place = "/container/credentials";
    assert_eq!(ask(&simulator, "GET", place, None).await.status, 401);
    assert_eq!(
        ask(&simulator, "GET", place, Some(("authorization", "x")))
            .await
            .status,
        401
    );
    let token = control.container_token();
    let own = Some(("authorization", token.expose_secret()));
    let credentials = ask(&simulator, "GET", place, own).await.json();
    assert!(
        credentials["RoleArn"]
            .as_str()
            .unwrap()
            .ends_with(":role/NodeOperator"),
        "{credentials}"
    );
    assert!(control.attach_role("acme-dev", Some("ReadOnly")));
    let credentials = ask(&simulator, "GET", place, own).await.json();
    assert!(
        credentials["RoleArn"]
            .as_str()
            .unwrap()
            .ends_with(":role/ReadOnly"),
        "{credentials}"
    );
}

#[tokio::test]
async fn the_files_can_have_profiles_of_every_kind() {
    let config = SimulatorConfig {
        nodes: 10,
        every_kind: true,
        ..SimulatorConfig::default()
    };
    let simulator = Simulator::start(config).await.unwrap();
    let text = std::fs::read_to_string(simulator.aws_files().config).unwrap();
    for wanted in [
        "[sso-session acme]\nsso_start_url = https://acme.awsapps.com/start\nsso_region = eu-central-1\n",
        "[sso-session acme-us]\n",
        "[profile sso-acme-prod-node-operator]\nsso_session = acme\n",
        "[profile sso-acme-us-dev-node-operator]\nsso_session = acme-us\n",
        "[profile sso-legacy]\nsso_start_url = ",
        "\nmfa_serial = arn:aws:iam::",
        "\nexternal_id = acme-partner-7\n",
        "\nweb_identity_token_file = ",
        "\ncredential_process = ",
        "[profile console]\nlogin_session = arn:aws:iam::",
        "\ncredential_source = Ec2InstanceMetadata\n",
        "\nsource_profile = role-mfa\n",
    ] {
        assert!(text.contains(wanted), "{wanted} is missing in {text}");
    }
}
