//! Session documents of a profile and Region, for a list to choose from and a form to fill.

use std::{collections::HashSet, sync::Arc, time::Duration};

use postern_model::{
    ControlError, ControlPlane, DocumentName, DocumentParameter, DocumentSessionType, DocumentSummary, Page,
    PageToken, ParameterKind, ProfileName, Region, Scope, SeparateOutput, SessionDocument, display_text,
};
use tokio::time::timeout;

use crate::{
    background::Background,
    contract::{
        DocumentKindView, DocumentOwnerView, DocumentParameterView, DocumentSummaryView, ErrorView,
        ParameterKindView, SessionDocumentView,
    },
    fields::{parse, parse_optional},
};

/// An account holds 500 documents of its own unless AWS was asked for more; a longer list is for nobody to read.
const MOST_DOCUMENTS: usize = 4_000;
/// Somebody waits for the list. Each call has a limit of its own; this is that of all pages.
const LONGEST_READING: Duration = Duration::from_secs(60);

/// The Session documents that one world can read. Clones read from the same world.
#[derive(Clone)]
pub struct Documents {
    control: Arc<dyn ControlPlane>,
    background: Background,
}

impl Documents {
    pub(crate) fn new(control: &Arc<dyn ControlPlane>, background: &Background) -> Self {
        Self {
            control: Arc::clone(control),
            background: background.clone(),
        }
    }

    /// The account's own documents, those that others share with it, then those of Amazon, each by name.
    ///
    /// # Errors
    /// `bad-profile`, `bad-region`, `timed-out`, `world-left`, and any of AWS.
    pub async fn list(
        &self,
        profile: Option<&str>,
        region: Option<&str>,
    ) -> Result<Vec<DocumentSummaryView>, ErrorView> {
        let (profile, region) = parse_scope(profile, region)?;
        let reading = async {
            let scope = self.control.resolve(profile, region).await?;
            self.all_documents(&scope).await
        };
        Ok(sorted(self.for_somebody_who_waits(reading).await?))
    }

    /// One document with its parameters.
    ///
    /// # Errors
    /// `bad-profile`, `bad-region`, `bad-document`, `timed-out`, `world-left`, and any of AWS.
    pub async fn get(
        &self,
        profile: Option<&str>,
        region: Option<&str>,
        name: &str,
    ) -> Result<SessionDocumentView, ErrorView> {
        let (profile, region) = parse_scope(profile, region)?;
        let name = parse("document", DocumentName::parse, name)?;
        let reading = async {
            let scope = self.control.resolve(profile, region).await?;
            self.control.session_document(&scope, &name).await
        };
        Ok(document_view(self.for_somebody_who_waits(reading).await?))
    }

    async fn all_documents(&self, scope: &Scope) -> Result<Vec<DocumentSummary>, ControlError> {
        let mut documents = Vec::new();
        let mut tokens = HashSet::new();
        let mut token: Option<PageToken> = None;
        loop {
            let Page { items, next } = self.control.session_documents(scope, token).await?;
            documents.extend(items);
            if documents.len() > MOST_DOCUMENTS {
                tracing::warn!("only the first {MOST_DOCUMENTS} documents are shown");
                documents.truncate(MOST_DOCUMENTS);
                return Ok(documents);
            }
            token = match next {
                None => return Ok(documents),
                Some(next) if tokens.insert(next.0.clone()) => Some(next),
                Some(_) => return Err(pages_in_circles()),
            };
        }
    }

    /// Reading changes nothing, so it holds up neither a change of the mode nor the end of the program.
    async fn for_somebody_who_waits<T>(
        &self,
        reading: impl Future<Output = Result<T, ControlError>>,
    ) -> Result<T, ErrorView> {
        let answer = self
            .background
            .unless_closed(timeout(LONGEST_READING, reading))
            .await;
        Ok(answer.ok_or_else(left)?.map_err(|_| timed_out())??)
    }
}

fn parse_scope(
    profile: Option<&str>,
    region: Option<&str>,
) -> Result<(Option<ProfileName>, Option<Region>), ErrorView> {
    Ok((
        parse_optional("profile", ProfileName::parse, profile)?,
        parse_optional("region", Region::parse, region)?,
    ))
}

fn sorted(documents: Vec<DocumentSummary>) -> Vec<DocumentSummaryView> {
    let mut views: Vec<_> = documents.iter().map(summary_view).collect();
    views.sort_by_cached_key(|view| (rank(view.owner), view.name.to_lowercase(), view.name.clone()));
    views.dedup();
    views
}

fn rank(owner: DocumentOwnerView) -> u8 {
    match owner {
        DocumentOwnerView::Own => 0,
        DocumentOwnerView::Shared => 1,
        DocumentOwnerView::Amazon => 2,
    }
}

fn summary_view(document: &DocumentSummary) -> DocumentSummaryView {
    DocumentSummaryView {
        name: document.name.to_string(),
        owner: owner_view(document),
    }
}

