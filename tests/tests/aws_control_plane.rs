//! The AWS control plane on the simulator, over the real wire: what every other part of Postern builds on.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed assumption of a test is a failed test"
)]

use std::collections::HashSet;

use postern_aws::AwsControlPlane;
use postern_model::{
    AgentInformation, ControlError, DataKeyRequest, DataKeys, DocumentName, Documents, Instance,
    InstanceState, NodeId, Nodes, Page, PageToken, PingStatus, Platform, ProfileName, Profiles, Region,
    Scope, SessionId, Sessions, Sockets, StartRequest, StreamUrl, Target,
};
use postern_simulator::{Simulator, SimulatorConfig};
use secrecy::ExposeSecret;
use tokio_tungstenite::tungstenite;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::http::{HeaderName, HeaderValue};

async fn simulator(nodes: usize, pairs: usize) -> Simulator {
    let config = SimulatorConfig {
        nodes,
        pairs,
        ..SimulatorConfig::default()
    };
    Simulator::start(config).await.unwrap()
}

fn control(simulator: &Simulator) -> AwsControlPlane {
    let files = simulator.aws_files();
    AwsControlPlane::isolated(files.config, files.credentials)
}

/// Every pair of a profile that is not denied.
fn open_scopes(simulator: &Simulator) -> Vec<Scope> {
    let profiles = simulator.profiles().into_iter().filter(|profile| !profile.denied);
    profiles
        .flat_map(|profile| {
            profile
                .regions
                .into_iter()
                .map(move |region| (profile.name.clone(), region))
        })
        .map(|(profile, region)| scope(&profile, &region))
        .collect()
}

fn scope(profile: &str, region: &str) -> Scope {
    Scope {
        profile: Some(ProfileName::parse(profile).unwrap()),
        region: Region::parse(region).unwrap(),
    }
}

/// Every page, and how many there were.
async fn instances(control: &AwsControlPlane, scope: &Scope, only_running: bool) -> (Vec<Instance>, usize) {
    let (mut all, mut pages, mut next) = (Vec::new(), 0, None);
    loop {
        let Page { items, next: more } = control.instances(scope, only_running, next).await.unwrap();
        all.extend(items);
        pages += 1;
        next = more;
        if next.is_none() {
            return (all, pages);
        }
    }
}

async fn agents(control: &AwsControlPlane, scope: &Scope) -> (Vec<AgentInformation>, usize) {
    let (mut all, mut pages, mut next): (_, _, Option<PageToken>) = (Vec::new(), 0, None);
    loop {
        let page = control.agents(scope, next).await.unwrap();
        all.extend(page.items);
        pages += 1;
        next = page.next;
        if next.is_none() {
            return (all, pages);
        }
    }
}

/// A node that takes sessions, and its scope.
async fn online_node(control: &AwsControlPlane, simulator: &Simulator) -> (Scope, NodeId) {
    for scope in open_scopes(simulator) {
        let (agents, _) = agents(control, &scope).await;
        let usable = |agent: &&AgentInformation| {
            agent.ping == PingStatus::Online && agent.platform == Some(Platform::Linux)
        };
        if let Some(agent) = agents.iter().find(usable) {
            return (scope, agent.id.clone());
        }
    }
    panic!("the world has no online Linux node");
}

#[tokio::test]
async fn every_page_of_every_pair_adds_up_to_the_whole_world() {
    const NODES: usize = 5000;
    let simulator = simulator(NODES, 2).await;
    let control = control(&simulator);
    let (mut ids, mut most_pages) = (HashSet::new(), (0, 0));
    for scope in open_scopes(&simulator) {
        let (instances, instance_pages) = instances(&control, &scope, false).await;
        let (agents, agent_pages) = agents(&control, &scope).await;
        let of_instances: HashSet<_> = instances.iter().map(|instance| instance.id.clone()).collect();
        let of_agents: HashSet<_> = agents.iter().map(|agent| agent.id.clone()).collect();
        assert_eq!(
            (of_instances.len(), of_agents.len()),
            (instances.len(), agents.len()),
            "nothing is listed twice"
        );
        assert!(instances.iter().all(|instance| !instance.id.is_hybrid()));
        most_pages = (most_pages.0.max(instance_pages), most_pages.1.max(agent_pages));
        ids.extend(of_instances.into_iter().chain(of_agents));
    }
    assert_eq!(ids.len(), NODES);
    assert!(most_pages.0 > 1 && most_pages.1 > 10, "{most_pages:?}");
}

