//! The Session documents that exist: GetDocument, DescribeDocument and ListDocuments.

use serde::Deserialize;
use serde_json::{Value, json};

use super::information::put;
use super::request::{check_length, invalid_token, page_size, read};
use crate::server::{Failure, PageTokens};

/// What the agent does for a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DocumentKind {
    /// A shell: `Standard_Stream`.
    Shell,
    /// A command with a terminal: `InteractiveCommands`, parameter `command`.
    InteractiveCommand,
    /// A command without a terminal: `NonInteractiveCommands`, parameter `command`.
    NonInteractiveCommand,
    /// The same with `separateOutputStream`: standard error and the exit code travel on their own.
    NonInteractiveCommandSeparateOutput,
    /// A TCP connection without listener at the client (SSH): `Port`.
    SshPort,
    /// A forward to a port of the node: `Port`, `LocalPortForwarding`.
    PortForward,
    /// A forward to a port of another host: `Port`, `LocalPortForwarding` with `host`.
    RemoteHostForward,
}

/// The document of a StartSession that names none.
pub(super) const DEFAULT_DOCUMENT: &str = "SSM-SessionManagerRunShell";

const DOCUMENTS: &[(&str, DocumentKind)] = &[
    (DEFAULT_DOCUMENT, DocumentKind::Shell),
    ("AWS-StartInteractiveCommand", DocumentKind::InteractiveCommand),
    (
        "AWS-StartNonInteractiveCommand",
        DocumentKind::NonInteractiveCommand,
    ),
    // AWS has no such document of its own; customers make them, and so did acme.
    (
        "Acme-NonInteractiveCommand-SeparateOutput",
        DocumentKind::NonInteractiveCommandSeparateOutput,
    ),
    ("AWS-StartSSHSession", DocumentKind::SshPort),
    ("AWS-StartPortForwardingSession", DocumentKind::PortForward),
    (
        "AWS-StartPortForwardingSessionToRemoteHost",
        DocumentKind::RemoteHostForward,
    ),
];

/// The kind of the document with this name or ARN; `None` when there is none.
pub(crate) fn document(name: &str) -> Option<DocumentKind> {
    DOCUMENTS
        .iter()
        .find(|(own, _)| *own == plain_name(name))
        .map(|(_, kind)| *kind)
}

