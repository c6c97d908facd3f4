//! IAM Identity Center over HTTP: registration, device codes, tokens, the portal, the pages of a browser.

use std::net::SocketAddr;
use std::time::Duration;

use serde_json::{Value, json};

use super::super::test_client::{Answer, Client, raw};
use super::fleet::simulator;
use crate::{IdentityCenter, SignInAnswer, SignInLifetimes, Simulator, SimulatorConfig};

const DEVICE: &str = "urn:ietf:params:oauth:grant-type:device_code";
const START: &str = "https://acme.awsapps.com/start";

async fn post(address: SocketAddr, target: &str, body: &str) -> Answer {
    let host = ("host".to_owned(), address.to_string());
    raw(address, "POST", target, &[host], body.as_bytes()).await
}

async fn call(simulator: &Simulator, target: &str, body: Value) -> Answer {
    post(simulator.address(), target, &body.to_string()).await
}

async fn portal(simulator: &Simulator, target: &str, token: &str) -> Answer {
    let headers = [
        ("host".to_owned(), simulator.address().to_string()),
        ("x-amz-sso_bearer_token".to_owned(), token.to_owned()),
    ];
    let method = if target == "/logout" { "POST" } else { "GET" };
    raw(simulator.address(), method, target, &headers, b"").await
}

fn refusal(answer: &Answer) -> (u16, String) {
    let body = answer.json();
    let word = body["error"].as_str().or_else(|| body["__type"].as_str());
    let word = word.and_then(|word| word.rsplit('#').next()).unwrap_or("none");
    (answer.status, word.to_owned())
}

/// A client that is registered, with what it proves itself by.
async fn client(simulator: &Simulator, scopes: &[&str]) -> Value {
    let said = json!({ "clientName": "test", "clientType": "public", "scopes": scopes });
    let registered = call(simulator, "/client/register", said).await.json();
    json!({ "clientId": registered["clientId"], "clientSecret": registered["clientSecret"] })
}

fn with(mut object: Value, more: Value) -> Value {
    let more = more.as_object().unwrap().clone();
    object.as_object_mut().unwrap().extend(more);
    object
}

/// Signs in; answers what CreateToken gave.
async fn signed_in(simulator: &Simulator, client: &Value, start_url: &str) -> Value {
    simulator.control().answer_sign_ins(SignInAnswer::Confirm);
    let begun = call(
        simulator,
        "/device_authorization",
        with(client.clone(), json!({ "startUrl": start_url })),
    )
    .await;
    let said = json!({ "grantType": DEVICE, "deviceCode": begun.json()["deviceCode"] });
    call(simulator, "/token", with(client.clone(), said)).await.json()
}

#[tokio::test]
async fn a_person_confirms_on_the_verification_page_and_the_client_gets_its_token() {
    let simulator = simulator().await;
    let client = client(&simulator, &["sso:account:access"]).await;
    let start = with(client.clone(), json!({ "startUrl": format!("{START}#/") }));
    let begun = call(&simulator, "/device_authorization", start).await.json();
    assert_eq!(
        (&begun["interval"], &begun["expiresIn"]),
        (&json!(1), &json!(600))
    );
    let said = json!({ "grantType": DEVICE, "deviceCode": begun["deviceCode"] });
    let ask = with(client, said);
    let pending = call(&simulator, "/token", ask.clone()).await;
    assert_eq!(refusal(&pending), (400, "authorization_pending".to_owned()));

    let told = simulator.control().next_sign_in().await;
    assert_eq!((told.client.as_str(), told.start_url.as_str()), ("test", START));
    let address = simulator.address();
    let complete = begun["verificationUriComplete"].as_str().unwrap();
    let target = complete.strip_prefix(&simulator.endpoint()).unwrap();
    let host = [("host".to_owned(), address.to_string())];
    let page = raw(address, "GET", target, &host, b"").await;
    assert!(
        page.body.contains(&told.user_code) && page.body.contains("<strong>test</strong>"),
        "{}",
        page.body
    );
    let form = format!("user_code={}&answer=allow", told.user_code);
    let foreign = [
        host[0].clone(),
        ("origin".to_owned(), "https://evil.test".to_owned()),
    ];
    assert_eq!(
        raw(address, "POST", "/device", &foreign, form.as_bytes())
            .await
            .status,
        403
    );
    assert!(
        post(address, "/device", &form)
            .await
            .body
            .contains("Request approved")
    );
    assert_eq!(post(address, "/device", &form).await.status, 404, "it is decided");

    let token = call(&simulator, "/token", ask.clone()).await.json();
    assert_eq!(
        (&token["tokenType"], &token["expiresIn"]),
        (&json!("Bearer"), &json!(3600)),
        "{token}"
    );
    assert!(token["refreshToken"].is_string());
    assert_eq!(
        refusal(&call(&simulator, "/token", ask).await),
        (400, "invalid_grant".to_owned())
    );
    assert_eq!(simulator.control().calls("CreateToken"), 3);
}

