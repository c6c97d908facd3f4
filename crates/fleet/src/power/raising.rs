//! From a stopped instance to an agent that answers, step by step.

use std::time::Duration;

use postern_model::{ControlError, InstanceState, NodeId, PingStatus, Power, PowerOrder, Scope, TaggedNodes};
use thiserror::Error;
use tokio::time::{Instant, sleep};

/// How long an instance may take until its agent answers. Windows takes minutes.
pub const RAISING_LIMIT: Duration = Duration::from_secs(600);
/// Whoever waits looks at it, and an account may not ask often.
const BETWEEN_LOOKS: Duration = Duration::from_secs(2);
/// EC2 may show for some seconds the state before an order.
const BELIEF_AFTER: Duration = Duration::from_secs(15);

/// What an instance is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RaisingStep {
    /// It is still stopping; only then it can be started.
    Stopping,
    /// It is starting.
    Starting,
    /// It runs, and its agent has not registered yet.
    Agent,
}

impl RaisingStep {
    /// The step as people read it.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Stopping => "Waiting until the instance has stopped",
            Self::Starting => "Starting the instance",
            Self::Agent => "The instance runs, waiting for its agent",
        }
    }
}

/// Why an instance did not come up.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum NotRaised {
    /// AWS said no, or could not be asked.
    #[error(transparent)]
    Control(#[from] ControlError),
    /// There is no such instance any more.
    #[error("{id} does not exist any more.")]
    Gone {
        /// The instance.
        id: NodeId,
    },
    /// It went where it cannot be started from, or stopped by itself.
    #[error("{id} did not come up: it is {} now.", words(*state))]
    Fell {
        /// The instance.
        id: NodeId,
        /// Where it is.
        state: InstanceState,
    },
    /// It took longer than [`RAISING_LIMIT`].
    #[error("{id} is not ready after {} minutes: {}.", RAISING_LIMIT.as_secs() / 60, step.words())]
    Late {
        /// The instance.
        id: NodeId,
        /// What was waited for.
        step: RaisingStep,
    },
}

fn words(state: InstanceState) -> &'static str {
    match state {
        InstanceState::Pending => "starting",
        InstanceState::Running => "running",
        InstanceState::Stopping => "stopping",
        InstanceState::Stopped => "stopped",
        InstanceState::ShuttingDown => "shutting down",
        InstanceState::Terminated => "terminated",
        InstanceState::Unknown => "in a state that Postern does not know",
    }
}

/// Starts an instance if it is stopped, and returns when its agent answers. `report` hears of each step, perhaps more than once.
/// Cancel safe: what was ordered goes on.
///
/// # Errors
/// [`NotRaised`].
pub async fn raise(
    control: &(impl Power + TaggedNodes + ?Sized),
    scope: &Scope,
    id: &NodeId,
    report: impl Fn(RaisingStep),
) -> Result<(), NotRaised> {
    let begun = Instant::now();
    let mut ordered_at = None;
    let mut step = RaisingStep::Starting;
    loop {
        match look(control, scope, id).await? {
            Sight::Ready => return Ok(()),
            Sight::Nothing => {}
            Sight::Step(seen) => step = seen,
            Sight::Gone => return Err(NotRaised::Gone { id: id.clone() }),
            Sight::At(InstanceState::Stopped) if ordered_at.is_none() => {
                control
                    .order_power(scope, PowerOrder::Start, std::slice::from_ref(id))
                    .await?;
                ordered_at = Some(Instant::now());
                step = RaisingStep::Starting;
            }
            Sight::At(state) if ordered_at.is_none_or(|at| at.elapsed() >= BELIEF_AFTER) => {
                return Err(NotRaised::Fell {
                    id: id.clone(),
                    state,
                });
            }
            Sight::At(_) => {}
        }
        report(step);
        if begun.elapsed() >= RAISING_LIMIT {
            return Err(NotRaised::Late { id: id.clone(), step });
        }
        sleep(BETWEEN_LOOKS).await;
    }
}

/// What one look at an instance shows.
enum Sight {
    Ready,
    Step(RaisingStep),
    /// In a state that leads nowhere by itself.
    At(InstanceState),
    Gone,
    /// AWS could not be asked just now.
    Nothing,
}

async fn look(control: &(impl TaggedNodes + ?Sized), scope: &Scope, id: &NodeId) -> Result<Sight, NotRaised> {
    let ids = std::slice::from_ref(id);
    let found = match control.instances_of(scope, ids).await {
        Ok(found) => found,
        Err(error) if error.may_pass() => return Ok(Sight::Nothing),
        Err(error) => return Err(error.into()),
    };
    let Some(instance) = found.first() else {
        return Ok(Sight::Gone);
    };
    Ok(match instance.state {
        InstanceState::Pending => Sight::Step(RaisingStep::Starting),
        InstanceState::Stopping => Sight::Step(RaisingStep::Stopping),
        InstanceState::Running => look_at_agent(control, scope, ids).await,
        state @ (InstanceState::Stopped
        | InstanceState::ShuttingDown
        | InstanceState::Terminated
        | InstanceState::Unknown) => Sight::At(state),
    })
}

/// Where nobody may say how the agent is, the session itself has to show it.
async fn look_at_agent(control: &(impl TaggedNodes + ?Sized), scope: &Scope, ids: &[NodeId]) -> Sight {
    match control.agents_of(scope, ids).await {
        Ok(agents) if agents.iter().any(|agent| agent.ping == PingStatus::Online) => Sight::Ready,
        Err(error) if !error.may_pass() => Sight::Ready,
        Ok(_) | Err(_) => Sight::Step(RaisingStep::Agent),
    }
}

/// Looks at instances until each is in `aim` or has left the way there, or [`RAISING_LIMIT`] is over. `seen` hears of the states
/// of each look, in the order of AWS.
///
/// # Errors
/// [`ControlError`] that waiting does not mend.
pub async fn settled(
    control: &(impl TaggedNodes + ?Sized),
    scope: &Scope,
    order: PowerOrder,
    ids: &[NodeId],
    seen: impl Fn(&[(NodeId, InstanceState)]),
) -> Result<(), ControlError> {
    let begun = Instant::now();
    loop {
        let still_on_the_way = match control.instances_of(scope, ids).await {
            Ok(found) => {
                let states: Vec<_> = found.iter().map(|one| (one.id.clone(), one.state)).collect();
                seen(&states);
                let believed = begun.elapsed() >= BELIEF_AFTER;
                states
                    .iter()
                    .any(|(_, state)| is_on_the_way(order, *state, believed))
            }
            Err(error) if error.may_pass() => true,
            Err(error) => return Err(error),
        };
        if !still_on_the_way || begun.elapsed() >= RAISING_LIMIT {
            return Ok(());
        }
        sleep(BETWEEN_LOOKS).await;
    }
}

/// Whether a state is not the last word of an order. Just after it EC2 may still show the one before.
fn is_on_the_way(order: PowerOrder, state: InstanceState, believed: bool) -> bool {
    let before = match order {
        PowerOrder::Start => state == InstanceState::Stopped,
        PowerOrder::Stop => state == InstanceState::Running,
        PowerOrder::Reboot => false,
    };
    matches!(state, InstanceState::Pending | InstanceState::Stopping) || (before && !believed)
}

#[cfg(test)]
mod tests;
