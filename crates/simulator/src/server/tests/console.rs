//! `aws login` over HTTP: the page, codes, tokens that are bound to a key.

use serde_json::{Value, json};

use super::super::test_client::{Answer, Client, raw};
use super::fleet::simulator;
use crate::Simulator;
use crate::identity::ClientKey;

const CLIENT: &str = "arn:aws:signin:::devtools/same-device";
const BACK: &str = "http://127.0.0.1:4321/oauth/callback";
/// The example of RFC 7636.
const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

async fn code(simulator: &Simulator) -> String {
    let host = [("host".to_owned(), simulator.address().to_string())];
    let query = format!("client_id={CLIENT}&redirect_uri={BACK}&state=s1&code_challenge={CHALLENGE}");
    let page = raw(
        simulator.address(),
        "GET",
        &format!("/v1/authorize?{query}"),
        &host,
        b"",
    )
    .await;
    assert!(page.body.contains("<select name=\"profile\">"), "{}", page.body);
    let form = format!("{query}&profile=acme-dev&answer=allow");
    let answer = raw(
        simulator.address(),
        "POST",
        "/v1/authorize",
        &host,
        form.as_bytes(),
    )
    .await;
    assert_eq!(answer.status, 302);
    let code = answer.head.split("code=").nth(1).unwrap();
    code.split('&').next().unwrap().to_owned()
}

async fn ask(simulator: &Simulator, key: &ClientKey, said: Value) -> Answer {
    let headers = [
        ("host".to_owned(), simulator.address().to_string()),
        (
            "dpop".to_owned(),
            key.proof(&format!("{}/v1/token", simulator.endpoint())),
        ),
    ];
    raw(
        simulator.address(),
        "POST",
        "/v1/token",
        &headers,
        said.to_string().as_bytes(),
    )
    .await
}

fn redeeming(code: &str) -> Value {
    json!({
        "clientId": CLIENT, "grantType": "authorization_code", "code": code, "redirectUri": BACK, "codeVerifier": VERIFIER,
    })
}

fn renewing(token: &Value) -> Value {
    json!({ "clientId": CLIENT, "grantType": "refresh_token", "refreshToken": token["refreshToken"] })
}

fn word(answer: &Answer) -> String {
    answer.json()["error"].as_str().unwrap_or("none").to_owned()
}

#[tokio::test]
async fn a_person_of_the_console_lends_a_program_their_credentials_for_one_key() {
    let simulator = simulator().await;
    let (key, other) = (ClientKey::new(), ClientKey::new());
    let code = code(&simulator).await;
    let token = ask(&simulator, &key, redeeming(&code)).await.json();
    assert_eq!(
        (&token["tokenType"], &token["expiresIn"]),
        (&json!("aws_sigv4"), &json!(900)),
        "{token}"
    );
    assert_eq!(
        word(&ask(&simulator, &key, redeeming(&code)).await),
        "AUTHCODE_EXPIRED",
        "a code is good once"
    );
    let mut client = Client::new(&simulator, "acme-dev");
    let keys = &token["accessToken"];
    client.profile.access_key_id = keys["accessKeyId"].as_str().unwrap().to_owned();
    client.profile.secret_access_key = keys["secretAccessKey"].as_str().unwrap().to_owned().into();
    client.profile.session_token = Some(keys["sessionToken"].as_str().unwrap().to_owned().into());
    let identity = client.sts("Action=GetCallerIdentity").await;
    assert!(
        identity
            .text("Arn")
            .ends_with(&format!("{}:user/ops", client.profile.account)),
        "{}",
        identity.body
    );

    assert_eq!(
        word(&ask(&simulator, &other, renewing(&token)).await),
        "INVALID_REQUEST",
        "the key is another"
    );
    let second = ask(&simulator, &key, renewing(&token)).await.json();
    assert!(second["accessToken"].is_object(), "{second}");
    assert_eq!(
        word(&ask(&simulator, &key, renewing(&token)).await),
        "TOKEN_EXPIRED",
        "each is good once"
    );
    assert_eq!(simulator.control().change_console_passwords(), 1);
    let changed = ask(&simulator, &key, renewing(&second)).await;
    assert_eq!(
        (changed.status, word(&changed).as_str()),
        (401, "USER_CREDENTIALS_CHANGED")
    );
}

#[tokio::test]
async fn console_sessions_expire_on_command() {
    let simulator = simulator().await;
    let key = ClientKey::new();
    let token = ask(&simulator, &key, redeeming(&code(&simulator).await))
        .await
        .json();
    assert_eq!(simulator.control().expire_console_sessions(), 1);
    assert_eq!(
        word(&ask(&simulator, &key, renewing(&token)).await),
        "TOKEN_EXPIRED"
    );
    let host = [("host".to_owned(), simulator.address().to_string())];
    let nothing = raw(simulator.address(), "POST", "/v1/token", &host, b"{}").await;
    assert_eq!(
        (nothing.status, word(&nothing).as_str()),
        (400, "INVALID_REQUEST")
    );
    let elsewhere =
        format!("client_id={CLIENT}&redirect_uri=http://evil.test/&state=s&code_challenge=c&answer=allow");
    let answer = raw(
        simulator.address(),
        "POST",
        "/v1/authorize",
        &host,
        elsewhere.as_bytes(),
    )
    .await;
    assert_eq!(answer.status, 400);
}
