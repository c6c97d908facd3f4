//! The orders about signing in.

use axum::response::Response;
use serde_json::{Value, json};

use super::order::{Order, always, counted, done};
use crate::control::Control;
use crate::identity::SignInAnswer;

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
        "console/expire" => counted(control.expire_console_sessions()),
        "console/change-passwords" => counted(control.change_console_passwords()),
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
