//! The AWS configuration and credentials files as the AWS CLI reads them: bytes in, sections out.
//!
//! The authority is botocore, the library below the AWS CLI, and the test `tests/botocore.rs` compares with it. Where botocore gives up
//! on a whole file, here only the section that it stumbled over cannot be used, and says why.

mod header;
mod ini;
mod named;
mod one_file;
mod own;
mod passed_over;
mod problem;
mod section;
mod sections;
mod text;
mod white_space;
mod words;

pub use passed_over::PassedOver;
pub use problem::{AwsFile, FileProblem};
pub use section::{Section, Setting, Value};
pub use sections::Sections;
pub use words::quoted;
