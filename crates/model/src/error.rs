//! What can go wrong between Postern and AWS: each error names the cause, [`ControlError::next_step`] names the remedy.

use std::path::PathBuf;

use thiserror::Error;

use crate::{
    Denier, Partition, ProfileName, ProxyError, Region, SecretError, SessionId, SignInKey, Target, ended,
};

/// Why a call to AWS, or the reading of the AWS configuration, failed. Texts that came from AWS went through
/// [`crate::display_text`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ControlError {
    /// The profile is in no AWS file.
    #[error("There is no AWS profile named {profile}.")]
    UnknownProfile {
        /// The profile that was asked for.
        profile: ProfileName,
        /// The profiles that exist.
        known: Vec<String>,
    },
    /// An AWS file cannot be read or parsed, or a setting has no legal value.
    #[error("The AWS configuration cannot be used: {path}{}: {}", line.map(|n| format!(", line {n}")).unwrap_or_default(), ended(detail))]
    MalformedConfiguration {
        /// The file, or the name of the setting.
        path: PathBuf,
        /// The line, counted from 1, where it is known.
        line: Option<usize>,
        /// What is wrong there; never the line's text, which may hold a key.
        detail: String,
    },
    /// Neither the user nor the AWS configuration names a Region.
    #[error("No Region is set for {}.", profile.as_ref().map_or("the default credentials".to_owned(), |p| format!("AWS profile {p}")))]
    NoRegion {
        /// The profile without a Region.
        profile: Option<ProfileName>,
    },
    /// No credentials could be had.
    #[error("{}: {}", none_for(who), ended(detail))]
    NoCredentials {
        /// The profile, or "the default credentials".
        who: String,
        /// What the provider said.
        detail: String,
    },
    /// The secret half of an access key that was typed into Postern cannot be had.
    #[error("{}", without_secret(profile, why.as_ref()))]
    NoSecret {
        /// The profile of Postern's own.
        profile: ProfileName,
        /// Why it cannot be read; none if there is none.
        why: Option<SecretError>,
    },
    /// The program that brings the credentials (`credential_process`) failed.
    #[error("The credential process of {who} failed: {}", ended(problem))]
    CredentialProcess {
        /// The profile, or "the default credentials".
        who: String,
        /// What went wrong, in few words, without anything secret.
        problem: String,
        /// More of it: all that the program said, or the `PATH` that was searched.
        detail: Option<String>,
        /// The command to try out, without anything secret; none where that could not help.
        command: Option<String>,
    },
    /// Credentials, or the sign-in behind them, are expired.
    #[error("The sign-in of {who} has expired.")]
    CredentialsExpired {
        /// The profile, or "the default credentials".
        who: String,
        /// What AWS or the provider said.
        detail: String,
    },
    /// The credentials come from the console's sign-in, as `aws login` makes one, and there is none, or none any more.
    #[error("{} needs a sign-in of `aws login` (profile {profile}).", at_start(who))]
    ConsoleSignInNeeded {
        /// The profile whose credentials were wanted, or "the default credentials".
        who: String,
        /// The profile that is signed in: the same, or one that it takes its credentials from.
        profile: String,
        /// Whether it is missing, over or no longer accepted.
        detail: String,
    },
    /// A sign-in to the console did not come about.
    #[error("The sign-in of profile {profile} failed: {}", ended(reason))]
    ConsoleSignInFailed {
        /// The profile.
        profile: String,
        /// Why.
        reason: String,
    },
    /// A role asks for the code of an MFA device, and there is none.
    #[error("A code of the MFA device {device} is needed for {who}, {}.", if *given_up { "and none was given" } else { "and nobody can be asked for it here" })]
    MfaCodeNeeded {
        /// The profile, or "the default credentials".
        who: String,
        /// The device's serial number or ARN.
        device: String,
        /// Whether a person was asked and gave none.
        given_up: bool,
    },
    /// The credentials come from IAM Identity Center, and nobody is signed in there, or no longer.
    #[error("{} needs a sign-in to IAM Identity Center ({sign_in}).", at_start(who))]
    SignInNeeded {
        /// The profile, or "the default credentials", or what else was to be done with the sign-in.
        who: String,
        /// The sign-in, which any number of profiles may share.
        sign_in: SignInKey,
        /// Whether it is missing, over or no longer accepted.
        detail: String,
    },
    /// A sign-in did not come about.
    #[error("The sign-in to {sign_in} failed: {}", ended(reason))]
    SignInFailed {
        /// The sign-in.
        sign_in: SignInKey,
        /// Why.
        reason: String,
    },
    /// Somebody signed in, but that cannot be kept for later.
    #[error(
        "You are signed in to {sign_in} only until this program ends: that cannot be kept in {}",
        ended(detail)
    )]
    SignInNotKept {
        /// The sign-in.
        sign_in: SignInKey,
        /// The file, and what the system says.
        detail: String,
    },
    /// The AWS configuration has no such sign-in.
    #[error("The AWS configuration has no sign-in {sign_in}.")]
    UnknownSignIn {
        /// What was asked for.
        sign_in: SignInKey,
        /// Those that exist.
        known: Vec<String>,
    },
    /// AWS says that the key or its signature is wrong.
    #[error("AWS does not accept {}: {}", credentials_of(who), ended(detail))]
    InvalidCredentials {
        /// The profile, or "the default credentials".
        who: String,
        /// What AWS said.
        detail: String,
    },
    /// AWS knows the keys, but not in this Region.
    #[error("AWS does not accept {} in {region}, and elsewhere it does: {}.", credentials_of(who), not_enabled(*temporary))]
    RegionNotEnabled {
        /// The profile, or "the default credentials".
        who: String,
        /// The Region.
        region: Region,
        /// The keys came with a session token, which may be the reason.
        temporary: bool,
    },
    /// The keys seem to belong to another part of AWS than the Region.
    #[error("AWS does not accept {} in {region}: they seem to belong to {}, whose keys no other part of AWS knows.", credentials_of(who), home.name())]
    OtherPartition {
        /// The profile, or "the default credentials".
        who: String,
        /// The Region that was asked.
        region: Region,
        /// Where the profile's own settings say that it belongs.
        home: Partition,
        /// What AWS said.
        detail: String,
    },
    /// The caller may not do this.
    #[error("{} may not call {action}.", at_start(who))]
    Denied {
        /// The profile, or "the default credentials".
        who: String,
        /// The IAM action, such as `ssm:StartSession`.
        action: String,
        /// What AWS said.
        detail: String,
    },
    /// The node does not exist there or its agent does not answer: AWS has one error for both.
    #[error("{target} is not connected to Systems Manager in {place}.")]
    TargetNotConnected {
        /// The node.
        target: Target,
        /// `profile / region`.
        place: String,
    },
    /// The document does not exist, or its parameters are wrong.
    #[error("AWS does not accept the document {document}: {}", ended(detail))]
    InvalidDocument {
        /// The document asked for.
        document: String,
        /// What AWS said.
        detail: String,
    },
    /// KMS cannot make a data key with this key: it does not exist, is disabled, is of another kind, or does not accept
    /// the encryption context.
    #[error("KMS cannot use the key {key}: {}", ended(detail))]
    KeyUnusable {
        /// The key as it was named.
        key: String,
        /// What KMS said.
        detail: String,
    },
    /// AWS no longer has the session.
    #[error("AWS no longer has the session {session}.")]
    SessionGone {
        /// The session.
        session: SessionId,
    },
    /// AWS asked to slow down, and retrying did not help.
    #[error("AWS asked us to slow down ({operation}).")]
    Throttled {
        /// The operation, such as `ec2:DescribeInstances`.
        operation: String,
    },
    /// The endpoint could not be reached.
    #[error("{endpoint} cannot be reached: {}", ended(detail))]
    Unreachable {
        /// Host, or what is known of it.
        endpoint: String,
        /// DNS, TCP, TLS or time-out, in words.
        detail: String,
    },
    /// A proxy on the way did not connect.
    #[error(transparent)]
    Proxy(#[from] ProxyError),
    /// The clocks of this computer and of AWS differ too much.
    #[error("The clock of this computer differs from AWS: {}", ended(detail))]
    ClockSkew {
        /// What AWS said.
        detail: String,
    },
    /// AWS refused the call for another reason.
    #[error("AWS refused {operation} ({code}): {}", ended(message))]
    Rejected {
        /// The operation.
        operation: String,
        /// AWS's error code.
        code: String,
        /// AWS's message.
        message: String,
    },
    /// AWS, or what stands in front of it, failed. Whether the call had an effect is not known.
    #[error("AWS could not carry out {operation} (HTTP {status}): {}", ended(detail))]
    ServerError {
        /// The operation.
        operation: String,
        /// The HTTP status, 500 or above.
        status: u16,
        /// AWS's message, or what came instead of one.
        detail: String,
    },
    /// A library that makes the calls or brings the credentials gave up in the middle of its work.
    #[error("A library of Postern failed during {operation}: {}", ended(detail))]
    LibraryFailed {
        /// What was being done.
        operation: String,
        /// What the library said.
        detail: String,
    },
    /// The answer is not what the API promises.
    #[error(
        "AWS sent an answer to {operation} that cannot be understood: {}",
        ended(detail)
    )]
    MalformedAnswer {
        /// The operation.
        operation: String,
        /// What is wrong with it.
        detail: String,
    },
}

