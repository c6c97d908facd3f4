//! DescribeInstances: which instances, page by page.

use std::collections::HashSet;
use std::io;
use std::sync::Arc;

use uuid::Uuid;

use super::filter::read_filters;
use super::instance::write_instance;
use super::instance_row::InstanceRow;
use super::response::response;
use crate::cloud::CloudState;
use crate::services::Caller;
use crate::wire::{ApiError, ListingPage, PageTokens, Params, XmlWriter, element, text};
use crate::world::{SimulatedNode, World};

/// The page where the caller names no size: smaller than AWS's 1,000, so that paging is exercised.
const DEFAULT_PAGE: usize = 100;

pub(super) fn describe_instances(
    cloud: &CloudState,
    caller: &Caller,
    params: &Params,
    request_id: Uuid,
) -> Result<Vec<u8>, ApiError> {
    let page = page(cloud, caller, params)?;
    response("DescribeInstancesResponse", request_id, |xml| {
        element(xml, "reservationSet", |xml| {
            write_reservations(xml, &cloud.world, &page.items)
        })?;
        page.next
            .as_deref()
            .map_or(Ok(()), |token| text(xml, "nextToken", token))
    })
}

fn page(cloud: &CloudState, caller: &Caller, params: &Params) -> Result<ListingPage<InstanceRow>, ApiError> {
    let nodes = cloud.world.nodes(&caller.profile.account, &caller.region);
    let ids = params.list("InstanceId");
    let size = page_size(params, &ids)?;
    check_ids(cloud, caller, &ids)?;
    let ids: HashSet<&str> = ids.into_iter().collect();
    let filters = read_filters(params)?;
    let asked = |node: &Arc<SimulatedNode>| {
        let standing = cloud.world.standing(node)?;
        let named = ids.is_empty() || ids.contains(node.id.as_str());
        let passes =
            standing.listed && named && filters.iter().all(|filter| filter.passes(node, standing.state));
        passes.then(|| InstanceRow {
            node: Arc::clone(node),
            state: standing.state,
        })
    };
    let tokens = PageTokens::new((&caller.profile.account, &caller.region, params.question()));
    tokens
        .page(&nodes, asked, params.get("NextToken"), size)
        .ok_or_else(|| ApiError::new("InvalidNextToken", "The token provided is invalid."))
}

fn page_size(params: &Params, ids: &[&str]) -> Result<usize, ApiError> {
    let Some(text) = params.get("MaxResults") else {
        return Ok(if ids.is_empty() { DEFAULT_PAGE } else { usize::MAX });
    };
    if !ids.is_empty() {
        let text = "The parameter instancesSet cannot be used with the parameter maxResults";
        return Err(ApiError::new("InvalidParameterCombination", text));
    }
    match text.parse() {
        Ok(size @ 5..=1000) => Ok(size),
        Ok(_) | Err(_) => Err(ApiError::new(
            "InvalidParameterValue",
            format!(
                "Value ( {text} ) for parameter maxResults is invalid. Expecting a value between 5 and 1000."
            ),
        )),
    }
}

/// What EC2 says of ids that are none, or none of the caller's.
pub(super) fn check_ids(cloud: &CloudState, caller: &Caller, ids: &[&str]) -> Result<(), ApiError> {
    if let Some(malformed) = ids.iter().find(|id| !is_instance_id(id)) {
        return Err(ApiError::new(
            "InvalidInstanceID.Malformed",
            format!("Invalid id: \"{malformed}\""),
        ));
    }
    let exists = |id: &str| own_instance(cloud, caller, id).is_some();
    let missing: Vec<&str> = ids.iter().copied().filter(|id| !exists(id)).collect();
    match missing.as_slice() {
        [] => Ok(()),
        [one] => Err(not_found(format!("The instance ID '{one}' does not exist"))),
        several => Err(not_found(format!(
            "The instance IDs '{}' do not exist",
            several.join(", ")
        ))),
    }
}

/// The caller's instance with this id, if EC2 still lists it.
pub(super) fn own_instance(cloud: &CloudState, caller: &Caller, id: &str) -> Option<InstanceRow> {
    let node = cloud.world.node(id)?;
    let own = node.account == caller.profile.account && node.region == caller.region;
    let standing = cloud
        .world
        .standing(&node)
        .filter(|standing| own && standing.listed)?;
    Some(InstanceRow {
        node,
        state: standing.state,
    })
}

fn not_found(text: String) -> ApiError {
    ApiError::new("InvalidInstanceID.NotFound", text)
}

fn is_instance_id(id: &str) -> bool {
    id.strip_prefix("i-")
        .is_some_and(|hex| matches!(hex.len(), 8 | 17) && hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// Neighbours with the same reservation stand in one, as at AWS.
fn write_reservations(xml: &mut XmlWriter, world: &World, rows: &[InstanceRow]) -> io::Result<()> {
    for reservation in rows.chunk_by(|one, other| one.reservation() == other.reservation()) {
        element(xml, "item", |xml| write_reservation(xml, world, reservation))?;
    }
    Ok(())
}

fn write_reservation(xml: &mut XmlWriter, world: &World, rows: &[InstanceRow]) -> io::Result<()> {
    if let Some(first) = rows.first() {
        text(xml, "reservationId", first.reservation())?;
        text(xml, "ownerId", &first.node.account)?;
        element(xml, "groupSet", |_| Ok(()))?;
    }
    element(xml, "instancesSet", |xml| {
        for (index, row) in rows.iter().enumerate() {
            element(xml, "item", |xml| write_instance(xml, world, row, index))?;
        }
        Ok(())
    })
}
