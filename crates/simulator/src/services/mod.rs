//! The services of AWS that sessions need, each answering calls that are signed and permitted.

mod caller;
pub(crate) mod console;
pub(crate) mod data_stores;
pub(crate) mod ec2;
pub(crate) mod ecs;
pub(crate) mod identity_center;
pub(crate) mod instance_connect;
pub(crate) mod kms;
pub(crate) mod ssm;
pub(crate) mod sts;
pub(crate) mod surroundings;

pub(crate) use caller::Caller;
