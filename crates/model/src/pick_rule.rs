//! Which node a saved question means when it finds several.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// What a connection by a question opens of all nodes that answer it now.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PickRule {
    /// The one that was started last.
    Newest,
    /// The one whose agent answers best.
    Healthiest,
    /// The person chooses, unless there is only one.
    #[default]
    Ask,
    /// Every one, each in a session of its own.
    All,
}

/// A text that names no rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("it is newest, healthiest, ask or all")]
pub struct UnknownPickRule;

impl PickRule {
    /// All rules, in the order in which they are offered.
    pub const ALL: [Self; 4] = [Self::Newest, Self::Healthiest, Self::Ask, Self::All];

    /// As it is typed and kept: `newest`, `healthiest`, `ask` or `all`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Newest => "newest",
            Self::Healthiest => "healthiest",
            Self::Ask => "ask",
            Self::All => "all",
        }
    }
}

impl fmt::Display for PickRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}

impl FromStr for PickRule {
    type Err = UnknownPickRule;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let known = Self::ALL.into_iter().find(|rule| rule.word() == text);
        known.ok_or(UnknownPickRule)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_is_read_back_from_its_word() {
        for rule in PickRule::ALL {
            assert_eq!(rule.to_string().parse(), Ok(rule));
        }
        assert_eq!("Newest".parse::<PickRule>(), Err(UnknownPickRule));
    }
}
