//! Nodes for other programs: as a table of comma-separated values or as JSON.

use std::{
    fs::OpenOptions,
    io::Write,
    path::{Path, PathBuf},
};

use postern_fleet::{Node, spreadsheet_text};
use postern_model::{Pair, display_text};
use serde_json::{Map, Value};
use tokio::task::spawn_blocking;

use super::{field::NodeField, finder::bad_column};
use crate::contract::{ErrorView, ExportFormat, NodeExportView};

/// The fields of the columns, in their order.
///
/// # Errors
/// `bad-column`.
pub(crate) fn exported_fields(columns: &[String]) -> Result<Vec<NodeField>, ErrorView> {
    let fields = columns
        .iter()
        .map(|column| NodeField::parse(column).ok_or_else(|| bad_column(column)));
    fields.collect()
}

/// These nodes with these fields, a line or an object each.
pub(crate) fn exported(nodes: &[(&Pair, &Node)], fields: &[NodeField], format: ExportFormat) -> String {
    match format {
        ExportFormat::Csv => comma_separated(nodes, fields),
        ExportFormat::Json => json(nodes, fields),
    }
}

fn comma_separated(nodes: &[(&Pair, &Node)], fields: &[NodeField]) -> String {
    let mut table = csv::Writer::from_writer(Vec::new());
    let head = fields.iter().map(|field| spreadsheet_text(field.to_string()));
    let lines = nodes.iter().map(|(pair, node)| {
        let cells = fields
            .iter()
            .map(|field| spreadsheet_text(field.text(pair, node).into_owned()));
        cells.collect::<Vec<_>>()
    });
    for line in [head.collect::<Vec<_>>()].into_iter().chain(lines) {
        // Writing to memory does not fail.
        let _written = table.write_record(line);
    }
    let bytes = table.into_inner().unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn json(nodes: &[(&Pair, &Node)], fields: &[NodeField]) -> String {
    let objects = nodes.iter().map(|(pair, node)| {
        let members = fields.iter().map(|field| {
            let text = field.text(pair, node);
            let value = if text.is_empty() {
                Value::Null
            } else {
                Value::from(text.into_owned())
            };
            (field.to_string(), value)
        });
        Value::Object(members.collect::<Map<_, _>>())
    });
    format!("{:#}\n", Value::Array(objects.collect()))
}

/// Writes a text into a new file, or in place of one where that is wanted.
///
/// # Errors
/// `bad-path`, `file-exists`, `not-written`.
pub(crate) async fn write_export(
    text: String,
    path: String,
    replace: bool,
) -> Result<NodeExportView, ErrorView> {
    let file = PathBuf::from(path.trim());
    if !file.is_absolute() || file.file_name().is_none() {
        return Err(bad_path());
    }
    let shown = display_text(&file.display().to_string());
    let writing = spawn_blocking(move || write(&file, &text, replace));
    let written = writing
        .await
        .unwrap_or_else(|error| Err(std::io::Error::other(error)));
    match written {
        Ok(()) => Ok(NodeExportView {
            text: None,
            path: Some(shown),
        }),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Err(exists(&shown)),
        Err(error) => Err(not_written(&shown, &error)),
    }
}

fn write(path: &Path, text: &str, replace: bool) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true);
    if replace {
        options.create(true).truncate(true);
    } else {
        options.create_new(true);
    }
    let mut file = options.open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn bad_path() -> ErrorView {
    ErrorView::new(
        "bad-path",
        "A file is named by its folder and its name, from the root of the disk.",
        "Write the whole path.",
    )
}

fn exists(path: &str) -> ErrorView {
    ErrorView::new(
        "file-exists",
        format!("{path} is there already."),
        "Replace it, or write another name.",
    )
}

fn not_written(path: &str, error: &std::io::Error) -> ErrorView {
    ErrorView {
        detail: Some(display_text(&error.to_string())),
        ..ErrorView::new(
            "not-written",
            format!("{path} could not be written."),
            "Choose a folder that exists and that you may write into.",
        )
    }
}

#[cfg(test)]
mod tests {
    use postern_model::{InstanceState, NodeId, NodeKind, ProfileName, Region, Tag};

    use super::*;

    fn pair() -> Pair {
        Pair {
            profile: ProfileName::parse("acme-prod").unwrap(),
            region: Region::parse("eu-central-1").unwrap(),
        }
    }

    fn node(name: &str) -> Node {
        Node {
            id: NodeId::parse("i-0a1b2c3d").unwrap(),
            name: name.into(),
            account: None,
            kind: NodeKind::Ec2,
            state: InstanceState::Running,
            ping: None,
            last_ping_at_ms: None,
            agent_version: None,
            platform: None,
            platform_name: None,
            instance_type: None,
            zone: None,
            private_ip: None,
            public_ip: None,
            role: None,
            launched_at_ms: None,
            tags: vec![Tag {
                key: "owner".into(),
                value: "Ada, \"Ops\"".into(),
            }],
        }
    }

    fn fields() -> Vec<NodeField> {
        exported_fields(&["id", "name", "tag:owner", "type"].map(String::from)).unwrap()
    }

    #[test]
    fn a_table_is_read_again_as_it_was_and_runs_nothing_in_a_spreadsheet() {
        let (pair, node) = (pair(), node("=cmd|'/C calc'!A0"));
        let text = exported(&[(&pair, &node)], &fields(), ExportFormat::Csv);
        let mut table = csv::Reader::from_reader(text.as_bytes());
        assert_eq!(table.headers().unwrap(), vec!["id", "name", "tag:owner", "type"]);
        let line = table.records().next().unwrap().unwrap();
        assert_eq!(
            &line,
            &vec!["i-0a1b2c3d", "'=cmd|'/C calc'!A0", "Ada, \"Ops\"", ""]
        );
    }

    #[test]
    fn json_has_an_object_for_each_node_with_null_for_what_is_not_known() {
        let (pair, node) = (pair(), node("web"));
        let text = exported(&[(&pair, &node)], &fields(), ExportFormat::Json);
        let value: Value = serde_json::from_str(&text).unwrap();
        let expected = serde_json::json!([
            { "id": "i-0a1b2c3d", "name": "web", "tag:owner": "Ada, \"Ops\"", "type": null }
        ]);
        assert_eq!(value, expected);
        assert_eq!(
            exported_fields(&["colour".into()]).unwrap_err().code,
            "bad-column"
        );
    }

    #[tokio::test]
    async fn a_file_is_replaced_only_when_that_is_wanted() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("nodes.csv").display().to_string();
        let write = |text: &str, replace| write_export(text.to_owned(), path.clone(), replace);
        assert_eq!(write("one", false).await.unwrap().path.unwrap(), path);
        assert_eq!(write("two", false).await.unwrap_err().code, "file-exists");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "one");
        write("3", true).await.unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "3");
        let relative = write_export(String::new(), "nodes.csv".into(), false).await;
        assert_eq!(relative.unwrap_err().code, "bad-path");
        let nowhere = folder.path().join("nowhere/nodes.csv").display().to_string();
        assert_eq!(
            write_export(String::new(), nowhere, false)
                .await
                .unwrap_err()
                .code,
            "not-written"
        );
    }
}
