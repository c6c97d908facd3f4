//! The Regions of AWS, and which of them an account has to opt in to.

use std::collections::HashMap;
use std::sync::{PoisonError, RwLock};

/// The Regions that every account of the company uses, until somebody opts out of one.
pub(crate) const REGIONS: &[&str] = &[
    "ap-northeast-1",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ca-central-1",
    "eu-central-1",
    "eu-north-1",
    "eu-south-1",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "me-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "af-south-1",
];

/// Regions that a new account has not; the company opted in to those that are in [`REGIONS`], too.
pub(crate) const OPT_IN: &[&str] = &[
    "af-south-1",
    "ap-east-1",
    "ap-south-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ca-west-1",
    "eu-central-2",
    "eu-south-1",
    "eu-south-2",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
];

/// What the names of Regions of other partitions begin with. Keys of this one are unknown there.
const OTHER_PARTITIONS: &[&str] = &["cn-", "us-gov-", "us-iso-", "us-isob-", "eusc-"];

/// What a Region is to an account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OptIn {
    NotRequired,
    OptedIn,
    NotOptedIn,
}

impl OptIn {
    /// As DescribeRegions writes it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::NotRequired => "opt-in-not-required",
            Self::OptedIn => "opted-in",
            Self::NotOptedIn => "not-opted-in",
        }
    }
}

/// Which account opted in to which Region, where it differs from the rest of the company.
#[derive(Debug, Default)]
pub(crate) struct OptIns(RwLock<HashMap<(String, String), bool>>);

impl OptIns {
    pub(crate) fn set(&self, account: &str, region: &str, opted_in: bool) {
        let mut choices = self.0.write().unwrap_or_else(PoisonError::into_inner);
        choices.insert((account.to_owned(), region.to_owned()), opted_in);
    }

    /// What a Region is to an account.
    pub(crate) fn of(&self, account: &str, region: &str) -> OptIn {
        if !OPT_IN.contains(&region) {
            return OptIn::NotRequired;
        }
        let choices = self.0.read().unwrap_or_else(PoisonError::into_inner);
        let chosen = choices.get(&(account.to_owned(), region.to_owned())).copied();
        if chosen.unwrap_or_else(|| REGIONS.contains(&region)) {
            OptIn::OptedIn
        } else {
            OptIn::NotOptedIn
        }
    }

    /// Whether the keys of an account are known in a Region.
    pub(crate) fn knows_keys(&self, account: &str, region: &str) -> bool {
        let elsewhere = OTHER_PARTITIONS.iter().any(|prefix| region.starts_with(prefix));
        !elsewhere && self.of(account, region) != OptIn::NotOptedIn
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_account_can_opt_in_and_out_of_some_regions_only() {
        let opt_ins = OptIns::default();
        let of = |region| opt_ins.of("1", region).name();
        assert_eq!(of("eu-central-1"), "opt-in-not-required");
        assert_eq!(of("eu-south-1"), "opted-in");
        assert_eq!(of("me-south-1"), "not-opted-in");
        opt_ins.set("1", "me-south-1", true);
        opt_ins.set("1", "eu-central-1", false);
        assert_eq!(of("me-south-1"), "opted-in");
        assert_eq!(of("eu-central-1"), "opt-in-not-required");
        assert!(!opt_ins.knows_keys("2", "me-south-1") && !opt_ins.knows_keys("1", "cn-north-1"));
    }
}
