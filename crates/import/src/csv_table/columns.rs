//! Which column of a table is what: by its name, by what the user says, or in a table without names by what stands in it.

use std::str::FromStr;

use csv::StringRecord;
use postern_model::{Region, Target, display_text};
use thiserror::Error;

use crate::{ImportError, ImportField};

/// What a column can be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Column {
    ImportField(ImportField),
    Query,
    Pick,
}

/// Names of columns as letters and digits only, the likelier ones of each first.
const NAMES: [(Column, &[&str]); 10] = [
    (
        Column::ImportField(ImportField::Name),
        &[
            "name",
            "title",
            "label",
            "servername",
            "server",
            "displayname",
            "hostname",
            "host",
        ],
    ),
    (
        Column::ImportField(ImportField::Group),
        &["group", "groups", "folder", "path", "groupname"],
    ),
    (
        Column::ImportField(ImportField::Goal),
        &[
            "target",
            "instanceid",
            "instance",
            "nodeid",
            "node",
            "ec2instanceid",
            "managedinstanceid",
            "resourceid",
            "id",
            "hostname",
            "host",
        ],
    ),
    (
        Column::ImportField(ImportField::Profile),
        &["profile", "awsprofile"],
    ),
    (
        Column::ImportField(ImportField::Region),
        &[
            "region",
            "awsregion",
            "ec2region",
            "availabilityzone",
            "placement",
            "az",
        ],
    ),
    (
        Column::ImportField(ImportField::Document),
        &["document", "documentname", "sessiondocument"],
    ),
    (
        Column::ImportField(ImportField::Description),
        &["description", "comment", "comments", "notes", "note", "descr"],
    ),
    (Column::ImportField(ImportField::Tags), &["tags", "labels"]),
    (Column::Query, &["query"]),
    (Column::Pick, &["pick", "pickrule"]),
];

/// What the user says: `name=Server` and so on, each a column by its name or its number from 1.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ColumnMap(Vec<(&'static str, String)>);

/// Why a text is no column map.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum InvalidColumns {
    /// Something is no `word=column`.
    #[error("{0:?} is not written as name=COLUMN")]
    Form(String),
    /// A word that is nothing a connection has.
    #[error(
        "{0:?} is none of name, group, target, profile, region, document, description, tags, query and pick"
    )]
    Word(String),
}

/// Words that the map can begin with; in the order of [`NAMES`].
const WORDS: [&str; 10] = [
    "name",
    "group",
    "target",
    "profile",
    "region",
    "document",
    "description",
    "tags",
    "query",
    "pick",
];

/// `name=Server,target="Instance ID"`; a comma inside quotes is part of a name.
impl FromStr for ColumnMap {
    type Err = InvalidColumns;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut entries = Vec::new();
        for part in parts(text) {
            let (word, column) = part
                .split_once('=')
                .ok_or_else(|| InvalidColumns::Form(part.clone()))?;
            let word = word.trim();
            let known = WORDS.iter().find(|known| **known == word);
            let known = known.ok_or_else(|| InvalidColumns::Word(word.to_owned()))?;
            entries.push((*known, column.trim().trim_matches('"').to_owned()));
        }
        Ok(Self(entries))
    }
}

fn parts(text: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut quoted = false;
    for c in text.chars() {
        quoted ^= c == '"';
        if c == ',' && !quoted {
            parts.push(String::new());
        } else if let Some(last) = parts.last_mut() {
            last.push(c);
        }
    }
    parts.into_iter().filter(|part| !part.trim().is_empty()).collect()
}

/// Where in a row each thing is.
#[derive(Debug)]
pub(super) struct Layout {
    /// Whether the first row names the columns.
    pub(super) has_header: bool,
    places: Vec<(Column, usize)>,
}

impl Layout {
    /// Of a table that begins with `first`.
    pub(super) fn of(first: &StringRecord, map: &ColumnMap) -> Result<Self, ImportError> {
        let has_header = !first.iter().any(|cell| Target::parse(cell).is_ok());
        let mut places = mapped(first, map, has_header)?;
        if has_header {
            by_name(first, &mut places);
        } else if map.0.is_empty() {
            by_content(first, &mut places);
        }
        let leads =
            |column: &Column| matches!(column, Column::ImportField(ImportField::Goal) | Column::Query);
        if places.iter().any(|(column, _)| leads(column)) {
            Ok(Self { has_header, places })
        } else {
            Err(ImportError::NoTargets {
                columns: names(first),
            })
        }
    }

