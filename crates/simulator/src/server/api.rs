//! `POST /` (and `GET /` of the query services): authenticates, applies faults, and hands on to the service that is meant.

use std::time::Instant;

use axum::body::{Bytes, to_bytes};
use axum::extract::{Request, State};
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use uuid::Uuid;

use super::authenticate::authenticate;
use crate::cloud::{Cloud, CloudState};
use crate::services::{Caller, data_stores, ec2, ecs, instance_connect, kms, ssm, sts};
use crate::wire::{ApiError, Authorization, Denial, Dialect, Params, SignedRequest, unknown_operation};

/// The largest request body that is read. AWS takes no more of these services either.
pub(super) const BODY_LIMIT: usize = 1024 * 1024;

/// The services that write as STS does, as signatures name them.
const RDS: &str = "rds";
const ELASTICACHE: &str = "elasticache";
/// The version of the API of STS, which no other has.
const STS_VERSION: &str = "2011-06-15";

/// A signed call by its names: the service as signatures and policies write it, and the operation.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signed<'a> {
    pub(super) service: &'static str,
    pub(super) operation: &'a str,
}

impl<'a> Signed<'a> {
    pub(super) fn new(service: &'static str, operation: &'a str) -> Self {
        Self { service, operation }
    }
}

/// Which operation of which service is asked for.
enum Operation {
    Ec2(Params),
    Sts(Params),
    Rds(Params),
    ElastiCache(Params),
    /// The name after `AmazonSSM.`.
    Ssm(String),
    /// The name after `TrentService.`.
    Kms(String),
    /// The name after `AmazonEC2ContainerServiceV20141113.`.
    Ecs(String),
    /// The name after `AWSEC2InstanceConnectService.`.
    InstanceConnect(String),
}

impl Operation {
    fn service(&self) -> &'static str {
        match self {
            Self::Ec2(_) => "ec2",
            Self::Sts(_) => "sts",
            Self::Rds(_) => "rds",
            Self::ElastiCache(_) => "elasticache",
            Self::Ssm(_) => "ssm",
            Self::Kms(_) => "kms",
            Self::Ecs(_) => "ecs",
            Self::InstanceConnect(_) => "ec2-instance-connect",
        }
    }

    fn name(&self) -> &str {
        match self {
            Self::Ec2(params) | Self::Sts(params) | Self::Rds(params) | Self::ElastiCache(params) => {
                params.get("Action").unwrap_or("")
            }
            Self::Ssm(name) | Self::Kms(name) | Self::Ecs(name) | Self::InstanceConnect(name) => name,
        }
    }
}

/// Answers one API call.
pub(super) async fn answer(State(cloud): State<Cloud>, request: Request) -> Response {
    let request_id = Uuid::new_v4();
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY_LIMIT).await else {
        let error = ApiError::with_status(
            StatusCode::PAYLOAD_TOO_LARGE,
            "RequestEntityTooLarge",
            "The request body cannot be read, or is larger than 1 MiB.",
        );
        return dialect(&parts, b"").fail(request_id, &error);
    };
    let dialect = dialect(&parts, &body);
    match call(&cloud, dialect, &parts, &body, request_id).await {
        Ok(body) => dialect.answer(StatusCode::OK, request_id, body),
        Err(error) => {
            tracing::debug!(code = error.code, message = %error.message, "refused a call");
            dialect.fail(request_id, &error)
        }
    }
}

/// Answers what no service has.
pub(super) async fn unknown_path(request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let text = format!("The simulator has no {} {}.", parts.method, parts.uri.path());
    let error = ApiError::with_status(StatusCode::NOT_FOUND, "UnknownOperationException", text);
    Dialect::Json.fail(Uuid::new_v4(), &error)
}

/// Decided before anything is verified, so that a refusal is readable to who asked.
fn dialect(parts: &Parts, body: &[u8]) -> Dialect {
    let headers = &parts.headers;
    let json = |value: &str| value.starts_with("application/x-amz-json");
    let content_type = headers.get("content-type").and_then(|value| value.to_str().ok());
    if headers.contains_key("x-amz-target") || content_type.is_some_and(json) {
        return Dialect::Json;
    }
    let writes_like_sts = match signed_for(parts).as_deref() {
        Some(service) => ["sts", RDS, ELASTICACHE].contains(&service),
        // One action of STS is not signed.
        None => params(parts, body).get("Version") == Some(STS_VERSION),
    };
    if writes_like_sts {
        Dialect::Sts
    } else {
        Dialect::Ec2
    }
}

/// Which service the signature is for.
fn signed_for(parts: &Parts) -> Option<String> {
    let authorization = Authorization::read(&parts.headers).ok();
    authorization.map(|authorization| authorization.scope.service)
}

