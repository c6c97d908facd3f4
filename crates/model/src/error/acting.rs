//! What a program does with an error: tell it by a word, show more of it, wait for somebody, or try again.

use super::control_error::ControlError;
use crate::SignInKey;

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
