//! The import of connections, and team files.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::{ConnectionView, ErrorView, GroupView, SecretText};

/// A file to be read for an import.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ImportRequest {
    /// Where it is.
    pub path: String,
    /// What it is; null finds out.
    pub format: Option<ImportFormatView>,
    /// What opens it, where it is encrypted.
    #[specta(type = Option<String>)]
    pub password: Option<SecretText>,
    /// Which column of a table is what, such as `name=Server,target="Instance ID"`; empty finds out.
    pub columns: String,
    /// The group that everything is put into, groups in groups parted by `/`; empty for the top of the list.
    pub into: String,
}

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum ImportFormatView {
    /// Postern's own export.
    Postern,
    /// Profiles of NETworkManager.
    NetworkManager,
    /// `confCons.xml` of mRemoteNG.
    MRemoteNg,
    /// A table.
    Csv,
    /// An SSH configuration.
    Ssh,
}

/// A file laid beside the connections that are there; nothing is written yet.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ImportReviewView {
    /// Its number; the next review has another, and this one is gone then.
    pub id: u32,
    /// What the file is.
    pub format: ImportFormatView,
    /// The same in words.
    pub format_title: String,
    /// Its groups, outer ones before those inside them.
    pub groups: Vec<ImportEntryView>,
    /// Its connections, in the order of the file.
    pub connections: Vec<ImportEntryView>,
    /// What of it cannot be used.
    pub unusable: Vec<UnusableEntryView>,
    /// What else a person should know, in sentences.
    pub remarks: Vec<String>,
}

/// A group or a connection of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ImportEntryView {
    /// Its name.
    pub name: String,
    /// The groups that it stands in, or would, joined by ` / `.
    pub group: String,
    /// Its target or query; empty for a group.
    pub target: String,
    /// Its own profile; empty where it has none.
    pub profile: String,
    /// Its own Region; empty where it has none.
    pub region: String,
    /// Where in the file it is; empty for a group.
    pub place: String,
    /// How it stands to what is there.
    pub state: ImportStateView,
    /// What would change.
    pub changes: Vec<ImportChangeView>,
    /// What a person should look at first, in a sentence.
    pub caution: Option<String>,
    /// Whether it is taken unless a person says otherwise.
    pub chosen: bool,
}

/// How an entry stands to what is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum ImportStateView {
    /// It is not there yet.
    New,
    /// It would change.
    Changed,
    /// It is there as the file has it.
    Same,
}

/// One thing that would be another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ImportChangeView {
    /// What.
    pub field: String,
    /// What it is; empty for nothing.
    pub before: String,
    /// What it would be; empty for nothing.
    pub after: String,
}

/// Something that is no connection for Postern.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct UnusableEntryView {
    /// What the file calls it.
    pub name: String,
    /// Where in the file it is.
    pub place: String,
    /// Why, in a sentence.
    pub reason: String,
}

/// A file of connections that others keep, shown beside one's own and never changed here.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TeamFileView {
    /// Its number.
    pub id: i32,
    /// Where it is.
    pub path: String,
    /// The name of the file.
    pub name: String,
    /// Whether the tree shows it folded.
    pub collapsed: bool,
    /// Its groups, with numbers that count in this file only.
    pub groups: Vec<GroupView>,
    /// Its connections, with numbers that count in this file only.
    pub connections: Vec<ConnectionView>,
    /// What of it cannot be used.
    pub unusable: Vec<UnusableEntryView>,
    /// When what is shown was read, in milliseconds since 1970; null where it never could be.
    pub read_at: Option<f64>,
    /// Why it cannot be read now; then what is shown is what it held last.
    pub problem: Option<ErrorView>,
}
