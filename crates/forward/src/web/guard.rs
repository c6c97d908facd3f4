//! All requests of one connection, looked at one after the other. Like the protocol it does no input or output.

use super::framing::{BodyLength, Chunks};
use super::head::RequestHead;
use super::site::WebSite;
use crate::WebRefusal;

/// The longest head of a request.
const LONGEST_HEAD: usize = 64 * 1024;
/// A beginning so short is looked at with each piece that comes, so that what is no HTTP is not waited for.
const BEGINNING: usize = 256;
/// What the answer to an upgrade begins with, up to its status.
const STATUS_LINE: usize = "HTTP/1.1 101".len();

/// Looks at all requests of one connection. A head is held until it is complete and was found to be meant for the forward;
/// bodies go on as they come. When a client changes the protocol and the destination agrees, everything goes on.
pub struct HttpGuard {
    site: WebSite,
    part: Part,
}

/// What comes next from the client.
enum Part {
    /// The head of a request, as far as it has come.
    Head(Vec<u8>),
    /// A body.
    Body(Body, AfterBody),
    /// The answer of the destination to an upgrade, as far as it has come: until then the client says nothing.
    Upgrade(Vec<u8>),
    /// Another protocol.
    Open,
}

enum Body {
    Bytes(u64),
    Chunks(Chunks),
}

#[derive(Debug, Clone, Copy)]
enum AfterBody {
    Request,
    Upgrade,
}

impl HttpGuard {
    /// For a new connection.
    #[must_use]
    pub fn new(site: WebSite) -> Self {
        Self {
            site,
            part: Part::Head(Vec::new()),
        }
    }

    /// Takes bytes of the client, cut anywhere, and puts what may go on behind `allowed`.
    ///
    /// # Errors
    /// Why nothing more may go on, and nothing of what was held.
    pub fn receive(&mut self, mut bytes: &[u8], allowed: &mut Vec<u8>) -> Result<(), WebRefusal> {
        while !bytes.is_empty() {
            let taken = match &mut self.part {
                Part::Head(_) => self.take_head(bytes, allowed)?,
                Part::Body(body, _) => {
                    let taken = body.take(bytes)?;
                    allowed.extend_from_slice(bytes.get(..taken).unwrap_or_default());
                    taken
                }
                Part::Upgrade(_) => return Err(WebRefusal::BeforeUpgrade),
                Part::Open => {
                    allowed.extend_from_slice(bytes);
                    bytes.len()
                }
            };
            bytes = bytes.get(taken..).unwrap_or_default();
            self.end_body();
        }
        Ok(())
    }

    /// Notes bytes that the destination sent.
    pub fn answered(&mut self, bytes: &[u8]) {
        let Part::Upgrade(seen) = &mut self.part else {
            return;
        };
        let missing = STATUS_LINE.saturating_sub(seen.len());
        seen.extend(bytes.iter().take(missing));
        if seen.len() == STATUS_LINE {
            let agrees = seen.starts_with(b"HTTP/1.") && seen.ends_with(b" 101");
            self.part = if agrees {
                Part::Open
            } else {
                Part::Head(Vec::new())
            };
        }
    }

    /// Whether all that came was complete requests.
    #[cfg(test)]
    fn is_between_requests(&self) -> bool {
        match &self.part {
            Part::Head(held) => held.is_empty(),
            Part::Body(..) | Part::Open => false,
            Part::Upgrade(_) => true,
        }
    }

    /// How many of the bytes belong to the head, which goes on when it is complete.
    fn take_head(&mut self, bytes: &[u8], allowed: &mut Vec<u8>) -> Result<usize, WebRefusal> {
        let Part::Head(held) = &mut self.part else {
            return Ok(0);
        };
        let before = held.len();
        let room = (LONGEST_HEAD - before).min(bytes.len());
        held.extend_from_slice(bytes.get(..room).unwrap_or_default());
        let may_be_complete = before < BEGINNING || bytes.contains(&b'\n');
        let head = if may_be_complete {
            RequestHead::read(held, &self.site)?
        } else {
            None
        };
        match head {
            Some(head) => {
                allowed.extend_from_slice(held.get(..head.length).unwrap_or_default());
                self.part = Part::Body(Body::of(head.body), AfterBody::of(head.upgrades));
                Ok(head.length.saturating_sub(before))
            }
            None if held.len() >= LONGEST_HEAD => Err(WebRefusal::HeadTooLong),
            None => Ok(room),
        }
    }

    /// Goes on to what is behind a body that is over.
    fn end_body(&mut self) {
        if let Part::Body(body, after) = &self.part
            && body.is_over()
        {
            self.part = match after {
                AfterBody::Request => Part::Head(Vec::new()),
                AfterBody::Upgrade => Part::Upgrade(Vec::new()),
            };
        }
    }
}

