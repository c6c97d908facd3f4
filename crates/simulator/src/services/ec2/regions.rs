//! DescribeRegions.

use uuid::Uuid;

use super::response::response;
use crate::cloud::CloudState;
use crate::services::Caller;
use crate::wire::{ApiError, Params, element, text};
use crate::world::{OPT_IN, OptIn, REGIONS};

/// Those that the account can use, or with `AllRegions` also those that it would have to opt in to.
pub(super) fn describe_regions(
    cloud: &CloudState,
    caller: &Caller,
    params: &Params,
    request_id: Uuid,
) -> Result<Vec<u8>, ApiError> {
    let asked = params.list("RegionName");
    let all = params.get("AllRegions") == Some("true");
    let mut known: Vec<&str> = [REGIONS, OPT_IN].concat();
    known.sort_unstable();
    known.dedup();
    if let Some(unknown) = asked.iter().find(|name| !known.contains(name)) {
        return Err(ApiError::new(
            "InvalidParameterValue",
            format!("Invalid region: [{unknown}]"),
        ));
    }
    let opt_ins = cloud.world.opt_ins();
    let of = |name: &str| opt_ins.of(&caller.profile.account, name);
    let regions = known
        .into_iter()
        .filter(|name| asked.is_empty() || asked.contains(name))
        .map(|name| (name, of(name)))
        .filter(|(_, opt_in)| all || *opt_in != OptIn::NotOptedIn);
    response("DescribeRegionsResponse", request_id, |xml| {
        element(xml, "regionInfo", |xml| {
            for (name, opt_in) in regions {
                element(xml, "item", |xml| {
                    text(xml, "regionName", name)?;
                    text(xml, "regionEndpoint", &format!("ec2.{name}.amazonaws.com"))?;
                    text(xml, "optInStatus", opt_in.name())
                })?;
            }
            Ok(())
        })
    })
}
