//! Every error is a sentence with a next step, and none of ours is a profile by mistake.

use super::words::DEFAULT_CREDENTIALS;
use super::*;
use crate::{Partition, ProfileName, ProxyError, Region, SecretError, SessionId, SignInKey, Target};

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
