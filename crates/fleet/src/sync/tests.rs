//! Whole syncs against a scripted control plane, in virtual time.

use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    ops::Deref,
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use postern_model::{
    AgentInformation, ControlError, Instance, InstanceState, NodeId, Page, PageToken, PingStatus,
    ProfileName, Region, Scope, Tag,
};
use postern_scripted::ScriptedControlPlane;
use tokio::time::{Instant, sleep};

use super::{reading::RETRY_PAUSE, *};
use crate::{Inventory, Listing, Node, Ping};

mod company;

/// How one pair answers.
#[derive(Default)]
struct Script {
    instance_pages: usize,
    agent_pages: usize,
    delay: Duration,
    /// Errors of the next calls; when they are used up the pages come.
    instance_errors: VecDeque<ControlError>,
    agent_errors: VecDeque<ControlError>,
    in_circles: bool,
    /// The page of instances that always fails.
    fails_at: Option<usize>,
}

type Scripts = Mutex<HashMap<String, Script>>;

/// A control plane that counts what is under way of all calls together.
struct Counted {
    control: ScriptedControlPlane,
    under_way: AtomicUsize,
    most: AtomicUsize,
}

impl Counted {
    fn of(control: ScriptedControlPlane) -> Arc<Self> {
        Arc::new(Self {
            control,
            under_way: AtomicUsize::new(0),
            most: AtomicUsize::new(0),
        })
    }

    fn most_at_once(&self) -> usize {
        self.most.load(Ordering::SeqCst)
    }

    async fn counted<T>(&self, call: impl Future<Output = T> + Send) -> T {
        let now = self.under_way.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        let answer = call.await;
        self.under_way.fetch_sub(1, Ordering::SeqCst);
        answer
    }
}

impl Deref for Counted {
    type Target = ScriptedControlPlane;

    fn deref(&self) -> &ScriptedControlPlane {
        &self.control
    }
}

#[async_trait]
impl Nodes for Counted {
    async fn make_ready(&self, scope: &Scope, waits: &(dyn Fn() + Send + Sync)) -> Result<(), ControlError> {
        self.control.make_ready(scope, waits).await
    }

    async fn instances(
        &self,
        scope: &Scope,
        only_running: bool,
        page: Option<PageToken>,
    ) -> Result<Page<Instance>, ControlError> {
        self.counted(self.control.instances(scope, only_running, page))
            .await
    }

    async fn agents(
        &self,
        scope: &Scope,
        page: Option<PageToken>,
    ) -> Result<Page<AgentInformation>, ControlError> {
        self.counted(self.control.agents(scope, page)).await
    }

    async fn hybrid_tags(&self, scope: &Scope, node: &NodeId) -> Result<Vec<Tag>, ControlError> {
        self.counted(self.control.hybrid_tags(scope, node)).await
    }
}

