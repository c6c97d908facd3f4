//! The message gateway: the WebSocket side of a session's data channel.

mod data_channel;
#[cfg(test)]
mod tests;

pub(crate) use data_channel::data_channel;
