//! Who calls: the signature decides, and with it the account (by the access key) and the Region (by the scope).

use std::time::SystemTime;

use secrecy::ExposeSecret;

use crate::cloud::CloudState;
use crate::services::Caller;
use crate::wire::Unauthenticated;
use crate::wire::{Authorization, AwsHost, SignedRequest, verify_signature, verify_time};
use crate::world::Credentials;

/// Verifies the signature for one service. Pure but for the orders that stand in `cloud`.
pub(super) fn authenticate(
    cloud: &CloudState,
    request: SignedRequest<'_>,
    service: &str,
    now: SystemTime,
) -> Result<Caller, Unauthenticated> {
    let authorization = Authorization::read(request.headers)?;
    let credentials = cloud
        .access_keys
        .find(&authorization.access_key)
        .ok_or(Unauthenticated::UnknownKey)?;
    check_token(&credentials, request)?;
    verify_time(&authorization, request, now)?;
    check_scope(&authorization, service)?;
    check_host(&authorization, request)?;
    if !known_there(cloud, &credentials, &authorization) {
        return Err(Unauthenticated::UnknownKey);
    }
    verify_signature(&authorization, request, credentials.secret.expose_secret())?;
    if is_expired(cloud, &credentials, now) {
        return Err(Unauthenticated::Expired);
    }
    Ok(Caller {
        profile: credentials.profile.clone(),
        principal: credentials.principal.clone(),
        issued: credentials.issued,
        region: authorization.scope.region,
    })
}

/// A Region that an account has not opted in to, or of another partition, does not know its keys.
fn known_there(cloud: &CloudState, credentials: &Credentials, authorization: &Authorization) -> bool {
    let account = &credentials.profile.account;
    cloud
        .world
        .opt_ins()
        .knows_keys(account, &authorization.scope.region)
}

/// Credentials that were issued expire by themselves, and a profile's own when that is ordered.
fn is_expired(cloud: &CloudState, credentials: &Credentials, now: SystemTime) -> bool {
    match credentials.issued {
        Some(issue) => issue.expires <= now,
        None => cloud.faults.is_expired(&credentials.profile.name),
    }
}

/// Temporary credentials are nothing without their token, and long-term ones have none.
fn check_token(credentials: &Credentials, request: SignedRequest<'_>) -> Result<(), Unauthenticated> {
    let sent = request
        .headers
        .get("x-amz-security-token")
        .map(|token| token.as_bytes());
    let own = credentials
        .token
        .as_ref()
        .map(|token| token.expose_secret().as_bytes());
    if sent == own {
        Ok(())
    } else {
        Err(Unauthenticated::WrongToken)
    }
}

fn check_scope(authorization: &Authorization, service: &str) -> Result<(), Unauthenticated> {
    let scope = &authorization.scope;
    if scope.service != service {
        let text = format!("Credential should be scoped to correct service: '{service}'.");
        return Err(Unauthenticated::Mismatch(text));
    }
    if !looks_like_a_region(&scope.region) {
        let text = format!(
            "Credential should be scoped to a valid region, not '{}'.",
            scope.region
        );
        return Err(Unauthenticated::Mismatch(text));
    }
    Ok(())
}

/// Behind a name of AWS is one service in one Region.
fn check_host(authorization: &Authorization, request: SignedRequest<'_>) -> Result<(), Unauthenticated> {
    let host = request.headers.get("host").and_then(|host| host.to_str().ok());
    let Some(host) = host.and_then(AwsHost::read) else {
        return Ok(());
    };
    let scope = &authorization.scope;
    if host.is_of(&scope.service) && host.region == scope.region {
        return Ok(());
    }
    let text = format!(
        "Credential should be scoped to correct service and a valid region, not '{}' in '{}'.",
        scope.service, scope.region
    );
    Err(Unauthenticated::Mismatch(text))
}

fn looks_like_a_region(text: &str) -> bool {
    let plain = text
        .bytes()
        .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-');
    plain && text.len() <= 32 && text.split('-').filter(|part| !part.is_empty()).count() >= 3
}
