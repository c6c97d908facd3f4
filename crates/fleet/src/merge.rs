//! Instances of EC2 and agents of Systems Manager become nodes, one for each machine, page by page.

use std::collections::{BTreeMap, HashSet, btree_map::Entry};

use postern_model::{
    AgentInformation, ControlError, Instance, InstanceState, NodeId, NodeKind, Tag, display_text,
};

use crate::{Arrived, Listing, Node, Ping};

/// What EC2 and Systems Manager told of one pair so far.
#[derive(Debug, Default)]
pub(crate) struct PairMerge {
    /// By EC2.
    instances: BTreeMap<NodeId, Node>,
    /// By Systems Manager.
    agents: BTreeMap<NodeId, Node>,
    /// Of which hybrid nodes the tags were read.
    tagged: HashSet<NodeId>,
    /// As it was known before, and as EC2 told now, which is right where they differ.
    known_account: Option<String>,
    told_account: Option<String>,
}

impl PairMerge {
    /// Of a pair whose account is known already, or not.
    pub(crate) fn of(account: Option<&str>) -> Self {
        Self {
            known_account: account.map(ToOwned::to_owned),
            ..Self::default()
        }
    }

    /// One page of EC2, as nodes: with their agents, where Systems Manager told of them already.
    pub(crate) fn take_instances(&mut self, page: Vec<Instance>) -> Arrived {
        let nodes = page.into_iter().map(|instance| self.take_instance(instance));
        Arrived {
            nodes: nodes.collect(),
            only_agents: Vec::new(),
        }
    }

    fn take_instance(&mut self, instance: Instance) -> Node {
        let node = ec2_node(instance);
        if self.told_account.is_none() {
            self.told_account.clone_from(&node.account);
        }
        self.instances.insert(node.id.clone(), node.clone());
        self.with_agent(node)
    }

    /// One page of Systems Manager: hybrid nodes, and the agents of instances.
    pub(crate) fn take_agents(&mut self, page: Vec<AgentInformation>) -> Arrived {
        let mut arrived = Arrived::default();
        for agent in page {
            let node = node_of_agent(agent);
            let told = Node {
                account: self.account().map(ToOwned::to_owned),
                ..node.clone()
            };
            if node.id.is_hybrid() {
                arrived.nodes.push(told);
            } else {
                arrived.only_agents.push(told);
            }
            self.agents.insert(node.id.clone(), node);
        }
        arrived
    }

    /// The tags of one hybrid node.
    pub(crate) fn take_tags(&mut self, id: &NodeId, tags: Vec<Tag>) {
        if let Some(node) = self.agents.get_mut(id) {
            node.tags = shown_tags(tags);
            self.tagged.insert(id.clone());
        }
    }

    /// The hybrid nodes that were listed, by id.
    pub(crate) fn hybrid_ids(&self) -> impl Iterator<Item = &NodeId> {
        self.agents.keys().filter(|id| id.is_hybrid())
    }

    /// How many nodes were listed.
    pub(crate) fn len(&self) -> usize {
        self.instances.len() + self.hybrid_ids().count()
    }

    /// Whether nothing came at all.
    pub(crate) fn is_empty(&self) -> bool {
        self.instances.is_empty() && self.agents.is_empty()
    }

    /// What came, each with the reason why it is not all.
    ///
    /// Where EC2 told all, an agent on `i-…` that is not among the instances is left out: Systems Manager remembers instances
    /// for a while after they are terminated, and knows those that the "only running" filter keeps out.
    pub(crate) fn into_listing(
        mut self,
        instances_error: Option<ControlError>,
        agents_error: Option<ControlError>,
    ) -> Listing {
        let silent = agents_error.is_none().then_some(Ping::NoAgent);
        let mut nodes = Vec::with_capacity(self.instances.len());
        for (id, node) in std::mem::take(&mut self.instances) {
            nodes.push(match self.agents.entry(id) {
                Entry::Occupied(agent) => node.with_agent_of(&agent.remove()),
                Entry::Vacant(_) => Node { ping: silent, ..node },
            });
        }
        let (hybrid, others): (Vec<_>, Vec<_>) =
            self.agents.into_values().partition(|node| node.id.is_hybrid());
        nodes.extend(hybrid);
        let account = self.told_account.or(self.known_account);
        let mut listing = Listing {
            nodes,
            only_agents: others.into_iter().filter(|_| instances_error.is_some()).collect(),
            tagged: self.tagged,
            instances_error,
            agents_error,
        };
        listing.belong_to(account.as_deref());
        listing
    }

