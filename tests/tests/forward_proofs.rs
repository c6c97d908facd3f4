//! What a forward promises, in numbers: many connections beside one that stands still, and requests under cuts while its node goes away.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a failed assumption of a test is a failed test"
)]
#![expect(clippy::print_stdout, reason = "the figures of the long runs are for people")]

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use postern_aws::AwsControlPlane;
use postern_forward::{
    DeclaredForward, Forward, ForwardNotices, ForwardOptions, ForwardPhase, LocalAddress, NodeOptions, TagVia,
};
use postern_model::{ProfileName, Region, Scope, TagFilter, TagQuery};
use postern_simulator::{Control, Simulator, SimulatorConfig};
use postern_tests::harness::material;
use sha2::{Digest, Sha256};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::task::JoinSet;
use tokio::time::timeout;

const PATIENCE: Duration = Duration::from_secs(60);
/// Of what all nodes of the pair have, so that any of them will do.
const TAG: &str = "env";

/// A forward by tags, and the simulator behind it.
struct Proof {
    simulator: Simulator,
    forward: Forward,
    _notices: ForwardNotices,
}

impl Proof {
    async fn of(declared: &str) -> Self {
        let simulator = Simulator::start(SimulatorConfig::default()).await.unwrap();
        let files = simulator.aws_files();
        let control = Arc::new(AwsControlPlane::isolated(files.config, files.credentials));
        let scope = Scope {
            profile: Some(ProfileName::parse("acme-stage").unwrap()),
            region: Region::parse("eu-central-1").unwrap(),
        };
        let query = TagQuery::new(vec![TagFilter::parse(TAG).unwrap()]).unwrap();
        let nodes = Arc::clone(&control);
        let via = TagVia::new(control, nodes, scope, query, NodeOptions::default());
        let declared = DeclaredForward::parse(declared).unwrap();
        let started = Forward::start(&declared, Arc::new(via), ForwardOptions::default()).await;
        let (forward, notices) = started.unwrap();
        let proof = Self {
            simulator,
            forward,
            _notices: notices,
        };
        proof.until_open_by_other_than(None).await;
        proof
    }

    fn faults(&self) -> Control {
        self.simulator.control()
    }

    fn port(&self) -> u16 {
        let state = self.forward.state();
        let port = state.borrow().local.iter().find_map(LocalAddress::port);
        port.unwrap()
    }

    /// Waits until connections go through, by another session than this one.
    async fn until_open_by_other_than(&self, session: Option<&str>) {
        let mut states = self.forward.state();
        let open = states.wait_for(|state| {
            let now = state.session.as_ref().map(postern_model::SessionId::as_str);
            matches!(state.phase, ForwardPhase::Open) && now.is_some() && now != session
        });
        timeout(PATIENCE, open).await.unwrap().unwrap();
    }
}

async fn connected(port: u16) -> TcpStream {
    TcpStream::connect(("127.0.0.1", port)).await.unwrap()
}

/// Sends and receives on each of so many connections at once; how long that took.
async fn exchange(port: u16, connections: u64, length: usize) -> Duration {
    let began = Instant::now();
    let mut all = JoinSet::new();
    for seed in 1..=connections {
        all.spawn(async move {
            let bytes = material(seed, length);
            let (mut from, mut to) = connected(port).await.into_split();
            let expected = Sha256::digest(&bytes);
            let sending = tokio::spawn(async move {
                to.write_all(&bytes).await.unwrap();
                to
            });
            let (mut hash, mut left, mut buffer) = (Sha256::new(), length, vec![0; 65536]);
            while left > 0 {
                let count = from.read(&mut buffer).await.unwrap();
                assert!(count > 0, "connection {seed} ended with {left} bytes left");
                hash.update(&buffer[..count]);
                left -= count;
            }
            assert_eq!(hash.finalize(), expected, "connection {seed}");
            drop(sending.await.unwrap());
        });
    }
    while let Some(done) = all.join_next().await {
        done.unwrap();
    }
    began.elapsed()
}

/// A connection that sends so much for the destination to send back, and takes nothing of it.
async fn stalled(port: u16, length: usize) -> JoinSet<()> {
    let mut stream = connected(port).await;
    let mut sending = JoinSet::new();
    sending.spawn(async move {
        // It is reset in the end where it stands in the way of others.
        let _reset = stream.write_all(&material(99, length)).await;
        std::future::pending::<()>().await;
    });
    sending
}

#[tokio::test(flavor = "multi_thread")]
async fn sixty_four_connections_arrive_whole_beside_one_that_takes_nothing() {
    let proof = Proof::of("0:7").await;
    let _stalled = stalled(proof.port(), 2 << 20).await;
    exchange(proof.port(), 64, 64 << 10).await;
}

/// 1 GiB each way, twice.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "long: npm run test:deep"]
async fn sixty_four_connections_of_sixteen_mebibytes_are_not_held_up_by_one_that_takes_nothing() {
    let proof = Proof::of("0:7").await;
    let alone = exchange(proof.port(), 64, 16 << 20).await;
    let _stalled = stalled(proof.port(), 16 << 20).await;
    let beside = exchange(proof.port(), 64, 16 << 20).await;
    println!("64 x 16 MiB: {alone:?} alone, {beside:?} beside one that takes nothing");
    assert!(beside <= alone * 2, "{beside:?}, and {alone:?} alone");
}

