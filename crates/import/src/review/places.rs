//! Groups that are there by the names on the way to them.

use std::collections::HashMap;

use postern_model::{Group, GroupId, GroupTree};

use crate::GroupPath;

/// Finds groups by path and paths by group.
pub(super) struct Places<'a> {
    tree: GroupTree<'a>,
    by_path: HashMap<Vec<String>, &'a Group>,
}

impl<'a> Places<'a> {
    pub(super) fn new(groups: &'a [Group]) -> Self {
        let tree = GroupTree::new(groups);
        let by_path = groups
            .iter()
            .map(|group| (path(&tree, Some(group.id)).key(), group))
            .collect();
        Self { tree, by_path }
    }

    pub(super) fn find(&self, path: &GroupPath) -> Option<&'a Group> {
        self.by_path.get(&path.key()).copied()
    }

    pub(super) fn path(&self, group: Option<GroupId>) -> GroupPath {
        path(&self.tree, group)
    }
}

fn path(tree: &GroupTree<'_>, group: Option<GroupId>) -> GroupPath {
    let mut names: Vec<String> = tree
        .from(group)
        .iter()
        .map(|group| group.draft.name.clone())
        .collect();
    names.reverse();
    GroupPath(names)
}
