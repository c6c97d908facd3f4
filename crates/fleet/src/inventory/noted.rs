//! What is seen of a few nodes between two syncs, such as of those that were just told to start.

use std::collections::HashMap;

use postern_model::{AgentInformation, Instance, NodeId, Pair};

use super::Inventory;
use crate::merge::PairMerge;
use crate::{Difference, Node};

impl Inventory {
    /// Takes up what AWS says of some nodes of `pair` that are known already; all others stay as they are, and so does the date
    /// of the last sync. Without `agents`, where nobody may ask for them, what was known of theirs stays.
    pub fn note(
        &mut self,
        pair: &Pair,
        instances: Vec<Instance>,
        agents: Option<Vec<AgentInformation>>,
    ) -> Difference {
        let no_agents = agents.is_none();
        let mut merge = PairMerge::default();
        merge.take_instances(instances);
        merge.take_agents(agents.unwrap_or_default());
        let seen = merge.into_listing(None, None).nodes;
        let news = seen.into_iter().filter_map(|node| {
            let known = self.get(pair, &node.id)?;
            let node = if no_agents {
                node.with_agent_of(known)
            } else {
                node
            };
            let account = node.account.clone().or_else(|| known.account.clone());
            let node = Node { account, ..node };
            (node != *known).then(|| (node.id.clone(), node))
        });
        let mut news: HashMap<NodeId, Node> = news.collect();
        if news.is_empty() {
            return Difference::default();
        }
        let nodes = self.nodes(pair).iter();
        let nodes = nodes.map(|known| news.remove(&known.id).unwrap_or_else(|| known.clone()));
        let (nodes, times) = (nodes.collect(), self.times(pair));
        self.restore(pair, nodes, times)
    }
}

#[cfg(test)]
mod tests {
    use postern_model::{InstanceState, PingStatus, ProfileName, Region};

    use super::*;
    use crate::Ping;

    fn id(number: u32) -> NodeId {
        NodeId::parse(&format!("i-{number:08x}")).unwrap()
    }

    fn instance(number: u32, state: InstanceState) -> Instance {
        Instance {
            id: id(number),
            name: Some(format!("web-{number}")),
            state,
            instance_type: None,
            zone: None,
            private_ip: None,
            public_ip: None,
            instance_profile: None,
            platform: None,
            launched_at_ms: None,
            account: None,
            tags: Vec::new(),
        }
    }

    fn agent(number: u32) -> AgentInformation {
        AgentInformation {
            id: id(number),
            ping: PingStatus::Online,
            last_ping_at_ms: Some(7),
            agent_version: None,
            platform: None,
            platform_name: None,
            platform_version: None,
            computer_name: None,
            name: None,
            ip_address: None,
            iam_role: None,
        }
    }

    #[test]
    fn what_is_seen_of_known_nodes_changes_them_and_nothing_else() {
        let pair = Pair {
            profile: ProfileName::parse("acme-dev").unwrap(),
            region: Region::parse("eu-west-1").unwrap(),
        };
        let mut inventory = Inventory::default();
        let stopped = (1..4)
            .map(|number| instance(number, InstanceState::Stopped))
            .collect();
        let mut merge = PairMerge::default();
        merge.take_instances(stopped);
        inventory.apply(&pair, merge.into_listing(None, None), 1000);
        let seen = vec![
            instance(2, InstanceState::Running),
            instance(9, InstanceState::Running),
        ];
        let difference = inventory.note(&pair, seen.clone(), Some(vec![agent(2)]));
        let changed: Vec<_> = difference
            .upserts
            .iter()
            .map(|node| (node.id.clone(), node.state))
            .collect();
        assert_eq!(
            changed,
            [(id(2), InstanceState::Running)],
            "what is not known is a sync's to find"
        );
        assert_eq!(difference.removals, []);
        assert_eq!(inventory.get(&pair, &id(2)).unwrap().ping, Some(Ping::Online));
        assert_eq!((inventory.len(), inventory.read_at_ms(&pair)), (3, Some(1000)));
        assert!(
            inventory.note(&pair, seen.clone(), None).is_empty(),
            "its agent stays as it was known"
        );
        let mut stopping = seen;
        stopping.truncate(1);
        stopping[0].state = InstanceState::Stopping;
        assert_eq!(
            inventory.note(&pair, stopping, None).upserts[0].ping,
            Some(Ping::Online)
        );
    }
}
