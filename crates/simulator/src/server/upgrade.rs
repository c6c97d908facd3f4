//! `GET /v1/data-channel/{session}`: the signed upgrade, and then the gateway's.

use axum::extract::ws::WebSocketUpgrade;
use axum::extract::{FromRequestParts, Path, Request, State};
use axum::http::StatusCode;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use std::sync::Arc;
use uuid::Uuid;

use super::authenticate::authenticate;
use crate::cloud::{Cloud, CloudState};
use crate::gateway::data_channel;
use crate::services::Caller;
use crate::wire::SignedRequest;
use crate::wire::{ApiError, Denial, Dialect};

/// The largest WebSocket message that is read: far above the 1,152 bytes that clients send, far below what hurts.
const MESSAGE_LIMIT: usize = 256 * 1024;

/// Upgrades a socket whose request the session's account signed for `ssmmessages` in the session's Region; one without a
/// signature only where that is allowed.
pub(super) async fn data_channel_upgrade(
    State(cloud): State<Cloud>,
    Path(session): Path<String>,
    request: Request,
) -> Response {
    let (mut parts, _) = request.into_parts();
    if let Err(error) = admit(&cloud, &session, &parts) {
        tracing::debug!(code = error.code, message = %error.message, "refused a data channel");
        return Dialect::Json.fail(Uuid::new_v4(), &error);
    }
    match WebSocketUpgrade::from_request_parts(&mut parts, &cloud).await {
        Ok(upgrade) => upgrade
            .max_message_size(MESSAGE_LIMIT)
            .max_frame_size(MESSAGE_LIMIT)
            .on_upgrade(move |socket| data_channel(Arc::clone(&cloud.sessions), session, socket)),
        Err(rejection) => rejection.into_response(),
    }
}

fn admit(cloud: &CloudState, session: &str, parts: &Parts) -> Result<(), ApiError> {
    if cloud.sessions.links_refused() {
        let text = "The message gateway takes no data channels now.";
        return Err(ApiError::with_status(
            StatusCode::SERVICE_UNAVAILABLE,
            "ServiceUnavailable",
            text,
        ));
    }
    if !parts.headers.contains_key(AUTHORIZATION) {
        if cloud.unsigned.are_accepted() {
            // Who opens it is known by the token alone, which the gateway asks for.
            return Ok(());
        }
        cloud.unsigned.refuse();
    }
    let caller = signed_caller(cloud, parts)?;
    if may_open(cloud, session, &caller) {
        Ok(())
    } else {
        Err(denied(session, &caller))
    }
}

fn signed_caller(cloud: &CloudState, parts: &Parts) -> Result<Caller, ApiError> {
    let request = SignedRequest {
        method: parts.method.as_str(),
        path: parts.uri.path(),
        query: parts.uri.query().unwrap_or(""),
        headers: &parts.headers,
        body: b"",
    };
    authenticate(cloud, request, "ssmmessages", cloud.faults.now()).map_err(|why| ApiError {
        status: StatusCode::FORBIDDEN,
        ..ApiError::unauthenticated(Dialect::Json, &why)
    })
}

fn denied(session: &str, caller: &Caller) -> ApiError {
    let resource = format!(
        "arn:aws:ssm:{}:{}:session/{session}",
        caller.region, caller.profile.account
    );
    let arn = caller.principal.arn.as_str();
    let denied = ApiError::denied(
        Dialect::Json,
        Denial::NotAllowed,
        arn,
        "ssmmessages:OpenDataChannel",
        &resource,
    );
    ApiError {
        status: StatusCode::FORBIDDEN,
        ..denied
    }
}

fn may_open(cloud: &CloudState, session: &str, caller: &Caller) -> bool {
    let profile = &caller.profile;
    let denied = profile.denied
        || cloud.faults.is_denied(&profile.name)
        || cloud.faults.is_denied_by_organization(&profile.name);
    let own = |account: &str, region: &str| account == caller.profile.account && region == caller.region;
    let session = cloud.sessions.living(session);
    !denied
        && session.is_some_and(|session| own(&session.request().node.account, &session.request().node.region))
}
