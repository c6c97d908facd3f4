//! What `postern whoami` prints: lines for people, JSON for programs.

use std::collections::BTreeMap;
use std::time::SystemTime;

use postern_model::{ControlError, SignIn, SignInState};
use serde::Serialize;

use super::identity::Identity;
use crate::failure::next_step;
use crate::time_left;

/// One line for each thing that is known.
pub(super) fn lines(identity: &Identity) -> String {
    let caller = identity.caller.as_ref().ok();
    let profile = identity.profile.as_ref().map(ToString::to_string);
    let endpoints = identity.endpoints.iter();
    let hosts: Vec<String> = endpoints
        .map(|(service, host)| format!("{service} at {host}"))
        .collect();
    let sign_in = identity.sign_in.as_ref();
    let keys = caller.map(|caller| match caller.expires_at.map(time_left::until) {
        None => "do not say when they expire".to_owned(),
        Some(Ok(left)) => format!("expire in {left}"),
        Some(Err(ago)) => format!("expired {ago} ago"),
    });
    let rows = [
        (
            "Profile",
            Some(profile.unwrap_or_else(|| "none: the default credentials".to_owned())),
        ),
        ("Credentials", identity.credentials.clone()),
        (
            "Sign-in",
            sign_in.map(|one| format!("{}, {}", one.key, time_left::of_sign_in(&one.state))),
        ),
        ("Account", caller.map(|caller| caller.account.clone())),
        ("ARN", caller.map(|caller| caller.arn.clone())),
        ("Keys", keys),
        ("Region", Some(identity.region.to_string())),
        ("Endpoints", Some(hosts.join("\n             "))),
    ];
    rows.into_iter()
        .filter_map(|(name, value)| Some(format!("{name:<13}{}\n", value?)))
        .collect()
}

/// Times are milliseconds since the epoch; what is not known is null.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct IdentityRow<'a> {
    profile: Option<&'a str>,
    credentials: Option<&'a str>,
    sign_in: Option<SignInRow<'a>>,
    account: Option<&'a str>,
    arn: Option<&'a str>,
    expires_at_ms: Option<u64>,
    region: &'a str,
    endpoints: BTreeMap<&'a str, &'a str>,
    error: Option<ErrorRow<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SignInRow<'a> {
    name: &'a str,
    start_url: &'a str,
    region: &'a str,
    state: &'static str,
    until_ms: Option<u64>,
    renewable: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ErrorRow<'a> {
    code: &'static str,
    message: String,
    detail: Option<&'a str>,
    next_step: String,
}

/// One object.
pub(super) fn json(identity: &Identity) -> String {
    let caller = identity.caller.as_ref().ok();
    let endpoints = identity.endpoints.iter();
    let row = IdentityRow {
        profile: identity.profile.as_ref().map(|profile| profile.as_str()),
        credentials: identity.credentials.as_deref(),
        sign_in: identity.sign_in.as_ref().map(sign_in),
        account: caller.map(|caller| caller.account.as_str()),
        arn: caller.map(|caller| caller.arn.as_str()),
        expires_at_ms: caller.and_then(|caller| milliseconds(caller.expires_at?)),
        region: identity.region.as_str(),
        endpoints: endpoints
            .map(|(service, host)| (*service, host.as_str()))
            .collect(),
        error: identity.caller.as_ref().err().map(error),
    };
    serde_json::to_string_pretty(&row).unwrap_or_default() + "\n"
}

fn sign_in(one: &SignIn) -> SignInRow<'_> {
    let (state, until, renewable) = match &one.state {
        SignInState::SignedIn { until, renewable } => ("signed-in", Some(*until), *renewable),
        SignInState::Expired { since } => ("expired", Some(*since), false),
        SignInState::SignedOut => ("signed-out", None, false),
        SignInState::Unreadable { .. } => ("unreadable", None, false),
    };
    SignInRow {
        name: one.key.as_str(),
        start_url: &one.start_url,
        region: one.region.as_str(),
        state,
        until_ms: until.and_then(milliseconds),
        renewable,
    }
}

fn error(error: &ControlError) -> ErrorRow<'_> {
    ErrorRow {
        code: error.code(),
        message: error.to_string(),
        detail: error.detail(),
        next_step: next_step(error),
    }
}

fn milliseconds(moment: SystemTime) -> Option<u64> {
    let since_epoch = moment.duration_since(SystemTime::UNIX_EPOCH).ok()?;
    u64::try_from(since_epoch.as_millis()).ok()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use postern_model::{Caller, ProfileName, Region, SignInKey};

    use super::*;

    fn identity(caller: Result<Caller, ControlError>) -> Identity {
        Identity {
            profile: Some(ProfileName::parse("acme-dev").unwrap()),
            credentials: Some("SSO, acme".into()),
            region: Region::parse("eu-central-1").unwrap(),
            endpoints: vec![("ec2", "127.0.0.1:1".into()), ("sts", "127.0.0.1:2".into())],
            sign_in: Some(SignIn {
                key: SignInKey::parse("acme").unwrap(),
                start_url: "https://acme.example/start".into(),
                region: Region::parse("eu-central-1").unwrap(),
                legacy: false,
                profiles: Vec::new(),
                state: SignInState::SignedOut,
            }),
            caller,
        }
    }

    fn known() -> Caller {
        Caller {
            account: "111122223333".into(),
            arn: "arn:aws:sts::111122223333:assumed-role/ops/me".into(),
            expires_at: Some(SystemTime::UNIX_EPOCH + Duration::from_secs(1)),
        }
    }

    #[test]
    fn lines_say_what_is_known() {
        let text = lines(&identity(Ok(known())));
        let ago = text.lines().find(|line| line.starts_with("Keys")).unwrap();
        assert!(
            ago.starts_with("Keys         expired ") && ago.ends_with(" ago"),
            "{ago}"
        );
        let rest: Vec<&str> = text.lines().filter(|line| !line.starts_with("Keys")).collect();
        assert_eq!(
            rest,
            [
                "Profile      acme-dev",
                "Credentials  SSO, acme",
                "Sign-in      acme, nobody is signed in",
                "Account      111122223333",
                "ARN          arn:aws:sts::111122223333:assumed-role/ops/me",
                "Region       eu-central-1",
                "Endpoints    ec2 at 127.0.0.1:1",
                "             sts at 127.0.0.1:2",
            ]
        );
    }

    #[test]
    fn json_has_the_error_instead_of_the_caller() {
        let failed = identity(Err(ControlError::SignInNeeded {
            who: "acme-dev".into(),
            sign_in: SignInKey::parse("acme").unwrap(),
            detail: "nobody is signed in on this computer".into(),
        }));
        let value: serde_json::Value = serde_json::from_str(&json(&failed)).unwrap();
        assert_eq!(value["account"], serde_json::Value::Null);
        assert_eq!(value["error"]["code"], "sign-in-needed");
        assert_eq!(value["signIn"]["state"], "signed-out");
        let value: serde_json::Value = serde_json::from_str(&json(&identity(Ok(known())))).unwrap();
        assert_eq!(
            (&value["expiresAtMs"], &value["endpoints"]["sts"]),
            (&1000.into(), &"127.0.0.1:2".into())
        );
    }
}
