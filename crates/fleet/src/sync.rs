//! Runs a plan: every pair is read by itself, so that no pair waits for, or fails with, another.

use std::{
    collections::hash_map::DefaultHasher,
    hash::{Hash, Hasher},
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};

use futures_util::{StreamExt, stream::FuturesUnordered};
use postern_model::{AgentInformation, ControlError, ControlPlane, Instance, Pair, Scope};
use tokio::{
    sync::{Semaphore, mpsc},
    time::sleep,
};
use tokio_util::sync::CancellationToken;

use crate::{Listing, SyncPlan, merge::merge, pages::all_pages};

/// The shortest pause before the one retry; the control plane has retried throttling by itself before.
const RETRY_PAUSE: Duration = Duration::from_millis(500);
/// The pauses of different pairs are spread over this time, so that pairs that failed together return one by one.
const RETRY_SPREAD_MS: u64 = 1_000;

/// What a sync tells while it runs. The last event of each pair of the plan is either `Finished` or `Cancelled`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SyncEvent {
    /// It is the pair's turn (told again when it is read a second time).
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
        /// Its nodes (perhaps without agents, see [`Listing::agents_error`]), or why there are none.
        result: Result<Listing, ControlError>,
    },
    /// The sync was cancelled before the pair was done; what was known of it still holds.
    Cancelled {
        /// The pair.
        pair: Pair,
    },
}

/// Reads every pair of `plan` and sends what happens to `events`; returns when all pairs are done or cancelled.
///
/// At most eight pairs are read at a time. Errors that may pass are tried once more after a pause, during which
/// another pair has the turn. When nobody receives the events any more, the sync is cancelled. It is one future
/// without tasks of its own: dropping it stops it.
pub async fn sync(
    control: Arc<dyn ControlPlane>,
    plan: SyncPlan,
    cancel: CancellationToken,
    events: mpsc::Sender<SyncEvent>,
) {
    let run = Run {
        control,
        only_running: plan.only_running,
        turns: Semaphore::new(plan.pairs_at_once),
        cancel: cancel.child_token(),
        events,
    };
    let pairs: FuturesUnordered<_> = plan.pairs.iter().map(|pair| run.sync_pair(pair)).collect();
    pairs.collect::<()>().await;
}

struct Run {
    control: Arc<dyn ControlPlane>,
    only_running: bool,
    turns: Semaphore,
    cancel: CancellationToken,
    events: mpsc::Sender<SyncEvent>,
}

impl Run {
    async fn sync_pair(&self, pair: &Pair) {
        let result = self.cancel.run_until_cancelled(self.read_with_retry(pair)).await;
        let pair = pair.clone();
        self.tell(match result {
            Some(result) => SyncEvent::Finished { pair, result },
            None => SyncEvent::Cancelled { pair },
        })
        .await;
    }

    async fn read_with_retry(&self, pair: &Pair) -> Result<Listing, ControlError> {
        match self.read_in_turn(pair).await {
            Err(error) if error.may_pass() => {
                tracing::debug!(%pair, code = error.code(), "the pair is read once more after a pause");
                sleep(retry_pause(pair)).await;
                self.read_in_turn(pair).await
            }
            result => result,
        }
    }

    async fn read_in_turn(&self, pair: &Pair) -> Result<Listing, ControlError> {
        let turn = self.turns.acquire().await;
        self.tell(SyncEvent::Started { pair: pair.clone() }).await;
        let listing = self.read(pair).await;
        drop(turn);
        listing
    }

    /// Both listings at once. EC2's error fails the pair. When EC2 answers and Systems Manager may not be asked, the
    /// instances are worth showing; any other error of Systems Manager fails the pair, because older nodes with
    /// their agents say more than new ones without.
    async fn read(&self, pair: &Pair) -> Result<Listing, ControlError> {
        let scope = Scope::from(pair.clone());
        let progress = Progress {
            run: self,
            pair,
            nodes_read: AtomicU32::new(0),
        };
        let (instances, agents) = tokio::try_join!(self.instances(&scope, &progress), async {
            Ok(self.agents(&scope, &progress).await)
        })?;
        match agents {
            Ok(agents) => Ok(Listing::complete(merge(instances, Some(agents)))),
            Err(error @ ControlError::Denied { .. }) => Ok(Listing {
                nodes: merge(instances, None),
                agents_error: Some(error),
            }),
            Err(error) => Err(error),
        }
    }

    async fn instances(&self, scope: &Scope, progress: &Progress<'_>) -> Result<Vec<Instance>, ControlError> {
        all_pages(
            "ec2:DescribeInstances",
            |page| self.control.instances(scope, self.only_running, page),
            |instances| progress.add(instances.len()),
        )
        .await
    }

    async fn agents(
        &self,
        scope: &Scope,
        progress: &Progress<'_>,
    ) -> Result<Vec<AgentInformation>, ControlError> {
        all_pages(
            "ssm:DescribeInstanceInformation",
            |page| self.control.agents(scope, page),
            // The others are instances, which are counted already.
            |agents| progress.add(agents.iter().filter(|agent| agent.id.is_hybrid()).count()),
        )
        .await
    }

    async fn tell(&self, event: SyncEvent) {
        if self.events.send(event).await.is_err() {
            self.cancel.cancel();
        }
    }
}

struct Progress<'a> {
    run: &'a Run,
    pair: &'a Pair,
    nodes_read: AtomicU32,
}

impl Progress<'_> {
    fn add(&self, nodes: usize) -> impl Future<Output = ()> + Send + '_ {
        let nodes = u32::try_from(nodes).unwrap_or(u32::MAX);
        let nodes_read = self
            .nodes_read
            .fetch_add(nodes, Ordering::Relaxed)
            .saturating_add(nodes);
        self.run.tell(SyncEvent::Progress {
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
