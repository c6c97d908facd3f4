//! Where the connections of a forward come from.

use std::future::pending;
use std::io;

use tokio::sync::mpsc;

use crate::ForwardError;
use crate::entrance::Entrance;
use crate::local::{Listeners, LocalStream};
use crate::web::WebAdmission;

/// Where the connections of a forward come from.
pub(crate) enum Arrivals {
    /// Its own local end.
    Plain(Listeners),
    /// Its own local end, where browsers say first what they want.
    Web(Entrance<WebAdmission>),
    /// Somebody who has a local end, and many forwards behind it.
    Given(mpsc::Receiver<LocalStream>),
}

impl Arrivals {
    /// The next connection; an inner error is one that was refused, an outer one of the system. Cancel safe.
    pub(crate) async fn accept(&mut self) -> io::Result<Result<LocalStream, ForwardError>> {
        match self {
            Self::Plain(listeners) => Ok(listeners.accept().await?.map(LocalStream::plain)),
            Self::Web(entrance) => entrance.accept().await,
            Self::Given(given) => match given.recv().await {
                Some(stream) => Ok(Ok(stream)),
                // Whoever gave them ends this forward, too.
                None => pending().await,
            },
        }
    }

    /// Takes no more, and gives back what was given and not accepted.
    pub(crate) fn close(&mut self) -> Vec<LocalStream> {
        let mut left = Vec::new();
        if let Self::Given(given) = self {
            given.close();
            left.extend(std::iter::from_fn(|| given.try_recv().ok()));
        }
        left
    }
}
