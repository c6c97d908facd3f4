//! The XML of NETworkManager up to 2025: a list of `GroupInfoSerializable`, each field an element.

use super::profile::{GroupInfo, Overrides, ProfileInfo};
use crate::xml::{self, Element};

const ROOT: &str = "ArrayOfGroupInfoSerializable";
const GROUP: &str = "GroupInfoSerializable";
const PROFILE: &str = "ProfileInfoSerializable";

pub(super) fn read(text: &str) -> Result<Vec<GroupInfo>, String> {
    let root = xml::read(text, wanted)?;
    if root.name != ROOT {
        return Err(format!("its root is not {ROOT}."));
    }
    Ok(root
        .children
        .iter()
        .filter(|child| child.name == GROUP)
        .map(group)
        .collect())
}

fn wanted(name: &str) -> bool {
    let ours = name.starts_with("AWSSessionManager_");
    ours || matches!(
        name,
        ROOT | GROUP
            | PROFILE
            | "Name"
            | "Host"
            | "Description"
            | "Profiles"
            | "Tags"
            | "TagsCollection"
            | "string"
    )
}

fn group(element: &Element) -> GroupInfo {
    let profiles = element
        .child("Profiles")
        .map(|profiles| profiles.children.iter().map(profile).collect());
    GroupInfo {
        name: text(element, "Name"),
        description: text(element, "Description"),
        profiles,
        overrides: overrides(element),
    }
}

fn profile(element: &Element) -> ProfileInfo {
    let tags = element.child("TagsCollection");
    ProfileInfo {
        name: text(element, "Name"),
        host: text(element, "Host"),
        description: text(element, "Description"),
        tags: text(element, "Tags"),
        tags_collection: tags.map(|tags| tags.children.iter().map(|tag| tag.text.clone()).collect()),
        enabled: switch(element, "AWSSessionManager_Enabled"),
        instance: text(element, "AWSSessionManager_InstanceID"),
        overrides: overrides(element),
    }
}

fn overrides(element: &Element) -> Overrides {
    Overrides {
        has_profile: switch(element, "AWSSessionManager_OverrideProfile"),
        profile: text(element, "AWSSessionManager_Profile"),
        has_region: switch(element, "AWSSessionManager_OverrideRegion"),
        region: text(element, "AWSSessionManager_Region"),
    }
}

fn text(element: &Element, name: &str) -> Option<String> {
    element.child(name).map(|child| child.text.clone())
}

fn switch(element: &Element, name: &str) -> Option<bool> {
    element
        .child(name)
        .map(|child| matches!(child.text.trim(), "true" | "True" | "1"))
}
