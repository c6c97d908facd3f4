//! How many nodes a profile has in a Region that is no pair yet, for whoever chooses Regions.

use std::{sync::Arc, time::Duration};

use postern_fleet::{Inventory, Listing, SyncEvent, SyncPlan, sync};
use postern_model::{ControlError, ControlPlane, Pair, ProfileName, Region, Scope};
use tokio::{sync::mpsc, time::timeout};
use tokio_util::sync::CancellationToken;

use crate::{
    background::Background,
    contract::{ErrorView, NodeCountView},
    fields::parse,
};

/// Somebody looks at the figure; each call has a limit of its own, this is that of all pages.
const LONGEST_COUNT: Duration = Duration::from_secs(60);
/// Events of the reading that were not looked at yet.
const QUEUED_EVENTS: usize = 16;

/// The counts that one world can make. They read as a sync would, and keep nothing.
#[derive(Clone)]
pub struct NodeCounts {
    control: Arc<dyn ControlPlane>,
    background: Background,
    only_running: bool,
}

impl NodeCounts {
    /// With `only_running` the nodes are counted that a sync would bring with that setting.
    pub(crate) fn new(control: &Arc<dyn ControlPlane>, background: &Background, only_running: bool) -> Self {
        Self {
            control: Arc::clone(control),
            background: background.clone(),
            only_running,
        }
    }

    /// Counts the nodes of a profile in a Region. Nobody is asked for a code or a sign-in for the sake of a figure.
    ///
    /// # Errors
    /// `bad-profile`, `bad-region`, `waits-for-you`, `timed-out`, `world-left`, and any of AWS.
    pub async fn count(&self, profile: &str, region: &str) -> Result<NodeCountView, ErrorView> {
        let profile = parse("profile", ProfileName::parse, profile)?;
        let region = parse("region", Region::parse, region)?;
        let counting = timeout(LONGEST_COUNT, self.read(Pair { profile, region }));
        let answer = self.background.unless_closed(counting).await;
        let listing = answer.ok_or_else(left)?.map_err(|_| timed_out())??;
        let error = listing.failures().next().map(|(_, error)| error.into());
        let nodes = u32::try_from(listing.into_nodes().len()).unwrap_or(u32::MAX);
        Ok(NodeCountView { nodes, error })
    }

    async fn read(&self, pair: Pair) -> Result<Listing, ErrorView> {
        self.get_ready(&Scope::from(pair.clone())).await?;
        let plan = SyncPlan::new([pair], self.only_running, &Inventory::default());
        let (events, mut told) = mpsc::channel(QUEUED_EVENTS);
        let reading = sync(self.control.clone(), plan, CancellationToken::new(), events);
        let (result, ()) = tokio::join!(result_of(&mut told), reading);
        Ok(result.unwrap_or_else(|| Ok(Listing::default()))?)
    }

    /// Gets the credentials, and gives up where that takes a person.
    async fn get_ready(&self, scope: &Scope) -> Result<(), ErrorView> {
        let asks = CancellationToken::new();
        let give_up = || asks.cancel();
        let ready = asks.run_until_cancelled(self.control.make_ready(scope, &give_up));
        Ok(ready.await.ok_or_else(waits_for_you)??)
    }
}

async fn result_of(told: &mut mpsc::Receiver<SyncEvent>) -> Option<Result<Listing, ControlError>> {
    let mut last = None;
    while let Some(event) = told.recv().await {
        if let SyncEvent::Finished { result, .. } = event {
            last = Some(result.map(|listing| *listing));
        }
    }
    last
}

fn waits_for_you() -> ErrorView {
    ErrorView::new(
        "waits-for-you",
        "The credentials of this profile wait for you, such as for the code of an MFA device.",
        "Add the pair: its sync asks.",
    )
}

fn timed_out() -> ErrorView {
    ErrorView::new(
        "timed-out",
        "Counting the nodes took longer than a minute.",
        "Add the pair: its sync takes the time that it needs.",
    )
}

fn left() -> ErrorView {
    ErrorView::new(
        "world-left",
        "The window works on something else now.",
        "Open the dialog again.",
    )
}
