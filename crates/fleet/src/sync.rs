//! Runs a plan: every pair is read by itself, so that no pair waits for, or fails with, another.

use std::{
    collections::hash_map::DefaultHasher,
    hash::{Hash, Hasher},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use futures_util::{StreamExt, stream::FuturesUnordered};
use postern_model::{AgentInformation, ControlError, Instance, Nodes, Pair, Scope};
use tokio::{
    sync::{AcquireError, Semaphore, SemaphorePermit, mpsc},
    time::{Instant, sleep},
};
use tokio_util::sync::CancellationToken;

use crate::{
    Listing, SyncPlan,
    merge::merge,
    pages::{Pages, ReadingFailure},
};

/// The shortest pause before the one retry.
const RETRY_PAUSE: Duration = Duration::from_millis(500);
/// The pauses of different pairs are spread over this time, so that pairs that failed together return one by one.
const RETRY_SPREAD_MS: u64 = 1_000;

/// What a sync tells while it runs. The last event of each pair of the plan is either `Finished` or `Cancelled`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SyncEvent {
    /// It is the pair's turn.
    Started {
        /// The pair.
        pair: Pair,
    },
    /// One more page was read.
    Progress {
        /// The pair.
        pair: Pair,
        /// Nodes read so far in this reading.
        nodes_read: u32,
    },
    /// The pair was read, or could not be.
    Finished {
        /// The pair.
        pair: Pair,
        /// What was read, perhaps not all (see [`Listing::is_complete`]), or why nothing came.
        result: Result<Box<Listing>, ControlError>,
    },
    /// The sync was cancelled before the pair was done; what was known of it still holds.
    Cancelled {
        /// The pair.
        pair: Pair,
    },
}

/// Reads every pair of `plan` and sends what happens to `events`; returns when all pairs are done or cancelled.
///
/// At most eight pairs are read at a time; those that wait for a person are not among them. A page that failed at once, in a way that may pass, is asked for once more
/// after a pause, during which another pair has the turn; what took longer the control plane has tried again itself. When
/// nobody receives the events any more, the sync is cancelled. It is one future without tasks of its own: dropping it stops
/// it.
pub async fn sync(
    control: Arc<dyn Nodes>,
    plan: SyncPlan,
    cancel: CancellationToken,
    events: mpsc::Sender<SyncEvent>,
) {
    let run = SyncRun {
        control,
        only_running: plan.only_running,
        turns: Semaphore::new(plan.pairs_at_once),
        cancel: cancel.child_token(),
        events,
    };
    let pairs: FuturesUnordered<_> = plan.pairs.iter().map(|pair| run.sync_pair(pair)).collect();
    pairs.collect::<()>().await;
}

struct SyncRun {
    control: Arc<dyn Nodes>,
    only_running: bool,
    turns: Semaphore,
    cancel: CancellationToken,
    events: mpsc::Sender<SyncEvent>,
}

impl SyncRun {
    async fn sync_pair(&self, pair: &Pair) {
        let result = self.cancel.run_until_cancelled(self.read(pair)).await;
        let pair = pair.clone();
        self.send(match result {
            Some(result) => SyncEvent::Finished {
                pair,
                result: result.map(Box::new),
            },
            None => SyncEvent::Cancelled { pair },
        })
        .await;
    }

    /// EC2 and Systems Manager at once, with credentials that are got first. What failed in a way that may pass goes on from
    /// where it failed, once, after a pause in which another pair has the turn. What came is the answer, and the error of EC2
    /// only where nothing came.
    async fn read(&self, pair: &Pair) -> Result<Listing, ControlError> {
        let mut reading = PairReading::of(self, pair);
        let turn = self.turns.acquire().await;
        self.send(SyncEvent::Started { pair: pair.clone() }).await;
        reading.go_on(turn).await;
        if reading.may_go_on() {
            tracing::debug!(%pair, "what failed is asked for once more after a pause");
            sleep(retry_pause(pair)).await;
            reading.go_on(self.turns.acquire().await).await;
        }
        reading.into_listing()
    }

    /// Gets the credentials of a scope. While that waits for somebody, another pair has the turn.
    async fn make_ready<'a>(&'a self, scope: &Scope, turn: Turn<'a>) -> Result<Turn<'a>, ControlError> {
        let turn = Mutex::new(Some(turn));
        let give_back = || drop(turn.lock().unwrap_or_else(PoisonError::into_inner).take());
        self.control.make_ready(scope, &give_back).await?;
        Ok(match turn.into_inner().unwrap_or_else(PoisonError::into_inner) {
            Some(turn) => turn,
            None => self.turns.acquire().await,
        })
    }