impl Body {
    fn of(length: BodyLength) -> Self {
        match length {
            BodyLength::Bytes(length) => Self::Bytes(length),
            BodyLength::Chunked => Self::Chunks(Chunks::new()),
        }
    }

    fn take(&mut self, bytes: &[u8]) -> Result<usize, WebRefusal> {
        match self {
            Self::Bytes(left) => {
                let taken = u64::try_from(bytes.len()).unwrap_or(u64::MAX).min(*left);
                *left -= taken;
                Ok(usize::try_from(taken).unwrap_or(bytes.len()))
            }
            Self::Chunks(chunks) => chunks.take(bytes),
        }
    }

    fn is_over(&self) -> bool {
        matches!(self, Self::Bytes(0) | Self::Chunks(Chunks::Over))
    }
}

impl AfterBody {
    fn of(upgrades: bool) -> Self {
        if upgrades { Self::Upgrade } else { Self::Request }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::PortDestination;

    fn guard() -> HttpGuard {
        HttpGuard::new(WebSite::new(Some(8080), PortDestination::node(80), None))
    }

    /// What goes on of bytes that come at once.
    fn pass(bytes: &[u8]) -> Result<Vec<u8>, WebRefusal> {
        let mut allowed = Vec::new();
        guard().receive(bytes, &mut allowed).map(|()| allowed)
    }

    fn request(head: &str) -> String {
        format!("{}\r\n\r\n", head.replace('\n', "\r\n"))
    }

    #[test]
    fn requests_for_the_forward_go_on_as_they_are() {
        for head in [
            "GET / HTTP/1.1\nHost: localhost:8080",
            "GET /a?b HTTP/1.0\nhOST:127.0.0.1:8080",
            "POST / HTTP/1.1\nHost: [::1]:8080\nOrigin: http://localhost:8080\nSec-Fetch-Site: same-origin",
            "GET http://localhost:8080/x HTTP/1.1\nHost: localhost:8080",
            "OPTIONS * HTTP/1.1\nHost: localhost:8080",
            "GET / HTTP/1.1\nHost: localhost:8080\nSec-Fetch-Site: cross-site\nSec-Fetch-Mode: navigate\nSec-Fetch-Dest: document",
        ] {
            let request = request(head);
            assert_eq!(
                pass(request.as_bytes()).as_deref(),
                Ok(request.as_bytes()),
                "{head}"
            );
        }
    }

    #[test]
    fn requests_for_others_and_of_others_are_refused() {
        let own = "Host: localhost:8080";
        for (head, status) in [
            ("GET / HTTP/1.1\nHost: evil.test:8080".to_owned(), "421"),
            ("GET / HTTP/1.1\nHost: evil.test".to_owned(), "421"),
            ("GET / HTTP/1.1\nX: y".to_owned(), "421"),
            (format!("GET / HTTP/1.1\n{own}\n{own}"), "421"),
            (format!("GET http://evil.test/ HTTP/1.1\n{own}"), "421"),
            (format!("CONNECT evil.test:443 HTTP/1.1\n{own}"), "421"),
            (format!("GET / HTTP/1.1\n{own}\nOrigin: http://evil.test"), "403"),
            (format!("GET / HTTP/1.1\n{own}\nOrigin: null"), "403"),
            (
                format!("GET / HTTP/1.1\n{own}\nOrigin: http://localhost:3000"),
                "403",
            ),
            (
                format!(
                    "GET / HTTP/1.1\n{own}\nUpgrade: websocket\nConnection: Upgrade\nOrigin: http://evil.test"
                ),
                "403",
            ),
            (
                format!(
                    "GET / HTTP/1.1\n{own}\nSec-Fetch-Site: cross-site\nSec-Fetch-Mode: no-cors\nSec-Fetch-Dest: image"
                ),
                "403",
            ),
            (
                format!(
                    "GET / HTTP/1.1\n{own}\nSec-Fetch-Site: cross-site\nSec-Fetch-Mode: navigate\nSec-Fetch-Dest: iframe"
                ),
                "403",
            ),
            (
                format!(
                    "POST / HTTP/1.1\n{own}\nSec-Fetch-Site: same-site\nSec-Fetch-Mode: navigate\nSec-Fetch-Dest: document"
                ),
                "403",
            ),
            (
                format!("POST / HTTP/1.1\n{own}\nContent-Length: 1\nTransfer-Encoding: chunked"),
                "400",
            ),
            (format!("GET / HTTP/1.1\n{own}\nX : y"), "400"),
            ("PRI * HTTP/2.0".to_owned(), "505"),
        ] {
            let answer = pass(request(&head).as_bytes()).unwrap_err().answer();
            let answer = String::from_utf8(answer).unwrap();
            assert!(
                answer.starts_with(&format!("HTTP/1.1 {status} ")),
                "{head}: {answer}"
            );
            let (answer_head, body) = answer.split_once("\r\n\r\n").unwrap();
            assert!(
                answer_head.contains(&format!("Content-Length: {}", body.len()))
                    && body.starts_with("Postern refused")
            );
        }
    }

    #[test]
    fn what_is_no_http_is_refused_at_its_first_bytes() {
        assert_eq!(pass(&[22, 3, 1, 2, 0]), Err(WebRefusal::Tls));
        assert_eq!(pass(b"\0\0\0\x08"), Err(WebRefusal::NotHttp));
        assert_eq!(pass(b"SSH-2.0-OpenSSH_9.6\r\n"), Err(WebRefusal::NotHttp));
        let endless = [
            &b"GET / HTTP/1.1\r\nHost: localhost:8080\r\nX: "[..],
            &vec![b'x'; LONGEST_HEAD],
        ]
        .concat();
        assert_eq!(pass(&endless), Err(WebRefusal::HeadTooLong));
    }

    #[test]
    fn later_requests_are_looked_at_too() {
        let good = request("POST / HTTP/1.1\nHost: localhost:8080\nContent-Length: 5") + "GET /";
        let other = request("GET / HTTP/1.1\nHost: evil.test");
        assert_eq!(
            pass(good.as_bytes()).as_deref(),
            Ok(good.as_bytes()),
            "a body is no request"
        );
        assert!(matches!(
            pass((good.clone() + &other).as_bytes()),
            Err(WebRefusal::ForeignHost(_))
        ));
        let hidden = request("GET / HTTP/1.1\nHost: localhost:8080") + &other;
        assert!(matches!(pass(hidden.as_bytes()), Err(WebRefusal::ForeignHost(_))));
    }

    #[test]
    fn an_upgrade_opens_the_connection_when_the_destination_agrees() {
        let upgrade =
            request("GET / HTTP/1.1\nHost: localhost:8080\nUpgrade: websocket\nConnection: Upgrade");
        let other = request("GET / HTTP/1.1\nHost: evil.test");
        let answered = |answers: &[&str]| {
            let (mut guard, mut allowed) = (guard(), Vec::new());
            guard.receive(upgrade.as_bytes(), &mut allowed).unwrap();
            answers
                .iter()
                .for_each(|answer| guard.answered(answer.as_bytes()));
            guard.receive(other.as_bytes(), &mut allowed)
        };
        assert_eq!(
            answered(&["HTTP", "/1.1 101 Switching Protocols\r\n\r\n"]),
            Ok(())
        );
        assert!(matches!(
            answered(&["HTTP/1.1 200 OK\r\n"]),
            Err(WebRefusal::ForeignHost(_))
        ));
        assert_eq!(answered(&["HTTP/1.1 1"]), Err(WebRefusal::BeforeUpgrade));
        assert_eq!(answered(&[]), Err(WebRefusal::BeforeUpgrade));
    }

    /// A request for the forward, or for somebody else.
    fn any_request() -> impl Strategy<Value = (Vec<u8>, bool)> {
        let body = proptest::collection::vec(any::<u8>(), 0..40);
        (any::<bool>(), any::<bool>(), body).prop_map(|(is_own, is_chunked, body)| {
            let host = if is_own { "localhost:8080" } else { "evil.test" };
            let length = if is_chunked {
                "Transfer-Encoding: chunked".to_owned()
            } else {
                format!("Content-Length: {}", body.len())
            };
            let mut bytes = request(&format!("POST / HTTP/1.1\nHost: {host}\n{length}")).into_bytes();
            if is_chunked {
                for chunk in body.chunks(7) {
                    bytes.extend(format!("{:x}\r\n", chunk.len()).into_bytes());
                    bytes.extend([chunk, b"\r\n"].concat());
                }
                bytes.extend(b"0\r\n\r\n");
            } else {
                bytes.extend(body);
            }
            (bytes, is_own)
        })
    }

    proptest! {
        #[test]
        fn exactly_what_comes_before_a_foreign_request_goes_on(
            requests in proptest::collection::vec(any_request(), 1..5),
            pieces in proptest::collection::vec(1..60_usize, 1..50),
        ) {
            let all: Vec<u8> = requests.iter().flat_map(|(bytes, _)| bytes.clone()).collect();
            let good: Vec<u8> = requests.iter().take_while(|(_, is_own)| *is_own).flat_map(|(bytes, _)| bytes.clone()).collect();
            let (mut guard, mut allowed, mut refused) = (guard(), Vec::new(), false);
            let (mut rest, mut pieces) = (all.as_slice(), pieces.into_iter().cycle());
            while !rest.is_empty() && !refused {
                let (piece, left) = rest.split_at(pieces.next().unwrap().min(rest.len()));
                refused = guard.receive(piece, &mut allowed).is_err();
                rest = left;
            }
            prop_assert_eq!(refused, requests.iter().any(|(_, is_own)| !is_own));
            prop_assert_eq!(allowed, good);
            prop_assert!(refused || guard.is_between_requests());
        }
    }
}
