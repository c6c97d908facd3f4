//! DescribeInstanceInformation: what the agents of managed nodes report.

use std::sync::Arc;
use std::time::SystemTime;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::cloud::CloudState;
use crate::services::Caller;
use crate::wire::{ApiError, PageTokens, epoch_seconds, invalid, invalid_token, page_size, put, read};
use crate::world::{AgentPing, Kind, SimulatedNode, World};

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct InformationRequest {
    /// The older form of filters.
    instance_information_filter_list: Vec<OlderInformationFilter>,
    filters: Vec<InformationFilter>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct OlderInformationFilter {
    key: String,
    value_set: Vec<String>,
}

#[derive(Debug, Default, Clone, Deserialize, Hash)]
#[serde(default, rename_all = "PascalCase")]
struct InformationFilter {
    key: String,
    values: Vec<String>,
}

/// Where the caller names no size, the largest that AWS allows.
const LARGEST_PAGE: i64 = 50;

pub(super) fn describe_instance_information(
    cloud: &CloudState,
    caller: &Caller,
    body: &[u8],
) -> Result<Value, ApiError> {
    let request: InformationRequest = read(body)?;
    let size = page_size(request.max_results, 5..=LARGEST_PAGE, 50)?;
    let filters = filters(&request)?;
    let world = &cloud.world;
    let nodes = world.nodes(&caller.profile.account, &caller.region);
    let tokens = PageTokens::new((&caller.profile.account, &caller.region, &filters, "information"));
    let asked = |node: &Arc<SimulatedNode>| {
        let ping = world.ping(node)?;
        let passes = filters.iter().all(|filter| passes(filter, node, ping));
        passes.then_some(ping)
    };
    let page = tokens
        .page(
            &nodes,
            |node| Some((Arc::clone(node), asked(node)?)),
            request.next_token.as_deref(),
            size,
        )
        .ok_or_else(invalid_token)?;
    let now = SystemTime::now();
    let list: Vec<Value> = page
        .items
        .into_iter()
        .map(|(node, ping)| information(world, &node, ping, now))
        .collect();
    let mut answer = json!({ "InstanceInformationList": list });
    put(&mut answer, "NextToken", page.next.map(Value::from));
    Ok(answer)
}

fn filters(request: &InformationRequest) -> Result<Vec<InformationFilter>, ApiError> {
    let old = request.instance_information_filter_list.iter();
    let old = old.map(|filter| InformationFilter {
        key: filter.key.clone(),
        values: filter.value_set.clone(),
    });
    let filters: Vec<InformationFilter> = request.filters.iter().cloned().chain(old).collect();
    for filter in &filters {
        check_filter(filter)?;
    }
    Ok(filters)
}

const FILTER_KEYS: &[&str] = &[
    "ActivationIds",
    "AgentVersion",
    "AssociationStatus",
    "IamRole",
    "InstanceIds",
    "PingStatus",
    "PlatformTypes",
    "ResourceType",
    "tag-key",
];

fn check_filter(filter: &InformationFilter) -> Result<(), ApiError> {
    if !FILTER_KEYS.contains(&filter.key.as_str()) && !filter.key.starts_with("tag:") {
        return Err(ApiError::new(
            "InvalidFilterKey",
            format!("The specified key isn't valid: {}", filter.key),
        ));
    }
    if filter.values.is_empty() {
        return Err(invalid(
            "[]",
            "filters.1.member.values",
            "Member must have length greater than or equal to 1",
        ));
    }
    Ok(())
}

fn passes(filter: &InformationFilter, node: &SimulatedNode, ping: AgentPing) -> bool {
    let is =
        |value: Option<&str>| value.is_some_and(|value| filter.values.iter().any(|asked| asked == value));
    let hybrid = match &node.kind {
        Kind::Hybrid(facts) => Some(facts),
        Kind::Ec2(_) | Kind::Container => None,
    };
    match filter.key.as_str() {
        "ActivationIds" => is(hybrid.map(|facts| facts.activation.as_str())),
        "AgentVersion" => is(Some(node.agent_version)),
        "AssociationStatus" => is(Some("Success")),
        "IamRole" => is(hybrid.map(|facts| facts.role)),
        "InstanceIds" => is(Some(&node.id)),
        "PingStatus" => is(Some(ping.name())),
        "PlatformTypes" => is(Some(node.platform.name())),
        "ResourceType" => is(Some(resource_type(node))),
        "tag-key" => node.tags.iter().any(|tag| is(Some(&tag.key))),
        tag => is(tag.strip_prefix("tag:").and_then(|key| node.tag(key))),
    }
}

fn resource_type(node: &SimulatedNode) -> &'static str {
    match node.kind {
        Kind::Ec2(_) => "EC2Instance",
        // Containers are not listed.
        Kind::Hybrid(_) | Kind::Container => "ManagedInstance",
    }
}

fn information(world: &World, node: &SimulatedNode, ping: AgentPing, now: SystemTime) -> Value {
    let newest = "3.3.987.0";
    let mut information = json!({
        "InstanceId": node.id,
        "PingStatus": ping.name(),
        "LastPingDateTime": epoch_seconds(last_ping(world, node, ping, now)),
        "AgentVersion": node.agent_version,
        "IsLatestVersion": node.agent_version == newest,
        "PlatformType": node.platform.name(),
        "PlatformName": node.platform_name,
        "PlatformVersion": node.platform_version,
        "ResourceType": resource_type(node),
        "IPAddress": node.private_ip,
        "ComputerName": node.computer_name,
        "AssociationStatus": "Success",
        "SourceId": node.id,
        "SourceType": "AWS::EC2::Instance",
    });
    if let Kind::Hybrid(facts) = &node.kind {
        put(&mut information, "Name", Some(json!(node.name)));
        put(&mut information, "ActivationId", Some(json!(facts.activation)));
        put(&mut information, "IamRole", Some(json!(facts.role)));
        let registered = epoch_seconds(world.before(node.registered_ago));
        put(&mut information, "RegistrationDate", Some(json!(registered)));
        put(
            &mut information,
            "SourceType",
            Some(json!("AWS::SSM::ManagedInstance")),
        );
    }
    information
}

/// A live agent is heard every five minutes, each at its own second.
fn last_ping(world: &World, node: &SimulatedNode, ping: AgentPing, now: SystemTime) -> SystemTime {
    match ping {
        AgentPing::Online => {
            let seconds = node.registered_ago.as_secs() % 300;
            now.checked_sub(std::time::Duration::from_secs(seconds))
                .unwrap_or(now)
        }
        AgentPing::ConnectionLost | AgentPing::Inactive => world.before(node.silent_for),
    }
}
