//! Runs a command to its exit status.

use std::process::ExitCode;

use crate::console;
use crate::failure::Failure;

/// The exit status of a failure where nothing else is said.
pub(crate) fn failed(_: &Failure) -> ExitCode {
    ExitCode::FAILURE
}

/// Runs `work`; a failure goes to standard error with its cause and next step, and gives the exit status of `status`.
pub(crate) fn block_on(
    program: &str,
    status: fn(&Failure) -> ExitCode,
    work: impl Future<Output = Result<ExitCode, Failure>>,
) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return report(program, status, &Failure::Runtime(error)),
    };
    let result = runtime.block_on(work);
    // A thread that waits for the keyboard, or a look-up that hangs, must not hold up the end.
    runtime.shutdown_background();
    result.unwrap_or_else(|failure| report(program, status, &failure))
}

fn report(program: &str, status: fn(&Failure) -> ExitCode, failure: &Failure) -> ExitCode {
    let detail = failure
        .detail()
        .map(|detail| format!("  {detail}\n"))
        .unwrap_or_default();
    let text = format!("{program}: {failure}\n{detail}  {}\n", failure.next_step());
    console::briefly(move || console::to_stderr(&text));
    status(failure)
}
