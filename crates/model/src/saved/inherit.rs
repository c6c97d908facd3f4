//! Inheritance: each thing by itself from the connection, else the nearest group that sets it, else the settings; what
//! nobody sets is left to the AWS configuration.

use super::{Colour, ConnectionDraft, EffectiveGuard, Group, GroupDraft, GroupId, GroupTree, Guard, Origin};
use crate::{DocumentName, EncryptionPolicy, ProfileName, Region};

/// An effective value and its origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inherited<T> {
    /// The value that applies.
    pub value: T,
    /// Who set it.
    pub origin: Origin,
}

/// The settings' values for what nobody sets.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Defaults {
    /// The profile.
    pub profile: Option<ProfileName>,
    /// The Region.
    pub region: Option<Region>,
}

/// What applies to a connection, or would to one in a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EffectiveConnection {
    /// The profile.
    pub profile: Option<Inherited<ProfileName>>,
    /// The Region.
    pub region: Option<Inherited<Region>>,
    /// The Session document; none is the Region's shell.
    pub document: Option<Inherited<DocumentName>>,
    /// The document's parameters: those that come with it, replaced by name by those of nearer levels.
    pub parameters: Vec<(String, Inherited<Vec<String>>)>,
    /// The demand on encryption; none is [`EncryptionPolicy::Prefer`].
    pub encryption: Option<Inherited<EncryptionPolicy>>,
    /// The colour; none is that of the profile.
    pub colour: Option<Inherited<Colour>>,
    /// The guard.
    pub guard: EffectiveGuard,
}

/// What one level sets.
struct Level<'a> {
    origin: Origin,
    profile: Option<&'a ProfileName>,
    region: Option<&'a Region>,
    document: Option<&'a DocumentName>,
    parameters: &'a [(String, Vec<String>)],
    encryption: Option<&'a EncryptionPolicy>,
    colour: Option<&'a Colour>,
    guard: Guard,
}

impl EffectiveConnection {
    /// Of a connection in its group.
    #[must_use]
    pub fn of(draft: &ConnectionDraft, groups: &GroupTree<'_>, defaults: &Defaults) -> Self {
        let own = Level::of_connection(draft);
        Self::of_levels(own.into_iter(), draft.group, groups, defaults)
    }

    /// Of a connection that stood in `group` and set nothing.
    #[must_use]
    pub fn within(group: Option<GroupId>, groups: &GroupTree<'_>, defaults: &Defaults) -> Self {
        Self::of_levels(std::iter::empty(), group, groups, defaults)
    }

    /// The parameters alone, in their order.
    #[must_use]
    pub fn parameter_values(&self) -> Vec<(String, Vec<String>)> {
        let values = self.parameters.iter();
        values
            .map(|(name, inherited)| (name.clone(), inherited.value.clone()))
            .collect()
    }

    fn of_levels<'a>(
        own: impl Iterator<Item = Level<'a>>,
        group: Option<GroupId>,
        groups: &GroupTree<'a>,
        defaults: &'a Defaults,
    ) -> Self {
        let above = groups.from(group).into_iter().map(Level::of_group);
        let levels: Vec<Level<'_>> = own.chain(above).chain([Level::of_defaults(defaults)]).collect();
        let guards: Vec<_> = levels.iter().map(|level| (level.origin, level.guard)).collect();
        Self {
            profile: nearest(&levels, |level| level.profile),
            region: nearest(&levels, |level| level.region),
            document: nearest(&levels, |level| level.document),
            parameters: parameters(&levels),
            encryption: nearest(&levels, |level| level.encryption),
            colour: nearest(&levels, |level| level.colour),
            guard: EffectiveGuard::of(&guards),
        }
    }
}

impl<'a> Level<'a> {
    fn of_connection(draft: &'a ConnectionDraft) -> Option<Self> {
        Some(Self {
            origin: Origin::Connection,
            profile: draft.profile.as_ref(),
            region: draft.region.as_ref(),
            document: draft.document.as_ref(),
            parameters: &draft.parameters,
            encryption: draft.encryption.as_ref(),
            colour: draft.colour.as_ref(),
            guard: draft.guard,
        })
    }

    fn of_group(group: &'a Group) -> Self {
        let draft: &GroupDraft = &group.draft;
        Self {
            origin: Origin::Group(group.id),
            profile: draft.profile.as_ref(),
            region: draft.region.as_ref(),
            document: draft.document.as_ref(),
            parameters: &draft.parameters,
            encryption: draft.encryption.as_ref(),
            colour: draft.colour.as_ref(),
            guard: draft.guard,
        }
    }

    fn of_defaults(defaults: &'a Defaults) -> Self {
        Self {
            origin: Origin::Default,
            profile: defaults.profile.as_ref(),
            region: defaults.region.as_ref(),
            document: None,
            parameters: &[],
            encryption: None,
            colour: None,
            guard: Guard::default(),
        }
    }
}