impl ControlError {
    /// A stable word for the interface to act on.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownProfile { .. } => "unknown-profile",
            Self::MalformedConfiguration { .. } => "malformed-configuration",
            Self::NoRegion { .. } => "no-region",
            Self::NoCredentials { .. } => "no-credentials",
            Self::NoSecret { why: None, .. } => "no-secret",
            Self::NoSecret { why: Some(why), .. } => why.code(),
            Self::CredentialProcess { .. } => "credential-process",
            Self::CredentialsExpired { .. } => "credentials-expired",
            Self::ConsoleSignInNeeded { .. } => "console-sign-in-needed",
            Self::ConsoleSignInFailed { .. } => "console-sign-in-failed",
            Self::MfaCodeNeeded { .. } => "mfa-code-needed",
            Self::SignInNeeded { .. } => "sign-in-needed",
            Self::SignInFailed { .. } => "sign-in-failed",
            Self::SignInNotKept { .. } => "sign-in-not-kept",
            Self::UnknownSignIn { .. } => "unknown-sign-in",
            Self::InvalidCredentials { .. } => "invalid-credentials",
            Self::RegionNotEnabled { .. } => "region-not-enabled",
            Self::OtherPartition { .. } => "other-partition",
            Self::Denied { .. } => "denied",
            Self::TargetNotConnected { .. } => "target-not-connected",
            Self::InvalidDocument { .. } => "invalid-document",
            Self::KeyUnusable { .. } => "key-unusable",
            Self::SessionGone { .. } => "session-gone",
            Self::Throttled { .. } => "throttled",
            Self::Unreachable { .. } => "unreachable",
            Self::Proxy(_) => "proxy",
            Self::ClockSkew { .. } => "clock-skew",
            Self::Rejected { .. } => "rejected",
            Self::ServerError { .. } => "server-error",
            Self::LibraryFailed { .. } => "library-failed",
            Self::MalformedAnswer { .. } => "malformed-answer",
        }
    }

    /// What the user can do about it, one sentence.
    #[must_use]
    pub fn next_step(&self) -> String {
        match self {
            Self::UnknownProfile { known, .. } if known.is_empty() => {
                "Add it with `aws configure --profile NAME` or `aws configure sso`, then try again.".into()
            }
            Self::UnknownProfile { known, .. } => format!("Choose one of: {}.", shorten(known)),
            Self::MalformedConfiguration { path, .. } => format!("Correct {}, then try again.", path.display()),
            Self::NoRegion { .. } => "Choose a Region, or set `region` in the AWS configuration.".into(),
            Self::NoCredentials { who, .. } if who == DEFAULT_CREDENTIALS => {
                "Choose a profile, or make one with `aws configure` or `aws configure sso`.".into()
            }
            Self::NoCredentials { .. } => "Check the profile in the AWS configuration, then try again.".into(),
            Self::NoSecret { why: None, .. } => {
                "Type it again into the profile, in the settings under AWS accounts.".into()
            }
            Self::NoSecret { why: Some(why), .. } => why.next_step().into(),
            Self::CredentialProcess { command: Some(command), .. } => {
                format!("Run this command yourself to see more: `{command}`.")
            }
            Self::CredentialProcess { .. } => {
                "Correct `credential_process` of the profile: a program outside of PATH needs its folder.".into()
            }
            Self::CredentialsExpired { .. } => {
                "Sign in again (for example `aws sso login`) or renew the keys, then retry.".into()
            }
            Self::ConsoleSignInNeeded { profile, .. } => {
                format!("Sign in with `postern login --profile {profile}` or `aws login --profile {profile}`, then retry.")
            }
            Self::ConsoleSignInFailed { profile, .. } => format!(
                "Start it again. If it stays, sign in with `aws login --profile {profile}`, and if Postern cannot use that \
                 either, let another profile take its credentials from the AWS CLI: `credential_process = aws configure \
                 export-credentials --profile {profile} --format process`."
            ),
            Self::MfaCodeNeeded { given_up: true, .. } => "Sync or connect again to be asked for the code.".into(),
            Self::MfaCodeNeeded { .. } => {
                "Use the window or a terminal, where Postern can ask for the code, or assume the role with the AWS CLI first.".into()
            }
            Self::SignInNeeded { .. } => "Sign in, here or with `aws sso login`, then retry.".into(),
            Self::SignInFailed { .. } => "Start the sign-in again.".into(),
            Self::SignInNotKept { .. } => "Make this file and its folder writable for you, then sign in again.".into(),
            Self::UnknownSignIn { known, .. } if known.is_empty() => {
                "Add one with `aws configure sso`, then try again.".into()
            }
            Self::UnknownSignIn { known, .. } => format!("Choose one of: {}.", shorten(known)),
            Self::InvalidCredentials { .. } => {
                "Check the access key of the profile, and that it belongs to this part of AWS: keys of GovCloud and China work only there.".into()
            }
            Self::RegionNotEnabled { region, temporary, .. } => enable(region, *temporary),
            Self::OtherPartition { home, .. } => format!("Choose a Region of {}, or another profile.", home.name()),
            Self::Denied { action, detail, .. } => Denier::of(detail).next_step(action),
            Self::TargetNotConnected { .. } => {
                "Check that the node runs, that the id, profile and Region belong together, and that its SSM agent is online.".into()
            }
            Self::InvalidDocument { .. } => "Check the document's name and parameters.".into(),
            Self::KeyUnusable { .. } => {
                "Check the KMS key in the session preferences, its state and its key policy, then retry.".into()
            }
            Self::SessionGone { .. } => "Open a new session.".into(),
            Self::Throttled { .. } => "Wait a moment, then retry.".into(),
            Self::Unreachable { .. } => "Check the network, the Region and any endpoint setting, then retry.".into(),
            Self::Proxy(error) => error.next_step().into(),
            Self::ClockSkew { .. } => "Set the clock of this computer, then retry.".into(),
            Self::Rejected { .. } => "Read AWS's message; the request was not carried out.".into(),
            Self::ServerError { .. } => "Wait a moment, then retry.".into(),
            Self::LibraryFailed { .. } => {
                "Try again. If it stays, check the clock of this computer and sign in again.".into()
            }
            Self::MalformedAnswer { .. } => "Check that the endpoint is really AWS, then retry.".into(),
        }
    }

    /// What AWS or a provider said, where that says more than the cause.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        match self {
            Self::CredentialsExpired { detail, .. }
            | Self::ConsoleSignInNeeded { detail, .. }
            | Self::SignInNeeded { detail, .. }
            | Self::OtherPartition { detail, .. }
            | Self::Denied { detail, .. } => Some(detail),
            Self::CredentialProcess { detail, .. } => detail.as_deref(),
            Self::UnknownProfile { .. }
            | Self::MalformedConfiguration { .. }
            | Self::NoRegion { .. }
            | Self::NoCredentials { .. }
            | Self::ConsoleSignInFailed { .. }
            | Self::MfaCodeNeeded { .. }
            | Self::SignInFailed { .. }
            | Self::SignInNotKept { .. }
            | Self::UnknownSignIn { .. }
            | Self::NoSecret { .. }
            | Self::InvalidCredentials { .. }
            | Self::RegionNotEnabled { .. }
            | Self::TargetNotConnected { .. }
            | Self::InvalidDocument { .. }
            | Self::KeyUnusable { .. }
            | Self::SessionGone { .. }
            | Self::Throttled { .. }
            | Self::Unreachable { .. }
            | Self::Proxy(_)
            | Self::ClockSkew { .. }
            | Self::Rejected { .. }
            | Self::ServerError { .. }
            | Self::LibraryFailed { .. }
            | Self::MalformedAnswer { .. } => None,
        }
    }

    /// The sign-in that is all that is missing.
    #[must_use]
    pub fn sign_in(&self) -> Option<&SignInKey> {
        if let Self::SignInNeeded { sign_in, .. } = self {
            Some(sign_in)
        } else {
            None
        }
    }

    /// Whether nothing but other credentials can help.
    #[must_use]
    pub fn waits_for_credentials(&self) -> bool {
        matches!(
            self,
            Self::CredentialsExpired { .. }
                | Self::SignInNeeded { .. }
                | Self::ConsoleSignInNeeded { .. }
                | Self::MfaCodeNeeded { .. }
                | Self::NoCredentials { .. }
                | Self::NoSecret { .. }
                | Self::CredentialProcess { .. }
                | Self::InvalidCredentials { .. }
        )
    }

    /// Whether the same call may work a little later without anybody doing anything.
    #[must_use]
    pub fn may_pass(&self) -> bool {
        matches!(
            self,
            Self::Throttled { .. }
                | Self::Unreachable { .. }
                | Self::ServerError { .. }
                | Self::LibraryFailed { .. }
                | Self::MalformedAnswer { .. }
        ) || matches!(self, Self::Proxy(error) if error.may_pass())
            || matches!(self, Self::Rejected { code, .. } if code.contains("Internal") || code.contains("Unavailable"))
    }
}

