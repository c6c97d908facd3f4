//! Groups of saved connections, one inside another.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::{Colour, Guard};
use crate::{DocumentName, EncryptionPolicy, ProfileName, Region};

/// How many groups may stand one inside another.
pub const MAX_GROUP_DEPTH: usize = 16;

/// The store's number of a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct GroupId(pub i64);

/// A group of saved connections.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Group {
    /// Its number in the store.
    pub id: GroupId,
    /// What the user wrote.
    pub draft: GroupDraft,
    /// Whether the tree shows it folded.
    pub collapsed: bool,
    /// Its place among the groups beside it where the user arranged them; those without come last, by name.
    pub position: Option<i64>,
    /// By what an import knows it again; none where it was not imported.
    pub import_key: Option<String>,
}

/// What the user writes about a group. All but name, parent and description is inherited by what is in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GroupDraft {
    /// Unique among the groups beside it (compared without case), not empty.
    pub name: String,
    /// The group that it stands in; none means the top of the list.
    pub parent: Option<GroupId>,
    /// The profile.
    pub profile: Option<ProfileName>,
    /// The Region.
    pub region: Option<Region>,
    /// The Session document.
    pub document: Option<DocumentName>,
    /// The document's parameters.
    pub parameters: Vec<(String, Vec<String>)>,
    /// The demand on encryption.
    pub encryption: Option<EncryptionPolicy>,
    /// The colour.
    pub colour: Option<Colour>,
    /// What it adds to the guard.
    pub guard: Guard,
    /// Free text.
    pub description: String,
}

/// Groups by their numbers, to walk upwards in.
#[derive(Debug)]
pub struct GroupTree<'a>(HashMap<GroupId, &'a Group>);

impl<'a> GroupTree<'a> {
    /// Of all groups.
    #[must_use]
    pub fn new(groups: &'a [Group]) -> Self {
        Self(groups.iter().map(|group| (group.id, group)).collect())
    }

    /// A group by its number.
    #[must_use]
    pub fn find(&self, id: GroupId) -> Option<&'a Group> {
        self.0.get(&id).copied()
    }

    /// A group and those that it stands in, the nearest first. It ends at a group that is gone, and where a damaged store
    /// leads round in a circle.
    #[must_use]
    pub fn from(&self, group: Option<GroupId>) -> Vec<&'a Group> {
        let mut above: Vec<&Group> = Vec::new();
        let mut next = group;
        while let Some(group) = next.and_then(|id| self.find(id)) {
            if above.iter().any(|seen| seen.id == group.id) {
                break;
            }
            above.push(group);
            next = group.draft.parent;
        }
        above
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn group(id: i64, parent: Option<i64>) -> Group {
        Group {
            id: GroupId(id),
            draft: GroupDraft {
                name: id.to_string(),
                parent: parent.map(GroupId),
                ..GroupDraft::default()
            },
            collapsed: false,
            position: None,
            import_key: None,
        }
    }

    fn walked(groups: &[Group], from: Option<i64>) -> Vec<i64> {
        let tree = GroupTree::new(groups);
        let above = tree.from(from.map(GroupId));
        above.iter().map(|group| group.id.0).collect()
    }

    #[test]
    fn the_nearest_group_comes_first() {
        let groups = [group(1, None), group(2, Some(1)), group(3, Some(2))];
        assert_eq!(walked(&groups, Some(3)), [3, 2, 1]);
        assert_eq!(walked(&groups, None), [0_i64; 0]);
    }

    #[test]
    fn a_circle_and_a_missing_parent_end_the_walk() {
        assert_eq!(walked(&[group(1, Some(2)), group(2, Some(1))], Some(1)), [1, 2]);
        assert_eq!(walked(&[group(1, Some(9))], Some(1)), [1]);
    }
}
