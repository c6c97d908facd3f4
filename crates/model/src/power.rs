//! Starting, stopping and rebooting EC2 instances.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::{ControlError, InstanceState, NodeId, Scope};

/// What an instance is told to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PowerOrder {
    /// From stopped to running.
    Start,
    /// From running to stopped, with its system shut down.
    Stop,
    /// Its system starts anew; the instance keeps running.
    Reboot,
}

impl PowerOrder {
    /// Whether an instance in this state can do it. EC2 takes an order to be where the instance already is, and then does
    /// nothing.
    #[must_use]
    pub fn suits(self, state: InstanceState) -> bool {
        match self {
            Self::Start => state == InstanceState::Stopped,
            Self::Stop => matches!(state, InstanceState::Running | InstanceState::Pending),
            Self::Reboot => state == InstanceState::Running,
        }
    }

    /// The state that it leads to.
    #[must_use]
    pub fn aim(self) -> InstanceState {
        match self {
            Self::Start | Self::Reboot => InstanceState::Running,
            Self::Stop => InstanceState::Stopped,
        }
    }

    /// The word for it, such as `start`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Stop => "stop",
            Self::Reboot => "reboot",
        }
    }
}

/// What became of one instance by an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PowerChange {
    /// The instance.
    pub id: NodeId,
    /// Its state before the order.
    pub before: InstanceState,
    /// Its state now, such as pending.
    pub now: InstanceState,
}

/// Power over instances.
#[async_trait]
pub trait Power: Send + Sync {
    /// EC2 StartInstances, StopInstances or RebootInstances: all of these instances or none. AWS only begins it: the answer says
    /// how they stand at once, and for a reboot nothing. Without ids nothing is asked.
    ///
    /// # Errors
    /// [`ControlError::Denied`] with `ec2:StartInstances`, `ec2:StopInstances` or `ec2:RebootInstances`;
    /// [`ControlError::Rejected`] when one of them cannot, such as a terminated one; any other.
    async fn order_power(
        &self,
        scope: &Scope,
        order: PowerOrder,
        instances: &[NodeId],
    ) -> Result<Vec<PowerChange>, ControlError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_order_suits_the_states_that_ec2_takes_it_in() {
        use InstanceState::{Pending, Running, ShuttingDown, Stopped, Stopping, Terminated, Unknown};
        let all = [
            Pending,
            Running,
            Stopping,
            Stopped,
            ShuttingDown,
            Terminated,
            Unknown,
        ];
        let suited = |order: PowerOrder| {
            all.into_iter()
                .filter(|state| order.suits(*state))
                .collect::<Vec<_>>()
        };
        assert_eq!(suited(PowerOrder::Start), [Stopped]);
        assert_eq!(suited(PowerOrder::Stop), [Pending, Running]);
        assert_eq!(suited(PowerOrder::Reboot), [Running]);
    }
}
