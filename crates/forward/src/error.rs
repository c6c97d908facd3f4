//! What stands between a forward and its connections: cause and next step.

use std::io;
use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use postern_model::{ControlError, TagQuery, ended, system_text};
use postern_session::{SessionEnd, SessionError};
use thiserror::Error;

use crate::{SocksFault, WebRefusal};

/// How an agent says that a host may not be reached through it.
const DENIED: &str = "Forwarding to IP address";

/// Why a forward cannot start or go on, or why one of its connections ended.
#[derive(Debug, Error)]
pub enum ForwardError {
    /// Another program has the local port.
    #[error("Port {port} is already taken{}.", owner.as_ref().map_or_else(String::new, |owner| format!(" by {owner}")))]
    PortTaken {
        /// The port.
        port: u16,
        /// The program with its number, where the system tells.
        owner: Option<String>,
        /// The next port that is free on all addresses.
        free: Option<u16>,
    },
    /// The system keeps low ports for its administrator.
    #[error("Port {port} needs the rights of an administrator.")]
    PortPrivileged {
        /// The port.
        port: u16,
    },
    /// The address is none of this computer's.
    #[error("{0} is no address of this computer.")]
    ForeignAddress(IpAddr),
    /// No port is free on the addresses of IPv4 and IPv6 at once.
    #[error("No local port is free.")]
    NoFreePort,
    /// The system does not let us listen.
    #[error("{address} cannot be listened on: {}", ended(&system_text(error)))]
    Listen {
        /// Where.
        address: String,
        /// What the system said.
        error: io::Error,
    },
    /// Something else is where the Unix socket is to be.
    #[error("{} is there already, and no socket that was left over.", path.display())]
    SocketTaken {
        /// The path.
        path: PathBuf,
    },
    /// Others could replace a socket in the folder.
    #[error("The folder {} can be written by other users, who could put a socket of theirs in the place of this one.", folder.display())]
    SharedFolder {
        /// The folder.
        folder: PathBuf,
    },
    /// Another user of this computer came.
    #[error("A connection of another user of this computer (uid {uid}) was refused.")]
    OtherUser {
        /// The user.
        uid: u32,
    },
    /// Nobody can tell whose connection it is any more.
    #[error("A connection was refused because its program was gone before it could be told whose it was.")]
    UnknownUser,
    /// A connection waited long enough.
    #[error("A connection was closed because there was no session for it within {} seconds.", .0.as_secs())]
    NoSessionInTime(Duration),
    /// The node could not connect to the destination.
    #[error("The node could not connect to {destination}.")]
    DialFailed {
        /// The destination.
        destination: String,
    },
    /// The reader of one connection held up all others.
    #[error("A connection was reset: {0}")]
    Stalled(String),
    /// The session was lost, with the connections in it.
    #[error("{0}")]
    Session(#[from] SessionError),
    /// The session ended, with the connections in it.
    #[error("{}", .0.reason())]
    End(SessionEnd),
    /// The agent takes no more input.
    #[error("The agent has acknowledged nothing for {} seconds, as it does when a destination stops reading.", .0.as_secs())]
    Wedged(Duration),
    /// The agent was asked whether it is there before a connection was given to it.
    #[error("The agent of the node has not answered for {} seconds.", .0.as_secs())]
    Silent(Duration),
    /// The agent does not let anybody reach the host.
    #[error("The agent refuses to connect to {destination}: {words}")]
    HostDenied {
        /// The destination.
        destination: String,
        /// The agent's words.
        words: String,
    },
    /// There is nothing to go by.
    #[error("No node is tagged {0} and has an SSM agent.")]
    NoTaggedNode(TagQuery),
    /// There are nodes, and none takes sessions now.
    #[error("None of the {listed} nodes tagged {query} runs and has an agent that answers.")]
    NoHealthyNode {
        /// The tags.
        query: TagQuery,
        /// How many nodes have them.
        listed: usize,
    },
    /// The document makes sessions of another kind.
    #[error("The session is none of ports, so it was left.")]
    NoPortSession,
    /// Nothing of a stream was acknowledged: an agent that cannot connect loses its worker and says nothing for a minute.
    #[error("The port of the node does not answer: most likely nothing listens there.")]
    Unanswered,
    /// The agent is older than forwards with several connections.
    #[error("The SSM agent of the node is too old to reach other hosts.")]
    OldAgent,
    /// The agent carries so many connections already, and none has ended.
    #[error("A connection was closed because others had the old SSM agent of the node for {} seconds.", .0.as_secs())]
    Busy(Duration),
    /// The streams of the session are not what the agent sends.
    #[error("The agent sent something that is no stream of connections: {0}")]
    Malformed(String),
    /// The rules of the SOCKS proxy.
    #[error("A client of the SOCKS proxy asked for {destination}, which is not allowed.")]
    NotAllowed {
        /// What it asked for.
        destination: String,
    },
    /// A client of the SOCKS proxy that speaks something else.
    #[error("A client of the SOCKS proxy was turned away: {0}.")]
    Socks(SocksFault),
    /// All sessions that a SOCKS proxy may have are in use.
    #[error(
        "A client of the SOCKS proxy was turned away: connections to {0} other destinations are open, and more there may not be."
    )]
    ProxyFull(usize),
    /// Not meant for a forward that browsers use.
    #[error("A request was refused: {0}.")]
    WebRefused(WebRefusal),
    /// There was one session only, and it is over.
    #[error("The session is over, and it was the only one.")]
    OneSession,
    /// A defect in Postern.
    #[error("Postern made a mistake and lost this forward.")]
    Crashed,
}

