//! One destination of a proxy: a forward without a local end, which the proxy gives its clients.

use std::sync::Arc;

use tokio::sync::mpsc;

use super::admission::SocksClient;
use super::answer::Reached;
use crate::arrivals::Arrivals;
use crate::local::LocalStream;
use crate::notice::NoticeSender;
use crate::{Forward, ForwardOptions, ForwardState, PortDestination, Via};

/// Clients under way to a destination.
const QUEUED: usize = 128;

/// One destination of a proxy.
pub(super) struct Route {
    pub(super) forward: Forward,
    gate: mpsc::Sender<LocalStream>,
    given: u64,
    reached: Reached,
    /// How it stood when it was last looked at.
    pub(super) seen: ForwardState,
}

impl Route {
    pub(super) fn start(
        destination: PortDestination,
        via: Arc<dyn Via>,
        options: ForwardOptions,
        notices: NoticeSender,
    ) -> Self {
        let (gate, given) = mpsc::channel(QUEUED);
        let forward = Forward::without_local_end(Arrivals::Given(given), destination, via, options, notices);
        let seen = forward.state().borrow().clone();
        Self {
            forward,
            gate,
            given: 0,
            reached: Reached::default(),
            seen,
        }
    }

    /// Takes a client; it comes back when the route is over, or too many wait already.
    pub(super) fn take(&mut self, client: SocksClient) -> Result<(), SocksClient> {
        let SocksClient {
            destination,
            stream,
            answer,
        } = client;
        answer.share(self.reached.clone());
        match self.gate.try_send(stream) {
            Ok(()) => {
                self.given += 1;
                Ok(())
            }
            Err(mpsc::error::TrySendError::Full(stream) | mpsc::error::TrySendError::Closed(stream)) => {
                Err(SocksClient {
                    destination,
                    stream,
                    answer,
                })
            }
        }
    }

    /// Whether a client is on its way to it or connected.
    pub(super) fn is_used(&self) -> bool {
        let traffic = &self.seen.traffic;
        traffic.open > 0 || traffic.taken < self.given
    }
}
