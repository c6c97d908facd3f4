//! Where a service is reached instead of at AWS's own host: an interface endpoint of a VPC without private DNS, a gateway.
//!
//! Only the socket goes elsewhere. Host header, signature and the name in the certificate stay those of AWS's own host,
//! as with private DNS, so that nothing but the holder of AWS's certificate can answer.

use std::collections::BTreeMap;
use std::fmt;

use thiserror::Error;
use url::Url;

use crate::HostPort;

/// The services whose place may be overridden in Postern's settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum OverridableService {
    /// The data channels of sessions.
    SsmMessages,
    /// Systems Manager.
    Ssm,
    /// Lists instances.
    Ec2,
    /// Makes the data keys of encrypted sessions.
    Kms,
    /// Assumes roles, and says who is calling.
    Sts,
}

/// Where one service is reached.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EndpointOverride {
    place: HostPort,
    is_plain: bool,
}

/// The overrides of one pair.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct EndpointOverrides(BTreeMap<OverridableService, EndpointOverride>);

/// Why a text is no place of an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum InvalidEndpoint {
    /// It cannot be parsed, or has parts that mean nothing here.
    #[error(
        "An endpoint looks like vpce-0123.ssm.eu-central-1.vpce.amazonaws.com or https://host:port, without a path."
    )]
    NotAHost,
    /// It would carry a session without encryption over a network.
    #[error("An endpoint is reached by https; http is for this computer only.")]
    NotEncrypted,
}

impl OverridableService {
    /// All of them, in the order in which people need them.
    pub const ALL: [Self; 5] = [Self::SsmMessages, Self::Ssm, Self::Ec2, Self::Kms, Self::Sts];

    /// As in host names.
    #[must_use]
    pub fn prefix(self) -> &'static str {
        match self {
            Self::SsmMessages => "ssmmessages",
            Self::Ssm => "ssm",
            Self::Ec2 => "ec2",
            Self::Kms => "kms",
            Self::Sts => "sts",
        }
    }

    /// What stands before the first dot of a host names one of these, or none of them.
    #[must_use]
    pub fn of_prefix(prefix: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|service| service.prefix() == prefix)
    }
}

impl EndpointOverride {
    /// Parses a host with or without port and scheme.
    ///
    /// # Errors
    /// [`InvalidEndpoint`].
    pub fn parse(text: &str) -> Result<Self, InvalidEndpoint> {
        let text = text.trim();
        let url = match text.split_once("://") {
            Some(_) => Url::parse(text),
            None => Url::parse(&format!("https://{text}")),
        };
        Self::of_url(&url.map_err(|_| InvalidEndpoint::NotAHost)?)
    }

    /// The place that a URL of a setting names.
    ///
    /// # Errors
    /// [`InvalidEndpoint`].
    pub fn of_url(url: &Url) -> Result<Self, InvalidEndpoint> {
        let is_bare = matches!(url.path(), "" | "/")
            && url.query().is_none()
            && url.fragment().is_none()
            && url.username().is_empty()
            && url.password().is_none();
        let place = HostPort::of_url(url)
            .filter(|_| is_bare)
            .ok_or(InvalidEndpoint::NotAHost)?;
        match url.scheme() {
            "https" => Ok(Self {
                place,
                is_plain: false,
            }),
            "http" if place.is_loopback() => Ok(Self {
                place,
                is_plain: true,
            }),
            "http" => Err(InvalidEndpoint::NotEncrypted),
            _ => Err(InvalidEndpoint::NotAHost),
        }
    }

    /// Where the socket is dialled.
    #[must_use]
    pub fn place(&self) -> &HostPort {
        &self.place
    }

    /// Whether no TLS is spoken there: on this computer, and for `http` only.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.is_plain
    }
}

/// As a URL, which [`EndpointOverride::parse`] takes back.
impl fmt::Display for EndpointOverride {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let scheme = if self.is_plain { "http" } else { "https" };
        let place = self.place.to_string();
        let usual = if self.is_plain { ":80" } else { ":443" };
        write!(f, "{scheme}://{}", place.strip_suffix(usual).unwrap_or(&place))
    }
}

impl EndpointOverrides {
    /// The override of a service.
    #[must_use]
    pub fn get(&self, service: OverridableService) -> Option<&EndpointOverride> {
        self.0.get(&service)
    }

    /// Sets the override of a service.
    pub fn set(&mut self, service: OverridableService, place: EndpointOverride) {
        self.0.insert(service, place);
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = (OverridableService, &EndpointOverride)> {
        self.0.iter().map(|(service, place)| (*service, place))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_host_with_or_without_port_and_scheme() {
        for (text, shown, place) in [
            (
                "vpce-0a-1b.ssm.eu-central-1.vpce.amazonaws.com",
                "https://vpce-0a-1b.ssm.eu-central-1.vpce.amazonaws.com",
                "vpce-0a-1b.ssm.eu-central-1.vpce.amazonaws.com:443",
            ),
            (
                " https://10.0.0.5:8443/ ",
                "https://10.0.0.5:8443",
                "10.0.0.5:8443",
            ),
            ("[fd00::5]", "https://[fd00::5]", "[fd00::5]:443"),
            ("http://127.0.0.1:4000", "http://127.0.0.1:4000", "127.0.0.1:4000"),
            ("http://localhost", "http://localhost", "localhost:80"),
        ] {
            let parsed = EndpointOverride::parse(text).unwrap();
            assert_eq!(
                (parsed.to_string().as_str(), parsed.place().to_string().as_str()),
                (shown, place)
            );
            assert_eq!(
                EndpointOverride::parse(shown).unwrap(),
                parsed,
                "its own text is taken back"
            );
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "",
            "https://",
            "a b",
            "https://h/path",
            "https://h?x=1",
            "https://u@h",
            "ftp://h",
            "https://h#x",
        ] {
            assert_eq!(
                EndpointOverride::parse(text),
                Err(InvalidEndpoint::NotAHost),
                "{text}"
            );
        }
        assert_eq!(
            EndpointOverride::parse("http://vpce.example"),
            Err(InvalidEndpoint::NotEncrypted)
        );
    }
}
