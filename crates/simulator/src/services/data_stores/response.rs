//! The outer shape of the answers of both services.

use std::io;

use uuid::Uuid;

use crate::services::Caller;
use crate::wire::{ApiError, Params, XmlWriter, document, element, text};
use crate::world::{DataStore, DataStoreKind, data_stores};

/// A document with the result of an action, and the request's id.
pub(super) fn response(
    namespace: &str,
    action: &str,
    request_id: Uuid,
    result: impl FnOnce(&mut XmlWriter) -> io::Result<()>,
) -> Result<Vec<u8>, ApiError> {
    Ok(document(&format!("{action}Response"), Some(namespace), |xml| {
        element(xml, &format!("{action}Result"), result)?;
        element(xml, "ResponseMetadata", |xml| {
            text(xml, "RequestId", &request_id.to_string())
        })
    })?)
}

/// The caller's data stores of one kind; with a name, the one that has it.
pub(super) fn asked(
    caller: &Caller,
    params: &Params,
    kind: DataStoreKind,
    name: &str,
    not_found: &'static str,
) -> Result<Vec<DataStore>, ApiError> {
    let mut stores = data_stores(&caller.profile.account, &caller.region);
    stores.retain(|store| store.kind == kind && params.get(name).is_none_or(|name| name == store.name));
    match params.get(name) {
        Some(name) if stores.is_empty() => Err(ApiError::with_status(
            axum::http::StatusCode::NOT_FOUND,
            not_found,
            format!("{name} not found."),
        )),
        Some(_) | None => Ok(stores),
    }
}

/// What the service says to an action that it does not have.
pub(super) fn unknown(action: &str) -> ApiError {
    ApiError::new("InvalidAction", format!("Could not find operation {action}"))
}