/// Whose credentials they are when no profile was chosen.
const DEFAULT_CREDENTIALS: &str = "the default credentials";

fn credentials_of(who: &str) -> String {
    if who == DEFAULT_CREDENTIALS {
        who.to_owned()
    } else {
        format!("the credentials of {who}")
    }
}

fn not_enabled(temporary: bool) -> &'static str {
    if temporary {
        "its account has not enabled the Region, or the session token comes from the global endpoint of STS and is not valid there"
    } else {
        "its account has not enabled the Region"
    }
}

fn enable(region: &Region, temporary: bool) -> String {
    let or_sts = if temporary {
        ", or get the token from a Regional endpoint of STS (sts_regional_endpoints = regional)"
    } else {
        ""
    };
    format!("Enable {region} for the account in the AWS console{or_sts}, or remove the Region here.")
}

fn none_for(who: &str) -> String {
    if who == DEFAULT_CREDENTIALS {
        "There are no default AWS credentials".to_owned()
    } else {
        format!("No AWS credentials for {who}")
    }
}

fn without_secret(profile: &ProfileName, why: Option<&SecretError>) -> String {
    match why {
        Some(why) => format!("The secret key of {profile} cannot be read. {why}"),
        None => {
            format!("Postern has no secret key for {profile}: it was kept for one run only, or was removed.")
        }
    }
}

