//! The session data channel as a pure state machine: bytes and time in, bytes and events out.
//!
//! A [`DataChannel`] is the client's end of one session with an SSM agent. Its socket leads to AWS's message gateway, which
//! relays to the agent; the agent runs the shell or the command. The channel does no input or output and has no clock and
//! no randomness: whoever drives it hands in frames, keys and the time ([`Moment`]), and after each call takes what it has
//! to say from [`DataChannel::poll_transmit`] and [`DataChannel::poll_event`]. So each interleaving can be played in a test.
//!
//! # The life of a channel
//! 1. **A socket.** [`DataChannel::new`] makes a channel without one. [`DataChannel::open`] tells it that one is up and gives
//!    the first frame for it, with the token of StartSession. The agent speaks first.
//! 2. **The opening** (`stage/opening`). A shell without encryption begins with output. Everything else begins with a
//!    handshake: the agent requests, the channel responds once (`handshake`), the agent completes. With a KMS key the
//!    channel asks for it ([`ChannelEvent::DataKeyWanted`]), and the agent proves that it has the same (`cipher`). Until
//!    [`ChannelEvent::Ready`] only this and acknowledgements are sent; what is typed waits. A message out of its place ends
//!    the session ([`ChannelEvent::Failed`]).
//! 3. **Data flows** (`stage/streaming`). Each message of the agent has a number. The `inbox` puts them in order, keeps those
//!    that are early and drops those that come again; each is acknowledged, whether it was new or not, because the agent
//!    repeats the oldest that it misses for ever. Input (`input`) is cut into messages, which the `outbox` keeps with their
//!    numbers and their bytes until the agent acknowledges them. The `window` says how many may be on their way, the
//!    `round_trip` when to send one again ([`DataChannel::next_timeout`]).
//! 4. **The agent is away.** The service says when the agent's own socket is gone and back. No timer repeats anything
//!    meanwhile.
//! 5. **The socket is lost**, about once an hour by AWS's own doing. [`DataChannel::link_lost`] holds everything; the next
//!    `open`, with the token of ResumeSession, goes on with the same numbers and sends again what was not acknowledged.
//! 6. **The process is left or lost.** A channel can be written down and another process goes on with it
//!    ([`DataChannel::restore`]): once, when it is left in order ([`DataChannel::into_snapshot`]), or again and again, so
//!    that it survives a crash ([`DataChannel::snapshot`]). Then nothing leaves it that no written [`Snapshot`] knows.
//! 7. **The end.** [`ChannelEvent::Closed`] or [`ChannelEvent::Failed`]; nothing is delivered behind it.
//!
//! A port session carries connections in its bytes: a [`Mux`] makes many streams of them, a [`BasicPort`] one after the other,
//! and [`PortMode`] says which ([`SessionType::Port`]).
//!
//! The messages themselves are `wire` (the frame) and `payload` (what is in it), for both ends. Every input from the wire
//! is bounded and none panics. `docs/PROTOCOL.md` has the rules and where they come from.

mod acknowledgement;
mod basic_port;
mod channel;
mod cipher;
mod config;
mod data_key;
mod error;
mod event;
mod handshake;
mod ids;
mod inbox;
mod input;
mod limits;
mod moment;
mod mux;
mod outbox;
mod payload;
mod port_flag;
mod port_mode;
mod round_trip;
mod snapshot;
mod stage;
mod window;
mod wire;

pub use basic_port::{BasicOutput, BasicPort};
pub use channel::DataChannel;
pub use config::{ChannelConfig, EncryptionRule, Persistence};
pub use data_key::{DataKey, DataKeyWanted, InvalidDataKey};
pub use error::{ChannelFailure, FrameError};
pub use event::{ChannelEvent, SessionType};
pub use moment::Moment;
pub use mux::{Mux, MuxError, MuxEvent, MuxLimits, StreamError, StreamFailure, StreamId};
pub use payload::{
    Acknowledge, ActionStatus, ChannelClosed, EncryptionChallenge, ExitCode, HandshakeComplete,
    HandshakeRequest, HandshakeResponse, JsonPayload, KmsParameters, KmsResult, OpenDataChannel,
    PayloadError, ProcessedAction, RequestedAction, SessionTypeParameters, Size, flag,
};
pub use port_flag::PortFlag;
pub use port_mode::PortMode;
pub use snapshot::{RestoreError, SessionKeys, Snapshot, SnapshotDefect, SnapshotMark, SnapshotUnavailable};
pub use wire::{Message, MessageKind, PayloadType, WireError};
