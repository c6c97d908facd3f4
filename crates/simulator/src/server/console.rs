//! The sign-in service of the console, for `aws login`: the page of a person, and the tokens of the program.

use std::fmt::Write as _;
use std::time::SystemTime;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::header::{CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use url::Url;

use super::host::{base_url, is_from_loopback};
use super::html::{escaped, page};
use crate::cloud::{Cloud, CloudState};
use crate::identity::{ConsoleCode, ConsoleRefusal, SignInAnswer};
use crate::services::console::create_token;
use crate::wire::Params;

const SAME_DEVICE: &str = "arn:aws:signin:::devtools/same-device";
const OTHER_DEVICE: &str = "arn:aws:signin:::devtools/cross-device";
/// Names what failed to the SDKs.
const ERROR_TYPE: &str = "x-amzn-errortype";

/// What a person is asked.
struct ConsoleQuestion {
    client_id: String,
    redirect_uri: Url,
    redirect_text: String,
    state: String,
    challenge: String,
    profile: String,
}

pub(super) fn routes() -> Router<Cloud> {
    Router::new()
        .route("/v1/authorize", get(authorize_page).post(authorize_answer))
        .route("/v1/token", post(token))
}

async fn authorize_page(State(cloud): State<Cloud>, RawQuery(query): RawQuery) -> Response {
    let params = Params::read(query.as_deref().unwrap_or(""), b"");
    let Some(asked) = ConsoleQuestion::read(&cloud, &params) else {
        return invalid();
    };
    match cloud.identity.answer() {
        SignInAnswer::Confirm => asked.answered(&cloud, true),
        SignInAnswer::Deny => asked.answered(&cloud, false),
        SignInAnswer::Ask => page(StatusCode::OK, "Sign in to the console", &form(&cloud, &params)),
    }
}

async fn authorize_answer(State(cloud): State<Cloud>, headers: HeaderMap, body: Bytes) -> Response {
    let params = Params::read("", &body);
    match ConsoleQuestion::read(&cloud, &params).filter(|_| is_from_loopback(&headers)) {
        Some(asked) => asked.answered(&cloud, params.get("answer") == Some("allow")),
        None => invalid(),
    }
}

async fn token(State(cloud): State<Cloud>, headers: HeaderMap, body: Bytes) -> Response {
    let operation = "CreateOAuth2Token";
    cloud.calls.count(operation);
    tokio::time::sleep(cloud.faults.current_delay(operation)).await;
    let proof = headers
        .get("dpop")
        .and_then(|proof| proof.to_str().ok())
        .unwrap_or("");
    let url = format!("{}/v1/token", base_url(&headers));
    match create_token(&cloud, &body, proof, &url) {
        Ok(body) => ([(CONTENT_TYPE, "application/json")], body.to_string()).into_response(),
        Err(refusal) => refused(refusal),
    }
}

fn refused(refusal: ConsoleRefusal) -> Response {
    let (error, message) = refusal.words();
    let (status, exception) = match refusal {
        ConsoleRefusal::InvalidRequest => (StatusCode::BAD_REQUEST, "ValidationException"),
        ConsoleRefusal::AuthCodeExpired
        | ConsoleRefusal::TokenExpired
        | ConsoleRefusal::UserCredentialsChanged => (StatusCode::UNAUTHORIZED, "AccessDeniedException"),
    };
    let mut response = (status, json!({ "error": error, "message": message }).to_string()).into_response();
    let headers = response.headers_mut();
    headers.insert(
        CONTENT_TYPE,
        axum::http::HeaderValue::from_static("application/json"),
    );
    headers.insert(ERROR_TYPE, axum::http::HeaderValue::from_static(exception));
    response
}

impl ConsoleQuestion {
    fn read(cloud: &CloudState, params: &Params) -> Option<Self> {
        let said = |name: &str| {
            params
                .get(name)
                .filter(|value| !value.is_empty())
                .map(str::to_owned)
        };
        let redirect_text = said("redirect_uri")?;
        let redirect_uri = Url::parse(&redirect_text).ok()?;
        let client_id = said("client_id").filter(|id| id == SAME_DEVICE || id == OTHER_DEVICE)?;
        let is_here = matches!(redirect_uri.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        let company = cloud.world.company();
        let first = || company.profiles().first().map(|profile| profile.name.clone());
        is_here.then_some(Self {
            client_id,
            redirect_uri,
            redirect_text,
            state: said("state")?,
            challenge: said("code_challenge")?,
            profile: said("profile").or_else(first)?,
        })
    }

    fn answered(self, cloud: &CloudState, allowed: bool) -> Response {
        let mut back = self.redirect_uri;
        let is_here = self.client_id == SAME_DEVICE;
        if !allowed {
            back.query_pairs_mut().append_pair("error", "access_denied");
            return (StatusCode::FOUND, [(LOCATION, back.to_string())]).into_response();
        }
        let code = ConsoleCode {
            client_id: self.client_id,
            redirect_uri: self.redirect_text,
            challenge: self.challenge,
            profile: self.profile,
        };
        let code = cloud.console.sign(code, SystemTime::now());
        if is_here {
            back.query_pairs_mut()
                .append_pair("code", &code)
                .append_pair("state", &self.state);
            return (StatusCode::FOUND, [(LOCATION, back.to_string())]).into_response();
        }
        let typed = STANDARD.encode(format!("state={}&code={code}", self.state));
        page(
            StatusCode::OK,
            "Your code",
            &format!("<p>Give this to the program:</p><p><code>{typed}</code></p>"),
        )
    }
}

/// Asks whom the person is, and whether the program may be that.
fn form(cloud: &CloudState, params: &Params) -> String {
    let mut form = "<p>A program on this computer asks for your credentials.</p><form method=\"post\" \
                    action=\"/v1/authorize\">"
        .to_owned();
    for name in ["client_id", "redirect_uri", "state", "code_challenge"] {
        let value = escaped(params.get(name).unwrap_or(""));
        let _infallible = write!(form, "<input type=\"hidden\" name=\"{name}\" value=\"{value}\">");
    }
    form.push_str("<label>Sign in as <select name=\"profile\">");
    for profile in cloud.world.company().profiles() {
        let arn = profile.principal().arn;
        let _infallible = write!(
            form,
            "<option value=\"{}\">{arn}</option>",
            escaped(&profile.name)
        );
    }
    form.push_str(
        "</select></label> <button name=\"answer\" value=\"allow\">Sign in</button> \
         <button name=\"answer\" value=\"deny\">Deny</button></form>",
    );
    form
}

fn invalid() -> Response {
    page(
        StatusCode::BAD_REQUEST,
        "Sign in to the console",
        "<p>This request is not valid.</p>",
    )
}
