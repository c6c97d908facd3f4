//! What a session uses of this computer, besides memory and time; tests bring their own.

use std::sync::Arc;
use std::time::SystemTime;

use crate::dial::{Dial, TcpDial};
use crate::network::{self, NetworkUps};
use crate::wake::WallClock;

/// What a session uses of this computer.
pub(crate) struct LocalSystem {
    pub(crate) dial: Arc<dyn Dial>,
    pub(crate) wall: WallClock,
    pub(crate) network: NetworkUps,
}

impl LocalSystem {
    /// This computer itself. Must be called inside a tokio runtime.
    pub(crate) fn real() -> Self {
        Self {
            dial: Arc::new(TcpDial),
            wall: Arc::new(SystemTime::now),
            network: network::follow(),
        }
    }
}
