//! `/device`: the page on which a person confirms a sign-in, and `/authorize`, its shorter way for a browser of this computer.

use std::fmt::Write as _;
use std::time::SystemTime;

use axum::body::Bytes;
use axum::extract::{RawQuery, State};
use axum::http::header::LOCATION;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use url::Url;

use super::host::is_from_loopback;
use super::html::{escaped, page};
use crate::cloud::{Cloud, CloudState};
use crate::identity::{SignInAnswer, SignedCode};
use crate::wire::Params;

/// `GET /device`, with or without `user_code`.
pub(super) async fn device_page(State(cloud): State<Cloud>, RawQuery(query): RawQuery) -> Response {
    let params = Params::read(query.as_deref().unwrap_or(""), b"");
    let Some(code) = params.get("user_code").filter(|code| !code.is_empty()) else {
        return page(StatusCode::OK, "Sign in", &code_form());
    };
    let pending = cloud.identity.pending(SystemTime::now());
    match pending.iter().find(|pending| pending.user_code == code) {
        Some(pending) => {
            let question = format!(
                "<p><strong>{}</strong> asks to sign in at {}.</p><p>Does it show this code? <code>{}</code></p>",
                escaped(&pending.client),
                escaped(&pending.start_url),
                escaped(&pending.user_code),
            );
            let hidden = [("user_code", pending.user_code.as_str())];
            page(
                StatusCode::OK,
                "Authorization requested",
                &decision_form("/device", &question, &hidden),
            )
        }
        None => page(
            StatusCode::NOT_FOUND,
            "Sign in",
            &format!("<p>No sign-in waits under this code.</p>{}", code_form()),
        ),
    }
}

/// `POST /device`, with the form's `user_code` and `answer`.
pub(super) async fn device_answer(State(cloud): State<Cloud>, headers: HeaderMap, body: Bytes) -> Response {
    if !is_from_loopback(&headers) {
        return foreign();
    }
    let params = Params::read("", &body);
    let (code, confirmed) = (params.get("user_code").unwrap_or(""), confirms(&params));
    if !cloud.identity.decide(code, confirmed, SystemTime::now()) {
        return page(
            StatusCode::NOT_FOUND,
            "Sign in",
            "<p>No sign-in waits under this code.</p>",
        );
    }
    if confirmed {
        page(
            StatusCode::OK,
            "Request approved",
            "<p>You can close this window.</p>",
        )
    } else {
        page(
            StatusCode::OK,
            "Request denied",
            "<p>You can close this window.</p>",
        )
    }
}

/// `GET /authorize`: the way with a code that comes back to a port of this computer.
pub(super) async fn authorize_page(State(cloud): State<Cloud>, RawQuery(query): RawQuery) -> Response {
    let params = Params::read(query.as_deref().unwrap_or(""), b"");
    let Some(asked) = ClientQuestion::read(&cloud, &params) else {
        return page(
            StatusCode::BAD_REQUEST,
            "Sign in",
            "<p>This request is not valid.</p>",
        );
    };
    match cloud.identity.answer() {
        SignInAnswer::Confirm => asked.answered(&cloud, true),
        SignInAnswer::Deny => asked.answered(&cloud, false),
        SignInAnswer::Ask => {
            let question = format!(
                "<p><strong>{}</strong> asks to sign in.</p>",
                escaped(&asked.client_name)
            );
            let hidden = ["client_id", "redirect_uri", "state", "code_challenge"]
                .map(|name| (name, params.get(name).unwrap_or("")));
            page(
                StatusCode::OK,
                "Authorization requested",
                &decision_form("/authorize", &question, &hidden),
            )
        }
    }
}

/// `POST /authorize`, with what the page was asked for and `answer`.
pub(super) async fn authorize_answer(
    State(cloud): State<Cloud>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    if !is_from_loopback(&headers) {
        return foreign();
    }
    let params = Params::read("", &body);
    match ClientQuestion::read(&cloud, &params) {
        Some(asked) => asked.answered(&cloud, confirms(&params)),
        None => page(
            StatusCode::BAD_REQUEST,
            "Sign in",
            "<p>This request is not valid.</p>",
        ),
    }
}

/// `GET /mfa`: what the company's MFA devices show, as an authenticator on a telephone does.
pub(super) async fn mfa_page(State(cloud): State<Cloud>) -> Response {
    let mut body = "<p>Each code is good once; load this page again for the next.</p><dl>".to_owned();
    for (device, code) in cloud.mfa.all() {
        let _infallible = write!(body, "<dt>{}</dt><dd><code>{code}</code></dd>", escaped(&device));
    }
    body.push_str("</dl>");
    page(StatusCode::OK, "MFA devices", &body)
}

/// What a client that knows its own port asks for.
struct ClientQuestion {
    client_name: String,
    state: String,
    code: SignedCode,
    back: Url,
}

impl ClientQuestion {
    fn read(cloud: &CloudState, params: &Params) -> Option<Self> {
        let get = |name: &str| {
            params
                .get(name)
                .filter(|value| !value.is_empty())
                .map(str::to_owned)
        };
        let client = cloud.identity.client(&get("client_id")?)?;
        let redirect_uri = get("redirect_uri")?;
        let back = Url::parse(&redirect_uri).ok()?;
        is_registered(&client.registration.redirect_uris, &back).then_some(Self {
            client_name: client.registration.name,
            state: get("state")?,
            code: SignedCode {
                client_id: client.id,
                redirect_uri,
                challenge: get("code_challenge")?,
            },
            back,
        })
    }

    fn answered(self, cloud: &CloudState, confirmed: bool) -> Response {
        let mut back = self.back;
        if confirmed {
            let code = cloud.identity.sign_code(self.code);
            back.query_pairs_mut()
                .append_pair("code", &code)
                .append_pair("state", &self.state);
        } else {
            back.query_pairs_mut()
                .append_pair("error", "access_denied")
                .append_pair("state", &self.state);
        }
        (StatusCode::FOUND, [(LOCATION, back.to_string())]).into_response()
    }
}

/// A client registers its address without a port, and gets one from the system each time.
fn is_registered(registered: &[String], back: &Url) -> bool {
    let bare = |url: &Url| {
        (
            url.scheme().to_owned(),
            url.host_str().map(str::to_owned),
            url.path().to_owned(),
        )
    };
    let mut known = registered.iter().filter_map(|uri| Url::parse(uri).ok());
    known.any(|uri| bare(&uri) == bare(back))
}

fn confirms(params: &Params) -> bool {
    params.get("answer") == Some("allow")
}

fn foreign() -> Response {
    page(
        StatusCode::FORBIDDEN,
        "Sign in",
        "<p>This form takes no answers of other pages.</p>",
    )
}

fn code_form() -> String {
    "<form method=\"get\" action=\"/device\"><label>Code <input name=\"user_code\" autofocus></label> \
     <button>Next</button></form>"
        .to_owned()
}

fn decision_form(action: &str, question: &str, hidden: &[(&str, &str)]) -> String {
    let mut form = format!("{question}<form method=\"post\" action=\"{action}\">");
    for (name, value) in hidden {
        let _infallible = write!(
            form,
            "<input type=\"hidden\" name=\"{name}\" value=\"{}\">",
            escaped(value)
        );
    }
    form.push_str(
        "<button name=\"answer\" value=\"allow\">Confirm and continue</button> \
         <button name=\"answer\" value=\"deny\">Deny</button></form>",
    );
    form
}
