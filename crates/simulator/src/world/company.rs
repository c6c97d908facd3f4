//! Accounts, AWS profiles and the pairs of profile and Region of the made-up company.

use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

use super::regions::REGIONS;

/// One AWS profile: an account seen through one principal.
#[derive(Debug, Clone)]
pub(crate) struct Profile {
    /// For example `acme-prod`.
    pub(crate) name: String,
    /// Twelve digits.
    pub(crate) account: String,
    /// What the tag `env` of its nodes says.
    pub(crate) environment: String,
    /// Its Regions; the first is the profile's own.
    pub(crate) regions: Vec<String>,
    /// Every call but GetCallerIdentity is denied.
    pub(crate) denied: bool,
    /// Its shells are encrypted with a KMS key of its own.
    pub(crate) audited: bool,
    /// The principal has temporary credentials of an assumed role instead of a user's long-term key.
    pub(crate) temporary: bool,
    /// How many nodes each of its pairs gets, relative to the others, in the order of `regions`.
    weights: Vec<usize>,
}

/// Who signs a call, as STS tells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Principal {
    /// For example `arn:aws:iam::104729551234:user/ops`.
    pub(crate) arn: String,
    /// The unique id of the user or of the role's session.
    pub(crate) user_id: String,
    /// The user's or the role session's name: the first part of session ids.
    pub(crate) name: String,
    /// What it may do, as far as its account may.
    pub(crate) rights: Rights,
}

/// What a principal may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Rights {
    /// All that the simulator has.
    All,
    /// Only what looks and changes nothing.
    ReadOnly,
}

impl Rights {
    /// What the role with this name may do, in any account.
    pub(crate) fn of_role(name: &str) -> Self {
        if name == "ReadOnly" {
            Self::ReadOnly
        } else {
            Self::All
        }
    }

    /// Whether an operation is among them.
    pub(crate) fn allow(self, operation: &str) -> bool {
        let looks = ["Describe", "List", "Get"]
            .iter()
            .any(|verb| operation.starts_with(verb));
        self == Self::All || looks
    }
}

/// All profiles, in the order of the configuration file.
#[derive(Debug)]
pub(crate) struct Company {
    profiles: Vec<Profile>,
}

/// The user's name in each account.
const PRINCIPAL_NAME: &str = "ops";

impl Company {
    /// As many pairs as asked for. From three pairs on, the last is denied.
    pub(crate) fn new(seed: u64, pairs: usize) -> Self {
        let mut rng = ChaCha8Rng::seed_from_u64(seed ^ 0x00c0_ffee);
        let denied = usize::from(pairs >= 3);
        let mut company = Self { profiles: Vec::new() };
        for (profile, region, environment, weight) in plan().take(pairs.saturating_sub(denied)) {
            company.add(&mut rng, &profile, region, &environment, weight);
        }
        if denied == 1 {
            company.add(&mut rng, "acme-audit", "eu-central-1", "audit", 0);
        }
        company
    }

    /// The profiles.
    pub(crate) fn profiles(&self) -> &[Profile] {
        &self.profiles
    }

    /// The profile with this name.
    pub(crate) fn profile(&self, name: &str) -> Option<&Profile> {
        self.profiles.iter().find(|profile| profile.name == name)
    }

    /// The profile of this account; one of the company's, or for another account one without any Region.
    pub(crate) fn of_account(&self, account: &str) -> Profile {
        let known = self.profiles.iter().find(|profile| profile.account == account);
        known.cloned().unwrap_or_else(|| Profile {
            name: account.to_owned(),
            account: account.to_owned(),
            environment: String::new(),
            regions: Vec::new(),
            denied: false,
            audited: false,
            temporary: false,
            weights: Vec::new(),
        })
    }

    /// Every pair of profile and Region.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&Profile, &str)> {
        self.profiles.iter().flat_map(|profile| {
            profile
                .regions
                .iter()
                .map(move |region| (profile, region.as_str()))
        })
    }

    /// How many nodes each pair gets, relative to the others, in the order of [`Company::pairs`].
    pub(super) fn weights(&self) -> Vec<usize> {
        self.profiles
            .iter()
            .flat_map(|profile| profile.weights.iter().copied())
            .collect()
    }

    fn add(&mut self, rng: &mut ChaCha8Rng, name: &str, region: &str, environment: &str, weight: usize) {
        if let Some(known) = self.profiles.iter_mut().find(|profile| profile.name == name) {
            known.regions.push(region.to_owned());
            known.weights.push(weight);
            return;
        }
        self.profiles.push(Profile {
            name: name.to_owned(),
            account: rng
                .random_range(100_000_000_000_u64..1_000_000_000_000)
                .to_string(),
            environment: environment.to_owned(),
            regions: vec![region.to_owned()],
            denied: name == "acme-audit",
            audited: name == "acme-data",
            temporary: name == "acme-edge",
            weights: vec![weight],
        });
    }
}

