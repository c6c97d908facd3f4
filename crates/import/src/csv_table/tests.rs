//! Tables of many programs.

use super::*;

fn read_with(text: &str, map: &str) -> Result<ImportFile, ImportError> {
    read(text.as_bytes(), &map.parse().unwrap())
}

fn shown(file: &ImportFile) -> Vec<String> {
    let shown = file.connections.iter().map(|one| {
        let draft = &one.draft;
        let region = draft.region.as_ref().map_or("-", |region| region.as_str());
        let target = draft.goal.target().map_or("?", |target| target.as_str());
        format!(
            "{}|{}|{target}|{region}|{}|{}",
            one.group,
            draft.name,
            draft.tags.join("+"),
            one.place
        )
    });
    shown.collect()
}

#[test]
fn columns_are_known_by_many_names() {
    let text = "Name,Instance ID,Availability Zone,Group,Tags\nweb,i-0a1b2c3d,eu-west-1a,Shop/Web,\"a;b\"\n\ndb,mi-0a1b2c3d4e5f67890,us-east-1,,\n";
    let file = read_with(text, "").unwrap();
    assert_eq!(
        shown(&file),
        [
            "Shop / Web|web|i-0a1b2c3d|eu-west-1|a+b|line 2",
            "|db|mi-0a1b2c3d4e5f67890|us-east-1||line 4"
        ]
    );
    assert_eq!(
        file.fields,
        [
            ImportField::Name,
            ImportField::Group,
            ImportField::Goal,
            ImportField::Region,
            ImportField::Tags
        ]
    );
}

#[test]
fn a_table_of_mremoteng_has_its_target_in_its_own_column() {
    let text = "Name;Id;Parent;NodeType;Description;Hostname;EC2InstanceId;EC2Region\nweb;guid;p;Connection;d;10.0.0.1;i-0a1b2c3d;eu-west-1\n";
    let file = read_with(text, "").unwrap();
    assert_eq!(shown(&file), ["|web|i-0a1b2c3d|eu-west-1||line 2"]);
}

#[test]
fn the_user_says_what_is_what_by_name_or_by_number() {
    let text = "Server,Box,Where\nweb,i-0a1b2c3d,eu-west-1\n";
    let error = read_with(text, "").unwrap_err();
    assert_eq!(
        error.to_string(),
        "No column of the table holds targets. It has: Server, Box, Where."
    );
    let expected = ["|web|i-0a1b2c3d|eu-west-1||line 2"];
    assert_eq!(
        shown(&read_with(text, "target=box,region=\"Where\"").unwrap()),
        expected
    );
    assert_eq!(
        shown(&read_with(text, "target=2,region=3,name=1").unwrap()),
        expected
    );
    for wrong in ["target=Nope", "target=9", "target=0"] {
        assert!(
            matches!(read_with(text, wrong), Err(ImportError::NoColumn { .. })),
            "{wrong}"
        );
    }
}

#[test]
fn a_table_without_names_is_read_by_what_stands_in_it() {
    let text = "i-0a1b2c3d;web;eu-west-1\ni-0a1b2c3e;db;eu-west-1\n";
    let expected = [
        "|web|i-0a1b2c3d|eu-west-1||line 1",
        "|db|i-0a1b2c3e|eu-west-1||line 2",
    ];
    assert_eq!(shown(&read_with(text, "").unwrap()), expected);
    assert_eq!(
        shown(&read_with("i-0a1b2c3d", "").unwrap()),
        ["|i-0a1b2c3d|i-0a1b2c3d|-||line 1"]
    );
}

#[test]
fn a_query_may_stand_where_no_target_does() {
    let text = "name,query,pick\nany web,tag:app=web,newest\nbad,x,fastest\n";
    let file = read_with(text, "").unwrap();
    assert_eq!((file.connections.len(), file.unusable.len()), (1, 1));
    assert_eq!(
        file.unusable[0].reason,
        "Of its pick rule: it is newest, healthiest, ask or all."
    );
}

#[test]
fn a_map_says_what_is_wrong_with_it() {
    assert_eq!(
        "name".parse::<ColumnMap>(),
        Err(InvalidColumns::Form("name".into()))
    );
    assert_eq!(
        "colour=x".parse::<ColumnMap>(),
        Err(InvalidColumns::Word("colour".into()))
    );
    let file = read_with("\"a,b\",x\nweb,i-0a1b2c3d\n", "name=\"a,b\", ,target=2").unwrap();
    assert_eq!(file.connections[0].draft.name, "web");
}
