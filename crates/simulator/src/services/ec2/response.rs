//! The outer shape of EC2's answers.

use std::io;

use uuid::Uuid;

use crate::wire::{ApiError, XmlWriter, document, text};

/// A document with the root `root`, which begins with the request's id.
pub(super) fn response(
    root: &str,
    request_id: Uuid,
    content: impl FnOnce(&mut XmlWriter) -> io::Result<()>,
) -> Result<Vec<u8>, ApiError> {
    let namespace = Some("http://ec2.amazonaws.com/doc/2016-11-15/");
    Ok(document(root, namespace, |xml| {
        text(xml, "requestId", &request_id.to_string())?;
        content(xml)
    })?)
}
