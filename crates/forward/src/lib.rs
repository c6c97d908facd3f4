//! Local ports and Unix sockets whose connections go through a session to a port of a node, or of a host behind it.
//!
//! # The life of a forward
//! 1. **It is declared** ([`DeclaredForward`]): where connections come in here, and where they are to go. Nothing is opened
//!    by that, so it can be written down.
//! 2. **It starts** ([`Forward::start`]). The local end is opened at once (`local`), on the loopback addresses of IPv4 and
//!    IPv6 with one port, or as a Unix socket for this user only; whatever is in its way is a named error. Behind it runs one
//!    task (`forward`).
//! 3. **A session is opened** by the forward's [`Via`], which knows how: by a node, by whichever healthy node has some tags
//!    ([`TagVia`]), by what the AWS CLI handed over.
//!    Connections that come before it is ready wait, for so long and no longer.
//! 4. **Connections flow** (`tunnel`): session, streams (`postern_protocol`'s mux) and all local sockets in one task, without
//!    a queue that has no bound. A reader that is slow is held at the bound of its stream, an input that is full leaves the
//!    local sockets unread. One connection's end, reset or stall is that connection's own. Through an agent that is too old for
//!    streams each connection has a session of its own, until the agent is updated; where there is one session only, they take turns in it.
//!    A session whose agent was silent for a while gets the next connection only after the agent has shown that it is there.
//! 5. **The link is lost and resumed** below, in the session. The local end stays open.
//! 6. **The session is wedged, or ends.** From a wedged one only new connections go elsewhere; what it has stays in it for as
//!    long as anything moves. When a session ends, connections in it are reset, the next session is opened by the same [`Via`], and the
//!    port stays what it was. A session that AWS closed because nobody used it is replaced by the next connection.
//! 7. **It is stopped** ([`Forward::stop`], or by dropping it): the session is terminated at AWS, which
//!    [`ForwardPhase::Stopped`] tells.
//!
//! A forward of SOCKS (`socks`) has many destinations, each with a forward of its own behind it; one that browsers use (`web`)
//! looks at each request first.
//!
//! Forwards are of one program. Others of the same user learn of them, and stop them, through its [`Switchboard`].
//!
//! [`Forward::state`] is a state for a page to draw; [`ForwardNotices`] are what happened to single connections.

mod arrivals;
mod declared;
mod destination;
mod due;
mod entrance;
mod error;
mod forward;
mod invalid;
mod local;
mod notice;
mod options;
mod remote_hosts;
mod socks;
mod socks_fault;
mod socks_rules;
mod state;
mod switchboard;
mod tunnel;
mod via;
mod web;
mod web_refusal;

pub use declared::{DeclaredForward, LocalEnd};
pub use destination::{ForwardDestination, PortDestination};
pub use error::ForwardError;
pub use forward::{Forward, check_local_end};
pub use invalid::InvalidForward;
pub use local::LocalAddress;
pub use notice::{ForwardNotice, ForwardNotices};
pub use options::ForwardOptions;
pub use remote_hosts::{KnownHosts, known_hosts};
pub use socks::{SocksOpening, SocksStep};
pub use socks_fault::SocksFault;
pub use socks_rules::{AllowedHost, SocksRules};
pub use state::{ForwardPhase, ForwardState, ForwardTraffic};
pub use switchboard::{
    BoardAnswer, BoardOrder, BoardReply, ReportedForward, Switchboard, ask_running, stop_running,
};
pub use via::{AdoptedSession, NodeOptions, NodeVia, TagVia, ThroughNode, Via};
pub use web::{HttpGuard, WebSite};
pub use web_refusal::WebRefusal;
