//! The fields of a node that the fleet page shows, sorts by and counts.

use std::{borrow::Cow, fmt};

use postern_fleet::{Node, Ping};
use postern_model::{InstanceState, NodeKind, Pair, Platform};

/// A field of a node, named as the page names its columns.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(crate) enum NodeField {
    Name,
    Id,
    Profile,
    Account,
    Region,
    /// Instance and agent in one word, as the node's glyph shows them.
    State,
    /// The agent.
    Ping,
    /// The family of the operating system.
    Platform,
    /// Name and version of the operating system.
    System,
    Type,
    Zone,
    PrivateIp,
    PublicIp,
    Agent,
    Role,
    Launched,
    LastPing,
    Tag(String),
}

/// Those with a name of their own.
const NAMED: [(&str, NodeField); 17] = [
    ("name", NodeField::Name),
    ("id", NodeField::Id),
    ("profile", NodeField::Profile),
    ("account", NodeField::Account),
    ("region", NodeField::Region),
    ("state", NodeField::State),
    ("ping", NodeField::Ping),
    ("platform", NodeField::Platform),
    ("system", NodeField::System),
    ("type", NodeField::Type),
    ("zone", NodeField::Zone),
    ("private-ip", NodeField::PrivateIp),
    ("public-ip", NodeField::PublicIp),
    ("agent", NodeField::Agent),
    ("role", NodeField::Role),
    ("launched", NodeField::Launched),
    ("last-ping", NodeField::LastPing),
];

impl NodeField {
    /// Reads what [`NodeField::fmt`] wrote.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if let Some(key) = text.strip_prefix("tag:") {
            return (!key.is_empty()).then(|| Self::Tag(key.to_owned()));
        }
        let named = NAMED.iter().find(|(name, _)| *name == text)?;
        Some(named.1.clone())
    }

    /// What a node has in it, as it is compared, counted and exported; empty without a value. Times are milliseconds since
    /// the epoch.
    pub(crate) fn text<'a>(&self, pair: &'a Pair, node: &'a Node) -> Cow<'a, str> {
        match self {
            Self::Name => Cow::from(&node.name),
            Self::Id => Cow::from(node.id.as_str()),
            Self::Profile => Cow::from(pair.profile.as_str()),
            Self::Account => optional(node.account.as_ref()),
            Self::Region => Cow::from(pair.region.as_str()),
            Self::State => Cow::from(state_word(node)),
            Self::Ping => Cow::from(node.ping.map_or("", ping_word)),
            Self::Platform => Cow::from(node.platform.map_or("", platform_word)),
            Self::System => optional(node.platform_name.as_ref()),
            Self::Type if node.kind == NodeKind::Hybrid => Cow::from("hybrid"),
            Self::Type => optional(node.instance_type.as_ref()),
            Self::Zone => optional(node.zone.as_ref()),
            Self::PrivateIp => optional(node.private_ip.as_ref()),
            Self::PublicIp => optional(node.public_ip.as_ref()),
            Self::Agent => optional(node.agent_version.as_ref()),
            Self::Role => optional(node.role.as_ref()),
            Self::Launched => time(node.launched_at_ms),
            Self::LastPing => time(node.last_ping_at_ms),
            Self::Tag(key) => {
                let mut tags = node.tags.iter();
                optional(tags.find(|tag| tag.key == *key).map(|tag| &tag.value))
            }
        }
    }
}

impl fmt::Display for NodeField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Tag(key) = self {
            return write!(f, "tag:{key}");
        }
        let named = NAMED.iter().find(|(_, field)| field == self);
        f.write_str(named.map_or("", |(name, _)| name))
    }
}

fn optional(text: Option<&String>) -> Cow<'_, str> {
    text.map_or(Cow::from(""), Cow::from)
}

fn time(ms: Option<i64>) -> Cow<'static, str> {
    ms.map_or(Cow::from(""), |ms| Cow::from(ms.to_string()))
}

/// Instance and agent in one word: a stopped instance is stopped, whatever its agent said last.
fn state_word(node: &Node) -> &'static str {
    match node.state {
        InstanceState::Pending => "starting",
        InstanceState::Stopping | InstanceState::Stopped => "stopped",
        InstanceState::ShuttingDown | InstanceState::Terminated => "terminated",
        InstanceState::Running | InstanceState::Unknown => node.ping.map_or("unknown", ping_word),
    }
}

fn ping_word(ping: Ping) -> &'static str {
    match ping {
        Ping::Online => "online",
        Ping::ConnectionLost => "lost",
        Ping::Inactive => "inactive",
        Ping::NoAgent => "no-agent",
    }
}

fn platform_word(platform: Platform) -> &'static str {
    match platform {
        Platform::Linux => "linux",
        Platform::Windows => "windows",
        Platform::MacOs => "mac-os",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_field_is_read_as_it_is_written() {
        for (name, field) in NAMED {
            assert_eq!(NodeField::parse(name), Some(field.clone()));
            assert_eq!(field.to_string(), name);
        }
        let tag = NodeField::Tag("aws:cloudformation:stack-name".into());
        assert_eq!(NodeField::parse(&tag.to_string()), Some(tag));
        assert_eq!(NodeField::parse("tag:"), None);
        assert_eq!(NodeField::parse("colour"), None);
    }
}
