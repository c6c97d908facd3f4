//! Where the connections of a forward go, and what AWS is asked for to get there.

use std::fmt;

use postern_model::{DocumentName, InvalidName, StartRequest, Target};

use crate::{InvalidForward, SocksRules};

/// The document for a port of the node itself.
const TO_NODE: &str = "AWS-StartPortForwardingSession";
/// The document for a port of another host, as seen from the node.
const TO_HOST: &str = "AWS-StartPortForwardingSessionToRemoteHost";
/// The document for the standard streams of one program.
const STREAM: &str = "AWS-StartSSHSession";
/// The longest name that DNS knows.
const HOST_CHARS: usize = 253;

/// Where the connections of a forward go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ForwardDestination {
    /// To one port.
    Port(PortDestination),
    /// Wherever each connection asks for, as clients of SOCKS5 do.
    Socks(SocksRules),
}

impl ForwardDestination {
    /// The port, where there is only one.
    #[must_use]
    pub fn port(&self) -> Option<&PortDestination> {
        match self {
            Self::Port(port) => Some(port),
            Self::Socks(_) => None,
        }
    }
}

impl fmt::Display for ForwardDestination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Port(port) => port.fmt(f),
            Self::Socks(rules) => rules.fmt(f),
        }
    }
}

/// One port, of a node or of a host behind it.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PortDestination {
    /// A host as the node sees it; none is the node itself.
    pub host: Option<String>,
    /// Its port.
    pub port: u16,
    /// Whether each session carries one connection, and ends with it.
    is_stream: bool,
}

impl PortDestination {
    /// A port of the node itself.
    #[must_use]
    pub fn node(port: u16) -> Self {
        Self {
            host: None,
            port,
            is_stream: false,
        }
    }

    /// The same port of the node by sessions that carry one connection each: what agents do that are too old for several.
    /// There are none for hosts.
    pub(crate) fn as_stream(&self) -> Option<Self> {
        self.host.is_none().then(|| Self {
            is_stream: true,
            ..self.clone()
        })
    }

    /// Whether a session to it carries one connection.
    pub(crate) fn is_stream(&self) -> bool {
        self.is_stream
    }

    /// A port of a host that the node can reach. The name is resolved there.
    ///
    /// # Errors
    /// [`InvalidForward::Host`].
    pub fn host(name: &str, port: u16) -> Result<Self, InvalidForward> {
        let is_legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':' | '%');
        if name.is_empty() || name.len() > HOST_CHARS || !name.chars().all(is_legal) {
            return Err(InvalidForward::Host(name.to_owned()));
        }
        Ok(Self {
            host: Some(name.to_owned()),
            ..Self::node(port)
        })
    }

    /// What AWS is asked for, to reach it by `target`. The local port is a note for whoever lists sessions.
    ///
    /// # Errors
    /// Never in practice: the names of AWS's documents are legal.
    pub fn start_request(
        &self,
        target: Target,
        local_port: Option<u16>,
        reason: Option<String>,
    ) -> Result<StartRequest, InvalidName> {
        if self.is_stream {
            return Self::stream_request(target, self.port, reason);
        }
        let mut parameters = vec![parameter("portNumber", &self.port)];
        if let Some(port) = local_port {
            parameters.push(parameter("localPortNumber", &port));
        }
        if let Some(host) = &self.host {
            parameters.push(parameter("host", host));
        }
        let document = if self.host.is_some() { TO_HOST } else { TO_NODE };
        Ok(StartRequest {
            target,
            document: Some(DocumentName::parse(document)?),
            parameters,
            reason,
        })
    }

    /// What AWS is asked for, to reach a port of the node by the two standard streams of a program.
    ///
    /// # Errors
    /// Never in practice, as for [`Self::start_request`].
    pub fn stream_request(
        target: Target,
        port: u16,
        reason: Option<String>,
    ) -> Result<StartRequest, InvalidName> {
        Ok(StartRequest {
            target,
            document: Some(DocumentName::parse(STREAM)?),
            parameters: vec![parameter("portNumber", &port)],
            reason,
        })
    }
}

impl fmt::Display for PortDestination {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            None => write!(f, "port {}", self.port),
            Some(host) if host.contains(':') => write!(f, "[{host}]:{}", self.port),
            Some(host) => write!(f, "{host}:{}", self.port),
        }
    }
}

fn parameter(name: &str, value: &impl ToString) -> (String, Vec<String>) {
    (name.to_owned(), vec![value.to_string()])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn aws_is_asked_for_the_document_of_the_destination() {
        let target = || Target::parse("i-0a1b2c3d4e5f67890").unwrap();
        let node = PortDestination::node(5432)
            .start_request(target(), Some(15432), None)
            .unwrap();
        assert_eq!(node.document.unwrap().as_str(), TO_NODE);
        assert_eq!(
            node.parameters,
            [
                parameter("portNumber", &5432),
                parameter("localPortNumber", &15432)
            ]
        );
        let host = PortDestination::host("db", 5432).unwrap();
        let host = host
            .start_request(target(), None, Some("on call".into()))
            .unwrap();
        assert_eq!(host.document.unwrap().as_str(), TO_HOST);
        assert_eq!(
            host.parameters,
            [parameter("portNumber", &5432), parameter("host", &"db")]
        );
        let stream = PortDestination::stream_request(target(), 22, None).unwrap();
        assert_eq!(stream.document.unwrap().as_str(), STREAM);
    }
}
