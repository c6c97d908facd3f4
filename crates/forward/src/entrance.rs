//! The door behind the listeners, where connections say what they want before they are carried.

use std::io;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use futures_util::stream::FuturesUnordered;

use crate::ForwardError;
use crate::local::{Listeners, LocalSocket};

/// So many connections are listened to at a time; more wait at the system's.
const MOST: usize = 256;

/// How connections say what they want.
pub(crate) trait Admission: Send {
    /// A connection with what it wants.
    type Admitted: Send + 'static;

    /// Listens to it, for so long and no longer; none where nothing can be made of it, which the client was told then.
    fn admit(&self, socket: LocalSocket) -> BoxFuture<'static, Option<Self::Admitted>>;
}

/// Takes connections and listens to what they want, to many at a time.
pub(crate) struct Entrance<A: Admission> {
    listeners: Listeners,
    admission: A,
    at_the_door: FuturesUnordered<BoxFuture<'static, Option<A::Admitted>>>,
}

impl<A: Admission> Entrance<A> {
    pub(crate) fn new(listeners: Listeners, admission: A) -> Self {
        Self {
            listeners,
            admission,
            at_the_door: FuturesUnordered::new(),
        }
    }

    /// The next connection that has said what it wants; errors as of [`Listeners::accept`]. Cancel safe.
    pub(crate) async fn accept(&mut self) -> io::Result<Result<A::Admitted, ForwardError>> {
        loop {
            let has_room = self.at_the_door.len() < MOST;
            tokio::select! {
                accepted = self.listeners.accept(), if has_room => match accepted? {
                    Ok(socket) => self.at_the_door.push(self.admission.admit(socket)),
                    Err(refused) => return Ok(Err(refused)),
                },
                Some(outcome) = self.at_the_door.next() => {
                    if let Some(admitted) = outcome {
                        return Ok(Ok(admitted));
                    }
                }
            }
        }
    }
}