impl ForwardError {
    /// What the user can do about it, one sentence.
    #[must_use]
    pub fn next_step(&self) -> String {
        match self {
            Self::PortTaken { free: Some(free), .. } => format!("Use {free}, or end the other program."),
            Self::PortTaken { free: None, .. } => "Use another port, or end the other program.".into(),
            Self::PortPrivileged { port } => {
                format!(
                    "Use a port from 1024 on, such as {}.",
                    port.saturating_add(10_000)
                )
            }
            Self::ForeignAddress(_) => "Name one that `ip address` lists.".into(),
            Self::NoFreePort => "Close programs that listen, then try again.".into(),
            Self::Listen { .. } => "Use another port or path.".into(),
            Self::SocketTaken { .. } => "Remove it if nobody needs it, or use another path.".into(),
            Self::SharedFolder { .. } => "Use a folder of your own, such as $XDG_RUNTIME_DIR.".into(),
            Self::OtherUser { .. } => "Who is to use it opens a forward of their own.".into(),
            Self::UnknownUser => "Connect again, and keep the connection open until the answer.".into(),
            Self::NoSessionInTime(_) => "Connect again once the forward is open.".into(),
            Self::DialFailed { .. } => {
                "Check that something listens there, and that the node may reach it.".into()
            }
            Self::Stalled(_) => "Connect again; its program took nothing for too long.".into(),
            Self::Session(error) => error.next_step(),
            Self::End(_) => "The next connection opens a new session.".into(),
            Self::Wedged(_) => {
                "New connections go by another session; look why the destination does not read.".into()
            }
            Self::Silent(_) => {
                "A new session is opened; if that fails, look whether the node still runs.".into()
            }
            Self::HostDenied { .. } => {
                "Choose another host: agents allow neither their own metadata nor DNS.".into()
            }
            Self::NoTaggedNode(_) => "Check the tags, the profile and the Region.".into(),
            Self::NoHealthyNode { .. } => "Start one of them; the forward then goes on by itself.".into(),
            Self::NoPortSession => "Choose a document for port forwarding.".into(),
            Self::Unanswered => "Check the port, and that its service runs on the node.".into(),
            Self::OldAgent => "Update the agent to 3.1.1374.0 or later.".into(),
            Self::Busy(_) => {
                "Close other connections, or update the agent to a version above 3.0.196.0.".into()
            }
            Self::Malformed(_) => "Open it again; if it happens again, report it.".into(),
            Self::NotAllowed { .. } => "Allow the host if it is to be reached.".into(),
            Self::Socks(_) => {
                "Set the port as a SOCKS5 proxy without a login, such as socks5h://localhost:1080.".into()
            }
            Self::ProxyFull(_) => "Close connections that nobody needs, or open a second SOCKS proxy.".into(),
            Self::WebRefused(refusal) => refusal.next_step().into(),
            Self::OneSession => "Start it again for a new session.".into(),
            Self::Crashed => "Start it again, and report what you did.".into(),
        }
    }

    /// What AWS said, where that says more than the cause.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        if let Self::Session(error) = self {
            error.detail()
        } else {
            None
        }
    }

    /// The error of a session that failed, in the words of a forward to `destination`.
    pub(crate) fn of_session(error: SessionError, destination: &str) -> Self {
        if let SessionError::Agent(words) = &error
            && words.as_str().contains(DENIED)
        {
            let (destination, words) = (destination.to_owned(), words.to_string());
            return Self::HostDenied { destination, words };
        }
        Self::Session(error)
    }

    /// Whether nothing but other credentials can help.
    pub(crate) fn waits_for_credentials(&self) -> bool {
        matches!(self, Self::Session(error) if error.waits_for_credentials())
    }

    /// Whether a sign-in is all that is missing.
    pub(crate) fn waits_for_sign_in(&self) -> bool {
        let needed = matches!(
            self,
            Self::Session(SessionError::Control(
                ControlError::SignInNeeded { .. } | ControlError::ConsoleSignInNeeded { .. }
            ))
        );
        needed
    }

    /// Whether a new session may be better off without anybody doing anything.
    pub(crate) fn may_pass(&self) -> bool {
        match self {
            Self::Session(SessionError::Agent(_) | SessionError::NotResumable(_)) => true,
            Self::Session(error) => error.may_pass(),
            Self::End(_)
            | Self::Wedged(_)
            | Self::Silent(_)
            | Self::Malformed(_)
            | Self::NoHealthyNode { .. } => true,
            Self::PortTaken { .. }
            | Self::PortPrivileged { .. }
            | Self::ForeignAddress(_)
            | Self::NoFreePort
            | Self::Listen { .. }
            | Self::SocketTaken { .. }
            | Self::SharedFolder { .. }
            | Self::OtherUser { .. }
            | Self::UnknownUser
            | Self::NoSessionInTime(_)
            | Self::DialFailed { .. }
            | Self::Stalled(_)
            | Self::HostDenied { .. }
            | Self::NoTaggedNode(_)
            | Self::NoPortSession
            | Self::OldAgent
            | Self::Busy(_)
            | Self::Unanswered
            | Self::NotAllowed { .. }
            | Self::Socks(_)
            | Self::ProxyFull(_)
            | Self::WebRefused(_)
            | Self::OneSession
            | Self::Crashed => false,
        }
    }
}
