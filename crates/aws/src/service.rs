//! The AWS services: their names, hosts and time limits.

use std::time::Duration;

use postern_model::{OverridableService, Region, aws_host};
use url::Url;

use crate::aws_hosts::{EndpointKind, host_by_rules};
use crate::http::host_of;

/// A whole call with all its attempts.
pub(crate) const CALL_LIMIT: Duration = Duration::from_secs(60);
/// The same for KMS, whose answer an agent awaits for 15 s: one lost attempt leaves time for another.
pub(crate) const KMS_CALL_LIMIT: Duration = Duration::from_secs(11);

/// The services that Postern calls, and STS, which the SDK calls for it. Without the first four no node is listed and no
/// session opened; the others may be out of order by themselves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Service {
    Ec2,
    Kms,
    Ssm,
    Sts,
    Rds,
    ElastiCache,
    Ecs,
    Eks,
    OpenSearch,
    InstanceConnect,
}

impl Service {
    /// Those that every profile needs.
    pub(crate) const NEEDED: [Self; 4] = [Self::Ec2, Self::Kms, Self::Ssm, Self::Sts];

    /// As in host names and IAM actions.
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::Ec2 => "ec2",
            Self::Kms => "kms",
            Self::Ssm => "ssm",
            Self::Sts => "sts",
            Self::Rds => "rds",
            Self::ElastiCache => "elasticache",
            Self::Ecs => "ecs",
            Self::Eks => "eks",
            Self::OpenSearch => "es",
            Self::InstanceConnect => "ec2-instance-connect",
        }
    }

    /// As in Postern's settings, which know only those that every profile needs.
    pub(crate) fn overridable(self) -> Option<OverridableService> {
        match self {
            Self::Ec2 => Some(OverridableService::Ec2),
            Self::Kms => Some(OverridableService::Kms),
            Self::Ssm => Some(OverridableService::Ssm),
            Self::Sts => Some(OverridableService::Sts),
            Self::Rds
            | Self::ElastiCache
            | Self::Ecs
            | Self::Eks
            | Self::OpenSearch
            | Self::InstanceConnect => None,
        }
    }

    /// As in the AWS configuration.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Ec2 => "EC2",
            Self::Kms => "KMS",
            Self::Ssm => "SSM",
            Self::Sts => "STS",
            Self::Rds => "RDS",
            Self::ElastiCache => "ElastiCache",
            Self::Ecs => "ECS",
            Self::Eks => "EKS",
            Self::OpenSearch => "OpenSearch",
            Self::InstanceConnect => "EC2 Instance Connect",
        }
    }

    /// How long a call may take with all its attempts.
    pub(crate) fn call_limit(self) -> Duration {
        match self {
            Self::Kms => KMS_CALL_LIMIT,
            Self::Ec2
            | Self::Ssm
            | Self::Sts
            | Self::Rds
            | Self::ElastiCache
            | Self::Ecs
            | Self::Eks
            | Self::OpenSearch
            | Self::InstanceConnect => CALL_LIMIT,
        }
    }

    /// Where its calls go, for people: the user's endpoint, else AWS's own of that kind.
    pub(crate) fn host(self, endpoint: Option<&Url>, region: &Region, kind: EndpointKind) -> String {
        if let Some(url) = endpoint {
            return host_of(url.as_str());
        }
        let name = region.as_str();
        let by_rules = match self {
            Self::Ec2 => host_by_rules!(aws_sdk_ec2, name, kind),
            Self::Kms => host_by_rules!(aws_sdk_kms, name, kind),
            Self::Ssm => host_by_rules!(aws_sdk_ssm, name, kind),
            Self::Sts => host_by_rules!(aws_sdk_sts, name, kind),
            Self::Rds => host_by_rules!(aws_sdk_rds, name, kind),
            Self::ElastiCache => host_by_rules!(aws_sdk_elasticache, name, kind),
            Self::Ecs => host_by_rules!(aws_sdk_ecs, name, kind),
            Self::Eks => host_by_rules!(aws_sdk_eks, name, kind),
            Self::OpenSearch => host_by_rules!(aws_sdk_opensearch, name, kind),
            Self::InstanceConnect => host_by_rules!(aws_sdk_ec2instanceconnect, name, kind),
        };
        by_rules.unwrap_or_else(|| aws_host(self.prefix(), region))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn host(service: Service, region: &str, use_fips: bool, use_dual_stack: bool) -> String {
        let kind = EndpointKind {
            use_fips,
            use_dual_stack,
        };
        service.host(None, &Region::parse(region).unwrap(), kind)
    }

    #[test]
    fn a_host_is_the_one_that_the_sdk_calls() {
        for (region, use_fips, use_dual_stack, hosts) in [
            (
                "eu-central-1",
                false,
                false,
                ["ec2", "kms", "ssm", "sts"].map(|service| format!("{service}.eu-central-1.amazonaws.com")),
            ),
            (
                "us-east-1",
                true,
                false,
                ["ec2", "kms", "ssm", "sts"].map(|service| format!("{service}-fips.us-east-1.amazonaws.com")),
            ),
            (
                "us-west-2",
                false,
                true,
                ["ec2", "kms", "ssm", "sts"].map(|service| format!("{service}.us-west-2.api.aws")),
            ),
            (
                "us-west-2",
                true,
                true,
                ["ec2", "kms", "ssm", "sts"].map(|service| format!("{service}-fips.us-west-2.api.aws")),
            ),
            (
                "cn-north-1",
                false,
                false,
                ["ec2", "kms", "ssm", "sts"].map(|service| format!("{service}.cn-north-1.amazonaws.com.cn")),
            ),
            // Here the usual endpoints of some services are those of the standard.
            (
                "us-gov-west-1",
                true,
                false,
                ["ec2", "kms-fips", "ssm", "sts"]
                    .map(|service| format!("{service}.us-gov-west-1.amazonaws.com")),
            ),
        ] {
            let found = Service::NEEDED.map(|service| host(service, region, use_fips, use_dual_stack));
            assert_eq!(found, hosts);
        }
    }
}
