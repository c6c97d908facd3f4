//! The address of a data channel, accepted only when it belongs to AWS in the session's Region, or to the endpoint
//! that the user configured; the session's token is sent nowhere else (reliability: T8).

use std::fmt;

use thiserror::Error;
use url::{Host, Url};

use crate::{EndpointOverride, HostPort, Region, SocketSettings, is_aws_host};

/// A checked stream URL. The text is kept byte for byte, because the query may hold raw `+` and `/` (protocol §2.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StreamUrl {
    text: String,
    url: Url,
    dialled: HostPort,
    is_plain: bool,
}

/// Why a stream URL was refused. None of them shows the URL's query, which names the session.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum StreamUrlError {
    /// It cannot be parsed; nothing of it is shown.
    #[error("The stream address is not a URL.")]
    NotAUrl,
    /// It holds a user name, a password or a fragment.
    #[error("The stream address of {host} carries parts that no AWS address has.")]
    UnexpectedParts {
        /// Where it points.
        host: String,
    },
    /// It is not encrypted, and not on loopback by the user's own wish.
    #[error("The stream address at {host} is not encrypted (it is not wss).")]
    NotEncrypted {
        /// Where it points.
        host: String,
    },
    /// It points to a host that is neither AWS's for the Region nor the configured endpoint.
    #[error("The stream address points to {host}, which is not the Session Manager endpoint of {region}.")]
    ForeignHost {
        /// Where it points.
        host: String,
        /// The session's Region.
        region: Region,
    },
}

impl StreamUrlError {
    /// What the user can do about it.
    #[must_use]
    pub fn next_step(&self) -> &'static str {
        "Nothing was sent there. Check the endpoint setting, proxies and DNS of this computer before you try again."
    }
}

impl StreamUrl {
    /// Checks the `StreamUrl` of a grant. Accepted are `wss` to `ssmmessages[-fips].<region>.<a suffix of the Region's
    /// partition>` on port 443, and the host and port of the user's endpoint override: over `wss`, or over `ws` when
    /// that override is itself plain `http` on loopback.
    ///
    /// The socket of an accepted address goes to the user's own place of `ssmmessages`, if there is one; everything else
    /// stays as AWS gave it: text, Host header, signature, and the name that the certificate must have.
    ///
    /// # Errors
    /// [`StreamUrlError`] with the host that it points to.
    pub fn check(text: &str, region: &Region, settings: &SocketSettings) -> Result<Self, StreamUrlError> {
        let url = Url::parse(text).map_err(|_| StreamUrlError::NotAUrl)?;
        let host = url.host_str().ok_or(StreamUrlError::NotAUrl)?.to_owned();
        if !text.bytes().all(|b| b.is_ascii_graphic()) {
            return Err(StreamUrlError::NotAUrl);
        }
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return Err(StreamUrlError::UnexpectedParts { host });
        }
        let own = settings
            .endpoint_override
            .as_ref()
            .is_some_and(|own| same_origin(own, &url));
        match url.scheme() {
            "wss" if own || is_aws(&url, region) => {}
            "wss" => {
                return Err(StreamUrlError::ForeignHost {
                    host,
                    region: region.clone(),
                });
            }
            "ws" if own && settings.endpoint_override.as_ref().is_some_and(is_plain_loopback) => {}
            "ws" => return Err(StreamUrlError::NotEncrypted { host }),
            _ => return Err(StreamUrlError::NotAUrl),
        }
        let place = settings.messages_override.as_ref();
        Ok(Self {
            text: text.to_owned(),
            dialled: match place.map(EndpointOverride::place) {
                Some(place) => place.clone(),
                None => HostPort::of_url(&url).ok_or(StreamUrlError::NotAUrl)?,
            },
            is_plain: place.map_or(url.scheme() == "ws", EndpointOverride::is_plain),
            url,
        })
    }

    /// Where the socket is dialled.
    #[must_use]
    pub fn dialled(&self) -> &HostPort {
        &self.dialled
    }

    /// The URL byte for byte as AWS gave it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The parsed URL.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Whether the socket is plain TCP (loopback only).
    #[must_use]
    pub fn is_plain(&self) -> bool {
        self.is_plain
    }

    /// Whether the query carries a signature of its own, so that the upgrade must not be signed (protocol §2.2).
    #[must_use]
    pub fn is_presigned(&self) -> bool {
        const SIGNED: [&str; 7] = [
            "X-Amz-Algorithm",
            "X-Amz-Credential",
            "X-Amz-Date",
            "X-Amz-Expires",
            "X-Amz-SignedHeaders",
            "X-Amz-Signature",
            "X-Amz-Security-Token",
        ];
        self.url
            .query_pairs()
            .any(|(key, _)| SIGNED.contains(&key.as_ref()))
    }
}

