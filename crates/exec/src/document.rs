//! The Session document that makes a command's session: what is known of it, and one that keeps the outputs apart.

use postern_model::{ControlError, DocumentName, Documents, Scope, SessionDocument};
use serde_json::json;

/// What is known of a document; nothing where the caller may start its sessions but not read it.
///
/// # Errors
/// Any [`ControlError`] but [`ControlError::Denied`].
pub async fn known_document(
    documents: &dyn Documents,
    scope: &Scope,
    document: &DocumentName,
) -> Result<Option<SessionDocument>, ControlError> {
    match documents.session_document(scope, document).await {
        Ok(known) => Ok(Some(known)),
        Err(ControlError::Denied { action, .. }) => {
            tracing::info!(%document, %action, "the document may not be read");
            Ok(None)
        }
        Err(error) => Err(error),
    }
}

/// A document that keeps the two outputs of a command apart, as JSON text, ready for `aws ssm create-document`.
#[must_use]
pub fn document_that_separates() -> String {
    let run = json!({ "commands": "{{ command }}", "runAsElevated": false, "separateOutputStream": true });
    let document = json!({
        "schemaVersion": "1.0",
        "description": "Runs a command without a terminal. Its output, its errors and its exit status travel on their own.",
        "sessionType": "NonInteractiveCommands",
        "parameters": {
            "command": { "type": "String", "description": "The command line to run." }
        },
        "properties": { "linux": run, "macOS": run, "windows": run }
    });
    format!("{document:#}\n")
}