impl Profile {
    /// The ARN of the user's MFA device.
    pub(crate) fn mfa_device(&self) -> String {
        format!("arn:aws:iam::{}:mfa/{PRINCIPAL_NAME}", self.account)
    }

    /// Who its credentials belong to.
    pub(crate) fn principal(&self) -> Principal {
        let digits = self.account.as_str();
        if self.temporary {
            Principal {
                arn: format!("arn:aws:sts::{digits}:assumed-role/NodeOperator/{PRINCIPAL_NAME}"),
                user_id: format!("AROAPOSTERN{digits}:{PRINCIPAL_NAME}"),
                name: PRINCIPAL_NAME.to_owned(),
                rights: Rights::All,
            }
        } else {
            Principal {
                arn: format!("arn:aws:iam::{digits}:user/{PRINCIPAL_NAME}"),
                user_id: format!("AIDAPOSTERN{digits}"),
                name: PRINCIPAL_NAME.to_owned(),
                rights: Rights::All,
            }
        }
    }
}

/// Profile, Region, environment and weight of each pair that is not denied, without end.
fn plan() -> impl Iterator<Item = (String, &'static str, String, usize)> {
    let known = KNOWN_PAIRS.iter().map(|(profile, region, environment, weight)| {
        ((*profile).to_owned(), *region, (*environment).to_owned(), *weight)
    });
    known.chain((0..).map(further_pair))
}

fn further_pair(index: usize) -> (String, &'static str, String, usize) {
    let profile = index / 2;
    let word = FURTHER_WORDS
        .get(profile % FURTHER_WORDS.len())
        .copied()
        .unwrap_or("unit");
    let round = profile / FURTHER_WORDS.len();
    let name = if round == 0 {
        format!("acme-{word}")
    } else {
        format!("acme-{word}-{}", round + 1)
    };
    // The two Regions of a profile are half the table apart, so they differ.
    let region = (profile + (index % 2) * (REGIONS.len() / 2)) % REGIONS.len();
    let region = REGIONS.get(region).copied().unwrap_or("eu-central-1");
    (name, region, word.to_owned(), 8)
}

const KNOWN_PAIRS: &[(&str, &str, &str, usize)] = &[
    ("acme-prod", "eu-central-1", "prod", 30),
    ("acme-prod", "us-east-1", "prod", 20),
    ("acme-stage", "eu-central-1", "stage", 14),
    ("acme-dev", "eu-west-1", "dev", 14),
    ("acme-data", "eu-central-1", "prod", 12),
    ("acme-shared", "eu-west-1", "shared", 8),
    ("acme-edge", "ap-southeast-2", "edge", 8),
];

const FURTHER_WORDS: &[&str] = &[
    "labs", "media", "pay", "iot", "ml", "legal", "mobile", "games", "search", "ads", "infra", "billing",
    "store", "travel", "maps", "support", "hr", "robotics",
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_pair_exists_twice_however_many_there_are() {
        let company = Company::new(1, 90);
        let pairs: HashSet<(String, String)> = company
            .pairs()
            .map(|(profile, region)| (profile.name.clone(), region.to_owned()))
            .collect();
        assert_eq!(pairs.len(), 90);
    }

    #[test]
    fn one_profile_has_several_regions_and_one_is_denied() {
        let company = Company::new(1, 8);
        assert_eq!(
            company.profile("acme-prod").unwrap().regions,
            ["eu-central-1", "us-east-1"]
        );
        let denied: Vec<&str> = company
            .profiles()
            .iter()
            .filter(|profile| profile.denied)
            .map(|profile| profile.name.as_str())
            .collect();
        assert_eq!(denied, ["acme-audit"]);
    }

    #[test]
    fn accounts_are_twelve_digits_and_differ() {
        let company = Company::new(3, 40);
        let accounts: HashSet<&str> = company
            .profiles()
            .iter()
            .map(|profile| profile.account.as_str())
            .collect();
        assert_eq!(accounts.len(), company.profiles().len());
        assert!(accounts.iter().all(|account| account.len() == 12));
    }
}