/// The name of a document that is named by its ARN, or the name itself.
pub(super) fn plain_name(name: &str) -> &str {
    name.rsplit_once(":document/").map_or(name, |(_, last)| last)
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct NameRequest {
    #[serde(default)]
    name: String,
    document_version: Option<String>,
}

#[derive(Debug, Default, Deserialize, Hash)]
#[serde(default, rename_all = "PascalCase")]
struct ListRequest {
    filters: Vec<ListFilter>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

#[derive(Debug, Default, Deserialize, Hash)]
#[serde(default, rename_all = "PascalCase")]
struct ListFilter {
    key: String,
    values: Vec<String>,
}

pub(super) fn get_document(body: &[u8]) -> Result<Value, Failure> {
    let (name, kind) = asked(body)?;
    Ok(json!({
        "Name": name,
        "DocumentVersion": "1",
        "Status": "Active",
        "Content": content(name, kind).to_string(),
        "DocumentType": "Session",
        "DocumentFormat": "JSON",
    }))
}

pub(super) fn describe_document(body: &[u8]) -> Result<Value, Failure> {
    let (name, kind) = asked(body)?;
    let content = content(name, kind);
    let mut document = identifier(name);
    let member = |member: &str| content.get(member).cloned();
    put(&mut document, "Description", member("description"));
    put(&mut document, "Status", Some(json!("Active")));
    put(&mut document, "LatestVersion", Some(json!("1")));
    put(&mut document, "DefaultVersion", Some(json!("1")));
    put(
        &mut document,
        "Parameters",
        member("parameters")
            .as_ref()
            .and_then(Value::as_object)
            .map(described),
    );
    Ok(json!({ "Document": document }))
}

pub(super) fn list_documents(body: &[u8]) -> Result<Value, Failure> {
    let request: ListRequest = read(body)?;
    let size = page_size(request.max_results, 1..=50, 50)?;
    let asked = |document: &'static (&str, DocumentKind)| {
        let passes = request.filters.iter().all(|filter| passes(filter, document.0));
        passes.then_some(document)
    };
    let tokens = PageTokens::new(("documents", &request.filters));
    let page = tokens
        .page(DOCUMENTS, asked, request.next_token.as_deref(), size)
        .ok_or_else(invalid_token)?;
    let list: Vec<Value> = page.items.into_iter().map(|(name, _)| identifier(name)).collect();
    let mut answer = json!({ "DocumentIdentifiers": list });
    put(&mut answer, "NextToken", page.next.map(Value::from));
    Ok(answer)
}

fn asked(body: &[u8]) -> Result<(&'static str, DocumentKind), Failure> {
    let request: NameRequest = read(body)?;
    check_length(&request.name, "name", 128)?;
    let found = DOCUMENTS
        .iter()
        .find(|(own, _)| *own == plain_name(&request.name))
        .copied();
    let text = format!("Document with name {} does not exist.", request.name);
    let found = found.ok_or_else(|| Failure::new("InvalidDocument", text))?;
    match request.document_version.as_deref() {
        None | Some("1" | "$LATEST" | "$DEFAULT") => Ok(found),
        Some(version) => Err(Failure::new(
            "InvalidDocumentVersion",
            format!("Document version {version} of {} does not exist.", found.0),
        )),
    }
}

fn passes(filter: &ListFilter, name: &str) -> bool {
    let any = |matches: &dyn Fn(&str) -> bool| filter.values.iter().any(|value| matches(value));
    let owner = if name.starts_with("AWS-") {
        "Amazon"
    } else {
        "Self"
    };
    match filter.key.as_str() {
        "Name" => any(&|value| name.starts_with(value)),
        "DocumentType" => any(&|value| value == "Session"),
        "Owner" => any(&|value| value == owner || value == "All"),
        _ => true,
    }
}

fn identifier(name: &str) -> Value {
    json!({
        "Name": name,
        "Owner": if name.starts_with("AWS-") { "Amazon" } else { "Self" },
        "PlatformTypes": ["Windows", "Linux", "MacOS"],
        "DocumentVersion": "1",
        "DocumentType": "Session",
        "SchemaVersion": "1.0",
        "DocumentFormat": "JSON",
        "Tags": [],
    })
}

fn described(parameters: &serde_json::Map<String, Value>) -> Value {
    let describe = |(name, parameter): (&String, &Value)| {
        let mut described = json!({ "Name": name, "Type": parameter.get("type"), "Description": parameter.get("description") });
        let default = parameter.get("default").and_then(Value::as_str);
        put(&mut described, "DefaultValue", default.map(Value::from));
        described
    };
    Value::Array(parameters.iter().map(describe).collect())
}

/// The document's text in the shape of AWS's Session documents (schema 1.0), written in our own words.
fn content(name: &str, kind: DocumentKind) -> Value {
    let description = format!("{name}: {}", describe(kind));
    match kind {
        DocumentKind::Shell => shell(&description),
        DocumentKind::InteractiveCommand => command(&description, "InteractiveCommands", false),
        DocumentKind::NonInteractiveCommand => command(&description, "NonInteractiveCommands", false),
        DocumentKind::NonInteractiveCommandSeparateOutput => {
            command(&description, "NonInteractiveCommands", true)
        }
        DocumentKind::SshPort => port(&description, &[("portNumber", "22", PORT)], None),
        DocumentKind::PortForward => {
            let parameters = [("portNumber", "80", PORT), ("localPortNumber", "0", LOCAL_PORT)];
            port(&description, &parameters, Some("LocalPortForwarding"))
        }
        DocumentKind::RemoteHostForward => {
            let parameters = [
                ("host", "", HOST),
                ("portNumber", "80", PORT),
                ("localPortNumber", "0", LOCAL_PORT),
            ];
            port(&description, &parameters, Some("LocalPortForwarding"))
        }
    }
}

fn describe(kind: DocumentKind) -> &'static str {
    match kind {
        DocumentKind::Shell => "Regional settings of Session Manager's shells.",
        DocumentKind::InteractiveCommand => "Runs a command with a terminal.",
        DocumentKind::NonInteractiveCommand => "Runs a command without a terminal.",
        DocumentKind::NonInteractiveCommandSeparateOutput => {
            "Runs a command without a terminal and keeps its two outputs apart."
        }
        DocumentKind::SshPort => "Carries an SSH connection.",
        DocumentKind::PortForward => "Forwards a port of the node.",
        DocumentKind::RemoteHostForward => "Forwards a port of a host that the node reaches.",
    }
}