fn nearest<'a, T: Clone + 'a>(
    levels: &[Level<'a>],
    of: impl Fn(&Level<'a>) -> Option<&'a T>,
) -> Option<Inherited<T>> {
    levels.iter().find_map(|level| {
        let value = of(level)?.clone();
        let origin = level.origin;
        Some(Inherited { value, origin })
    })
}

/// Those of the level that sets the document, and of the levels below it; above it they belong to another document. Where
/// nobody sets one they are those of the Region's shell.
fn parameters(levels: &[Level<'_>]) -> Vec<(String, Inherited<Vec<String>>)> {
    let document = levels.iter().position(|level| level.document.is_some());
    let mut merged: Vec<(String, Inherited<Vec<String>>)> = Vec::new();
    for level in levels
        .iter()
        .take(document.map_or(levels.len(), |at| at + 1))
        .rev()
    {
        for (name, value) in level.parameters {
            let inherited = Inherited {
                value: value.clone(),
                origin: level.origin,
            };
            match merged.iter_mut().find(|(known, _)| known == name) {
                Some((_, known)) => *known = inherited,
                None => merged.push((name.clone(), inherited)),
            }
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ConnectionGoal, Target};

    fn draft(group: Option<i64>) -> ConnectionDraft {
        let goal = ConnectionGoal::Target(Target::parse("i-0a1b2c3d").unwrap());
        ConnectionDraft {
            group: group.map(GroupId),
            ..ConnectionDraft::new("db", goal)
        }
    }

    fn group(id: i64, parent: Option<i64>, change: impl FnOnce(&mut GroupDraft)) -> Group {
        let mut draft = GroupDraft {
            name: id.to_string(),
            parent: parent.map(GroupId),
            ..GroupDraft::default()
        };
        change(&mut draft);
        Group {
            id: GroupId(id),
            draft,
            collapsed: false,
            position: None,
            import_key: None,
        }
    }

    fn profile(name: &str) -> Option<ProfileName> {
        Some(ProfileName::parse(name).unwrap())
    }

    fn defaults() -> Defaults {
        Defaults {
            profile: profile("by-default"),
            region: Some(Region::parse("eu-west-1").unwrap()),
        }
    }

    #[test]
    fn each_thing_comes_from_the_nearest_level_that_sets_it() {
        let groups = [
            group(1, None, |draft| {
                draft.profile = profile("outer");
                draft.colour = Some(Colour::Prod);
            }),
            group(2, Some(1), |draft| draft.profile = profile("inner")),
        ];
        let tree = GroupTree::new(&groups);
        let effective = EffectiveConnection::of(&draft(Some(2)), &tree, &defaults());
        let found = effective.profile.unwrap();
        assert_eq!(
            (found.value.as_str(), found.origin),
            ("inner", Origin::Group(GroupId(2)))
        );
        assert_eq!(effective.colour.unwrap().origin, Origin::Group(GroupId(1)));
        assert_eq!(effective.region.unwrap().origin, Origin::Default);
        let own = ConnectionDraft {
            profile: profile("own"),
            ..draft(Some(2))
        };
        let effective = EffectiveConnection::of(&own, &tree, &Defaults::default());
        assert_eq!(effective.profile.unwrap().origin, Origin::Connection);
        assert_eq!(effective.region, None);
        let within = EffectiveConnection::within(Some(GroupId(1)), &tree, &defaults());
        assert_eq!(within.profile.unwrap().value.as_str(), "outer");
    }

    #[test]
    fn parameters_go_with_their_document_and_are_replaced_by_name() {
        let list = |name: &str, value: &str| (name.to_owned(), vec![value.to_owned()]);
        let groups = [
            group(1, None, |draft| {
                draft.document = Some(DocumentName::parse("ops-Far").unwrap());
                draft.parameters = vec![list("far", "1")];
            }),
            group(2, Some(1), |draft| {
                draft.document = Some(DocumentName::parse("ops-Near").unwrap());
                draft.parameters = vec![list("a", "group"), list("b", "group")];
            }),
        ];
        let tree = GroupTree::new(&groups);
        let own = ConnectionDraft {
            parameters: vec![list("b", "own"), list("c", "own")],
            ..draft(Some(2))
        };
        let effective = EffectiveConnection::of(&own, &tree, &Defaults::default());
        assert_eq!(effective.document.as_ref().unwrap().value.as_str(), "ops-Near");
        assert_eq!(
            effective.parameter_values(),
            [list("a", "group"), list("b", "own"), list("c", "own")]
        );
        assert_eq!(effective.parameters[1].1.origin, Origin::Connection);
        let alone = ConnectionDraft { group: None, ..own };
        let effective = EffectiveConnection::of(&alone, &tree, &Defaults::default());
        assert_eq!((effective.document, effective.parameters.len()), (None, 2));
    }

    #[test]
    fn nothing_inside_a_group_loosens_its_guard() {
        let groups = [
            group(1, None, |draft| draft.guard.read_only = true),
            group(2, Some(1), |draft| draft.guard.paste = true),
        ];
        let tree = GroupTree::new(&groups);
        let mut own = draft(Some(2));
        own.guard.paste = true;
        let guard = EffectiveConnection::of(&own, &tree, &Defaults::default()).guard;
        assert_eq!(guard.read_only, Some(Origin::Group(GroupId(1))));
        assert_eq!(guard.paste, Some(Origin::Connection));
        assert_eq!(guard.reason, None);
    }
}
