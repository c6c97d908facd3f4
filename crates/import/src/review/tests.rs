//! First and second imports, beside a store in memory.

use std::collections::HashSet;

use postern_model::{ConnectionGoal, Region, Target};
use proptest::prelude::*;

use super::*;
use crate::{ReadOptions, read};

/// What the store would have.
#[derive(Default, Clone)]
struct There {
    groups: Vec<Group>,
    connections: Vec<Connection>,
}

impl There {
    fn carry_out(&mut self, plan: &ImportPlan) {
        let mut made: Vec<GroupId> = Vec::new();
        for planned in &plan.groups {
            let id = planned
                .known
                .unwrap_or(GroupId(i64::try_from(self.groups.len()).unwrap() + 1));
            made.push(id);
            let parent = resolved(planned.place, &made);
            match self.groups.iter_mut().find(|group| group.id == id) {
                Some(group) => group.draft = planned.draft.clone(),
                None => self.groups.push(Group {
                    id,
                    draft: GroupDraft {
                        parent,
                        ..planned.draft.clone()
                    },
                    collapsed: false,
                    position: None,
                    import_key: None,
                }),
            }
        }
        for planned in &plan.connections {
            let draft = ConnectionDraft {
                group: resolved(planned.place, &made),
                ..planned.draft.clone()
            };
            let id = planned
                .known
                .unwrap_or(ConnectionId(i64::try_from(self.connections.len()).unwrap() + 1));
            self.connections.retain(|there| there.id != id);
            self.connections.push(Connection {
                id,
                draft,
                position: None,
                import_key: Some(planned.key.clone()),
            });
            self.connections.sort_by_key(|there| there.id);
        }
    }

    fn import(&mut self, csv: &str) -> Vec<String> {
        let file = csv_file(csv);
        let review = Review::of(&file, &GroupPath::default(), &self.groups, &self.connections);
        let plan = review.plan(&review.default_choice());
        self.carry_out(&plan);
        states(&review)
    }
}

fn resolved(place: PlannedPlace, made: &[GroupId]) -> Option<GroupId> {
    match place {
        PlannedPlace::Top => None,
        PlannedPlace::Known(id) => Some(id),
        PlannedPlace::Planned(at) => Some(made[at]),
    }
}

fn csv_file(csv: &str) -> ImportFile {
    read("x.csv", csv.as_bytes(), &ReadOptions::default()).unwrap()
}

fn states(review: &Review) -> Vec<String> {
    let shown = review.connections.iter().map(|entry| match &entry.state {
        EntryState::New => format!("new {}", entry.draft.name),
        EntryState::Same => format!("same {}", entry.draft.name),
        EntryState::Changed(changes) => {
            let changes = changes
                .iter()
                .map(|change| format!("{}: {} > {}", change.field.word(), change.before, change.after));
            format!(
                "changed {} [{}]",
                entry.draft.name,
                changes.collect::<Vec<_>>().join(", ")
            )
        }
    });
    shown.collect()
}

const FIRST: &str =
    "name,target,group,region,tags\nweb,i-0a1b2c3d,Shop/Web,eu-west-1,a\ndb,i-0a1b2c3e,Shop,eu-west-1,\n";

#[test]
fn a_second_import_finds_everything_there() {
    let mut there = There::default();
    assert_eq!(there.import(FIRST), ["new web", "new db"]);
    assert_eq!((there.groups.len(), there.connections.len()), (2, 2));
    assert_eq!(there.import(FIRST), ["same web", "same db"]);
    let changed = FIRST.replace("i-0a1b2c3d", "i-0a1b2c99").replace(",a\n", ",b\n");
    assert_eq!(
        there.import(&changed),
        [
            "changed web [target: i-0a1b2c3d > i-0a1b2c99, tags: a > a, b]",
            "same db"
        ]
    );
    assert_eq!((there.groups.len(), there.connections.len()), (2, 2));
}

#[test]
fn what_the_user_did_since_stays() {
    let mut there = There::default();
    there.import(FIRST);
    let mine = &mut there.connections[0];
    mine.draft.name = "my web".into();
    mine.draft.group = None;
    mine.draft.description = "mine".into();
    assert_eq!(there.import(FIRST), ["same my web", "same db"]);
    assert_eq!(there.connections[0].draft.description, "mine");
    assert_eq!(there.connections[0].draft.group, None);
}

#[test]
fn what_the_other_program_renamed_or_moved_follows() {
    let mut there = There::default();
    there.import(FIRST);
    let renamed = FIRST.replace("web,", "web-1,").replace("Shop/Web", "Edge");
    assert_eq!(
        there.import(&renamed),
        [
            "changed web-1 [name: web > web-1, group: Shop / Web > Edge]",
            "same db"
        ]
    );
    assert_eq!(there.connections.len(), 2);
    assert_eq!(there.import(&renamed), ["same web-1", "same db"]);
}

