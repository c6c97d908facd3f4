//! Which proxy leads where: by the environment, or by Postern's own settings.

use std::net::IpAddr;

use crate::{HostPort, InvalidProxy, NoProxy, Proxy};

/// The proxies of one moment, and what is reached without them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Proxies {
    encrypted: Option<Proxy>,
    plain: Option<Proxy>,
    without: NoProxy,
}

impl Proxies {
    /// One proxy for everything but `without`.
    #[must_use]
    pub fn one(proxy: Proxy, without: NoProxy) -> Self {
        Self {
            encrypted: Some(proxy.clone()),
            plain: Some(proxy),
            without,
        }
    }

    /// As the environment says: `https_proxy`, `http_proxy`, `all_proxy` for what neither of them is set for, and
    /// `no_proxy`. The lower-case name wins over the upper-case one, even when it is empty, as for the AWS CLI. A SOCKS
    /// proxy in `all_proxy`, which desktops set and no AWS tool reads, is passed over.
    ///
    /// # Errors
    /// The variable's name with what is wrong with it.
    pub fn of_environment(
        variable: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, (&'static str, InvalidProxy)> {
        const NAMES: [(&str, &str); 4] = [
            ("https_proxy", "HTTPS_PROXY"),
            ("http_proxy", "HTTP_PROXY"),
            ("all_proxy", "ALL_PROXY"),
            ("no_proxy", "NO_PROXY"),
        ];
        let [https, http, all, without] = NAMES.map(|(lower, upper)| {
            let found = variable(lower).map(|text| (lower, text));
            let found = found.or_else(|| variable(upper).map(|text| (upper, text)));
            found.filter(|(_, text)| !text.trim().is_empty())
        });
        let parse = |(name, text): &(&'static str, String)| Proxy::parse(text).map_err(|why| (*name, why));
        let all = || match all.as_ref().map(parse).transpose() {
            Err((_, InvalidProxy::Socks)) => Ok(None),
            parsed => parsed,
        };
        let of = |own: Option<(&'static str, String)>| own.as_ref().map(parse).transpose();
        Ok(Self {
            encrypted: of(https)?.map_or_else(all, |own| Ok(Some(own)))?,
            plain: of(http)?.map_or_else(all, |own| Ok(Some(own)))?,
            without: NoProxy::parse(&without.map(|(_, text)| text).unwrap_or_default()),
        })
    }

    /// The proxy on the way to `place`, for a connection that is encrypted or not. None leads to this computer, nor to
    /// the metadata of an instance or a container, which would be those of the proxy.
    #[must_use]
    pub fn to(&self, place: &HostPort, encrypted: bool) -> Option<&Proxy> {
        let proxy = if encrypted { &self.encrypted } else { &self.plain };
        proxy
            .as_ref()
            .filter(|_| !place.is_loopback() && !is_metadata(place) && !self.without.covers(place))
    }
}

/// The addresses of metadata and credentials in EC2, ECS and EKS: link-local ones, and two of IPv6 that AWS reserved.
fn is_metadata(place: &HostPort) -> bool {
    match place.ip().map(|ip| ip.to_canonical()) {
        Some(IpAddr::V4(ip)) => ip.is_link_local(),
        Some(IpAddr::V6(ip)) => {
            let [first, second, ..] = ip.segments();
            ip.is_unicast_link_local() || (first, second) == (0xfd00, 0x0ec2)
        }
        None => false,
    }
}

#[cfg(test)]
mod tests;
