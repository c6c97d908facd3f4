//! The drop-in for AWS's `session-manager-plugin`: the AWS CLI starts the session and hands it over on the command line
//! (protocol §11).
//!
//! Deviations from the official program:
//! - The exit status is that of the command where its document tells one (separate output), and 1 after a failure, with
//!   its cause on standard error; the official one gives 0 whatever happened. The AWS CLI turns any status but 0 into 255,
//!   so the words `EXIT_CODE: n`, which scripts look for, are printed as well.
//! - Standard error of such a command goes to standard error; the official one mixes the two.
//! - At the end of standard input Ctrl-D is typed; the official one leaves the shell running.
//! - A command without a terminal is interrupted by a first Ctrl-C and left by a second.
//! - A forwarded port is listened on at 127.0.0.1 and ::1, stays open while the link is resumed, and answers are delivered
//!   after a half-close.
//! - Nothing is printed behind the last byte of a session of AWS-StartSSHSession, which may be anything.
//! - The endpoint that `aws ecs execute-command` hands over is ECS's own and not taken for that of Systems Manager.

mod call;
mod grant;
mod ports;

use std::process::ExitCode;
use std::sync::Arc;

use postern_model::{EncryptionPolicy, Scope};
use postern_session::{Session, SessionError, SessionOptions};

use crate::attach::{Attached, attach_or_hand_over, initial_size};
use crate::failure::Failure;
use crate::wording::Wording;
use crate::{console, control_plane, logging, runtime};
use call::{Call, Handover};

const PROGRAM: &str = "session-manager-plugin";

/// What the AWS CLI is told. It warns below 1.2.764.0, the oldest version whose way of opening a session AWS supports.
const VERSION: &str = "1.2.896.0";

const INSTALLED: &str =
    "\nThe Session Manager plugin was installed successfully. Use the AWS CLI to start a session.\n\n";

/// Runs the drop-in with the arguments of the process.
#[must_use]
pub fn session_manager_plugin() -> ExitCode {
    // An argument that is not Unicode is none of AWS's.
    let arguments: Vec<String> = std::env::args_os()
        .skip(1)
        .map(|text| text.to_string_lossy().into_owned())
        .collect();
    match Call::read(&arguments) {
        Call::Probe => said(INSTALLED, ExitCode::SUCCESS),
        Call::Version => said(&format!("{VERSION}\n"), ExitCode::SUCCESS),
        Call::Unknown { operation } => said(&unknown(&operation), ExitCode::FAILURE),
        Call::Session(handover) => {
            logging::start();
            runtime::block_on_here(PROGRAM, runtime::failed, run(handover))
        }
    }
}

fn said(text: &str, status: ExitCode) -> ExitCode {
    let _nobody_reads = console::to_stdout(text);
    status
}

fn unknown(operation: &str) -> String {
    format!("\nUnknown operation {operation}. \nUse {PROGRAM} --version to check the version.\n\n")
}

async fn run(handover: Handover) -> Result<ExitCode, Failure> {
    let session = handover.parse(|name| std::env::var(name).ok())?;
    let control = control_plane::of_user().await;
    let control = match session.endpoint {
        Some(endpoint) => control.with_ssm_endpoint(endpoint),
        None => control,
    };
    let scope = Scope {
        profile: session.profile,
        region: session.region,
    };
    let options = SessionOptions {
        size: Some(initial_size()),
        encryption: EncryptionPolicy::Prefer,
        port_sessions: true,
        ..SessionOptions::default()
    };
    let (session, events) = Session::adopt(Arc::new(control), scope, session.grant, session.target, options);
    match attach_or_hand_over(session, events, Wording::Plugin).await {
        Ok(Attached::Over(status)) => Ok(status),
        Ok(Attached::Ports(ports)) => ports::forward(*ports).await,
        Err(Failure::Session(SessionError::NoTarget)) => Err(Failure::OldAwsCli),
        Err(failure) => Err(failure),
    }
}
