//! SSM ListDocuments, GetDocument and DescribeDocument for documents of the type Session.

mod content;

use async_trait::async_trait;
use aws_sdk_ssm::types::{
    DocumentDescription, DocumentFormat, DocumentIdentifier, DocumentKeyValuesFilter, DocumentType,
};
use postern_model::{
    ControlError, DocumentName, DocumentSummary, Documents, Page, PageToken, Scope, SessionDocument,
    display_text,
};

use crate::AwsControlPlane;
use crate::call::Call;
use crate::clients::Clients;
use crate::service::Service;
use crate::subject::Subject;
use content::Described;

#[async_trait]
impl Documents for AwsControlPlane {
    async fn session_documents(
        &self,
        scope: &Scope,
        page: Option<PageToken>,
    ) -> Result<Page<DocumentSummary>, ControlError> {
        let page = page.as_ref();
        self.call(scope, |clients| async move { list(&clients, scope, page).await })
            .await
    }

    async fn session_document(
        &self,
        scope: &Scope,
        name: &DocumentName,
    ) -> Result<SessionDocument, ControlError> {
        self.call(scope, |clients| async move { get(&clients, scope, name).await })
            .await
    }
}

/// The most that SSM gives in one page.
const DOCUMENTS_PER_PAGE: i32 = 50;

/// Whose documents are listed, one after the other: SSM takes one owner in a request. `Private` are those that other
/// accounts share with this one.
const OWNERS: [&str; 3] = ["Self", "Amazon", "Private"];

/// Between the owner and SSM's own token in a token of ours.
const IN_TOKEN: char = ':';

/// One page of documents.
async fn list(
    clients: &Clients,
    scope: &Scope,
    page: Option<&PageToken>,
) -> Result<Page<DocumentSummary>, ControlError> {
    let call = Call {
        scope,
        service: Service::Ssm,
        operation: "ListDocuments",
        subject: Subject::Listing,
        clients,
    };
    let (owner, token) = place(page);
    let asked = clients
        .ssm
        .list_documents()
        .filters(filter("DocumentType", "Session"))
        .filters(filter("Owner", owner))
        .max_results(DOCUMENTS_PER_PAGE)
        .set_next_token(token);
    let answer = asked.send().await.map_err(|error| call.failed(&error))?;
    Ok(Page {
        items: answer.document_identifiers().iter().filter_map(summary).collect(),
        next: next_place(owner, answer.next_token()),
    })
}

/// A document by its name; what DescribeDocument says of it where its content may not be read.
async fn get(clients: &Clients, scope: &Scope, name: &DocumentName) -> Result<SessionDocument, ControlError> {
    let denied = match content(clients, scope, name).await {
        Err(error @ ControlError::Denied { .. }) => error,
        answer => return answer,
    };
    match description(clients, scope, name).await {
        Err(ControlError::Denied { .. }) => Err(denied),
        answer => answer,
    }
}

async fn content(
    clients: &Clients,
    scope: &Scope,
    name: &DocumentName,
) -> Result<SessionDocument, ControlError> {
    let call = about(clients, scope, name, "GetDocument");
    let asked = clients
        .ssm
        .get_document()
        .name(name.as_str())
        .document_format(DocumentFormat::Json);
    let answer = asked.send().await.map_err(|error| call.failed(&error))?;
    is_session(name, answer.document_type())?;
    let content = answer.content().unwrap_or_default();
    content::parse(name, content).map_err(|detail| invalid(name, &detail))
}

async fn description(
    clients: &Clients,
    scope: &Scope,
    name: &DocumentName,
) -> Result<SessionDocument, ControlError> {
    let call = about(clients, scope, name, "DescribeDocument");
    let asked = clients.ssm.describe_document().name(name.as_str());
    let answer = asked.send().await.map_err(|error| call.failed(&error))?;
    let document = answer
        .document()
        .ok_or_else(|| call.malformed("it has no document"))?;
    is_session(name, document.document_type())?;
    Ok(described(name, document))
}

fn about<'a>(
    clients: &'a Clients,
    scope: &'a Scope,
    name: &'a DocumentName,
    operation: &'static str,
) -> Call<'a> {
    Call {
        scope,
        service: Service::Ssm,
        operation,
        subject: Subject::Document(name),
        clients,
    }
}

fn is_session(name: &DocumentName, kind: Option<&DocumentType>) -> Result<(), ControlError> {
    match kind {
        Some(DocumentType::Session) | None => Ok(()),
        Some(other) => Err(invalid(
            name,
            &format!("It is of the type {}, not Session.", display_text(other.as_str())),
        )),
    }
}

fn invalid(name: &DocumentName, detail: &str) -> ControlError {
    ControlError::InvalidDocument {
        document: name.to_string(),
        detail: detail.to_owned(),
    }
}

fn described(name: &DocumentName, document: &DocumentDescription) -> SessionDocument {
    let parameters = document.parameters().iter().filter_map(|parameter| {
        Some(Described {
            name: parameter.name()?,
            kind: parameter.r#type().map_or("String", |kind| kind.as_str()),
            description: parameter.description().unwrap_or_default(),
            default: parameter.default_value(),
        })
    });
    content::described(name, document.description().unwrap_or_default(), parameters)
}

fn summary(document: &DocumentIdentifier) -> Option<DocumentSummary> {
    if !matches!(document.document_type(), Some(DocumentType::Session) | None) {
        return None;
    }
    Some(DocumentSummary {
        name: DocumentName::parse(document.name()?).ok()?,
        owner: display_text(document.owner().unwrap_or_default()),
    })
}

fn filter(key: &str, value: &str) -> DocumentKeyValuesFilter {
    DocumentKeyValuesFilter::builder().key(key).values(value).build()
}

/// The owner that is listed, and SSM's token within.
fn place(page: Option<&PageToken>) -> (&'static str, Option<String>) {
    let [first, ..] = OWNERS;
    let Some((owner, token)) = page.and_then(|page| page.0.split_once(IN_TOKEN)) else {
        return (first, None);
    };
    let owner = OWNERS.into_iter().find(|known| *known == owner).unwrap_or(first);
    (owner, Some(token.to_owned()).filter(|token| !token.is_empty()))
}

/// The rest of this owner's documents, else the next owner's.
fn next_place(owner: &str, token: Option<&str>) -> Option<PageToken> {
    let following = || OWNERS.into_iter().skip_while(|known| *known != owner).nth(1);
    let (owner, token) = match token.filter(|token| !token.is_empty()) {
        Some(token) => (owner, token),
        None => (following()?, ""),
    };
    Some(PageToken(format!("{owner}{IN_TOKEN}{token}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_owner_is_listed_to_the_end_once() {
        let pages = |owner: &str| {
            if owner == "Amazon" {
                vec![Some("a:b"), None]
            } else {
                vec![None]
            }
        };
        let (mut seen, mut next) = (Vec::new(), None);
        loop {
            let (owner, token) = place(next.as_ref());
            let number = if token.is_some() { 1 } else { 0 };
            seen.push((owner, token));
            next = next_place(owner, pages(owner)[number]);
            if next.is_none() {
                break;
            }
        }
        let token = Some("a:b".to_owned());
        assert_eq!(
            seen,
            [
                ("Self", None),
                ("Amazon", None),
                ("Amazon", token),
                ("Private", None)
            ]
        );
    }
}
