//! `/_simulator/…`: the orders of [`Control`] over HTTP, for tests that run outside this process.

mod accounts;
mod instances;
mod order;
mod ports;
mod sign_ins;

use std::time::{Duration, UNIX_EPOCH};

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};

use self::order::{Order, always, answer, counted, done};
use crate::agent::AgentHostility;
use crate::cloud::Cloud;
use crate::control::Control;
use crate::gateway::{AgentBehaviour, SessionRecord, SessionStatus};

/// A page in a browser cannot send this header to another origin without asking first, and nobody answers.
const HEADER: &str = "x-postern-simulator";

/// `GET /_simulator/sessions`: all sessions of this run, the oldest first.
pub(super) async fn sessions(State(cloud): State<Cloud>, headers: HeaderMap) -> Response {
    if !is_ours(&headers) {
        return refused();
    }
    let sessions: Vec<Value> = Control::new(cloud).sessions().iter().map(session_json).collect();
    answer(StatusCode::OK, &json!({ "sessions": sessions }))
}

/// `GET /_simulator/sign-ins`: those that wait for a person.
pub(super) async fn sign_ins(State(cloud): State<Cloud>, headers: HeaderMap) -> Response {
    if !is_ours(&headers) {
        return refused();
    }
    answer(StatusCode::OK, &sign_ins::listing(&Control::new(cloud)))
}

/// `GET /_simulator/ssh-keys`: those that were pushed and are still good, the oldest first.
pub(super) async fn ssh_keys(State(cloud): State<Cloud>, headers: HeaderMap) -> Response {
    if !is_ours(&headers) {
        return refused();
    }
    answer(StatusCode::OK, &ports::pushed_keys(&Control::new(cloud)))
}

/// `POST /_simulator/{topic}/{order}` with a JSON object as body, or none.
pub(super) async fn order(
    State(cloud): State<Cloud>,
    Path((topic, name)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !is_ours(&headers) {
        return refused();
    }
    let order = if body.is_empty() {
        Ok(Order::default())
    } else {
        serde_json::from_slice(&body)
    };
    match order {
        Ok(order) => carry_out(&Control::new(cloud), &format!("{topic}/{name}"), &order),
        Err(error) => answer(StatusCode::BAD_REQUEST, &json!({ "error": error.to_string() })),
    }
}

fn carry_out(control: &Control, order: &str, said: &Order) -> Response {
    let session = said.session.as_deref().unwrap_or("");
    let profile = said.profile.as_deref().unwrap_or("");
    match order {
        "links/cut" if said.session.is_some() => done(control.cut_link(session)),
        "links/cut" => counted(control.cut_all_links()),
        "links/refuse" => always(|| control.refuse_links()),
        "links/allow" => always(|| control.allow_links()),
        "sessions/end" => done(control.end_session(session, &said.output)),
        "sessions/crash" => done(control.crash_worker(session, Duration::from_millis(said.milliseconds))),
        "sessions/key" => done(control.set_session_key(profile, &said.region, said.key.as_deref())),
        "agents/behave" => match behaviour(said) {
            Some(behaviour) => always(|| control.set_agent_behaviour(behaviour)),
            None => done(false),
        },
        "faults/withhold-tokens" => always(|| control.withhold_tokens(true)),
        "faults/give-tokens" => always(|| control.withhold_tokens(false)),
        "faults/throttle" | "faults/delay" | "faults/deny" | "faults/allow" | "faults/break"
        | "faults/mend"
            if said.operation.is_some() =>
        {
            order_operation(control, order, said)
        }
        "faults/throttle" => always(|| control.throttle(said.calls)),
        "faults/delay" => always(|| control.delay(Duration::from_millis(said.milliseconds))),
        "faults/deny" => done(control.deny(profile, true)),
        "faults/allow" => done(control.deny(profile, false)),
        "faults/expire" => done(control.expire_credentials(profile, true)),
        "faults/renew" => done(control.expire_credentials(profile, false)),
        _ => sign_ins::carry_out(control, order, said)
            .or_else(|| accounts::carry_out(control, order, said))
            .or_else(|| instances::carry_out(control, order, said))
            .or_else(|| ports::carry_out(control, order, said))
            .unwrap_or_else(|| unknown(order)),
    }
}

fn unknown(order: &str) -> Response {
    answer(
        StatusCode::NOT_FOUND,
        &json!({ "error": format!("There is no order {order}.") }),
    )
}

/// The orders about one operation.
fn order_operation(control: &Control, order: &str, said: &Order) -> Response {
    let operation = said.operation.as_deref().unwrap_or("");
    let delay = Duration::from_millis(said.milliseconds);
    match order {
        "faults/throttle" => always(|| control.throttle_operation(operation, said.calls)),
        "faults/delay" => always(|| control.delay_operation(operation, delay)),
        "faults/break" | "faults/mend" => {
            always(|| control.break_operation(operation, order == "faults/break"))
        }
        _ => done(control.deny_operation(operation, said.profile.as_deref(), order == "faults/deny")),
    }
}

/// None when there is no such hostile act.
fn behaviour(said: &Order) -> Option<AgentBehaviour> {
    let hostility = match said.hostility.as_deref() {
        None => None,
        Some("drops-encryption") => Some(AgentHostility::DropsEncryption),
        Some("swaps-key") => Some(AgentHostility::SwapsKey(said.key.clone()?)),
        Some("output-before-complete") => Some(AgentHostility::OutputBeforeComplete),
        Some("repeats-request") => Some(AgentHostility::RepeatsRequest),
        Some("challenges-with-wrong-key") => Some(AgentHostility::ChallengesWithWrongKey),
        Some("plain-output") => Some(AgentHostility::PlainOutput),
        Some(_) => return None,
    };
    Some(AgentBehaviour {
        version: said.version.clone(),
        challenge: said.challenge,
        require_challenge_response: said.require_challenge_response,
        loses_output_in_a_pause: !said.keeps_output_in_a_pause,
        hostility,
    })
}

fn is_ours(headers: &HeaderMap) -> bool {
    headers.get(HEADER).is_some_and(|value| value == "1")
}

fn refused() -> Response {
    answer(
        StatusCode::FORBIDDEN,
        &json!({ "error": format!("Send the header {HEADER}: 1.") }),
    )
}

fn session_json(session: &SessionRecord) -> Value {
    let milliseconds = |time: std::time::SystemTime| {
        time.duration_since(UNIX_EPOCH)
            .map_or(0, |age| u64::try_from(age.as_millis()).unwrap_or(u64::MAX))
    };
    json!({
        "id": session.id,
        "target": session.target,
        "account": session.account,
        "region": session.region,
        "owner": session.owner,
        "document": session.document,
        "reason": session.reason,
        "started_ms": milliseconds(session.started),
        "ended_ms": session.ended.map(milliseconds),
        "state": state_word(session.state),
        "shell_pid": session.shell_pid,
    })
}

fn state_word(state: SessionStatus) -> &'static str {
    match state {
        SessionStatus::Connecting => "connecting",
        SessionStatus::Connected => "connected",
        SessionStatus::Disconnected => "disconnected",
        SessionStatus::Terminated => "terminated",
    }
}
