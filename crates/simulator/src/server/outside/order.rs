//! What an order says, and how orders are answered.

use std::time::Duration;

use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::identity::SignInLifetimes;

/// What an order may say; each order reads its own part.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Order {
    pub(super) session: Option<String>,
    pub(super) profile: Option<String>,
    pub(super) output: String,
    pub(super) calls: usize,
    /// Of a rate: how many calls come back in a second.
    pub(super) per_second: f64,
    pub(super) milliseconds: u64,
    /// Such as `ResumeSession`; none for every operation.
    pub(super) operation: Option<String>,
    pub(super) region: String,
    /// None for no encryption.
    pub(super) key: Option<String>,
    /// What agents say they are, such as `3.0.196.0`; none leaves it to the nodes.
    pub(super) version: Option<String>,
    pub(super) challenge: Option<bool>,
    pub(super) require_challenge_response: bool,
    /// Whether the real agent's loss of output in a pause is left out.
    pub(super) keeps_output_in_a_pause: bool,
    /// The name of a hostile act, such as `drops-encryption`; `swaps-key` goes with `key`.
    pub(super) hostility: Option<String>,
    /// What a person types to confirm a sign-in.
    pub(super) user_code: String,
    /// An Identity Center by its name; none for all.
    pub(super) center: Option<String>,
    /// `ask`, `confirm` or `deny`.
    pub(super) answer: String,
    /// Lifetimes in seconds; what is not said stays as it is.
    pub(super) lifetimes: Lifetimes,
    /// Whom a token of the identity provider names.
    pub(super) subject: String,
    pub(super) role: Option<String>,
    /// A lifetime, or how far a clock is ahead.
    pub(super) seconds: i64,
    /// Whose port is meant: one node's, or a host's. Without both, every node's.
    pub(super) node: Option<String>,
    pub(super) host: Option<String>,
    pub(super) port: u16,
    /// What answers there, such as `echo`; `loopback` goes with `to`.
    pub(super) server: String,
    pub(super) to: u16,
    /// Of servers that count: how many bytes.
    pub(super) bytes: u64,
}

/// Seconds.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Lifetimes {
    registration: Option<u64>,
    device_code: Option<u64>,
    poll_interval: Option<u64>,
    access_token: Option<u64>,
    session: Option<u64>,
    role_credentials: Option<u64>,
}

impl Lifetimes {
    pub(super) fn over(&self, known: SignInLifetimes) -> SignInLifetimes {
        let of = |said: Option<u64>, known: Duration| said.map_or(known, Duration::from_secs);
        SignInLifetimes {
            registration: of(self.registration, known.registration),
            device_code: of(self.device_code, known.device_code),
            poll_interval: of(self.poll_interval, known.poll_interval),
            access_token: of(self.access_token, known.access_token),
            session: of(self.session, known.session),
            role_credentials: of(self.role_credentials, known.role_credentials),
        }
    }
}

pub(super) fn always(act: impl FnOnce()) -> Response {
    act();
    done(true)
}

pub(super) fn done(done: bool) -> Response {
    let status = if done {
        StatusCode::OK
    } else {
        StatusCode::NOT_FOUND
    };
    answer(status, &json!({ "done": done }))
}

pub(super) fn counted(count: usize) -> Response {
    answer(StatusCode::OK, &json!({ "done": true, "count": count }))
}

pub(super) fn answer(status: StatusCode, body: &Value) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}
