//! The program `postern`: reads its arguments and runs one command.

use std::process::ExitCode;

use clap::Parser;

use crate::arguments::{Arguments, Command};
use crate::{connect, logging, nodes, runtime, simulate};

/// Runs `postern` with the arguments of the process.
#[must_use]
pub fn postern() -> ExitCode {
    // Wrong usage is answered by clap: text on standard error, exit status 2.
    let arguments = Arguments::parse();
    logging::start();
    runtime::block_on("postern", async {
        match arguments.command {
            Command::Connect(arguments) => connect::connect(arguments).await,
            Command::Nodes(arguments) => nodes::nodes(arguments).await,
            Command::Simulate(arguments) => simulate::simulate(arguments).await,
        }
    })
}
