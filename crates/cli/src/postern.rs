//! The program `postern`: reads its arguments and runs one command.

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::{Arguments, Command};
use crate::{
    connect, exec, forward, forwards, import, logging, login, logout, nodes, power, rdp, remote_hosts,
    runtime, simulate, ssh_config, ssh_proxy, sync, whoami,
};

/// Runs `postern` with the arguments of the process.
#[must_use]
pub fn postern() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(answer) => return say(&answer),
    };
    logging::start();
    let status = match arguments.command {
        Command::Exec(_) => exec::of_failure,
        Command::Connect(_)
        | Command::Forward(_)
        | Command::Socks(_)
        | Command::Forwards(_)
        | Command::SshProxy(_)
        | Command::SshConfig(_)
        | Command::Nodes(_)
        | Command::Sync(_)
        | Command::Start(_)
        | Command::Stop(_)
        | Command::Reboot(_)
        | Command::RemoteHosts(_)
        | Command::Rdp(_)
        | Command::Import(_)
        | Command::Export(_)
        | Command::Login(_)
        | Command::Logout(_)
        | Command::Whoami(_)
        | Command::Simulate(_) => runtime::failed,
    };
    runtime::block_on("postern", status, async {
        match arguments.command {
            Command::Connect(arguments) => connect::connect(arguments).await,
            Command::Exec(arguments) => exec::exec(arguments).await,
            Command::Forward(arguments) => forward::forward(arguments).await,
            Command::Socks(arguments) => forward::socks(arguments).await,
            Command::Forwards(arguments) => forwards::forwards(arguments).await,
            Command::SshProxy(arguments) => ssh_proxy::ssh_proxy(arguments).await,
            Command::SshConfig(arguments) => ssh_config::ssh_config(&arguments),
            Command::Nodes(arguments) => nodes::nodes(arguments).await,
            Command::Sync(arguments) => sync::sync(arguments).await,
            Command::Start(arguments) => power::start(arguments).await,
            Command::Stop(arguments) => power::stop(arguments).await,
            Command::Reboot(arguments) => power::reboot(arguments).await,
            Command::Rdp(arguments) => rdp::rdp(arguments).await,
            Command::Import(arguments) => import::import(&arguments),
            Command::Export(arguments) => import::export_all(&arguments),
            Command::RemoteHosts(arguments) => remote_hosts::remote_hosts(arguments).await,
            Command::Login(arguments) => login::login(arguments).await,
            Command::Logout(arguments) => logout::logout(arguments).await,
            Command::Whoami(arguments) => whoami::whoami(arguments).await,
            Command::Simulate(arguments) => simulate::simulate(arguments).await,
        }
    })
}

/// Help on standard output, or what is wrong with the arguments on standard error; exit status 2, but for `exec`, where
/// that could be the command's.
fn say(answer: &clap::Error) -> ExitCode {
    let _nobody_reads = answer.print();
    let is_exec = std::env::args_os().nth(1).is_some_and(|name| name == "exec");
    match u8::try_from(answer.exit_code()) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) if is_exec => ExitCode::from(postern_exec::FAILED),
        Ok(status) => ExitCode::from(status),
        Err(_) => ExitCode::FAILURE,
    }
}
