//! Answers of proxies, and what becomes of them.

use std::sync::Arc;

use tokio::io::duplex;

use super::*;

const LIMIT: Duration = Duration::from_secs(15);

fn host() -> HostPort {
    let url = "wss://ssmmessages.eu-central-1.amazonaws.com/x".parse();
    HostPort::of_url(&url.unwrap()).unwrap()
}

/// What the proxy was asked, and what came of its answer.
async fn asked(proxy: &Proxy, answer: &'static [u8]) -> (String, Result<(), ProxyError>) {
    asked_in_turn(&Mutex::default(), proxy, answer).await
}

async fn asked_in_turn(
    turns: &Mutex<()>,
    proxy: &Proxy,
    answer: &'static [u8],
) -> (String, Result<(), ProxyError>) {
    let (near, mut far) = duplex(64 * 1024);
    let serve = async move {
        let mut request = Vec::new();
        while !request.ends_with(b"\r\n\r\n") {
            if far.read_buf(&mut request).await.unwrap() == 0 {
                break;
            }
        }
        // In pieces: a header may come in any.
        for piece in answer.chunks(7) {
            if far.write_all(piece).await.is_err() {
                break;
            }
        }
        String::from_utf8(request).unwrap()
    };
    let connect = async move {
        let mut near = near;
        tunnel_in_turn(turns, &mut near, proxy, &host(), LIMIT).await
    };
    tokio::join!(serve, connect)
}

fn proxy(text: &str) -> Proxy {
    Proxy::parse(text).unwrap()
}

#[tokio::test]
async fn a_success_of_any_number_opens_the_way() {
    for answer in [
        &b"HTTP/1.1 200 Connection established\r\n\r\n"[..],
        b"HTTP/1.0 200 OK\r\nVia: 1.0 x\r\nProxy-Agent: y\r\n\r\n",
        b"HTTP/1.1 204 \r\n\r\n",
    ] {
        let (request, outcome) = asked(&proxy("proxy.corp:8080"), answer).await;
        assert_eq!(outcome, Ok(()));
        assert!(request.starts_with("CONNECT ssmmessages.eu-central-1.amazonaws.com:443 HTTP/1.1\r\nHost: ssmmessages.eu-central-1.amazonaws.com:443\r\n"), "{request}");
        assert!(!request.to_lowercase().contains("authorization"), "{request}");
    }
}

#[tokio::test]
async fn user_and_password_are_sent_as_basic() {
    let (request, outcome) = asked(
        &proxy("http://ada:p%40ss@proxy.corp:8080"),
        b"HTTP/1.1 200 OK\r\n\r\n",
    )
    .await;
    assert_eq!(outcome, Ok(()));
    assert!(
        request.contains("\r\nProxy-Authorization: Basic YWRhOnBAc3M=\r\n"),
        "{request}"
    );
}

#[tokio::test]
async fn each_refusal_is_an_error_of_its_own() {
    let (open, login) = ("proxy.corp:8080", "http://ada:canary@proxy.corp:8080");
    let name = || "proxy.corp:8080".to_owned();
    let not_a_proxy = |detail: &str| ProxyError::NotAProxy {
        proxy: name(),
        detail: detail.into(),
    };
    let refused = |status| ProxyError::Refused {
        proxy: name(),
        host: host().to_string(),
        status,
    };
    let missing = ProxyError::LoginMissing { proxy: name() };
    let wrong = ProxyError::LoginRefused {
        proxy: name(),
        user: "ada".into(),
    };
    let unknown = |schemes: &str| ProxyError::LoginUnknown {
        proxy: name(),
        schemes: schemes.into(),
    };
    let cut = ProxyError::Cut {
        proxy: name(),
        host: host().to_string(),
    };
    for (proxy_text, answer, error) in [
        (
            open,
            &b"HTTP/1.1 407 X\r\nProxy-Authenticate: Basic realm=\"a, b\"\r\n\r\n"[..],
            missing.clone(),
        ),
        (open, b"HTTP/1.1 407 X\r\n\r\n", missing),
        (
            login,
            b"HTTP/1.1 407 X\r\nproxy-authenticate: basic realm=x\r\n\r\n",
            wrong.clone(),
        ),
        (
            login,
            b"HTTP/1.1 407 X\r\nProxy-Authenticate: Negotiate\r\nProxy-Authenticate: NTLM\r\n\r\n",
            unknown("Negotiate, NTLM"),
        ),
        (
            open,
            b"HTTP/1.1 407 X\r\nProxy-Authenticate: Negotiate, NTLM\r\n\r\n",
            unknown("Negotiate, NTLM"),
        ),
        (
            login,
            b"HTTP/1.1 407 X\r\nProxy-Authenticate: Negotiate, Basic realm=\"x\"\r\n\r\n",
            wrong,
        ),
        (
            open,
            b"HTTP/1.1 403 Forbidden\r\nContent-Type: text/html\r\n\r\n<html>",
            refused(403),
        ),
        (open, b"HTTP/1.1 502 Bad Gateway\r\n\r\n", refused(502)),
        (open, b"", cut),
        (open, b"HTTP/1.1 200", not_a_proxy("its answer ends too early")),
        (
            open,
            b"HTTP/1.1 200 OK\r\n\r\nSSH-2.0-x",
            not_a_proxy("it speaks before the host can"),
        ),
        (
            open,
            b"SSH-2.0-OpenSSH_9.2\r\n\r\n",
            not_a_proxy("invalid HTTP version"),
        ),
    ] {
        let (_, outcome) = asked(&proxy(proxy_text), answer).await;
        let found = outcome.unwrap_err();
        assert_eq!(found, error, "{}", String::from_utf8_lossy(answer));
        assert!(!format!("{found} {found:?}").contains("canary"));
    }
}

