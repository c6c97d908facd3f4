//! `/container/credentials` and the instance metadata service below `/latest/`.

use std::time::{Duration, SystemTime};

use axum::Router;
use axum::extract::{Path, State};
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, put};
use serde_json::{Value, json};

use crate::cloud::{Cloud, CloudState};
use crate::services::surroundings::{container_credentials, instance_credentials};

const TOKEN: &str = "x-aws-ec2-metadata-token";
const LIFETIME: &str = "x-aws-ec2-metadata-token-ttl-seconds";
/// Six hours at most.
const LIFETIMES: std::ops::RangeInclusive<u64> = 1..=21_600;

/// The routes of both.
pub(super) fn routes() -> Router<Cloud> {
    Router::new()
        .route("/container/credentials", get(container))
        .route("/latest/api/token", put(token))
        .route("/latest/meta-data/iam/security-credentials/", get(role))
        .route(
            "/latest/meta-data/iam/security-credentials/{role}",
            get(credentials),
        )
        .route("/latest/meta-data/placement/region", get(region))
}

/// For `AWS_CONTAINER_CREDENTIALS_FULL_URI`; whoever asks shows the token of the container.
async fn container(State(cloud): State<Cloud>, headers: HeaderMap) -> Response {
    cloud.calls.count("ContainerCredentials");
    let sent = headers
        .get(AUTHORIZATION)
        .and_then(|sent| sent.to_str().ok())
        .unwrap_or("");
    if !cloud.surroundings.is_container_token(sent) {
        let body =
            json!({ "code": "AccessDenied", "message": "The authorization token is missing or wrong." });
        return written(StatusCode::UNAUTHORIZED, &body);
    }
    match container_credentials(&cloud) {
        Some(body) => written(StatusCode::OK, &body),
        None => {
            let body = json!({ "code": "NoRole", "message": "The container has no role." });
            written(StatusCode::NOT_FOUND, &body)
        }
    }
}

/// The second version of the service: a token first, which no proxy passes on.
async fn token(State(cloud): State<Cloud>, headers: HeaderMap) -> Response {
    cloud.calls.count("MetadataToken");
    if headers.contains_key("x-forwarded-for") {
        return StatusCode::FORBIDDEN.into_response();
    }
    let asked = headers
        .get(LIFETIME)
        .and_then(|seconds| seconds.to_str().ok()?.parse().ok());
    match asked.filter(|seconds| LIFETIMES.contains(seconds)) {
        Some(seconds) => {
            let token = cloud
                .surroundings
                .metadata_token(Duration::from_secs(seconds), SystemTime::now());
            ([(LIFETIME, seconds.to_string())], token).into_response()
        }
        None => StatusCode::BAD_REQUEST.into_response(),
    }
}

async fn role(State(cloud): State<Cloud>, headers: HeaderMap) -> Response {
    opened(&cloud, &headers, || {
        Some(cloud.surroundings.role()?.name.into_response())
    })
}

async fn credentials(State(cloud): State<Cloud>, Path(role): Path<String>, headers: HeaderMap) -> Response {
    cloud.calls.count("MetadataCredentials");
    opened(&cloud, &headers, || {
        Some(written(StatusCode::OK, &instance_credentials(&cloud, &role)?))
    })
}

async fn region(State(cloud): State<Cloud>, headers: HeaderMap) -> Response {
    opened(&cloud, &headers, || {
        let first = cloud.world.company().profiles().first()?;
        Some(first.regions.first()?.clone().into_response())
    })
}

/// The first version of the service, which asks for no token, is off.
fn opened(cloud: &CloudState, headers: &HeaderMap, answer: impl FnOnce() -> Option<Response>) -> Response {
    let token = headers
        .get(TOKEN)
        .and_then(|token| token.to_str().ok())
        .unwrap_or("");
    if cloud.surroundings.opens_metadata(token, SystemTime::now()) {
        answer().unwrap_or_else(|| StatusCode::NOT_FOUND.into_response())
    } else {
        StatusCode::UNAUTHORIZED.into_response()
    }
}

fn written(status: StatusCode, body: &Value) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}
