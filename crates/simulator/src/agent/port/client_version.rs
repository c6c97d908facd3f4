//! What the agent makes of the version that a client says it has.

use std::cmp::Ordering;

/// The first version whose port forwarding is multiplexed.
const MULTIPLEXES_FROM: &str = "1.1.70";
/// Later versions do without keep-alive, which would defeat the idle limit of sessions.
const KEEPS_ALIVE_UP_TO: &str = "1.2.331.0";

/// Whether a client of this version multiplexes.
pub(super) fn multiplexes(version: &str) -> bool {
    compare(version, MULTIPLEXES_FROM).is_ge()
}

/// Whether the agent leaves its keep-alive off for a client of this version.
pub(super) fn needs_no_keep_alive(version: &str) -> bool {
    compare(version, KEEPS_ALIVE_UP_TO).is_gt()
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

    #[test]
    fn clients_multiplex_as_was_observed() {
        for basic in ["", "1", "0.1.0", "1.1.69", "1.1.69.9"] {
            assert!(!multiplexes(basic), "{basic:?}");
        }
        for mux in ["1.1.70", "2.0", "1.2.707.0", "1.2.707.0-rust", "abc"] {
            assert!(multiplexes(mux), "{mux:?}");
        }
    }

    #[test]
    fn only_old_clients_are_kept_alive() {
        assert!(!needs_no_keep_alive("1.2.331.0") && !needs_no_keep_alive("1.2.0.0"));
        assert!(needs_no_keep_alive("1.2.331.1") && needs_no_keep_alive("1.2.896.0"));
    }
}
