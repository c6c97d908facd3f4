//! The AWS services: their names, hosts and time limits.

use std::time::Duration;

use postern_model::{OverridableService, Region};
use url::Url;

use crate::http::host_of;

/// A whole call with all its attempts.
pub(crate) const CALL_LIMIT: Duration = Duration::from_secs(60);
/// The same for KMS, whose answer an agent awaits for 15 s: one lost attempt leaves time for another.
pub(crate) const KMS_CALL_LIMIT: Duration = Duration::from_secs(11);

/// The services that Postern calls, and STS, which the SDK calls for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Service {
    Ec2,
    Kms,
    Ssm,
    Sts,
}

impl Service {
    /// All of them.
    pub(crate) const ALL: [Self; 4] = [Self::Ec2, Self::Kms, Self::Ssm, Self::Sts];

    /// As in host names and IAM actions.
    pub(crate) fn prefix(self) -> &'static str {
        match self {
            Self::Ec2 => "ec2",
            Self::Kms => "kms",
            Self::Ssm => "ssm",
            Self::Sts => "sts",
        }
    }

    /// As in Postern's settings.
    pub(crate) fn overridable(self) -> OverridableService {
        match self {
            Self::Ec2 => OverridableService::Ec2,
            Self::Kms => OverridableService::Kms,
            Self::Ssm => OverridableService::Ssm,
            Self::Sts => OverridableService::Sts,
        }
    }

    /// As in the AWS configuration.
    pub(crate) fn id(self) -> &'static str {
        match self {
            Self::Ec2 => "EC2",
            Self::Kms => "KMS",
            Self::Ssm => "SSM",
            Self::Sts => "STS",
        }
    }

    /// How long a call may take with all its attempts.
    pub(crate) fn call_limit(self) -> Duration {
        match self {
            Self::Kms => KMS_CALL_LIMIT,
            Self::Ec2 | Self::Ssm | Self::Sts => CALL_LIMIT,
        }
    }

    /// Where its calls go, for people: the user's endpoint, else the usual name.
    pub(crate) fn host(self, endpoint: Option<&Url>, region: &Region) -> String {
        let suffix = if region.as_str().starts_with("cn-") {
            "amazonaws.com.cn"
        } else {
            "amazonaws.com"
        };
        let usual = || format!("{}.{region}.{suffix}", self.prefix());
        endpoint.map_or_else(usual, |url| host_of(url.as_str()))
    }
}
