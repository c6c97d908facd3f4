//! Groups and profiles of NETworkManager with the fields that matter here.

use postern_model::Target;
use serde::Deserialize;

use crate::{
    ImportError, ImportField,
    collect::{Collector, RawConnection, RawGroup},
};

/// What such a file speaks of.
pub(super) const FIELDS: [ImportField; 7] = [
    ImportField::Name,
    ImportField::Group,
    ImportField::Goal,
    ImportField::Profile,
    ImportField::Region,
    ImportField::Description,
    ImportField::Tags,
];

/// What a name of a group begins with that was synced and is never saved.
const SYNCED: &str = "~";

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct GroupInfo {
    pub(super) name: Option<String>,
    pub(super) description: Option<String>,
    pub(super) profiles: Option<Vec<ProfileInfo>>,
    #[serde(flatten)]
    pub(super) overrides: Overrides,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct ProfileInfo {
    pub(super) name: Option<String>,
    pub(super) host: Option<String>,
    pub(super) description: Option<String>,
    /// Of old versions: joined by semicolons.
    pub(super) tags: Option<String>,
    pub(super) tags_collection: Option<Vec<String>>,
    #[serde(rename = "AWSSessionManager_Enabled")]
    pub(super) enabled: Option<bool>,
    #[serde(rename = "AWSSessionManager_InstanceID")]
    pub(super) instance: Option<String>,
    #[serde(flatten)]
    pub(super) overrides: Overrides,
}

/// A value counts where its switch is on.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Overrides {
    #[serde(rename = "AWSSessionManager_OverrideProfile")]
    pub(super) has_profile: Option<bool>,
    #[serde(rename = "AWSSessionManager_Profile")]
    pub(super) profile: Option<String>,
    #[serde(rename = "AWSSessionManager_OverrideRegion")]
    pub(super) has_region: Option<bool>,
    #[serde(rename = "AWSSessionManager_Region")]
    pub(super) region: Option<String>,
}

impl Overrides {
    fn profile(&self) -> String {
        switched(self.has_profile, self.profile.as_ref())
    }

    fn region(&self) -> String {
        switched(self.has_region, self.region.as_ref())
    }
}

fn switched(on: Option<bool>, value: Option<&String>) -> String {
    value.filter(|_| on == Some(true)).cloned().unwrap_or_default()
}

impl GroupInfo {
    /// Gives a group with a connection and its profiles to `collector`; of a group for other tools nothing is kept but why.
    pub(super) fn collect(self, collector: &mut Collector) -> Result<(), ImportError> {
        let name = self.name.unwrap_or_default();
        if name.trim_start().starts_with(SYNCED) {
            collector.unusable(
                &name,
                "group".to_owned(),
                "It was synced from AWS; Postern syncs it itself.".to_owned(),
            );
            return Ok(());
        }
        let path = vec![name];
        let profiles = self.profiles.unwrap_or_default();
        if profiles.iter().any(|profile| profile.target().is_ok()) {
            collector.group(RawGroup {
                place: format!("group {}", path.concat()),
                path: path.clone(),
                profile: self.overrides.profile(),
                region: self.overrides.region(),
                description: self.description.unwrap_or_default(),
                ..RawGroup::default()
            })?;
        }
        for (number, profile) in (1_usize..).zip(profiles) {
            profile.collect(&path, number, collector)?;
        }
        Ok(())
    }
}

impl ProfileInfo {
    fn collect(self, group: &[String], number: usize, collector: &mut Collector) -> Result<(), ImportError> {
        let place = format!("group {}, profile {number}", group.concat());
        let name = self.name.clone().unwrap_or_default();
        match self.target() {
            Ok(target) => collector.connection(RawConnection {
                place,
                name,
                group: group.to_vec(),
                target,
                profile: self.overrides.profile(),
                region: self.overrides.region(),
                description: self.description.clone().unwrap_or_default(),
                tags: self.all_tags(),
                ..RawConnection::default()
            }),
            Err(reason) => {
                collector.unusable(&name, place, reason.to_owned());
                Ok(())
            }
        }
    }

    /// The instance ID, or why there is none.
    fn target(&self) -> Result<String, &'static str> {
        let instance = self.instance.as_deref().map(str::trim).unwrap_or_default();
        match (self.enabled, instance) {
            (Some(true), "") => Err("It has no instance ID."),
            (Some(true), id) => Ok(id.to_owned()),
            (Some(false) | None, id) if !id.is_empty() => Err("Session Manager is switched off in it."),
            (Some(false) | None, _) => self.host_as_target(),
        }
    }

    fn host_as_target(&self) -> Result<String, &'static str> {
        let host = self.host.as_deref().map(str::trim).unwrap_or_default();
        match Target::parse(host) {
            Ok(target) => Ok(target.to_string()),
            Err(_) => Err("It is for other tools: it has no instance ID."),
        }
    }

    fn all_tags(&self) -> Vec<String> {
        match self.tags_collection.as_deref() {
            Some(tags) if !tags.is_empty() => tags.to_vec(),
            Some(_) | None => self
                .tags
                .iter()
                .flat_map(|tags| tags.split(';'))
                .map(str::to_owned)
                .collect(),
        }
    }
}
