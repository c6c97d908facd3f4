//! The EC2 query API (2016-11-15): DescribeInstances, DescribeRegions and GetPasswordData.

mod answer;
mod filter;
mod instance;
mod instances;
mod key_pair;
mod password;
mod regions;
mod response;

pub(crate) use answer::answer;
pub(crate) use password::WINDOWS_KEY;
