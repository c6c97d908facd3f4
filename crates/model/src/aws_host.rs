//! The names of AWS's own endpoints: by service, Region and partition.

use crate::Region;

/// Whether `host` is the endpoint of `service` (as in host names: `ssm`, `ssmmessages`) in `region`: the usual one, that
/// of the standard for protected data, and both with IPv6 addresses too.
#[must_use]
pub fn is_aws_host(service: &str, region: &Region, host: &str) -> bool {
    let rest = host
        .strip_prefix(service)
        .map(|rest| rest.strip_prefix("-fips").unwrap_or(rest));
    let suffix = rest
        .and_then(|rest| rest.strip_prefix('.'))
        .and_then(|rest| rest.strip_prefix(region.as_str()))
        .and_then(|rest| rest.strip_prefix('.'));
    suffix.is_some_and(|suffix| suffixes(region).contains(&suffix))
}

/// The DNS suffixes of a Region's partition, by the Region's prefix (botocore's partitions.json): the usual one, and that
/// of endpoints with IPv6 addresses too.
fn suffixes(region: &Region) -> [&'static str; 2] {
    const OTHER: [(&str, [&str; 2]); 6] = [
        ("cn-", ["amazonaws.com.cn", "api.amazonwebservices.com.cn"]),
        ("us-iso-", ["c2s.ic.gov", "api.aws.ic.gov"]),
        ("us-isob-", ["sc2s.sgov.gov", "api.aws.scloud"]),
        ("us-isof-", ["csp.hci.ic.gov", "api.aws.hci.ic.gov"]),
        ("eu-isoe-", ["cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"]),
        ("eusc-", ["amazonaws.eu", "api.amazonwebservices.eu"]),
    ];
    OTHER
        .iter()
        .find(|(prefix, _)| region.as_str().starts_with(prefix))
        .map_or(["amazonaws.com", "api.aws"], |(_, suffixes)| *suffixes)
}
