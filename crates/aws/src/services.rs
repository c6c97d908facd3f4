//! The `[services NAME]` sections of the configuration file. The SDK reads them too, but does not tell a section that is
//! missing from one that says nothing.

use std::collections::HashMap;

const WHITESPACE: [char; 2] = [' ', '\t'];
const COMMENT: [char; 2] = ['#', ';'];

/// Every services section, by name.
#[derive(Debug, Default)]
pub(crate) struct Services(HashMap<String, Vec<Entry>>);

/// One line of a section with the indented lines below it.
#[derive(Debug)]
pub(crate) struct Entry {
    /// The service, in lower case.
    pub(crate) key: String,
    /// What stands behind the `=`; nothing where a block follows.
    pub(crate) value: String,
    /// The lines of the block.
    pub(crate) block: Vec<(String, String)>,
}

impl Entry {
    /// A setting of the block. Its name counts as it is written.
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        let found = self.block.iter().rev().find(|(name, _)| name == key);
        found.map(|(_, value)| value.as_str())
    }
}

impl Services {
    /// Reads the sections of a configuration file that the SDK has accepted, with its rules for lines.
    pub(crate) fn parse(config: &str) -> Self {
        let mut found = Self::default();
        let mut open: Option<String> = None;
        for line in config.lines().filter(|line| !is_passed_over(line)) {
            if line.starts_with('[') {
                open = section_name(line);
                found.0.extend(
                    open.clone()
                        .map(|name| (name, Vec::new()))
                        .filter(|(name, _)| !found.0.contains_key(name)),
                );
            } else if let Some(entries) = open.as_ref().and_then(|name| found.0.get_mut(name)) {
                add_line(entries, line);
            }
        }
        found
    }

    /// The lines of a section, or none if there is no such section.
    pub(crate) fn section(&self, name: &str) -> Option<&[Entry]> {
        self.0.get(name).map(Vec::as_slice)
    }
}

fn is_passed_over(line: &str) -> bool {
    line.trim_matches(WHITESPACE).is_empty() || line.starts_with(COMMENT)
}

fn add_line(entries: &mut Vec<Entry>, line: &str) {
    let Some((key, value)) = setting(line) else { return };
    if !line.starts_with(WHITESPACE) {
        entries.push(Entry {
            key: key.to_ascii_lowercase(),
            value: value.to_owned(),
            block: Vec::new(),
        });
    } else if let Some(entry) = entries.last_mut() {
        entry.block.push((key.to_owned(), value.to_owned()));
    }
}

/// The name of a services section; none for any other section, and for a name that the SDK passes over.
fn section_name(line: &str) -> Option<String> {
    let header = line.split(COMMENT).next()?.trim_matches(WHITESPACE);
    let inner = header
        .strip_prefix('[')?
        .strip_suffix(']')?
        .trim_matches(WHITESPACE);
    let (prefix, name) = inner.split_once(WHITESPACE)?;
    let name = name.trim();
    (prefix == "services" && name.chars().all(is_of_a_name)).then(|| name.to_owned())
}

fn is_of_a_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || "_-/.%@:+".contains(c)
}

/// Key and value without a comment, which must follow white space.
fn setting(line: &str) -> Option<(&str, &str)> {
    let comment = line.match_indices(WHITESPACE).find_map(|(at, _)| {
        let rest = line.get(at + 1..)?;
        rest.starts_with(COMMENT).then_some(at)
    });
    let (key, value) = line.get(..comment.unwrap_or(line.len()))?.split_once('=')?;
    Some((key.trim_matches(WHITESPACE), value.trim_matches(WHITESPACE)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_section_has_its_services_and_their_blocks() {
        let services = Services::parse(
            "[profile a]\nservices = vpce\n[services vpce] ; ours\nEC2 =\n\tendpoint_url = http://a#b ; c\n\n  x=y\nssm = z\n\
             [default]\nkms = 1\n[services vpce]\nkms =\n  endpoint_url = http://k\n",
        );
        let section = services.section("vpce").unwrap();
        let keys: Vec<_> = section
            .iter()
            .map(|entry| (entry.key.as_str(), entry.value.as_str()))
            .collect();
        assert_eq!(keys, [("ec2", ""), ("ssm", "z"), ("kms", "")]);
        assert_eq!(
            (section[0].get("endpoint_url"), section[0].get("x")),
            (Some("http://a#b"), Some("y"))
        );
        assert_eq!(section[2].get("endpoint_url"), Some("http://k"));
    }

    #[test]
    fn only_a_services_section_with_a_plain_name_is_one() {
        let services = Services::parse(
            "[services]\n[services \"q\"]\n[services a b]\n[service s]\n[Services S]\n[ services\tok ]\n",
        );
        assert_eq!(services.0.keys().collect::<Vec<_>>(), ["ok"]);
    }
}
