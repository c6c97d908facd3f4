//! Sections of a third source behind the two files: what lives in Postern and not in them.

use crate::named::SectionsByName;
use crate::problem::AwsFile;
use crate::section::{Section, Setting, Value};
use crate::sections::Sections;

/// Says what a section of the third source is.
const MARK: &str = "postern";

impl Sections {
    /// Adds a profile behind those of the files. Where they have one of this name, it stays as it is.
    pub fn add_own_profile(&mut self, name: &str, what: &str, settings: &[(&str, &str)]) {
        add(self.profiles_mut(), name, what, settings);
    }

    /// Adds an sso-session in the same way.
    pub fn add_own_sso_session(&mut self, name: &str, what: &str, settings: &[(&str, &str)]) {
        add(self.sso_sessions_mut(), name, what, settings);
    }
}

impl Section {
    /// What it is, if it is of the third source.
    #[must_use]
    pub fn own(&self) -> Option<&str> {
        let mark = self.setting(MARK).filter(|mark| mark.file == AwsFile::Own)?;
        mark.text()
    }
}

fn add(named: &mut SectionsByName, name: &str, what: &str, settings: &[(&str, &str)]) {
    if named.get(name).is_some() {
        return;
    }
    let marked = [(MARK, what)].into_iter().chain(settings.iter().copied());
    let settings = marked.enumerate().map(|(at, (key, text))| Setting {
        key: key.to_owned(),
        value: Value::Text(text.to_owned()),
        file: AwsFile::Own,
        line: at + 1,
    });
    named.replace(Section {
        name: name.to_owned(),
        settings: settings.collect(),
        problem: None,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_own_profile_stands_behind_the_files_and_never_in_their_place() {
        let config = b"[profile a]\nregion = eu-west-1\npostern = mine\n";
        let mut sections = Sections::read(config, b"").unwrap();
        for name in ["a", "b"] {
            sections.add_own_profile(name, "access key", &[("region", "us-east-1")]);
        }
        let names: Vec<&str> = sections.profiles().iter().map(Section::name).collect();
        assert_eq!(names, ["a", "b"]);
        let profile = |name: &str| sections.profile(name).unwrap();
        assert_eq!(
            (profile("a").text("region"), profile("a").own()),
            (Some("eu-west-1"), None)
        );
        let own = profile("b");
        assert_eq!(
            (own.text("region"), own.own()),
            (Some("us-east-1"), Some("access key"))
        );
    }

    #[test]
    fn an_own_sign_in_stands_beside_those_of_the_files() {
        let mut sections = Sections::default();
        let session = [
            ("sso_start_url", "https://acme.example"),
            ("sso_region", "eu-west-1"),
        ];
        sections.add_own_sso_session("My Corp", "sign-in", &session);
        let found = sections.sso_session("My Corp").unwrap();
        assert_eq!(
            (found.text("sso_region"), found.own()),
            (Some("eu-west-1"), Some("sign-in"))
        );
    }
}