#[tokio::test]
async fn only_running_instances_are_listed_when_only_they_are_asked_for() {
    let simulator = simulator(400, 1).await;
    let control = control(&simulator);
    let scope = &open_scopes(&simulator)[0];
    let (all, _) = instances(&control, scope, false).await;
    let (running, _) = instances(&control, scope, true).await;
    let expected: Vec<_> = all
        .iter()
        .filter(|instance| instance.state == InstanceState::Running)
        .cloned()
        .collect();
    assert_eq!(running, expected);
    assert!(running.len() < all.len(), "some are stopped");
}

#[tokio::test]
async fn what_is_known_of_a_node_arrives() {
    let simulator = simulator(400, 1).await;
    let control = control(&simulator);
    let scope = &open_scopes(&simulator)[0];
    let (instances, _) = instances(&control, scope, true).await;
    let named = instances.iter().find(|instance| instance.name.is_some()).unwrap();
    assert!(
        named.instance_type.is_some() && named.zone.is_some() && named.private_ip.is_some(),
        "{named:?}"
    );
    assert!(
        named.launched_at_ms.is_some() && named.tags.len() > 1,
        "{named:?}"
    );
    assert!(
        instances
            .iter()
            .any(|instance| instance.platform == Some(Platform::Windows))
    );
    let (agents, _) = agents(&control, scope).await;
    let online = agents
        .iter()
        .find(|agent| agent.ping == PingStatus::Online)
        .unwrap();
    assert!(
        online.agent_version.is_some() && online.last_ping_at_ms.is_some() && online.platform_name.is_some(),
        "{online:?}"
    );
    assert!(
        agents
            .iter()
            .any(|agent| agent.ping == PingStatus::ConnectionLost)
    );
    assert!(agents.iter().any(|agent| agent.id.is_hybrid()));
}

#[tokio::test]
async fn profiles_regions_and_the_endpoint_come_from_the_files() {
    let simulator = simulator(10, 8).await;
    let control = control(&simulator);
    let listed = control.profiles().await.unwrap();
    let expected: Vec<_> = simulator
        .profiles()
        .into_iter()
        .map(|profile| (profile.name, profile.regions[0].clone()))
        .collect();
    let found: Vec<_> = listed
        .iter()
        .map(|one| (one.name.to_string(), one.region.clone().unwrap().to_string()))
        .collect();
    assert_eq!(found, expected);
    assert!(
        listed.iter().all(|one| one.credentials == "Access key"),
        "{listed:?}"
    );
    for (name, region) in expected {
        let resolved = control
            .resolve(Some(ProfileName::parse(&name).unwrap()), None)
            .await
            .unwrap();
        assert_eq!(resolved, scope(&name, &region));
        let socket = control.socket_settings(&resolved).await.unwrap();
        assert_eq!(
            socket.endpoint_override.unwrap().as_str().trim_end_matches('/'),
            simulator.endpoint()
        );
    }
    let unknown = control
        .resolve(Some(ProfileName::parse("nope").unwrap()), None)
        .await
        .unwrap_err();
    assert!(
        unknown.next_step().contains(listed[0].name.as_str()),
        "{}",
        unknown.next_step()
    );
}

#[tokio::test]
async fn a_denied_pair_names_the_actions_that_are_missing() {
    let simulator = simulator(40, 4).await;
    let control = control(&simulator);
    let profile = simulator
        .profiles()
        .into_iter()
        .find(|profile| profile.denied)
        .unwrap();
    let scope = scope(&profile.name, &profile.regions[0]);
    let listing = control.instances(&scope, false, None).await.unwrap_err();
    assert_eq!(
        listing.to_string(),
        format!("{} may not call ec2:DescribeInstances.", profile.name)
    );
    let agents = control.agents(&scope, None).await.unwrap_err();
    assert_eq!(
        agents.to_string(),
        format!("{} may not call ssm:DescribeInstanceInformation.", profile.name)
    );
    assert!(
        agents.detail().unwrap().contains("not authorized"),
        "{:?}",
        agents.detail()
    );
}

