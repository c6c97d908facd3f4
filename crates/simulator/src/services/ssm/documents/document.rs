//! One Session document: its name, its owner and its content.

use serde_json::{Value, json};

use crate::wire::put;

/// Whose a document is, in the words of ListDocuments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Owner {
    /// AWS's own.
    Amazon,
    /// The caller's account's.
    Own,
    /// Another account's, shared with the caller's; such documents are named by their ARN.
    Shared { account: String },
}

/// A document of type Session, schema 1.0.
#[derive(Debug, Clone)]
pub(crate) struct Document {
    /// The ARN, where it is shared.
    pub(crate) name: String,
    pub(crate) owner: Owner,
    pub(crate) content: Value,
}

impl Document {
    /// A document of AWS.
    pub(super) fn amazon(name: &str, content: Value) -> Self {
        Self {
            name: name.to_owned(),
            owner: Owner::Amazon,
            content,
        }
    }

    /// A document of the caller's account.
    pub(super) fn own(name: &str, content: Value) -> Self {
        Self {
            name: name.to_owned(),
            owner: Owner::Own,
            content,
        }
    }

    /// Whether `name` is its name, or an ARN that ends in it; a shared one answers to its ARN only.
    pub(crate) fn is_named(&self, name: &str) -> bool {
        let plain = name.rsplit_once(":document/").map_or(name, |(_, last)| last);
        self.name == name || self.name == plain
    }

    /// A text in the content by its path, empty where there is none.
    pub(crate) fn text(&self, path: &str) -> &str {
        self.content.pointer(path).and_then(Value::as_str).unwrap_or("")
    }

    /// What the API says to a `DocumentVersion` that the document does not have.
    pub(super) fn has_version(version: Option<&str>) -> bool {
        matches!(version, None | Some("1" | "$LATEST" | "$DEFAULT"))
    }

    /// A member of ListDocuments' answer.
    pub(super) fn identifier(&self, account: &str) -> Value {
        json!({
            "Name": self.name,
            "Owner": match &self.owner {
                Owner::Amazon => "Amazon",
                Owner::Own => account,
                Owner::Shared { account } => account,
            },
            "PlatformTypes": ["Windows", "Linux", "MacOS"],
            "DocumentVersion": "1",
            "DocumentType": "Session",
            "SchemaVersion": "1.0",
            "DocumentFormat": "JSON",
            "Tags": [],
        })
    }

    /// What DescribeDocument says.
    pub(super) fn description(&self, account: &str) -> Value {
        let mut document = self.identifier(account);
        put(
            &mut document,
            "Description",
            self.content.get("description").cloned(),
        );
        put(&mut document, "Status", Some(json!("Active")));
        put(&mut document, "LatestVersion", Some(json!("1")));
        put(&mut document, "DefaultVersion", Some(json!("1")));
        let parameters = self.content.get("parameters").and_then(Value::as_object);
        put(&mut document, "Parameters", parameters.map(described));
        document
    }
}

fn described(parameters: &serde_json::Map<String, Value>) -> Value {
    let describe = |(name, parameter): (&String, &Value)| {
        let mut described = json!({
            "Name": name,
            "Type": parameter.get("type"),
            "Description": parameter.get("description"),
        });
        // The API writes every default as a text.
        let default = parameter.get("default").map(|default| match default.as_str() {
            Some(text) => text.to_owned(),
            None => default.to_string(),
        });
        put(&mut described, "DefaultValue", default.map(Value::from));
        described
    };
    Value::Array(parameters.iter().map(describe).collect())
}