/// How the node stands that the forward goes by.
const HEALTHY: usize = 0;
const GOING: usize = 1;
const REPLACED: usize = 2;

/// What all workers share.
struct Work {
    port: u16,
    wanted: usize,
    /// Between two requests, so that they last as long as several cuts.
    pause: Duration,
    taken: AtomicUsize,
    done: AtomicUsize,
    /// Requests that were lost with their node, and sent again.
    lost: AtomicUsize,
    node: AtomicUsize,
}

impl Work {
    /// Requests on one connection after the other, each as long as it lives, until all are done.
    async fn work(&self) {
        let mut connection = None;
        loop {
            let number = self.taken.fetch_add(1, Ordering::SeqCst);
            if number >= self.wanted {
                return;
            }
            while !self.request(&mut connection, number).await {}
            self.done.fetch_add(1, Ordering::SeqCst);
            tokio::time::sleep(self.pause).await;
        }
    }

    /// Whether it was answered. Only what was on its way by the node that went away may be lost.
    async fn request(&self, connection: &mut Option<(TcpStream, usize)>, number: usize) -> bool {
        let (mut stream, node) = match connection.take() {
            Some(open) => open,
            None => (connected(self.port).await, self.node.load(Ordering::SeqCst)),
        };
        let answer = timeout(PATIENCE, get(&mut stream, number)).await.unwrap();
        match answer {
            Ok(()) => *connection = Some((stream, node)),
            Err(error) => {
                let went_away = node != REPLACED && self.node.load(Ordering::SeqCst) != HEALTHY;
                assert!(went_away, "request {number} failed: {error}");
                self.lost.fetch_add(1, Ordering::SeqCst);
                return false;
            }
        }
        true
    }
}

/// One request on a connection that stays open.
async fn get(stream: &mut TcpStream, number: usize) -> std::io::Result<()> {
    let text = format!("This is file {number}.\n");
    let request = format!("GET /files/{number}.txt HTTP/1.1\r\nHost: acme\r\n\r\n");
    stream.write_all(request.as_bytes()).await?;
    let mut answer = Vec::new();
    while !answer.ends_with(text.as_bytes()) {
        if stream.read_buf(&mut answer).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        assert!(
            answer.starts_with(&b"HTTP/1.1 200"[..answer.len().min(12)]),
            "request {number}"
        );
        assert!(answer.len() < 4096, "request {number}");
    }
    Ok(())
}

/// Requests while links are cut, and half-way the node goes away: its agent falls silent and AWS ends its session.
async fn requests_under_cuts(wanted: usize, connections: usize, every: Duration, pause: Duration) {
    let proof = Proof::of("0:80").await;
    let work = Arc::new(Work {
        port: proof.port(),
        wanted,
        pause,
        taken: AtomicUsize::new(0),
        done: AtomicUsize::new(0),
        lost: AtomicUsize::new(0),
        node: AtomicUsize::new(HEALTHY),
    });
    let mut workers = JoinSet::new();
    for _ in 0..connections {
        let work = Arc::clone(&work);
        workers.spawn(async move { work.work().await });
    }
    let (mut cuts, mut cutting) = (0, tokio::time::interval(every));
    loop {
        tokio::select! {
            done = workers.join_next() => match done {
                Some(done) => done.unwrap(),
                None => break,
            },
            _ = cutting.tick() => {
                cuts += usize::from(proof.faults().cut_all_links() > 0);
                if work.node.load(Ordering::SeqCst) == HEALTHY && work.done.load(Ordering::SeqCst) >= wanted / 2 {
                    work.node.store(GOING, Ordering::SeqCst);
                    let first = proof.faults().sessions().remove(0);
                    proof.faults().stop_agent(&first.target);
                    proof.faults().end_session(&first.id, "");
                    proof.until_open_by_other_than(Some(&first.id)).await;
                    work.node.store(REPLACED, Ordering::SeqCst);
                }
            }
        }
    }
    let sessions = proof.faults().sessions();
    let lost = work.lost.load(Ordering::SeqCst);
    println!(
        "{wanted} requests over {connections} connections, {cuts} cuts, {lost} lost with their node and sent again"
    );
    assert_eq!(work.done.load(Ordering::SeqCst), wanted);
    assert_eq!(work.node.load(Ordering::SeqCst), REPLACED, "the node went away");
    assert_ne!(sessions[0].target, sessions[1].target);
    assert!(cuts > 1 && lost <= connections * 2, "{cuts} cuts, {lost} lost");
    assert_eq!(proof.port(), work.port, "the port never changes");
}

#[tokio::test(flavor = "multi_thread")]
async fn no_request_fails_under_cuts_but_by_the_node_that_goes_away() {
    requests_under_cuts(400, 4, Duration::from_millis(200), Duration::from_millis(10)).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "long: npm run test:deep"]
async fn a_thousand_requests_over_eight_connections_survive_cuts_each_second_and_the_end_of_their_node() {
    requests_under_cuts(1000, 8, Duration::from_secs(1), Duration::from_millis(400)).await;
}
