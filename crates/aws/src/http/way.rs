//! All that tells HTTP clients apart: certificates, proxies, and places that stand in for AWS's own hosts.

use std::path::PathBuf;

use postern_model::{EndpointOverride, HostPort, OverridableService, Proxies, Region, is_aws_host};
use url::Url;

/// The way of some calls to AWS.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct HttpWay {
    /// PEM file whose certificates replace the system's.
    pub(crate) ca_bundle: Option<PathBuf>,
    pub(crate) proxies: Proxies,
    pub(crate) detours: Vec<Detour>,
}

/// A service of one Region that is dialled elsewhere than at its own host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Detour {
    pub(crate) service: OverridableService,
    pub(crate) region: Region,
    pub(crate) to: EndpointOverride,
}

/// Where one request goes.
pub(crate) struct Leg<'a> {
    /// The host of the URL, which the certificate must name.
    pub(crate) host: HostPort,
    pub(crate) detour: Option<&'a EndpointOverride>,
    pub(crate) encrypted: bool,
}

impl HttpWay {
    /// Where the URL of a request leads; none for a URL without a host.
    pub(crate) fn leg(&self, url: &str) -> Option<Leg<'_>> {
        let url = Url::parse(url).ok()?;
        let host = HostPort::of_url(&url)?;
        let own = |detour: &&Detour| is_aws_host(detour.service.prefix(), &detour.region, host.host());
        let detour = self.detours.iter().find(own).map(|detour| &detour.to);
        Some(Leg {
            encrypted: url.scheme() == "https" && !detour.is_some_and(EndpointOverride::is_plain),
            host,
            detour,
        })
    }
}

impl Leg<'_> {
    /// Where the socket is dialled.
    pub(crate) fn place(&self) -> &HostPort {
        self.detour.map_or(&self.host, EndpointOverride::place)
    }

    /// For people: the host, without the port that goes without saying.
    pub(crate) fn in_words(&self) -> String {
        let usual = if self.encrypted { ":443" } else { ":80" };
        let place = self.place().to_string();
        place.strip_suffix(usual).map_or(place.clone(), ToOwned::to_owned)
    }
}