async fn call(
    cloud: &CloudState,
    dialect: Dialect,
    parts: &Parts,
    body: &Bytes,
    request_id: Uuid,
) -> Result<Vec<u8>, ApiError> {
    let operation = operation(dialect, parts, body)?;
    cloud.calls.count(operation.name());
    tokio::time::sleep(cloud.faults.current_delay(operation.name())).await;
    if let Operation::Sts(params) = &operation
        && sts::is_unsigned(params)
    {
        fail_by_order(cloud, dialect, operation.name())?;
        return sts::answer_unsigned(cloud, params, request_id);
    }
    let caller = caller(cloud, dialect, &operation, parts, body)?;
    fail_by_order(cloud, dialect, operation.name())?;
    let account = &caller.profile.account;
    if cloud
        .rates
        .refuse(account, &caller.region, operation.service(), Instant::now())
    {
        return Err(ApiError::throttled(dialect));
    }
    cloud.regions.suffer(&caller.region).await?;
    // GetCallerIdentity and GetSessionToken need no permission, at AWS either.
    let is_free = matches!(operation, Operation::Sts(_)) && operation.name().starts_with("Get");
    if !is_free {
        permit(
            cloud,
            dialect,
            Signed::new(operation.service(), operation.name()),
            &caller,
        )?;
    }
    match operation {
        Operation::Ec2(params) => ec2::answer(cloud, &caller, &params, request_id),
        Operation::Sts(params) => sts::answer(cloud, &caller, &params, request_id),
        Operation::Rds(params) => data_stores::answer_rds(&caller, &params, request_id),
        Operation::ElastiCache(params) => data_stores::answer_elasticache(&caller, &params, request_id),
        Operation::Ssm(name) => ssm::answer(cloud, &caller, &name, body, parts.headers.get("host")),
        Operation::Kms(name) => kms::answer(&cloud.kms, &caller, &name, body),
        Operation::Ecs(name) => ecs::answer(cloud, &caller, &name, body, parts.headers.get("host")),
        Operation::InstanceConnect(name) => instance_connect::answer(cloud, &caller, &name, body, request_id),
    }
}

/// What outside hands ordered to go wrong with this call.
pub(super) fn fail_by_order(cloud: &CloudState, dialect: Dialect, operation: &str) -> Result<(), ApiError> {
    if cloud.faults.takes_throttled_call(operation) {
        return Err(ApiError::throttled(dialect));
    }
    if cloud.faults.is_operation_broken(operation) {
        return Err(ApiError::internal());
    }
    Ok(())
}

fn operation(dialect: Dialect, parts: &Parts, body: &Bytes) -> Result<Operation, ApiError> {
    match dialect {
        Dialect::Json => {
            let target = parts
                .headers
                .get("x-amz-target")
                .and_then(|target| target.to_str().ok())
                .unwrap_or("");
            let named = target.split_once('.').filter(|_| parts.method == Method::POST);
            match named.map(|(service, name)| (service, name.to_owned())) {
                Some(("AmazonSSM", name)) => Ok(Operation::Ssm(name)),
                Some(("TrentService", name)) => Ok(Operation::Kms(name)),
                Some(("AmazonEC2ContainerServiceV20141113", name)) => Ok(Operation::Ecs(name)),
                Some(("AWSEC2InstanceConnectService", name)) => Ok(Operation::InstanceConnect(name)),
                Some(_) | None => Err(unknown_operation(target)),
            }
        }
        Dialect::Ec2 => Ok(Operation::Ec2(params(parts, body))),
        Dialect::Sts => {
            let params = params(parts, body);
            Ok(match signed_for(parts).as_deref() {
                Some(RDS) => Operation::Rds(params),
                Some(ELASTICACHE) => Operation::ElastiCache(params),
                Some(_) | None => Operation::Sts(params),
            })
        }
    }
}

fn params(parts: &Parts, body: &[u8]) -> Params {
    Params::read(parts.uri.query().unwrap_or(""), body)
}

fn caller(
    cloud: &CloudState,
    dialect: Dialect,
    operation: &Operation,
    parts: &Parts,
    body: &Bytes,
) -> Result<Caller, ApiError> {
    let request = SignedRequest {
        method: parts.method.as_str(),
        path: parts.uri.path(),
        query: parts.uri.query().unwrap_or(""),
        headers: &parts.headers,
        body,
    };
    authenticate(cloud, request, operation.service(), cloud.faults.now())
        .map_err(|why| ApiError::unauthenticated(dialect, &why))
}

/// Whether the caller may do this.
pub(super) fn permit(
    cloud: &CloudState,
    dialect: Dialect,
    call: Signed<'_>,
    caller: &Caller,
) -> Result<(), ApiError> {
    let (service, name) = (call.service, call.operation);
    let Some(why) = denial(cloud, name, caller) else {
        return Ok(());
    };
    let action = format!("{service}:{name}");
    // EC2's refusals name no resource.
    let resource = format!("arn:aws:{service}:{}:{}:*", caller.region, caller.profile.account);
    Err(ApiError::denied(
        dialect,
        why,
        &caller.principal.arn,
        &action,
        &resource,
    ))
}

/// Why the caller may not do this, if so.
fn denial(cloud: &CloudState, operation: &str, caller: &Caller) -> Option<Denial> {
    let profile = &caller.profile.name;
    let not_allowed = caller.profile.denied
        || cloud.faults.is_denied(profile)
        || cloud.faults.is_operation_denied(operation, Some(profile))
        || !caller.principal.rights.allow(operation);
    if cloud.faults.is_denied_by_organization(profile) {
        Some(Denial::ByOrganization)
    } else {
        not_allowed.then_some(Denial::NotAllowed)
    }
}
