//! Sign-ins of `aws login`: begun here, renewed here, and shared with the AWS CLI by its cache.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "tests: a failed assumption fails the test"
)]

#[allow(dead_code, reason = "shared with other tests")]
mod canned;

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use canned::{Answer, Canned, Request, no_agents, ok};
use postern_aws::AwsControlPlane;
use postern_model::{ConsoleSignIns, ControlError, Nodes, ProfileName, Region, Scope};
use serde_json::{Value, json};
use tempfile::TempDir;
use url::Url;

const ADMIN: &str = "arn:aws:iam::0123456789012:user/Admin";
/// The SHA-256 of that.
const FILE: &str = "36db1d138ff460920374e4c3d8e01f53f9f73537e89c88d639f68393df0e2726.json";

struct Home {
    folder: TempDir,
    endpoint: String,
}

impl Home {
    fn new(aws: &Canned) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join(".aws")).unwrap();
        let config = format!(
            "[profile console]\nregion = eu-central-1\nlogin_session = {ADMIN}\n\
             [profile role]\nregion = eu-central-1\nrole_arn = arn:aws:iam::0123456789012:role/ops\nsource_profile = console\n"
        );
        std::fs::write(folder.path().join(".aws/config"), config).unwrap();
        Self {
            folder,
            endpoint: format!("http://{}", aws.address),
        }
    }

    fn control(&self) -> AwsControlPlane {
        let home = self.folder.path().to_str().unwrap();
        AwsControlPlane::from_variables([
            ("HOME", home),
            ("USERPROFILE", home),
            ("AWS_ENDPOINT_URL", self.endpoint.as_str()),
        ])
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join(".aws/login/cache").join(FILE)
    }

    fn kept(&self) -> Value {
        serde_json::from_slice(&std::fs::read(self.file()).unwrap()).unwrap()
    }
}

/// The sign-in service as whoever signs in as `subject` sees it, and SSM.
fn aws(request: &Request, subject: &str) -> Answer {
    if !request.head.starts_with("POST /v1/token") {
        return no_agents();
    }
    let asked: Value = serde_json::from_str(&request.body).unwrap();
    let keys = |id: &str| json!({"accessKeyId": id, "secretAccessKey": "canary", "sessionToken": "t"});
    let claims = URL_SAFE_NO_PAD.encode(json!({ "sub": subject }).to_string());
    ok(match asked["grantType"].as_str().unwrap() {
        "authorization_code" => json!({
            "accessToken": keys("ASIANEW"), "tokenType": "aws_sigv4", "expiresIn": 900, "refreshToken": "r1",
            "idToken": format!("h.{claims}.s"),
        })
        .to_string(),
        _ => json!({
            "accessToken": keys("ASIARENEWED"), "tokenType": "aws_sigv4", "expiresIn": 900, "refreshToken": "r2",
        })
        .to_string(),
    })
}

fn profile(name: &str) -> ProfileName {
    ProfileName::parse(name).unwrap()
}

async fn agents(control: &AwsControlPlane, name: &str) -> Result<(), ControlError> {
    let scope = Scope {
        profile: Some(profile(name)),
        region: Region::parse("eu-central-1").unwrap(),
    };
    control.agents(&scope, None).await.map(|_| ())
}

/// What a browser does once somebody has signed in: it brings the code to the port.
fn browse(address: &str, answer: &str) {
    let address = Url::parse(address).unwrap();
    let of = |name: &str| {
        let mut pairs = address.query_pairs();
        pairs
            .find_map(|(key, value)| (key == name).then(|| value.into_owned()))
            .unwrap()
    };
    let redirect = Url::parse(&of("redirect_uri")).unwrap();
    let (port, state, answer) = (redirect.port().unwrap(), of("state"), answer.to_owned());
    std::thread::spawn(move || {
        let mut socket = TcpStream::connect(("127.0.0.1", port)).unwrap();
        write!(
            socket,
            "GET /oauth/callback?{answer}&state={state} HTTP/1.1\r\nhost: x\r\n\r\n"
        )
        .unwrap();
        socket.read_to_string(&mut String::new()).unwrap();
    });
}

async fn sign_in(control: &AwsControlPlane, name: &str, answer: &str) -> Result<String, ControlError> {
    let shown = Mutex::new(String::new());
    let show = |address: &str| {
        *shown.lock().unwrap() = address.to_owned();
        browse(address, answer);
    };
    control.sign_in_to_console(Some(&profile(name)), &show).await?;
    Ok(shown.into_inner().unwrap())
}

