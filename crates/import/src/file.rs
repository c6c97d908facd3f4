//! What was read from a file: groups, connections, and what cannot be used, each with its place in the file.

use std::fmt;

use postern_model::{ConnectionDraft, GroupDraft};

use crate::Format;

/// The names of groups from the top of the list down; empty for the top itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct GroupPath(pub Vec<String>);

impl GroupPath {
    /// As groups compare names: without case.
    #[must_use]
    pub fn key(&self) -> Vec<String> {
        self.0.iter().map(|name| name.to_lowercase()).collect()
    }

    /// The group that this one stands in; none for one at the top, and for the top itself.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let (_, above) = self.0.split_last()?;
        (!above.is_empty()).then(|| Self(above.to_vec()))
    }
}

/// `Shop / Web`.
impl fmt::Display for GroupPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.join(" / "))
    }
}

/// What a file can say about a connection or a group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ImportField {
    /// The name.
    Name,
    /// The group that it stands in.
    Group,
    /// The target, or the query and its pick rule.
    Goal,
    /// The AWS profile.
    Profile,
    /// The Region.
    Region,
    /// The Session document.
    Document,
    /// The document's parameters.
    Parameters,
    /// The demand on encryption.
    Encryption,
    /// The colour.
    Colour,
    /// The guard.
    Guard,
    /// The free text.
    Description,
    /// The tags.
    Tags,
}

impl ImportField {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 12] = [
        Self::Name,
        Self::Group,
        Self::Goal,
        Self::Profile,
        Self::Region,
        Self::Document,
        Self::Parameters,
        Self::Encryption,
        Self::Colour,
        Self::Guard,
        Self::Description,
        Self::Tags,
    ];

    /// As it is shown and written.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Group => "group",
            Self::Goal => "target",
            Self::Profile => "profile",
            Self::Region => "region",
            Self::Document => "document",
            Self::Parameters => "parameters",
            Self::Encryption => "encryption",
            Self::Colour => "colour",
            Self::Guard => "guard",
            Self::Description => "description",
            Self::Tags => "tags",
        }
    }
}

/// All that a file said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportFile {
    /// What kind of file it is.
    pub format: Format,
    /// What it speaks of; whatever else a connection has is never changed by it.
    pub fields: Vec<ImportField>,
    /// Its groups, outer ones before those inside them; also those that are only named by connections.
    pub groups: Vec<ImportedGroup>,
    /// What can be used, in the order of the file.
    pub connections: Vec<ImportedConnection>,
    /// What cannot, in the order of the file.
    pub unusable: Vec<Unusable>,
    /// What else a person should know of the file, in sentences.
    pub remarks: Vec<String>,
}

/// A group of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedGroup {
    /// Where it stands, its own name last.
    pub path: GroupPath,
    /// What the file says of it; the parent is in [`Self::path`].
    pub draft: GroupDraft,
    /// Whether the file says what is inherited in it, or only names it.
    pub described: bool,
}

/// A connection of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportedConnection {
    /// What knows it again when the file is read a second time; unique in the file.
    pub key: String,
    /// Where it stands.
    pub group: GroupPath,
    /// What the file says of it; the group is in [`Self::group`].
    pub draft: ConnectionDraft,
    /// Where in the file it is, such as `line 7`.
    pub place: String,
}

/// Something in a file that is no connection for Postern.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unusable {
    /// What the file calls it.
    pub name: String,
    /// Where in the file it is.
    pub place: String,
    /// Why, in a sentence.
    pub reason: String,
}
