//! How a port session carries its connections, which both ends choose for themselves from the same facts.

use std::collections::BTreeMap;
use std::time::Duration;

/// Forwarding, as opposed to a stream for SSH, has this `type` among its properties.
const FORWARDING: &str = "LocalPortForwarding";
/// Agents above it carry several connections in one session.
const MULTIPLEXED_ABOVE: [u32; 4] = [3, 0, 196, 0];
/// Agents above it were taught by our version that no sign of life is needed.
const SILENT_ABOVE: [u32; 4] = [3, 1, 1511, 0];
/// Older agents end a session that is silent for three times as long.
const KEEP_ALIVE: Duration = Duration::from_secs(10);

/// How a port session carries its connections.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortMode {
    /// Any number of connections, each a stream of a [`crate::Mux`].
    Mux {
        /// For [`crate::MuxLimits::keep_alive`]: needed by old agents only. It keeps the session from ending when idle.
        keep_alive: Option<Duration>,
    },
    /// One connection at a time, as plain bytes: [`crate::BasicPort`].
    Basic,
    /// One connection for the whole session, as plain bytes: input and output of the session. The agent ends the session
    /// when the destination closes.
    StandardStream,
}

impl PortMode {
    /// The mode of a session, by what the agent said in its handshake ([`crate::SessionType::Port`]). An agent whose
    /// version is not four numbers counts as old.
    #[must_use]
    pub fn of(properties: &BTreeMap<String, String>, agent_version: &str) -> Self {
        if properties.get("type").is_none_or(|kind| kind != FORWARDING) {
            return Self::StandardStream;
        }
        match four_numbers(agent_version).filter(has_streams) {
            Some(version) => Self::Mux {
                keep_alive: (version <= SILENT_ABOVE).then_some(KEEP_ALIVE),
            },
            None => Self::Basic,
        }
    }

    /// Whether agents of a version carry several connections in a session of forwarding, whatever this session is.
    #[must_use]
    pub fn has_streams(agent_version: &str) -> bool {
        four_numbers(agent_version).is_some_and(|version| has_streams(&version))
    }
}

fn has_streams(version: &[u32; 4]) -> bool {
    *version > MULTIPLEXED_ABOVE
}

fn four_numbers(version: &str) -> Option<[u32; 4]> {
    let numbers: Vec<u32> = version
        .split('.')
        .map(|number| number.parse().ok())
        .collect::<Option<_>>()?;
    numbers.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(kind: &str, agent_version: &str) -> PortMode {
        let properties = [("type".to_owned(), kind.to_owned())].into();
        PortMode::of(&properties, agent_version)
    }

    #[test]
    fn forwards_through_newer_agents_are_multiplexed() {
        let silent = PortMode::Mux { keep_alive: None };
        let with_signs_of_life = PortMode::Mux {
            keep_alive: Some(Duration::from_secs(10)),
        };
        for (version, expected) in [
            ("3.3.987.0", silent),
            ("3.1.1511.1", silent),
            ("10.0.0.0", silent),
            ("3.1.1511.0", with_signs_of_life),
            ("3.0.196.1", with_signs_of_life),
            ("3.0.196.0", PortMode::Basic),
            ("2.3.722.0", PortMode::Basic),
        ] {
            assert_eq!(mode("LocalPortForwarding", version), expected, "{version}");
        }
    }

    #[test]
    fn an_agent_with_an_odd_version_counts_as_old() {
        for version in ["", "3.3.987", "3.3.987.0.1", "3.3.x.0", "3.3.-1.0", "latest"] {
            assert_eq!(
                mode("LocalPortForwarding", version),
                PortMode::Basic,
                "{version:?}"
            );
        }
    }

    #[test]
    fn everything_else_is_one_stream() {
        assert_eq!(mode("", "3.3.987.0"), PortMode::StandardStream);
        assert_eq!(mode("localportforwarding", "3.3.987.0"), PortMode::StandardStream);
        let none = BTreeMap::new();
        assert_eq!(PortMode::of(&none, "3.3.987.0"), PortMode::StandardStream);
    }
}