    async fn send(&self, event: SyncEvent) {
        if self.events.send(event).await.is_err() {
            self.cancel.cancel();
        }
    }
}

/// One of the places among the pairs that are read at a time. The semaphore is never closed.
type Turn<'a> = Result<SemaphorePermit<'a>, AcquireError>;

/// What is read of one pair.
struct PairReading<'a> {
    source: Source<'a>,
    /// Why it has no credentials.
    not_ready: Option<ReadingFailure>,
    instances: Pages<Instance>,
    agents: Pages<AgentInformation>,
}

impl<'a> PairReading<'a> {
    fn of(run: &'a SyncRun, pair: &'a Pair) -> Self {
        Self {
            source: Source {
                run,
                pair,
                scope: Scope::from(pair.clone()),
                nodes_read: AtomicU32::new(0),
            },
            not_ready: None,
            instances: Pages::of("ec2:DescribeInstances"),
            agents: Pages::of("ssm:DescribeInstanceInformation"),
        }
    }

    /// Reads what is not read yet, for as long as it has a turn.
    async fn go_on(&mut self, turn: Turn<'a>) {
        let asked_at = Instant::now();
        let run = self.source.run;
        match run.make_ready(&self.source.scope, turn).await {
            Ok(_turn) => {
                self.not_ready = None;
                self.read_on().await;
            }
            Err(error) => self.not_ready = Some(ReadingFailure::of(error, asked_at.elapsed())),
        }
    }

    async fn read_on(&mut self) {
        let source = &self.source;
        let instances = async {
            if self.instances.are_wanted() {
                source.read_instances(&mut self.instances).await;
            }
        };
        let agents = async {
            if self.agents.are_wanted() {
                source.read_agents(&mut self.agents).await;
            }
        };
        tokio::join!(instances, agents);
    }

    fn may_go_on(&self) -> bool {
        match &self.not_ready {
            Some(failure) => failure.may_go_on(),
            None => self.instances.may_go_on() || self.agents.may_go_on(),
        }
    }

    fn into_listing(self) -> Result<Listing, ControlError> {
        let nothing = self.instances.brought_nothing() && self.agents.brought_nothing();
        let of_instances = || self.instances.error().filter(|_| nothing);
        let failed = self
            .not_ready
            .as_ref()
            .map(ReadingFailure::error)
            .or_else(of_instances);
        match failed {
            Some(error) => Err(error.clone()),
            None => Ok(merge(self.instances.into_parts(), self.agents.into_parts())),
        }
    }
}

/// Where the pages of one pair come from, and who hears of them.
struct Source<'a> {
    run: &'a SyncRun,
    pair: &'a Pair,
    scope: Scope,
    nodes_read: AtomicU32,
}

impl Source<'_> {
    async fn read_instances(&self, pages: &mut Pages<Instance>) {
        let SyncRun {
            control,
            only_running,
            ..
        } = self.run;
        pages
            .go_on(
                |page| control.instances(&self.scope, *only_running, page),
                |instances| self.send_progress(instances.len()),
            )
            .await;
    }

    async fn read_agents(&self, pages: &mut Pages<AgentInformation>) {
        pages
            .go_on(
                |page| self.run.control.agents(&self.scope, page),
                // The others are instances, which are counted already.
                |agents| self.send_progress(agents.iter().filter(|agent| agent.id.is_hybrid()).count()),
            )
            .await;
    }

    fn send_progress(&self, nodes: usize) -> impl Future<Output = ()> + Send + '_ {
        let nodes = u32::try_from(nodes).unwrap_or(u32::MAX);
        let nodes_read = self
            .nodes_read
            .fetch_add(nodes, Ordering::Relaxed)
            .saturating_add(nodes);
        self.run.send(SyncEvent::Progress {
            pair: self.pair.clone(),
            nodes_read,
        })
    }
}

/// Different for different pairs, the same for the same pair: the spread is all that is wanted of randomness here.
fn retry_pause(pair: &Pair) -> Duration {
    let mut hasher = DefaultHasher::new();
    pair.hash(&mut hasher);
    RETRY_PAUSE + Duration::from_millis(hasher.finish() % RETRY_SPREAD_MS)
}

#[cfg(test)]
mod tests;
