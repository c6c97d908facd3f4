//! The orders about accounts, and questions that only tests ask.

use std::time::Duration;

use axum::http::StatusCode;
use axum::response::Response;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use super::order::{Order, always, answer, counted, done};
use crate::control::Control;

/// None when the order is not one of these.
pub(super) fn carry_out(control: &Control, order: &str, said: &Order) -> Option<Response> {
    let profile = said.profile.as_deref().unwrap_or("");
    let response = match order {
        "calls/count" => counted(control.calls(said.operation.as_deref().unwrap_or(""))),
        "mfa/show" => shown("code", control.mfa_code(profile).map(Value::from)),
        "web-identity/token" => {
            let lifetime = Duration::from_secs(u64::try_from(said.seconds).unwrap_or(0));
            shown(
                "token",
                Some(control.web_identity_token(&said.subject, lifetime).into()),
            )
        }
        "container/token" => shown("token", Some(control.container_token().expose_secret().into())),
        "roles/attach" => done(control.attach_role(profile, said.role.as_deref())),
        "regions/opt-in" => done(control.opt_in(profile, &said.region, true)),
        "regions/opt-out" => done(control.opt_in(profile, &said.region, false)),
        "regions/activate-sts" => always(|| control.activate_sts(&said.region, true)),
        "regions/deactivate-sts" => always(|| control.activate_sts(&said.region, false)),
        "organization/deny" => done(control.deny_by_organization(profile, true)),
        "organization/allow" => done(control.deny_by_organization(profile, false)),
        "clock/ahead" => always(|| control.set_clock_ahead(said.seconds)),
        _ => return None,
    };
    Some(response)
}

fn shown(name: &str, value: Option<Value>) -> Response {
    match value {
        Some(value) => answer(StatusCode::OK, &json!({ "done": true, name: value })),
        None => done(false),
    }
}