/// A control plane whose pairs answer by their scripts.
fn scripted(scripts: impl IntoIterator<Item = (&'static str, Script)>) -> Arc<Counted> {
    let scripts = scripts
        .into_iter()
        .map(|(profile, script)| (profile.to_owned(), script));
    let scripts: Arc<Scripts> = Arc::new(Mutex::new(scripts.collect()));
    let control = ScriptedControlPlane::default();
    let own = Arc::clone(&scripts);
    control.instances.answers(move |asked| {
        assert!(asked.request.only_running);
        let number = page_number(asked.request.page.as_ref());
        with_script(&own, &asked.scope, |script| {
            let fails = script.fails_at == Some(number);
            script
                .instance_errors
                .pop_front()
                .or(fails.then(unreachable_endpoint))
                .map_or(Ok(()), Err)?;
            Ok(Page {
                items: (0..10).map(|item| instance(number * 10 + item)).collect(),
                next: script.next(number, script.instance_pages),
            })
        })
    });
    let own = Arc::clone(&scripts);
    control.agents.answers(move |asked| {
        let number = page_number(asked.request.as_ref());
        with_script(&own, &asked.scope, |script| {
            script.agent_errors.pop_front().map_or(Ok(()), Err)?;
            Ok(Page {
                items: ["i", "mi"]
                    .map(|kind| agent(&format!("{kind}-{number:08}")))
                    .into(),
                next: script.next(number, script.agent_pages),
            })
        })
    });
    let own = Arc::clone(&scripts);
    control
        .instances
        .takes_by(move |asked| with_script(&own, &asked.scope, |script| script.delay));
    control
        .agents
        .takes_by(move |asked| with_script(&scripts, &asked.scope, |script| script.delay));
    Counted::of(control)
}

fn with_script<T>(scripts: &Scripts, scope: &Scope, read: impl FnOnce(&mut Script) -> T) -> T {
    let mut scripts = scripts.lock().unwrap();
    read(scripts.get_mut(scope.profile.as_ref().unwrap().as_str()).unwrap())
}

fn page_number(page: Option<&PageToken>) -> usize {
    page.map_or(0, |token| token.0.parse().unwrap())
}

impl Script {
    fn next(&self, number: usize, pages: usize) -> Option<PageToken> {
        let next = if self.in_circles { 0 } else { number + 1 };
        (self.in_circles || next < pages).then(|| PageToken(next.to_string()))
    }
}

fn instance(number: usize) -> Instance {
    Instance {
        id: NodeId::parse(&format!("i-{number:08}")).unwrap(),
        name: Some(format!("node {number}")),
        state: InstanceState::Running,
        instance_type: None,
        zone: None,
        private_ip: None,
        public_ip: None,
        instance_profile: None,
        platform: None,
        launched_at_ms: None,
        account: None,
        tags: Vec::new(),
    }
}

fn agent(id: &str) -> AgentInformation {
    AgentInformation {
        id: NodeId::parse(id).unwrap(),
        ping: PingStatus::Online,
        last_ping_at_ms: None,
        agent_version: None,
        platform: None,
        platform_name: None,
        platform_version: None,
        computer_name: None,
        name: None,
        ip_address: None,
        iam_role: None,
    }
}

fn pair(profile: &str) -> Pair {
    Pair {
        profile: ProfileName::parse(profile).unwrap(),
        region: Region::parse("eu-central-1").unwrap(),
    }
}

fn plan(profiles: &[&str]) -> SyncPlan {
    SyncPlan::new(
        profiles.iter().map(|profile| pair(profile)),
        true,
        &Inventory::default(),
    )
}

fn pages(instance_pages: usize, agent_pages: usize) -> Script {
    Script {
        instance_pages,
        agent_pages,
        delay: Duration::from_millis(30),
        ..Script::default()
    }
}

fn denied(action: &str) -> ControlError {
    ControlError::Denied {
        who: "p".into(),
        action: action.into(),
        detail: String::new(),
    }
}

fn throttled() -> ControlError {
    ControlError::Throttled {
        operation: "ec2:DescribeInstances".into(),
    }
}

fn unreachable_endpoint() -> ControlError {
    ControlError::Unreachable {
        endpoint: "ec2".into(),
        detail: "no route".into(),
    }
}

/// How each pair ended, and when (virtual time since the start).
#[derive(Debug)]
struct End {
    after: Duration,
    listing: Option<Result<Listing, ControlError>>,
}

/// Runs the sync as a task of its own with a queue of one event, which is the hardest for it.
async fn run(
    control: Arc<Counted>,
    plan: SyncPlan,
    cancel: CancellationToken,
) -> (BTreeMap<String, End>, Vec<SyncEvent>) {
    let (sender, mut receiver) = mpsc::channel(1);
    let started = Instant::now();
    let task = tokio::spawn(sync(control, plan, cancel, sender));
    let (mut ends, mut events) = (BTreeMap::new(), Vec::new());
    while let Some(event) = receiver.recv().await {
        let after = started.elapsed();
        let end = match event.clone() {
            SyncEvent::Finished { pair, result } => Some((
                pair,
                End {
                    after,
                    listing: Some(result.map(|listing| *listing)),
                },
            )),
            SyncEvent::Cancelled { pair } => Some((pair, End { after, listing: None })),
            SyncEvent::Started { pair } | SyncEvent::Progress { pair, .. } => {
                assert!(
                    !ends.contains_key(pair.profile.as_str()),
                    "{pair} told something after its end"
                );
                None
            }
        };
        if let Some((pair, end)) = end {
            assert!(
                ends.insert(pair.profile.to_string(), end).is_none(),
                "{pair} ended twice"
            );
        }
        events.push(event);
    }
    task.await.unwrap();
    (ends, events)
}

impl End {
    fn listing(&self) -> &Listing {
        self.listing.as_ref().unwrap().as_ref().unwrap()
    }

    fn error(&self) -> &ControlError {
        self.listing.as_ref().unwrap().as_ref().unwrap_err()
    }
}

#[tokio::test(start_paused = true)]
async fn all_pages_of_both_listings_become_nodes() {
    let control = scripted([("a", pages(3, 2))]);
    let (ends, events) = run(control, plan(&["a"]), CancellationToken::new()).await;
    let listing = ends["a"].listing();
    assert_eq!(listing.nodes.len(), 32);
    assert!(listing.is_complete());
    let with_agent = listing
        .nodes
        .iter()
        .filter(|node| node.ping == Some(Ping::Online))
        .count();
    assert_eq!(with_agent, 4, "two instances and two hybrid nodes");
    let read: Vec<(u32, u32)> = events
        .iter()
        .filter_map(|event| match event {
            SyncEvent::Progress { progress, .. } => Some((progress.pages, progress.nodes)),
            SyncEvent::Started { .. } | SyncEvent::Finished { .. } | SyncEvent::Cancelled { .. } => None,
        })
        .collect();
    assert!(read.is_sorted(), "{read:?}");
    assert_eq!(read.last(), Some(&(5, 32)));
    assert_eq!(read.len(), 5, "one for each page");
}

#[tokio::test(start_paused = true)]
async fn both_listings_of_a_pair_are_read_at_the_same_time() {
    let control = scripted([("a", pages(4, 4))]);
    let (ends, _) = run(control, plan(&["a"]), CancellationToken::new()).await;
    assert!(
        ends["a"].after < Duration::from_millis(150),
        "{:?}",
        ends["a"].after
    );
}

#[tokio::test(start_paused = true)]
async fn a_pair_that_fails_stops_no_other() {
    let failing = Script {
        instance_errors: [denied("ec2:DescribeInstances")].into(),
        agent_errors: [denied("ssm:DescribeInstanceInformation")].into(),
        ..pages(1, 1)
    };
    let control = scripted([("bad", failing), ("good", pages(2, 1))]);
    let (ends, _) = run(control.clone(), plan(&["bad", "good"]), CancellationToken::new()).await;
    assert_eq!(ends["bad"].error(), &denied("ec2:DescribeInstances"));
    assert_eq!(ends["good"].listing().nodes.len(), 21);
    assert_eq!(control.instances.count(), 3, "a denied call is not tried again");
}

#[tokio::test(start_paused = true)]
async fn an_error_that_may_pass_is_tried_once_more_after_a_pause() {
    let once = Script {
        instance_errors: [unreachable_endpoint()].into(),
        ..pages(1, 1)
    };
    let twice = Script {
        instance_errors: [server_error(), unreachable_endpoint(), server_error()].into(),
        agent_errors: [server_error(), server_error()].into(),
        ..pages(1, 1)
    };
    let control = scripted([("once", once), ("twice", twice)]);
    let (ends, _) = run(
        control.clone(),
        plan(&["once", "twice"]),
        CancellationToken::new(),
    )
    .await;
    assert_eq!(ends["once"].listing().nodes.len(), 11);
    assert!(ends["once"].after >= RETRY_PAUSE, "{:?}", ends["once"].after);
    assert!(
        ends["once"].after < Duration::from_secs(2),
        "{:?}",
        ends["once"].after
    );
    assert_eq!(ends["twice"].error(), &unreachable_endpoint());
    assert_eq!(control.instances.count(), 4);
    assert_eq!(control.agents.count(), 3, "what came is not asked for again");
}

#[tokio::test(start_paused = true)]
async fn without_permission_to_ask_systems_manager_the_instances_are_shown_and_nothing_is_said_of_agents() {
    let script = Script {
        agent_errors: [denied("ssm:DescribeInstanceInformation")].into(),
        ..pages(3, 1)
    };
    let (ends, _) = run(scripted([("a", script)]), plan(&["a"]), CancellationToken::new()).await;
    let listing = ends["a"].listing();
    assert_eq!(listing.nodes.len(), 30);
    assert!(listing.nodes.iter().all(|node| node.ping.is_none()));
    assert_eq!(
        listing.agents_error,
        Some(denied("ssm:DescribeInstanceInformation"))
    );
}

/// As AWS fails: by the control plane's own attempts it takes seconds, here ten.
fn server_error() -> ControlError {
    ControlError::ServerError {
        operation: "ssm:DescribeInstanceInformation".into(),
        status: 500,
        detail: "the answer is empty".into(),
    }
}

#[tokio::test(start_paused = true)]
async fn what_ec2_told_is_shown_when_systems_manager_fails_and_nothing_is_read_twice() {
    let script = Script {
        agent_errors: [server_error(), server_error()].into(),
        ..pages(3, 1)
    };
    let slow = Script {
        agent_errors: [server_error(), server_error()].into(),
        delay: Duration::from_secs(10),
        ..pages(1, 1)
    };
    let control = scripted([("quick", script), ("slow", slow)]);
    let (ends, _) = run(
        control.clone(),
        plan(&["quick", "slow"]),
        CancellationToken::new(),
    )
    .await;
    for (profile, nodes) in [("quick", 30), ("slow", 10)] {
        let listing = ends[profile].listing();
        assert_eq!(
            (listing.nodes.len(), &listing.agents_error),
            (nodes, &Some(server_error()))
        );
        assert_eq!(listing.instances_error, None);
    }
    assert_eq!(control.instances.count(), 4, "no page of EC2 is asked for twice");
    assert_eq!(control.agents.count(), 3, "what took long is not tried again");
    assert_eq!(ends["slow"].after, Duration::from_secs(10));
}

#[tokio::test(start_paused = true)]
async fn what_systems_manager_told_is_shown_when_ec2_fails() {
    for error in [denied("ec2:DescribeInstances"), unreachable_endpoint()] {
        let script = Script {
            instance_errors: [error.clone(), error.clone()].into(),
            ..pages(1, 2)
        };
        let control = scripted([("a", script)]);
        let (ends, _) = run(control, plan(&["a"]), CancellationToken::new()).await;
        let listing = ends["a"].listing();
        let ids = |nodes: &[Node]| nodes.iter().map(|node| node.id.to_string()).collect::<Vec<_>>();
        assert_eq!(ids(&listing.nodes), ["mi-00000000", "mi-00000001"]);
        assert_eq!(ids(&listing.only_agents), ["i-00000000", "i-00000001"]);
        assert_eq!(
            (&listing.instances_error, &listing.agents_error),
            (&Some(error), &None)
        );
    }
}

#[tokio::test(start_paused = true)]
async fn pages_that_were_read_before_a_listing_broke_off_are_shown() {
    let script = Script {
        fails_at: Some(2),
        ..pages(4, 1)
    };
    let control = scripted([("a", script)]);
    let (ends, _) = run(control.clone(), plan(&["a"]), CancellationToken::new()).await;
    let listing = ends["a"].listing();
    assert_eq!(
        listing.nodes.len(),
        21,
        "two pages of instances and a hybrid node"
    );
    assert_eq!(listing.instances_error, Some(unreachable_endpoint()));
    assert_eq!(control.instances.count(), 4, "0, 1, 2 and 2 again");
}

#[tokio::test(start_paused = true)]
async fn where_nothing_came_the_error_of_ec2_is_told() {
    let script = Script {
        instance_errors: [denied("ec2:DescribeInstances")].into(),
        agent_errors: [denied("ssm:DescribeInstanceInformation")].into(),
        ..pages(1, 1)
    };
    let (ends, _) = run(scripted([("a", script)]), plan(&["a"]), CancellationToken::new()).await;
    assert_eq!(ends["a"].error(), &denied("ec2:DescribeInstances"));
}

#[tokio::test(start_paused = true)]
async fn pages_in_circles_end_a_listing_instead_of_being_read_for_ever() {
    let script = Script {
        in_circles: true,
        ..pages(1, 1)
    };
    let (ends, _) = run(scripted([("a", script)]), plan(&["a"]), CancellationToken::new()).await;
    let listing = ends["a"].listing();
    for error in [&listing.instances_error, &listing.agents_error] {
        assert_eq!(error.as_ref().unwrap().code(), "malformed-answer");
    }
}

#[tokio::test(start_paused = true)]
async fn pages_arrive_before_their_pair_is_whole() {
    let control = scripted([("a", pages(3, 2))]);
    let (ends, events) = run(control, plan(&["a"]), CancellationToken::new()).await;
    let mut inventory = Inventory::default();
    for event in events {
        if let SyncEvent::Progress {
            pair,
            arrived,
            progress,
        } = event
        {
            inventory.arrive(&pair, *arrived);
            assert_eq!(
                inventory.len(),
                progress.nodes as usize,
                "each page is seen at once"
            );
        }
    }
    let before: Vec<Node> = inventory.nodes(&pair("a")).to_vec();
    let difference = inventory.apply(&pair("a"), ends["a"].listing().clone(), 1);
    let silent = difference
        .upserts
        .iter()
        .all(|node| node.ping == Some(Ping::NoAgent));
    assert!(silent, "only that the others have no agent is known at the end");
    assert_eq!(
        (before.len(), difference.upserts.len(), difference.removals.len()),
        (32, 28, 0)
    );
}

/// A pair of hybrid nodes only, and how many of their tags were asked for.
async fn sync_hybrids(inventory: &mut Inventory, hybrids: usize, at: i64) -> usize {
    let control = scripted([("a", pages(1, hybrids))]);
    control.hybrid_tags.answers(|asked| {
        Ok(vec![Tag {
            key: "node".into(),
            value: asked.request.to_string(),
        }])
    });
    control.hybrid_tags.takes(Duration::from_millis(20));
    let plan = SyncPlan::new([pair("a")], true, inventory);
    let (mut ends, _) = run(control.clone(), plan, CancellationToken::new()).await;
    let listing = ends.remove("a").unwrap().listing.unwrap().unwrap();
    inventory.apply(&pair("a"), listing, at);
    assert!(control.hybrid_tags.most_at_once() <= 4);
    control.hybrid_tags.count()
}

#[tokio::test(start_paused = true)]
async fn tags_of_hybrid_nodes_are_read_once_and_then_a_few_at_a_time() {
    let mut inventory = Inventory::default();
    assert_eq!(
        sync_hybrids(&mut inventory, 600, 1).await,
        500,
        "so many in one sync"
    );
    assert_eq!(
        sync_hybrids(&mut inventory, 600, 2).await,
        150,
        "the rest, and the oldest again"
    );
    assert_eq!(sync_hybrids(&mut inventory, 600, 3).await, 50);
    let nodes = inventory.nodes(&pair("a"));
    let hybrid: Vec<_> = nodes.iter().filter(|node| node.id.is_hybrid()).collect();
    assert_eq!(hybrid.len(), 600);
    for node in hybrid {
        assert_eq!(node.tags[0].value, node.id.as_str());
    }
}

#[tokio::test(start_paused = true)]
async fn who_may_not_read_tags_has_the_nodes_without_them() {
    let control = scripted([("a", pages(1, 20))]);
    control
        .hybrid_tags
        .answers(|_| Err(denied("ssm:ListTagsForResource")));
    let (ends, _) = run(control.clone(), plan(&["a"]), CancellationToken::new()).await;
    let listing = ends["a"].listing();
    assert!(listing.is_complete() && listing.tagged.is_empty());
    assert!(control.hybrid_tags.count() <= 4, "it does not go on asking");
}

#[tokio::test(start_paused = true)]
async fn syncs_that_share_a_gate_share_its_turns() {
    let names: Vec<&'static str> = (0..60)
        .map(|n| &*Box::leak(format!("p{n:02}").into_boxed_str()))
        .collect();
    let control = scripted(names.iter().map(|name| (*name, pages(2, 2))));
    let gate = Arc::default();
    let (first, second) = names.split_at(30);
    let one = run(
        control.clone(),
        plan(first).through(&gate),
        CancellationToken::new(),
    );
    let other = run(
        control.clone(),
        plan(second).through(&gate),
        CancellationToken::new(),
    );
    let ((one, _), (other, _)) = tokio::join!(one, other);
    assert_eq!(one.len() + other.len(), 60);
    assert!(control.most_at_once() <= 16, "{}", control.most_at_once());
}

#[tokio::test(start_paused = true)]
async fn cancelling_ends_every_pair_that_is_not_done() {
    let names: Vec<&'static str> = (0..20)
        .map(|n| &*Box::leak(format!("p{n:02}").into_boxed_str()))
        .collect();
    let hanging = || Script {
        delay: Duration::from_secs(600),
        ..pages(1, 1)
    };
    let scripts = names
        .iter()
        .map(|name| (*name, if *name == "p00" { pages(1, 1) } else { hanging() }));
    let cancel = CancellationToken::new();
    let canceller = cancel.clone();
    tokio::spawn(async move {
        sleep(Duration::from_secs(2)).await;
        canceller.cancel();
    });
    let (ends, _) = run(scripted(scripts), plan(&names), cancel).await;
    assert_eq!(ends.len(), 20);
    assert_eq!(ends["p00"].listing().nodes.len(), 11);
    for name in &names[1..] {
        assert!(ends[*name].listing.is_none(), "{name}");
        assert_eq!(ends[*name].after, Duration::from_secs(2), "{name}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_sync_that_nobody_listens_to_stops() {
    let control = scripted([(
        "a",
        Script {
            delay: Duration::from_secs(60),
            ..pages(100, 100)
        },
    )]);
    let (sender, receiver) = mpsc::channel(1);
    let cancel = CancellationToken::new();
    drop(receiver);
    let started = Instant::now();
    sync(control.clone(), plan(&["a"]), cancel.clone(), sender).await;
    assert!(control.instances.count() <= 1);
    assert_eq!(
        started.elapsed(),
        Duration::ZERO,
        "it does not wait for the call that is under way"
    );
    assert!(!cancel.is_cancelled(), "the caller's token is the caller's");
}

#[tokio::test(start_paused = true)]
async fn a_plan_without_pairs_is_done_at_once() {
    let (ends, events) = run(scripted([]), plan(&[]), CancellationToken::new()).await;
    assert!(ends.is_empty() && events.is_empty());
}

/// Pairs of which somebody is asked for a code, and the answer takes an hour.
fn of_somebody_who_takes_an_hour(names: &[&'static str], others: &[&'static str]) -> Arc<Counted> {
    let all = names.iter().chain(others);
    let control = scripted(all.map(|name| (*name, pages(1, 1))));
    let asked: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    control.credentials.takes_by(move |scope| {
        let profile = scope.profile.as_ref().unwrap().to_string();
        Duration::from_secs(if asked.contains(&profile) { 3600 } else { 0 })
    });
    control
}

#[tokio::test(start_paused = true)]
async fn pairs_that_wait_for_a_person_stop_no_other() {
    let asked: Vec<&'static str> = (0..20)
        .map(|n| &*Box::leak(format!("asked{n:02}").into_boxed_str()))
        .collect();
    let control = of_somebody_who_takes_an_hour(&asked, &["b", "c"]);
    let names: Vec<&str> = asked.iter().copied().chain(["b", "c"]).collect();
    let (ends, _) = run(control.clone(), plan(&names), CancellationToken::new()).await;
    for other in ["b", "c"] {
        assert_eq!(ends[other].listing().nodes.len(), 11);
        assert!(
            ends[other].after < Duration::from_secs(1),
            "{:?}",
            ends[other].after
        );
    }
    for name in &asked {
        assert_eq!(ends[*name].listing().nodes.len(), 11);
    }
    let most = control.most_at_once();
    assert!(
        (9..=16).contains(&most),
        "{most}: whoever has an answer takes its turn again"
    );
}

#[tokio::test(start_paused = true)]
async fn without_credentials_neither_listing_is_asked_for() {
    let signed_out = || ControlError::NoCredentials {
        who: "a".into(),
        detail: "its program failed".into(),
    };
    let control = scripted([("a", pages(1, 1)), ("b", pages(1, 1))]);
    control.credentials.may_answer(move |scope| {
        (scope.profile.as_ref().unwrap().as_str() == "a").then(|| Err(signed_out()))
    });
    let (ends, _) = run(control.clone(), plan(&["a", "b"]), CancellationToken::new()).await;
    assert_eq!(ends["a"].error(), &signed_out());
    assert_eq!(ends["b"].listing().nodes.len(), 11);
    let asked = (
        control.credentials.count(),
        control.instances.count(),
        control.agents.count(),
    );
    assert_eq!(asked, (2, 1, 1));
}

#[tokio::test(start_paused = true)]
async fn credentials_that_could_not_be_reached_are_asked_for_once_more() {
    let control = scripted([("a", pages(1, 1))]);
    control.credentials.next([Err(unreachable_endpoint())]);
    let (ends, _) = run(control.clone(), plan(&["a"]), CancellationToken::new()).await;
    assert_eq!(ends["a"].listing().nodes.len(), 11);
    assert_eq!((control.credentials.count(), control.instances.count()), (2, 1));
}
