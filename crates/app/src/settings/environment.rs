//! The colour of a profile, guessed from the words of its name.

use crate::contract::Environment;

/// Which words of a profile's name mean which colour; earlier rows win, so that `prod-data` is production.
const WORDS: [(Environment, &[&str]); 5] = [
    (Environment::Prod, &["prod", "production", "prd", "live"]),
    (
        Environment::Stage,
        &[
            "stage", "staging", "stg", "test", "testing", "qa", "uat", "preprod", "int",
        ],
    ),
    (
        Environment::Dev,
        &["dev", "develop", "development", "sandbox", "sbx", "play", "lab"],
    ),
    (
        Environment::Data,
        &["data", "analytics", "bi", "warehouse", "lake", "ml"],
    ),
    (Environment::Edge, &["edge", "iot", "onprem", "factory", "field"]),
];

impl Environment {
    /// The colour of a profile with this name; no profile, or none of the known words, is shared.
    #[must_use]
    pub fn of_profile(name: Option<&str>) -> Self {
        let name = name.unwrap_or_default().to_lowercase();
        let words: Vec<&str> = name
            .split(|c: char| !c.is_alphanumeric())
            .map(without_number)
            .collect();
        let is_named = |known: &[&str]| words.iter().any(|word| known.contains(word));
        WORDS
            .iter()
            .find(|(_, known)| is_named(known))
            .map_or(Self::Shared, |(environment, _)| *environment)
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
    fn the_words_of_the_name_choose_the_colour() {
        for (name, environment) in [
            ("acme-prod", Environment::Prod),
            ("PRODUCTION", Environment::Prod),
            ("prod2.eu", Environment::Prod),
            ("prod_data", Environment::Prod),
            ("acme-stage", Environment::Stage),
            ("qa", Environment::Stage),
            ("preprod", Environment::Stage),
            ("my sandbox", Environment::Dev),
            ("acme-data", Environment::Data),
            ("analytics-eu", Environment::Data),
            ("iot-gateway", Environment::Edge),
            ("acme-shared", Environment::Shared),
            ("products", Environment::Shared),
            ("", Environment::Shared),
        ] {
            assert_eq!(Environment::of_profile(Some(name)), environment, "{name}");
        }
        assert_eq!(Environment::of_profile(None), Environment::Shared);
    }
}
