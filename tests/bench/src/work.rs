//! The work that is measured, as the address of a session names it.

use std::fmt;
use std::str::FromStr;

/// The payload of every message of output, as agents send it.
pub const PAYLOAD_BYTES: usize = 1024;

/// What the agent prints first, so that a consumer knows where the measured bytes begin.
pub const PROMPT: &[u8] = b"postern-bench$ ";

/// What a client types to make the output begin.
pub const GO: &[u8] = b"go";

/// What a client types to be sent away: Ctrl-D.
pub const BYE: u8 = 4;

/// One piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Work {
    /// After [`GO`] the agent sends so many messages of output, waits for their acknowledgement and closes.
    Output {
        /// Messages of [`PAYLOAD_BYTES`].
        messages: u64,
    },
    /// After the prompt the client types so many bytes; the agent closes when it has them.
    Input {
        /// Bytes.
        bytes: u64,
    },
    /// The agent types back what it gets, until [`BYE`].
    Echo {
        /// Keystrokes.
        keys: u32,
    },
    /// The prompt, then [`BYE`].
    Start,
    /// The prompt, then nothing.
    Idle {
        /// Sessions of one process.
        sessions: u32,
    },
    /// A port session: each connection says itself what it is for.
    Ports,
}

/// What is measured through a forward.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForwardWork {
    /// So many connections at once are sent so many chunks each.
    Down {
        /// Connections.
        streams: u32,
        /// Chunks of each.
        chunks: u64,
    },
    /// So many connections at once send so many bytes each.
    Up {
        /// Connections.
        streams: u32,
        /// Bytes of each.
        bytes: u64,
    },
    /// So many connections one after the other, each with one byte there and back.
    Open {
        /// Connections.
        connections: u32,
    },
}

impl fmt::Display for Work {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Output { messages } => write!(f, "output-{messages}"),
            Self::Input { bytes } => write!(f, "input-{bytes}"),
            Self::Echo { keys } => write!(f, "echo-{keys}"),
            Self::Start => f.write_str("start-1"),
            Self::Idle { sessions } => write!(f, "idle-{sessions}"),
            Self::Ports => f.write_str("ports-1"),
        }
    }
}

impl FromStr for Work {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let unknown = || format!("There is no work named {text}.");
        let (name, count) = text.split_once('-').ok_or_else(unknown)?;
        let count: u64 = count.parse().map_err(|_| unknown())?;
        let small = || u32::try_from(count).map_err(|_| unknown());
        match name {
            "output" => Ok(Self::Output { messages: count }),
            "input" => Ok(Self::Input { bytes: count }),
            "echo" => Ok(Self::Echo { keys: small()? }),
            "start" => Ok(Self::Start),
            "idle" => Ok(Self::Idle { sessions: small()? }),
            "ports" => Ok(Self::Ports),
            _ => Err(unknown()),
        }
    }
}
