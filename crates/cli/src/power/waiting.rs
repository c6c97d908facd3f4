//! Waits until instances have done as they were told, all at once, and says what each is at.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use postern_fleet::{RaisingStep, raise, settled};
use postern_model::{ControlError, ControlPlane, InstanceState, NodeId, PowerOrder};

use super::chosen::ChosenInstance;
use super::count::{Count, say, state_words};
use crate::console;

/// Waits for each of these; one that fails hides no other.
pub(super) async fn until_done(
    control: &Arc<dyn ControlPlane>,
    order: PowerOrder,
    told: Vec<ChosenInstance>,
    count: &mut Count,
) {
    let begun = Instant::now();
    let waits = told.into_iter().map(|instance| async move {
        let outcome = match order {
            PowerOrder::Start => raised(control.as_ref(), &instance).await,
            PowerOrder::Stop | PowerOrder::Reboot => stopped(control.as_ref(), order, &instance).await,
        };
        (instance, outcome)
    });
    let mut waits: FuturesUnordered<_> = waits.collect();
    while let Some((instance, outcome)) = waits.next().await {
        match outcome {
            Ok(what) => say(&format!(
                "{instance}: {what} after {} s\n",
                begun.elapsed().as_secs()
            )),
            Err(why) => {
                count.done = count.done.saturating_sub(1);
                count.fails(&instance, &why);
            }
        }
    }
}

async fn raised(control: &dyn ControlPlane, instance: &ChosenInstance) -> Result<&'static str, String> {
    let told: Mutex<Option<RaisingStep>> = Mutex::default();
    let report = |step: RaisingStep| {
        let before = told.lock().unwrap_or_else(PoisonError::into_inner).replace(step);
        if before != Some(step) {
            console::to_stderr(&format!("{instance}: {}\n", step.words()));
        }
    };
    let outcome = raise(control, &instance.scope, &instance.id, report).await;
    outcome
        .map_err(|error| error.to_string())
        .map(|()| "its agent answers")
}

async fn stopped(
    control: &dyn ControlPlane,
    order: PowerOrder,
    instance: &ChosenInstance,
) -> Result<&'static str, String> {
    let last = Mutex::new(InstanceState::Unknown);
    let seen = |states: &[(NodeId, InstanceState)]| {
        if let Some((_, state)) = states.first() {
            *last.lock().unwrap_or_else(PoisonError::into_inner) = *state;
        }
    };
    let ids = std::slice::from_ref(&instance.id);
    let outcome: Result<(), ControlError> = settled(control, &instance.scope, order, ids, seen).await;
    outcome.map_err(|error| error.to_string())?;
    let state = *last.lock().unwrap_or_else(PoisonError::into_inner);
    if state == order.aim() {
        Ok(state_words(state))
    } else {
        Err(format!(
            "it is {} and not {}.",
            state_words(state),
            state_words(order.aim())
        ))
    }
}
