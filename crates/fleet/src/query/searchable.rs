//! What a thing is found by: a node of a pair, or whatever else has a name, such as a saved connection.

use postern_model::{InstanceState, Pair, Platform};

use crate::{Node, Ping};

/// The texts that a thing is found by, as they are shown; empty is what it does not have.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Searchable<'a> {
    /// The name that is shown.
    pub name: &'a str,
    /// A node's id, or the target of a saved connection.
    pub id: &'a str,
    /// Its addresses.
    pub addresses: [&'a str; 2],
    /// A word of `state:`.
    pub state: &'a str,
    /// A word of `ping:`.
    pub ping: &'a str,
    /// A word of `platform:`.
    pub platform: &'a str,
    /// Name and version of the operating system.
    pub platform_name: &'a str,
    /// The number of the AWS account.
    pub account: &'a str,
    /// The AWS profile.
    pub profile: &'a str,
    /// The Region.
    pub region: &'a str,
    /// For example `m7g.large`.
    pub instance_type: &'a str,
    /// The version of the agent.
    pub agent: &'a str,
    /// Tags by key and value. A label of a saved connection is a tag, too: its key is what is before an equals sign.
    pub tags: Vec<(&'a str, &'a str)>,
    /// What else a plain word finds it by, such as the name of its group.
    pub also: Vec<&'a str>,
    /// Whether a mistake with it is worse than with others: of equally good answers it is the last.
    pub production: bool,
}

impl<'a> Searchable<'a> {
    /// What a node of `pair` is found by.
    #[must_use]
    pub fn of_node(pair: &'a Pair, node: &'a Node, production: bool) -> Self {
        let text = |text: &'a Option<String>| text.as_deref().unwrap_or_default();
        Self {
            name: &node.name,
            id: node.id.as_str(),
            addresses: [text(&node.private_ip), text(&node.public_ip)],
            state: state_word(node.state),
            ping: ping_word(node.ping),
            platform: node.platform.map_or("", platform_word),
            platform_name: text(&node.platform_name),
            account: text(&node.account),
            profile: pair.profile.as_str(),
            region: pair.region.as_str(),
            instance_type: text(&node.instance_type),
            agent: text(&node.agent_version),
            tags: node
                .tags
                .iter()
                .map(|tag| (tag.key.as_str(), tag.value.as_str()))
                .collect(),
            also: Vec::new(),
            production,
        }
    }

    /// Whether it is there but not to be reached, as a stopped instance is.
    pub(super) fn is_stopped(&self) -> bool {
        matches!(
            self.state,
            "stopping" | "stopped" | "shutting-down" | "terminated"
        )
    }
}

/// The word of `state:` for a state.
#[must_use]
pub fn state_word(state: InstanceState) -> &'static str {
    match state {
        InstanceState::Pending => "pending",
        InstanceState::Running => "running",
        InstanceState::Stopping => "stopping",
        InstanceState::Stopped => "stopped",
        InstanceState::ShuttingDown => "shutting-down",
        InstanceState::Terminated => "terminated",
        InstanceState::Unknown => "unknown",
    }
}

/// The word of `ping:` for what is known of an agent.
#[must_use]
pub fn ping_word(ping: Option<Ping>) -> &'static str {
    match ping {
        Some(Ping::Online) => "online",
        Some(Ping::ConnectionLost) => "lost",
        Some(Ping::Inactive) => "inactive",
        Some(Ping::NoAgent) => "no-agent",
        None => "unknown",
    }
}

/// The word of `platform:` for a family.
#[must_use]
pub fn platform_word(platform: Platform) -> &'static str {
    match platform {
        Platform::Linux => "linux",
        Platform::Windows => "windows",
        Platform::MacOs => "mac-os",
    }
}