/// Only our own words may begin a sentence in another case; the name of a profile stays as it is.
fn at_start(who: &str) -> &str {
    if who == DEFAULT_CREDENTIALS {
        "The default credentials"
    } else {
        who
    }
}

fn shorten(names: &[String]) -> String {
    const SHOWN: usize = 8;
    let shown = names.iter().take(SHOWN).cloned().collect::<Vec<_>>().join(", ");
    if names.len() > SHOWN {
        format!("{shown} and {} more", names.len() - SHOWN)
    } else {
        shown
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One of each. Whoever adds a variant adds it here: the match below does not compile without it.
    fn one_of_each() -> Vec<ControlError> {
        let text = || "it failed: https://docs.rs/x".to_owned();
        let name = || "x".to_owned();
        let of = |who: &str| (who.to_owned(), text());
        let ((who, detail), profile) = (of("acme-dev"), ProfileName::parse("acme-dev").unwrap());
        let sign_in = || SignInKey::parse("acme-sso").unwrap();
        let region = || Region::parse("me-south-1").unwrap();
        let all = vec![
            ControlError::UnknownProfile {
                profile: profile.clone(),
                known: vec![],
            },
            ControlError::UnknownProfile {
                profile: profile.clone(),
                known: vec![name()],
            },
            ControlError::MalformedConfiguration {
                path: "config".into(),
                line: Some(3),
                detail: text(),
            },
            ControlError::NoRegion {
                profile: Some(profile),
            },
            ControlError::NoCredentials {
                who: who.clone(),
                detail: detail.clone(),
            },
            ControlError::NoCredentials {
                who: DEFAULT_CREDENTIALS.into(),
                detail: detail.clone(),
            },
            ControlError::NoSecret {
                profile: ProfileName::parse("acme-dev").unwrap(),
                why: None,
            },
            ControlError::NoSecret {
                profile: ProfileName::parse("acme-dev").unwrap(),
                why: Some(SecretError::Locked),
            },
            ControlError::CredentialProcess {
                who: who.clone(),
                problem: text(),
                detail: Some(name()),
                command: Some(name()),
            },
            ControlError::CredentialProcess {
                who: who.clone(),
                problem: text(),
                detail: None,
                command: None,
            },
            ControlError::CredentialsExpired {
                who: who.clone(),
                detail: detail.clone(),
            },
            ControlError::ConsoleSignInNeeded {
                who: who.clone(),
                profile: name(),
                detail: detail.clone(),
            },
            ControlError::ConsoleSignInFailed {
                profile: name(),
                reason: text(),
            },
            ControlError::MfaCodeNeeded {
                who: who.clone(),
                device: name(),
                given_up: true,
            },
            ControlError::MfaCodeNeeded {
                who: DEFAULT_CREDENTIALS.into(),
                device: name(),
                given_up: false,
            },
            ControlError::SignInNeeded {
                who: who.clone(),
                sign_in: sign_in(),
                detail: detail.clone(),
            },
            ControlError::SignInFailed {
                sign_in: sign_in(),
                reason: text(),
            },
            ControlError::SignInNotKept {
                sign_in: sign_in(),
                detail: text(),
            },
            ControlError::UnknownSignIn {
                sign_in: sign_in(),
                known: vec![],
            },
            ControlError::UnknownSignIn {
                sign_in: sign_in(),
                known: vec![name()],
            },
            ControlError::InvalidCredentials {
                who: who.clone(),
                detail: detail.clone(),
            },
            ControlError::RegionNotEnabled {
                who: who.clone(),
                region: region(),
                temporary: false,
            },
            ControlError::RegionNotEnabled {
                who: who.clone(),
                region: region(),
                temporary: true,
            },
            ControlError::OtherPartition {
                who: who.clone(),
                region: region(),
                home: Partition::GovCloud,
                detail: detail.clone(),
            },
            ControlError::Denied {
                who,
                action: "ssm:StartSession".into(),
                detail,
            },
            ControlError::TargetNotConnected {
                target: Target::parse("i-0a1b2c3d4e5f67890").unwrap(),
                place: name(),
            },
            ControlError::InvalidDocument {
                document: name(),
                detail: text(),
            },
            ControlError::KeyUnusable {
                key: name(),
                detail: text(),
            },
            ControlError::SessionGone {
                session: SessionId::parse("ops-1").unwrap(),
            },
            ControlError::Throttled { operation: name() },
            ControlError::ServerError {
                operation: name(),
                status: 500,
                detail: text(),
            },
            ControlError::LibraryFailed {
                operation: name(),
                detail: text(),
            },
            ControlError::Unreachable {
                endpoint: name(),
                detail: text(),
            },
            ControlError::Proxy(ProxyError::LoginMissing { proxy: name() }),
            ControlError::ClockSkew { detail: text() },
            ControlError::Rejected {
                operation: name(),
                code: "Nope".into(),
                message: text(),
            },
            ControlError::MalformedAnswer {
                operation: name(),
                detail: text(),
            },
        ];
        for error in &all {
            match error {
                ControlError::UnknownProfile { .. }
                | ControlError::MalformedConfiguration { .. }
                | ControlError::NoRegion { .. }
                | ControlError::NoCredentials { .. }
                | ControlError::NoSecret { .. }
                | ControlError::CredentialProcess { .. }
                | ControlError::CredentialsExpired { .. }
                | ControlError::ConsoleSignInNeeded { .. }
                | ControlError::ConsoleSignInFailed { .. }
                | ControlError::MfaCodeNeeded { .. }
                | ControlError::SignInNeeded { .. }
                | ControlError::SignInFailed { .. }
                | ControlError::SignInNotKept { .. }
                | ControlError::UnknownSignIn { .. }
                | ControlError::InvalidCredentials { .. }
                | ControlError::RegionNotEnabled { .. }
                | ControlError::OtherPartition { .. }
                | ControlError::Denied { .. }
                | ControlError::TargetNotConnected { .. }
                | ControlError::InvalidDocument { .. }
                | ControlError::KeyUnusable { .. }
                | ControlError::SessionGone { .. }
                | ControlError::Throttled { .. }
                | ControlError::ServerError { .. }
                | ControlError::LibraryFailed { .. }
                | ControlError::Unreachable { .. }
                | ControlError::Proxy(_)
                | ControlError::ClockSkew { .. }
                | ControlError::Rejected { .. }
                | ControlError::MalformedAnswer { .. } => {}
            }
        }
        all
    }

    #[test]
    fn every_error_is_a_sentence_and_a_next_step_without_a_librarys_address() {
        for error in one_of_each() {
            let (cause, step) = (error.to_string(), error.next_step());
            for text in [&cause, &step] {
                assert!(text.ends_with('.') && !text.contains(".."), "{text}");
                assert!(!text.contains("docs.rs"), "{text}");
            }
        }
    }

    #[test]
    fn an_unknown_profile_names_the_ones_that_exist() {
        let error = ControlError::UnknownProfile {
            profile: ProfileName::parse("nope").unwrap(),
            known: vec!["a".into(), "b".into()],
        };
        assert_eq!(error.to_string(), "There is no AWS profile named nope.");
        assert_eq!(error.next_step(), "Choose one of: a, b.");
    }

    #[test]
    fn the_default_credentials_are_no_profile_in_any_sentence() {
        let (who, detail) = (DEFAULT_CREDENTIALS.to_owned(), "so AWS says".to_owned());
        let none = ControlError::NoCredentials {
            who: who.clone(),
            detail: detail.clone(),
        };
        assert_eq!(
            none.to_string(),
            "There are no default AWS credentials: so AWS says."
        );
        assert!(none.next_step().contains("aws configure"));
        let wrong = ControlError::InvalidCredentials {
            who: who.clone(),
            detail: detail.clone(),
        };
        assert_eq!(
            wrong.to_string(),
            "AWS does not accept the default credentials: so AWS says."
        );
        let denied = ControlError::Denied {
            who,
            action: "ssm:StartSession".into(),
            detail,
        };
        assert_eq!(
            denied.to_string(),
            "The default credentials may not call ssm:StartSession."
        );
    }

    #[test]
    fn a_profile_keeps_its_name_in_every_sentence() {
        let (who, detail) = ("acme-dev".to_owned(), "so AWS says".to_owned());
        let none = ControlError::NoCredentials {
            who: who.clone(),
            detail: detail.clone(),
        };
        assert_eq!(none.to_string(), "No AWS credentials for acme-dev: so AWS says.");
        let wrong = ControlError::InvalidCredentials {
            who: who.clone(),
            detail: detail.clone(),
        };
        assert_eq!(
            wrong.to_string(),
            "AWS does not accept the credentials of acme-dev: so AWS says."
        );
        let denied = ControlError::Denied {
            who,
            action: "ssm:StartSession".into(),
            detail,
        };
        assert_eq!(denied.to_string(), "acme-dev may not call ssm:StartSession.");
    }
}
