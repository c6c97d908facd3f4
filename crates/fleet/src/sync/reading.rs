//! The reading of one pair: credentials, both listings at once, and the tags of hybrid nodes.

use std::{
    collections::{HashSet, hash_map::DefaultHasher},
    hash::{Hash, Hasher},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::{StreamExt, TryStreamExt, stream};
use postern_model::{AgentInformation, ControlError, Instance, NodeId, Page, PageToken, Pair, Scope};
use tokio::time::{Instant, sleep};

use super::{
    event::{SyncEvent, SyncProgress},
    run::SyncRun,
};
use crate::{
    Arrived, Listing,
    difference::KnownPair,
    gate::{GateEntrance, Lane},
    merge::PairMerge,
    pages::{Pages, ReadingFailure},
};

/// The shortest pause before the one retry.
pub(super) const RETRY_PAUSE: Duration = Duration::from_millis(500);
/// The pauses of different pairs are spread over this time, so that pairs that failed together return one by one.
const RETRY_SPREAD_MS: u64 = 1_000;
/// Tags of hybrid nodes are one call for each: so many in one sync, of nodes whose tags were never read.
const NEW_TAGS: usize = 500;
/// And of those whose tags were read longest ago.
const OLD_TAGS: usize = 50;
/// Most of them wait for an answer that is tiny.
const TAGS_AT_ONCE: usize = 4;

/// What is read of one pair.
pub(super) struct PairReading<'a> {
    source: Source<'a>,
    /// Why it has no credentials.
    not_ready: Option<ReadingFailure>,
    instances: Pages,
    agents: Pages,
}

impl<'a> PairReading<'a> {
    /// A reading whose calls go before those of a higher rank.
    pub(super) fn of(run: &'a SyncRun, rank: usize, pair: &'a Pair) -> Self {
        let known = run.plan.known.get(pair).cloned().unwrap_or_default();
        let lane = |operation| Lane::of(pair, known.account.as_deref(), operation);
        Self {
            not_ready: None,
            instances: Pages::of(lane("ec2:DescribeInstances")),
            agents: Pages::of(lane("ssm:DescribeInstanceInformation")),
            source: Source {
                run,
                rank,
                pair,
                scope: Scope::from(pair.clone()),
                merge: Mutex::new(PairMerge::of(known.account.as_deref())),
                pages: Mutex::default(),
                tags_lane: lane("ssm:ListTagsForResource"),
                known,
            },
        }
    }

    /// EC2 and Systems Manager at once, with credentials that are got first. What failed in a way that may pass goes on from
    /// where it failed, once, after a pause. What came is the answer, and the error of EC2 only where nothing came.
    pub(super) async fn read(mut self) -> Result<Listing, ControlError> {
        self.go_on().await;
        if self.may_go_on() {
            tracing::debug!(pair = %self.source.pair, "what failed is asked for once more after a pause");
            sleep(retry_pause(self.source.pair)).await;
            self.go_on().await;
        }
        if self.not_ready.is_none() {
            self.source.read_tags().await;
        }
        self.into_listing()
    }

    /// Reads what is not read yet.
    async fn go_on(&mut self) {
        let asked_at = Instant::now();
        match self.source.make_ready().await {
            Ok(()) => {
                self.not_ready = None;
                self.read_on().await;
            }
            Err(error) => self.not_ready = Some(ReadingFailure::of(error, asked_at.elapsed())),
        }
    }

