//! Which hosts a SOCKS proxy lets its clients reach.

use std::fmt;
use std::net::IpAddr;

use ipnet::IpNet;

use crate::InvalidForward;

/// The longest name that DNS knows.
const NAME_CHARS: usize = 253;

/// Which hosts clients may reach. They say what is meant to be reached; what can be reached is up to the node.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SocksRules {
    /// One of them must fit; none at all lets everything through.
    pub allowed: Vec<AllowedHost>,
}

/// Hosts that clients may reach.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AllowedHost {
    /// Addresses of a network, asked for by address. A name is resolved on the far side, so nobody knows here whether it leads
    /// into the network.
    Network(IpNet),
    /// One name, in small letters.
    Name(String),
    /// All names that end so and have something in front of it. In small letters, with the dot in front.
    Suffix(String),
}

impl SocksRules {
    /// Reads the short forms, see [`AllowedHost::parse`].
    ///
    /// # Errors
    /// [`InvalidForward::Allowed`] with the first that is none.
    pub fn parse<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Result<Self, InvalidForward> {
        let allowed = texts.into_iter().map(|text| AllowedHost::parse(text.as_ref()));
        Ok(Self {
            allowed: allowed.collect::<Result<_, _>>()?,
        })
    }

    /// Whether clients may reach a host, by the name or address that they gave.
    #[must_use]
    pub fn allows(&self, host: &str) -> bool {
        self.allowed.is_empty() || self.allowed.iter().any(|allowed| allowed.fits(host))
    }
}

impl fmt::Display for SocksRules {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.allowed.is_empty() {
            return f.write_str("any host the node can reach");
        }
        for (place, allowed) in self.allowed.iter().enumerate() {
            write!(f, "{}{allowed}", if place > 0 { ", " } else { "" })?;
        }
        f.write_str(" only")
    }
}

impl AllowedHost {
    /// Reads `10.88.0.0/16`, `fd00::/8`, an address, `db.internal` or `*.internal`.
    ///
    /// # Errors
    /// [`InvalidForward::Allowed`].
    pub fn parse(text: &str) -> Result<Self, InvalidForward> {
        let wrong = || InvalidForward::Allowed(text.to_owned());
        let text = text.trim();
        if let Ok(network) = text.parse::<IpNet>() {
            return Ok(Self::Network(network.trunc()));
        }
        if let Ok(address) = text.parse::<IpAddr>() {
            return Ok(Self::Network(address.to_canonical().into()));
        }
        match text.strip_prefix('*') {
            Some(suffix) => {
                let name = suffix.strip_prefix('.').and_then(name).ok_or_else(wrong)?;
                Ok(Self::Suffix(format!(".{name}")))
            }
            None => name(text).map(Self::Name).ok_or_else(wrong),
        }
    }

    fn fits(&self, host: &str) -> bool {
        let address = host.parse::<IpAddr>().ok().map(|address| address.to_canonical());
        let name = || host.strip_suffix('.').unwrap_or(host).to_ascii_lowercase();
        match (self, address) {
            (Self::Network(network), Some(address)) => network.contains(&address),
            (Self::Name(allowed), None) => name() == *allowed,
            (Self::Suffix(suffix), None) => {
                let name = name();
                name.len() > suffix.len() && name.ends_with(suffix.as_str())
            }
            (Self::Network(_), None) | (Self::Name(_) | Self::Suffix(_), Some(_)) => false,
        }
    }
}

impl fmt::Display for AllowedHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Network(network) if network.prefix_len() == network.max_prefix_len() => {
                network.addr().fmt(f)
            }
            Self::Network(network) => network.fmt(f),
            Self::Name(name) => name.fmt(f),
            Self::Suffix(suffix) => write!(f, "*{suffix}"),
        }
    }
}

/// The name of a host in small letters. One that a resolver may take for an address, as `10.1`, is none.
fn name(text: &str) -> Option<String> {
    let is_legal = |label: &str| {
        let is_legal = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
        !label.is_empty() && label.chars().all(is_legal)
    };
    let text = text.strip_suffix('.').unwrap_or(text);
    let ends_in_letters = text
        .rsplit('.')
        .next()?
        .starts_with(|c: char| !c.is_ascii_digit());
    let is_name = text.len() <= NAME_CHARS && text.split('.').all(is_legal) && ends_in_letters;
    is_name.then(|| text.to_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(texts: &[&str]) -> SocksRules {
        SocksRules::parse(texts).unwrap()
    }

    #[test]
    fn rules_read_as_they_are_written() {
        for (texts, shown) in [
            (&[][..], "any host the node can reach"),
            (&["10.88.0.0/16"], "10.88.0.0/16 only"),
            (&["10.88.7.1/16", "*.Internal"], "10.88.0.0/16, *.internal only"),
            (
                &["10.0.0.7", "fd00::/8", "DB.internal."],
                "10.0.0.7, fd00::/8, db.internal only",
            ),
        ] {
            assert_eq!(rules(texts).to_string(), shown);
        }
    }

    #[test]
    fn what_allows_nothing_is_named() {
        for text in [
            "",
            "*",
            "*.",
            "*internal",
            "a*.internal",
            "10.88.0.0/33",
            "10.1",
            "db..internal",
            "db internal",
            "ä.internal",
        ] {
            let error = AllowedHost::parse(text).unwrap_err();
            assert!(error.to_string().contains("10.88.0.0/16"), "{text}: {error}");
        }
    }

    #[test]
    fn hosts_fit_by_the_form_in_which_they_are_asked_for() {
        let rules = rules(&["10.88.0.0/16", "fd00::/8", "db.internal", "*.acme.test"]);
        for host in [
            "10.88.3.4",
            "::ffff:10.88.3.4",
            "fd12::1",
            "db.internal",
            "DB.Internal.",
            "a.b.acme.test",
        ] {
            assert!(rules.allows(host), "{host}");
        }
        // The last three lead to 10.88.0.1 where resolvers read numbers.
        for host in [
            "10.89.0.1",
            "::1",
            "xdb.internal",
            "acme.test",
            "xacme.test",
            "",
            "10.88.1",
            "173539329",
            "0xa.0x58.0.1",
        ] {
            assert!(!rules.allows(host), "{host}");
        }
        assert!(SocksRules::default().allows("169.254.169.254"));
    }
}