#[tokio::test]
async fn a_session_is_started_reached_resumed_and_ended() {
    let simulator = simulator(60, 2).await;
    let control = control(&simulator);
    let (scope, node) = online_node(&control, &simulator).await;
    let grant = control
        .start_session(&scope, &StartRequest::shell(node.into()))
        .await
        .unwrap();
    assert_eq!(simulator.control().sessions().len(), 1);

    let settings = control.socket_settings(&scope).await.unwrap();
    let url = StreamUrl::check(&grant.stream_url, &scope.region, &settings).unwrap();
    let signed = control.sign_upgrade(&scope, &url).await.unwrap();
    assert_eq!(upgrade(&url, &signed).await, Ok(101));
    assert_eq!(
        upgrade(&url, &[]).await,
        Err(403),
        "the simulator looks at the signature"
    );

    let resumed = control.resume_session(&scope, &grant.session).await.unwrap();
    assert_eq!(resumed.session, grant.session);
    control.terminate_session(&scope, &grant.session).await.unwrap();
    let gone = control.resume_session(&scope, &grant.session).await.unwrap_err();
    assert_eq!(
        gone,
        ControlError::SessionGone {
            session: grant.session.clone()
        }
    );
    assert_eq!(
        control.terminate_session(&scope, &grant.session).await,
        Ok(()),
        "it is ended already"
    );
}

/// The status with which the gateway answers an upgrade with these headers.
async fn upgrade(url: &StreamUrl, headers: &[(String, String)]) -> Result<u16, u16> {
    let mut request = url.as_str().into_client_request().unwrap();
    for (name, value) in headers {
        let name = HeaderName::from_bytes(name.as_bytes()).unwrap();
        request
            .headers_mut()
            .insert(name, HeaderValue::from_str(value).unwrap());
    }
    match tokio_tungstenite::connect_async(request).await {
        Ok((_, answer)) => Ok(answer.status().as_u16()),
        Err(tungstenite::Error::Http(answer)) => Err(answer.status().as_u16()),
        Err(other) => panic!("{other}"),
    }
}

#[tokio::test]
async fn a_node_that_is_not_there_or_does_not_answer_is_not_connected() {
    let simulator = simulator(60, 2).await;
    let control = control(&simulator);
    let (scope, node) = online_node(&control, &simulator).await;
    let nobody = Target::parse("i-00000000000000000").unwrap();
    let error = control
        .start_session(&scope, &StartRequest::shell(nobody.clone()))
        .await
        .unwrap_err();
    assert_eq!(
        error,
        ControlError::TargetNotConnected {
            target: nobody,
            place: scope.to_string()
        }
    );
    assert!(simulator.control().stop_agent(node.as_str()));
    let error = control
        .start_session(&scope, &StartRequest::shell(node.into()))
        .await
        .unwrap_err();
    assert_eq!(error.code(), "target-not-connected");
}

#[tokio::test]
async fn a_document_that_does_not_exist_is_named() {
    let simulator = simulator(60, 2).await;
    let control = control(&simulator);
    let (scope, node) = online_node(&control, &simulator).await;
    let document = DocumentName::parse("Acme-NoSuchDocument").unwrap();
    let request = StartRequest {
        document: Some(document),
        ..StartRequest::shell(node.into())
    };
    let error = control.start_session(&scope, &request).await.unwrap_err();
    let ControlError::InvalidDocument { document, .. } = error else {
        panic!("{error}")
    };
    assert_eq!(document, "Acme-NoSuchDocument");
}

#[tokio::test]
async fn throttling_is_waited_out() {
    let simulator = simulator(20, 1).await;
    let control = control(&simulator);
    let scope = &open_scopes(&simulator)[0];
    simulator.control().throttle(2);
    assert!(control.session_documents(scope, None).await.is_ok());
    simulator.control().throttle(1);
    let error = control.agents(scope, None).await.unwrap_err();
    assert_eq!(
        error.code(),
        "throttled",
        "whoever reads a fleet has a pace of its own"
    );
    assert!(control.agents(scope, None).await.is_ok());
}

#[tokio::test]
async fn expired_credentials_are_named_and_good_ones_work_again() {
    let simulator = simulator(20, 1).await;
    let control = control(&simulator);
    let scope = &open_scopes(&simulator)[0];
    let profile = scope.profile.clone().unwrap();
    assert!(control.agents(scope, None).await.is_ok());
    simulator.control().expire_credentials(profile.as_str(), true);
    for error in [
        control.agents(scope, None).await.unwrap_err(),
        control.instances(scope, false, None).await.unwrap_err(),
    ] {
        assert_eq!(
            error.to_string(),
            format!("The sign-in of {profile} has expired.")
        );
    }
    simulator.control().expire_credentials(profile.as_str(), false);
    assert!(control.agents(scope, None).await.is_ok());
}

