//! The EC2 query API (2016-11-15): instances and their power, Regions and passwords.

mod answer;
mod filter;
mod instance;
mod instance_row;
mod instances;
mod key_pair;
mod password;
mod power;
mod regions;
mod response;

pub(crate) use answer::answer;
pub(crate) use password::WINDOWS_KEY;
