//! Sections that are none for the AWS CLI, which says nothing of them.

use crate::header::{Guess, SectionKind};
use crate::problem::FileProblem;
use crate::section::Setting;

/// A section that is no profile, no sso-session and no services section, or lines that belong to no section.
#[derive(Debug)]
pub struct PassedOver {
    pub(crate) header: String,
    pub(crate) kind: Option<SectionKind>,
    pub(crate) name: Option<String>,
    pub(crate) settings: Vec<Setting>,
    pub(crate) problem: FileProblem,
}

/// What only profiles say.
const OF_A_PROFILE: [&str; 13] = [
    "ca_bundle",
    "credential_process",
    "credential_source",
    "endpoint_url",
    "external_id",
    "login_session",
    "mfa_serial",
    "output",
    "region",
    "role_arn",
    "services",
    "source_profile",
    "web_identity_token_file",
];

impl PassedOver {
    pub(crate) fn new(header: String, guess: Guess, settings: Vec<Setting>, problem: FileProblem) -> Self {
        Self {
            header,
            kind: guess.kind,
            name: guess.name,
            settings,
            problem,
        }
    }

    /// What stands between its brackets; nothing for lines before the first section.
    #[must_use]
    pub fn header(&self) -> &str {
        &self.header
    }

    /// The name that was probably meant.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    /// Why it is none, and how it would be one.
    #[must_use]
    pub fn problem(&self) -> &FileProblem {
        &self.problem
    }

    /// Whether a profile was probably meant: its header says so or one of its settings, or it has no header.
    #[must_use]
    pub fn looks_like_a_profile(&self) -> bool {
        let is_of_a_profile =
            |key: &str| key.starts_with("aws_") || key.starts_with("sso_") || OF_A_PROFILE.contains(&key);
        match self.kind {
            Some(kind) => kind == SectionKind::Profile,
            None => self.header.is_empty() || self.settings.iter().any(|one| is_of_a_profile(&one.key)),
        }
    }
}
