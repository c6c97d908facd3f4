//! What whole-app tests share: programs as processes, the simulator as a program, terminals.

mod desk;
mod programs;
mod proxied_aws;
mod pty;
mod screen;

pub use desk::{Desk, takes_sessions};
pub use programs::{SimulateProcess, aws_cli, aws_cli_2, online_node, postern, program};
pub use proxied_aws::ProxiedAws;
pub use pty::Terminal;
pub use screen::{Screen, type_into};
