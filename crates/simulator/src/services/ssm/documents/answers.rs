//! GetDocument, DescribeDocument and ListDocuments.

use serde::Deserialize;
use serde_json::{Value, json};

use super::document::{Document, Owner};
use super::{documents, find};
use crate::cloud::CloudState;
use crate::services::Caller;
use crate::wire::put;
use crate::wire::{ApiError, PageTokens};
use crate::wire::{check_length, invalid_token, page_size, read};

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DocumentRequest {
    #[serde(default)]
    name: String,
    document_version: Option<String>,
    document_format: Option<String>,
}

#[derive(Debug, Default, Deserialize, Hash)]
#[serde(default, rename_all = "PascalCase")]
struct ListDocumentsRequest {
    filters: Vec<DocumentFilter>,
    /// The older form of filters.
    document_filter_list: Vec<OlderDocumentFilter>,
    max_results: Option<i64>,
    next_token: Option<String>,
}

#[derive(Debug, Default, Clone, Deserialize, Hash)]
#[serde(default, rename_all = "PascalCase")]
struct DocumentFilter {
    key: String,
    values: Vec<String>,
}

#[derive(Debug, Default, Deserialize, Hash)]
#[serde(default, rename_all = "camelCase")]
struct OlderDocumentFilter {
    key: String,
    value: String,
}

pub(in crate::services::ssm) fn get_document(
    cloud: &CloudState,
    caller: &Caller,
    body: &[u8],
) -> Result<Value, ApiError> {
    let request: DocumentRequest = read(body)?;
    let document = asked(cloud, caller, &request)?;
    match request.document_format.as_deref() {
        None | Some("JSON") => {}
        // AWS would convert it.
        Some(format) => {
            let text = format!("The simulator gives documents as JSON, not as {format}.");
            return Err(ApiError::new("InvalidDocumentFormat", text));
        }
    }
    Ok(json!({
        "Name": document.name,
        "DocumentVersion": "1",
        "Status": "Active",
        "Content": document.content.to_string(),
        "DocumentType": "Session",
        "DocumentFormat": "JSON",
    }))
}

pub(in crate::services::ssm) fn describe_document(
    cloud: &CloudState,
    caller: &Caller,
    body: &[u8],
) -> Result<Value, ApiError> {
    let document = asked(cloud, caller, &read(body)?)?;
    Ok(json!({ "Document": document.description(&caller.profile.account) }))
}

/// Without a filter for the owner every document is listed, shared ones included.
pub(in crate::services::ssm) fn list_documents(
    cloud: &CloudState,
    caller: &Caller,
    body: &[u8],
) -> Result<Value, ApiError> {
    let request: ListDocumentsRequest = read(body)?;
    let size = page_size(request.max_results, 1..=50, 50)?;
    let old = request.document_filter_list.iter().map(|filter| DocumentFilter {
        key: filter.key.clone(),
        values: vec![filter.value.clone()],
    });
    let filters: Vec<DocumentFilter> = request.filters.iter().cloned().chain(old).collect();
    let all = visible(cloud, caller);
    let account = caller.profile.account.as_str();
    let picked = |document: &Document| {
        let passes = filters.iter().all(|filter| passes(filter, document));
        passes.then(|| document.identifier(account))
    };
    let page = PageTokens::new(("documents", account, &caller.region, &filters))
        .page(&all, picked, request.next_token.as_deref(), size)
        .ok_or_else(invalid_token)?;
    let mut answer = json!({ "DocumentIdentifiers": page.items });
    put(&mut answer, "NextToken", page.next.map(Value::from));
    Ok(answer)
}

/// The documents that the caller sees.
fn visible(cloud: &CloudState, caller: &Caller) -> Vec<Document> {
    let key = cloud.preferences.key(&caller.profile.account, &caller.region);
    documents(&caller.region, key.as_deref())
}

fn asked(cloud: &CloudState, caller: &Caller, request: &DocumentRequest) -> Result<Document, ApiError> {
    check_length(&request.name, "name", 128)?;
    let text = format!("Document with name {} does not exist.", request.name);
    let found = find(visible(cloud, caller), Some(&request.name));
    let document = found.ok_or_else(|| ApiError::new("InvalidDocument", text))?;
    match request.document_version.as_deref() {
        version if Document::has_version(version) => Ok(document),
        version => Err(ApiError::new(
            "InvalidDocumentVersion",
            format!(
                "Document version {} of {} does not exist.",
                version.unwrap_or(""),
                document.name
            ),
        )),
    }
}

fn passes(filter: &DocumentFilter, document: &Document) -> bool {
    let any = |matches: &dyn Fn(&str) -> bool| filter.values.iter().any(|value| matches(value));
    let owners: &[&str] = match document.owner {
        Owner::Amazon => &["Amazon", "All"],
        Owner::Own => &["Self", "All"],
        Owner::Shared { .. } => &["Private", "All"],
    };
    match filter.key.as_str() {
        "Name" => any(&|value| document.name.starts_with(value)),
        "DocumentType" => any(&|value| value == "Session"),
        "Owner" => any(&|value| owners.contains(&value)),
        _ => true,
    }
}