#[tokio::test]
async fn each_refusal_of_a_token_has_its_own_word() {
    let simulator = simulator().await;
    let control = simulator.control();
    let client = client(&simulator, &[]).await;
    let begin = || {
        call(
            &simulator,
            "/device_authorization",
            with(client.clone(), json!({ "startUrl": START })),
        )
    };
    let ask = |code: Value| {
        let said = json!({ "grantType": DEVICE, "deviceCode": code });
        call(&simulator, "/token", with(client.clone(), said))
    };
    let denied = begin().await.json();
    assert!(control.deny_sign_in(denied["userCode"].as_str().unwrap()));
    assert_eq!(
        refusal(&ask(denied["deviceCode"].clone()).await),
        (400, "access_denied".to_owned())
    );
    let expired = begin().await.json();
    assert_eq!(control.expire_device_codes(), 2);
    assert_eq!(
        refusal(&ask(expired["deviceCode"].clone()).await),
        (400, "expired_token".to_owned())
    );
    let hasty = begin().await.json();
    let mut words = Vec::new();
    for _ in 0..3 {
        words.push(refusal(&ask(hasty["deviceCode"].clone()).await).1);
    }
    assert_eq!(
        words,
        ["authorization_pending", "authorization_pending", "slow_down"]
    );
    let nowhere = with(
        client.clone(),
        json!({ "startUrl": "https://nobody.awsapps.com/start" }),
    );
    assert_eq!(
        refusal(&call(&simulator, "/device_authorization", nowhere).await),
        (400, "invalid_request".to_owned())
    );
    for (target, said, expected) in [
        (
            "/token",
            json!({ "grantType": "password" }),
            (400, "unsupported_grant_type"),
        ),
        (
            "/token",
            json!({ "grantType": DEVICE, "clientSecret": "x" }),
            (401, "invalid_client"),
        ),
        (
            "/token",
            json!({ "grantType": "refresh_token", "refreshToken": "x" }),
            (400, "invalid_grant"),
        ),
        (
            "/client/register",
            json!({ "clientName": "x", "clientType": "private" }),
            (400, "invalid_client_metadata"),
        ),
        (
            "/client/register",
            json!({ "clientName": "x", "clientType": "public", "scopes": ["a b"] }),
            (400, "invalid_scope"),
        ),
    ] {
        let answer = call(&simulator, target, with(client.clone(), said)).await;
        assert_eq!(refusal(&answer), (expected.0, expected.1.to_owned()), "{target}");
    }
    assert_eq!(post(simulator.address(), "/token", "{").await.status, 400);
    assert_eq!(control.forget_clients(), 1);
    assert_eq!(refusal(&begin().await), (401, "invalid_client".to_owned()));
}

