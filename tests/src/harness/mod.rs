//! What whole-app tests share: programs as processes, the simulator as a program, terminals.

mod desk;
mod programs;
mod pty;

pub use desk::{Desk, Screen, takes_sessions, type_into};
pub use programs::{SimulateProcess, aws_cli, aws_cli_2, online_node, postern, program};
pub use pty::Terminal;
