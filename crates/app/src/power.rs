//! Starting, stopping and rebooting many nodes, seen until each has done it.

mod looking;
mod task;

use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
};

use postern_model::{ControlPlane, NodeKind, Pair, PowerOrder};
use tokio::task::JoinSet;

use crate::{
    background::Background,
    contract::{ErrorView, PowerOrderView, PowerTaskView},
    events::EventBus,
    fleet::{FleetWatch, NodeKey},
};
use looking::Looking;
use task::{PowerTask, ToldNode};

/// The orders of one world. What an order changes is shown at its nodes at once, without a sync.
pub struct NodePower {
    control: Arc<dyn ControlPlane>,
    fleet: Arc<FleetWatch>,
    background: Background,
    events: EventBus,
    last_id: AtomicU32,
}

impl From<PowerOrderView> for PowerOrder {
    fn from(view: PowerOrderView) -> Self {
        match view {
            PowerOrderView::Start => Self::Start,
            PowerOrderView::Stop => Self::Stop,
            PowerOrderView::Reboot => Self::Reboot,
        }
    }
}

impl NodePower {
    pub(crate) fn new(
        control: &Arc<dyn ControlPlane>,
        fleet: &Arc<FleetWatch>,
        background: &Background,
        events: &EventBus,
    ) -> Self {
        Self {
            control: Arc::clone(control),
            fleet: Arc::clone(fleet),
            background: background.clone(),
            events: events.clone(),
            last_id: AtomicU32::new(0),
        }
    }

    /// Tells nodes by their keys what to do; answers at once, and events tell how far they are.
    ///
    /// # Errors
    /// `unknown-node` when none of them is there any more.
    pub fn order(&self, order: PowerOrderView, keys: &[String]) -> Result<PowerTaskView, ErrorView> {
        let id = self.last_id.fetch_add(1, Ordering::Relaxed) + 1;
        let task = PowerTask::new(id, order, &self.events);
        let mut by_pair: BTreeMap<Pair, Vec<ToldNode>> = BTreeMap::new();
        for key in keys {
            let (pair, node) = self.find(key).ok_or_else(|| ErrorView::gone("node"))?;
            task.counts(&node);
            if node.kind == NodeKind::Hybrid {
                task.fails(&node, no_instance(&node));
            } else {
                by_pair.entry(pair).or_default().push(node);
            }
        }
        self.control.ask_mfa_again();
        let task = Arc::new(task);
        let view = task.view();
        self.watch(task, order.into(), by_pair);
        Ok(view)
    }

    fn watch(&self, task: Arc<PowerTask>, order: PowerOrder, by_pair: BTreeMap<Pair, Vec<ToldNode>>) {
        let pairs = by_pair.into_iter().map(|(pair, nodes)| Looking {
            control: Arc::clone(&self.control),
            fleet: Arc::clone(&self.fleet),
            task: Arc::clone(&task),
            order,
            pair,
            nodes,
        });
        let pairs: Vec<Looking> = pairs.collect();
        self.background.spawn_until_closed(async move {
            let mut looking: JoinSet<()> = pairs.into_iter().map(Looking::until_done).collect();
            while looking.join_next().await.is_some() {}
            task.is_over();
        });
    }

    fn find(&self, key: &str) -> Option<(Pair, ToldNode)> {
        let parsed = NodeKey::parse(key)?;
        self.fleet.read(|fleet| {
            let (pair, node) = fleet.find(&parsed)?;
            let name = if node.name.is_empty() {
                node.id.to_string()
            } else {
                node.name.clone()
            };
            let told = ToldNode {
                key: key.to_owned(),
                id: node.id.clone(),
                kind: node.kind,
                name,
            };
            Some((pair.clone(), told))
        })
    }
}

fn no_instance(node: &ToldNode) -> ErrorView {
    ErrorView::new(
        "no-instance",
        format!(
            "{} is no instance of EC2, so AWS has no power over it.",
            node.name
        ),
        "Use the means of the place where it runs.",
    )
}