#[tokio::test]
async fn tokens_are_renewed_once_and_end_with_the_sign_in() {
    let simulator = simulator().await;
    let control = simulator.control();
    let client = client(&simulator, &["sso:account:access"]).await;
    let first = signed_in(&simulator, &client, START).await;
    let access = |token: &Value| token["accessToken"].as_str().unwrap().to_owned();
    let renew = |token: &Value| {
        let said = json!({ "grantType": "refresh_token", "refreshToken": token["refreshToken"] });
        call(&simulator, "/token", with(client.clone(), said))
    };
    assert_eq!(
        portal(&simulator, "/assignment/accounts", &access(&first))
            .await
            .status,
        200
    );
    assert_eq!(control.expire_tokens(Some("acme-us")), 0);
    assert_eq!(control.expire_tokens(Some("acme")), 1);
    let late = portal(&simulator, "/assignment/accounts", &access(&first)).await;
    assert_eq!(refusal(&late), (401, "UnauthorizedException".to_owned()));
    let second = renew(&first).await.json();
    assert_eq!(
        portal(&simulator, "/assignment/accounts", &access(&second))
            .await
            .status,
        200
    );
    assert_eq!(
        refusal(&renew(&first).await),
        (400, "invalid_grant".to_owned()),
        "each is good once"
    );
    assert_eq!(portal(&simulator, "/logout", &access(&second)).await.status, 200);
    assert_eq!(refusal(&renew(&second).await), (400, "invalid_grant".to_owned()));
    assert_eq!(portal(&simulator, "/logout", &access(&second)).await.status, 401);

    let third = signed_in(&simulator, &client, START).await;
    assert_eq!(control.revoke_tokens(None), 1);
    assert_eq!(refusal(&renew(&third).await), (400, "invalid_grant".to_owned()));
    control.set_lifetimes(SignInLifetimes {
        registration: Duration::ZERO,
        access_token: Duration::ZERO,
        ..SignInLifetimes::default()
    });
    assert_eq!(signed_in(&simulator, &client, START).await["expiresIn"], 0);
    let expired = self::client(&simulator, &[]).await;
    let begun = call(
        &simulator,
        "/device_authorization",
        with(expired, json!({ "startUrl": START })),
    )
    .await;
    assert_eq!(refusal(&begun), (401, "invalid_client".to_owned()));
}