    async fn read_on(&mut self) {
        let source = &self.source;
        let entrance = source.entrance();
        let instances = async {
            if self.instances.are_wanted() {
                let take = |page| source.arrived(move |merge| merge.take_instances(page));
                self.instances
                    .go_on(entrance, |page| source.instances(page), take)
                    .await;
            }
        };
        let agents = async {
            if self.agents.are_wanted() {
                let take = |page| source.arrived(move |merge| merge.take_agents(page));
                self.agents
                    .go_on(entrance, |page| source.agents(page), take)
                    .await;
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
        let merge = self
            .source
            .merge
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        let of_instances = || self.instances.error().filter(|_| merge.is_empty());
        let failed = self
            .not_ready
            .as_ref()
            .map(ReadingFailure::error)
            .or_else(of_instances);
        match failed {
            Some(error) => Err(error.clone()),
            None => Ok(merge.into_listing(self.instances.into_error(), self.agents.into_error())),
        }
    }
}

/// Where the pages of one pair come from, what they make, and who hears of them.
struct Source<'a> {
    run: &'a SyncRun,
    rank: usize,
    pair: &'a Pair,
    scope: Scope,
    merge: Mutex<PairMerge>,
    pages: Mutex<u32>,
    known: KnownPair,
    tags_lane: Lane,
}

impl Source<'_> {
    fn entrance(&self) -> GateEntrance<'_> {
        self.run.plan.gate.entrance(self.rank, self.pair)
    }

    /// Gets the credentials, and tells that the pair has begun. While that waits for somebody, another call has the turn.
    async fn make_ready(&self) -> Result<(), ControlError> {
        let turn = self.entrance().credentials().await;
        let turn = Mutex::new(Some(turn));
        self.run
            .send(SyncEvent::Started {
                pair: self.pair.clone(),
            })
            .await;
        let give_back = || drop(turn.lock().unwrap_or_else(PoisonError::into_inner).take());
        let outcome = self.run.control.make_ready(&self.scope, &give_back).await;
        if let Some(turn) = turn.into_inner().unwrap_or_else(PoisonError::into_inner) {
            turn.done(true);
        }
        outcome
    }

    async fn instances(&self, page: Option<PageToken>) -> Result<Page<Instance>, ControlError> {
        let only_running = self.run.plan.only_running;
        self.run.control.instances(&self.scope, only_running, page).await
    }

    async fn agents(&self, page: Option<PageToken>) -> Result<Page<AgentInformation>, ControlError> {
        self.run.control.agents(&self.scope, page).await
    }

    /// Takes a page, and tells of it.
    async fn arrived(&self, take: impl FnOnce(&mut PairMerge) -> Arrived) {
        let (arrived, nodes) = {
            let mut merge = self.merge();
            (take(&mut merge), merge.len())
        };
        let progress = SyncProgress {
            pages: self.count_page(),
            nodes: u32::try_from(nodes).unwrap_or(u32::MAX),
        };
        self.run
            .send(SyncEvent::Progress {
                pair: self.pair.clone(),
                progress,
                arrived: Box::new(arrived),
            })
            .await;
    }

    fn count_page(&self) -> u32 {
        let mut pages = self.pages.lock().unwrap_or_else(PoisonError::into_inner);
        *pages += 1;
        *pages
    }

    /// Reads tags of hybrid nodes, which Systems Manager's listing lacks. Who may not, or is throttled for long, has what was
    /// known: nothing else depends on them.
    async fn read_tags(&self) {
        let due = self.due_for_tags();
        let reading = stream::iter(due)
            .map(Ok)
            .try_for_each_concurrent(TAGS_AT_ONCE, |id| self.read_tags_of(id));
        if let Err(error) = reading.await {
            tracing::debug!(pair = %self.pair, %error, "tags of hybrid nodes stay as they were known");
        }
    }

    async fn read_tags_of(&self, id: NodeId) -> Result<(), ControlError> {
        let mut pages = Pages::of(self.tags_lane.clone());
        let read = |_| async {
            let tags = self.run.control.hybrid_tags(&self.scope, &id).await;
            tags.map(|items| Page { items, next: None })
        };
        let take = |tags| {
            self.merge().take_tags(&id, tags);
            async {}
        };
        pages.go_on(self.entrance(), read, take).await;
        pages.into_error().map_or(Ok(()), Err)
    }

    fn due_for_tags(&self) -> Vec<NodeId> {
        let read: HashSet<&NodeId> = self.known.tagged.iter().collect();
        let merge = self.merge();
        let listed: HashSet<&NodeId> = merge.hybrid_ids().collect();
        let never = merge.hybrid_ids().filter(|id| !read.contains(id)).take(NEW_TAGS);
        let old = self
            .known
            .tagged
            .iter()
            .filter(|id| listed.contains(id))
            .take(OLD_TAGS);
        never.chain(old).cloned().collect()
    }

    fn merge(&self) -> MutexGuard<'_, PairMerge> {
        self.merge.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Different for different pairs, the same for the same pair: the spread is all that is wanted of randomness here.
fn retry_pause(pair: &Pair) -> Duration {
    let mut hasher = DefaultHasher::new();
    pair.hash(&mut hasher);
    RETRY_PAUSE + Duration::from_millis(hasher.finish() % RETRY_SPREAD_MS)
}
