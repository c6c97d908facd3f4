//! The way to the credentials of a profile, as data: where the first ones come from, and which roles are assumed with
//! them. The order of precedence is that of botocore, on which the AWS CLI stands, and a way that does not lead anywhere
//! is an error by name before anything is asked.

use std::fmt;
use std::path::PathBuf;

use aws_credential_types::Credentials;
use postern_aws_files::{AwsFile, Section, Sections};
use postern_model::ControlError;

use crate::endpoints::wrong;
use crate::files::expand_home;
use crate::own_profiles::ACCESS_KEY;
use crate::variables::Variables;

/// What is read of the AWS files. A setting without a value is none.
pub(crate) trait ReadProfiles {
    /// Whether there is a profile of this name.
    fn has(&self, profile: &str) -> bool;
    /// A setting of one profile.
    fn get(&self, profile: &str, key: &str) -> Option<&str>;
    /// Whether a setting stands in the credentials file, where access keys count more than in the other.
    fn is_in_credentials_file(&self, profile: &str, key: &str) -> bool;
    /// Whether it lives in Postern, with an access key that was typed in.
    fn has_own_key(&self, _profile: &str) -> bool {
        false
    }
}

impl ReadProfiles for Sections {
    fn has(&self, profile: &str) -> bool {
        self.profile(profile).is_some()
    }

    fn get(&self, profile: &str, key: &str) -> Option<&str> {
        let text = self.profile(profile)?.text(key)?.trim();
        (!text.is_empty()).then_some(text)
    }

    fn is_in_credentials_file(&self, profile: &str, key: &str) -> bool {
        let setting = self.profile(profile).and_then(|profile| profile.setting(key));
        setting.is_some_and(|setting| setting.file == AwsFile::Credentials)
    }

    fn has_own_key(&self, profile: &str) -> bool {
        self.profile(profile).and_then(Section::own) == Some(ACCESS_KEY)
    }
}

/// The way to the credentials of one profile.
#[derive(Debug, PartialEq)]
pub(crate) struct Plan {
    /// Where the first credentials come from.
    pub(crate) base: Base,
    /// The roles to assume with them, one after the other; the last one's credentials are the profile's.
    pub(crate) roles: Vec<RoleStep>,
}

/// A source of credentials that needs no other.
#[derive(PartialEq)]
pub(crate) enum Base {
    /// The access key of the AWS files.
    AccessKey(Credentials),
    /// The access key of a profile of Postern's own.
    OwnKey { profile: String },
    /// `AWS_ACCESS_KEY_ID` and what belongs to it.
    Environment,
    /// The endpoint that a container's environment names.
    Container,
    /// The role of the EC2 instance that this is.
    InstanceMetadata,
    /// Nothing is configured: the container if there is one, else the instance, as the AWS CLI does.
    Machine,
    /// A token in a file.
    WebIdentity(WebIdentity),
    /// IAM Identity Center, by the settings of this profile.
    IdentityCenter { profile: String },
    /// A sign-in of `aws login`.
    ConsoleSignIn { profile: String, session: String },
    /// A program.
    Process { profile: String, command: String },
}

/// AssumeRoleWithWebIdentity.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct WebIdentity {
    pub(crate) role_arn: String,
    pub(crate) session_name: Option<String>,
    pub(crate) token_file: PathBuf,
}

/// AssumeRole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct RoleStep {
    /// The profile whose `role_arn` it is.
    pub(crate) profile: String,
    pub(crate) role_arn: String,
    pub(crate) session_name: Option<String>,
    pub(crate) external_id: Option<String>,
    pub(crate) mfa_serial: Option<String>,
    pub(crate) duration_seconds: Option<i32>,
}

impl fmt::Debug for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::AccessKey(_) => "AccessKey",
            Self::OwnKey { .. } => "OwnKey",
            Self::Environment => "Environment",
            Self::Container => "Container",
            Self::InstanceMetadata => "InstanceMetadata",
            Self::Machine => "Machine",
            Self::WebIdentity(_) => "WebIdentity",
            Self::IdentityCenter { .. } => "IdentityCenter",
            Self::ConsoleSignIn { .. } => "ConsoleSignIn",
            Self::Process { .. } => "Process",
        })
    }
}

