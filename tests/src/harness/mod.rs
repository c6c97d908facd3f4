//! What whole-app tests share: programs as processes, the simulator as a program, terminals.

mod programs;
mod pty;

pub use programs::{SimulateProcess, aws_cli, program};
pub use pty::Terminal;
