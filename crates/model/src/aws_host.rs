//! The names of AWS's own endpoints: by service, Region and partition.

use crate::Region;
use crate::partition::dns_suffixes;

/// The usual endpoint of `service` (as in host names: `ssm`, `ssmmessages`) in `region`.
#[must_use]
pub fn aws_host(service: &str, region: &Region) -> String {
    let [suffix, _] = dns_suffixes(region);
    format!("{service}.{region}.{suffix}")
}

/// Whether `host` is the endpoint of `service` in `region`: the usual one, that of the standard for protected data, and both
/// with IPv6 addresses too.
#[must_use]
pub fn is_aws_host(service: &str, region: &Region, host: &str) -> bool {
    let rest = host
        .strip_prefix(service)
        .map(|rest| rest.strip_prefix("-fips").unwrap_or(rest));
    let suffix = rest
        .and_then(|rest| rest.strip_prefix('.'))
        .and_then(|rest| rest.strip_prefix(region.as_str()))
        .and_then(|rest| rest.strip_prefix('.'));
    suffix.is_some_and(|suffix| dns_suffixes(region).contains(&suffix))
}
