//! Nodes with some tags that sessions can be opened to, as AWS says now.

use std::collections::HashMap;

use postern_model::{
    AgentInformation, ControlError, Instance, InstanceState, NodeId, PingStatus, Scope, TagQuery,
    TaggedNodes, display_text,
};

use super::ThroughNode;

/// 50 nodes a page: more with the same tags are not one choice any more.
const MOST_PAGES: usize = 20;

/// What AWS has with the tags.
#[derive(Debug, Default)]
pub(super) struct FoundNodes {
    /// Those that a session can be opened to.
    pub(super) healthy: Vec<ThroughNode>,
    /// How many have an agent that ever registered.
    pub(super) listed: usize,
}

/// Asks Systems Manager for agents that answer, and EC2 whether their instances run: an agent counts as online for minutes
/// after its instance was terminated. Who may not ask EC2 goes by what Systems Manager says.
///
/// # Errors
/// Any of the calls.
pub(super) async fn healthy_nodes(
    nodes: &dyn TaggedNodes,
    scope: &Scope,
    query: &TagQuery,
) -> Result<FoundNodes, ControlError> {
    let agents = agents(nodes, scope, query).await?;
    let listed = agents.len();
    let online: Vec<_> = agents
        .into_iter()
        .filter(|agent| agent.ping == PingStatus::Online)
        .collect();
    let ids: Vec<NodeId> = online
        .iter()
        .map(|agent| agent.id.clone())
        .filter(is_instance)
        .collect();
    let instances = match nodes.instances_of(scope, &ids).await {
        Ok(instances) => Some(
            instances
                .into_iter()
                .map(|instance| (instance.id.clone(), instance))
                .collect(),
        ),
        Err(error @ ControlError::Denied { .. }) => {
            tracing::debug!(%error, "whether the instances run is not known");
            None
        }
        Err(error) => return Err(error),
    };
    let healthy = online
        .into_iter()
        .filter_map(|agent| healthy(agent, instances.as_ref(), query))
        .collect();
    Ok(FoundNodes { healthy, listed })
}

async fn agents(
    nodes: &dyn TaggedNodes,
    scope: &Scope,
    query: &TagQuery,
) -> Result<Vec<AgentInformation>, ControlError> {
    let (mut agents, mut next) = (Vec::new(), None);
    for _ in 0..MOST_PAGES {
        let page = nodes.tagged_agents(scope, query, next).await?;
        agents.extend(page.items);
        next = page.next;
        if next.is_none() {
            break;
        }
    }
    Ok(agents)
}

/// The node, if it is one that a session can be opened to. Its tags are looked at once more: those that Systems Manager finds
/// an instance by may be those of a moment ago.
fn healthy(
    agent: AgentInformation,
    instances: Option<&HashMap<NodeId, Instance>>,
    query: &TagQuery,
) -> Option<ThroughNode> {
    let name = match instances.filter(|_| is_instance(&agent.id)) {
        None => agent.name,
        Some(instances) => {
            let instance = instances.get(&agent.id)?;
            if instance.state != InstanceState::Running || !query.matches(&instance.tags) {
                return None;
            }
            instance.name.clone()
        }
    };
    let name = name
        .map(|name| display_text(&name))
        .filter(|name| !name.is_empty());
    Some(ThroughNode { node: agent.id, name })
}

fn is_instance(id: &NodeId) -> bool {
    id.as_str().starts_with("i-")
}

#[cfg(test)]
mod tests {
    use postern_model::{Page, PageToken, ProfileName, Region, Tag, TagFilter};
    use postern_scripted::ScriptedControlPlane;

    use super::*;

    const RUNNING: &str = "i-00000001";
    const TERMINATED: &str = "i-00000002";
    const SILENT: &str = "i-00000003";
    const RETAGGED: &str = "i-00000004";
    const HYBRID: &str = "mi-00000005";

