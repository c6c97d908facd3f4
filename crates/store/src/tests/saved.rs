//! Nested groups, their order, and how every change of saved things is taken back.

use postern_model::{
    Colour, Connection as Saved, ConnectionEdit, Group, GroupId, InvalidDraft, SavedItem, SavedPlace,
    SmartGroupDraft, UsedGoal,
};
use proptest::prelude::*;
use rusqlite::Connection;

use super::*;

/// Groups `a` with `b` in it, and a connection in each and at the top.
struct Nested {
    store: Store,
    a: Group,
    b: Group,
    top: Saved,
    in_a: Saved,
    in_b: Saved,
}

impl Nested {
    fn new() -> Self {
        Self::in_store(Store::in_memory().unwrap())
    }

    fn in_store(store: Store) -> Self {
        let a = store.save_group(None, &group("a")).unwrap();
        let b = nested(&store, "b", Some(a.id));
        let [top, in_a, in_b] = [None, Some(a.id), Some(b.id)].map(|group| in_group(&store, "c", group));
        Self {
            store,
            a,
            b,
            top,
            in_a,
            in_b,
        }
    }

    fn all(&self) -> (Vec<Group>, Vec<Saved>) {
        (self.store.groups().unwrap(), self.store.connections().unwrap())
    }
}

fn nested(store: &Store, name: &str, parent: Option<GroupId>) -> Group {
    let draft = GroupDraft {
        parent,
        ..group(name)
    };
    store.save_group(None, &draft).unwrap()
}

fn in_group(store: &Store, name: &str, group: Option<GroupId>) -> Saved {
    let draft = ConnectionDraft {
        group,
        ..connection(name)
    };
    store.save_connection(None, &draft).unwrap()
}

fn at(into: Option<GroupId>, before: Option<SavedItem>) -> SavedPlace {
    SavedPlace { into, before }
}

fn names_in(store: &Store, group: Option<GroupId>) -> Vec<String> {
    let connections = store.connections().unwrap().into_iter();
    let inside = connections.filter(|saved| saved.draft.group == group);
    inside.map(|saved| saved.draft.name).collect()
}

#[test]
fn a_name_is_unique_among_the_groups_beside_it_only() {
    let Nested { store, a, b, .. } = Nested::new();
    let again = nested(&store, "b", None);
    let second = store.save_group(
        None,
        &GroupDraft {
            parent: Some(a.id),
            ..group("B")
        },
    );
    assert_eq!(second.unwrap_err(), InvalidDraft::GroupExists("B".into()).into());
    let items = [SavedItem::Group(again.id)];
    let moved = store.move_saved(&items, at(Some(a.id), None)).unwrap_err();
    assert_eq!(moved, InvalidDraft::GroupExists("b".into()).into());
    assert_eq!(names_in(&store, Some(b.id)), ["c"]);
}

#[test]
fn a_group_cannot_stand_in_itself_or_too_deep() {
    let Nested { store, a, b, .. } = Nested::new();
    let refused = |into| store.move_saved(&[SavedItem::Group(a.id)], at(Some(into), None));
    assert_eq!(refused(b.id).unwrap_err(), InvalidDraft::InsideItself.into());
    assert_eq!(refused(a.id).unwrap_err(), InvalidDraft::InsideItself.into());
    let into_b = GroupDraft {
        parent: Some(b.id),
        ..a.draft.clone()
    };
    let saved = store.save_group(Some(a.id), &into_b).unwrap_err();
    assert_eq!(saved, InvalidDraft::InsideItself.into());
    let mut deepest = nested(&store, "deep", None);
    for depth in 2..=16 {
        deepest = nested(&store, &depth.to_string(), Some(deepest.id));
    }
    let draft = GroupDraft {
        parent: Some(deepest.id),
        ..group("x")
    };
    assert_eq!(
        store.save_group(None, &draft).unwrap_err(),
        InvalidDraft::TooDeep.into()
    );
    let items = [SavedItem::Group(a.id)];
    assert_eq!(
        store
            .move_saved(&items, at(deepest.draft.parent, None))
            .unwrap_err(),
        InvalidDraft::TooDeep.into(),
        "two groups one inside another do not fit where one does"
    );
}