    /// What the table speaks of.
    pub(super) fn fields(&self) -> Vec<ImportField> {
        let named = self.places.iter().map(|(column, _)| match column {
            Column::ImportField(field) => *field,
            Column::Query | Column::Pick => ImportField::Goal,
        });
        let named: Vec<ImportField> = named.collect();
        ImportField::ALL
            .into_iter()
            .filter(|field| named.contains(field))
            .collect()
    }

    pub(super) fn cell<'a>(&self, row: &'a StringRecord, field: ImportField) -> &'a str {
        self.at(row, Column::ImportField(field))
    }

    pub(super) fn query<'a>(&self, row: &'a StringRecord) -> &'a str {
        self.at(row, Column::Query)
    }

    pub(super) fn pick<'a>(&self, row: &'a StringRecord) -> &'a str {
        self.at(row, Column::Pick)
    }

    fn at<'a>(&self, row: &'a StringRecord, column: Column) -> &'a str {
        let place = self.places.iter().find(|(known, _)| *known == column);
        place.and_then(|(_, at)| row.get(*at)).unwrap_or_default()
    }
}

fn mapped(
    first: &StringRecord,
    map: &ColumnMap,
    has_header: bool,
) -> Result<Vec<(Column, usize)>, ImportError> {
    let mut places = Vec::new();
    for (word, wanted) in &map.0 {
        let column = WORDS
            .iter()
            .position(|known| known == word)
            .and_then(|at| NAMES.get(at));
        let by_name = || {
            first
                .iter()
                .position(|name| plain(name) == plain(wanted))
                .filter(|_| has_header)
        };
        let by_number = || {
            wanted
                .parse::<usize>()
                .ok()?
                .checked_sub(1)
                .filter(|at| *at < first.len())
        };
        let place = by_name()
            .or_else(by_number)
            .ok_or_else(|| ImportError::NoColumn {
                wanted: wanted.clone(),
                columns: names(first),
            })?;
        if let Some((column, _)) = column {
            places.push((*column, place));
        }
    }
    Ok(places)
}

/// A column is one thing: what was given away is not offered to the next.
fn by_name(first: &StringRecord, places: &mut Vec<(Column, usize)>) {
    let header: Vec<String> = first.iter().map(plain).collect();
    // The target chooses first: without it a row leads nowhere.
    let targets_first = NAMES
        .iter()
        .filter(|(column, _)| *column == Column::ImportField(ImportField::Goal));
    for (column, known) in targets_first.chain(NAMES.iter()) {
        let is_free = |at: &usize, places: &[(Column, usize)]| places.iter().all(|(_, taken)| taken != at);
        if places.iter().any(|(taken, _)| taken == column) {
            continue;
        }
        let found = known.iter().find_map(|name| {
            let at = header.iter().position(|cell| cell == name)?;
            is_free(&at, places).then_some(at)
        });
        places.extend(found.map(|at| (*column, at)));
    }
}

/// A target and a Region are known by their forms; the first other cell is the name.
fn by_content(first: &StringRecord, places: &mut Vec<(Column, usize)>) {
    let target = first.iter().position(|cell| Target::parse(cell).is_ok());
    let region = first.iter().position(|cell| Region::parse(&region(cell)).is_ok());
    let other = (0..first.len()).find(|at| Some(*at) != target && Some(*at) != region);
    let found = [
        (ImportField::Goal, target),
        (ImportField::Region, region),
        (ImportField::Name, other),
    ];
    places.extend(
        found
            .into_iter()
            .filter_map(|(field, at)| Some((Column::ImportField(field), at?))),
    );
}

/// Letters and digits in lower case, so that `Instance ID` and `instance_id` are one name.
fn plain(name: &str) -> String {
    name.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}

fn names(first: &StringRecord) -> Vec<String> {
    first.iter().take(40).map(display_text).collect()
}

/// AWS's own tables have the zone in place of the Region.
pub(super) fn region(text: &str) -> String {
    let text = text.trim();
    let zone = text.strip_suffix(|c: char| c.is_ascii_lowercase());
    match zone.filter(|region| region.ends_with(|c: char| c.is_ascii_digit())) {
        Some(region) => region.to_owned(),
        None => text.to_owned(),
    }
}
