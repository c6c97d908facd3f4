//! What whole-app tests share: programs as processes, the simulator as a program, terminals.

mod desk;
mod forwards;
#[cfg(unix)]
mod loopback;
mod material;
#[cfg(target_os = "linux")]
mod postgres;
mod programs;
mod proxied_aws;
mod pty;
#[cfg(target_os = "linux")]
mod redis;
mod screen;
#[cfg(unix)]
mod sshd;

pub use desk::{Desk, takes_sessions};
pub use forwards::{ForwardProcess, PortWorld};
#[cfg(unix)]
pub use loopback::LoopbackServer;
pub use material::material;
#[cfg(target_os = "linux")]
pub use postgres::Postgres;
pub use programs::{SimulateProcess, aws_cli, aws_cli_2, online_node, path_with_drop_in, postern, program};
pub use proxied_aws::ProxiedAws;
pub use pty::Terminal;
#[cfg(target_os = "linux")]
pub use redis::Redis;
pub use screen::{Screen, type_into};
#[cfg(unix)]
pub use sshd::Sshd;
