//! `POST /` (and `GET /` of the query services): authenticates, applies faults, and hands on to EC2, STS or SSM.

use std::time::SystemTime;

use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use uuid::Uuid;

use super::authenticate::{Caller, authenticate};
use super::dialect::Dialect;
use super::failure::Failure;
use super::params::Params;
use crate::cloud::{Cloud, CloudState};
use crate::sigv4::{Authorization, SignedRequest};
use crate::{ec2, ssm, sts};

/// The largest request body that is read. AWS takes no more of these services either.
const BODY_LIMIT: usize = 1024 * 1024;

/// Which operation of which service is asked for.
enum Operation {
    Ec2(Params),
    Sts(Params),
    /// The name after `AmazonSSM.`.
    Ssm(String),
}

/// Answers one API call.
pub(super) async fn answer(State(cloud): State<Cloud>, request: Request) -> Response {
    let request_id = Uuid::new_v4();
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        let failure = Failure::with_status(
            StatusCode::PAYLOAD_TOO_LARGE,
            "RequestEntityTooLarge",
            "The request body cannot be read, or is larger than 1 MiB.",
        );
        return dialect(&parts.headers).fail(request_id, &failure);
    };
    tokio::time::sleep(cloud.faults.current_delay()).await;
    let dialect = dialect(&parts.headers);
    match call(&cloud, dialect, &parts, &body, request_id) {
        Ok(body) => dialect.answer(StatusCode::OK, request_id, body),
        Err(failure) => {
            tracing::debug!(code = failure.code, message = %failure.message, "refused a call");
            dialect.fail(request_id, &failure)
        }
    }
}

/// Answers what no service has.
pub(super) async fn unknown_path(request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let text = format!("The simulator has no {} {}.", parts.method, parts.uri.path());
    let failure = Failure::with_status(StatusCode::NOT_FOUND, "UnknownOperationException", text);
    Dialect::Json.fail(Uuid::new_v4(), &failure)
}

/// Decided before anything is verified, so that a refusal is readable to who asked.
fn dialect(headers: &HeaderMap) -> Dialect {
    let json = |value: &str| value.starts_with("application/x-amz-json");
    let content_type = headers.get("content-type").and_then(|value| value.to_str().ok());
    if headers.contains_key("x-amz-target") || content_type.is_some_and(json) {
        return Dialect::Json;
    }
    match Authorization::read(headers) {
        Ok(authorization) if authorization.scope.service == "sts" => Dialect::Sts,
        Ok(_) | Err(_) => Dialect::Ec2,
    }
}

fn call(
    cloud: &CloudState,
    dialect: Dialect,
    parts: &Parts,
    body: &Bytes,
    request_id: Uuid,
) -> Result<Vec<u8>, Failure> {
    let operation = operation(dialect, parts, body)?;
    let caller = caller(cloud, dialect, &operation, parts, body)?;
    if cloud.faults.takes_throttled_call() {
        return Err(Failure::throttled(dialect));
    }
    permit(cloud, dialect, &operation, &caller)?;
    match operation {
        Operation::Ec2(params) => ec2::answer(cloud, &caller, &params, request_id),
        Operation::Sts(params) => sts::answer(&caller, &params, request_id),
        Operation::Ssm(name) => ssm::answer(cloud, &caller, &name, body, parts.headers.get("host")),
    }
}

fn operation(dialect: Dialect, parts: &Parts, body: &Bytes) -> Result<Operation, Failure> {
    match dialect {
        Dialect::Json => {
            let target = parts
                .headers
                .get("x-amz-target")
                .and_then(|target| target.to_str().ok())
                .unwrap_or("");
            let name = target
                .strip_prefix("AmazonSSM.")
                .filter(|_| parts.method == Method::POST);
            name.map(|name| Operation::Ssm(name.to_owned()))
                .ok_or_else(|| ssm::unknown_operation(target))
        }
        Dialect::Ec2 => Ok(Operation::Ec2(params(parts, body))),
        Dialect::Sts => Ok(Operation::Sts(params(parts, body))),
    }
}

fn params(parts: &Parts, body: &Bytes) -> Params {
    Params::read(parts.uri.query().unwrap_or(""), body)
}

fn caller(
    cloud: &CloudState,
    dialect: Dialect,
    operation: &Operation,
    parts: &Parts,
    body: &Bytes,
) -> Result<Caller, Failure> {
    let service = match operation {
        Operation::Ec2(_) => "ec2",
        Operation::Sts(_) => "sts",
        Operation::Ssm(_) => "ssm",
    };
    let request = SignedRequest {
        method: parts.method.as_str(),
        path: parts.uri.path(),
        query: parts.uri.query().unwrap_or(""),
        headers: &parts.headers,
        body,
    };
    authenticate(cloud, request, service, SystemTime::now())
        .map_err(|why| Failure::unauthenticated(dialect, &why))
}

/// GetCallerIdentity needs no permission, at AWS either.
fn permit(
    cloud: &CloudState,
    dialect: Dialect,
    operation: &Operation,
    caller: &Caller,
) -> Result<(), Failure> {
    let denied = caller.profile.denied || cloud.faults.is_denied(&caller.profile.name);
    let action = match operation {
        Operation::Ec2(params) => format!("ec2:{}", params.get("Action").unwrap_or("")),
        Operation::Sts(_) => return Ok(()),
        Operation::Ssm(name) => format!("ssm:{name}"),
    };
    if !denied {
        return Ok(());
    }
    let resource = format!("arn:aws:ssm:{}:{}:*", caller.region, caller.profile.account);
    Err(Failure::denied(
        dialect,
        &caller.profile.principal().arn,
        &action,
        &resource,
    ))
}
