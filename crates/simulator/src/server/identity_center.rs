//! The routes of IAM Identity Center, with and without the Region in front: its calls carry no signature that names one.

use std::collections::HashMap;
use std::future::Future;

use axum::Router;
use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::Value;
use uuid::Uuid;

use super::host::base_url;
use crate::cloud::{Cloud, CloudState};
use crate::identity::no_access;
use crate::services::identity_center::{self, PortalRequest};
use crate::wire::{ApiError, Params, RestService};

/// Carries the access token to the portal.
const TOKEN: &str = "x-amz-sso_bearer_token";

/// The parameters of the address; only the longer one has any.
type Place = Option<Path<HashMap<String, String>>>;

/// The calls of both services.
pub(super) fn routes() -> Router<Cloud> {
    let calls = Router::new()
        .route("/client/register", post(oidc("RegisterClient")))
        .route("/device_authorization", post(oidc("StartDeviceAuthorization")))
        .route("/token", post(oidc("CreateToken")))
        .route("/assignment/accounts", get(portal("ListAccounts")))
        .route("/assignment/roles", get(portal("ListAccountRoles")))
        .route("/federation/credentials", get(portal("GetRoleCredentials")))
        .route("/logout", post(portal("Logout")));
    calls.clone().nest("/region/{region}", calls)
}

fn oidc(
    operation: &'static str,
) -> impl Fn(State<Cloud>, Place, HeaderMap, Bytes) -> BoxedAnswer + Clone + Send + Sync + 'static {
    move |State(cloud), place, headers, body| {
        Box::pin(async move {
            let answer = |cloud: &CloudState| {
                let page = format!("{}/device", base_url(&headers));
                identity_center::oidc(cloud, operation, region(&place), &body, &page)
            };
            respond(&cloud, RestService::Oidc, operation, answer).await
        })
    }
}

fn portal(
    operation: &'static str,
) -> impl Fn(State<Cloud>, Place, HeaderMap, RawQuery) -> BoxedAnswer + Clone + Send + Sync + 'static {
    move |State(cloud), place, headers, RawQuery(query)| {
        Box::pin(async move {
            let answer = |cloud: &CloudState| {
                let request = PortalRequest {
                    operation,
                    region: region(&place),
                    token: headers
                        .get(TOKEN)
                        .and_then(|token| token.to_str().ok())
                        .unwrap_or(""),
                    params: &Params::read(query.as_deref().unwrap_or(""), b""),
                };
                identity_center::portal(cloud, &request)
            };
            respond(&cloud, RestService::Portal, operation, answer).await
        })
    }
}

type BoxedAnswer = std::pin::Pin<Box<dyn Future<Output = Response> + Send>>;

fn region(place: &Place) -> Option<&str> {
    let Path(parameters) = place.as_ref()?;
    parameters.get("region").map(String::as_str)
}

async fn respond(
    cloud: &CloudState,
    service: RestService,
    operation: &str,
    answer: impl FnOnce(&CloudState) -> Result<Value, ApiError>,
) -> Response {
    let request_id = Uuid::new_v4();
    cloud.calls.count(operation);
    tokio::time::sleep(cloud.faults.current_delay(operation)).await;
    match fault(cloud, service, operation).map_or_else(|| answer(cloud), Err) {
        Ok(body) => service.answer(request_id, &body),
        Err(error) => {
            tracing::debug!(code = error.code, message = %error.message, "refused a call");
            service.fail(request_id, &error)
        }
    }
}

/// What outside hands ordered to go wrong with this call.
fn fault(cloud: &CloudState, service: RestService, operation: &str) -> Option<ApiError> {
    if cloud.faults.takes_throttled_call(operation) {
        Some(service.throttled())
    } else if cloud.faults.is_operation_broken(operation) {
        Some(service.internal())
    } else if cloud.faults.is_operation_denied(operation, None) {
        Some(no_access())
    } else {
        None
    }
}
