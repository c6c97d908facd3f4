//! The agent's port plugin: TCP connections from the node, one for each stream of a client that multiplexes, or one
//! after the other. Its weaknesses are the real agent's (observed, and from its source).

mod channel;
mod destination;
mod mux;
mod mux_session;
mod single;
mod smux;
mod stream;
mod versions;

use tokio::sync::{mpsc, oneshot};
use tokio_util::task::AbortOnDropHandle;

use super::AgentTiming;
use super::port_parameters::PortParameters;
use super::program::{Controls, INPUT_PIECES, OUTPUT_PIECES, Program};
use super::program_context::ProgramContext;
use channel::{PortChannel, Upstream};
use destination::AgentDestination;
pub(super) use versions::EndVersions;

/// Starts the plugin; an error is what the client is told when the session closes.
pub(super) fn start(
    parameters: &PortParameters,
    context: &ProgramContext,
    versions: EndVersions<'_>,
    timing: AgentTiming,
) -> Result<Program, String> {
    let destination = AgentDestination::new(parameters, context.network.clone())?;
    let (input_sender, input) = mpsc::channel(INPUT_PIECES);
    let (output_sender, output) = mpsc::channel(OUTPUT_PIECES);
    let (failure_sender, failures) = mpsc::unbounded_channel();
    let (end_sender, end) = oneshot::channel();
    let channel = PortChannel {
        input,
        upstream: Upstream {
            output: output_sender,
            failures: failure_sender,
        },
    };
    let multiplexes = parameters.forwards() && versions.multiplex();
    let keep_alive = (!versions.need_no_keep_alive()).then_some(timing);
    let forwards = parameters.forwards();
    let serving = tokio::spawn(async move {
        let how = if multiplexes {
            mux::serve(channel, destination, keep_alive).await
        } else {
            single::serve(channel, destination, forwards).await
        };
        // Nobody may want to know any more.
        let _ = end_sender.send(how);
    });
    Ok(Program {
        output,
        end,
        input: Some(input_sender),
        failures: Some(failures),
        controls: Controls::Port(AbortOnDropHandle::new(serving)),
    })
}
