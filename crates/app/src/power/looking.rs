//! The nodes of one pair after an order: looked at until each has done it, failed, or takes too long.

use std::{sync::Arc, time::Duration};

use postern_fleet::{NotRaised, PowerOutcome, RAISING_LIMIT, RaisingStep, order_each};
use postern_model::{
    AgentInformation, ControlError, ControlPlane, Instance, InstanceState, NodeId, Pair, PingStatus,
    PowerOrder, Scope,
};
use tokio::time::{Instant, sleep};

use super::task::{PowerTask, ToldNode};
use crate::{contract::ErrorView, fleet::FleetWatch};

/// Somebody looks at it, and an account may not ask often.
const BETWEEN_LOOKS: Duration = Duration::from_secs(2);
/// EC2 may show for some seconds the state before an order.
const BELIEF_AFTER: Duration = Duration::from_secs(15);

/// The nodes of one pair that were told something.
pub(super) struct Looking {
    pub(super) control: Arc<dyn ControlPlane>,
    pub(super) fleet: Arc<FleetWatch>,
    pub(super) task: Arc<PowerTask>,
    pub(super) order: PowerOrder,
    pub(super) pair: Pair,
    /// Those that have neither done it nor failed.
    pub(super) nodes: Vec<ToldNode>,
}

/// What AWS says at one moment. Agents are not there where nobody may ask for them.
struct PairSight {
    instances: Vec<Instance>,
    agents: Option<Vec<AgentInformation>>,
}

/// How far one node is.
#[derive(Debug, Clone, PartialEq, Eq)]
enum HowFar {
    Done,
    OnTheWay,
    Failed(NotRaised),
}

impl Looking {
    /// Tells them, and looks after them.
    pub(super) async fn until_done(mut self) {
        let scope = Scope::from(self.pair.clone());
        self.give(&scope).await;
        let begun = Instant::now();
        while !self.nodes.is_empty() {
            match self.look(&scope).await {
                Ok(sight) => self.take(sight, begun.elapsed()),
                Err(error) if error.may_pass() => {}
                Err(error) => return self.all_fail(|_| ErrorView::from(&error)),
            }
            if begun.elapsed() >= RAISING_LIMIT {
                return self.all_fail(|id| ErrorView::from(&late(id)));
            }
            if !self.nodes.is_empty() {
                sleep(BETWEEN_LOOKS).await;
            }
        }
    }

    async fn give(&mut self, scope: &Scope) {
        let ids = self.ids();
        let outcomes = order_each(self.control.as_ref(), scope, self.order, &ids).await;
        let mut told = Vec::new();
        for (node, PowerOutcome { result, .. }) in self.nodes.drain(..).zip(outcomes) {
            match result {
                Ok(_) => told.push(node),
                Err(error) => self.task.fails(&node, ErrorView::from(&error)),
            }
        }
        self.nodes = told;
    }

    async fn look(&self, scope: &Scope) -> Result<PairSight, ControlError> {
        let ids = self.ids();
        let instances = self.control.instances_of(scope, &ids).await?;
        let agents = match self.control.agents_of(scope, &ids).await {
            Ok(agents) => Some(agents),
            Err(error) if error.may_pass() => return Err(error),
            Err(_) => None,
        };
        Ok(PairSight { instances, agents })
    }

    /// Shows what was seen, and lets go of those that are done.
    fn take(&mut self, sight: PairSight, since: Duration) {
        let believed = since >= BELIEF_AFTER;
        let standings: Vec<HowFar> = self
            .nodes
            .iter()
            .map(|node| standing(self.order, &node.id, &sight, believed))
            .collect();
        let PairSight { instances, agents } = sight;
        self.fleet
            .change(|fleet| (fleet.note(&self.pair, instances, agents), ()));
        let mut done = 0;
        let mut waiting = Vec::new();
        for (node, standing) in self.nodes.drain(..).zip(standings) {
            match standing {
                HowFar::Done => done += 1,
                HowFar::OnTheWay => waiting.push(node),
                HowFar::Failed(why) => self.task.fails(&node, ErrorView::from(&why)),
            }
        }
        self.nodes = waiting;
        self.task.has_done(done);
    }

    fn all_fail(&mut self, why: impl Fn(&NodeId) -> ErrorView) {
        for node in self.nodes.drain(..) {
            self.task.fails(&node, why(&node.id));
        }
    }

    fn ids(&self) -> Vec<NodeId> {
        self.nodes.iter().map(|node| node.id.clone()).collect()
    }
}

fn late(id: &NodeId) -> NotRaised {
    NotRaised::Late {
        id: id.clone(),
        step: RaisingStep::Agent,
    }
}

/// How far a node is. Shortly after an order its state before is not its last word.
fn standing(order: PowerOrder, id: &NodeId, sight: &PairSight, believed: bool) -> HowFar {
    let Some(instance) = sight.instances.iter().find(|instance| instance.id == *id) else {
        return HowFar::Failed(NotRaised::Gone { id: id.clone() });
    };
    let state = instance.state;
    let fell = || {
        HowFar::Failed(NotRaised::Fell {
            id: id.clone(),
            state,
        })
    };
    match (order, state) {
        (PowerOrder::Reboot, _) | (PowerOrder::Stop, InstanceState::Stopped) => HowFar::Done,
        (PowerOrder::Start, InstanceState::Running) if answers(id, sight) => HowFar::Done,
        (PowerOrder::Start, InstanceState::Running | InstanceState::Pending)
        | (PowerOrder::Stop, InstanceState::Stopping) => HowFar::OnTheWay,
        (PowerOrder::Start, InstanceState::Stopped | InstanceState::Stopping)
        | (PowerOrder::Stop, InstanceState::Running | InstanceState::Pending)
            if !believed =>
        {
            HowFar::OnTheWay
        }
        (PowerOrder::Start | PowerOrder::Stop, _) => fell(),
    }
}

/// Where nobody may ask, an instance that runs is all that can be seen.
fn answers(id: &NodeId, sight: &PairSight) -> bool {
    sight.agents.as_ref().is_none_or(|agents| {
        agents
            .iter()
            .any(|agent| agent.id == *id && agent.ping == PingStatus::Online)
    })
}
