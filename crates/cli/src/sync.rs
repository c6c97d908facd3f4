//! `postern sync`: reads the pairs of the window's settings anew and keeps what they bring.

use std::io::{self, IsTerminal};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use postern_fleet::{Difference, Listing, SyncEvent, SyncPlan, sync as read_fleet};
use postern_model::{ControlError, Pair};
use serde_json::json;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

use crate::arguments::SyncArguments;
use crate::console;
use crate::control_plane;
use crate::failure::Failure;
use crate::kept_fleet::KeptFleet;
use crate::nodes::report;

/// Progress of pairs on its way.
const QUEUED_EVENTS: usize = 64;
/// The exit status when some pairs could be read and others not; 1 means that nothing could be read.
const INCOMPLETE: u8 = 3;

/// Syncs the pairs that take part, or those of them that were named.
pub(crate) async fn sync(arguments: SyncArguments) -> Result<ExitCode, Failure> {
    let fleet = KeptFleet::open()?;
    let wanted: Vec<Pair> = fleet
        .pairs()
        .filter(|pair| is_named(pair, &arguments))
        .cloned()
        .collect();
    if wanted.is_empty() {
        return Err(Failure::NoPairs);
    }
    let plan = SyncPlan::new(wanted, fleet.settings()?.only_running, &fleet.inventory);
    let mut run = Run {
        pairs: plan.pairs().len(),
        progress: io::stderr().is_terminal() && !arguments.json,
        json: arguments.json,
        fleet,
        done: 0,
        read: 0,
        failed: 0,
    };
    let control = Arc::new(control_plane::of_user().await);
    let (events, mut received) = mpsc::channel(QUEUED_EVENTS);
    let listen = async {
        while let Some(event) = received.recv().await {
            run.take(event)?;
        }
        Ok(())
    };
    let reading = read_fleet(control, plan, CancellationToken::new(), events);
    let ((), outcome) = tokio::join!(reading, listen);
    outcome.map(|()| run.status())
}

fn is_named(pair: &Pair, arguments: &SyncArguments) -> bool {
    let of_profile = arguments.profile.is_empty() || arguments.profile.contains(&pair.profile);
    let of_region = arguments.region.is_empty() || arguments.region.contains(&pair.region);
    of_profile && of_region
}

/// A sync, and how far it is.
struct Run {
    fleet: KeptFleet,
    json: bool,
    /// Whether somebody looks at standard error.
    progress: bool,
    pairs: usize,
    done: usize,
    /// Pairs that brought something.
    read: usize,
    /// Pairs that did not bring all.
    failed: usize,
}

impl Run {
    fn take(&mut self, event: SyncEvent) -> Result<(), Failure> {
        match event {
            SyncEvent::Started { .. } | SyncEvent::Cancelled { .. } => {}
            SyncEvent::Progress { pair, progress, .. } => self.show(&format!(
                "{} of {} pairs, {pair}: {} nodes of {} pages",
                self.done, self.pairs, progress.nodes, progress.pages
            )),
            SyncEvent::Finished { pair, result } => {
                self.show("");
                self.done += 1;
                match result {
                    Ok(listing) => self.keep(&pair, *listing)?,
                    Err(error) => self.missing(&pair, &pair.to_string(), &error)?,
                }
            }
        }
        Ok(())
    }

    fn keep(&mut self, pair: &Pair, listing: Listing) -> Result<(), Failure> {
        self.read += 1;
        let failures: Vec<_> = listing
            .failures()
            .map(|(what, error)| (what, error.clone()))
            .collect();
        let difference = self.fleet.inventory.apply(pair, listing, now_ms());
        self.fleet.keep(pair)?;
        if failures.is_empty() {
            return self.say(pair, &difference);
        }
        for (service, error) in failures {
            self.missing(pair, &format!("{pair}: {service} could not be read"), &error)?;
        }
        Ok(())
    }

    fn say(&self, pair: &Pair, difference: &Difference) -> Result<(), Failure> {
        let nodes = self.fleet.inventory.nodes(pair).len();
        let (changed, gone) = (difference.upserts.len(), difference.removals.len());
        let line = if self.json {
            json!({ "profile": pair.profile, "region": pair.region, "nodes": nodes, "changed": changed, "gone": gone })
                .to_string()
        } else {
            format!("{pair}: {nodes} nodes, {changed} new or changed, {gone} gone")
        };
        console::to_stdout(&format!("{line}\n")).map_err(Failure::Output)
    }

    fn missing(&mut self, pair: &Pair, what: &str, error: &ControlError) -> Result<(), Failure> {
        self.failed += 1;
        report(what, error);
        if !self.json {
            return Ok(());
        }
        let line = json!({ "profile": pair.profile, "region": pair.region, "error": error.code(), "message": error.to_string() });
        console::to_stdout(&format!("{line}\n")).map_err(Failure::Output)
    }

    /// One line of standard error that is written over; an empty one clears it.
    fn show(&self, line: &str) {
        if self.progress {
            console::to_stderr(&format!("\r\u{1b}[K{line}"));
        }
    }

    fn status(&self) -> ExitCode {
        match (self.failed, self.read) {
            (0, _) => ExitCode::SUCCESS,
            (_, 0) => ExitCode::FAILURE,
            (_, _) => ExitCode::from(INCOMPLETE),
        }
    }
}

fn now_ms() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
}
