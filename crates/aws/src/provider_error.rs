//! Credentials could not be had: what the SDK's providers say, sorted by what the user can do about it.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_smithy_types::error::ErrorMetadata;
use postern_model::{ControlError, display_text};

use crate::credentials::ProcessFailed;
use crate::reach::{self, causes, deepest};
use crate::refusal::Refusal;

/// The error in words if credentials failed somewhere below `error`.
pub(crate) fn within(error: &(dyn Error + 'static), who: &str) -> Option<ControlError> {
    // One that is shared stands inside of the SDK's own.
    let failed = causes(error)
        .filter_map(|cause| cause.downcast_ref::<CredentialsError>())
        .last()?;
    Some(explain(failed, who))
}

/// Why `who` has no credentials.
pub(crate) fn explain(error: &CredentialsError, who: &str) -> ControlError {
    // What our own sources say is said in full.
    if let Some(own) = causes(error).find_map(|cause| cause.downcast_ref::<ControlError>()) {
        return own.clone();
    }
    let who = who.to_owned();
    if let Some(failed) = causes(error).find_map(|cause| cause.downcast_ref::<ProcessFailed>()) {
        return failed.explain(who);
    }
    if is_about_sign_in(error) {
        return ControlError::CredentialsExpired {
            who,
            detail: format!("Identity Center: {}", sign_in_in_words(error)),
        };
    }
    if let Some(refusal) = refused_by_aws(error) {
        return explain_refusal(&refusal, who);
    }
    if let Some(unreachable) = reach::explain(error) {
        return unreachable;
    }
    ControlError::NoCredentials {
        who,
        detail: in_words(error),
    }
}

fn explain_refusal(refusal: &(String, Refusal), who: String) -> ControlError {
    let (action, refusal) = refusal;
    let explained = refusal.explain(&who, action);
    if let ControlError::Rejected { message, .. } = explained {
        return ControlError::NoCredentials { who, detail: message };
    }
    explained
}

fn in_words(error: &CredentialsError) -> String {
    let said = deepest(error);
    if let CredentialsError::ProviderTimedOut(limit) = error {
        format!(
            "the provider did not answer within {} s",
            limit.timeout_duration().as_secs()
        )
    } else if matches!(error, CredentialsError::CredentialsNotLoaded(_)) && error.source().is_none() {
        "the profile holds none".into()
    } else if ["no providers in chain", "no credentials found in chain"]
        .iter()
        .any(|words| said.starts_with(words))
    {
        "neither the environment, nor the AWS files, nor this machine has any.".into()
    } else {
        said
    }
}

/// The SDK says of a file that is not there only that it could not be loaded.
fn sign_in_in_words(error: &CredentialsError) -> String {
    let is_missing = causes(error).any(|cause| {
        cause
            .downcast_ref::<std::io::Error>()
            .is_some_and(|error| error.kind() == std::io::ErrorKind::NotFound)
    });
    if is_missing || deepest(error).starts_with("failed to load the cached") {
        "there is no sign-in on this computer".to_owned()
    } else {
        deepest(error)
    }
}

/// The token file of Identity Center is missing, unreadable or expired, or Identity Center no longer accepts it.
fn is_about_sign_in(error: &CredentialsError) -> bool {
    const SIGNS: [&str; 4] = ["SSO token", "sso/cache", "sso\\cache", "UnauthorizedException"];
    causes(error).any(|cause| {
        let text = cause.to_string();
        SIGNS.iter().any(|sign| text.contains(sign))
    })
}

/// What STS or Identity Center answered on the way, with the action that it refused.
fn refused_by_aws(error: &CredentialsError) -> Option<(String, Refusal)> {
    let sso = causes(error).any(|cause| format!("{cause:?}").contains("GetRoleCredentials"));
    let web = causes(error).any(|cause| format!("{cause:?}").contains("WebIdentity"));
    let action = match (sso, web) {
        (true, _) => "sso:GetRoleCredentials",
        (false, true) => "sts:AssumeRoleWithWebIdentity",
        (false, false) => "sts:AssumeRole",
    };
    let (code, message) = causes(error).find_map(code_and_message)?;
    let refusal = Refusal {
        code: Some(code),
        message: display_text(&message),
        status: 400,
        ..Refusal::default()
    };
    Some((action.to_owned(), refusal))
}

/// An error that the service's model does not have is metadata; one that it has is text, `Code: message`.
fn code_and_message(cause: &(dyn Error + 'static)) -> Option<(String, String)> {
    if let Some(metadata) = cause.downcast_ref::<ErrorMetadata>() {
        return Some((
            metadata.code()?.to_owned(),
            metadata.message().unwrap_or_default().to_owned(),
        ));
    }
    let text = cause.to_string();
    let (code, message) = text.split_once(": ").unwrap_or((&text, ""));
    let is_code = code.ends_with("Exception") && code.bytes().all(|byte| byte.is_ascii_alphanumeric());
    is_code.then(|| (code.to_owned(), message.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn explained(error: impl Into<Box<dyn Error + Send + Sync>>) -> ControlError {
        explain(&CredentialsError::provider_error(error), "acme-dev")
    }

    fn refused(code: &str) -> ErrorMetadata {
        ErrorMetadata::builder().code(code).message("said AWS").build()
    }

    #[test]
    fn a_missing_or_expired_sign_in_asks_for_a_new_one() {
        for text in [
            "the SSO token has expired and cannot be refreshed",
            "failed to load the cached SSO token",
            "failed to read `/h/.aws/sso/cache/0a.json`",
            "UnauthorizedException: Session token not found or invalid",
        ] {
            let error = explained(text);
            assert_eq!(error.code(), "credentials-expired", "{text}");
            assert!(error.next_step().contains("aws sso login"));
        }
    }

    #[test]
    fn a_sign_in_that_never_was_is_said_to_be_missing() {
        let error = explained("failed to load the cached SSO token");
        assert_eq!(
            error.detail(),
            Some("Identity Center: there is no sign-in on this computer")
        );
        let error = explained("the SSO token has expired and cannot be refreshed");
        assert_eq!(
            error.detail(),
            Some("Identity Center: the SSO token has expired and cannot be refreshed")
        );
    }

    #[test]
    fn a_chain_without_credentials_is_told_in_a_few_words() {
        for text in [
            "no providers in chain provided credentials",
            "no credentials found in chain. Attempted:  Environment: the credential provider was not enabled",
        ] {
            let error = explain(&CredentialsError::not_loaded(text), "the default credentials");
            assert_eq!(
                error.to_string(),
                "There are no default AWS credentials: neither the environment, nor the AWS files, nor this \
                 machine has any."
            );
        }
    }

    #[test]
    fn a_refused_role_is_a_denial_of_assume_role() {
        let error = explained(refused("AccessDenied"));
        assert_eq!(error.to_string(), "acme-dev may not call sts:AssumeRole.");
        assert_eq!(explained(refused("ExpiredToken")).code(), "credentials-expired");
        assert_eq!(
            explained(refused("InvalidClientTokenId")).code(),
            "invalid-credentials"
        );
        assert_eq!(explained("ForbiddenException: No access").code(), "denied");
    }

    #[test]
    fn what_our_own_sources_say_stays_as_it_is() {
        let own = ControlError::MfaCodeNeeded {
            who: "acme-dev".into(),
            device: "m".into(),
            given_up: true,
        };
        assert_eq!(explained(own.clone()), own);
    }

    #[test]
    fn what_is_left_says_what_the_provider_said() {
        let text =
            "Error retrieving credentials: external process exited with code exit status: 1. Stderr: locked.";
        assert_eq!(
            explained(text).to_string(),
            format!("No AWS credentials for acme-dev: {text}")
        );
        let none = explain(&CredentialsError::not_loaded_no_source(), "acme-dev");
        assert_eq!(
            none.to_string(),
            "No AWS credentials for acme-dev: the profile holds none."
        );
    }
}