#[test]
fn names_have_their_natural_order_until_the_user_arranges_them() {
    let store = Store::in_memory().unwrap();
    let [eleven, one, two] = ["web-11", "web-1", "web-2"].map(|name| in_group(&store, name, None));
    assert_eq!(names_in(&store, None), ["web-1", "web-2", "web-11"]);
    let (first, last) = (SavedItem::Connection(one.id), SavedItem::Connection(eleven.id));
    let before = store.move_saved(&[last], at(None, Some(first))).unwrap();
    assert_eq!(names_in(&store, None), ["web-11", "web-1", "web-2"]);
    in_group(&store, "a new one", None);
    assert_eq!(names_in(&store, None), ["web-11", "web-1", "web-2", "a new one"]);
    let late = SavedItem::Connection(two.id);
    store.move_saved(&[late, first], at(None, Some(last))).unwrap();
    assert_eq!(names_in(&store, None), ["web-2", "web-1", "web-11", "a new one"]);
    let arranged = store.connections().unwrap();
    let sorted = store.sort_saved(None).unwrap();
    assert_eq!(names_in(&store, None), ["a new one", "web-1", "web-2", "web-11"]);
    store.put_back(&sorted).unwrap();
    assert_eq!(store.connections().unwrap(), arranged);
    store.put_back(&before).unwrap();
    assert_eq!(names_in(&store, None), ["a new one", "web-1", "web-2", "web-11"]);
}

#[test]
fn what_was_deleted_comes_back_with_its_numbers_and_its_places() {
    let nested = Nested::new();
    let Nested { store, a, b, .. } = &nested;
    store.set_group_collapsed(b.id, true).unwrap();
    let was = nested.all();
    let items = [
        SavedItem::Connection(nested.in_b.id),
        SavedItem::Group(a.id),
        SavedItem::Connection(nested.top.id),
    ];
    let before = store.delete_saved(&items).unwrap();
    assert_eq!(nested.all(), (Vec::new(), Vec::new()));
    store.put_back(&before).unwrap();
    assert_eq!(nested.all(), was);
    store.put_back(&before).unwrap();
    assert_eq!(nested.all(), was, "twice is once");
}

#[test]
fn a_deletion_is_taken_back_beside_what_came_meanwhile() {
    let Nested {
        store, a, b, in_b, ..
    } = Nested::new();
    let inner = store.delete_saved(&[SavedItem::Group(b.id)]).unwrap();
    let outer = store.delete_saved(&[SavedItem::Group(a.id)]).unwrap();
    nested(&store, "B", None);
    store.put_back(&inner).unwrap();
    let groups = store.groups().unwrap();
    let back = groups.iter().find(|group| group.id == b.id).unwrap();
    assert_eq!(
        (back.draft.name.as_str(), back.draft.parent),
        ("b 2", None),
        "its group is gone and its name taken"
    );
    assert_eq!(names_in(&store, Some(b.id)), [in_b.draft.name]);
    store.put_back(&outer).unwrap();
    assert_eq!(names_in(&store, Some(a.id)), ["c"]);
}

#[test]
fn what_cannot_be_understood_is_deleted_and_comes_back_with_its_group() {
    let home = Home::new();
    let Nested { store, a, .. } = Nested::in_store(home.store());
    let file = Connection::open(home.file()).unwrap();
    let odd =
        "SELECT count(*) FROM connections WHERE target = 'two words' AND group_id = 1 AND colour = 'mauve'";
    file.execute_batch(
        "INSERT INTO connections (name, group_id, target, description, tags, colour)
             VALUES ('odd', 1, 'two words', '', '[]', 'mauve');",
    )
    .unwrap();
    let count = || file.query_row(odd, [], |row| row.get::<_, i64>(0)).unwrap();
    let before = store.delete_saved(&[SavedItem::Group(a.id)]).unwrap();
    assert_eq!(count(), 0);
    store.put_back(&before).unwrap();
    assert_eq!(count(), 1);
}

