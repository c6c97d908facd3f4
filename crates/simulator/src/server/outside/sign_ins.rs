//! The orders about signing in.

use std::time::Duration;

use axum::response::Response;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Order, always, counted, done};
use crate::control::Control;
use crate::identity::{SignInAnswer, SignInLifetimes};

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
    fn over(&self, known: SignInLifetimes) -> SignInLifetimes {
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

/// None when the order is not one of these.
pub(super) fn carry_out(control: &Control, order: &str, said: &Order) -> Option<Response> {
    let center = said.center.as_deref();
    let response = match order {
        "sign-ins/confirm" => done(control.confirm_sign_in(&said.user_code)),
        "sign-ins/deny" => done(control.deny_sign_in(&said.user_code)),
        "sign-ins/expire" => counted(control.expire_device_codes()),
        "sign-ins/answer" => match word(&said.answer) {
            Some(answer) => always(|| control.answer_sign_ins(answer)),
            None => done(false),
        },
        "sign-ins/lifetimes" => always(|| control.set_lifetimes(said.lifetimes.over(control.lifetimes()))),
        "tokens/expire" => counted(control.expire_tokens(center)),
        "tokens/revoke" => counted(control.revoke_tokens(center)),
        "clients/forget" => counted(control.forget_clients()),
        "credentials/expire" => counted(control.expire_issued_credentials()),
        "credentials/revoke" => counted(control.revoke_issued_credentials()),
        _ => return None,
    };
    Some(response)
}

/// The sign-ins that wait for a person.
pub(super) fn listing(control: &Control) -> Value {
    let pending = control.pending_sign_ins().into_iter();
    let pending: Vec<Value> = pending
        .map(|one| json!({ "user_code": one.user_code, "client": one.client, "start_url": one.start_url }))
        .collect();
    json!({ "sign_ins": pending })
}

fn word(answer: &str) -> Option<SignInAnswer> {
    match answer {
        "ask" => Some(SignInAnswer::Ask),
        "confirm" => Some(SignInAnswer::Confirm),
        "deny" => Some(SignInAnswer::Deny),
        _ => None,
    }
}
