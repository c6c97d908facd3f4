//! Nodes as the page shows them.

use postern_fleet::{Node, Ping};
use postern_model::{InstanceState, NodeKind, Platform};

use super::key::NodeKey;
use crate::{
    clock::for_page,
    contract::{NodeKindView, NodeStateView, NodeView, PingView, PlatformView, TagView},
};

/// Texts of a [`Node`] are safe to show already.
pub(super) fn node_view(pair: i32, node: &Node) -> NodeView {
    NodeView {
        key: NodeKey {
            pair,
            node: node.id.clone(),
        }
        .to_string(),
        pair,
        id: node.id.to_string(),
        name: node.name.clone(),
        kind: kind_view(node.kind),
        state: state_view(node.state),
        ping: ping_view(node.ping),
        last_ping_at_ms: node.last_ping_at_ms.map(for_page),
        agent_version: node.agent_version.clone(),
        platform: node.platform.map(platform_view),
        platform_name: node.platform_name.clone(),
        instance_type: node.instance_type.clone(),
        zone: node.zone.clone(),
        private_ip: node.private_ip.clone(),
        public_ip: node.public_ip.clone(),
        role: node.role.clone(),
        launched_at_ms: node.launched_at_ms.map(for_page),
        account: node.account.clone(),
        tags: node
            .tags
            .iter()
            .map(|tag| TagView {
                key: tag.key.clone(),
                value: tag.value.clone(),
            })
            .collect(),
    }
}

fn kind_view(kind: NodeKind) -> NodeKindView {
    match kind {
        NodeKind::Ec2 => NodeKindView::Ec2,
        NodeKind::Hybrid => NodeKindView::Hybrid,
    }
}

fn state_view(state: InstanceState) -> NodeStateView {
    match state {
        InstanceState::Pending => NodeStateView::Pending,
        InstanceState::Running => NodeStateView::Running,
        InstanceState::Stopping => NodeStateView::Stopping,
        InstanceState::Stopped => NodeStateView::Stopped,
        InstanceState::ShuttingDown => NodeStateView::ShuttingDown,
        InstanceState::Terminated => NodeStateView::Terminated,
        InstanceState::Unknown => NodeStateView::Unknown,
    }
}

fn ping_view(ping: Option<Ping>) -> PingView {
    match ping {
        Some(Ping::Online) => PingView::Online,
        Some(Ping::ConnectionLost) => PingView::Lost,
        Some(Ping::Inactive) => PingView::Inactive,
        Some(Ping::NoAgent) => PingView::NoAgent,
        None => PingView::Unknown,
    }
}

fn platform_view(platform: Platform) -> PlatformView {
    match platform {
        Platform::Linux => PlatformView::Linux,
        Platform::Windows => PlatformView::Windows,
        Platform::MacOs => PlatformView::MacOs,
    }
}
