//! The flags of port sessions as values.

use crate::flag;

/// A flag of a port session: a signal beside its bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PortFlag {
    /// To the agent, of basic sessions: close the connection to the port. The next input opens another.
    DisconnectToPort,
    /// To the agent: end the session. Other sessions than those of ports take no notice of it.
    TerminateSession,
    /// From the agent, of multiplexed sessions: the port could not be connected to. It does not say for which stream.
    ConnectToPortError,
    /// A number without a meaning.
    Other(u32),
}

impl From<u32> for PortFlag {
    fn from(value: u32) -> Self {
        match value {
            flag::DISCONNECT_TO_PORT => Self::DisconnectToPort,
            flag::TERMINATE_SESSION => Self::TerminateSession,
            flag::CONNECT_TO_PORT_ERROR => Self::ConnectToPortError,
            other => Self::Other(other),
        }
    }
}

impl From<PortFlag> for u32 {
    fn from(port_flag: PortFlag) -> Self {
        match port_flag {
            PortFlag::DisconnectToPort => flag::DISCONNECT_TO_PORT,
            PortFlag::TerminateSession => flag::TERMINATE_SESSION,
            PortFlag::ConnectToPortError => flag::CONNECT_TO_PORT_ERROR,
            PortFlag::Other(other) => other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_are_the_numbers_of_the_wire() {
        for number in [0, 1, 2, 3, 4, u32::MAX] {
            assert_eq!(u32::from(PortFlag::from(number)), number);
        }
        assert_eq!(PortFlag::from(3), PortFlag::ConnectToPortError);
    }
}
