//! A Session document that keeps the two outputs of a command apart.

use serde_json::json;

/// The document as JSON text, ready for `aws ssm create-document`.
pub(super) fn document() -> String {
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
