//! Orders about instances, rates of calls and Regions.

use std::time::Duration;

use axum::http::StatusCode;
use axum::response::Response;
use serde_json::json;

use super::order::{Order, always, answer, done};
use crate::call_rates::CallRate;
use crate::control::Control;
use crate::region_faults::RegionFault;

/// None when it is no order of these.
pub(super) fn carry_out(control: &Control, order: &str, said: &Order) -> Option<Response> {
    let node = said.node.as_deref().unwrap_or("");
    let trouble = |fault| always(|| control.trouble_region(&said.region, fault));
    Some(match order {
        "instances/start" => done(control.start_instance(node)),
        "instances/stop" => done(control.stop_instance(node)),
        "instances/reboot" => done(control.reboot_instance(node)),
        "instances/terminate" => done(control.terminate_instance(node)),
        "instances/replace" => replaced(control.replace_instance(node)),
        "faults/throttle-one-in" => always(|| control.throttle_one_in(said.calls)),
        "faults/limit" => always(|| control.limit_calls(rate(said))),
        "regions/slow" => trouble(Some(RegionFault::Slow(Duration::from_millis(said.milliseconds)))),
        "regions/silence" => trouble(Some(RegionFault::Silent)),
        "regions/fail" => trouble(Some(RegionFault::Failing)),
        "regions/mend" => trouble(None),
        _ => return None,
    })
}

/// A burst of none ends the limit.
fn rate(said: &Order) -> Option<CallRate> {
    let burst = u32::try_from(said.calls).unwrap_or(u32::MAX);
    (burst > 0).then_some(CallRate {
        burst,
        per_second: said.per_second,
    })
}

fn replaced(new: Option<String>) -> Response {
    match new {
        Some(id) => answer(StatusCode::OK, &json!({ "done": true, "node": id })),
        None => done(false),
    }
}
