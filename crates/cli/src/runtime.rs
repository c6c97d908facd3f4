//! Runs a command to its exit status.

use std::process::ExitCode;

use tokio::runtime::Builder;

use crate::console;
use crate::failure::Failure;

/// The exit status of a failure where nothing else is said.
pub(crate) fn failed(_: &Failure) -> ExitCode {
    ExitCode::FAILURE
}

/// Like [`block_on`] in this thread alone, for a program that is one session: every key and every answer would
/// otherwise be handed from thread to thread.
pub(crate) fn block_on_here(
    program: &str,
    status: fn(&Failure) -> ExitCode,
    work: impl Future<Output = Result<ExitCode, Failure>>,
) -> ExitCode {
    run(&mut Builder::new_current_thread(), program, status, work)
}

/// Runs `work`; a failure goes to standard error with its cause and next step, and gives the exit status of `status`.
pub(crate) fn block_on(
    program: &str,
    status: fn(&Failure) -> ExitCode,
    work: impl Future<Output = Result<ExitCode, Failure>>,
) -> ExitCode {
    run(&mut Builder::new_multi_thread(), program, status, work)
}

fn run(
    builder: &mut Builder,
    program: &str,
    status: fn(&Failure) -> ExitCode,
    work: impl Future<Output = Result<ExitCode, Failure>>,
) -> ExitCode {
    let runtime = match builder.enable_all().build() {
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
