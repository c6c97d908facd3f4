//! The session data channel as a pure state machine: bytes and time in, bytes and events out.

mod acknowledgement;
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
mod moment;
mod outbox;
mod payload;
mod round_trip;
mod snapshot;
mod stage;
mod window;
mod wire;

pub use channel::{DataChannel, SnapshotMark};
pub use config::{ChannelConfig, EncryptionRule};
pub use data_key::{DataKey, DataKeyWanted, InvalidDataKey};
pub use error::{ChannelFailure, FrameError};
pub use event::{ChannelEvent, SessionType};
pub use moment::Moment;
pub use payload::{
    Acknowledge, ActionStatus, ChannelClosed, EncryptionChallenge, ExitCode, HandshakeComplete,
    HandshakeRequest, HandshakeResponse, JsonPayload, KmsParameters, KmsResult, OpenDataChannel,
    PayloadError, ProcessedAction, RequestedAction, SessionTypeParameters, Size, flag,
};
pub use snapshot::{RestoreError, SessionKeys, Snapshot, SnapshotDefect, SnapshotUnavailable};
pub use wire::{Message, MessageKind, PayloadType, WireError};
