//! Runs a plan: every pair is read by itself, so that no pair waits for, or fails with, another.

mod event;
mod reading;
mod run;

use std::sync::Arc;

use futures_util::{StreamExt, stream::FuturesUnordered};
use postern_model::{Nodes, Pair};
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::SyncPlan;
pub use event::{SyncEvent, SyncProgress};
use reading::PairReading;
use run::SyncRun;

/// Reads every pair of `plan` and sends what happens to `events`; returns when all pairs are done or cancelled.
///
/// The calls go through the plan's [`SyncGate`](crate::SyncGate), those of the first pairs first: a pair that waits, for a person or
/// because AWS throttles it, has no turn meanwhile. A page that failed at once, in a way that may pass, is asked for once more
/// after a pause; what took longer the control plane has tried again itself. When nobody receives the events any more, the
/// sync is cancelled. It is one future without tasks of its own: dropping it stops it.
pub async fn sync(
    control: Arc<dyn Nodes>,
    plan: SyncPlan,
    cancel: CancellationToken,
    events: mpsc::Sender<SyncEvent>,
) {
    let run = SyncRun {
        control,
        cancel: cancel.child_token(),
        events,
        plan,
    };
    let pairs = run.plan.pairs.iter().enumerate();
    let pairs: FuturesUnordered<_> = pairs.map(|(rank, pair)| sync_pair(&run, rank, pair)).collect();
    pairs.collect::<()>().await;
}

async fn sync_pair(run: &SyncRun, rank: usize, pair: &Pair) {
    let reading = PairReading::of(run, rank, pair).read();
    let result = run.cancel.run_until_cancelled(reading).await;
    let pair = pair.clone();
    run.send(match result {
        Some(result) => SyncEvent::Finished {
            pair,
            result: result.map(Box::new),
        },
        None => SyncEvent::Cancelled { pair },
    })
    .await;
}

#[cfg(test)]
mod tests;
