//! The head of one request to a proxy.

use std::io;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::io::{AsyncRead, AsyncReadExt};

/// Far more than any client sends.
const LIMIT: usize = 64 * 1024;

/// A request line and header lines, as they came.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) method: String,
    pub(super) target: String,
    version: String,
    headers: Vec<(String, String)>,
}

impl Head {
    /// Reads up to the empty line, and not a byte further. None when the peer closes, or sends what is no head.
    pub(super) async fn read(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Option<Self>> {
        let mut bytes = Vec::new();
        while !bytes.ends_with(b"\r\n\r\n") {
            let mut byte = [0];
            if stream.read(&mut byte).await? == 0 || bytes.len() == LIMIT {
                return Ok(None);
            }
            bytes.extend(byte);
        }
        Ok(String::from_utf8(bytes).ok().and_then(|text| Self::parse(&text)))
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let mut words = lines.next()?.split(' ');
        let [method, target, version] = [words.next()?, words.next()?, words.next()?].map(str::to_owned);
        let headers = lines.filter_map(|line| line.split_once(':'));
        Some(Self {
            method,
            target,
            version,
            headers: headers
                .map(|(name, value)| (name.to_ascii_lowercase(), value.trim().to_owned()))
                .collect(),
        })
    }

    /// User and password, where they were sent.
    pub(super) fn login(&self) -> Option<(String, String)> {
        let header = self
            .headers
            .iter()
            .find(|(name, _)| name == "proxy-authorization")?;
        let (scheme, coded) = header.1.split_once(' ')?;
        let plain = STANDARD.decode(coded.trim()).ok()?;
        let plain = String::from_utf8(plain).ok()?;
        let (user, password) = plain.split_once(':')?;
        scheme
            .eq_ignore_ascii_case("basic")
            .then(|| (user.to_owned(), password.to_owned()))
    }

    /// The head that the server gets for an address in absolute form: one request, then the connection ends.
    pub(super) fn for_server(&self, path: &str) -> String {
        let own = |name: &str| name.starts_with("proxy-") || name == "connection";
        let mut text = format!("{} {path} {}\r\nconnection: close\r\n", self.method, self.version);
        for (name, value) in self.headers.iter().filter(|(name, _)| !own(name)) {
            text.push_str(&format!("{name}: {value}\r\n"));
        }
        text.push_str("\r\n");
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_head_is_read_without_what_follows_it() {
        let sent = b"POST http://127.0.0.1:1/a?b HTTP/1.1\r\nHost: x\r\nProxy-Authorization: Basic dTpwOnE=\r\n\r\nbody";
        let mut stream = &sent[..];
        let head = Head::read(&mut stream).await.unwrap().unwrap();
        assert_eq!((head.method.as_str(), stream), ("POST", &b"body"[..]));
        assert_eq!(head.login(), Some(("u".to_owned(), "p:q".to_owned())));
        assert_eq!(
            head.for_server("/a?b"),
            "POST /a?b HTTP/1.1\r\nconnection: close\r\nhost: x\r\n\r\n"
        );
        assert!(Head::read(&mut &b"\r\n\r\n"[..]).await.unwrap().is_none());
        assert!(Head::read(&mut &b"GET / "[..]).await.unwrap().is_none());
    }
}