#[test]
fn a_move_that_is_taken_back_leaves_what_was_edited_meanwhile() {
    let nested = Nested::new();
    let Nested { store, b, top, .. } = &nested;
    let items = [SavedItem::Connection(top.id), SavedItem::Group(b.id)];
    let before = store.move_saved(&items[..1], at(Some(b.id), None)).unwrap();
    let further = store.move_saved(&items, at(None, None)).unwrap();
    let edited = ConnectionDraft {
        group: Some(b.id),
        ..connection("another name")
    };
    store.save_connection(Some(top.id), &edited).unwrap();
    store.put_back(&further).unwrap();
    assert_eq!(names_in(store, Some(b.id)), ["another name", "c"]);
    assert_eq!(store.groups().unwrap()[1].draft, b.draft);
    store.put_back(&before).unwrap();
    assert_eq!(names_in(store, None), ["another name"]);
}

#[test]
fn a_copy_has_all_that_its_original_has() {
    let nested = Nested::new();
    let Nested { store, a, b, top, .. } = &nested;
    let was = nested.all();
    let items = [SavedItem::Group(a.id), SavedItem::Connection(top.id)];
    let (copies, before) = store.copy_saved(&items, None).unwrap();
    let [SavedItem::Group(copy), SavedItem::Connection(connection)] = copies[..] else {
        panic!("{copies:?}")
    };
    let groups = store.groups().unwrap();
    let inner = groups
        .iter()
        .find(|group| group.draft.parent == Some(copy))
        .unwrap();
    assert_eq!(
        (inner.draft.name.as_str(), groups[1].draft.name.as_str()),
        ("b", "a 2")
    );
    assert_eq!(names_in(store, Some(inner.id)), ["c"]);
    assert_eq!(names_in(store, None), ["c", "c copy"]);
    assert_ne!(connection, top.id);
    store.put_back(&before).unwrap();
    assert_eq!(nested.all(), was);
    let into_itself = store.copy_saved(&items[..1], Some(b.id)).unwrap_err();
    assert_eq!(into_itself, InvalidDraft::InsideItself.into());
    assert_eq!(nested.all(), was, "all or nothing");
}

#[test]
fn many_are_edited_at_once_and_taken_back() {
    let nested = Nested::new();
    let Nested {
        store, in_a, in_b, ..
    } = &nested;
    let was = nested.all();
    let edit = ConnectionEdit {
        region: Some(None),
        colour: Some(Some(Colour::Prod)),
        add_tags: vec!["web".into(), "new".into()],
        ..ConnectionEdit::default()
    };
    let before = store.edit_connections(&[in_a.id, in_b.id], &edit).unwrap();
    let changed = store.connections().unwrap();
    let edited: Vec<_> = changed
        .iter()
        .filter(|saved| saved.draft.colour.is_some())
        .collect();
    assert_eq!(edited.len(), 2);
    assert!(edited.iter().all(|saved| saved.draft.region.is_none()));
    assert_eq!(edited[0].draft.tags, ["web", "front, end", "new"]);
    store.put_back(&before).unwrap();
    assert_eq!(nested.all(), was);
    let gone = postern_model::ConnectionId(99);
    assert!(store.edit_connections(&[in_a.id, gone], &edit).is_err());
    assert_eq!(nested.all(), was, "all or none");
}