#[tokio::test]
async fn an_answer_without_an_end_is_given_up() {
    static ENDLESS: [u8; 40_000] = [b'x'; 40_000];
    let mut text = b"HTTP/1.1 200 OK\r\nA: ".to_vec();
    text.extend_from_slice(&ENDLESS);
    let (_, outcome) = asked(&proxy("proxy.corp:8080"), text.leak()).await;
    assert!(
        matches!(outcome, Err(ProxyError::NotAProxy { .. })),
        "{outcome:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_proxy_that_never_answers_is_named_with_the_step() {
    let (mut near, _far) = duplex(1024);
    let outcome = tunnel(&mut near, &proxy("proxy.corp:8080"), &host(), LIMIT).await;
    let late = ProxyError::TimedOut {
        proxy: "proxy.corp:8080".into(),
        step: "CONNECT",
        seconds: 15,
    };
    assert_eq!(outcome, Err(late));
}

#[tokio::test]
async fn a_wrong_password_is_sent_once_however_many_ask() {
    let proxy = proxy("http://ada:wrong@proxy.corp:8080");
    assert_eq!(sent_by_eight(&proxy).await, 1);
}

#[tokio::test(start_paused = true)]
async fn a_password_that_is_changed_at_the_proxy_is_sent_once_however_many_ask() {
    let proxy = proxy("http://ada:old@proxy.corp:8080");
    proxy.login_answered(true, now());
    tokio::time::advance(Duration::from_secs(60)).await;
    assert_eq!(sent_by_eight(&proxy).await, 1);
}

/// How many of eight that ask at once sent the password, which is refused.
async fn sent_by_eight(proxy: &Proxy) -> usize {
    const NO: &[u8] = b"HTTP/1.1 407 X\r\nProxy-Authenticate: Basic\r\n\r\n";
    let turns = Arc::new(Mutex::default());
    let asking = (0..8).map(|_| {
        let (turns, proxy) = (Arc::clone(&turns), proxy.clone());
        tokio::spawn(async move { asked_in_turn(&turns, &proxy, NO).await })
    });
    let mut sent = 0;
    for asked in asking.collect::<Vec<_>>() {
        let (request, outcome) = asked.await.unwrap();
        assert!(matches!(outcome, Err(ProxyError::LoginRefused { .. })));
        sent += usize::from(!request.is_empty());
    }
    sent
}

#[tokio::test(start_paused = true)]
async fn a_host_that_does_not_answer_holds_up_others_only_where_the_login_is_unknown() {
    let proxy = proxy("http://ada:right@proxy.corp:8080");
    proxy.login_answered(true, now());
    tokio::time::advance(Duration::from_secs(60)).await;
    let begun = tokio::time::Instant::now();
    let turns = Arc::new(Mutex::default());
    let (shared, hanging) = (Arc::clone(&turns), proxy.clone());
    let hanging = tokio::spawn(async move {
        let (mut near, _far) = duplex(1024);
        tunnel_in_turn(&shared, &mut near, &hanging, &host(), LIMIT).await
    });
    tokio::task::yield_now().await;
    let (_, outcome) = asked_in_turn(&turns, &proxy, b"HTTP/1.1 200 OK\r\n\r\n").await;
    assert_eq!((outcome, begun.elapsed()), (Ok(()), FIRST_ANSWER));
    assert!(matches!(hanging.await.unwrap(), Err(ProxyError::TimedOut { .. })));
}
