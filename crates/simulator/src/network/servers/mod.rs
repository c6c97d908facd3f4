//! The servers inside the simulator. Each serves one connection.

mod database;
mod plain;
mod web;

use tokio::io::DuplexStream;
use tokio_util::task::AbortOnDropHandle;

use super::listeners::SimulatedServer;

/// How many bytes wait on the way in each direction.
const BUFFER_BYTES: usize = 64 * 1024;

/// Starts the server of one connection and gives the other end of that.
pub(super) fn start(server: SimulatedServer) -> (DuplexStream, AbortOnDropHandle<()>) {
    let (ours, theirs) = tokio::io::duplex(BUFFER_BYTES);
    let serving = tokio::spawn(async move {
        // It fails when the other end is gone, and then nobody is left to tell.
        let _ = serve(server, theirs).await;
    });
    (ours, AbortOnDropHandle::new(serving))
}

async fn serve(server: SimulatedServer, stream: DuplexStream) -> std::io::Result<()> {
    match server {
        SimulatedServer::Echo => plain::echo(stream).await,
        SimulatedServer::Web => web::serve(stream).await,
        SimulatedServer::SpeaksFirst => database::serve(stream).await,
        SimulatedServer::ReadsSlowly { bytes_per_second } => {
            plain::read_slowly(stream, bytes_per_second).await
        }
        SimulatedServer::StopsReading { after } => plain::stop_reading(stream, after).await,
        SimulatedServer::Sends { bytes } => plain::send(stream, bytes).await,
        SimulatedServer::HalfCloses => plain::half_close(stream).await,
        // The others have no connection that could be served here.
        SimulatedServer::EndsAtOnce
        | SimulatedServer::Loopback(_)
        | SimulatedServer::NeverAnswers
        | SimulatedServer::Refuses => Ok(()),
    }
}
