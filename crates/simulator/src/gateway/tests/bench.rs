//! A gateway on loopback without the rest of the simulator's HTTP side.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{Path as UrlPath, State};
use axum::routing::get;
use tempfile::TempDir;

use crate::agent::AgentTiming;
use crate::cloud::{Cloud, CloudState};
use crate::faults::Faults;
use crate::gateway::data_channel;
use crate::keys::Keys;
use crate::kms::Kms;
use crate::session::{plan, Grant, SessionRecord, SessionRequest, SessionState, Sessions};
use crate::ssm::{Preferences, documents, find};
use crate::world::{Node, Platform, World};

pub(super) struct Bench {
    cloud: Cloud,
    node: Arc<Node>,
    pub(super) address: SocketAddr,
    scratch: TempDir,
}

impl Bench {
    pub(super) async fn start() -> Self {
        let scratch = tempfile::tempdir().unwrap();
        let world = World::new(1, 20, 1, SystemTime::now());
        let pair = world
            .company()
            .pairs()
            .next()
            .map(|(profile, region)| (profile.account.clone(), region.to_owned()));
        let (account, region) = pair.unwrap();
        let linux = |node: &&Arc<Node>| {
            let plain = |name: &str| {
                name.bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            };
            node.platform == Platform::Linux && !node.name.is_empty() && plain(&node.name)
        };
        let node = world.nodes(&account, &region).iter().find(linux).unwrap().clone();
        let faults = Arc::new(Faults::default());
        let kms = Arc::new(Kms::new(world.company(), 1, Arc::clone(&faults)));
        let cloud = Arc::new(CloudState {
            keys: Keys::new(world.company(), &mut rand::rng()),
            sessions: Sessions::new(
                AgentTiming::quick(),
                scratch.path().to_owned(),
                1,
                Arc::clone(&kms),
            ),
            preferences: Preferences::new(Arc::clone(&kms)),
            kms,
            faults,
            world,
        });
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

    pub(super) fn grant(&self, document: &str, command: &[&str]) -> Grant {
        let values: Vec<String> = command.iter().map(|value| (*value).to_owned()).collect();
        let request = SessionRequest {
            node: Arc::clone(&self.node),
            owner: "arn:aws:iam::111122223333:user/ops".to_owned(),
            owner_name: "ops".to_owned(),
            document: document.to_owned(),
            reason: None,
        };
        let parameters = if values.is_empty() {
            Vec::new()
        } else {
            vec![("command".to_owned(), values)]
        };
        let document = find(documents("eu-central-1", None), Some(document)).unwrap();
        self.sessions()
            .grant(request, plan(&document, &parameters).unwrap())
    }

    pub(super) fn record(&self, grant: &Grant) -> SessionRecord {
        self.sessions()
            .list()
            .into_iter()
            .find(|record| record.id == grant.session_id)
            .unwrap()
    }

    pub(super) async fn wait_for_state(&self, grant: &Grant, state: SessionState) {
        eventually("the session's state", || self.record(grant).state == state).await;
    }

    pub(super) fn node_name(&self) -> &str {
        &self.node.name
    }

    pub(super) fn node_id(&self) -> &str {
        &self.node.id
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
        .on_upgrade(move |socket| data_channel(cloud, session, socket))
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
