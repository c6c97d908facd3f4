//! The program `session-manager-plugin`, started by the AWS CLI.

use std::process::ExitCode;

fn main() -> ExitCode {
    postern_cli::session_manager_plugin()
}
