//! Each error names its cause and one next step.

use postern_model::{ControlError, KmsKey, ProxyError, Region, SessionId, StreamUrlError};
use postern_protocol::{ChannelFailure, InvalidDataKey, RestoreError};

use super::*;
use crate::SessionEnd;

/// What libraries and systems say, with and without a full stop.
const SAID: [&str; 3] = [
    "peer closed connection without sending TLS close_notify: https://docs.rs/rustls/latest/rustls/manual/index.html",
    "Connection refused",
    "No certificate is in there.",
];

/// One of each. Whoever adds a variant adds it here: the match below does not compile without it.
fn links(said: &str) -> Vec<LinkError> {
    let (host, detail) = (
        "ssmmessages.eu-central-1.amazonaws.com".to_owned(),
        said.to_owned(),
    );
    let mut all = vec![
        LinkError::BadAddress {
            host: host.clone(),
            detail: detail.clone(),
        },
        LinkError::Unreachable {
            host: host.clone(),
            detail: detail.clone(),
        },
        LinkError::TimedOut {
            host: host.clone(),
            step: "TLS",
            seconds: 15,
        },
        LinkError::Certificates {
            path: None,
            detail: detail.clone(),
        },
        LinkError::Certificates {
            path: Some("bundle.pem".into()),
            detail: detail.clone(),
        },
        LinkError::Tls {
            host: host.clone(),
            detail: detail.clone(),
        },
        LinkError::Refused {
            host: host.clone(),
            status: 403,
        },
        LinkError::Refused {
            host: host.clone(),
            status: 502,
        },
        LinkError::NotWebSocket {
            host,
            detail: detail.clone(),
        },
        LinkError::Closed {
            code: Some(1000),
            reason: "Bye".into(),
        },
        LinkError::Closed {
            code: None,
            reason: String::new(),
        },
        LinkError::Broken { detail },
        LinkError::TooLarge { limit_bytes: 1 },
        LinkError::Silent,
    ];
    all.extend(proxies(said).into_iter().map(LinkError::Proxy));
    for error in &all {
        match error {
            LinkError::BadAddress { .. }
            | LinkError::Unreachable { .. }
            | LinkError::TimedOut { .. }
            | LinkError::Proxy(_)
            | LinkError::Certificates { .. }
            | LinkError::Tls { .. }
            | LinkError::Refused { .. }
            | LinkError::NotWebSocket { .. }
            | LinkError::Closed { .. }
            | LinkError::Broken { .. }
            | LinkError::TooLarge { .. }
            | LinkError::Silent => {}
        }
    }
    all
}

fn proxies(said: &str) -> Vec<ProxyError> {
    let (proxy, host) = (
        "proxy.corp:8080".to_owned(),
        "ssm.eu-central-1.amazonaws.com:443".to_owned(),
    );
    let detail = said.to_owned();
    let all = vec![
        ProxyError::Unreachable {
            proxy: proxy.clone(),
            detail: detail.clone(),
        },
        ProxyError::TimedOut {
            proxy: proxy.clone(),
            step: "CONNECT",
            seconds: 15,
        },
        ProxyError::Tls {
            proxy: proxy.clone(),
            detail: detail.clone(),
        },
        ProxyError::LoginMissing { proxy: proxy.clone() },
        ProxyError::LoginRefused {
            proxy: proxy.clone(),
            user: "ada".into(),
        },
        ProxyError::LoginUnknown {
            proxy: proxy.clone(),
            schemes: "Negotiate, NTLM".into(),
        },
        ProxyError::Refused {
            proxy: proxy.clone(),
            host: host.clone(),
            status: 403,
        },
        ProxyError::Cut {
            proxy: proxy.clone(),
            host,
        },
        ProxyError::NotAProxy { proxy, detail },
    ];
    for error in &all {
        match error {
            ProxyError::Unreachable { .. }
            | ProxyError::TimedOut { .. }
            | ProxyError::Tls { .. }
            | ProxyError::LoginMissing { .. }
            | ProxyError::LoginRefused { .. }
            | ProxyError::LoginUnknown { .. }
            | ProxyError::Refused { .. }
            | ProxyError::Cut { .. }
            | ProxyError::NotAProxy { .. } => {}
        }
    }
    all
}

