//! The three ways in which AWS writes answers: EC2's XML, the XML of STS, and JSON 1.1.

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use uuid::Uuid;

use super::api_error::ApiError;
use super::xml::{document, element, text};

/// How the caller's service writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    Ec2,
    Sts,
    Json,
}

/// The header that the SDKs show as request id.
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

impl Dialect {
    /// An answer with its body.
    pub(crate) fn answer(self, status: StatusCode, request_id: Uuid, body: Vec<u8>) -> Response {
        let mut response = (status, [(CONTENT_TYPE, self.content_type())], body).into_response();
        if let Ok(id) = HeaderValue::from_str(&request_id.to_string()) {
            response.headers_mut().insert(REQUEST_ID, id);
        }
        response
    }

    /// An answer that says what failed.
    pub(crate) fn fail(self, request_id: Uuid, failure: &ApiError) -> Response {
        let body = match self {
            Self::Json => json_failure(failure),
            Self::Ec2 => ec2_failure(failure, request_id),
            Self::Sts => sts_failure(failure, request_id),
        };
        self.answer(failure.status, request_id, body)
    }

    fn content_type(self) -> &'static str {
        match self {
            Self::Ec2 => "text/xml;charset=UTF-8",
            Self::Sts => "text/xml",
            Self::Json => "application/x-amz-json-1.1",
        }
    }
}

fn json_failure(failure: &ApiError) -> Vec<u8> {
    serde_json::json!({ "__type": failure.code, "message": failure.message })
        .to_string()
        .into_bytes()
}

/// Writing into memory does not fail, so an empty body never happens.
fn ec2_failure(failure: &ApiError, request_id: Uuid) -> Vec<u8> {
    let body = document("Response", None, |xml| {
        element(xml, "Errors", |xml| {
            element(xml, "Error", |xml| {
                text(xml, "Code", failure.code)?;
                text(xml, "Message", &failure.message)
            })
        })?;
        text(xml, "RequestID", &request_id.to_string())
    });
    body.unwrap_or_default()
}

fn sts_failure(failure: &ApiError, request_id: Uuid) -> Vec<u8> {
    let body = document(
        "ErrorResponse",
        Some("https://sts.amazonaws.com/doc/2011-06-15/"),
        |xml| {
            element(xml, "Error", |xml| {
                text(
                    xml,
                    "Type",
                    if failure.status.is_server_error() {
                        "Receiver"
                    } else {
                        "Sender"
                    },
                )?;
                text(xml, "Code", failure.code)?;
                text(xml, "Message", &failure.message)
            })?;
            text(xml, "RequestId", &request_id.to_string())
        },
    );
    body.unwrap_or_default()
}
