//! The documents that AWS makes, in the shape of its own (schema 1.0) and in our own words.

use serde_json::{Value, json};

use super::Document;
use crate::wire::put;

/// Of the ports that exist (AWS's own pattern).
const PORT_PATTERN: &str =
    "^([1-9]|[1-9][0-9]{1,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$";
/// Likewise, with 0.
const LOCAL_PORT_PATTERN: &str =
    "^([0-9]|[1-9][0-9]{1,3}|[1-5][0-9]{4}|6[0-4][0-9]{3}|65[0-4][0-9]{2}|655[0-2][0-9]|6553[0-5])$";
/// Of hosts (AWS's own pattern, as its refusals quote it).
const HOST_PATTERN: &str = r#"^[^,$^&\(\)!;'"<>\`{}\[\]\|#=]{3,}$"#;
const PORT: &str = "The port of the server.";
const LOCAL_PORT: &str = "The local port; 0 lets the client choose.";
const HOST: &str = "The host name or address of the server.";
/// What a separator prefix may be (the agent's own rule, from its source: no more than letters, digits and a few signs).
const PREFIX_PATTERN: &str = "^[A-Za-z0-9_: \\n-]{0,64}$";

/// All of AWS's but the preferences.
pub(super) fn documents() -> Vec<Document> {
    vec![
        Document::amazon("AWS-StartInteractiveCommand", interactive_command()),
        Document::amazon("AWS-StartNonInteractiveCommand", non_interactive_command()),
        Document::amazon(
            "AWS-StartSSHSession",
            port("Carries an SSH connection.", &[("portNumber", "22", PORT)], None),
        ),
        Document::amazon(
            "AWS-StartPortForwardingSession",
            port(
                "Forwards a port of the node.",
                &[("portNumber", "80", PORT), ("localPortNumber", "0", LOCAL_PORT)],
                Some("LocalPortForwarding"),
            ),
        ),
        Document::amazon(
            "AWS-StartPortForwardingSessionToRemoteHost",
            port(
                "Forwards a port of a host that the node reaches.",
                &[
                    ("host", "localhost", HOST),
                    ("portNumber", "80", PORT),
                    ("localPortNumber", "0", LOCAL_PORT),
                ],
                Some("LocalPortForwarding"),
            ),
        ),
        Document::amazon("AmazonECS-ExecuteInteractiveCommand", interactive_command()),
    ]
}

/// The Region's preferences, which are the document of a plain shell.
pub(super) fn preferences(key: Option<&str>) -> Value {
    shell(
        "Regional settings of Session Manager's shells.",
        key.unwrap_or(""),
        None,
    )
}

/// The document of a shell; `run_as` is the user that it runs as.
pub(super) fn shell(description: &str, key: &str, run_as: Option<&str>) -> Value {
    json!({
        "schemaVersion": "1.0",
        "description": description,
        "sessionType": "Standard_Stream",
        "inputs": {
            "s3BucketName": "",
            "s3KeyPrefix": "",
            "s3EncryptionEnabled": true,
            "cloudWatchLogGroupName": "",
            "cloudWatchEncryptionEnabled": true,
            "cloudWatchStreamingEnabled": false,
            "kmsKeyId": key,
            "runAsEnabled": run_as.is_some(),
            "runAsDefaultUser": run_as.unwrap_or(""),
            "idleSessionTimeout": "20",
            "maxSessionDuration": "",
            "shellProfile": { "windows": "", "linux": "" }
        }
    })
}

/// The same commands for each system.
pub(super) fn on_every_system(properties: Value) -> Value {
    json!({ "windows": properties.clone(), "macOS": properties.clone(), "linux": properties })
}

fn interactive_command() -> Value {
    json!({
        "schemaVersion": "1.0",
        "description": "Runs a command with a terminal.",
        "sessionType": "InteractiveCommands",
        "parameters": { "command": { "type": "String", "description": "The command to run." } },
        "properties": on_every_system(json!({ "commands": "{{ command }}", "runAsElevated": false })),
    })
}

/// That this document has the three parameters behind `command`, and their forms, is not checked against AWS.
fn non_interactive_command() -> Value {
    json!({
        "schemaVersion": "1.0",
        "description": "Runs a command without a terminal.",
        "sessionType": "NonInteractiveCommands",
        "parameters": {
            "command": { "type": "String", "description": "The command to run." },
            "separateOutputStream": {
                "type": "String",
                "description": "Whether standard error and the exit code travel on their own.",
                "default": "False",
                "allowedValues": ["True", "False"],
            },
            "stdOutSeparatorPrefix": {
                "type": "String",
                "description": "A text in front of standard output.",
                "default": "",
                "allowedPattern": PREFIX_PATTERN,
            },
            "stdErrSeparatorPrefix": {
                "type": "String",
                "description": "A text in front of standard error.",
                "default": "",
                "allowedPattern": PREFIX_PATTERN,
            },
        },
        "properties": on_every_system(json!({
            "commands": "{{ command }}",
            "runAsElevated": false,
            "separateOutputStream": "{{ separateOutputStream }}",
            "stdOutSeparatorPrefix": "{{ stdOutSeparatorPrefix }}",
            "stdErrSeparatorPrefix": "{{ stdErrSeparatorPrefix }}",
        })),
    })
}

fn port(description: &str, parameters: &[(&str, &str, &str)], forwarding: Option<&str>) -> Value {
    let mut declared = json!({});
    let mut properties = json!({});
    for (name, default, text) in parameters {
        let pattern = match *name {
            "host" => HOST_PATTERN,
            "localPortNumber" => LOCAL_PORT_PATTERN,
            _ => PORT_PATTERN,
        };
        let mut parameter = json!({ "type": "String", "description": text, "allowedPattern": pattern });
        put(
            &mut parameter,
            "default",
            (!default.is_empty()).then(|| json!(default)),
        );
        put(&mut declared, name, Some(parameter));
        put(&mut properties, name, Some(json!(format!("{{{{ {name} }}}}"))));
    }
    put(&mut properties, "type", forwarding.map(Value::from));
    json!({
        "schemaVersion": "1.0",
        "description": description,
        "sessionType": "Port",
        "parameters": declared,
        "properties": properties
    })
}
