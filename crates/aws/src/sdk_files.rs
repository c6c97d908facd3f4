//! The profiles in the form that the SDK reads: one file of plain lines, in which nothing can be taken in two ways.

use std::collections::HashMap;

use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use postern_aws_files::{Section, Sections, Setting, Value};

/// What the files say, for the SDK. The SDK knows fewer names than the AWS CLI: a profile of another name gets one that it
/// knows.
pub(crate) struct SdkFiles {
    text: String,
    names: HashMap<String, String>,
}

/// Settings that name another section.
const REFERENCES: [&str; 3] = ["source_profile", "sso_session", "services"];
/// The sso-session says these, and the SDK does not take them twice.
const OF_SESSION: [&str; 2] = ["sso_start_url", "sso_region"];

impl SdkFiles {
    /// All sections that can be used.
    pub(crate) fn of(sections: &Sections) -> Self {
        let kinds = [
            ("profile", sections.profiles()),
            ("sso-session", sections.sso_sessions()),
            ("services", sections.all_services()),
        ];
        let mut files = Self {
            text: String::new(),
            names: names(kinds.iter().flat_map(|(_, sections)| *sections)),
        };
        for (word, sections) in kinds {
            for section in sections.iter().filter(|section| section.problem().is_none()) {
                files.write(word, section);
            }
        }
        files
    }

    /// The name under which the SDK knows a profile.
    pub(crate) fn name<'a>(&'a self, name: &'a str) -> &'a str {
        self.names.get(name).map_or(name, String::as_str)
    }

    /// As the SDK takes them.
    pub(crate) fn contents(&self) -> EnvConfigFiles {
        EnvConfigFiles::builder()
            .with_contents(EnvConfigFileKind::Config, self.text.as_str())
            .build()
    }

    fn write(&mut self, word: &str, section: &Section) {
        let header = format!("[{word} {}]\n", self.name(section.name()));
        self.text.push_str(&header);
        let has_session = section.setting("sso_session").is_some();
        for setting in section.settings() {
            if is_key(&setting.key) && !(has_session && OF_SESSION.contains(&setting.key.as_str())) {
                self.write_setting(setting);
            }
        }
    }

    fn write_setting(&mut self, setting: &Setting) {
        match &setting.value {
            Value::Text(text) if REFERENCES.contains(&setting.key.as_str()) => {
                let name = self.name(text).to_owned();
                self.write_line("", &setting.key, &name);
            }
            Value::Text(text) => self.write_line("", &setting.key, text),
            Value::Block(block) => {
                self.write_line("", &setting.key, "");
                for (key, value) in block.iter().filter(|(key, _)| is_key(key)) {
                    self.write_line(" ", key, value);
                }
            }
        }
    }

    /// Without white space around the sign, behind which `#` would begin a comment.
    fn write_line(&mut self, indent: &str, key: &str, value: &str) {
        if !has_comment(value) && !value.contains(['\n', '\r']) {
            self.text.push_str(&format!("{indent}{key}={value}\n"));
        }
    }
}

/// Other names for those that the SDK does not know.
fn names<'a>(sections: impl Iterator<Item = &'a Section>) -> HashMap<String, String> {
    let mut names = HashMap::new();
    for section in sections.filter(|section| !is_key(section.name())) {
        let next = format!("postern@{}", names.len() + 1);
        names.entry(section.name().to_owned()).or_insert(next);
    }
    names
}

/// What the SDK takes for the name of a section or of a setting.
fn is_key(text: &str) -> bool {
    let is_known = |c: char| c.is_ascii_alphanumeric() || "_-/.%@:+".contains(c);
    !text.is_empty() && text.chars().all(is_known)
}

fn has_comment(value: &str) -> bool {
    let mut after_space = false;
    value.chars().any(|c| {
        let is_comment = after_space && matches!(c, '#' | ';');
        after_space = c.is_whitespace();
        is_comment
    })
}

#[cfg(test)]
mod tests {
    use aws_runtime::env_config::section::EnvConfigSections;
    use aws_runtime::env_config::source;
    use aws_types::os_shim_internal::{Env, Fs};

    use super::*;

    async fn read(config: &str, credentials: &str) -> (SdkFiles, EnvConfigSections) {
        let files = SdkFiles::of(&Sections::read(config.as_bytes(), credentials.as_bytes()).unwrap());
        let source = source::load(&Env::from_slice(&[]), &Fs::from_slice(&[]), &files.contents()).await;
        let sections = EnvConfigSections::parse(source.unwrap()).unwrap();
        (files, sections)
    }

    #[tokio::test]
    async fn the_sdk_reads_what_the_aws_cli_would() {
        let config =
            "  [profile a] # x\n  region : eu-west-1\n  # no\n  output = json\n[profile b]\nnonsense\n";
        let (_, sections) = read(config, "[a]\nregion = us-east-1\naws_access_key_id = #x\n").await;
        let a = sections.get_profile("a").unwrap();
        let of = |key: &str| a.get(key).unwrap().to_owned();
        assert_eq!(
            (of("region"), of("output"), of("aws_access_key_id")),
            ("us-east-1".into(), "json".into(), "#x".into())
        );
        assert!(sections.get_profile("b").is_none());
    }

    #[tokio::test]
    async fn names_that_the_sdk_does_not_know_get_others_wherever_they_stand() {
        let config = "[profile 'My Prod']\nsource_profile = büro\nsso_session = My Corp\nsso_region = r\n[profile büro]\nregion = x\n\
                      [sso-session 'My Corp']\nsso_region = r\n";
        let (files, sections) = read(config, "").await;
        let prod = sections.get_profile(files.name("My Prod")).unwrap();
        let source = sections.get_profile(prod.get("source_profile").unwrap()).unwrap();
        assert_eq!((source.get("region"), prod.get("sso_region")), (Some("x"), None));
        assert_eq!(
            sections
                .sso_session(prod.get("sso_session").unwrap())
                .unwrap()
                .get("sso_region"),
            Some("r")
        );
        assert_eq!(files.name("other"), "other");
    }
}