#[test]
fn smart_groups_are_kept_folded_deleted_and_taken_back() {
    let store = Store::in_memory().unwrap();
    let draft = |name: &str, query: &str| SmartGroupDraft {
        name: name.into(),
        query: query.into(),
    };
    let web = store
        .save_smart_group(None, &draft(" web ", " tag:app=web "))
        .unwrap();
    assert_eq!(web.draft, draft("web", "tag:app=web"));
    let empty = store
        .save_smart_group(Some(web.id), &draft("web", " \u{200b}"))
        .unwrap_err();
    assert_eq!(empty, InvalidDraft::EmptyQuery.into());
    let open = store.set_smart_group_collapsed(web.id, false).unwrap();
    assert!(web.collapsed && !open.collapsed);
    let before = store.delete_smart_group(web.id).unwrap();
    let gone = store.delete_smart_group(web.id).unwrap_err();
    assert_eq!(gone, InvalidDraft::UnknownSmartGroup.into());
    store.put_back(&before).unwrap();
    assert_eq!(store.smart_groups().unwrap(), [open]);
}

#[test]
fn what_was_used_last_comes_first_and_how_often_is_counted() {
    let store = Store::in_memory().unwrap();
    let goal = |number: usize| UsedGoal::Target {
        profile: Some(profile("acme")),
        region: None,
        target: target(&format!("i-{number:08x}")),
    };
    let saved = UsedGoal::Connection(postern_model::ConnectionId(1));
    for used in [&saved, &goal(0), &saved] {
        store.note_used(used).unwrap();
    }
    let used = store.used().unwrap();
    let times: Vec<_> = used.iter().map(|used| (&used.goal, used.times)).collect();
    assert_eq!(times, [(&saved, 2), (&goal(0), 1)]);
    for number in 1..=250 {
        store.note_used(&goal(number)).unwrap();
    }
    let used = store.used().unwrap();
    assert_eq!((used.len(), &used[0].goal), (200, &goal(250)));
    store.forget_used().unwrap();
    assert!(store.used().unwrap().is_empty());
}

#[test]
fn local_tags_are_given_changed_and_taken() {
    let store = Store::in_memory().unwrap();
    let node = |id: &str| postern_model::TaggedNode {
        region: region("eu-central-1"),
        id: postern_model::NodeId::parse(id).unwrap(),
    };
    let tag = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let both = [node("i-0a1b2c3d"), node("mi-0a1b2c3d")];
    let given = [tag("team", "a"), tag("ring", "1")];
    let tagged = store.tag_nodes(&both, &[], &given).unwrap();
    assert_eq!((tagged.len(), &tagged[0].node), (2, &both[0]));
    assert_eq!(tagged[0].tags, [tag("ring", "1"), tag("team", "a")]);
    let taken = ["ring".to_owned(), "no such".to_owned()];
    let tagged = store.tag_nodes(&both[..1], &taken, &[tag("team", "b")]).unwrap();
    assert_eq!(tagged[0].tags, [tag("team", "b")]);
    assert_eq!(tagged[1].tags.len(), 2);
    assert_eq!(store.local_tags().unwrap(), tagged);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    /// Moves, copies, edits and deletions in any order, taken back from the last to the first.
    #[test]
    fn taken_back_from_the_last_to_the_first_everything_is_as_it_was(steps in prop::collection::vec(any::<[u8; 4]>(), 1..12)) {
        let nested = Nested::new();
        let was = nested.all();
        let mut done = Vec::new();
        for [what, which, to, before] in steps {
            let (groups, connections) = nested.all();
            let groups = groups.iter().map(|group| SavedItem::Group(group.id));
            let items: Vec<_> = groups.chain(connections.iter().map(|saved| SavedItem::Connection(saved.id))).collect();
            let pick = |number: u8| items.get(usize::from(number) % items.len().max(1)).copied();
            let Some(item) = pick(which) else { break };
            let into = pick(to).and_then(|item| match item {
                SavedItem::Group(id) => Some(id),
                SavedItem::Connection(_) => None,
            });
            let store = &nested.store;
            let step = match what % 4 {
                0 => store.move_saved(&[item], at(into, pick(before))),
                1 => store.copy_saved(&[item], into).map(|(_, undo)| undo),
                2 => store.sort_saved(into),
                _ => store.delete_saved(&[item]),
            };
            done.extend(step.ok());
        }
        for before in done.iter().rev() {
            nested.store.put_back(before).unwrap();
        }
        prop_assert_eq!(nested.all(), was);
    }
}
