//! DescribeRegions.

use uuid::Uuid;

use super::response::response;
use crate::wire::{ApiError, Params, element, text};
use crate::world::REGIONS;

pub(super) fn describe_regions(params: &Params, request_id: Uuid) -> Result<Vec<u8>, ApiError> {
    let asked = params.list("RegionName");
    if let Some(unknown) = asked.iter().find(|name| !REGIONS.contains(name)) {
        return Err(ApiError::new(
            "InvalidParameterValue",
            format!("Invalid region: [{unknown}]"),
        ));
    }
    let regions = REGIONS
        .iter()
        .filter(|name| asked.is_empty() || asked.contains(name));
    response("DescribeRegionsResponse", request_id, |xml| {
        element(xml, "regionInfo", |xml| {
            for name in regions {
                element(xml, "item", |xml| {
                    text(xml, "regionName", name)?;
                    text(xml, "regionEndpoint", &format!("ec2.{name}.amazonaws.com"))?;
                    text(xml, "optInStatus", "opt-in-not-required")
                })?;
            }
            Ok(())
        })
    })
}