/// AWS names the owner by account, which may be the caller's; but it names by ARN what another account shares.
fn owner_view(document: &DocumentSummary) -> DocumentOwnerView {
    if document.owner == "Amazon" {
        DocumentOwnerView::Amazon
    } else if document.name.as_str().starts_with("arn:") {
        DocumentOwnerView::Shared
    } else {
        DocumentOwnerView::Own
    }
}

fn document_view(document: SessionDocument) -> SessionDocumentView {
    SessionDocumentView {
        name: document.name.to_string(),
        description: display_text(&document.description),
        kind: kind_view(document.session_type.as_ref(), &document.parameters),
        parameters: document.parameters.into_iter().map(parameter_view).collect(),
        kms_key: document.kms_key.as_deref().map(display_text),
    }
}

fn kind_view(
    session_type: Option<&DocumentSessionType>,
    parameters: &[DocumentParameter],
) -> DocumentKindView {
    match session_type {
        Some(DocumentSessionType::Shell) => DocumentKindView::Shell,
        Some(DocumentSessionType::InteractiveCommands) => DocumentKindView::Interactive,
        Some(DocumentSessionType::NonInteractiveCommands { separate_output })
            if is_separate(separate_output, parameters) =>
        {
            DocumentKindView::NonInteractiveSeparate
        }
        Some(DocumentSessionType::NonInteractiveCommands { .. }) => DocumentKindView::NonInteractive,
        Some(DocumentSessionType::Port) => DocumentKindView::Port,
        Some(DocumentSessionType::Other(_)) | None => DocumentKindView::Unknown,
    }
}

/// Where a parameter decides, its default does until somebody chooses.
fn is_separate(separate: &SeparateOutput, parameters: &[DocumentParameter]) -> bool {
    match separate {
        SeparateOutput::Yes => true,
        SeparateOutput::No => false,
        SeparateOutput::ByParameter(name) => parameters
            .iter()
            .filter(|parameter| parameter.name == *name)
            .flat_map(|parameter| parameter.default.iter().flatten())
            .any(|value| value.eq_ignore_ascii_case("true")),
    }
}

/// Names and values go back to AWS with the form, so they stay as they are; the words around them are made safe again.
fn parameter_view(parameter: DocumentParameter) -> DocumentParameterView {
    DocumentParameterView {
        name: parameter.name,
        kind: match parameter.kind {
            ParameterKind::Text => ParameterKindView::Text,
            ParameterKind::List => ParameterKindView::List,
            ParameterKind::Boolean => ParameterKindView::Boolean,
        },
        description: display_text(&parameter.description),
        default_values: parameter.default,
        allowed_values: parameter.allowed_values,
        allowed_pattern: parameter.allowed_pattern.as_deref().map(display_text),
        min_chars: parameter.min_chars,
        max_chars: parameter.max_chars,
    }
}

fn pages_in_circles() -> ControlError {
    ControlError::MalformedAnswer {
        operation: "ssm:ListDocuments".into(),
        detail: "the same page token came twice".into(),
    }
}

fn timed_out() -> ErrorView {
    ErrorView::new(
        "timed-out",
        "AWS did not answer within 60 seconds.",
        "Try again, or type the document's name.",
    )
}

fn left() -> ErrorView {
    ErrorView::new(
        "world-left",
        "The window shows something else by now.",
        "Ask again there.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(name: &str, owner: &str) -> DocumentSummary {
        DocumentSummary {
            name: DocumentName::parse(name).unwrap(),
            owner: owner.into(),
        }
    }

    #[test]
    fn own_documents_come_first_and_those_of_amazon_last() {
        let shared = "arn:aws:ssm:eu-central-1:444455556666:document/ops-Report";
        let listed = [
            summary("AWS-StartSSHSession", "Amazon"),
            summary(shared, "444455556666"),
            summary("ops-restart", "111122223333"),
            summary("Ops-Deploy", "Self"),
            summary("Ops-Deploy", "Self"),
        ];
        let views = sorted(listed.to_vec());
        let names: Vec<&str> = views.iter().map(|view| view.name.as_str()).collect();
        assert_eq!(
            names,
            ["Ops-Deploy", "ops-restart", shared, "AWS-StartSSHSession"]
        );
        assert_eq!(views[2].owner, DocumentOwnerView::Shared);
    }

    #[test]
    fn a_parameter_s_default_decides_whether_output_is_separate() {
        let separate = |default: Option<&str>| {
            let parameter = DocumentParameter {
                name: "separate".into(),
                kind: ParameterKind::Boolean,
                description: String::new(),
                default: default.map(|value| vec![value.to_owned()]),
                allowed_values: Vec::new(),
                allowed_pattern: None,
                min_chars: None,
                max_chars: None,
            };
            let session_type = DocumentSessionType::NonInteractiveCommands {
                separate_output: SeparateOutput::ByParameter("separate".into()),
            };
            kind_view(Some(&session_type), &[parameter])
        };
        assert_eq!(separate(Some("True")), DocumentKindView::NonInteractiveSeparate);
        assert_eq!(separate(Some("False")), DocumentKindView::NonInteractive);
        assert_eq!(separate(None), DocumentKindView::NonInteractive);
        assert_eq!(kind_view(None, &[]), DocumentKindView::Unknown);
    }
}
