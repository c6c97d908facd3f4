//! CreateOAuth2Token of the sign-in service: a person's own credentials for `aws login`.

use std::time::{Duration, SystemTime};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use secrecy::ExposeSecret;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::cloud::CloudState;
use crate::identity::{ConsoleClient, ConsoleGrant, ConsoleRefusal};
use crate::world::Issue;

/// How long the credentials live, unless tests shorten what roles get.
const LIFETIME: Duration = Duration::from_secs(15 * 60);

#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct ConsoleTokenRequest {
    client_id: String,
    grant_type: String,
    code: String,
    redirect_uri: String,
    code_verifier: String,
    refresh_token: String,
}

/// Answers one call with its body; `proof` is the header that proves the client's key for `url`.
pub(crate) fn create_token(
    cloud: &CloudState,
    body: &[u8],
    proof: &str,
    url: &str,
) -> Result<Value, ConsoleRefusal> {
    let request: ConsoleTokenRequest =
        serde_json::from_slice(body).map_err(|_| ConsoleRefusal::InvalidRequest)?;
    let now = SystemTime::now();
    let client = ConsoleClient {
        id: &request.client_id,
        proof,
        url,
    };
    let grant = match request.grant_type.as_str() {
        "authorization_code" => {
            let signed = [&request.code, &request.redirect_uri, &request.code_verifier].map(String::as_str);
            cloud.console.redeem(client, signed, now)
        }
        "refresh_token" => cloud.console.renew(client, &request.refresh_token, now),
        _ => Err(ConsoleRefusal::InvalidRequest),
    }?;
    credentials(cloud, &grant, now)
}

fn credentials(cloud: &CloudState, grant: &ConsoleGrant, now: SystemTime) -> Result<Value, ConsoleRefusal> {
    let profile = cloud.world.company().profile(&grant.profile);
    let profile = profile.ok_or(ConsoleRefusal::UserCredentialsChanged)?;
    let lives = LIFETIME.min(cloud.identity.lifetimes().role_credentials);
    let issue = Issue {
        expires: now + lives,
        of_role: false,
        with_mfa: true,
    };
    let issued = cloud
        .access_keys
        .issue(profile.clone(), profile.principal(), issue);
    let token = issued.token.as_ref().map(|token| token.expose_secret());
    Ok(json!({
        "accessToken": {
            "accessKeyId": issued.access_key_id,
            "secretAccessKey": issued.secret.expose_secret(),
            "sessionToken": token,
        },
        "tokenType": "aws_sigv4",
        "expiresIn": lives.as_secs(),
        "refreshToken": grant.refresh_token,
        "idToken": id_token(&profile.principal().arn),
    }))
}

/// Says who signed in; nobody checks its signature.
fn id_token(arn: &str) -> String {
    let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
    let claims = json!({ "iss": "https://signin.aws.amazon.com", "sub": arn });
    format!(
        "{}.{}.c2ln",
        part(&json!({ "alg": "ES384", "typ": "JWT" })),
        part(&claims)
    )
}
