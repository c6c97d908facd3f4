//! The driver of a session: tokio, TLS WebSocket and clock around the pure data channel of `postern-protocol`.
//!
//! # The life of a session
//! 1. **It begins** in one of three ways. [`Session::open`] asks AWS for it, [`Session::adopt`] takes one that somebody else
//!    asked for, [`Session::resume`] goes on with one that another driver left or lost. Each returns at once with two
//!    handles and a task behind them, the driver: [`Session`] is what the user does, [`SessionEvents`] is what happens, in
//!    order, in a queue with a bound. What is typed is kept from the first moment.
//!    Where the target is not connected because it has just started, AWS is asked again for a minute ([`AgentPatience`]).
//! 2. **Starting and opening** (`driver/starting`, `driver/opening`). A grant of AWS has an address and a token. The address
//!    is checked before anything is sent to it; then the socket is dialled (`dial`), upgraded (`link`), and the data channel
//!    opened on it. The agent may take long to answer: [`SessionState::Waiting`] has no time limit.
//! 3. **Connected** (`driver/connected`). The driver carries bytes and time to the data channel and its events to the
//!    consumer (`outlet`). The socket is read only while all events are handed over, so that a slow consumer holds back
//!    the agent; writing and pinging go on. A dead peer is found by pings (`liveness`). Encryption asks KMS meanwhile
//!    (`driver/data_key`).
//! 4. **Resuming** (`driver/resuming`). Each loss of the link, about one an hour by AWS's own doing, is resumed until AWS says
//!    that the session is gone. Attempts are spread (`backoff`); the user, a computer that wakes up (`wake`) and a network
//!    that comes back (`network`) hurry them. Nothing is lost and nothing comes twice.
//! 5. **It is left** by [`Session::terminate`], by dropping the handles, or by [`Session::detach`], which leaves it to the
//!    next driver as a [`SavedSession`]. A journaled session also gives its state while it runs ([`SavePoint`]), and sends
//!    nothing that none of them knows: so it survives a crash.
//! 6. **It is over**: [`SessionState::Ended`] or [`SessionState::Failed`] is the last event. AWS is made to end whatever it
//!    does not know to be over (`driver/termination`), in the background if need be, for as long as the program runs.
//!
//! Everything that a driver waits for, in whatever phase, it waits for in `driver/wait`. A panic ends its own session only.
//! [`dial`] and [`Link`] also serve who wants to know whether a gateway can be reached.

mod backoff;
mod dial;
mod driver;
mod end;
mod error;
mod event;
mod handle;
mod leave;
mod link;
mod liveness;
mod network;
mod options;
mod outlet;
mod saved;
mod system;
#[cfg(test)]
mod tests;
mod wake;

pub use dial::{ByteStream, dial};
pub use driver::AGENT_WAIT;
pub use end::{AgentWords, SessionEnd};
pub use error::{LinkError, SessionError};
pub use event::{SessionEncryption, SessionEvent, SessionState};
pub use handle::{Session, SessionEvents, SessionOver};
pub use link::Link;
pub use network::{NetworkUps, follow as follow_network};
pub use options::{AgentPatience, SessionOptions};
pub use postern_protocol::{
    ChannelFailure, Persistence, RestoreError, SessionKeys, SessionType, Snapshot, flag,
};
pub use saved::{SavePoint, SavedEncryption, SavedSession, SessionInput};