    fn account(&self) -> Option<&str> {
        self.told_account.as_deref().or(self.known_account.as_deref())
    }

    fn with_agent(&self, node: Node) -> Node {
        match self.agents.get(&node.id) {
            Some(agent) => node.with_agent_of(agent),
            None => node,
        }
    }
}

/// Nothing is said of its agent.
fn ec2_node(instance: Instance) -> Node {
    Node {
        name: shown(instance.name.as_deref()).unwrap_or_default(),
        kind: NodeKind::Ec2,
        state: instance.state,
        ping: None,
        last_ping_at_ms: None,
        agent_version: None,
        platform: instance.platform,
        platform_name: None,
        instance_type: shown(instance.instance_type.as_deref()),
        zone: shown(instance.zone.as_deref()),
        private_ip: shown(instance.private_ip.as_deref()),
        public_ip: shown(instance.public_ip.as_deref()),
        role: shown(instance.instance_profile.as_deref()),
        launched_at_ms: instance.launched_at_ms,
        account: shown(instance.account.as_deref()),
        tags: shown_tags(instance.tags),
        id: instance.id,
    }
}

/// A node of which only Systems Manager tells. The role is that of a hybrid activation.
fn node_of_agent(agent: AgentInformation) -> Node {
    Node {
        name: first_shown([agent.name.as_deref(), agent.computer_name.as_deref()]),
        kind: if agent.id.is_hybrid() {
            NodeKind::Hybrid
        } else {
            NodeKind::Ec2
        },
        state: InstanceState::Unknown,
        ping: Some(agent.ping.into()),
        last_ping_at_ms: agent.last_ping_at_ms,
        agent_version: shown(agent.agent_version.as_deref()),
        platform: agent.platform,
        platform_name: platform_name(&agent),
        instance_type: None,
        zone: None,
        private_ip: shown(agent.ip_address.as_deref()),
        public_ip: None,
        role: shown(agent.iam_role.as_deref()),
        launched_at_ms: None,
        account: None,
        tags: Vec::new(),
        id: agent.id,
    }
}

fn platform_name(agent: &AgentInformation) -> Option<String> {
    let parts = [&agent.platform_name, &agent.platform_version];
    let joined = parts
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(" ");
    shown(Some(&joined))
}

fn shown_tags(tags: Vec<Tag>) -> Vec<Tag> {
    let mut tags: Vec<Tag> = tags
        .into_iter()
        .filter(|tag| tag.key != "Name")
        .map(|tag| Tag {
            key: display_text(&tag.key),
            value: display_text(&tag.value),
        })
        .collect();
    tags.sort_by(|a, b| (&a.key, &a.value).cmp(&(&b.key, &b.value)));
    tags
}

fn first_shown<const N: usize>(texts: [Option<&str>; N]) -> String {
    texts.into_iter().find_map(shown).unwrap_or_default()
}

fn shown(text: Option<&str>) -> Option<String> {
    text.map(display_text).filter(|text| !text.is_empty())
}

#[cfg(test)]
mod tests {
    use postern_model::{PingStatus, Platform};

    use super::*;

    fn merge(instances: Vec<Instance>, agents: Option<Vec<AgentInformation>>) -> Vec<Node> {
        let denied = agents.is_none().then(failure);
        listing((instances, None), (agents.unwrap_or_default(), denied)).nodes
    }

    /// In either order of the two listings the same.
    fn listing(
        (instances, no_instances): (Vec<Instance>, Option<ControlError>),
        (agents, no_agents): (Vec<AgentInformation>, Option<ControlError>),
    ) -> Listing {
        let (mut one, mut other) = (PairMerge::default(), PairMerge::default());
        one.take_instances(instances.clone());
        one.take_agents(agents.clone());
        other.take_agents(agents);
        other.take_instances(instances);
        let listing = one.into_listing(no_instances.clone(), no_agents.clone());
        assert_eq!(other.into_listing(no_instances, no_agents), listing);
        listing
    }

    fn failure() -> ControlError {
        ControlError::Throttled {
            operation: "x:Y".into(),
        }
    }

    fn id(text: &str) -> NodeId {
        NodeId::parse(text).unwrap()
    }

