//! What was connected to, for "recent" and for the order of what is found.

use postern_model::{Used, UsedGoal};
use postern_store::Store;

use crate::{
    contract::{AppEvent, ErrorView, UsedView},
    events::EventBus,
    storage::Storage,
};

/// What was connected to in one world.
pub(crate) struct UsedGoals {
    storage: Storage,
    events: EventBus,
}

impl UsedGoals {
    pub(crate) fn new(storage: &Storage, events: &EventBus) -> Self {
        Self {
            storage: storage.clone(),
            events: events.clone(),
        }
    }

    /// Most recent first.
    pub(crate) async fn views(&self) -> Result<Vec<UsedView>, ErrorView> {
        let used = self.storage.run(Store::used).await?;
        Ok(used.iter().map(used_view).collect())
    }

    /// Puts it in front. A session opens even where nothing can be kept; the window says that.
    pub(crate) async fn note(&self, goal: UsedGoal) {
        let noted = self.storage.run(move |store| store.note_used(&goal)).await;
        self.events.emit(match noted {
            Ok(used) => AppEvent::UsedChanged {
                used: used.iter().map(used_view).collect(),
            },
            Err(error) => AppEvent::Notice { error },
        });
    }
}

fn used_view(used: &Used) -> UsedView {
    let mut view = UsedView {
        connection: None,
        target: None,
        profile: None,
        region: None,
        times: used.times,
        last_at_ms: used.last_at_ms as f64,
    };
    match &used.goal {
        UsedGoal::Connection(id) => view.connection = i32::try_from(id.0).ok(),
        UsedGoal::Target {
            profile,
            region,
            target,
        } => {
            view.target = Some(target.to_string());
            view.profile = profile.as_ref().map(ToString::to_string);
            view.region = region.as_ref().map(ToString::to_string);
        }
    }
    view
}