#[tokio::test]
async fn the_portal_lists_accounts_and_roles_page_by_page_and_gives_credentials_that_work() {
    let center =
        IdentityCenter::new("acme", "eu-central-1").with_every_account(&["NodeOperator", "ReadOnly"]);
    let center = (0..30).fold(center, |center, index| {
        center.with_account(
            &format!("9000000000{index:02}"),
            &format!("Sandbox {index}"),
            &["ReadOnly"],
        )
    });
    let config = SimulatorConfig {
        nodes: 20,
        identity_centers: vec![center],
        ..SimulatorConfig::default()
    };
    let simulator = Simulator::start(config).await.unwrap();
    let client = client(&simulator, &[]).await;
    let token = signed_in(&simulator, &client, START).await;
    assert!(
        token.get("refreshToken").is_none(),
        "without the scope it cannot be renewed"
    );
    let token = token["accessToken"].as_str().unwrap();
    let (mut seen, mut next) = (Vec::new(), String::new());
    loop {
        let target = format!("/assignment/accounts?max_result=16&next_token={next}");
        let page = portal(&simulator, &target, token).await.json();
        seen.extend(page["accountList"].as_array().unwrap().clone());
        match page["nextToken"].as_str() {
            Some(token) => next = token.to_owned(),
            None => break,
        }
    }
    assert_eq!(seen.len(), 30 + simulator.profiles().len());
    assert!(
        seen.iter()
            .any(|row| row["accountName"] == "Sandbox 7"
                && row["emailAddress"] == "aws+sandbox-7@acme.example")
    );

    let prod = Client::new(&simulator, "acme-prod");
    let account = &prod.profile.account;
    let roles = portal(
        &simulator,
        &format!("/assignment/roles?account_id={account}"),
        token,
    )
    .await;
    assert_eq!(
        roles.json()["roleList"][1],
        json!({ "roleName": "ReadOnly", "accountId": account })
    );
    let credentials = |role: &str, account: &str| {
        let target = format!("/federation/credentials?role_name={role}&account_id={account}");
        let simulator = &simulator;
        async move { portal(simulator, &target, token).await }
    };
    let given = credentials("ReadOnly", account).await.json()["roleCredentials"].clone();
    assert!(given["expiration"].as_u64().unwrap() > 1_700_000_000_000);
    let mut as_role = Client::new(&simulator, "acme-prod");
    as_role.profile.access_key_id = given["accessKeyId"].as_str().unwrap().to_owned();
    as_role.profile.secret_access_key = given["secretAccessKey"].as_str().unwrap().to_owned().into();
    as_role.profile.session_token = Some(given["sessionToken"].as_str().unwrap().to_owned().into());
    let identity = as_role.sts("Action=GetCallerIdentity").await;
    assert!(
        identity
            .text("Arn")
            .contains(":assumed-role/AWSReservedSSO_ReadOnly_"),
        "{}",
        identity.body
    );
    assert_eq!(as_role.ec2("Action=DescribeInstances").await.status, 200);
    let start = as_role
        .ssm("StartSession", &json!({ "Target": "i-0a1b2c3d4e5f67890" }))
        .await;
    assert_eq!(start.failure().1, "AccessDeniedException", "it only reads");
    for (answer, expected) in [
        (credentials("Admin", account).await, (403, "ForbiddenException")),
        (
            credentials("ReadOnly", "111111111111").await,
            (403, "ForbiddenException"),
        ),
        (
            credentials("ReadOnly", "").await,
            (400, "InvalidRequestException"),
        ),
        (
            portal(&simulator, "/assignment/accounts?next_token=x", token).await,
            (400, "InvalidRequestException"),
        ),
        (
            portal(&simulator, "/assignment/accounts?max_result=0", token).await,
            (400, "InvalidRequestException"),
        ),
        (
            portal(&simulator, "/assignment/accounts", "nonsense").await,
            (401, "UnauthorizedException"),
        ),
    ] {
        assert_eq!(refusal(&answer), (expected.0, expected.1.to_owned()));
    }
}

#[tokio::test]
async fn issued_credentials_expire_and_are_revoked_in_the_words_of_each_service() {
    let simulator = simulator().await;
    let client = client(&simulator, &[]).await;
    let token = signed_in(&simulator, &client, START).await;
    let mut role = Client::new(&simulator, "acme-prod");
    let target = format!(
        "/federation/credentials?role_name=NodeOperator&account_id={}",
        role.profile.account
    );
    let given = portal(&simulator, &target, token["accessToken"].as_str().unwrap())
        .await
        .json();
    let given = &given["roleCredentials"];
    role.profile.access_key_id = given["accessKeyId"].as_str().unwrap().to_owned();
    role.profile.secret_access_key = given["secretAccessKey"].as_str().unwrap().to_owned().into();
    role.profile.session_token = Some(given["sessionToken"].as_str().unwrap().to_owned().into());
    async fn codes(role: &Client) -> [String; 3] {
        [
            role.ec2("Action=DescribeInstances").await.failure().1,
            role.sts("Action=GetCallerIdentity").await.failure().1,
            role.ssm("DescribeInstanceInformation", &json!({}))
                .await
                .failure()
                .1,
        ]
    }
    assert_eq!(role.ec2("Action=DescribeInstances").await.status, 200);
    assert_eq!(simulator.control().expire_issued_credentials(), 1);
    assert_eq!(
        codes(&role).await,
        ["RequestExpired", "ExpiredToken", "ExpiredTokenException"]
    );
    assert_eq!(simulator.control().revoke_issued_credentials(), 1);
    assert_eq!(
        codes(&role).await,
        [
            "AuthFailure",
            "InvalidClientTokenId",
            "UnrecognizedClientException"
        ]
    );
    let own = Client::new(&simulator, "acme-prod");
    assert_eq!(
        own.ec2("Action=DescribeInstances").await.status,
        200,
        "keys of profiles stay"
    );
}