#[tokio::test]
async fn wrong_keys_are_refused_and_corrected_ones_work_without_a_restart() {
    let simulator = simulator(20, 1).await;
    let scope = &open_scopes(&simulator)[0];
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("credentials");
    let right = std::fs::read_to_string(simulator.aws_files().credentials).unwrap();
    let profile = &simulator.profiles()[0];
    let control = AwsControlPlane::isolated(simulator.aws_files().config, keys.clone());
    for wrong in [
        right.replace(&profile.access_key_id, "AKIAIOSFODNN7EXAMPLE"),
        right.replace("aws_secret_access_key = ", "aws_secret_access_key = x"),
    ] {
        std::fs::write(&keys, wrong).unwrap();
        let error = control.agents(scope, None).await.unwrap_err();
        assert_eq!(error.code(), "invalid-credentials", "{error}");
    }
    std::fs::write(&keys, right).unwrap();
    assert!(control.agents(scope, None).await.is_ok());
}

#[tokio::test]
async fn an_aws_that_is_gone_is_said_to_be_unreachable() {
    let simulator = simulator(20, 1).await;
    let folder = tempfile::tempdir().unwrap();
    let copy = |from: std::path::PathBuf, name: &str| {
        let to = folder.path().join(name);
        std::fs::copy(from, &to).unwrap();
        to
    };
    let files = simulator.aws_files();
    let control = AwsControlPlane::isolated(
        copy(files.config, "config"),
        copy(files.credentials, "credentials"),
    );
    let (scope, address) = (open_scopes(&simulator)[0].clone(), simulator.address());
    assert!(control.agents(&scope, None).await.is_ok());
    simulator.shutdown().await;
    let ControlError::Unreachable { endpoint, detail } = control.agents(&scope, None).await.unwrap_err()
    else {
        panic!()
    };
    assert_eq!(
        (endpoint, detail.as_str()),
        (address.to_string(), "the connection was refused")
    );
}

#[tokio::test]
async fn session_documents_of_every_owner_are_listed_and_each_can_be_read() {
    let simulator = simulator(10, 1).await;
    let control = control(&simulator);
    let scope = &open_scopes(&simulator)[0];
    let (mut listed, mut next) = (Vec::new(), None);
    loop {
        let page = control.session_documents(scope, next).await.unwrap();
        listed.extend(page.items);
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    let names: HashSet<_> = listed.iter().map(|one| one.name.to_string()).collect();
    assert_eq!(names.len(), listed.len(), "nothing is listed twice");
    for name in ["AWS-StartNonInteractiveCommand", "Acme-TailLog"] {
        assert!(names.contains(name), "{names:?}");
    }
    assert!(
        names.iter().any(|name| name.starts_with("arn:aws:ssm:")),
        "shared documents too: {names:?}"
    );
    for one in &listed {
        let document = control.session_document(scope, &one.name).await.unwrap();
        assert!(document.session_type.is_some(), "{document:?}");
    }
    let missing = DocumentName::parse("Acme-Missing").unwrap();
    let error = control.session_document(scope, &missing).await.unwrap_err();
    assert_eq!(error.code(), "invalid-document", "{error}");
}

#[tokio::test]
async fn a_data_key_is_made_with_a_good_key_and_refused_with_the_others() {
    let simulator = simulator(10, 1).await;
    let control = control(&simulator);
    let scope = &open_scopes(&simulator)[0];
    let request = |key: &str| DataKeyRequest {
        key: key.into(),
        session: SessionId::parse("ops-0a1b2c3d").unwrap(),
        target: "i-0a1b2c3d4e5f67890".into(),
        random_challenge: None,
    };
    let made = control
        .generate_data_key(scope, &request("alias/acme-sessions"))
        .await
        .unwrap();
    assert_eq!(made.plaintext.expose_secret().len(), 64);
    assert!(made.key_arn.starts_with("arn:aws:kms:"), "{}", made.key_arn);
    for (key, code) in [
        ("alias/acme-retired", "key-unusable"),
        ("alias/acme-leaving", "key-unusable"),
        ("alias/acme-missing", "key-unusable"),
        ("alias/acme-locked", "denied"),
    ] {
        let error = control.generate_data_key(scope, &request(key)).await.unwrap_err();
        assert_eq!(error.code(), code, "{key}: {error}");
    }
}
