//! What a saved connection inherits from its group and from the settings.

use postern_model::{Connection, EncryptionPolicy, Group, Inherited, ProfileName, Region, inherit};

use crate::{fields::inherited_policy, settings::Defaults};

/// What applies to a connection, and who set it; each thing is inherited separately.
#[derive(Debug)]
pub(crate) struct Effective {
    pub(crate) profile: Option<Inherited<ProfileName>>,
    pub(crate) region: Option<Inherited<Region>>,
    pub(crate) encryption: Option<Inherited<EncryptionPolicy>>,
}

impl Effective {
    pub(crate) fn of(connection: &Connection, groups: &[Group], defaults: &Defaults) -> Self {
        let draft = &connection.draft;
        let group = group_of(connection, groups);
        let encryption = inherited_policy(draft.encryption.as_ref(), group);
        let group = group.map(|group| &group.draft);
        Self {
            profile: inherit(
                draft.profile.clone(),
                group.and_then(|group| group.profile.clone()),
                defaults.profile.clone(),
            ),
            region: inherit(
                draft.region.clone(),
                group.and_then(|group| group.region.clone()),
                defaults.region.clone(),
            ),
            encryption,
        }
    }
}

fn group_of<'a>(connection: &Connection, groups: &'a [Group]) -> Option<&'a Group> {
    groups
        .iter()
        .find(|group| Some(group.id) == connection.draft.group)
}