#[test]
fn one_made_by_hand_is_known_by_its_place_and_known_again_under_another_name() {
    let mut there = There::default();
    let goal = ConnectionGoal::Target(Target::parse("i-0a1b2c3d").unwrap());
    there.connections.push(Connection {
        id: ConnectionId(1),
        draft: ConnectionDraft::new("WEB", goal),
        position: None,
        import_key: None,
    });
    let csv = "name,target\nweb,i-0a1b2c3d\n";
    assert_eq!(there.import(csv), ["same WEB"]);
    there.connections[0].draft.name = "other".into();
    assert_eq!(there.import(csv), ["same other"]);
    assert_eq!(there.connections.len(), 1);
}

#[test]
fn only_chosen_entries_and_their_groups_are_planned() {
    let there = There::default();
    let file = csv_file("name,target,group\na,i-0a1b2c3d,A/B\nb,i-0a1b2c3e,C\n");
    let into = GroupPath(vec!["Imported".into()]);
    let review = Review::of(&file, &into, &there.groups, &there.connections);
    let choice = Choice {
        connections: BTreeSet::from([0]),
        ..Choice::default()
    };
    let plan = review.plan(&choice);
    let groups: Vec<_> = plan
        .groups
        .iter()
        .map(|group| (group.draft.name.as_str(), group.place))
        .collect();
    assert_eq!(
        groups,
        [
            ("Imported", PlannedPlace::Top),
            ("A", PlannedPlace::Planned(0)),
            ("B", PlannedPlace::Planned(1))
        ]
    );
    assert_eq!(plan.connections[0].place, PlannedPlace::Planned(2));
    assert_eq!(plan.connections.len(), 1);
}

#[test]
fn commands_are_not_chosen_by_themselves() {
    let text =
        br#"{"format":"postern-connections","version":1,"connections":[{"name":"a","target":"i-0a1b2c3d",
        "document":"AWS-StartInteractiveCommand","parameters":[{"name":"command","values":["reboot"]}]}]}"#;
    let file = read("x", text, &ReadOptions::default()).unwrap();
    let review = Review::of(&file, &GroupPath::default(), &[], &[]);
    assert!(
        review.connections[0]
            .caution
            .as_ref()
            .unwrap()
            .ends_with("command=reboot")
    );
    assert!(review.default_choice().connections.is_empty());
}

#[test]
fn a_group_that_says_more_than_before_changes_alone() {
    let text = |region: &str| {
        format!(
            r#"{{"format":"postern-connections","version":1,"groups":[{{"name":"G","region":"{region}"}}]}}"#
        )
    };
    let file = |region: &str| read("x", text(region).as_bytes(), &ReadOptions::default()).unwrap();
    let mut there = There::default();
    let first = Review::of(&file("eu-west-1"), &GroupPath::default(), &[], &[]);
    there.carry_out(&first.plan(&first.default_choice()));
    let second = Review::of(&file("eu-west-2"), &GroupPath::default(), &there.groups, &[]);
    let EntryState::Changed(changes) = &second.groups[0].state else {
        panic!("{second:?}")
    };
    assert_eq!(
        (changes[0].before.as_str(), changes[0].after.as_str()),
        ("eu-west-1", "eu-west-2")
    );
    there.carry_out(&second.plan(&second.default_choice()));
    assert_eq!(
        there.groups[0].draft.region,
        Some(Region::parse("eu-west-2").unwrap())
    );
    assert_eq!(there.groups.len(), 1);
}

fn table() -> impl Strategy<Value = String> {
    let row = ("[ab]{1,2}", "[0-3]", "(G|g|G/H|)", "(eu-west-1|)");
    prop::collection::vec(row, 0..12).prop_map(|rows| {
        let rows = rows
            .iter()
            .map(|(name, digit, group, region)| format!("{name},i-0a1b2c3{digit},{group},{region}\n"));
        "name,target,group,region\n".to_owned() + &rows.collect::<String>()
    })
}

proptest! {
    #[test]
    fn an_import_is_whole_after_one_time_and_doubles_nothing(first in table(), second in table()) {
        let mut there = There::default();
        there.import(&first);
        let count = csv_file(&first).connections.len();
        prop_assert_eq!(there.connections.len(), count);
        prop_assert!(there.import(&first).iter().all(|state| state.starts_with("same")));
        there.import(&second);
        let again = there.clone();
        prop_assert!(there.import(&second).iter().all(|state| state.starts_with("same")));
        prop_assert_eq!(there.connections.len(), again.connections.len());
        let ids: HashSet<ConnectionId> = there.connections.iter().map(|one| one.id).collect();
        prop_assert_eq!(ids.len(), there.connections.len());
        prop_assert!(there.connections.len() <= count + csv_file(&second).connections.len());
    }
}
