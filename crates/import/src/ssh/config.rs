//! The parts of an OpenSSH client configuration: `Host` lines and what is set below them. The first value of a keyword counts.

use super::pattern::matches_line;

/// What is set for hosts of a line.
struct Block {
    /// The words of its `Host` line; none where Postern cannot tell whom a `Match` line means.
    words: Option<Vec<String>>,
    line: usize,
    settings: Vec<(String, String)>,
}

/// A configuration.
pub(super) struct Config {
    blocks: Vec<Block>,
    includes: Vec<String>,
}

/// What is set for one host.
pub(super) struct Host<'a> {
    pub(super) alias: &'a str,
    settings: Vec<(&'a str, &'a str)>,
}

impl Config {
    pub(super) fn parse(text: &str) -> Self {
        let everything = Block {
            words: Some(vec!["*".to_owned()]),
            line: 0,
            settings: Vec::new(),
        };
        let mut config = Self {
            blocks: vec![everything],
            includes: Vec::new(),
        };
        for (number, line) in (1_usize..).zip(text.lines()) {
            if let Some((keyword, value)) = setting(line) {
                config.take(keyword, value, number);
            }
        }
        config
    }

    fn take(&mut self, keyword: String, value: &str, line: usize) {
        let begun = match keyword.as_str() {
            "host" => Some(Some(words(value))),
            "match" => Some(matched(value)),
            "include" => {
                self.includes.push(postern_model::display_text(value));
                return;
            }
            _ => None,
        };
        match (begun, self.blocks.last_mut()) {
            (Some(words), _) => self.blocks.push(Block {
                words,
                line,
                settings: Vec::new(),
            }),
            (None, Some(block)) => block.settings.push((keyword, value.to_owned())),
            (None, None) => {}
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.aliases().next().is_none()
    }

    /// The words of all `Host` lines with their lines, each once.
    pub(super) fn aliases(&self) -> impl Iterator<Item = (&str, usize)> {
        let hosts = self.blocks.iter().filter(|block| block.line > 0);
        let mut seen = std::collections::HashSet::new();
        let all = hosts.flat_map(|block| {
            block
                .words
                .iter()
                .flatten()
                .map(|word| (word.as_str(), block.line))
        });
        all.filter(move |(word, _)| !word.starts_with('!') && *word != "*" && seen.insert(*word))
    }

    pub(super) fn host<'a>(&'a self, alias: &'a str) -> Host<'a> {
        let meant = |block: &&Block| {
            block
                .words
                .as_ref()
                .is_some_and(|words| matches_line(words, alias))
        };
        let settings = self.blocks.iter().filter(meant).flat_map(|block| &block.settings);
        Host {
            alias,
            settings: settings
                .map(|(keyword, value)| (keyword.as_str(), value.as_str()))
                .collect(),
        }
    }

    /// What of the file was not followed.
    pub(super) fn remarks(&self) -> Vec<String> {
        let mut remarks: Vec<String> = Vec::new();
        if !self.includes.is_empty() {
            remarks.push(format!(
                "It includes {}, which was not read: import that file as well.",
                self.includes.join(", ")
            ));
        }
        if self.blocks.iter().any(|block| block.words.is_none()) {
            remarks.push("What stands below Match was left out.".to_owned());
        }
        remarks
    }
}

impl Host<'_> {
    /// The first value of a keyword in lower case.
    pub(super) fn value(&self, keyword: &str) -> Option<&str> {
        let found = self.settings.iter().find(|(known, _)| *known == keyword);
        found.map(|(_, value)| *value)
    }

    /// The name or address that is connected to: ssh's `%h`.
    pub(super) fn host_name(&self) -> String {
        let name = self.value("hostname").unwrap_or("%h");
        name.replace("%%", "%").replace("%h", self.alias)
    }
}

/// `Keyword value`, `Keyword=value` or `Keyword = value`; none for a comment.
fn setting(line: &str) -> Option<(String, &str)> {
    let line = line.trim();
    if line.is_empty() || line.starts_with('#') {
        return None;
    }
    let end = line.find(|c: char| c.is_whitespace() || c == '=')?;
    let (keyword, rest) = line.split_at(end);
    let rest = rest.trim_start();
    let value = rest.strip_prefix('=').unwrap_or(rest).trim();
    Some((keyword.to_ascii_lowercase(), value))
}

fn words(value: &str) -> Vec<String> {
    let words = value.split([' ', '\t', ',']).map(|word| word.trim_matches('"'));
    words.filter(|word| !word.is_empty()).map(str::to_owned).collect()
}

/// `Match all` and `Match host …` say it; other conditions only ssh can find out.
fn matched(value: &str) -> Option<Vec<String>> {
    let words = words(value);
    match words.split_first() {
        Some((first, [])) if first.eq_ignore_ascii_case("all") => Some(vec!["*".to_owned()]),
        Some((first, rest)) if first.eq_ignore_ascii_case("host") && is_plain(rest) => Some(rest.to_vec()),
        Some(_) | None => None,
    }
}

/// Whether these are hosts and no further conditions.
fn is_plain(words: &[String]) -> bool {
    let conditions = [
        "exec",
        "user",
        "originalhost",
        "localuser",
        "canonical",
        "final",
        "tagged",
    ];
    !words.is_empty() && !words.iter().any(|word| conditions.contains(&word.as_str()))
}
