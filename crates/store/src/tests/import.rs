//! An import is written whole or not at all, and taken back by one word.

use postern_model::{ImportPlan, InvalidDraft, PlannedConnection, PlannedGroup, PlannedPlace};

use super::*;

fn planned_group(name: &str, place: PlannedPlace) -> PlannedGroup {
    PlannedGroup {
        known: None,
        place,
        draft: group(name),
    }
}

fn planned(name: &str, place: PlannedPlace) -> PlannedConnection {
    PlannedConnection {
        known: None,
        place,
        draft: connection(name),
        key: format!("csv:{name}"),
    }
}

fn plan() -> ImportPlan {
    ImportPlan {
        groups: vec![
            planned_group("outer", PlannedPlace::Top),
            planned_group("inner", PlannedPlace::Planned(0)),
        ],
        connections: vec![
            planned("top", PlannedPlace::Top),
            planned("deep", PlannedPlace::Planned(1)),
        ],
    }
}

#[test]
fn groups_and_connections_are_added_in_their_places_with_their_keys() {
    let store = Store::in_memory().unwrap();
    let (added, _) = store.import(&plan(), &store.reviewed().unwrap()).unwrap();
    assert_eq!(added.len(), 4);
    let groups = store.groups().unwrap();
    let inner = groups.iter().find(|group| group.draft.name == "inner").unwrap();
    let outer = groups.iter().find(|group| group.draft.name == "outer").unwrap();
    assert_eq!((inner.draft.parent, outer.draft.parent), (Some(outer.id), None));
    let connections = store.connections().unwrap();
    let deep = connections.iter().find(|one| one.draft.name == "deep").unwrap();
    assert_eq!(
        (deep.draft.group, deep.import_key.as_deref()),
        (Some(inner.id), Some("csv:deep"))
    );
}

#[test]
fn what_is_there_is_changed_and_all_of_it_taken_back() {
    let home = Home::new();
    let store = home.store();
    let there = store.save_connection(None, &connection("mine")).unwrap();
    let around = store.save_group(None, &group("around")).unwrap();
    let before = store.reviewed().unwrap();
    let mut plan = plan();
    plan.connections.push(PlannedConnection {
        known: Some(there.id),
        place: PlannedPlace::Known(around.id),
        draft: connection("theirs"),
        key: "csv:mine".into(),
    });
    plan.groups.push(PlannedGroup {
        known: Some(around.id),
        place: PlannedPlace::Top,
        draft: GroupDraft {
            description: "other".into(),
            ..group("around")
        },
    });
    let (added, undo) = store.import(&plan, &before).unwrap();
    assert_eq!(added.len(), 4);
    let now = store.connections().unwrap();
    let changed = now.iter().find(|one| one.id == there.id).unwrap();
    assert_eq!(
        (changed.draft.name.as_str(), changed.draft.group),
        ("theirs", Some(around.id))
    );
    store.put_back(&undo).unwrap();
    assert_eq!(store.reviewed().unwrap(), before);
}

#[test]
fn nothing_is_written_over_what_was_not_reviewed() {
    let store = Store::in_memory().unwrap();
    let reviewed = store.reviewed().unwrap();
    let mine = store.save_group(None, &group("mine")).unwrap();
    let refused = store.import(&plan(), &reviewed).unwrap_err();
    assert_eq!(refused, StoreError::ChangedSinceReview);
    let reviewed = store.reviewed().unwrap();
    store.set_group_collapsed(mine.id, true).unwrap();
    store.import(&plan(), &reviewed).unwrap();
}

#[test]
fn one_entry_that_is_refused_leaves_nothing_behind() {
    let store = Store::in_memory().unwrap();
    let mut plan = plan();
    plan.groups.push(planned_group("OUTER", PlannedPlace::Top));
    let refused = store.import(&plan, &store.reviewed().unwrap()).unwrap_err();
    assert_eq!(
        refused,
        StoreError::Invalid(InvalidDraft::GroupExists("OUTER".into()))
    );
    assert_eq!(store.reviewed().unwrap(), crate::Reviewed::default());
}
