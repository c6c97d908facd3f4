//! `credential_process`: a program of the user's that prints credentials, run as the AWS CLI runs it, but never with the
//! input of this program.

mod answer;
mod command_line;
mod words;

use std::ffi::OsString;
use std::fmt;
use std::process::ExitStatus;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use async_trait::async_trait;
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, future};
use postern_model::ControlError;
use postern_subprocess::{Finished, Subprocess, SubprocessError, Terminal};
use thiserror::Error;

use answer::AnswerError;
use command_line::SplitError;

/// Long enough for a person to find a phone and to type a code.
const LIMIT: Duration = Duration::from_secs(60);

/// The AWS CLI hands its plugin the token of a session in `AWS_SSM_START_SESSION_RESPONSE` and a number that it chooses.
const TOKENS_OF_THE_AWS_CLI: &str = "AWS_SSM_START_SESSION_RESPONSE";

/// Where programs are searched for when this program's own `PATH` is not the user's.
#[async_trait]
pub trait SearchPath: Send + Sync {
    /// A value for `PATH`, or none for this program's own.
    async fn path(&self) -> Option<OsString>;
}

/// What a credential process finds around it.
#[derive(Clone, Default)]
pub(crate) struct ProcessSurroundings {
    /// The terminal that it may ask its user in.
    pub(crate) terminal: Option<Terminal>,
    pub(crate) search_path: Option<Arc<dyn SearchPath>>,
}

impl fmt::Debug for ProcessSurroundings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProcessSurroundings").finish_non_exhaustive()
    }
}

/// Why a credential process brought no credentials. Neither its arguments nor its output are in it, but for what is
/// known to be harmless.
#[derive(Debug, Error)]
#[error("{problem}")]
pub(crate) struct ProcessFailed {
    problem: ProcessProblem,
    /// The command to try out; none where that could not help.
    command: Option<String>,
}

#[derive(Debug, Error)]
enum ProcessProblem {
    #[error(transparent)]
    Split(#[from] SplitError),
    #[error(transparent)]
    Run(#[from] SubprocessError),
    #[error("it ended with {}{}", in_words(*status), if said.is_empty() { String::new() } else { format!(": {said}") })]
    Status { status: ExitStatus, said: String },
    #[error(transparent)]
    Answer(#[from] AnswerError),
}

impl ProcessFailed {
    /// The error of the profile `who`.
    pub(crate) fn explain(&self, who: String) -> ControlError {
        let (problem, detail) = self.problem.in_words();
        ControlError::CredentialProcess {
            who,
            problem,
            detail,
            command: self.command.clone(),
        }
    }
}

impl ProcessProblem {
    /// In a few words, and more of them where there is more to say.
    fn in_words(&self) -> (String, Option<String>) {
        let text = self.to_string();
        match self {
            Self::Run(SubprocessError::NotFound {
                searched: Some(path), ..
            }) => {
                let path = path.to_string_lossy();
                (format!("{text} in PATH ({path})"), Some(format!("PATH: {path}")))
            }
            Self::Run(SubprocessError::NotFound { program, .. }) if program.starts_with(['~', '$', '%']) => (
                format!("{text} (the command is not run by a shell, which would read ~ and variables)"),
                None,
            ),
            Self::Status { said, .. } if said.chars().count() > 150 => (text, Some(said.clone())),
            Self::Run(_) | Self::Split(_) | Self::Status { .. } | Self::Answer(_) => (text, None),
        }
    }
}

/// The credentials that `command` prints.
///
/// # Errors
/// [`CredentialsError::ProviderError`] with a [`ProcessFailed`] in it.
pub(crate) async fn credentials(
    command: &str,
    surroundings: &ProcessSurroundings,
) -> Result<Credentials, CredentialsError> {
    run(command, surroundings, LIMIT)
        .await
        .map_err(CredentialsError::provider_error)
}

async fn run(
    command: &str,
    surroundings: &ProcessSurroundings,
    limit: Duration,
) -> Result<Credentials, ProcessFailed> {
    let failed = |problem, command| ProcessFailed { problem, command };
    let (program, arguments) = command_line::split(command).map_err(|error| failed(error.into(), None))?;
    let shown = command_line::shown(&program, &arguments);
    tracing::debug!(command = shown, "a credential process starts");
    let search_path = match &surroundings.search_path {
        Some(search_path) => search_path.path().await,
        None => None,
    };
    let process = Subprocess::new(program, arguments, limit)
        .searching(search_path)
        .lent(surroundings.terminal.clone());
    let finished = without_tokens(process).run().await.map_err(|error| {
        let may_tell_more = !matches!(error, SubprocessError::NotFound { .. });
        failed(error.into(), may_tell_more.then(|| shown.clone()))
    })?;
    answer_of(&finished).map_err(|problem| failed(problem, Some(shown)))
}

fn answer_of(finished: &Finished) -> Result<Credentials, ProcessProblem> {
    if finished.status.success() {
        return Ok(answer::read(&finished.stdout, SystemTime::now())?);
    }
    Err(ProcessProblem::Status {
        status: finished.status,
        said: words::said(&finished.stderr),
    })
}

fn without_tokens(process: Subprocess) -> Subprocess {
    std::env::vars_os()
        .filter_map(|(name, _)| name.into_string().ok())
        .filter(|name| name.starts_with(TOKENS_OF_THE_AWS_CLI))
        .fold(process, Subprocess::hiding)
}

fn in_words(status: ExitStatus) -> String {
    #[cfg(unix)]
    if let Some(signal) = std::os::unix::process::ExitStatusExt::signal(&status) {
        return format!("signal {signal}");
    }
    status
        .code()
        .map_or_else(|| "no status".to_owned(), |code| format!("status {code}"))
}

/// The credential process of one profile.
#[derive(Debug)]
pub(crate) struct ProcessProvider {
    command: Command,
    surroundings: ProcessSurroundings,
}

/// Has no text: its arguments may be secret.
struct Command(String);

impl fmt::Debug for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Command")
    }
}

impl ProcessProvider {
    pub(crate) fn new(command: String, surroundings: ProcessSurroundings) -> Self {
        Self {
            command: Command(command),
            surroundings,
        }
    }
}

impl ProvideCredentials for ProcessProvider {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(credentials(&self.command.0, &self.surroundings))
    }
}

#[cfg(all(test, unix))]
mod tests;