fn channels() -> Vec<ChannelFailure> {
    let all = vec![
        ChannelFailure::UnknownAction {
            action: "Telepathy".into(),
        },
        ChannelFailure::UnsupportedSessionType { name: "Port".into() },
        ChannelFailure::UnsupportedSessionType { name: "New".into() },
        ChannelFailure::Malformed {
            payload: "handshake request",
        },
        ChannelFailure::Contradiction { what: "two keys" },
        ChannelFailure::NotEncrypted,
        ChannelFailure::EncryptionOff {
            key_id: "alias/ops".into(),
        },
        ChannelFailure::EarlyData,
        ChannelFailure::OutOfOrder {
            payload: "handshake request",
        },
        ChannelFailure::ChallengeFailed,
        ChannelFailure::Undecipherable { sequence: 3 },
    ];
    for failure in &all {
        match failure {
            ChannelFailure::UnknownAction { .. }
            | ChannelFailure::UnsupportedSessionType { .. }
            | ChannelFailure::Malformed { .. }
            | ChannelFailure::Contradiction { .. }
            | ChannelFailure::NotEncrypted
            | ChannelFailure::EncryptionOff { .. }
            | ChannelFailure::EarlyData
            | ChannelFailure::OutOfOrder { .. }
            | ChannelFailure::ChallengeFailed
            | ChannelFailure::Undecipherable { .. } => {}
        }
    }
    all
}

fn sessions(said: &str) -> Vec<SessionError> {
    let control = || ControlError::Unreachable {
        endpoint: "ssm".into(),
        detail: said.to_owned(),
    };
    let host = || "evil.example".to_owned();
    let region = Region::parse("eu-central-1").unwrap();
    let agent = SessionEnd::Closed {
        output: format!("Plugin crashed with message {said}"),
    };
    let mut all = vec![
        SessionError::Control(control()),
        SessionError::Control(ControlError::SessionGone {
            session: SessionId::parse("ops-1").unwrap(),
        }),
        SessionError::StreamUrl(StreamUrlError::NotAUrl),
        SessionError::StreamUrl(StreamUrlError::UnexpectedParts { host: host() }),
        SessionError::StreamUrl(StreamUrlError::NotEncrypted { host: host() }),
        SessionError::StreamUrl(StreamUrlError::ForeignHost { host: host(), region }),
        SessionError::WrongKey {
            named: "key/1".into(),
            pinned: KmsKey::parse("alias/ops").unwrap(),
        },
        SessionError::NoTarget,
        SessionError::DataKey(control()),
        SessionError::MalformedDataKey(InvalidDataKey { len: 3 }),
        SessionError::DataKeyTimedOut { seconds: 10 },
        SessionError::NotResumable(LinkError::Silent),
        SessionError::Restore(RestoreError::KeysMissing),
        SessionError::Restore(RestoreError::NotEncrypted),
        SessionError::Restore(RestoreError::EncryptionOff),
        SessionError::Agent(agent.agent_failure().unwrap()),
        SessionError::LeftBehind(Box::new(SessionError::Crashed)),
        SessionError::Crashed,
    ];
    all.extend(links(said).into_iter().map(SessionError::Link));
    all.extend(channels().into_iter().map(SessionError::Channel));
    for error in &all {
        match error {
            SessionError::Control(_)
            | SessionError::StreamUrl(_)
            | SessionError::Link(_)
            | SessionError::Channel(_)
            | SessionError::WrongKey { .. }
            | SessionError::NoTarget
            | SessionError::DataKey(_)
            | SessionError::MalformedDataKey(_)
            | SessionError::DataKeyTimedOut { .. }
            | SessionError::NotResumable(_)
            | SessionError::Restore(_)
            | SessionError::Agent(_)
            | SessionError::LeftBehind(_)
            | SessionError::Crashed => {}
        }
    }
    all
}

/// Whether one of the sentences tells what to do.
fn advises(text: &str) -> bool {
    const ADVICE: [&str; 12] = [
        "Ask", "Change", "Check", "Choose", "Correct", "Open", "Pin", "Read", "Set", "Update", "Use", "Wait",
    ];
    text.split(". ").any(|sentence| {
        ADVICE
            .iter()
            .any(|verb| sentence.starts_with(&format!("{verb} ")))
    })
}

#[test]
fn every_error_names_its_cause_and_one_next_step_without_a_librarys_address() {
    for error in SAID.into_iter().flat_map(sessions) {
        let (cause, step) = (error.to_string(), error.next_step());
        for text in [&cause, &step] {
            assert!(text.ends_with('.') && !text.contains(".."), "{text}");
            assert!(!text.contains("docs.rs"), "{text}");
        }
        assert!(!advises(&cause), "the cause gives the next step a rival: {cause}");
    }
}
