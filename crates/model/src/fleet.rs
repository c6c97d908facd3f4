//! What AWS says of nodes: EC2 instances and what the SSM agent on them reports.

use serde::{Deserialize, Serialize};

use crate::{NodeId, Region};

/// One tag of a node.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Tag {
    /// Up to 128 characters, once for each node.
    pub key: String,
    /// Empty where only the key says something.
    pub value: String,
}

/// The life of an EC2 instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InstanceState {
    /// Starting.
    Pending,
    /// Up, whether or not its agent answers.
    Running,
    /// On its way to stopped.
    Stopping,
    /// Stopped; it can be started again.
    Stopped,
    /// On its way to terminated.
    ShuttingDown,
    /// Gone.
    Terminated,
    /// AWS said something that this version does not know, or nothing (hybrid nodes have no such state).
    Unknown,
}

/// Whether the SSM agent answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PingStatus {
    /// The agent answered lately: a session can be opened.
    Online,
    /// The agent was there and fell silent.
    ConnectionLost,
    /// The agent was deactivated.
    Inactive,
}

/// The operating system's family.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Platform {
    /// Any Linux.
    Linux,
    /// Any Windows; its shell is PowerShell.
    Windows,
    /// A Mac of EC2; for its shell like Linux.
    MacOs,
}

/// Where a node lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum NodeKind {
    /// An EC2 instance.
    Ec2,
    /// A machine registered by a hybrid activation.
    Hybrid,
}

/// What EC2 DescribeInstances says of one instance. Texts are as AWS sent them: pass them through
/// [`crate::display_text`] before they are shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instance {
    /// `i-…`.
    pub id: NodeId,
    /// The value of the tag `Name`, if any.
    pub name: Option<String>,
    /// Its life.
    pub state: InstanceState,
    /// For example `m7g.large`.
    pub instance_type: Option<String>,
    /// Availability zone.
    pub zone: Option<String>,
    /// Private IPv4 address.
    pub private_ip: Option<String>,
    /// Public IPv4 address.
    pub public_ip: Option<String>,
    /// Last part of the instance profile's ARN; without one the SSM agent has no permissions.
    pub instance_profile: Option<String>,
    /// `Windows` only; AWS leaves it out for all others.
    pub platform: Option<Platform>,
    /// When it was last started, in milliseconds since the epoch.
    pub launched_at_ms: Option<i64>,
    /// The account that owns it, twelve digits.
    pub account: Option<String>,
    /// All tags, `Name` included.
    pub tags: Vec<Tag>,
}

/// How long an agent of an instance that starts may take, by the clock that both ends share: Windows takes minutes.
const YOUTH_MS: i64 = 5 * 60 * 1000;

impl Instance {
    /// Whether it started so lately, at `now_ms` (milliseconds since the epoch), that its agent may not be up yet.
    #[must_use]
    pub fn has_just_started(&self, now_ms: i64) -> bool {
        let is_young = |launched: i64| now_ms.saturating_sub(launched) < YOUTH_MS;
        match self.state {
            InstanceState::Pending => true,
            InstanceState::Running => self.launched_at_ms.is_some_and(is_young),
            InstanceState::Stopping
            | InstanceState::Stopped
            | InstanceState::ShuttingDown
            | InstanceState::Terminated
            | InstanceState::Unknown => false,
        }
    }
}

/// What SSM DescribeInstanceInformation says of one managed node.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentInformation {
    /// `i-…` or `mi-…`.
    pub id: NodeId,
    /// Whether the agent answers.
    pub ping: PingStatus,
    /// When it last did, in milliseconds since the epoch.
    pub last_ping_at_ms: Option<i64>,
    /// For example `3.3.987.0`.
    pub agent_version: Option<String>,
    /// The family of its operating system.
    pub platform: Option<Platform>,
    /// For example `Amazon Linux`.
    pub platform_name: Option<String>,
    /// For example `2023`.
    pub platform_version: Option<String>,
    /// The host name that the agent reports.
    pub computer_name: Option<String>,
    /// The name given at the activation (hybrid nodes).
    pub name: Option<String>,
    /// The address that the agent reports.
    pub ip_address: Option<String>,
    /// The role of the activation (hybrid nodes).
    pub iam_role: Option<String>,
}

/// Where the next page begins, as AWS gave it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PageToken(pub String);

/// One page of a listing and the token of the next one; `None` after the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page<T> {
    /// The page's rows.
    pub items: Vec<T>,
    /// Where the next page begins.
    pub next: Option<PageToken>,
}

/// One profile of the AWS configuration, without its secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProfileSummary {
    /// Its name. What is no profile, or has a name that cannot be chosen, is shown in brackets or quotes, with its problem.
    pub name: crate::ProfileName,
    /// Whether it lives in Postern ([`crate::OwnProfile`]) and not in the AWS files.
    pub own: bool,
    /// Its own Region.
    pub region: Option<Region>,
    /// Why its own Region cannot be used; it can be used with another one.
    pub region_problem: Option<crate::ControlError>,
    /// In words how it gets credentials: `Access key`, `SSO, acme-sso`, `Assumes dev-admin`, `Credential process`, …
    pub credentials: String,
    /// Why no call can be made with it, although it is there: a setting that cannot be what the user meant.
    pub problem: Option<crate::ControlError>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_instance_is_young_for_some_minutes_while_it_runs() {
        let launched = |state, launched_at_ms| Instance {
            id: NodeId::parse("i-0a1b2c3d").unwrap(),
            name: None,
            state,
            instance_type: None,
            zone: None,
            private_ip: None,
            public_ip: None,
            instance_profile: None,
            platform: None,
            launched_at_ms,
            account: None,
            tags: Vec::new(),
        };
        for (state, launched_at_ms, young) in [
            (InstanceState::Pending, None, true),
            (InstanceState::Running, Some(1_000_000), true),
            (InstanceState::Running, Some(700_000), false),
            (InstanceState::Running, Some(i64::MIN), false),
            // The clock of this computer is behind.
            (InstanceState::Running, Some(1_100_000), true),
            (InstanceState::Running, None, false),
            (InstanceState::Stopped, Some(1_000_000), false),
        ] {
            let instance = launched(state, launched_at_ms);
            assert_eq!(instance.has_just_started(1_000_000), young, "{instance:?}");
        }
    }
}
