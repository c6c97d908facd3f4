//! The sections of one file as the AWS CLI has them before it knows what they mean.

use std::collections::{HashMap, HashSet};

use crate::ini::{self, Heading, RawSection, RawSetting, RawValue};
use crate::problem::{AwsFile, FileProblem};
use crate::section::{Setting, Value};
use crate::text;

/// One section under its header. `[DEFAULT]` is not among them: its settings are in all others.
pub(crate) struct FileSection {
    pub(crate) header: Heading,
    pub(crate) line: usize,
    pub(crate) settings: Vec<Setting>,
    pub(crate) problem: Option<FileProblem>,
    /// Settings with indented lines that are no block: they are the problem of each section that has them.
    without_block: Vec<(String, FileProblem)>,
}

/// Python's name for the section that all others take settings from.
const FOR_ALL: &str = "DEFAULT";

/// The sections of `file`, in its order.
pub(crate) fn sections(bytes: &[u8], file: AwsFile) -> Result<Vec<FileSection>, FileProblem> {
    let mut raw = ini::parse(&text::lines(bytes, file)?, file);
    note_repeated_headers(&mut raw, file);
    let (for_all, others): (Vec<_>, Vec<_>) = raw.into_iter().partition(is_for_all);
    let mut found: Vec<_> = others.into_iter().filter_map(|raw| of_raw([raw], file)).collect();
    if let Some(for_all) = of_raw(for_all, file) {
        found.iter_mut().for_each(|section| section.inherit(&for_all));
        let is_alone = found.is_empty();
        found.extend(told_alone(for_all).filter(|_| is_alone));
    }
    for section in &mut found {
        let first = section.without_block.first().map(|(_, problem)| problem);
        section.problem = section.problem.take().or_else(|| first.cloned());
    }
    Ok(found)
}

/// Where no other section can tell its problem.
fn told_alone(for_all: FileSection) -> Option<FileSection> {
    for_all.problem.is_some().then_some(FileSection {
        header: Heading::Missing,
        ..for_all
    })
}

impl FileSection {
    fn inherit(&mut self, for_all: &Self) {
        let own = self.settings.iter().map(|own| &own.key);
        let own: HashSet<String> = own
            .chain(self.without_block.iter().map(|(key, _)| key))
            .cloned()
            .collect();
        let missing = for_all.settings.iter().filter(|one| !own.contains(&one.key));
        self.settings.extend(missing.cloned());
        let without_block = for_all.without_block.iter().find(|(key, _)| !own.contains(key));
        let inherited = || {
            let problem = for_all
                .problem
                .clone()
                .or(without_block.map(|(_, problem)| problem.clone()))?;
            let reason = format!(
                "[{FOR_ALL}], which all sections take settings from, cannot be used: {}",
                problem.reason
            );
            Some(FileProblem { reason, ..problem })
        };
        self.problem = self.problem.take().or_else(inherited);
    }
}

fn is_for_all(section: &RawSection) -> bool {
    match &section.header {
        Heading::Named(name) => name == FOR_ALL,
        Heading::Broken(name) => name.trim() == FOR_ALL,
        Heading::Missing => false,
    }
}

/// One section made of the parts of it, if there are any.
fn of_raw(parts: impl IntoIterator<Item = RawSection>, file: AwsFile) -> Option<FileSection> {
    let mut parts = parts.into_iter();
    let first = parts.next()?;
    let mut section = FileSection {
        header: first.header,
        line: first.line,
        settings: Vec::new(),
        problem: first.fault,
        without_block: Vec::new(),
    };
    let mut raw = first.settings;
    for part in parts {
        section.problem = section.problem.or(part.fault);
        raw.extend(part.settings);
    }
    section.note_repeated_keys(&raw, file);
    for setting in raw {
        section.add(&setting, file);
    }
    Some(section)
}

impl FileSection {
    fn add(&mut self, raw: &RawSetting, file: AwsFile) {
        let value = match raw.value() {
            RawValue::Text(text) => Value::Text(text),
            RawValue::Block(block) => Value::Block(block),
            RawValue::NoBlock => {
                let problem = FileProblem {
                    file,
                    line: Some(raw.line),
                    reason: format!("the indented lines below {} are no settings", shown(&raw.key)),
                    remedy: "write `name = value` in each of them".to_owned(),
                };
                self.without_block.push((raw.key.clone(), problem));
                return;
            }
        };
        self.settings.push(Setting {
            key: raw.key.clone(),
            value,
            file,
            line: raw.line,
        });
    }

    fn note_repeated_keys(&mut self, raw: &[RawSetting], file: AwsFile) {
        let mut lines: HashMap<&str, usize> = HashMap::new();
        let repeated = raw.iter().find_map(|setting| {
            let first = lines.insert(&setting.key, setting.line)?;
            Some((setting, first))
        });
        if let Some((setting, first)) = repeated {
            self.problem.get_or_insert_with(|| FileProblem {
                file,
                line: Some(setting.line),
                reason: format!(
                    "{} stands there twice, first in line {first}",
                    shown(&setting.key)
                ),
                remedy: "keep one of them".to_owned(),
            });
        }
    }
}

/// Sections of the same header, of which nobody can say which one counts.
fn note_repeated_headers(raw: &mut [RawSection], file: AwsFile) {
    let mut lines: HashMap<String, Vec<usize>> = HashMap::new();
    for section in raw.iter().filter(|section| !is_for_all(section)) {
        if let Heading::Named(name) = &section.header {
            lines.entry(name.clone()).or_default().push(section.line);
        }
    }
    for section in raw {
        let Heading::Named(name) = &section.header else {
            continue;
        };
        let Some([first, second, ..]) = lines.get(name).map(Vec::as_slice) else {
            continue;
        };
        section.fault.get_or_insert_with(|| FileProblem {
            file,
            line: Some(*second),
            reason: format!("[{name}] stands there twice, first in line {first}"),
            remedy: "make one section of them".to_owned(),
        });
    }
}

/// A key is shown only if it looks like one: in a line that is no setting it may be anything.
fn shown(key: &str) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.');
    if key.len() <= 64 && key.chars().all(is_plain) {
        format!("`{key}`")
    } else {
        "a setting".to_owned()
    }
}
