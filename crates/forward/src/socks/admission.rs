//! The opening of a SOCKS client's connection: greeting, request, and whether the request is allowed.

use std::io::{self, IoSlice};
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use tokio::time::timeout;

use super::answer::SocksAnswer;
use super::request::{GREETED, SocksOpening, SocksStep};
use crate::entrance::Admission;
use crate::local::{LocalSocket, LocalStream, refuse};
use crate::notice::NoticeSender;
use crate::{ForwardError, PortDestination, SocksFault, SocksRules};

/// How long a client may take to say what it wants.
const PATIENCE: Duration = Duration::from_secs(10);
/// Longer than any request.
const SCRATCH_BYTES: usize = 512;

/// A client that waits to be connected.
pub(crate) struct SocksClient {
    pub(super) destination: PortDestination,
    pub(super) stream: LocalStream,
    pub(super) answer: SocksAnswer,
}

/// How clients of SOCKS come in.
pub(crate) struct SocksAdmission {
    rules: Arc<SocksRules>,
    notices: NoticeSender,
}

impl SocksAdmission {
    pub(crate) fn new(rules: SocksRules, notices: NoticeSender) -> Self {
        Self {
            rules: Arc::new(rules),
            notices,
        }
    }
}

impl Admission for SocksAdmission {
    type Admitted = SocksClient;

    fn admit(&self, socket: LocalSocket) -> BoxFuture<'static, Option<SocksClient>> {
        let (rules, notices) = (Arc::clone(&self.rules), self.notices.clone());
        async move {
            let client = match open(socket).await {
                Ok(client) => client,
                Err(SocksFault::Silent) => return None,
                Err(fault) => {
                    notices.lost(ForwardError::Socks(fault));
                    return None;
                }
            };
            let host = client.destination.host.as_deref().unwrap_or_default();
            if rules.allows(host) {
                return Some(client);
            }
            let destination = client.destination.to_string();
            let error = ForwardError::NotAllowed { destination };
            client.stream.fail(&error);
            notices.lost(error);
            None
        }
        .boxed()
    }
}

/// Listens to a client until it has said what it wants.
async fn open(socket: LocalSocket) -> Result<SocksClient, SocksFault> {
    let mut opening = SocksOpening::default();
    let asked = timeout(PATIENCE, listen(&socket, &mut opening)).await;
    match asked.unwrap_or(Err(SocksFault::TimedOut)) {
        Ok(destination) => {
            let answer = SocksAnswer::new(opening.into_rest());
            Ok(SocksClient {
                destination,
                stream: LocalStream::socks(socket, answer.clone()),
                answer,
            })
        }
        Err(fault) => {
            refuse(socket, opening.last_words(&fault));
            Err(fault)
        }
    }
}

async fn listen(socket: &LocalSocket, opening: &mut SocksOpening) -> Result<PortDestination, SocksFault> {
    let mut scratch = [0; SCRATCH_BYTES];
    let mut said_nothing = true;
    loop {
        match opening.poll()? {
            Some(SocksStep::Asked(destination)) => return Ok(destination),
            Some(SocksStep::Greeted) => {
                // The first bytes of the socket find room.
                socket
                    .try_write(&[IoSlice::new(&GREETED)])
                    .map_err(|_gone| SocksFault::Ended)?;
            }
            None => {
                socket.readable().await;
                match socket.try_read(&mut scratch) {
                    Ok(0) if said_nothing => return Err(SocksFault::Silent),
                    Ok(0) => return Err(SocksFault::Ended),
                    Ok(count) => opening.receive(scratch.get(..count).unwrap_or_default()),
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => continue,
                    Err(_reset) => return Err(SocksFault::Ended),
                }
                said_nothing = false;
            }
        }
    }
}
