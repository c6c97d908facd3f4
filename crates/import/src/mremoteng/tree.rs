//! Containers and connections of mRemoteNG.

use postern_model::Target;

use crate::{
    ImportError,
    collect::{Collector, RawConnection, RawGroup},
    xml::Element,
};

/// Gives all nodes below `root` to `collector`.
pub(super) fn collect(root: &Element, collector: &mut Collector) -> Result<(), ImportError> {
    inside(root, &[], collector)
}

/// The reader bounds how deep elements stand in one another.
fn inside(parent: &Element, path: &[String], collector: &mut Collector) -> Result<(), ImportError> {
    for (number, node) in (1_usize..).zip(parent.children.iter().filter(|child| child.name == "Node")) {
        let name = node.attribute("Name").to_owned();
        if node.attribute("Type").eq_ignore_ascii_case("Container") {
            let below: Vec<String> = path.iter().cloned().chain([name]).collect();
            container(node, &below, collector)?;
            inside(node, &below, collector)?;
        } else {
            connection(node, name, path, number, collector)?;
        }
    }
    Ok(())
}

/// A container is kept for the connections in it.
fn container(node: &Element, path: &[String], collector: &mut Collector) -> Result<(), ImportError> {
    if !leads_somewhere(node) {
        return Ok(());
    }
    collector.group(RawGroup {
        path: path.to_vec(),
        place: path.join(" / "),
        region: node.attribute("EC2Region").to_owned(),
        description: node.attribute("Descr").to_owned(),
        ..RawGroup::default()
    })
}

fn leads_somewhere(node: &Element) -> bool {
    node.children.iter().any(|child| {
        let is_container = child.attribute("Type").eq_ignore_ascii_case("Container");
        if is_container {
            leads_somewhere(child)
        } else {
            target(child).is_some()
        }
    })
}

fn connection(
    node: &Element,
    name: String,
    path: &[String],
    number: usize,
    collector: &mut Collector,
) -> Result<(), ImportError> {
    let above = if path.is_empty() {
        String::new()
    } else {
        format!("{}, ", path.join(" / "))
    };
    let place = format!("{above}connection {number}");
    let Some(target) = target(node) else {
        let host = node.attribute("Hostname");
        let reason = if host.is_empty() {
            "It has no host."
        } else {
            "It goes to an address; Session Manager needs the id of the instance (EC2 Instance ID)."
        };
        collector.unusable(&name, place, reason.to_owned());
        return Ok(());
    };
    collector.connection(RawConnection {
        id: node.attribute("Id").to_owned(),
        place,
        name,
        group: path.to_vec(),
        target,
        region: node.attribute("EC2Region").to_owned(),
        description: node.attribute("Descr").to_owned(),
        tags: node
            .attribute("EnvironmentTags")
            .split([',', ';'])
            .map(str::to_owned)
            .collect(),
        ..RawConnection::default()
    })
}

fn target(node: &Element) -> Option<String> {
    let own = node.attribute("EC2InstanceId").trim();
    if !own.is_empty() {
        return Some(own.to_owned());
    }
    Target::parse(node.attribute("Hostname")).ok().map(String::from)
}