    fn instance(node: &str) -> Instance {
        Instance {
            id: id(node),
            name: None,
            state: InstanceState::Running,
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

    fn agent(node: &str) -> AgentInformation {
        AgentInformation {
            id: id(node),
            ping: PingStatus::Online,
            last_ping_at_ms: Some(7),
            agent_version: Some("3.3.987.0".into()),
            platform: Some(Platform::Linux),
            platform_name: Some("Amazon Linux".into()),
            platform_version: Some("2023".into()),
            computer_name: Some("ip-10-0-0-1".into()),
            name: None,
            ip_address: Some("10.0.0.1".into()),
            iam_role: None,
        }
    }

    #[test]
    fn an_instance_and_its_agent_become_one_node() {
        let nodes = merge(vec![instance("i-00000001")], Some(vec![agent("i-00000001")]));
        let [node] = nodes.as_slice() else {
            panic!("{nodes:?}")
        };
        assert_eq!(node.ping, Some(Ping::Online));
        assert_eq!(node.platform_name.as_deref(), Some("Amazon Linux 2023"));
        assert_eq!(node.private_ip.as_deref(), Some("10.0.0.1"));
        assert_eq!(node.name, "ip-10-0-0-1");
    }

    #[test]
    fn the_name_tag_wins_over_the_names_that_the_agent_knows() {
        let named = Instance {
            name: Some("web-1".into()),
            ..instance("i-00000001")
        };
        let activated = AgentInformation {
            name: Some("till-4".into()),
            ..agent("mi-00000002")
        };
        let nodes = merge(vec![named], Some(vec![agent("i-00000001"), activated]));
        assert_eq!(
            nodes.iter().map(|node| node.name.as_str()).collect::<Vec<_>>(),
            ["web-1", "till-4"]
        );
    }

    #[test]
    fn a_name_of_invisible_characters_is_no_name() {
        let named = Instance {
            name: Some("\u{202e}\u{200b}".into()),
            ..instance("i-00000001")
        };
        let nodes = merge(vec![named], Some(vec![agent("i-00000001")]));
        assert_eq!(nodes[0].name, "ip-10-0-0-1");
    }

    #[test]
    fn agents_of_instances_that_ec2_does_not_list_are_left_out_and_hybrid_nodes_are_kept() {
        let nodes = merge(
            vec![instance("i-00000001")],
            Some(vec![agent("i-00000009"), agent("mi-00000002")]),
        );
        assert_eq!(
            nodes.iter().map(|node| node.id.as_str()).collect::<Vec<_>>(),
            ["i-00000001", "mi-00000002"]
        );
        assert_eq!(nodes[1].kind, NodeKind::Hybrid);
        assert_eq!(nodes[1].state, InstanceState::Unknown);
    }

    #[test]
    fn a_node_without_an_account_has_that_of_its_pair() {
        let owned = Instance {
            account: Some("111122223333".into()),
            ..instance("i-00000001")
        };
        let accounts = |instances| {
            let nodes = merge(instances, Some(vec![agent("mi-00000002")])).into_iter();
            nodes.map(|node| node.account).collect::<Vec<_>>()
        };
        let account = Some("111122223333".to_owned());
        assert_eq!(accounts(vec![owned]), [account.clone(), account]);
        assert_eq!(accounts(vec![instance("i-00000001")]), [None, None]);
    }

    #[test]
    fn what_a_page_brings_is_told_with_what_is_known_of_it_so_far() {
        let mut pair = PairMerge::of(Some("111122223333"));
        let first = pair.take_instances(vec![instance("i-00000001"), instance("i-00000002")]);
        assert!(first.nodes.iter().all(|node| node.ping.is_none()));
        let agents = pair.take_agents(vec![
            agent("i-00000002"),
            agent("i-00000003"),
            agent("mi-00000004"),
        ]);
        let ids = |nodes: &[Node]| nodes.iter().map(|node| node.id.to_string()).collect::<Vec<_>>();
        assert_eq!(ids(&agents.nodes), ["mi-00000004"]);
        assert_eq!(agents.nodes[0].account.as_deref(), Some("111122223333"));
        assert_eq!(ids(&agents.only_agents), ["i-00000002", "i-00000003"]);
        let second = pair.take_instances(vec![instance("i-00000003")]);
        assert_eq!(second.nodes[0].ping, Some(Ping::Online));
        assert_eq!(pair.len(), 4);
    }

    #[test]
    fn the_tags_of_a_hybrid_node_are_read_by_themselves() {
        let mut pair = PairMerge::default();
        pair.take_agents(vec![agent("mi-00000004"), agent("mi-00000005")]);
        let tag = |key: &str| Tag {
            key: key.into(),
            value: "x".into(),
        };
        pair.take_tags(&id("mi-00000004"), vec![tag("team"), tag("env"), tag("Name")]);
        pair.take_tags(&id("mi-00000009"), vec![tag("team")]);
        let listing = pair.into_listing(None, None);
        let keys: Vec<_> = listing.nodes.iter().map(|node| node.tags.len()).collect();
        assert_eq!(keys, [2, 0]);
        assert_eq!(listing.tagged, HashSet::from([id("mi-00000004")]));
    }

    #[test]
    fn no_agent_is_a_fact_only_when_systems_manager_was_asked() {
        assert_eq!(
            merge(vec![instance("i-00000001")], Some(Vec::new()))[0].ping,
            Some(Ping::NoAgent)
        );
        assert_eq!(merge(vec![instance("i-00000001")], None)[0].ping, None);
    }

    #[test]
    fn agents_that_were_read_before_systems_manager_failed_are_known() {
        let instances = vec![instance("i-00000001"), instance("i-00000002")];
        let agents = vec![agent("i-00000001"), agent("mi-00000003")];
        let listing = listing((instances, None), (agents, Some(failure())));
        let pings: Vec<_> = listing.nodes.iter().map(|node| node.ping).collect();
        assert_eq!(pings, [Some(Ping::Online), None, Some(Ping::Online)]);
    }

    #[test]
    fn where_ec2_failed_the_agents_of_instances_are_nodes_too() {
        let agents = vec![agent("i-00000001"), agent("i-00000002"), agent("mi-00000003")];
        let listing = listing((vec![instance("i-00000001")], Some(failure())), (agents, None));
        let ids = |nodes: &[Node]| nodes.iter().map(|node| node.id.to_string()).collect::<Vec<_>>();
        assert_eq!(ids(&listing.nodes), ["i-00000001", "mi-00000003"]);
        assert_eq!(ids(&listing.only_agents), ["i-00000002"]);
        assert_eq!(listing.only_agents[0].kind, NodeKind::Ec2);
        assert_eq!(listing.only_agents[0].name, "ip-10-0-0-1");
    }

    #[test]
    fn an_instance_on_two_pages_is_one_node() {
        let moved = Instance {
            state: InstanceState::Stopping,
            ..instance("i-00000001")
        };
        let nodes = merge(vec![instance("i-00000001"), moved], Some(Vec::new()));
        assert_eq!(nodes.len(), 1);
        assert_eq!(nodes[0].state, InstanceState::Stopping);
    }

    #[test]
    fn every_text_is_safe_to_show() {
        let bad = || Some("a\u{202e}b\u{1b}[31m".to_owned());
        let tags = vec![
            Tag {
                key: "Name".into(),
                value: "x".into(),
            },
            Tag {
                key: "te\u{7}am".into(),
                value: "\u{2066}ops".into(),
            },
            Tag {
                key: "env".into(),
                value: "<b>prod</b>".into(),
            },
        ];
        let instance = Instance {
            name: bad(),
            instance_type: bad(),
            zone: bad(),
            private_ip: bad(),
            public_ip: bad(),
            instance_profile: bad(),
            tags,
            ..instance("i-00000001")
        };
        let agent = AgentInformation {
            agent_version: bad(),
            platform_name: bad(),
            platform_version: bad(),
            computer_name: bad(),
            name: bad(),
            ip_address: bad(),
            iam_role: bad(),
            ..agent("mi-00000002")
        };
        let nodes = merge(vec![instance], Some(vec![agent]));
        let json = serde_json::to_string(&nodes).unwrap();
        assert!(!json.chars().any(postern_model::is_hidden_control), "{json}");
        assert!(!json.contains("\\u"), "{json}");
        let tags: Vec<_> = nodes[0]
            .tags
            .iter()
            .map(|tag| (tag.key.as_str(), tag.value.as_str()))
            .collect();
        assert_eq!(tags, [("env", "<b>prod</b>"), ("team", "ops")]);
    }
}
