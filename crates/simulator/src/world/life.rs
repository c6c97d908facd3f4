//! How an instance stands: what it was told last, and how long ago.

use std::time::{Duration, SystemTime};

use super::node::{AgentPing, Ec2Facts, Ec2State, SimulatedNode};

/// How long an instance takes to do what it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct InstanceTiming {
    /// From pending to running.
    pub starting: Duration,
    /// From running to an agent that answers.
    pub agent: Duration,
    /// From stopping to stopped.
    pub stopping: Duration,
    /// From the order to an agent that answers again.
    pub rebooting: Duration,
    /// From shutting down to terminated.
    pub terminating: Duration,
    /// How long a terminated one is still listed.
    pub remembered: Duration,
}

impl InstanceTiming {
    /// Fractions of a second, for tests.
    #[must_use]
    pub fn quick() -> Self {
        Self {
            starting: Duration::from_millis(300),
            agent: Duration::from_millis(500),
            stopping: Duration::from_millis(300),
            rebooting: Duration::from_millis(700),
            terminating: Duration::from_millis(300),
            remembered: Duration::from_secs(3600),
        }
    }

    /// About as long as at AWS.
    #[must_use]
    pub fn lifelike() -> Self {
        Self {
            starting: Duration::from_secs(9),
            agent: Duration::from_secs(14),
            stopping: Duration::from_secs(20),
            rebooting: Duration::from_secs(25),
            terminating: Duration::from_secs(20),
            remembered: Duration::from_secs(3600),
        }
    }

    /// Of what was under way when the world was made: long enough to be looked at.
    fn from_before() -> Self {
        let long = Duration::from_secs(600);
        Self {
            starting: long,
            stopping: long,
            terminating: long,
            ..Self::lifelike()
        }
    }
}

/// What an instance can be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum InstanceOrder {
    Start,
    Stop,
    Reboot,
    Terminate,
}

/// The last order, and when it came.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Told {
    pub(crate) order: InstanceOrder,
    pub(crate) at: SystemTime,
}

/// What EC2 and Systems Manager say of an instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct InstanceStanding {
    pub(crate) state: Ec2State,
    /// None when it has no agent.
    pub(crate) ping: Option<AgentPing>,
    /// Whether EC2 still lists it.
    pub(crate) listed: bool,
}

/// How an instance stands that was told this last, or nothing since the world was made.
pub(super) fn standing(
    node: &SimulatedNode,
    facts: &Ec2Facts,
    told: Option<Told>,
    timing: &InstanceTiming,
    (made_at, now): (SystemTime, SystemTime),
) -> InstanceStanding {
    let since = |at: SystemTime| now.duration_since(at).unwrap_or_default();
    let life = Life {
        known: node.ping,
        can_have_agent: facts.instance_profile.is_some(),
    };
    match (told, begun(facts.state)) {
        (Some(told), _) => life.after(told.order, since(told.at), timing),
        (None, Some(order)) => life.after(order, since(made_at), &InstanceTiming::from_before()),
        (None, None) => life.unchanged(facts.state),
    }
}

/// What an instance was told before the world was made, if that is not done.
fn begun(state: Ec2State) -> Option<InstanceOrder> {
    match state {
        Ec2State::Pending => Some(InstanceOrder::Start),
        Ec2State::Stopping => Some(InstanceOrder::Stop),
        Ec2State::ShuttingDown => Some(InstanceOrder::Terminate),
        Ec2State::Running | Ec2State::Stopped | Ec2State::Terminated => None,
    }
}

struct Life {
    /// What Systems Manager knew of the agent when the world was made.
    known: Option<AgentPing>,
    /// Without permissions it never registers.
    can_have_agent: bool,
}

impl Life {
    fn unchanged(&self, state: Ec2State) -> InstanceStanding {
        let silent = self.known == Some(AgentPing::Online) && state != Ec2State::Running;
        let ping = if silent {
            Some(AgentPing::ConnectionLost)
        } else {
            self.known
        };
        InstanceStanding {
            state,
            ping,
            listed: true,
        }
    }

    fn after(&self, order: InstanceOrder, since: Duration, timing: &InstanceTiming) -> InstanceStanding {
        let then = |limit: Duration, before: Ec2State, after: Ec2State| {
            if since < limit { before } else { after }
        };
        let (state, ping) = match order {
            InstanceOrder::Start => (
                then(timing.starting, Ec2State::Pending, Ec2State::Running),
                self.agent(since, timing.starting + timing.agent),
            ),
            InstanceOrder::Stop => (
                then(timing.stopping, Ec2State::Stopping, Ec2State::Stopped),
                self.can_have_agent.then_some(AgentPing::ConnectionLost),
            ),
            InstanceOrder::Reboot => (Ec2State::Running, self.agent(since, timing.rebooting)),
            InstanceOrder::Terminate => (
                then(timing.terminating, Ec2State::ShuttingDown, Ec2State::Terminated),
                None,
            ),
        };
        let forgotten = order == InstanceOrder::Terminate && since >= timing.terminating + timing.remembered;
        InstanceStanding {
            state,
            ping,
            listed: !forgotten,
        }
    }

    /// Systems Manager remembers the agent of an instance that is away.
    fn agent(&self, since: Duration, answers_after: Duration) -> Option<AgentPing> {
        if since < answers_after {
            self.known.map(|_| AgentPing::ConnectionLost)
        } else {
            self.can_have_agent.then_some(AgentPing::Online)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIFE: Life = Life {
        known: Some(AgentPing::ConnectionLost),
        can_have_agent: true,
    };

    fn course(life: &Life, order: InstanceOrder) -> Vec<(Ec2State, Option<AgentPing>)> {
        let timing = InstanceTiming::quick();
        let at = |millis| life.after(order, Duration::from_millis(millis), &timing);
        let mut course: Vec<_> = (0..1000).map(at).map(|now| (now.state, now.ping)).collect();
        course.dedup();
        course
    }

    #[test]
    fn a_start_leads_over_pending_and_running_to_an_agent_that_answers() {
        let lost = Some(AgentPing::ConnectionLost);
        let started = [
            (Ec2State::Pending, lost),
            (Ec2State::Running, lost),
            (Ec2State::Running, Some(AgentPing::Online)),
        ];
        assert_eq!(course(&LIFE, InstanceOrder::Start), started);
        let without = Life {
            known: None,
            can_have_agent: false,
        };
        let agents = course(&without, InstanceOrder::Start)
            .into_iter()
            .map(|(_, ping)| ping);
        assert!(
            agents.eq([None, None]),
            "without permissions there is never an agent"
        );
    }

    #[test]
    fn other_orders_end_where_aws_ends_them() {
        let lost = Some(AgentPing::ConnectionLost);
        let of = |order| course(&LIFE, order);
        assert_eq!(
            of(InstanceOrder::Stop),
            [(Ec2State::Stopping, lost), (Ec2State::Stopped, lost)]
        );
        assert_eq!(
            of(InstanceOrder::Reboot),
            [
                (Ec2State::Running, lost),
                (Ec2State::Running, Some(AgentPing::Online))
            ]
        );
        assert_eq!(
            of(InstanceOrder::Terminate),
            [(Ec2State::ShuttingDown, None), (Ec2State::Terminated, None)]
        );
    }

    #[test]
    fn a_terminated_one_is_listed_for_a_while() {
        let timing = InstanceTiming::quick();
        let listed = |after: Duration| LIFE.after(InstanceOrder::Terminate, after, &timing).listed;
        assert!(listed(timing.remembered));
        assert!(!listed(timing.remembered + timing.terminating));
    }
}
