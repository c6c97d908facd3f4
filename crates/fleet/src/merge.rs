//! Instances of EC2 and agents of Systems Manager become nodes, one for each machine.

use std::collections::BTreeMap;

use postern_model::{
    AgentInformation, ControlError, Instance, InstanceState, NodeId, NodeKind, Tag, display_text,
};

use crate::{Listing, Node, Ping};

/// What EC2 and Systems Manager told, each with the reason why it is not all.
///
/// Where EC2 told all, an agent on `i-…` that is not among `instances` is left out: Systems Manager remembers instances
/// for a while after they are terminated, and knows those that the "only running" filter keeps out.
pub(crate) fn merge(
    (instances, instances_error): (Vec<Instance>, Option<ControlError>),
    (agents, agents_error): (Vec<AgentInformation>, Option<ControlError>),
) -> Listing {
    let mut agents: BTreeMap<NodeId, AgentInformation> = agents
        .into_iter()
        .map(|agent| (agent.id.clone(), agent))
        .collect();
    let mut nodes = BTreeMap::new();
    for instance in instances {
        let agent = agents.get(&instance.id).cloned();
        nodes.insert(
            instance.id.clone(),
            ec2_node(instance, agent, agents_error.is_none()),
        );
    }
    agents.retain(|id, _| !nodes.contains_key(id));
    let (hybrid, others): (Vec<_>, Vec<_>) = agents.into_iter().partition(|(id, _)| id.is_hybrid());
    nodes.extend(hybrid.into_iter().map(|(id, agent)| (id, node_of_agent(agent))));
    let only_agents = others.into_iter().filter(|_| instances_error.is_some());
    let mut listing = Listing {
        nodes: nodes.into_values().collect(),
        only_agents: only_agents.map(|(_, agent)| node_of_agent(agent)).collect(),
        instances_error,
        agents_error,
    };
    let account = listing.nodes.iter().find_map(|node| node.account.clone());
    listing.belong_to(account.as_deref());
    listing
}

fn ec2_node(instance: Instance, agent: Option<AgentInformation>, asked: bool) -> Node {
    let silent = asked.then_some(Ping::NoAgent);
    let of_agent = agent.as_ref();
    Node {
        name: first_shown([
            instance.name.as_deref(),
            of_agent.and_then(|agent| agent.name.as_deref()),
            of_agent.and_then(|agent| agent.computer_name.as_deref()),
        ]),
        kind: NodeKind::Ec2,
        state: instance.state,
        ping: of_agent.map(|agent| agent.ping.into()).or(silent),
        last_ping_at_ms: of_agent.and_then(|agent| agent.last_ping_at_ms),
        agent_version: shown(of_agent.and_then(|agent| agent.agent_version.as_deref())),
        platform: of_agent.and_then(|agent| agent.platform).or(instance.platform),
        platform_name: of_agent.and_then(platform_name),
        instance_type: shown(instance.instance_type.as_deref()),
        zone: shown(instance.zone.as_deref()),
        private_ip: shown(instance.private_ip.as_deref())
            .or_else(|| shown(of_agent.and_then(|agent| agent.ip_address.as_deref()))),
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
        super::merge((instances, None), (agents.unwrap_or_default(), denied)).nodes
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
        let listing = super::merge((instances, None), (agents, Some(failure())));
        let pings: Vec<_> = listing.nodes.iter().map(|node| node.ping).collect();
        assert_eq!(pings, [Some(Ping::Online), None, Some(Ping::Online)]);
    }

    #[test]
    fn where_ec2_failed_the_agents_of_instances_are_nodes_too() {
        let agents = vec![agent("i-00000001"), agent("i-00000002"), agent("mi-00000003")];
        let listing = super::merge((vec![instance("i-00000001")], Some(failure())), (agents, None));
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
