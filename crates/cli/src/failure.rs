//! Why a command failed: cause and next step, for standard error.

mod exec;

use std::io;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;

use postern_exec::ExecError;
use postern_forward::ForwardError;
use postern_model::{ControlError, ProfileName, SignInKey, ended, system_text};
use postern_remote_desktop::DesktopError;
use postern_session::{SessionEnd, SessionError};
use postern_simulator::SimulatorError;
use postern_store::StoreError;
use thiserror::Error;

use crate::import_failure::ImportFailure;
use crate::ssh_key_error::SshKeyError;

/// The cause of exit status 1.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    /// Threads cannot be made.
    #[error("The program cannot start its threads: {}", ended(&system_text(.0)))]
    Runtime(io::Error),
    /// AWS, or its configuration, said no.
    #[error(transparent)]
    Control(#[from] ControlError),
    /// The session could not be started or kept.
    #[error(transparent)]
    Session(#[from] SessionError),
    /// The session ended in a way that the user did not ask for.
    #[error("{}", .0.reason())]
    End(SessionEnd),
    /// A command was not run, or what became of it is not known.
    #[error("{}", exec::cause(.0))]
    Exec(#[from] ExecError),
    /// A forward could not be opened or kept.
    #[error("{0}")]
    Forward(Arc<ForwardError>),
    /// What the window keeps cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// No forward was declared under this name.
    #[error("No forward and no group of forwards is called {word:?}.")]
    NoSuchForward {
        /// What was asked for.
        word: String,
        /// The names that there are.
        known: Vec<String>,
    },
    /// Its saved connection is gone.
    #[error("The saved connection that the forward {0} goes by was deleted.")]
    NoConnection(String),
    /// Another program runs it.
    #[error("The forward {name} is on already, in {program} (pid {process}).")]
    ForwardIsOn {
        /// The forward.
        name: String,
        /// What runs it.
        program: String,
        /// Its process.
        process: u32,
    },
    /// The window's settings have none, or none that was named.
    #[error("No pair of AWS profile and Region takes part in sync here.")]
    NoPairs,
    /// There was nothing to stop.
    #[error("None of these forwards is on.")]
    NothingIsOn,
    /// Nobody typed the address that others could reach.
    #[error("Nothing listens on {0}, because nobody confirmed it by typing it again.")]
    NotConfirmed(IpAddr),
    /// Nobody confirmed what several instances, or production, are to be told.
    #[error("Nothing was told to {word}, because nobody confirmed that.")]
    PowerNotConfirmed {
        /// The word of the order.
        word: &'static str,
    },
    /// Nothing was found that could be told.
    #[error("No instance was found for {question}.")]
    NoInstance {
        /// What was asked for.
        question: String,
    },
    /// A question finds no node that a session could be opened to.
    #[error("No running node was found for {question}.")]
    NoNode {
        /// What was asked for.
        question: String,
        /// Names that are like it.
        like: Vec<String>,
    },
    /// A question finds more nodes than one, and nobody can be asked.
    #[error("{count} running nodes were found for {question}.")]
    SeveralNodes {
        /// What was asked for.
        question: String,
        /// How many.
        count: usize,
    },
    /// Nobody chose, or nobody confirmed that production is meant.
    #[error("No session was opened, because nobody confirmed it.")]
    ConnectNotConfirmed,
    /// A file of ssh's cannot be read or written.
    #[error("{} cannot be {what}: {}", path.display(), ended(&system_text(error)))]
    SshConfig {
        /// The file.
        path: PathBuf,
        /// What was tried: read or written.
        what: &'static str,
        /// What the system said.
        error: io::Error,
    },
    /// A desktop could not be opened, or its password not be had.
    #[error(transparent)]
    Desktop(#[from] DesktopError),
    /// An instance was not given a key for ssh.
    #[error(transparent)]
    SshKey(#[from] SshKeyError),
    /// Nobody knows whose file is meant.
    #[error("The folder of ssh's files is not known.")]
    NoHome,
    /// A signal told the program to leave.
    #[error("The session was terminated because of {0}.")]
    Signal(&'static str),
    /// The session was left and AWS could not be told.
    #[error("The session was left{}, and AWS could not be told.", signal.map_or_else(String::new, |name| format!(" because of {name}")))]
    LeftBehind {
        /// The signal that told the program to leave.
        signal: Option<&'static str>,
    },
    /// A signal told the program to leave before anybody had confirmed the sign-in.
    #[error("The sign-in was given up because of {0}.")]
    SignInLeft(&'static str),
    /// The sign-in is forgotten here, and Identity Center could not be told.
    #[error("Signed out of {key} on this computer only. {error}")]
    SignedOutHereOnly {
        /// The sign-in.
        key: SignInKey,
        /// Why.
        error: ControlError,
    },
    /// The profile has credentials of another kind.
    #[error("The credentials of {profile} come from no sign-in to IAM Identity Center.")]
    NoSignIn {
        /// The profile that was named.
        profile: ProfileName,
    },
    /// The AWS configuration has no sign-in at all.
    #[error("The AWS configuration has no sign-in to IAM Identity Center.")]
    NoSignIns,
    /// Nobody said which one.
    #[error("There are several sign-ins.")]
    WhichSignIn {
        /// All of them.
        known: Vec<String>,
    },
    /// The user left a second time, because the end of the session took its time.
    #[error("Left without waiting for the end of the session.")]
    LeftAtOnce,
    /// Nobody reads the output any more, or there is no room for it.
    #[error("Standard output takes no more, so the session was terminated.")]
    OutputClosed,
    /// What was read could not be written.
    #[error("Standard output cannot be written: {}", ended(&system_text(.0)))]
    Output(io::Error),
    /// Nothing was imported or exported.
    #[error(transparent)]
    Import(#[from] ImportFailure),
    /// The terminal does not obey.
    #[error("The terminal cannot be used: {}", ended(&system_text(.0)))]
    Terminal(io::Error),
    /// The simulator does not run.
    #[error(transparent)]
    Simulator(#[from] SimulatorError),
    /// The AWS CLI handed over something that cannot be used.
    #[error("The AWS CLI handed over {what} that cannot be used. {}", ended(why))]
    Handover { what: &'static str, why: String },
    /// The AWS CLI did not hand over the target, which an encrypted session needs. The official program's words.
    #[error(
        "Installed version of CLI does not support Session Manager encryption feature. Please upgrade to the latest version of your CLI (e.g., AWS CLI)."
    )]
    OldAwsCli,
    /// The plugin was called for something else than a session.
    #[error("Invalid Operation {}", ended(.0))]
    Operation(String),
}

/// The next step after a call to AWS failed, in the words of the command line.
pub(crate) fn next_step(error: &ControlError) -> String {
    if let Some(sign_in) = error.sign_in() {
        format!(
            "Run `postern login --sso-session {}`, then retry.",
            word(sign_in.as_str())
        )
    } else if matches!(error, ControlError::NoRegion { .. }) {
        "Name one with --region, or set `region` in the AWS configuration.".into()
    } else {
        error.next_step()
    }
}

/// The next step after a forward or one of its connections failed.
pub(crate) fn forward_next_step(error: &ForwardError) -> String {
    if let ForwardError::Session(SessionError::Control(error)) = error {
        next_step(error)
    } else {
        error.next_step()
    }
}

/// A name as one word of a shell.
pub(crate) fn word(name: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || "-_./:@+%,".contains(c);
    if name.chars().all(is_plain) {
        name.to_owned()
    } else {
        format!("'{}'", name.replace('\'', r"'\''"))
    }
}

impl Failure {
    /// What the user can do about it, one sentence.
    pub(crate) fn next_step(&self) -> String {
        match self {
            Self::Runtime(_) => "Check this computer's limits on threads and open files.".into(),
            Self::Control(error) | Self::Session(SessionError::Control(error)) => next_step(error),
            Self::Session(error) => error.next_step(),
            Self::Exec(error) => exec::next_step(error).into(),
            Self::Forward(error) => forward_next_step(error),
            Self::Store(error) => error.next_step().into(),
            Self::Import(error) => error.next_step().into(),
            Self::NoSuchForward { known, .. } if known.is_empty() => {
                "Declare forwards in the window first.".into()
            }
            Self::NoSuchForward { known, .. } => format!("There are: {}.", known.join(", ")),
            Self::NoConnection(_) => "Edit the forward in the window and choose another one.".into(),
            Self::ForwardIsOn { .. } => "Use it, or stop it with `postern forwards stop`.".into(),
            Self::NoPairs => {
                "Add or turn one on in the settings of the window, or use `postern nodes`.".into()
            }
            Self::NothingIsOn => "`postern forwards` lists those that are.".into(),
            Self::NotConfirmed(_) => "Run it in a terminal, or leave --bind out.".into(),
            Self::PowerNotConfirmed { .. } => "Run it in a terminal, or with --yes.".into(),
            Self::NoInstance { .. } => {
                "Check the profile and the Region; `postern nodes --all-states` lists what is there.".into()
            }
            Self::NoNode { like, .. } if !like.is_empty() => {
                format!("Like it are: {}.", like.join(", "))
            }
            Self::NoNode { .. } => {
                "Check the profile and the Region; `postern nodes --all-states` lists what is there.".into()
            }
            Self::SeveralNodes { .. } => "Ask for less, or add --pick newest or --pick healthiest.".into(),
            Self::ConnectNotConfirmed => "Run it in a terminal, or with --yes.".into(),
            Self::SshConfig { .. } => "Check its rights, or name another file with --file.".into(),
            Self::Desktop(DesktopError::Forward(error)) => forward_next_step(error),
            Self::Desktop(error) => error.next_step(),
            Self::SshKey(error) => error.next_step().into(),
            Self::NoHome => "Name the file with --file.".into(),
            Self::End(_) => "Connect again for a new session.".into(),
            Self::Signal(_) | Self::OutputClosed => "Connect again for a new session.".into(),
            Self::SignInLeft(_) => "Run `postern login` again.".into(),
            Self::SignedOutHereOnly { .. } => {
                "It ends there by itself. To end it now, sign out in the access portal.".into()
            }
            Self::NoSignIn { profile } => {
                format!("Run `postern whoami --profile {profile}` to see where they come from.")
            }
            Self::NoSignIns => "Add one with `aws configure sso`, then try again.".into(),
            Self::WhichSignIn { known } => format!("Name one with --sso-session: {}.", known.join(", ")),
            Self::LeftBehind { .. } | Self::LeftAtOnce => SessionEnd::KEPT_BY_AWS.into(),
            Self::Output(_) => "Check where the output goes, then try again.".into(),
            Self::Terminal(_) => "Run it in a terminal, or redirect standard input.".into(),
            Self::Simulator(error) => error.next_step().into(),
            Self::Handover { .. } => {
                "Start the session with `aws ssm start-session`, or use `postern connect`.".into()
            }
            Self::OldAwsCli => "Or use `postern connect`, which needs no AWS CLI.".into(),
            Self::Operation(_) => "The only operation is StartSession.".into(),
        }
    }

    /// What AWS said, where that says more than the cause.
    pub(crate) fn detail(&self) -> Option<&str> {
        match self {
            Self::Control(error) => error.detail(),
            Self::Session(error) => error.detail(),
            Self::Forward(error) => error.detail(),
            Self::Desktop(error) => error.detail(),
            Self::Store(_)
            | Self::Import(_)
            | Self::NoSuchForward { .. }
            | Self::NoConnection(_)
            | Self::ForwardIsOn { .. }
            | Self::NoPairs
            | Self::NothingIsOn
            | Self::NotConfirmed(_)
            | Self::PowerNotConfirmed { .. }
            | Self::NoInstance { .. }
            | Self::NoNode { .. }
            | Self::SeveralNodes { .. }
            | Self::ConnectNotConfirmed
            | Self::SshConfig { .. }
            | Self::SshKey(_)
            | Self::NoHome
            | Self::Runtime(_)
            | Self::End(_)
            | Self::Exec(_)
            | Self::Signal(_)
            | Self::SignInLeft(_)
            | Self::SignedOutHereOnly { .. }
            | Self::NoSignIn { .. }
            | Self::NoSignIns
            | Self::WhichSignIn { .. }
            | Self::LeftBehind { .. }
            | Self::LeftAtOnce
            | Self::OutputClosed
            | Self::Output(_)
            | Self::Terminal(_)
            | Self::Simulator(_)
            | Self::Handover { .. }
            | Self::OldAwsCli
            | Self::Operation(_) => None,
        }
    }
}

#[cfg(test)]
mod tests;
