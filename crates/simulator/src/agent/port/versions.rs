//! What the agent makes of its own version and of the one that a client says it has.

use std::cmp::Ordering;

/// The first client whose port forwarding is multiplexed.
const MULTIPLEXES_FROM: &str = "1.1.70";
/// Later clients do without keep-alive, which would defeat the idle limit of sessions.
const KEEPS_ALIVE_UP_TO: &str = "1.2.331.0";
/// The last agent whose port forwarding is not multiplexed.
const LAST_BASIC_AGENT: &str = "3.0.196.0";
/// The last agent that has keep-alive for every client.
const LAST_LIVELY_AGENT: &str = "3.1.1511.0";

/// The versions of the two ends of a session.
#[derive(Debug, Clone, Copy)]
pub(in crate::agent) struct EndVersions<'a> {
    pub(in crate::agent) agent: &'a str,
    pub(in crate::agent) client: &'a str,
}

impl EndVersions<'_> {
    /// Whether both ends multiplex.
    pub(super) fn multiplex(self) -> bool {
        compare(self.client, MULTIPLEXES_FROM).is_ge() && compare(self.agent, LAST_BASIC_AGENT).is_gt()
    }

    /// Whether the agent leaves its keep-alive off for this client.
    pub(super) fn need_no_keep_alive(self) -> bool {
        compare(self.client, KEEPS_ALIVE_UP_TO).is_gt() && compare(self.agent, LAST_LIVELY_AGENT).is_gt()
    }
}

/// Part by part, as numbers where both are and else as texts; of equal ones the shorter comes first (from the source).
fn compare(own: &str, other: &str) -> Ordering {
    let (own, other): (Vec<&str>, Vec<&str>) = (own.split('.').collect(), other.split('.').collect());
    let parts = own.iter().zip(&other);
    let decided = parts.map(|(own, other)| compare_part(own, other));
    decided
        .into_iter()
        .find(|order| order.is_ne())
        .unwrap_or_else(|| own.len().cmp(&other.len()))
}

fn compare_part(own: &str, other: &str) -> Ordering {
    match (own.parse::<u64>(), other.parse::<u64>()) {
        (Ok(own), Ok(other)) => own.cmp(&other),
        (Ok(_) | Err(_), _) => own.cmp(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TODAY: &str = "3.3.987.0";

    fn of<'a>(agent: &'a str, client: &'a str) -> EndVersions<'a> {
        EndVersions { agent, client }
    }

    #[test]
    fn clients_multiplex_as_was_observed() {
        for basic in ["", "1", "0.1.0", "1.1.69", "1.1.69.9"] {
            assert!(!of(TODAY, basic).multiplex(), "{basic:?}");
        }
        for mux in ["1.1.70", "2.0", "1.2.707.0", "1.2.707.0-rust", "abc"] {
            assert!(of(TODAY, mux).multiplex(), "{mux:?}");
        }
    }

    #[test]
    fn old_agents_multiplex_for_nobody() {
        assert!(!of("3.0.196.0", "1.2.896.0").multiplex() && !of("2.3.722.0", "1.2.896.0").multiplex());
        assert!(of("3.0.196.1", "1.2.896.0").multiplex());
    }

    #[test]
    fn old_clients_and_old_agents_are_kept_alive() {
        assert!(!of(TODAY, "1.2.331.0").need_no_keep_alive() && !of(TODAY, "1.2.0.0").need_no_keep_alive());
        assert!(!of("3.1.1511.0", "1.2.896.0").need_no_keep_alive());
        assert!(of(TODAY, "1.2.331.1").need_no_keep_alive() && of(TODAY, "1.2.896.0").need_no_keep_alive());
    }
}
