//! A gateway on loopback without the rest of the simulator's HTTP side.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Path as UrlPath, State};
use axum::routing::get;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::agent::AgentTiming;
use crate::cloud::{Cloud, CloudState};
use crate::config::SimulatorConfig;
use crate::gateway::data_channel;
use crate::gateway::{AgentBehaviour, Grant, SessionRecord, SessionRequest, SessionStatus, Sessions};
use crate::network::NodeListeners;
use crate::services::ssm::{documents, find, workload};
use crate::services::{Caller, kms};
use crate::world::{NodePlatform, SimulatedNode};

pub(super) struct Bench {
    cloud: Cloud,
    node: Arc<SimulatedNode>,
    pub(super) address: SocketAddr,
    scratch: TempDir,
}

impl Bench {
    pub(super) async fn start() -> Self {
        Self::start_with(AgentTiming::quick()).await
    }

    pub(super) async fn start_with(timing: AgentTiming) -> Self {
        let scratch = tempfile::tempdir().unwrap();
        let config = SimulatorConfig {
            timing,
            nodes: 20,
            pairs: 1,
            ..SimulatorConfig::default()
        };
        let cloud = Arc::new(CloudState::new(&config, scratch.path().to_owned()));
        let world = &cloud.world;
        let pair = world
            .company()
            .pairs()
            .next()
            .map(|(profile, region)| (profile.account.clone(), region.to_owned()));
        let (account, region) = pair.unwrap();
        let linux = |node: &&Arc<SimulatedNode>| {
            let plain = |name: &str| {
                name.bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            };
            node.platform == NodePlatform::Linux && !node.name.is_empty() && plain(&node.name)
        };
        let node = world.nodes(&account, &region).iter().find(linux).unwrap().clone();
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new()
            .route("/{session}", get(upgrade))
            .with_state(Arc::clone(&cloud));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self {
            cloud,
            node,
            address,
            scratch,
        }
    }

    pub(super) fn sessions(&self) -> &Sessions {
        &self.cloud.sessions
    }

    pub(super) fn listeners(&self) -> &NodeListeners {
        &self.cloud.listeners
    }

    pub(super) fn grant(&self, document: &str, command: &[&str]) -> Grant {
        let command: Vec<(&str, &str)> = command.iter().map(|value| ("command", *value)).collect();
        self.grant_with(document, &command)
    }

    /// A session of a document with one value for each of these parameters.
    pub(super) fn grant_with(&self, document: &str, parameters: &[(&str, &str)]) -> Grant {
        let request = SessionRequest {
            node: Arc::clone(&self.node),
            owner: "arn:aws:iam::111122223333:user/ops".to_owned(),
            owner_name: "ops".to_owned(),
            document: document.to_owned(),
            reason: None,
        };
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), vec![(*value).to_owned()]);
        let parameters: Vec<(String, Vec<String>)> = parameters.iter().map(own).collect();
        let document = find(documents("eu-central-1", None), Some(document)).unwrap();
        self.sessions()
            .grant(request, workload(&document, &parameters).unwrap())
    }

    /// The plaintext and the ciphertext of a data key for a session of [`Bench::grant`].
    pub(super) fn data_key(&self, key: &str, session: &str, challenge: Option<&str>) -> (Vec<u8>, Vec<u8>) {
        let company = self.cloud.world.company();
        let caller = Caller {
            profile: company.profiles()[0].clone(),
            principal: company.profiles()[0].principal(),
            issued: None,
            region: self.node.region.clone(),
        };
        let mut context = json!({ "aws:ssm:SessionId": session, "aws:ssm:TargetId": self.node.id });
        if let Some(challenge) = challenge {
            context["aws:ssm:RandomChallenge"] = challenge.into();
        }
        let question = json!({ "KeyId": key, "NumberOfBytes": 64, "EncryptionContext": context }).to_string();
        let answer = kms::answer(&self.cloud.kms, &caller, "GenerateDataKey", question.as_bytes()).unwrap();
        let answer: Value = serde_json::from_slice(&answer).unwrap();
        let member = |name: &str| STANDARD.decode(answer[name].as_str().unwrap()).unwrap();
        (member("Plaintext"), member("CiphertextBlob"))
    }

    pub(super) fn set_behaviour(&self, behaviour: AgentBehaviour) {
        self.sessions().set_behaviour(behaviour);
    }

    pub(super) fn deny_decrypt(&self) {
        self.cloud.faults.deny_operation("Decrypt", None, true);
    }

    pub(super) fn record(&self, grant: &Grant) -> SessionRecord {
        self.sessions()
            .list()
            .into_iter()
            .find(|record| record.id == grant.session_id)
            .unwrap()
    }

    pub(super) async fn wait_for_state(&self, grant: &Grant, state: SessionStatus) {
        eventually("the session's state", || self.record(grant).state == state).await;
    }

    pub(super) fn node_name(&self) -> &str {
        &self.node.name
    }

    pub(super) fn node_id(&self) -> &str {
        &self.node.id
    }

    pub(super) fn node_address(&self) -> &str {
        &self.node.private_ip
    }

    pub(super) fn scratch(&self) -> &Path {
        self.scratch.path()
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.sessions().kill_all();
    }
}

async fn upgrade(
    State(cloud): State<Cloud>,
    UrlPath(session): UrlPath<String>,
    upgrade: WebSocketUpgrade,
) -> axum::response::Response {
    upgrade
        .max_message_size(256 * 1024)
        .on_upgrade(move |socket| data_channel(Arc::clone(&cloud.sessions), session, socket))
}

/// Whether a process exists and is more than an entry that waits to be noticed.
pub(super) fn is_alive(pid: u32) -> bool {
    let output = std::process::Command::new("ps")
        .args(["-o", "stat=", "-p", &pid.to_string()])
        .output()
        .unwrap();
    let state = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    !state.is_empty() && !state.starts_with('Z')
}

pub(super) async fn process_is_gone(pid: u32) {
    eventually(&format!("the end of process {pid}"), || !is_alive(pid)).await;
}

/// Asks again and again until it is so, or fails. For states of the operating system that nobody announces.
async fn eventually(what: &str, is_so: impl Fn() -> bool) {
    let waiting = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(20), waiting)
        .await
        .unwrap_or_else(|_| panic!("{what} did not come"));
}
