//! Which environment a profile is of, guessed from the words of its name.

use crate::ProfileName;

/// What a profile is for. Each has a colour in the window, and production asks before it is changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EnvironmentName {
    /// Development.
    Dev,
    /// Staging and test.
    Stage,
    /// Production.
    Prod,
    /// Data platforms.
    Data,
    /// Edge and on premises.
    Edge,
    /// Shared services and everything that is not recognised.
    Shared,
}

/// Which words of a profile's name mean which one; earlier rows win, so that `prod-data` is production.
const WORDS: [(EnvironmentName, &[&str]); 5] = [
    (EnvironmentName::Prod, &["prod", "production", "prd", "live"]),
    (
        EnvironmentName::Stage,
        &[
            "stage", "staging", "stg", "test", "testing", "qa", "uat", "preprod", "int",
        ],
    ),
    (
        EnvironmentName::Dev,
        &["dev", "develop", "development", "sandbox", "sbx", "play", "lab"],
    ),
    (
        EnvironmentName::Data,
        &["data", "analytics", "bi", "warehouse", "lake", "ml"],
    ),
    (
        EnvironmentName::Edge,
        &["edge", "iot", "onprem", "factory", "field"],
    ),
];

impl EnvironmentName {
    /// That of a profile with this name; no profile, or none of the known words, is shared.
    #[must_use]
    pub fn of_profile(name: Option<&str>) -> Self {
        let name = name.unwrap_or_default().to_lowercase();
        let words: Vec<&str> = name
            .split(|c: char| !c.is_alphanumeric())
            .map(without_number)
            .collect();
        let is_named = |known: &[&str]| words.iter().any(|word| known.contains(word));
        let found = WORDS.iter().find(|(_, known)| is_named(known));
        found.map_or(Self::Shared, |(environment, _)| *environment)
    }
}

impl ProfileName {
    /// Whether it is of production.
    #[must_use]
    pub fn is_production(&self) -> bool {
        EnvironmentName::of_profile(Some(self.as_str())) == EnvironmentName::Prod
    }
}

/// `prod2` is `prod`.
fn without_number(word: &str) -> &str {
    word.trim_end_matches(|c: char| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_the_name_choose_the_environment() {
        for (name, environment) in [
            ("acme-prod", EnvironmentName::Prod),
            ("PRODUCTION", EnvironmentName::Prod),
            ("prod2.eu", EnvironmentName::Prod),
            ("prod_data", EnvironmentName::Prod),
            ("acme-stage", EnvironmentName::Stage),
            ("qa", EnvironmentName::Stage),
            ("preprod", EnvironmentName::Stage),
            ("my sandbox", EnvironmentName::Dev),
            ("acme-data", EnvironmentName::Data),
            ("analytics-eu", EnvironmentName::Data),
            ("iot-gateway", EnvironmentName::Edge),
            ("acme-shared", EnvironmentName::Shared),
            ("products", EnvironmentName::Shared),
            ("", EnvironmentName::Shared),
        ] {
            assert_eq!(EnvironmentName::of_profile(Some(name)), environment, "{name}");
        }
        assert_eq!(EnvironmentName::of_profile(None), EnvironmentName::Shared);
    }
}