    fn agent(id: &str, ping: PingStatus) -> AgentInformation {
        AgentInformation {
            id: NodeId::parse(id).unwrap(),
            ping,
            last_ping_at_ms: None,
            agent_version: None,
            platform: None,
            platform_name: None,
            platform_version: None,
            computer_name: None,
            name: Some("by hand".into()),
            ip_address: None,
            iam_role: None,
        }
    }

    fn instance(id: &NodeId) -> Instance {
        let (state, role) = match id.as_str() {
            TERMINATED => (InstanceState::Terminated, "bastion"),
            RETAGGED => (InstanceState::Running, "web"),
            _ => (InstanceState::Running, "bastion"),
        };
        Instance {
            id: id.clone(),
            name: Some("bastion-1\u{7}".into()),
            state,
            instance_type: None,
            zone: None,
            private_ip: None,
            public_ip: None,
            instance_profile: None,
            platform: None,
            launched_at_ms: None,
            account: None,
            tags: vec![Tag {
                key: "role".into(),
                value: role.into(),
            }],
        }
    }

    /// Two pages of agents, with every kind of twin.
    fn aws() -> ScriptedControlPlane {
        let aws = ScriptedControlPlane::default();
        aws.tagged_agents.answers(|asked| {
            let (items, next) = match &asked.request.1 {
                None => (vec![RUNNING, TERMINATED, SILENT], Some(PageToken("2".into()))),
                Some(_) => (vec![RETAGGED, HYBRID], None),
            };
            let ping = |id| {
                if id == SILENT {
                    PingStatus::ConnectionLost
                } else {
                    PingStatus::Online
                }
            };
            let items = items.into_iter().map(|id| agent(id, ping(id))).collect();
            Ok(Page { items, next })
        });
        aws.instances_of
            .answers(|asked| Ok(asked.request.iter().map(instance).collect()));
        aws
    }

    async fn found(
        aws: &ScriptedControlPlane,
    ) -> Result<(usize, Vec<(String, Option<String>)>), ControlError> {
        let scope = Scope {
            profile: Some(ProfileName::parse("acme-prod").unwrap()),
            region: Region::parse("eu-central-1").unwrap(),
        };
        let query = TagQuery::new(vec![TagFilter::parse("role=bastion").unwrap()]).unwrap();
        let found = healthy_nodes(aws, &scope, &query).await?;
        let healthy = found
            .healthy
            .into_iter()
            .map(|node| (node.node.to_string(), node.name));
        Ok((found.listed, healthy.collect()))
    }

    fn named(id: &str, name: &str) -> (String, Option<String>) {
        (id.to_owned(), Some(name.to_owned()))
    }

    #[tokio::test]
    async fn terminated_silent_and_retagged_nodes_are_left_out() {
        let aws = aws();
        let expected = vec![named(RUNNING, "bastion-1"), named(HYBRID, "by hand")];
        assert_eq!(found(&aws).await.unwrap(), (5, expected));
        let asked = aws.instances_of.requests().pop().unwrap().request;
        let asked: Vec<_> = asked.iter().map(NodeId::as_str).collect();
        assert_eq!(
            asked,
            [RUNNING, TERMINATED, RETAGGED],
            "EC2 knows no hybrid nodes"
        );
    }

    #[tokio::test]
    async fn without_the_right_to_ask_ec2_systems_manager_decides() {
        let aws = aws();
        aws.instances_of.answers(|_| {
            Err(ControlError::Denied {
                who: "acme-prod".into(),
                action: "ec2:DescribeInstances".into(),
                detail: String::new(),
            })
        });
        assert_eq!(found(&aws).await.unwrap().1.len(), 4);
        aws.instances_of.answers(|_| {
            Err(ControlError::Throttled {
                operation: "ec2:DescribeInstances".into(),
            })
        });
        assert!(found(&aws).await.is_err(), "what may pass is no answer");
    }
}
