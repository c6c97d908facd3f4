//! The EC2 query API (2016-11-15): DescribeInstances and DescribeRegions.

mod answer;
mod filter;
mod instance;
mod instances;
mod regions;
mod response;

pub(crate) use answer::answer;
