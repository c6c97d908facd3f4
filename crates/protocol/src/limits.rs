//! What bounds a channel: both what it holds and what a written state may hold.

/// What a user may type ahead of the agent. Above it the channel says "full"; it never drops.
pub(crate) const INPUT_BYTES: usize = 1 << 20;
/// What the official ends put into one message; the service's own limit is unknown.
pub(crate) const PAYLOAD_BYTES: usize = 1024;
/// How far the newest message may be ahead of the oldest one missing; the agent keeps 100,000 behind a gap.
pub(crate) const SENT_AHEAD: i64 = 10_000;
/// How many messages may be on their way at most.
pub(crate) const LARGEST_WINDOW: usize = 256;
/// How far ahead of the next expected message one may lie; the official client keeps as many.
pub(crate) const RECEIVED_AHEAD: i64 = 10_000;
/// What may wait behind a gap, so that a peer cannot fill the memory.
pub(crate) const HELD_BYTES: usize = 16 << 20;
/// What a held message costs besides its payload.
pub(crate) const HELD_OVERHEAD: usize = 256;
/// Acknowledgements that may wait for the socket; above it messages are left unacknowledged, so that they come again.
pub(crate) const WAITING_ACKNOWLEDGEMENTS: usize = 1 << 16;
/// What a flag that waits takes of the room for input, so that flags are bounded too.
const FLAG_COST: usize = 1024;

/// What a message behind a gap takes of the room there.
pub(crate) fn cost_of_held(payload: &[u8]) -> usize {
    payload.len().saturating_add(HELD_OVERHEAD)
}

/// What so many waiting flags take of the room for input.
pub(crate) fn cost_of_flags(flags: usize) -> usize {
    flags.saturating_mul(FLAG_COST)
}
