//! One instance as DescribeInstances writes it.

use std::io;

use time::OffsetDateTime;
use time::macros::format_description;

use super::instance_row::InstanceRow;
use super::key_pair::key_name;
use crate::wire::{XmlWriter, element, text};
use crate::world::{Ec2Facts, Ec2State, NodePlatform, SimulatedNode, World};

pub(super) fn write_instance(
    xml: &mut XmlWriter,
    world: &World,
    row: &InstanceRow,
    launch_index: usize,
) -> io::Result<()> {
    let (node, state) = (row.node.as_ref(), row.state);
    let Some(facts) = node.ec2() else {
        return Ok(());
    };
    text(xml, "instanceId", &node.id)?;
    text(xml, "imageId", &facts.image)?;
    write_state(xml, state)?;
    write_addresses(xml, node, facts, state)?;
    key_name(node).map_or(Ok(()), |name| text(xml, "keyName", name))?;
    text(xml, "amiLaunchIndex", &launch_index.to_string())?;
    element(xml, "productCodes", |_| Ok(()))?;
    text(xml, "instanceType", facts.instance_type)?;
    text(xml, "launchTime", &launch_time(world, node, facts))?;
    write_placement(xml, facts)?;
    write_platform(xml, node, facts)?;
    element(xml, "monitoring", |xml| text(xml, "state", "disabled"))?;
    text(xml, "sourceDestCheck", "true")?;
    element(xml, "groupSet", |xml| write_groups(xml, facts))?;
    write_profile(xml, node, facts)?;
    element(xml, "tagSet", |xml| write_tags(xml, node))?;
    write_hardware(xml)
}

/// Families with a `g` behind their generation number are Graviton (m7g, t4g), others Intel or AMD (m6i, g5).
pub(super) fn architecture(facts: &Ec2Facts) -> &'static str {
    let family = facts.instance_type.split('.').next().unwrap_or("");
    let after_generation = family.trim_start_matches(|c: char| c.is_ascii_lowercase());
    if after_generation.contains('g') {
        "arm64"
    } else {
        "x86_64"
    }
}

pub(super) fn profile_arn(node: &SimulatedNode, facts: &Ec2Facts) -> Option<String> {
    let name = facts.instance_profile?;
    Some(format!("arn:aws:iam::{}:instance-profile/{name}", node.account))
}

pub(super) fn private_dns_name(node: &SimulatedNode) -> String {
    format!(
        "ip-{}.{}.compute.internal",
        node.private_ip.replace('.', "-"),
        node.region
    )
}

fn write_state(xml: &mut XmlWriter, state: Ec2State) -> io::Result<()> {
    element(xml, "instanceState", |xml| {
        text(xml, "code", &state.code().to_string())?;
        text(xml, "name", state.name())
    })?;
    match state {
        Ec2State::Stopped | Ec2State::Stopping | Ec2State::ShuttingDown | Ec2State::Terminated => {
            text(xml, "reason", "User initiated")?;
            element(xml, "stateReason", |xml| {
                text(xml, "code", "Client.UserInitiatedShutdown")?;
                text(
                    xml,
                    "message",
                    "Client.UserInitiatedShutdown: User initiated shutdown",
                )
            })
        }
        Ec2State::Pending | Ec2State::Running => text(xml, "reason", ""),
    }
}

fn write_addresses(
    xml: &mut XmlWriter,
    node: &SimulatedNode,
    facts: &Ec2Facts,
    state: Ec2State,
) -> io::Result<()> {
    if !state.has_addresses() {
        text(xml, "privateDnsName", "")?;
        return text(xml, "dnsName", "");
    }
    text(xml, "privateDnsName", &private_dns_name(node))?;
    text(xml, "dnsName", &public_dns_name(node, facts))?;
    text(xml, "subnetId", &facts.subnet)?;
    text(xml, "vpcId", &facts.vpc)?;
    text(xml, "privateIpAddress", &node.private_ip)?;
    facts
        .public_ip
        .as_deref()
        .map_or(Ok(()), |address| text(xml, "ipAddress", address))
}

fn public_dns_name(node: &SimulatedNode, facts: &Ec2Facts) -> String {
    let name = |address: &str| {
        format!(
            "ec2-{}.{}.compute.amazonaws.com",
            address.replace('.', "-"),
            node.region
        )
    };
    facts.public_ip.as_deref().map(name).unwrap_or_default()
}

fn launch_time(world: &World, node: &SimulatedNode, facts: &Ec2Facts) -> String {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].000Z");
    OffsetDateTime::from(world.launched_at(node, facts))
        .format(format)
        .unwrap_or_default()
}

fn write_placement(xml: &mut XmlWriter, facts: &Ec2Facts) -> io::Result<()> {
    element(xml, "placement", |xml| {
        text(xml, "availabilityZone", &facts.zone)?;
        text(xml, "groupName", "")?;
        text(xml, "tenancy", "default")
    })
}

/// `platform` is there for Windows only.
fn write_platform(xml: &mut XmlWriter, node: &SimulatedNode, facts: &Ec2Facts) -> io::Result<()> {
    text(xml, "architecture", architecture(facts))?;
    match node.platform {
        NodePlatform::Windows => {
            text(xml, "platform", "windows")?;
            text(xml, "platformDetails", "Windows")?;
            text(xml, "usageOperation", "RunInstances:0002")
        }
        NodePlatform::Linux => {
            text(xml, "platformDetails", "Linux/UNIX")?;
            text(xml, "usageOperation", "RunInstances")
        }
    }
}

fn write_groups(xml: &mut XmlWriter, facts: &Ec2Facts) -> io::Result<()> {
    element(xml, "item", |xml| {
        text(xml, "groupId", &facts.security_group)?;
        text(xml, "groupName", "nodes")
    })
}

fn write_profile(xml: &mut XmlWriter, node: &SimulatedNode, facts: &Ec2Facts) -> io::Result<()> {
    let Some(arn) = profile_arn(node, facts) else {
        return Ok(());
    };
    element(xml, "iamInstanceProfile", |xml| {
        text(xml, "arn", &arn)?;
        text(xml, "id", &format!("AIPAPOSTERN{}", node.account))
    })
}

fn write_tags(xml: &mut XmlWriter, node: &SimulatedNode) -> io::Result<()> {
    for tag in &node.tags {
        element(xml, "item", |xml| {
            text(xml, "key", &tag.key)?;
            text(xml, "value", &tag.value)
        })?;
    }
    Ok(())
}

fn write_hardware(xml: &mut XmlWriter) -> io::Result<()> {
    text(xml, "rootDeviceType", "ebs")?;
    text(xml, "rootDeviceName", "/dev/xvda")?;
    element(xml, "blockDeviceMapping", |_| Ok(()))?;
    text(xml, "virtualizationType", "hvm")?;
    text(xml, "hypervisor", "xen")?;
    element(xml, "networkInterfaceSet", |_| Ok(()))?;
    text(xml, "ebsOptimized", "true")?;
    text(xml, "enaSupport", "true")?;
    element(xml, "metadataOptions", |xml| {
        text(xml, "state", "applied")?;
        text(xml, "httpTokens", "required")?;
        text(xml, "httpPutResponseHopLimit", "2")?;
        text(xml, "httpEndpoint", "enabled")
    })
}