#[tokio::test]
async fn a_sign_in_goes_through_the_browser_and_is_kept_where_aws_tools_look() {
    let aws = Canned::start(|request, _| aws(request, ADMIN)).await;
    let home = Home::new(&aws);
    let control = home.control();
    assert_eq!(
        control.console_profile(Some(&profile("role"))).await.unwrap(),
        Some(profile("console"))
    );
    let error = agents(&control, "console").await.unwrap_err();
    assert_eq!(error.code(), "console-sign-in-needed");
    assert!(
        error.next_step().contains("postern login --profile console"),
        "{}",
        error.next_step()
    );
    let address = sign_in(&control, "role", "code=c1").await.unwrap();
    assert!(
        address.starts_with(&format!(
            "{}/v1/authorize?response_type=code&client_id=arn",
            home.endpoint
        )),
        "{address}"
    );
    assert!(
        address.contains("code_challenge_method=SHA-256") && address.contains("scope=openid"),
        "{address}"
    );
    let asked: Value = serde_json::from_str(&aws.requests()[0].body).unwrap();
    assert_eq!(asked["code"], "c1");
    assert!(aws.requests()[0].header("dpop").is_some());
    let kept = home.kept();
    assert_eq!(kept["accessToken"]["accountId"], "0123456789012");
    assert_eq!(
        (kept["refreshToken"].as_str(), kept["tokenType"].as_str()),
        (Some("r1"), Some("aws_sigv4"))
    );
    agents(&control, "console").await.unwrap();
    assert_eq!(aws.requests().last().unwrap().access_key(), "ASIANEW");
    assert!(control.sign_out_of_console(Some(&profile("role"))).await.unwrap());
    assert!(!control.sign_out_of_console(Some(&profile("role"))).await.unwrap());
    assert_eq!(
        agents(&control, "console").await.unwrap_err().code(),
        "console-sign-in-needed"
    );
}

#[tokio::test]
async fn whoever_else_signs_in_and_a_refusal_leave_nothing_behind() {
    let other = Canned::start(|request, _| aws(request, "arn:aws:iam::1:user/other")).await;
    let home = Home::new(&other);
    let error = sign_in(&home.control(), "console", "code=c").await.unwrap_err();
    assert!(
        error
            .to_string()
            .contains("arn:aws:iam::1:user/other signed in, but the profile wants"),
        "{error}"
    );
    let error = sign_in(&home.control(), "console", "error=access_denied")
        .await
        .unwrap_err();
    assert!(
        error
            .to_string()
            .ends_with("the sign-in was refused (access_denied)."),
        "{error}"
    );
    assert!(
        error
            .next_step()
            .contains("aws configure export-credentials --profile console --format process")
    );
    assert!(!home.file().exists());
}

#[tokio::test]
async fn credentials_that_are_about_to_expire_are_renewed_and_kept() {
    let aws = Canned::start(|request, _| aws(request, ADMIN)).await;
    let home = Home::new(&aws);
    sign_in(&home.control(), "console", "code=c").await.unwrap();
    let mut kept = home.kept();
    kept["accessToken"]["expiresAt"] = "2020-01-01T00:00:00Z".into();
    kept["unknown"] = "stays".into();
    std::fs::write(home.file(), kept.to_string()).unwrap();
    agents(&home.control(), "console").await.unwrap();
    assert_eq!(aws.requests().last().unwrap().access_key(), "ASIARENEWED");
    let kept = home.kept();
    assert_eq!(
        (kept["refreshToken"].as_str(), kept["unknown"].as_str()),
        (Some("r2"), Some("stays"))
    );
    assert_eq!(kept["accessToken"]["accountId"], "0123456789012");
}

#[tokio::test]
async fn profiles_that_share_a_sign_in_renew_it_once_and_to_the_end() {
    let aws = Canned::start(|request, _| aws(request, ADMIN)).await;
    let home = Home::new(&aws);
    sign_in(&home.control(), "console", "code=c").await.unwrap();
    let mut kept = home.kept();
    kept["accessToken"]["expiresAt"] = "2020-01-01T00:00:00Z".into();
    std::fs::write(home.file(), kept.to_string()).unwrap();
    let before = aws.requests().len();
    let control = home.control();
    // The role is assumed at a service that is not there; what counts is what it is assumed with.
    let (own, _role) = tokio::join!(agents(&control, "console"), agents(&control, "role"));
    own.unwrap();
    let renewals = |requests: Vec<Request>| {
        let renewals = requests.into_iter().skip(before);
        renewals
            .filter(|request| request.head.starts_with("POST /v1/token"))
            .count()
    };
    assert_eq!(renewals(aws.requests()), 1);
    assert_eq!(home.kept()["refreshToken"], "r2");
}

#[tokio::test]
async fn a_sign_in_that_is_over_asks_for_another_one() {
    let over = Arc::new(Mutex::new(false));
    let is_over = Arc::clone(&over);
    let aws = Canned::start(move |request, _| {
        if *is_over.lock().unwrap() && request.head.starts_with("POST /v1/token") {
            return Answer {
                status: 401,
                headers: "x-amzn-errortype: AccessDeniedException\r\n".into(),
                body: json!({"error": "TOKEN_EXPIRED", "message": "over"}).to_string(),
            };
        }
        aws(request, ADMIN)
    })
    .await;
    let home = Home::new(&aws);
    sign_in(&home.control(), "console", "code=c").await.unwrap();
    *over.lock().unwrap() = true;
    let mut kept = home.kept();
    kept["accessToken"]["expiresAt"] = "2020-01-01T00:00:00Z".into();
    std::fs::write(home.file(), kept.to_string()).unwrap();
    let error = tokio::time::timeout(Duration::from_secs(30), agents(&home.control(), "console"))
        .await
        .unwrap();
    let error = error.unwrap_err();
    assert_eq!(
        (error.code(), error.detail()),
        ("console-sign-in-needed", Some("it is over"))
    );
}
