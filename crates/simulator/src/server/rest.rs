//! The signed services that speak REST: EKS and OpenSearch. Which call it is, path and method say.

use axum::Router;
use axum::body::{Body, Bytes, to_bytes};
use axum::extract::{Path, Request, State};
use axum::http::request::Parts;
use axum::response::Response;
use axum::routing::{get, post};
use serde_json::Value;
use uuid::Uuid;

use super::api::{BODY_LIMIT, Signed, fail_by_order, permit};
use super::authenticate::authenticate;
use crate::cloud::{Cloud, CloudState};
use crate::services::{Caller, data_stores};
use crate::wire::{ApiError, Dialect, RestService, SignedRequest};

/// Their calls.
pub(super) fn routes() -> Router<Cloud> {
    Router::new()
        .route("/clusters", get(list_clusters))
        .route("/clusters/{name}", get(describe_cluster))
        .route("/2021-01-01/domain", get(list_domain_names))
        .route("/2021-01-01/opensearch/domain-info", post(describe_domains))
}

const EKS: &str = "eks";
/// As signatures and policies name it.
const OPENSEARCH: &str = "es";

async fn list_clusters(State(cloud): State<Cloud>, request: Request) -> Response {
    let call = Signed::new(EKS, "ListClusters");
    respond(&cloud, call, request, |caller, _| {
        Ok(data_stores::eks::list_clusters(caller))
    })
    .await
}

async fn describe_cluster(
    State(cloud): State<Cloud>,
    Path(name): Path<String>,
    request: Request,
) -> Response {
    let call = Signed::new(EKS, "DescribeCluster");
    respond(&cloud, call, request, |caller, _| {
        data_stores::eks::describe_cluster(caller, &name)
    })
    .await
}

async fn list_domain_names(State(cloud): State<Cloud>, request: Request) -> Response {
    let call = Signed::new(OPENSEARCH, "ListDomainNames");
    respond(&cloud, call, request, |caller, _| {
        Ok(data_stores::opensearch::list_domain_names(caller))
    })
    .await
}

async fn describe_domains(State(cloud): State<Cloud>, request: Request) -> Response {
    let call = Signed::new(OPENSEARCH, "DescribeDomains");
    respond(&cloud, call, request, data_stores::opensearch::describe_domains).await
}

async fn respond(
    cloud: &CloudState,
    call: Signed<'_>,
    request: Request<Body>,
    answer: impl FnOnce(&Caller, &[u8]) -> Result<Value, ApiError>,
) -> Response {
    let request_id = Uuid::new_v4();
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, BODY_LIMIT).await.unwrap_or_default();
    cloud.calls.count(call.operation);
    tokio::time::sleep(cloud.faults.current_delay(call.operation)).await;
    let caller = permitted(cloud, call, &parts, &body);
    match caller.and_then(|caller| answer(&caller, &body)) {
        Ok(body) => RestService::Signed.answer(request_id, &body),
        Err(error) => {
            tracing::debug!(code = error.code, message = %error.message, "refused a call");
            RestService::Signed.fail(request_id, &error)
        }
    }
}

/// The caller, if there is one who may do this.
fn permitted(cloud: &CloudState, call: Signed<'_>, parts: &Parts, body: &Bytes) -> Result<Caller, ApiError> {
    let request = SignedRequest {
        method: parts.method.as_str(),
        path: parts.uri.path(),
        query: parts.uri.query().unwrap_or(""),
        headers: &parts.headers,
        body,
    };
    let caller = authenticate(cloud, request, call.service, cloud.faults.now())
        .map_err(|why| ApiError::unauthenticated(Dialect::Json, &why))?;
    fail_by_order(cloud, Dialect::Json, call.operation)?;
    permit(cloud, Dialect::Json, call, &caller)?;
    Ok(caller)
}
