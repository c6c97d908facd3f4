//! Sections and settings as Python's `configparser` reads them, with what it gives up at as a fault of its section.

use std::collections::HashMap;

use crate::problem::{AwsFile, FileProblem};
use crate::text::TextLine;
use crate::white_space::{is_space, lines_of_value, trimmed};

/// A header with the lines below it, or the lines before the first header.
pub(crate) struct RawSection {
    pub(crate) header: Heading,
    /// The line of the header, counted from 1.
    pub(crate) line: usize,
    pub(crate) settings: Vec<RawSetting>,
    /// The first thing that `configparser` would give up at.
    pub(crate) fault: Option<FileProblem>,
}

/// What stands at the top of a section.
pub(crate) enum Heading {
    /// What stands between the brackets, as it is written.
    Named(String),
    /// What stands behind a bracket that opens and does not close, or in one that is hidden.
    Broken(String),
    /// Nothing: these lines come before the first section.
    Missing,
}

/// A setting with the lines of its value.
pub(crate) struct RawSetting {
    pub(crate) key: String,
    pub(crate) line: usize,
    lines: Vec<String>,
}

/// What a value is.
pub(crate) enum RawValue {
    Text(String),
    Block(Vec<(String, String)>),
    /// Lines that begin like a block and are none.
    NoBlock,
}

impl RawSetting {
    pub(crate) fn value(&self) -> RawValue {
        let text = self.lines.join("\n");
        let text = text.trim_end_matches(is_space);
        if !text.starts_with('\n') {
            return RawValue::Text(text.to_owned());
        }
        let mut block: Vec<(String, String)> = Vec::new();
        let mut places: HashMap<&str, usize> = HashMap::new();
        for line in lines_of_value(text).map(trimmed).filter(|line| !line.is_empty()) {
            let Some((key, value)) = line.split_once('=') else {
                return RawValue::NoBlock;
            };
            let (key, value) = (trimmed(key), trimmed(value).to_owned());
            let place = *places.entry(key).or_insert(block.len());
            match block.get_mut(place) {
                Some((_, other)) => *other = value,
                None => block.push((key.to_owned(), value)),
            }
        }
        RawValue::Block(block)
    }
}

/// Reads the lines of one file.
pub(crate) fn parse(lines: &[TextLine<'_>], file: AwsFile) -> Vec<RawSection> {
    let mut parser = Parser {
        file,
        sections: Vec::new(),
        in_value: false,
        level: 0,
    };
    for line in lines {
        parser.line(line);
    }
    parser.sections
}

struct Parser {
    file: AwsFile,
    sections: Vec<RawSection>,
    /// Whether a deeper line goes on with the value of the last setting.
    in_value: bool,
    /// How far the last header or setting was indented.
    level: usize,
}

impl Parser {
    fn line(&mut self, line: &TextLine<'_>) {
        let text = trimmed(&line.text);
        if text.starts_with(['#', ';']) {
            return;
        }
        if text.is_empty() {
            self.go_on_with_value(text);
            return;
        }
        let indent = line.text.chars().take_while(|c| is_space(*c)).count();
        if self.in_value && indent > self.level {
            self.go_on_with_value(text);
        } else {
            self.level = indent;
            self.header_or_setting(text, line.number);
        }
        if !line.is_utf8 {
            self.fault(line.number, "it is not UTF-8 text", "save the file as UTF-8");
        }
    }

    fn go_on_with_value(&mut self, text: &str) {
        let setting = self
            .sections
            .last_mut()
            .and_then(|section| section.settings.last_mut());
        if let Some(setting) = setting.filter(|_| self.in_value) {
            setting.lines.push(text.to_owned());
        }
    }

    fn header_or_setting(&mut self, text: &str, line: usize) {
        if let Some(header) = header(text) {
            self.open(Heading::Named(header.to_owned()), line);
            return;
        }
        match text.split_once(['=', ':']) {
            Some((key, value)) => self.setting(trimmed(key).to_lowercase(), trimmed(value), line),
            None => self.neither(text, line),
        }
    }

    fn open(&mut self, header: Heading, line: usize) {
        self.in_value = false;
        self.sections.push(RawSection {
            header,
            line,
            settings: Vec::new(),
            fault: None,
        });
    }

    fn setting(&mut self, key: String, value: &str, line: usize) {
        if key.is_empty() {
            self.fault(line, "a setting has no name", "write `name = value`");
        }
        let Some(section) = self.sections.last_mut() else {
            return self.before_the_first(line);
        };
        self.in_value = !key.is_empty();
        section.settings.push(RawSetting {
            key,
            line,
            lines: vec![value.to_owned()],
        });
    }

    fn neither(&mut self, text: &str, line: usize) {
        let visible = text.trim_start_matches('\u{feff}');
        let (reason, remedy) = if visible != text {
            (
                "a byte order mark stands in front of it",
                "delete what cannot be seen there",
            )
        } else if text.starts_with('[') {
            ("the name of the section is not closed", "end it with ]")
        } else {
            (
                "this line is neither a section nor a setting",
                "write `name = value`, or put # in front of a comment",
            )
        };
        if let Some(rest) = visible.strip_prefix('[') {
            let name = header(visible).unwrap_or(rest);
            self.open(Heading::Broken(name.to_owned()), line);
        }
        self.fault(line, reason, remedy);
    }

    fn before_the_first(&mut self, line: usize) {
        self.open(Heading::Missing, line);
        self.fault(
            line,
            "it stands before the first section",
            "write the section's name above it, such as [default]",
        );
    }

    /// Notes the first fault of a section.
    fn fault(&mut self, line: usize, reason: &str, remedy: &str) {
        let Some(section) = self.sections.last_mut() else {
            return self.before_the_first(line);
        };
        section.fault.get_or_insert_with(|| FileProblem {
            file: self.file,
            line: Some(line),
            reason: reason.to_owned(),
            remedy: remedy.to_owned(),
        });
    }
}

/// What stands between `[` and the last `]`; whatever follows does not count.
fn header(text: &str) -> Option<&str> {
    let (inner, _) = text.strip_prefix('[')?.rsplit_once(']')?;
    (!inner.is_empty()).then_some(inner)
}
