//! What whole-app tests share: programs as processes, the simulator as a program, terminals.

mod desk;
mod forwards;
mod programs;
mod proxied_aws;
mod pty;
mod screen;
#[cfg(unix)]
mod sshd;

pub use desk::{Desk, takes_sessions};
pub use forwards::{ForwardProcess, PortWorld};
pub use programs::{SimulateProcess, aws_cli, aws_cli_2, online_node, path_with_drop_in, postern, program};
pub use proxied_aws::ProxiedAws;
pub use pty::Terminal;
pub use screen::{Screen, type_into};
#[cfg(unix)]
pub use sshd::Sshd;