fn shell(description: &str) -> Value {
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
            "kmsKeyId": "",
            "runAsEnabled": false,
            "runAsDefaultUser": "",
            "idleSessionTimeout": "20",
            "maxSessionDuration": "",
            "shellProfile": { "windows": "", "linux": "" }
        }
    })
}

fn command(description: &str, session_type: &str, separate_output: bool) -> Value {
    let commands = json!({ "commands": "{{ command }}", "runAsElevated": false });
    let mut properties = json!({ "windows": commands, "macOS": commands, "linux": commands });
    if separate_output {
        for system in ["windows", "macOS", "linux"] {
            if let Some(system) = properties.get_mut(system) {
                put(system, "separateOutputStream", Some(json!("true")));
            }
        }
    }
    json!({
        "schemaVersion": "1.0",
        "description": description,
        "sessionType": session_type,
        "parameters": { "command": { "type": "String", "description": "The command to run." } },
        "properties": properties
    })
}

const PORT: &str = "The port of the server.";
const LOCAL_PORT: &str = "The local port; 0 lets the client choose.";
const HOST: &str = "The host name or address of the server.";

fn port(description: &str, parameters: &[(&str, &str, &str)], forwarding: Option<&str>) -> Value {
    let mut declared = json!({});
    let mut properties = json!({});
    for (name, default, text) in parameters {
        let pattern = if *name == "host" {
            "^[^,$^&(!;'\\\"<>`{}\\[\\]|#=]{3,}$"
        } else {
            "^[0-9]{1,5}$"
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_found_by_name_and_by_arn() {
        assert_eq!(document("AWS-StartSSHSession"), Some(DocumentKind::SshPort));
        assert_eq!(
            document("arn:aws:ssm:eu-central-1:104729551234:document/AWS-StartPortForwardingSession"),
            Some(DocumentKind::PortForward)
        );
        assert_eq!(document("AWS-Nothing"), None);
    }

    #[test]
    fn every_document_has_content_with_its_session_type_and_parameters() {
        for (name, kind) in DOCUMENTS {
            let body = json!({ "Name": name }).to_string();
            let answer = get_document(body.as_bytes()).unwrap();
            let content: Value = serde_json::from_str(answer["Content"].as_str().unwrap()).unwrap();
            assert!(
                content["sessionType"].is_string() && content["schemaVersion"] == "1.0",
                "{name}"
            );
            let described = describe_document(body.as_bytes()).unwrap();
            let parameters = described["Document"]["Parameters"].as_array().map_or(0, Vec::len);
            let declared = content["parameters"].as_object().map_or(0, serde_json::Map::len);
            assert_eq!(parameters, declared, "{name} {kind:?}");
        }
    }

    #[test]
    fn unknown_documents_and_versions_are_refused() {
        assert_eq!(
            get_document(br#"{"Name":"AWS-Nothing"}"#).unwrap_err().code,
            "InvalidDocument"
        );
        let version = br#"{"Name":"AWS-StartSSHSession","DocumentVersion":"7"}"#;
        assert_eq!(get_document(version).unwrap_err().code, "InvalidDocumentVersion");
        assert_eq!(get_document(b"{").unwrap_err().code, "SerializationException");
        assert_eq!(get_document(b"").unwrap_err().code, "ValidationException");
    }
}