impl Plan {
    /// The plan of the profile `name`. When somebody `chose` it, the keys of the environment do not count, as with
    /// `aws --profile`.
    ///
    /// # Errors
    /// [`ControlError::MalformedConfiguration`] with the setting at which the way ends.
    pub(crate) fn of(
        profiles: &impl ReadProfiles,
        environment: &Variables,
        name: &str,
        chose: bool,
    ) -> Result<Self, ControlError> {
        if !chose && environment.get("AWS_ACCESS_KEY_ID").is_some() {
            return Ok(Self::without_roles(Base::Environment));
        }
        let planner = Planner {
            profiles,
            environment,
        };
        if planner.is_role(name) {
            return planner.role(name);
        }
        let base = planner.base(name, !chose)?.unwrap_or(Base::Machine);
        Ok(Self::without_roles(base))
    }

    /// The profile whose sign-in of `aws login` the credentials come from, and the ARN of that; none if they need none.
    pub(crate) fn into_console_sign_in(self) -> Option<(String, String)> {
        if let Base::ConsoleSignIn { profile, session } = self.base {
            Some((profile, session))
        } else {
            None
        }
    }

    fn without_roles(base: Base) -> Self {
        Self {
            base,
            roles: Vec::new(),
        }
    }
}

struct Planner<'a, P> {
    profiles: &'a P,
    environment: &'a Variables,
}

/// Where a role's own source leads.
enum ChainLink<'a> {
    Base(Base),
    Role(&'a str),
}

impl<'a, P: ReadProfiles> Planner<'a, P> {
    /// A role of another kind than web identity, which comes among the bases.
    fn is_role(&self, profile: &str) -> bool {
        self.has(profile, "role_arn") && !self.has(profile, "web_identity_token_file")
    }

    fn role(&self, name: &'a str) -> Result<Plan, ControlError> {
        let mut roles = Vec::new();
        let mut visited = vec![name];
        let mut profile = name;
        let base = loop {
            roles.push(self.step(profile));
            match self.next(profile, &mut visited)? {
                ChainLink::Base(base) => break base,
                ChainLink::Role(source) => profile = source,
            }
        };
        roles.reverse();
        Ok(Plan { base, roles })
    }

