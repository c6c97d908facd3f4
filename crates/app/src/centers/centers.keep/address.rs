//! The start URL of an Identity Center, as a person types it.

use std::fmt;

use url::{Host, Url};

use crate::contract::ErrorView;

/// Where people sign in: an https address, or any on this computer.
pub(super) struct StartUrl(Url);

impl StartUrl {
    /// # Errors
    /// `bad-start-url`.
    pub(super) fn parse(text: &str) -> Result<Self, ErrorView> {
        const LONGEST: usize = 1024;
        let url = Url::parse(text.trim()).ok().filter(|_| text.len() <= LONGEST);
        url.filter(is_legal).map(without_fragment).ok_or_else(|| {
            ErrorView::new(
                "bad-start-url",
                "A start URL looks like https://acme.awsapps.com/start.",
                "Correct it, then try again.",
            )
        })
    }

    /// Whether it is this one, however that is written.
    pub(super) fn is(&self, other: &str) -> bool {
        Self::parse(other).is_ok_and(|other| other.to_string().trim_end_matches('/') == self.to_string().trim_end_matches('/'))
    }

    /// What people would call it: `acme` of `https://acme.awsapps.com/start`, and of the addresses of GovCloud and China,
    /// which all begin alike, the name of the directory.
    pub(super) fn name(&self) -> String {
        let directory = self.0.path_segments().and_then(|mut segments| match segments.next() {
            Some("directory") => segments.next().filter(|name| !name.is_empty()),
            Some(_) | None => None,
        });
        if let Some(directory) = directory {
            return directory.to_owned();
        }
        match self.0.host() {
            Some(Host::Domain(name)) => name.split('.').next().unwrap_or(name).to_owned(),
            Some(host) => host.to_string(),
            None => "identity-center".to_owned(),
        }
    }
}

impl fmt::Display for StartUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_str())
    }
}

/// A user name in front of the host only serves to make an address look like another one.
fn is_legal(url: &Url) -> bool {
    let is_encrypted = url.scheme() == "https" || (url.scheme() == "http" && is_loopback(url));
    is_encrypted && url.host().is_some() && url.username().is_empty() && url.password().is_none()
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        Some(Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// The access portal shows `#/` behind its address, which is no part of it.
fn without_fragment(mut url: Url) -> StartUrl {
    url.set_fragment(None);
    StartUrl(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_start_url_is_an_encrypted_address_and_has_a_name() {
        for (text, name) in [
            ("https://acme.awsapps.com/start", "acme"),
            (" https://d-9067f1a2b3.awsapps.com/start#/ ", "d-9067f1a2b3"),
            ("https://start.us-gov-home.awsapps.com/directory/acme-gov", "acme-gov"),
            ("https://start.home.awsapps.cn/directory/acme-cn#", "acme-cn"),
            ("https://start.home.awsapps.cn/directory/", "start"),
            ("http://127.0.0.1:4566/start", "127.0.0.1"),
        ] {
            assert_eq!(StartUrl::parse(text).unwrap().name(), name, "{text}");
        }
        let long = format!("https://a.example/{}", "x".repeat(1024));
        for bad in [
            "",
            "acme",
            "acme.awsapps.com/start",
            "http://acme.awsapps.com/start",
            "https://evil@acme.awsapps.com/start",
            "file:///etc/passwd",
            long.as_str(),
        ] {
            assert_eq!(StartUrl::parse(bad).err().unwrap().code, "bad-start-url", "{bad}");
        }
    }

    #[test]
    fn the_same_address_is_known_however_it_is_written() {
        let url = StartUrl::parse("https://acme.awsapps.com/start#/").unwrap();
        assert!(url.is("https://ACME.awsapps.com/start") && url.is("https://acme.awsapps.com/start/"));
        assert!(!url.is("https://acme.awsapps.com/other") && !url.is("nonsense"));
    }
}
