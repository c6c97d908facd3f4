//! The OIDC service: RegisterClient, StartDeviceAuthorization and CreateToken.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::cloud::CloudState;
use crate::identity::{ClientMetadata, ClientProof, GrantedToken};
use crate::wire::{ApiError, put};

const DEVICE_CODE: &str = "urn:ietf:params:oauth:grant-type:device_code";

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct RegisterClientRequest {
    client_name: String,
    client_type: String,
    scopes: Vec<String>,
    grant_types: Vec<String>,
    redirect_uris: Vec<String>,
    issuer_url: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct StartDeviceAuthorizationRequest {
    client_id: String,
    client_secret: String,
    start_url: String,
}

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct CreateTokenRequest {
    client_id: String,
    client_secret: String,
    grant_type: String,
    device_code: String,
    refresh_token: String,
    code: String,
    redirect_uri: String,
    code_verifier: String,
}

/// Answers one call. `page` is where a person finds the verification page, `region` what the address says, if anything.
pub(crate) fn answer(
    cloud: &CloudState,
    operation: &str,
    region: Option<&str>,
    body: &[u8],
    page: &str,
) -> Result<Value, ApiError> {
    let now = SystemTime::now();
    match operation {
        "RegisterClient" => register_client(cloud, region, body, now),
        "StartDeviceAuthorization" => start_device_authorization(cloud, region, body, page, now),
        _ => create_token(cloud, region, body, now),
    }
}

fn register_client(
    cloud: &CloudState,
    region: Option<&str>,
    body: &[u8],
    now: SystemTime,
) -> Result<Value, ApiError> {
    let request: RegisterClientRequest = read(body)?;
    let registration = ClientMetadata {
        name: request.client_name,
        kind: request.client_type,
        scopes: request.scopes,
        grant_types: request.grant_types,
        redirect_uris: request.redirect_uris,
        issuer_url: request.issuer_url,
    };
    let client = cloud.identity.register(registration, region, now)?;
    Ok(json!({
        "clientId": client.id,
        "clientSecret": client.secret,
        "clientIdIssuedAt": seconds(now),
        "clientSecretExpiresAt": seconds(client.expires),
    }))
}

fn start_device_authorization(
    cloud: &CloudState,
    region: Option<&str>,
    body: &[u8],
    page: &str,
    now: SystemTime,
) -> Result<Value, ApiError> {
    let request: StartDeviceAuthorizationRequest = read(body)?;
    let proof = proof(&request.client_id, &request.client_secret, region);
    let begun = cloud.identity.authorize_device(proof, &request.start_url, now)?;
    Ok(json!({
        "deviceCode": begun.device_code,
        "userCode": begun.user_code,
        "verificationUri": page,
        "verificationUriComplete": format!("{page}?user_code={}", begun.user_code),
        "expiresIn": begun.expires_in.as_secs(),
        "interval": begun.interval.as_secs(),
    }))
}

fn create_token(
    cloud: &CloudState,
    region: Option<&str>,
    body: &[u8],
    now: SystemTime,
) -> Result<Value, ApiError> {
    let request: CreateTokenRequest = read(body)?;
    let proof = proof(&request.client_id, &request.client_secret, region);
    let granted = match request.grant_type.as_str() {
        DEVICE_CODE => cloud.identity.token_for_device(proof, &request.device_code, now),
        "refresh_token" => cloud
            .identity
            .token_for_refresh(proof, &request.refresh_token, now),
        "authorization_code" => {
            let signed = [&request.code, &request.redirect_uri, &request.code_verifier].map(String::as_str);
            cloud.identity.token_for_code(proof, signed, now)
        }
        _ => Err(ApiError::new(
            "UnsupportedGrantTypeException",
            "Unsupported grant type",
        )),
    }?;
    Ok(token(&granted, now))
}

fn token(granted: &GrantedToken, now: SystemTime) -> Value {
    let lives = granted.expires.duration_since(now).unwrap_or(Duration::ZERO);
    let mut answer = json!({
        "accessToken": granted.access_token.expose_secret(),
        "tokenType": "Bearer",
        "expiresIn": lives.as_secs(),
    });
    let refresh_token = granted.refresh_token.as_ref();
    put(
        &mut answer,
        "refreshToken",
        refresh_token.map(|token| token.expose_secret().into()),
    );
    answer
}

fn proof<'a>(id: &'a str, secret: &'a str, region: Option<&'a str>) -> ClientProof<'a> {
    ClientProof { id, secret, region }
}

fn read<T: for<'de> Deserialize<'de> + Default>(body: &[u8]) -> Result<T, ApiError> {
    let malformed = |_| ApiError::new("InvalidRequestException", "Invalid request");
    serde_json::from_slice(body).map_err(malformed)
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH).map_or(0, |age| age.as_secs())
}
