//! The files and variables through which the AWS CLI and SDKs find the simulator.

mod aws;
mod environment;
mod every_kind;
mod private;
mod scratch;

pub use aws::ClientFiles;
pub(crate) use aws::write_aws_files;
pub(crate) use environment::{environment, write_environment_file};
pub(crate) use scratch::Scratch;
