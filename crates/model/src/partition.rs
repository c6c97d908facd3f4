//! The parts of AWS that know nothing of each other: keys of one are unknown in all others.

use crate::Region;

/// A part of AWS with accounts of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Partition {
    /// `aws`, what everybody calls AWS.
    Commercial,
    /// `aws-cn`.
    China,
    /// `aws-us-gov`.
    GovCloud,
    /// `aws-eusc`.
    EuropeanSovereign,
    /// `aws-iso` and its like.
    Isolated,
}

/// What is known of one partition.
struct PartitionFacts {
    partition: Partition,
    /// How its Regions begin; the commercial AWS has all that no other one has.
    regions: &'static str,
    /// As in the second part of ARNs.
    arn: &'static str,
    /// The DNS suffix of its endpoints.
    suffix: &'static str,
    /// The same of endpoints with IPv6 addresses too.
    dual_stack_suffix: &'static str,
}

/// As in botocore's partitions.json.
static FACTS: [PartitionFacts; 7] = [
    facts(
        Partition::China,
        "cn-",
        "aws-cn",
        ["amazonaws.com.cn", "api.amazonwebservices.com.cn"],
    ),
    facts(
        Partition::GovCloud,
        "us-gov-",
        "aws-us-gov",
        ["amazonaws.com", "api.aws"],
    ),
    facts(
        Partition::EuropeanSovereign,
        "eusc-",
        "aws-eusc",
        ["amazonaws.eu", "api.amazonwebservices.eu"],
    ),
    facts(
        Partition::Isolated,
        "us-iso-",
        "aws-iso",
        ["c2s.ic.gov", "api.aws.ic.gov"],
    ),
    facts(
        Partition::Isolated,
        "us-isob-",
        "aws-iso-b",
        ["sc2s.sgov.gov", "api.aws.scloud"],
    ),
    facts(
        Partition::Isolated,
        "us-isof-",
        "aws-iso-f",
        ["csp.hci.ic.gov", "api.aws.hci.ic.gov"],
    ),
    facts(
        Partition::Isolated,
        "eu-isoe-",
        "aws-iso-e",
        ["cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"],
    ),
];

static COMMERCIAL: PartitionFacts = facts(Partition::Commercial, "", "aws", ["amazonaws.com", "api.aws"]);

const fn facts(
    partition: Partition,
    regions: &'static str,
    arn: &'static str,
    [suffix, dual_stack_suffix]: [&'static str; 2],
) -> PartitionFacts {
    PartitionFacts {
        partition,
        regions,
        arn,
        suffix,
        dual_stack_suffix,
    }
}

fn facts_of(region: &Region) -> &'static PartitionFacts {
    let is_in = |facts: &&PartitionFacts| region.as_str().starts_with(facts.regions);
    FACTS.iter().find(is_in).unwrap_or(&COMMERCIAL)
}

/// The DNS suffixes of AWS's endpoints in a Region: the usual one, and that of endpoints with IPv6 addresses too.
pub(crate) fn dns_suffixes(region: &Region) -> [&'static str; 2] {
    let facts = facts_of(region);
    [facts.suffix, facts.dual_stack_suffix]
}

impl Partition {
    /// The partition of a Region, by the Region's prefix.
    #[must_use]
    pub fn of(region: &Region) -> Self {
        facts_of(region).partition
    }

    /// The partition that an ARN names in its second part.
    #[must_use]
    pub fn of_arn(arn: &str) -> Option<Self> {
        let name = arn.strip_prefix("arn:")?.split(':').next()?;
        let mut all = FACTS.iter().chain([&COMMERCIAL]);
        all.find(|facts| facts.arn == name).map(|facts| facts.partition)
    }

    /// Its name for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Commercial => "the commercial AWS",
            Self::China => "AWS China",
            Self::GovCloud => "AWS GovCloud (US)",
            Self::EuropeanSovereign => "the AWS European Sovereign Cloud",
            Self::Isolated => "an isolated AWS",
        }
    }
}

impl Region {
    /// Whether an account must enable the Region before its keys are known there. So it is for every Region of the
    /// commercial AWS that came after March 20, 2019; those that came before are a closed list.
    #[must_use]
    pub fn is_opt_in(&self) -> bool {
        const ON_BY_DEFAULT: [&str; 17] = [
            "ap-northeast-1",
            "ap-northeast-2",
            "ap-northeast-3",
            "ap-south-1",
            "ap-southeast-1",
            "ap-southeast-2",
            "ca-central-1",
            "eu-central-1",
            "eu-north-1",
            "eu-west-1",
            "eu-west-2",
            "eu-west-3",
            "sa-east-1",
            "us-east-1",
            "us-east-2",
            "us-west-1",
            "us-west-2",
        ];
        Partition::of(self) == Partition::Commercial && !ON_BY_DEFAULT.contains(&self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(name: &str) -> Region {
        Region::parse(name).unwrap()
    }

    #[test]
    fn a_region_and_an_arn_name_their_partition() {
        for (name, arn, partition) in [
            ("eu-central-1", "arn:aws:iam::1:role/r", Partition::Commercial),
            ("cn-north-1", "arn:aws-cn:iam::1:role/r", Partition::China),
            (
                "us-gov-west-1",
                "arn:aws-us-gov:iam::1:role/r",
                Partition::GovCloud,
            ),
            (
                "eusc-de-east-1",
                "arn:aws-eusc:iam::1:role/r",
                Partition::EuropeanSovereign,
            ),
            ("us-iso-east-1", "arn:aws-iso:iam::1:role/r", Partition::Isolated),
            (
                "us-isob-east-1",
                "arn:aws-iso-b:iam::1:role/r",
                Partition::Isolated,
            ),
            (
                "eu-isoe-west-1",
                "arn:aws-iso-e:iam::1:role/r",
                Partition::Isolated,
            ),
        ] {
            assert_eq!(Partition::of(&region(name)), partition, "{name}");
            assert_eq!(Partition::of_arn(arn), Some(partition), "{arn}");
        }
        assert_eq!(Partition::of_arn("arn:awsome:iam"), None);
        assert_eq!(Partition::of_arn("role/r"), None);
    }

    #[test]
    fn new_regions_of_the_commercial_aws_must_be_enabled_and_old_and_other_ones_not() {
        for name in [
            "af-south-1",
            "ap-east-1",
            "eu-south-2",
            "me-central-1",
            "mx-central-1",
            "xx-new-9",
        ] {
            assert!(region(name).is_opt_in(), "{name}");
        }
        for name in [
            "us-east-1",
            "eu-central-1",
            "ap-northeast-3",
            "cn-north-1",
            "us-gov-west-1",
            "eusc-de-east-1",
        ] {
            assert!(!region(name).is_opt_in(), "{name}");
        }
    }
}
