//! The sessions behind a forward, over the simulator's wire: agents that are too old for streams, and a session that is wedged.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::wildcard_enum_match_arm,
    reason = "a failed assumption of a test is a failed test"
)]

use std::sync::Arc;
use std::time::Duration;

use postern_aws::AwsControlPlane;
use postern_forward::{
    AdoptedSession, DeclaredForward, Forward, ForwardDestination, ForwardError, ForwardNotice,
    ForwardNotices, ForwardOptions, ForwardPhase, LocalAddress, LocalEnd, NodeOptions, NodeVia,
    PortDestination, SocksRules, Via,
};
use postern_model::{AgentInformation, Nodes, PingStatus, ProfileName, Region, Scope, Target};
use postern_simulator::{
    AgentBehaviour, Control, ListenerPlace, SessionStatus, SimulatedServer, Simulator, SimulatorConfig,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(90);
/// Its forwards carry one connection at a time.
const OLD_AGENT: &str = "3.0.196.0";
const SSH: &str = "AWS-StartSSHSession";

/// A simulator, a node of it, and the way there.
struct World {
    simulator: Simulator,
    control: Arc<AwsControlPlane>,
    scope: Scope,
    target: Target,
}

/// A forward with what it tells.
struct Running {
    forward: Forward,
    notices: ForwardNotices,
}

impl World {
    async fn new() -> Self {
        let simulator = Simulator::start(SimulatorConfig::default()).await.unwrap();
        let files = simulator.aws_files();
        let control = AwsControlPlane::isolated(files.config, files.credentials);
        let scope = Scope {
            profile: Some(ProfileName::parse("acme-stage").unwrap()),
            region: Region::parse("eu-central-1").unwrap(),
        };
        let agents = control.agents(&scope, None).await.unwrap().items;
        let online = |agent: &AgentInformation| agent.ping == PingStatus::Online;
        let node = agents.into_iter().find(online).unwrap().id;
        Self {
            scope,
            target: Target::from(node),
            control: Arc::new(control),
            simulator,
        }
    }

    async fn with_old_agents() -> Self {
        let world = Self::new().await;
        world.faults().set_agent_behaviour(AgentBehaviour {
            version: Some(OLD_AGENT.to_owned()),
            ..AgentBehaviour::default()
        });
        world
    }

    fn faults(&self) -> Control {
        self.simulator.control()
    }

    fn via(&self) -> Arc<dyn Via> {
        let control = Arc::clone(&self.control);
        let options = NodeOptions::default();
        let (scope, target) = (self.scope.clone(), self.target.clone());
        Arc::new(NodeVia::new(control, scope, target, options))
    }

    /// A session as the AWS CLI hands it over.
    async fn one_session(&self) -> Arc<dyn Via> {
        let opened = self.via().open(&PortDestination::node(7), None).await;
        let (session, events) = opened.map_err(|error| error.to_string()).unwrap();
        Arc::new(AdoptedSession::new(session, events))
    }

    async fn forward(&self, declared: &str, options: ForwardOptions) -> Running {
        self.forward_by(self.via(), declared, options).await
    }

    async fn forward_by(&self, via: Arc<dyn Via>, declared: &str, options: ForwardOptions) -> Running {
        let declared = DeclaredForward::parse(declared).unwrap();
        Self::start(&declared, via, options).await
    }

    async fn start(declared: &DeclaredForward, via: Arc<dyn Via>, options: ForwardOptions) -> Running {
        let (forward, notices) = Forward::start(declared, via, options).await.unwrap();
        Running { forward, notices }
    }

    /// Documents and states of the sessions so far.
    fn sessions(&self) -> Vec<(String, SessionStatus)> {
        let sessions = self.faults().sessions().into_iter();
        sessions
            .map(|session| (session.document, session.state))
            .collect()
    }

    async fn until_all_terminated(&self) {
        let all = async {
            while self
                .sessions()
                .iter()
                .any(|(_, state)| *state != SessionStatus::Terminated)
            {
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        };
        timeout(PATIENCE, all).await.unwrap();
    }
}

impl Running {
    async fn until(&self, wanted: impl FnMut(&ForwardPhase) -> bool) -> ForwardPhase {
        let (mut states, mut wanted) = (self.forward.state(), wanted);
        let state = timeout(PATIENCE, states.wait_for(|state| wanted(&state.phase))).await;
        state.unwrap().unwrap().phase.clone()
    }

    async fn until_open(&self) {
        self.until(|phase| matches!(phase, ForwardPhase::Open)).await;
    }

    async fn connect(&self) -> TcpStream {
        let port = self
            .forward
            .state()
            .borrow()
            .local
            .iter()
            .find_map(LocalAddress::port);
        TcpStream::connect(("127.0.0.1", port.unwrap())).await.unwrap()
    }

    async fn until_noticed(&mut self, wanted: impl Fn(&ForwardNotice) -> bool) -> ForwardNotice {
        loop {
            let notice = timeout(PATIENCE, self.notices.next()).await.unwrap().unwrap();
            if wanted(&notice) {
                return notice;
            }
        }
    }

    async fn stop(self) {
        self.forward.stop();
        let phase = self.until(ForwardPhase::is_last).await;
        assert!(
            matches!(phase, ForwardPhase::Stopped { error: None }),
            "{phase:?}"
        );
    }
}

async fn echoed(stream: &mut TcpStream, bytes: &[u8]) {
    let mut back = vec![0; bytes.len()];
    let (mut from, mut to) = stream.split();
    let both = async { tokio::join!(to.write_all(bytes), from.read_exact(&mut back)) };
    let (written, read) = timeout(PATIENCE, both).await.unwrap();
    written.unwrap();
    read.unwrap();
    assert!(back == bytes);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_agent_carries_several_connections_by_a_session_each() {
    let world = World::with_old_agents().await;
    let running = world.forward("0:7", ForwardOptions::default()).await;
    let mut streams = Vec::new();
    for _ in 0..4 {
        streams.push(running.connect().await);
    }
    let bytes: Vec<u8> = (0..=255).cycle().take(300_000).collect();
    for stream in &mut streams {
        echoed(stream, &bytes).await;
    }
    echoed(streams.first_mut().unwrap(), b"still there").await;
    let by_stream = world
        .sessions()
        .into_iter()
        .filter(|(document, _)| document == SSH);
    assert_eq!(by_stream.count(), 4, "{:?}", world.sessions());
    running.until_open().await;
    let traffic = running.forward.state().borrow().traffic;
    assert_eq!((traffic.open, traffic.taken), (4, 4));
    drop(streams);
    world.until_all_terminated().await;
    running.until_open().await;
    echoed(&mut running.connect().await, b"and another").await;
    running.stop().await;
    world.until_all_terminated().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_agents_destination_is_heard_first_and_to_its_end() {
    let world = World::with_old_agents().await;
    let port = 9000;
    world
        .faults()
        .open_port(ListenerPlace::EveryNode, port, SimulatedServer::HalfCloses);
    let running = world.forward("0:9000", ForwardOptions::default()).await;
    for _ in 0..2 {
        let mut said = String::new();
        let mut stream = running.connect().await;
        let read = timeout(PATIENCE, stream.read_to_string(&mut said)).await;
        read.unwrap().unwrap();
        assert_eq!(said, "goodbye\n");
    }
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_old_agent_reaches_no_other_host_and_that_is_said() {
    let world = World::with_old_agents().await;
    let running = world
        .forward("0:web.internal:80", ForwardOptions::default())
        .await;
    let phase = running.until(ForwardPhase::is_last).await;
    let ForwardPhase::Failed(error) = phase else {
        panic!("{phase:?}")
    };
    assert!(matches!(*error, ForwardError::OldAgent), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn one_session_of_an_old_agent_is_shared_in_turns_and_who_waits_is_told() {
    let world = World::with_old_agents().await;
    let via = world.one_session().await;
    let mut running = world.forward_by(via, "0:7", ForwardOptions::default()).await;
    running.until_open().await;
    let mut first = running.connect().await;
    echoed(&mut first, b"first").await;
    let mut second = running.connect().await;
    running
        .until_noticed(|notice| matches!(notice, ForwardNotice::OneAtATime))
        .await;
    drop(first);
    echoed(&mut second, b"second").await;
    assert_eq!(world.sessions().len(), 1);
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_that_wait_too_long_for_an_old_agent_are_reset_with_the_reason() {
    let world = World::with_old_agents().await;
    let via = world.one_session().await;
    let options = ForwardOptions {
        wait_for_session: Duration::from_secs(5),
        ..ForwardOptions::default()
    };
    let mut running = world.forward_by(via, "0:7", options).await;
    running.until_open().await;
    let mut first = running.connect().await;
    echoed(&mut first, b"first").await;
    let mut second = running.connect().await;
    let read = timeout(PATIENCE, second.read(&mut [0])).await.unwrap();
    assert!(read.is_err(), "it was reset");
    let notice = running
        .until_noticed(|notice| matches!(notice, ForwardNotice::ConnectionLost(_)))
        .await;
    let ForwardNotice::ConnectionLost(error) = notice else {
        panic!("{notice:?}")
    };
    assert!(matches!(*error, ForwardError::Busy(_)), "{error}");
    echoed(&mut first, b"undisturbed").await;
    running.stop().await;
}

/// A server that reads of its second connection what fills no buffer, and of every other sends back.
async fn hesitant_server() -> (u16, Arc<tokio::sync::Notify>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let reads_on = Arc::new(tokio::sync::Notify::new());
    let signal = Arc::clone(&reads_on);
    tokio::spawn(async move {
        for number in 0.. {
            let (mut stream, _) = listener.accept().await.unwrap();
            let signal = Arc::clone(&signal);
            tokio::spawn(async move {
                if number == 1 {
                    signal.notified().await;
                }
                let (mut from, mut to) = stream.split();
                // The test ends it as it likes.
                let _ended = tokio::io::copy(&mut from, &mut to).await;
            });
        }
    });
    (port, reads_on)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wedged_session_keeps_its_connections_while_new_ones_go_by_another() {
    let world = World::new().await;
    let (to, reads_on) = hesitant_server().await;
    world
        .faults()
        .open_port(ListenerPlace::EveryNode, 9000, SimulatedServer::Loopback(to));
    let options = ForwardOptions {
        wedged_after: Duration::from_secs(2),
        ..ForwardOptions::default()
    };
    let running = world.forward("0:9000", options).await;
    running.until_open().await;
    let mut old = running.connect().await;
    echoed(&mut old, b"before").await;
    let wedging = running.connect().await;
    let (mut from, mut to) = wedging.into_split();
    let bytes: Vec<u8> = (0..=250).cycle().take(32 << 20).collect();
    let length = bytes.len();
    let sending = tokio::spawn(async move {
        to.write_all(&bytes).await.unwrap();
        to
    });
    running
        .until(|phase| matches!(phase, ForwardPhase::Replacing { error, .. } if matches!(**error, ForwardError::Wedged(_))))
        .await;
    echoed(&mut running.connect().await, b"by another session").await;
    assert_eq!(world.sessions().len(), 2);
    reads_on.notify_one();
    let mut back = vec![0; length];
    timeout(PATIENCE * 2, from.read_exact(&mut back))
        .await
        .unwrap()
        .unwrap();
    let same = back
        .iter()
        .zip((0..=250u8).cycle())
        .all(|(came, sent)| *came == sent);
    assert!(same, "every byte of the connection that stood still");
    drop(sending.await.unwrap());
    echoed(&mut old, b"behind").await;
    drop((old, from));
    let first = world.faults().sessions().remove(0).id;
    let gone = async {
        while world.faults().session(&first).unwrap().state != SessionStatus::Terminated {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(PATIENCE, gone).await.unwrap();
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_comes_to_a_silent_agent_waits_for_another_session_and_loses_nothing() {
    let world = World::new().await;
    world
        .faults()
        .open_port(ListenerPlace::EveryNode, 9000, SimulatedServer::Echo);
    let options = ForwardOptions {
        asks_after: Duration::from_millis(200),
        answers_within: Duration::from_secs(1),
        ..ForwardOptions::default()
    };
    let running = world.forward("0:9000", options).await;
    running.until_open().await;
    echoed(&mut running.connect().await, b"an agent that answers").await;
    assert_eq!(world.sessions().len(), 1);

    // Nobody tells of that for a minute.
    let gone = world.faults().sessions().remove(0).id;
    assert!(world.faults().crash_worker(&gone, Duration::from_mins(1)));
    tokio::time::sleep(2 * options.asks_after).await;
    let mut first = running.connect().await;
    first.write_all(b"kept").await.unwrap();
    running
        .until(|phase| matches!(phase, ForwardPhase::Replacing { error, .. } if matches!(**error, ForwardError::Silent(_))))
        .await;
    let mut back = [0; 4];
    timeout(PATIENCE, first.read_exact(&mut back))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(&back, b"kept");
    running.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_forward_by_an_old_agent_shares_a_session_again_when_the_agent_is_updated() {
    let world = World::with_old_agents().await;
    world
        .faults()
        .open_port(ListenerPlace::EveryNode, 9000, SimulatedServer::Echo);
    let running = world.forward("0:9000", ForwardOptions::default()).await;
    running.until_open().await;
    echoed(&mut running.connect().await, b"of its own").await;
    world.faults().set_agent_behaviour(AgentBehaviour::default());
    let mut last_alone = running.connect().await;
    echoed(&mut last_alone, b"finds the new agent").await;
    let shared = async {
        while !world.sessions().last().is_some_and(|(document, state)| {
            document == "AWS-StartPortForwardingSession" && *state == SessionStatus::Connected
        }) {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    };
    timeout(PATIENCE, shared).await.unwrap();
    let before = world.sessions().len();
    let mut connections = vec![last_alone];
    for _ in 0..4 {
        connections.push(running.connect().await);
    }
    for connection in &mut connections {
        echoed(connection, b"in one session").await;
    }
    assert_eq!(world.sessions().len(), before, "no session for each of them");
    running.stop().await;
}

/// Asks the proxy for a host, and answers the connection to it.
async fn by_socks(running: &Running, host: &str, port: u16) -> TcpStream {
    let mut stream = running.connect().await;
    let length = u8::try_from(host.len()).unwrap();
    let greeting = [5, 1, 0, 5, 1, 0, 3, length];
    let asked = [&greeting[..], host.as_bytes(), &port.to_be_bytes()[..]].concat();
    stream.write_all(&asked).await.unwrap();
    let mut answer = [0; 12];
    timeout(PATIENCE, stream.read_exact(&mut answer))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(answer[..4], [5, 0, 5, 0], "{answer:?}");
    stream
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_of_a_socks_proxy_that_nobody_uses_is_terminated_and_opened_again_when_somebody_does() {
    let world = World::new().await;
    let host = ListenerPlace::Host("db.internal".to_owned());
    world.faults().open_port(host, 9000, SimulatedServer::Echo);
    let declared = DeclaredForward {
        local: LocalEnd::Port(0),
        destination: ForwardDestination::Socks(SocksRules::default()),
        is_web: false,
    };
    let options = ForwardOptions {
        keeps_idle_for: Duration::from_millis(300),
        ..ForwardOptions::default()
    };
    let running = World::start(&declared, world.via(), options).await;
    let mut kept = by_socks(&running, "db.internal", 9000).await;
    let mut other = by_socks(&running, "db.internal", 9000).await;
    echoed(&mut other, b"beside it").await;
    drop(other);
    tokio::time::sleep(2 * options.keeps_idle_for).await;
    echoed(&mut kept, b"in use, however quiet").await;
    assert_eq!(world.sessions().len(), 1, "one session for both");
    drop(kept);
    world.until_all_terminated().await;
    echoed(&mut by_socks(&running, "db.internal", 9000).await, b"anew").await;
    assert_eq!(world.sessions().len(), 2);
    running.stop().await;
    world.until_all_terminated().await;
}
