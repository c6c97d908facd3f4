//! StartInstances, StopInstances, RebootInstances and TerminateInstances: all that are named, or none.

use std::io;

use axum::http::StatusCode;
use uuid::Uuid;

use super::instance_row::InstanceRow;
use super::instances::{check_ids, own_instance};
use super::response::response;
use crate::cloud::CloudState;
use crate::services::Caller;
use crate::wire::{ApiError, Params, XmlWriter, element, text};
use crate::world::{Ec2State, InstanceOrder, World};

/// Carries out one order, after it was seen that every instance can do it.
pub(super) fn carry_out(
    cloud: &CloudState,
    caller: &Caller,
    params: &Params,
    order: InstanceOrder,
    request_id: Uuid,
) -> Result<Vec<u8>, ApiError> {
    let rows = named(cloud, caller, params)?;
    for row in &rows {
        check(&cloud.world, row, order)?;
    }
    if params.get("DryRun") == Some("true") {
        return Err(dry_run());
    }
    for row in rows.iter().filter(|row| changes(row.state, order)) {
        cloud.world.tell(&row.node.id, order);
        if order != InstanceOrder::Start {
            cloud.sessions.end_of_node(&row.node.id);
        }
    }
    answer(&cloud.world, &rows, order, request_id)
}

fn named(cloud: &CloudState, caller: &Caller, params: &Params) -> Result<Vec<InstanceRow>, ApiError> {
    let mut ids = params.list("InstanceId");
    ids.sort_unstable();
    ids.dedup();
    if ids.is_empty() {
        let text = "The request must contain the parameter InstanceId";
        return Err(ApiError::new("MissingParameter", text));
    }
    check_ids(cloud, caller, &ids)?;
    Ok(ids
        .into_iter()
        .filter_map(|id| own_instance(cloud, caller, id))
        .collect())
}

fn check(world: &World, row: &InstanceRow, order: InstanceOrder) -> Result<(), ApiError> {
    use Ec2State::{Pending, Running, ShuttingDown, Stopping, Terminated};
    let id = &row.node.id;
    let why = match (order, row.state) {
        (InstanceOrder::Start, Stopping | ShuttingDown | Terminated) => {
            format!("The instance '{id}' is not in a state from which it can be started.")
        }
        (InstanceOrder::Stop, ShuttingDown | Terminated) => {
            format!("This instance '{id}' is not in a state from which it can be stopped.")
        }
        (InstanceOrder::Stop, Pending) if !world.was_told(&row.node) => {
            format!("Instance '{id}' cannot be stopped as it has never reached the 'running' state.")
        }
        (InstanceOrder::Reboot, state) if !matches!(state, Running | Terminated) => {
            format!("Instance '{id}' is not in a state from which it can be rebooted.")
        }
        _ => return Ok(()),
    };
    Err(ApiError::new("IncorrectInstanceState", why))
}

/// An instance that is there already, or on its way, stays as it is.
fn changes(state: Ec2State, order: InstanceOrder) -> bool {
    match order {
        InstanceOrder::Start => state == Ec2State::Stopped,
        InstanceOrder::Stop => matches!(state, Ec2State::Running | Ec2State::Pending),
        InstanceOrder::Reboot => state == Ec2State::Running,
        InstanceOrder::Terminate => !matches!(state, Ec2State::ShuttingDown | Ec2State::Terminated),
    }
}

fn dry_run() -> ApiError {
    ApiError::with_status(
        StatusCode::PRECONDITION_FAILED,
        "DryRunOperation",
        "Request would have succeeded, but DryRun flag is set.",
    )
}

fn answer(
    world: &World,
    rows: &[InstanceRow],
    order: InstanceOrder,
    request_id: Uuid,
) -> Result<Vec<u8>, ApiError> {
    let changes = |xml: &mut XmlWriter| {
        element(xml, "instancesSet", |xml| {
            rows.iter().try_for_each(|row| write_change(xml, world, row))
        })
    };
    match order {
        InstanceOrder::Start => response("StartInstancesResponse", request_id, changes),
        InstanceOrder::Stop => response("StopInstancesResponse", request_id, changes),
        InstanceOrder::Terminate => response("TerminateInstancesResponse", request_id, changes),
        InstanceOrder::Reboot => response("RebootInstancesResponse", request_id, |xml| {
            text(xml, "return", "true")
        }),
    }
}

fn write_change(xml: &mut XmlWriter, world: &World, row: &InstanceRow) -> io::Result<()> {
    let now = world.standing(&row.node).map_or(row.state, |now| now.state);
    element(xml, "item", |xml| {
        text(xml, "instanceId", &row.node.id)?;
        write_state(xml, "currentState", now)?;
        write_state(xml, "previousState", row.state)
    })
}

fn write_state(xml: &mut XmlWriter, name: &str, state: Ec2State) -> io::Result<()> {
    element(xml, name, |xml| {
        text(xml, "code", &state.code().to_string())?;
        text(xml, "name", state.name())
    })
}
