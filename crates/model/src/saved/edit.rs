//! One change of many connections at once.

use super::{Colour, ConnectionDraft, Guard};
use crate::{DocumentName, EncryptionPolicy, ProfileName, Region};

/// What is written into each of several connections; the outer none leaves a thing as each has it, the inner none makes it
/// inherited.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[allow(clippy::option_option)] // "Leave it" and "inherit it" are two things that a form says apart.
pub struct ConnectionEdit {
    /// The profile.
    pub profile: Option<Option<ProfileName>>,
    /// The Region.
    pub region: Option<Option<Region>>,
    /// The Session document; parameters of another one go.
    pub document: Option<Option<DocumentName>>,
    /// The demand on encryption.
    pub encryption: Option<Option<EncryptionPolicy>>,
    /// The colour.
    pub colour: Option<Option<Colour>>,
    /// What each adds to its guard.
    pub guard: Option<Guard>,
    /// Tags that each gets.
    pub add_tags: Vec<String>,
    /// Tags that each loses.
    pub remove_tags: Vec<String>,
}

impl ConnectionEdit {
    /// What becomes of a connection.
    #[must_use]
    pub fn apply(&self, mut draft: ConnectionDraft) -> ConnectionDraft {
        if let Some(document) = &self.document
            && *document != draft.document
        {
            draft.document.clone_from(document);
            draft.parameters.clear();
        }
        set(&mut draft.profile, self.profile.as_ref());
        set(&mut draft.region, self.region.as_ref());
        set(&mut draft.encryption, self.encryption.as_ref());
        set(&mut draft.colour, self.colour.as_ref());
        set(&mut draft.guard, self.guard.as_ref());
        draft.tags.retain(|tag| !self.remove_tags.contains(tag));
        draft.tags.extend(self.add_tags.iter().cloned());
        draft
    }
}

fn set<T: Clone>(into: &mut T, value: Option<&T>) {
    if let Some(value) = value {
        into.clone_from(value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{ConnectionGoal, Target};

    #[test]
    fn only_what_is_named_is_changed() {
        let goal = ConnectionGoal::Target(Target::parse("i-0a1b2c3d").unwrap());
        let draft = ConnectionDraft {
            profile: Some(ProfileName::parse("acme").unwrap()),
            document: Some(DocumentName::parse("ops-Report").unwrap()),
            parameters: vec![("a".into(), vec!["b".into()])],
            tags: vec!["old".into(), "kept".into()],
            ..ConnectionDraft::new("db", goal)
        };
        assert_eq!(ConnectionEdit::default().apply(draft.clone()), draft);
        let edit = ConnectionEdit {
            profile: Some(None),
            document: Some(Some(DocumentName::parse("other-Report").unwrap())),
            colour: Some(Some(Colour::Prod)),
            add_tags: vec!["new".into()],
            remove_tags: vec!["old".into()],
            ..ConnectionEdit::default()
        };
        let edited = edit.apply(draft.clone());
        assert_eq!((edited.profile, edited.parameters.len()), (None, 0));
        assert_eq!(edited.colour, Some(Colour::Prod));
        assert_eq!(edited.tags, ["kept", "new"]);
        assert_eq!((edited.name, edited.goal), (draft.name, draft.goal));
    }
}
