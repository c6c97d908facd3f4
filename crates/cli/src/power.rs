//! `postern start`, `postern stop` and `postern reboot`: many instances, each with an answer of its own.

mod chosen;
mod confirm;
mod count;
mod waiting;

use std::process::ExitCode;
use std::sync::Arc;

use postern_fleet::{PowerOutcome, order_each};
use postern_model::{ControlPlane, NodeId, PowerOrder};

use crate::arguments::{PowerArguments, RebootArguments, WaitingPowerArguments};
use crate::control_plane;
use crate::failure::Failure;
use chosen::{Chosen, ChosenInstance, choose};
use count::{Count, state_words};

/// Starts instances.
pub(crate) async fn start(arguments: WaitingPowerArguments) -> Result<ExitCode, Failure> {
    tell(PowerOrder::Start, arguments.power, arguments.wait).await
}

/// Stops instances.
pub(crate) async fn stop(arguments: WaitingPowerArguments) -> Result<ExitCode, Failure> {
    tell(PowerOrder::Stop, arguments.power, arguments.wait).await
}

/// Reboots instances.
pub(crate) async fn reboot(arguments: RebootArguments) -> Result<ExitCode, Failure> {
    tell(PowerOrder::Reboot, arguments.power, false).await
}

async fn tell(order: PowerOrder, arguments: PowerArguments, wait: bool) -> Result<ExitCode, Failure> {
    let control: Arc<dyn ControlPlane> = Arc::new(control_plane::of_user().await);
    let Chosen {
        instances,
        by_query,
        incomplete,
    } = choose(&control, &arguments).await?;
    let mut count = Count {
        done: 0,
        not: usize::from(incomplete),
    };
    let mut told = Vec::new();
    for instance in instances {
        if order.suits(instance.state) {
            told.push(instance);
        } else {
            count.leave_out(order, &instance);
        }
    }
    if !arguments.yes {
        confirm::order(order, &told, by_query)?;
    }
    for group in told.chunk_by(|one, other| one.scope == other.scope) {
        give(control.as_ref(), order, group, &mut count).await;
    }
    if wait {
        waiting::until_done(&control, order, told, &mut count).await;
    }
    Ok(count.status())
}

/// Tells instances of one scope, and says what each does.
async fn give(control: &dyn ControlPlane, order: PowerOrder, group: &[ChosenInstance], count: &mut Count) {
    let Some(first) = group.first() else { return };
    let ids: Vec<NodeId> = group.iter().map(|instance| instance.id.clone()).collect();
    let outcomes = order_each(control, &first.scope, order, &ids).await;
    for (instance, PowerOutcome { result, .. }) in group.iter().zip(outcomes) {
        match result {
            Ok(state) => count.does(instance, state.map_or(under_way(order), state_words)),
            Err(error) => count.refuses(instance, &error),
        }
    }
}

fn under_way(order: PowerOrder) -> &'static str {
    match order {
        PowerOrder::Start => "starting",
        PowerOrder::Stop => "stopping",
        PowerOrder::Reboot => "rebooting",
    }
}
