//! A section: its name, its settings, and why it cannot be used.

use std::collections::HashMap;
use std::fmt;

use crate::problem::{AwsFile, FileProblem};

/// What stands behind the `=` or `:` of a setting.
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    /// One text; with further indented lines it has line ends.
    Text(String),
    /// Settings of its own, in indented lines below a setting that has nothing behind its `=`.
    Block(Vec<(String, String)>),
}

/// One setting. It may be a key, so `Debug` does not show its value.
#[derive(Clone, PartialEq, Eq)]
pub struct Setting {
    /// Its name, in lower case.
    pub key: String,
    /// What it says.
    pub value: Value,
    /// The file that it is from.
    pub file: AwsFile,
    /// Its line there, counted from 1.
    pub line: usize,
}

/// A profile, an sso-session or a services section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    pub(crate) name: String,
    pub(crate) settings: Vec<Setting>,
    pub(crate) problem: Option<FileProblem>,
}

impl Section {
    /// Its name without the word in front and without quotes.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Why it cannot be used. Its settings are then incomplete or not what they seem.
    #[must_use]
    pub fn problem(&self) -> Option<&FileProblem> {
        self.problem.as_ref()
    }

    /// Its settings in the order of the files.
    #[must_use]
    pub fn settings(&self) -> &[Setting] {
        &self.settings
    }

    /// The setting `key`.
    #[must_use]
    pub fn setting(&self, key: &str) -> Option<&Setting> {
        self.settings.iter().find(|setting| setting.key == key)
    }

    /// The text of the setting `key`; nothing if it has a block instead.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<&str> {
        self.setting(key)?.text()
    }

    /// Takes over settings, in place of those of the same name.
    pub(crate) fn take_over(&mut self, settings: Vec<Setting>) {
        let keys = self.settings.iter().map(|own| own.key.clone());
        let places: HashMap<String, usize> = keys.zip(0..).collect();
        for setting in settings {
            match places
                .get(&setting.key)
                .and_then(|place| self.settings.get_mut(*place))
            {
                Some(own) => *own = setting,
                None => self.settings.push(setting),
            }
        }
    }
}

impl Setting {
    /// What it says, if that is a text.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Text(text) => Some(text),
            Value::Block(_) => None,
        }
    }

    /// The settings below it, if it has a block.
    #[must_use]
    pub fn block(&self) -> Option<&[(String, String)]> {
        match &self.value {
            Value::Text(_) => None,
            Value::Block(block) => Some(block),
        }
    }

    /// Why the value is probably not what its writer meant: what other programs take for a comment, for quotes or for a
    /// setting of its own is a part of it here.
    #[must_use]
    pub fn hint(&self) -> Option<&'static str> {
        let text = self.text()?;
        let is_commented = |mark: char| {
            text.match_indices(mark)
                .any(|(at, _)| text.get(..at).is_some_and(|before| before.ends_with([' ', '\t'])))
        };
        if text.contains('\n') {
            Some(
                "the indented lines below it belong to its value, so write each setting at the start of its line",
            )
        } else if is_commented('#') || is_commented(';') {
            Some("a comment behind a value belongs to the value, so put it into a line of its own")
        } else if text.len() > 1
            && ["'", "\""]
                .iter()
                .any(|quote| text.starts_with(quote) && text.ends_with(quote))
        {
            Some("quotes belong to the value, so leave them out")
        } else {
            None
        }
    }
}

impl fmt::Debug for Setting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({:?} {})", self.key, self.file, self.line)
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Text(_) => "Text",
            Self::Block(_) => "Block",
        })
    }
}