impl fmt::Display for StreamUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.url.host_str().unwrap_or_default())
    }
}

fn same_origin(own: &Url, stream: &Url) -> bool {
    own.host() == stream.host() && own.port_or_known_default() == stream.port_or_known_default()
}

fn is_plain_loopback(own: &Url) -> bool {
    own.scheme() == "http"
        && match own.host() {
            Some(Host::Ipv4(ip)) => ip.is_loopback(),
            Some(Host::Ipv6(ip)) => ip.is_loopback(),
            Some(Host::Domain(name)) => name == "localhost",
            None => false,
        }
}

fn is_aws(url: &Url, region: &Region) -> bool {
    let host = url.host_str().unwrap_or_default();
    url.port_or_known_default() == Some(443) && is_aws_host("ssmmessages", region, host)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;

    fn check(text: &str, region: &str, own: Option<&str>) -> Result<StreamUrl, StreamUrlError> {
        let settings = SocketSettings {
            endpoint_override: own.map(|own| Url::parse(own).unwrap()),
            ..SocketSettings::default()
        };
        StreamUrl::check(text, &Region::parse(region).unwrap(), &settings)
    }

    #[test]
    fn aws_hosts_of_the_region_and_partition_are_accepted() {
        for (text, region) in [
            (
                "wss://ssmmessages.eu-central-1.amazonaws.com/v1/data-channel/s?role=publish_subscribe&cell-number=AA+/=",
                "eu-central-1",
            ),
            (
                "wss://ssmmessages-fips.us-east-1.amazonaws.com:443/v1/data-channel/s",
                "us-east-1",
            ),
            (
                "wss://ssmmessages.cn-north-1.amazonaws.com.cn/v1/data-channel/s",
                "cn-north-1",
            ),
            (
                "wss://ssmmessages.us-gov-west-1.amazonaws.com/v1/data-channel/s",
                "us-gov-west-1",
            ),
            (
                "wss://ssmmessages.us-isob-east-1.sc2s.sgov.gov/v1/data-channel/s",
                "us-isob-east-1",
            ),
        ] {
            let url = check(text, region, None).unwrap();
            assert_eq!(url.as_str(), text, "kept byte for byte");
        }
    }

    /// Made from botocore's partitions.json: what each Region's data channels may be called.
    const HOSTS: &str = include_str!("../tests/data/data-channel-hosts.txt");

    fn of_regions() -> BTreeMap<&'static str, BTreeSet<&'static str>> {
        let region = |line: &'static str| {
            let mut words = line.split(' ');
            (words.next().unwrap(), words.collect())
        };
        HOSTS.lines().map(region).collect()
    }

    #[test]
    fn each_region_has_its_own_hosts_and_no_others() {
        let of_regions = of_regions();
        assert!(of_regions.len() > 40 && of_regions.values().all(|hosts| hosts.len() == 4));
        for region in of_regions.keys() {
            for (other, hosts) in &of_regions {
                for host in hosts {
                    let accepted = check(&format!("wss://{host}/v1/data-channel/s"), region, None).is_ok();
                    assert_eq!(accepted, region == other, "{host} in {region}");
                }
            }
        }
    }

    #[test]
    fn suffixes_of_other_partitions_are_refused() {
        let of_regions = of_regions();
        let suffix = |region: &str, host: &str| host.split_once(&format!(".{region}.")).unwrap().1.to_owned();
        let all: BTreeSet<String> = of_regions
            .iter()
            .flat_map(|(region, hosts)| hosts.iter().map(|host| suffix(region, host)))
            .collect();
        for (region, hosts) in &of_regions {
            let own: BTreeSet<String> = hosts.iter().map(|host| suffix(region, host)).collect();
            for foreign in all.difference(&own) {
                let text = format!("wss://ssmmessages.{region}.{foreign}/v1/data-channel/s");
                assert!(check(&text, region, None).is_err(), "{text}");
            }
        }
    }

    #[test]
    fn everything_else_is_refused() {
        for text in [
            "wss://ssmmessages.eu-central-1.amazonaws.com.evil.example/v1/data-channel/s",
            "wss://ssmmessages.us-east-1.amazonaws.com/v1/data-channel/s",
            "wss://evil@ssmmessages.eu-central-1.amazonaws.com/",
            "wss://ssmmessages.eu-central-1.amazonaws.com@evil.example/",
            "wss://ssmmessages.eu-central-1.amazonaws.com:8443/",
            "wss://ssmmessages.eu-central-1.amazonaws.com.cn/",
            "wss://ssm.eu-central-1.amazonaws.com/",
            "wss://ssmmessages.eu-central-1.api.aws.evil.example/",
            "wss://ssmmessages.eu-central-1.evil.api.aws/",
            "wss://ssmmessages.eu-central-1.xapi.aws/",
            "wss://ssmmessages.eu-central-1.aws/",
            "wss://ssm.eu-central-1.api.aws/",
            "wss://ssmmessages.us-east-1.api.aws/",
            "wss://ssmmessages.eu-central-1.api.aws:8443/",
            "ws://ssmmessages.eu-central-1.api.aws/",
            "wss://xssmmessages.eu-central-1.amazonaws.com/",
            "ws://ssmmessages.eu-central-1.amazonaws.com/",
            "https://ssmmessages.eu-central-1.amazonaws.com/",
            "wss://127.0.0.1:4000/",
            "ws://127.0.0.1:4000/",
            "wss://[::1]/",
            "wss:///x",
            "",
            "not a url",
            "wss://ssmmessages.eu-central-1.amazonaws.com/#x",
            "file:///etc/passwd",
            "wss://ssmmessages.eu-central-1.amazonaws.com/a b",
            "wss://ssmmessages。eu-central-1.amazonaws.com/",
        ] {
            assert!(check(text, "eu-central-1", None).is_err(), "{text}");
        }
    }

    #[test]
    fn the_configured_endpoint_is_accepted_and_plain_only_on_loopback() {
        assert!(
            check(
                "ws://127.0.0.1:4000/v1/x",
                "eu-central-1",
                Some("http://127.0.0.1:4000")
            )
            .unwrap()
            .is_plain()
        );
        assert!(check("ws://[::1]:4000/v1/x", "eu-central-1", Some("http://[::1]:4000")).is_ok());
        assert!(
            check(
                "wss://vpce.example:443/v1/x",
                "eu-central-1",
                Some("https://vpce.example")
            )
            .is_ok()
        );
        assert!(
            check(
                "ws://vpce.example/v1/x",
                "eu-central-1",
                Some("http://vpce.example")
            )
            .is_err()
        );
        assert!(
            check(
                "ws://127.0.0.1:4000/",
                "eu-central-1",
                Some("https://127.0.0.1:4000")
            )
            .is_err()
        );
        assert!(
            check(
                "ws://127.0.0.1:4001/",
                "eu-central-1",
                Some("http://127.0.0.1:4000")
            )
            .is_err()
        );
        assert!(
            check(
                "ws://127.0.0.2:4000/",
                "eu-central-1",
                Some("http://127.0.0.1:4000")
            )
            .is_err()
        );
    }

    #[test]
    fn a_presigned_url_is_recognised() {
        let signed = "wss://ssmmessages.eu-central-1.amazonaws.com/x?X-Amz-Signature=0";
        assert!(check(signed, "eu-central-1", None).unwrap().is_presigned());
        assert!(
            !check(
                "wss://ssmmessages.eu-central-1.amazonaws.com/x?role=a",
                "eu-central-1",
                None
            )
            .unwrap()
            .is_presigned()
        );
    }

    fn dialled_by(place: &str, text: &str) -> Result<StreamUrl, StreamUrlError> {
        let settings = SocketSettings {
            messages_override: Some(EndpointOverride::parse(place).unwrap()),
            ..SocketSettings::default()
        };
        StreamUrl::check(text, &Region::parse("eu-central-1").unwrap(), &settings)
    }

    #[test]
    fn the_socket_goes_to_the_users_own_place_and_all_else_stays() {
        let text = "wss://ssmmessages.eu-central-1.amazonaws.com/v1/data-channel/s?role=a&cell-number=AA+/=";
        let vpce = "vpce-0a-1b.ssmmessages.eu-central-1.vpce.amazonaws.com";
        for (place, dialled) in [
            (vpce, format!("{vpce}:443")),
            ("https://10.0.0.5:8443", "10.0.0.5:8443".into()),
        ] {
            let url = dialled_by(place, text).unwrap();
            assert_eq!(url.as_str(), text, "kept byte for byte");
            assert_eq!(url.to_string(), "ssmmessages.eu-central-1.amazonaws.com");
            assert_eq!((url.dialled().to_string(), url.is_plain()), (dialled, false));
        }
        assert!(dialled_by("http://127.0.0.1:4000", text).unwrap().is_plain());
        let own = check(text, "eu-central-1", None).unwrap();
        assert_eq!(
            own.dialled().to_string(),
            "ssmmessages.eu-central-1.amazonaws.com:443"
        );
    }

    #[test]
    fn a_place_of_the_users_own_makes_no_foreign_address_acceptable() {
        for text in [
            "wss://evil.example/v1/data-channel/s",
            "wss://10.0.0.5/v1/data-channel/s",
            "wss://ssmmessages.us-east-1.amazonaws.com/v1/data-channel/s",
            "ws://ssmmessages.eu-central-1.amazonaws.com/v1/data-channel/s",
        ] {
            assert!(dialled_by("10.0.0.5", text).is_err(), "{text}");
        }
    }
}