#[tokio::test]
async fn an_address_with_a_region_takes_only_what_belongs_there() {
    let simulator = simulator().await;
    simulator.control().answer_sign_ins(SignInAnswer::Confirm);
    let said = json!({ "clientName": "test", "clientType": "public" });
    let client = call(&simulator, "/region/us-east-1/client/register", said)
        .await
        .json();
    let client = json!({ "clientId": client["clientId"], "clientSecret": client["clientSecret"] });
    let begin = |region: &str, center: &str| {
        let said = json!({ "startUrl": format!("https://{center}.awsapps.com/start") });
        let target = format!("/region/{region}/device_authorization");
        let (client, simulator) = (client.clone(), &simulator);
        async move { call(simulator, &target, with(client, said)).await }
    };
    assert_eq!(refusal(&begin("eu-central-1", "acme").await).1, "invalid_client");
    assert_eq!(refusal(&begin("us-east-1", "acme").await).1, "invalid_request");
    let begun = begin("us-east-1", "acme-us").await.json();
    let said = json!({ "grantType": DEVICE, "deviceCode": begun["deviceCode"] });
    let token = call(&simulator, "/region/us-east-1/token", with(client.clone(), said))
        .await
        .json();
    let token = token["accessToken"].as_str().unwrap();
    for (region, status) in [("us-east-1", 200), ("eu-central-1", 401)] {
        let target = format!("/region/{region}/assignment/accounts");
        assert_eq!(
            portal(&simulator, &target, token).await.status,
            status,
            "{region}"
        );
    }
}

#[tokio::test]
async fn a_browser_of_this_computer_brings_the_code_back_to_the_client() {
    let simulator = simulator().await;
    let address = simulator.address();
    let said = json!({
        "clientName": "test", "clientType": "public", "scopes": ["sso:account:access"], "issuerUrl": START,
        "grantTypes": ["authorization_code", "refresh_token"], "redirectUris": ["http://127.0.0.1/oauth/callback"],
    });
    let client = call(&simulator, "/client/register", said).await.json();
    let id = client["clientId"].as_str().unwrap();
    // The example of RFC 7636.
    let (verifier, challenge) = (
        "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk",
        "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM",
    );
    let back = "http://127.0.0.1:4321/oauth/callback";
    let query = |back: &str| {
        format!(
            "client_id={id}&redirect_uri={back}&state=s1&code_challenge={challenge}&code_challenge_method=S256&response_type=code"
        )
    };
    let host = [("host".to_owned(), address.to_string())];
    let page = raw(address, "GET", &format!("/authorize?{}", query(back)), &host, b"").await;
    assert!(
        page.status == 200 && page.body.contains("Confirm and continue"),
        "{}",
        page.body
    );
    let elsewhere = raw(
        address,
        "GET",
        &format!("/authorize?{}", query("http://evil.test/")),
        &host,
        b"",
    )
    .await;
    assert_eq!(elsewhere.status, 400);
    let denied = post(address, "/authorize", &format!("{}&answer=deny", query(back))).await;
    assert!(denied.head.contains("error=access_denied"), "{}", denied.head);
    let allowed = post(address, "/authorize", &format!("{}&answer=allow", query(back))).await;
    assert_eq!(allowed.status, 302);
    let code = allowed
        .head
        .split("code=")
        .nth(1)
        .unwrap()
        .split('&')
        .next()
        .unwrap();
    assert!(allowed.head.contains("state=s1"));
    let ask = |verifier: &str| {
        let said = json!({
            "clientId": id, "clientSecret": client["clientSecret"], "grantType": "authorization_code", "code": code,
            "redirectUri": back, "codeVerifier": verifier,
        });
        call(&simulator, "/token", said)
    };
    let token = ask(verifier).await.json();
    assert!(token["accessToken"].is_string(), "{token}");
    assert_eq!(
        refusal(&ask(verifier).await),
        (400, "invalid_grant".to_owned()),
        "a code is good once"
    );
}
