//! How the agents of sessions behave that are granted from now on.

use crate::agent::AgentHostility;

/// Switches of the simulated agents. The default is the real agent as it is, with nothing hostile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentBehaviour {
    /// The version that agents say they have and behave like, such as `3.0.196.0`, whose forwards carry one connection at a
    /// time; none leaves it to the node.
    pub version: Option<String>,
    /// Whether encrypted sessions come with a random challenge; none lets the node's agent version decide.
    pub challenge: Option<bool>,
    /// The agent's setting `RequireKMSChallengeResponse`.
    pub require_challenge_response: bool,
    /// A command with separate output streams loses what it writes after a pause, as with the real agent.
    pub loses_output_in_a_pause: bool,
    /// What the agents do instead of what is right.
    pub hostility: Option<AgentHostility>,
}

impl Default for AgentBehaviour {
    fn default() -> Self {
        Self {
            version: None,
            challenge: None,
            require_challenge_response: false,
            loses_output_in_a_pause: true,
            hostility: None,
        }
    }
}

impl AgentBehaviour {
    /// Whether an agent of this version sends a challenge. Newer ones do; that it began with 3.3.808 is only inferred
    /// from that version's notes.
    pub(super) fn challenges(&self, agent_version: &str) -> bool {
        let mut numbers = agent_version
            .split('.')
            .map(|part| part.parse::<u32>().unwrap_or(0));
        let mut next = || numbers.next().unwrap_or(0);
        self.challenge.unwrap_or((next(), next(), next()) >= (3, 3, 808))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn newer_agents_challenge_unless_ordered_otherwise() {
        let behaviour = AgentBehaviour::default();
        assert!(behaviour.challenges("3.3.987.0") && behaviour.challenges("3.3.808.0"));
        assert!(!behaviour.challenges("3.2.2303.0") && !behaviour.challenges("nonsense"));
        let ordered = AgentBehaviour {
            challenge: Some(true),
            ..behaviour
        };
        assert!(ordered.challenges("3.1.1732.0"));
    }
}
