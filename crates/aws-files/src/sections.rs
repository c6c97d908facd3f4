//! All sections of both files.

use crate::header::{HeaderMeaning, SectionKind, meaning};
use crate::ini::Heading;
use crate::named::SectionsByName;
use crate::one_file::{self, FileSection};
use crate::passed_over::PassedOver;
use crate::problem::{AwsFile, FileProblem};
use crate::section::{Section, Setting};

/// What both files say.
#[derive(Debug, Default)]
pub struct Sections {
    profiles: SectionsByName,
    sso_sessions: SectionsByName,
    services: SectionsByName,
    passed_over: Vec<PassedOver>,
}

impl Sections {
    /// Reads both files; one that does not exist is empty.
    ///
    /// # Errors
    /// Why a file cannot be read at all. All else is a problem of one section.
    pub fn read(config: &[u8], credentials: &[u8]) -> Result<Self, FileProblem> {
        let mut sections = Self::default();
        for section in one_file::sections(config, AwsFile::Config)? {
            sections.add_of_config(section);
        }
        for section in one_file::sections(credentials, AwsFile::Credentials)? {
            sections.add_of_credentials(section);
        }
        Ok(sections)
    }

    /// Every profile: those of the configuration file in its order, then those that only the credentials file has. A
    /// setting of both is the credentials file's.
    #[must_use]
    pub fn profiles(&self) -> &[Section] {
        self.profiles.all()
    }

    /// The profile of this name.
    #[must_use]
    pub fn profile(&self, name: &str) -> Option<&Section> {
        self.profiles.get(name)
    }

    /// Every sso-session.
    #[must_use]
    pub fn sso_sessions(&self) -> &[Section] {
        self.sso_sessions.all()
    }

    /// The sso-session of this name.
    #[must_use]
    pub fn sso_session(&self, name: &str) -> Option<&Section> {
        self.sso_sessions.get(name)
    }

    /// Every services section.
    #[must_use]
    pub fn all_services(&self) -> &[Section] {
        self.services.all()
    }

    /// The services section of this name.
    #[must_use]
    pub fn services(&self, name: &str) -> Option<&Section> {
        self.services.get(name)
    }

    /// The sections that are none of these.
    #[must_use]
    pub fn passed_over(&self) -> &[PassedOver] {
        &self.passed_over
    }

    /// Why there is no profile of this name, although somebody probably wrote one.
    #[must_use]
    pub fn instead_of_profile(&self, name: &str) -> Option<FileProblem> {
        let meant = |one: &&PassedOver| one.kind.is_none_or(|kind| kind == SectionKind::Profile);
        let passed_over = self.meant(name, meant).map(|found| found.problem.clone());
        passed_over.or_else(|| self.with_the_word_in_credentials(name))
    }

    /// Why there is no sso-session of this name, although somebody probably wrote one.
    #[must_use]
    pub fn instead_of_sso_session(&self, name: &str) -> Option<&FileProblem> {
        let found = self.meant(name, |one| one.kind == Some(SectionKind::SsoSession))?;
        Some(&found.problem)
    }

    /// Why there is no services section of this name, although somebody probably wrote one.
    #[must_use]
    pub fn instead_of_services(&self, name: &str) -> Option<&FileProblem> {
        let found = self.meant(name, |one| one.kind == Some(SectionKind::Services))?;
        Some(&found.problem)
    }

    fn meant(&self, name: &str, is_of_kind: impl Fn(&&PassedOver) -> bool) -> Option<&PassedOver> {
        let mut found = self.passed_over.iter().filter(is_of_kind);
        found.find(|one| one.name() == Some(name))
    }

    fn with_the_word_in_credentials(&self, name: &str) -> Option<FileProblem> {
        let section = self.profile(&format!("profile {name}"))?;
        let first = section.settings.first()?;
        (first.file == AwsFile::Credentials).then(|| FileProblem {
            file: first.file,
            line: None,
            reason: format!(
                "its section [profile {name}] has the word profile, which belongs to the other file only"
            ),
            remedy: format!("write [{name}]"),
        })
    }

    fn add_of_config(&mut self, section: FileSection) {
        let (header, line) = (section.header, section.line);
        let (Heading::Named(text) | Heading::Broken(text)) = header else {
            return self.pass_over_without_header(section.settings, section.problem);
        };
        match meaning(&text) {
            HeaderMeaning::Section(kind, name) => self.of(kind).replace(Section {
                name,
                settings: section.settings,
                problem: section.problem,
            }),
            HeaderMeaning::Nothing(guess) => {
                let problem = section.problem.unwrap_or_else(|| FileProblem {
                    file: AwsFile::Config,
                    line: Some(line),
                    reason: guess.reason.to_owned(),
                    remedy: guess.remedy.clone(),
                });
                self.passed_over
                    .push(PassedOver::new(text, guess, section.settings, problem));
            }
        }
    }
    /// There a header is a name, with whatever stands in it.
    fn add_of_credentials(&mut self, section: FileSection) {
        let name = match section.header {
            Heading::Named(name) => name,
            Heading::Broken(name) => name.trim().to_owned(),
            Heading::Missing => return self.pass_over_without_header(section.settings, section.problem),
        };
        self.profiles.merge(Section {
            name,
            settings: section.settings,
            problem: section.problem,
        });
    }

    fn pass_over_without_header(&mut self, settings: Vec<Setting>, problem: Option<FileProblem>) {
        self.passed_over.extend(problem.map(|problem| PassedOver {
            header: String::new(),
            kind: None,
            name: None,
            settings,
            problem,
        }));
    }

    pub(crate) fn profiles_mut(&mut self) -> &mut SectionsByName {
        &mut self.profiles
    }

    pub(crate) fn sso_sessions_mut(&mut self) -> &mut SectionsByName {
        &mut self.sso_sessions
    }

    fn of(&mut self, kind: SectionKind) -> &mut SectionsByName {
        match kind {
            SectionKind::Profile => &mut self.profiles,
            SectionKind::SsoSession => &mut self.sso_sessions,
            SectionKind::Services => &mut self.services,
        }
    }
}

#[cfg(test)]
mod tests;