    fn next(&self, profile: &'a str, visited: &mut Vec<&'a str>) -> Result<ChainLink<'a>, ControlError> {
        let credential_source = self.get(profile, "credential_source");
        match (self.get(profile, "source_profile"), credential_source) {
            (Some(_), Some(_)) => Err(wrong(
                place("role_arn", profile),
                "the profile has both source_profile and credential_source; only one of them can assume the role",
            )),
            (None, None) => Err(wrong(
                place("role_arn", profile),
                "neither source_profile nor credential_source says who assumes the role",
            )),
            (None, Some(source)) => named_source(source, profile).map(ChainLink::Base),
            (Some(source), None) => self.source_profile(profile, source, visited),
        }
    }

    fn source_profile(
        &self,
        profile: &str,
        source: &'a str,
        visited: &mut Vec<&'a str>,
    ) -> Result<ChainLink<'a>, ControlError> {
        let here = || place("source_profile", profile);
        if !self.profiles.has(source) {
            return Err(wrong(here(), format!("there is no profile {source}")));
        }
        // A profile may name itself to assume its role with its own access key.
        let own_key = source == profile && self.has_access_key(source);
        if visited.contains(&source) && !own_key {
            let way = visited
                .iter()
                .chain([&source])
                .copied()
                .collect::<Vec<_>>()
                .join(" → ");
            return Err(wrong(here(), format!("it leads in a circle: {way}")));
        }
        visited.push(source);
        if self.is_role(source) && !self.has_access_key(source) {
            return Ok(ChainLink::Role(source));
        }
        let base = self.base(source, false)?;
        let none = || wrong(here(), format!("profile {source} has no credentials"));
        base.map(ChainLink::Base).ok_or_else(none)
    }

    /// What a profile has itself, in the order of botocore.
    fn base(&self, profile: &str, with_environment: bool) -> Result<Option<Base>, ControlError> {
        if self.profiles.has_own_key(profile) {
            let profile = profile.to_owned();
            return Ok(Some(Base::OwnKey { profile }));
        }
        if let Some(web) = self.web_identity(profile, with_environment)? {
            return Ok(Some(Base::WebIdentity(web)));
        }
        let profile_name = || profile.to_owned();
        if self.has(profile, "sso_account_id") || self.has(profile, "sso_role_name") {
            return Ok(Some(Base::IdentityCenter {
                profile: profile_name(),
            }));
        }
        if self.profiles.is_in_credentials_file(profile, "aws_access_key_id") {
            return self.access_key(profile);
        }
        if let Some(session) = self.get(profile, "login_session") {
            let session = session.to_owned();
            return Ok(Some(Base::ConsoleSignIn {
                profile: profile_name(),
                session,
            }));
        }
        if let Some(command) = self.get(profile, "credential_process") {
            let command = command.to_owned();
            return Ok(Some(Base::Process {
                profile: profile_name(),
                command,
            }));
        }
        if let Some(key) = self.access_key(profile)? {
            return Ok(Some(key));
        }
        // For the AWS CLI these two alone are no credentials; what they lack is said when they are asked for some.
        let begun = self.has(profile, "sso_session") || self.has(profile, "sso_start_url");
        Ok(begun.then(|| Base::IdentityCenter {
            profile: profile_name(),
        }))
    }

    fn web_identity(
        &self,
        profile: &str,
        with_environment: bool,
    ) -> Result<Option<WebIdentity>, ControlError> {
        let get = |variable: &str, key: &str| {
            let set = with_environment.then(|| self.environment.get(variable)).flatten();
            set.or_else(|| self.get(profile, key)).map(ToOwned::to_owned)
        };
        let Some(token_file) = get("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file") else {
            return Ok(None);
        };
        let Some(role_arn) = get("AWS_ROLE_ARN", "role_arn") else {
            let detail = "there is no role_arn (or AWS_ROLE_ARN) to assume with the token";
            return Err(wrong(place("web_identity_token_file", profile), detail));
        };
        Ok(Some(WebIdentity {
            role_arn,
            session_name: get("AWS_ROLE_SESSION_NAME", "role_session_name"),
            token_file: expand_home(&token_file, self.environment.home().as_deref()),
        }))
    }

    fn access_key(&self, profile: &str) -> Result<Option<Base>, ControlError> {
        let (id, secret) = (
            self.get(profile, "aws_access_key_id"),
            self.get(profile, "aws_secret_access_key"),
        );
        let token = self
            .get(profile, "aws_session_token")
            .or_else(|| self.get(profile, "aws_security_token"));
        let lacks = |key: &str, beside: &str| {
            Err(wrong(
                place(key, profile),
                format!("it is missing, and {beside} is of no use alone"),
            ))
        };
        match (id, secret) {
            (Some(id), Some(secret)) => {
                let mut key = Credentials::builder()
                    .access_key_id(id)
                    .secret_access_key(secret)
                    .provider_name("access key");
                key.set_session_token(token.map(ToOwned::to_owned));
                Ok(Some(Base::AccessKey(key.build())))
            }
            (Some(_), None) => lacks("aws_secret_access_key", "aws_access_key_id"),
            (None, Some(_)) => lacks("aws_access_key_id", "aws_secret_access_key"),
            (None, None) => Ok(None),
        }
    }

    fn step(&self, profile: &str) -> RoleStep {
        let text = |key| self.get(profile, key).map(ToOwned::to_owned);
        RoleStep {
            profile: profile.to_owned(),
            role_arn: text("role_arn").unwrap_or_default(),
            session_name: text("role_session_name"),
            external_id: text("external_id"),
            mfa_serial: text("mfa_serial"),
            // What is no number counts for nothing, as for the AWS CLI.
            duration_seconds: text("duration_seconds").and_then(|seconds| seconds.parse().ok()),
        }
    }

    fn has_access_key(&self, profile: &str) -> bool {
        self.has(profile, "aws_access_key_id") || self.has(profile, "aws_secret_access_key")
    }

    fn has(&self, profile: &str, key: &str) -> bool {
        self.get(profile, key).is_some()
    }

    fn get(&self, profile: &str, key: &str) -> Option<&'a str> {
        self.profiles.get(profile, key)
    }
}

fn named_source(source: &str, profile: &str) -> Result<Base, ControlError> {
    match source.to_ascii_lowercase().as_str() {
        "environment" => Ok(Base::Environment),
        "ec2instancemetadata" => Ok(Base::InstanceMetadata),
        "ecscontainer" => Ok(Base::Container),
        _ => Err(wrong(
            place("credential_source", profile),
            "it is neither Environment, nor Ec2InstanceMetadata, nor EcsContainer",
        )),
    }
}

/// A setting by name.
pub(crate) fn place(key: &str, profile: &str) -> String {
    format!("`{key}` of profile {profile}")
}

#[cfg(test)]
mod tests;
