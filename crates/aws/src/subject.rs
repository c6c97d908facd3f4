//! What a call is about and whose it is, and what a refusal means for that.

use postern_model::{ControlError, DocumentName, Scope, SessionId, StartRequest, display_text};

/// The document of a session that names none.
const SHELL_DOCUMENT: &str = "SSM-SessionManagerRunShell";

/// What the call is about, where that changes what an error means.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Subject<'a> {
    /// Nothing in particular.
    Listing,
    /// A session to be started.
    Start(&'a StartRequest),
    /// A session that exists, or did.
    Session(&'a SessionId),
    /// A KMS key, as somebody named it.
    Key(&'a str),
    /// A Session document.
    Document(&'a DocumentName),
}

impl Subject<'_> {
    /// What AWS's `code`, in the words `said`, means for this; none where it means what it means everywhere.
    pub(crate) fn refused(self, scope: &Scope, code: &str, said: &str) -> Option<ControlError> {
        let detail = said.to_owned();
        match self {
            Self::Start(request) if matches!(code, "TargetNotConnected" | "InvalidInstanceId") => {
                Some(ControlError::TargetNotConnected {
                    target: request.target.clone(),
                    place: scope.to_string(),
                })
            }
            Self::Start(request) if concerns_document(code) => {
                let named = request.document.as_ref();
                Some(ControlError::InvalidDocument {
                    document: named.map_or(SHELL_DOCUMENT, DocumentName::as_str).to_owned(),
                    detail,
                })
            }
            Self::Document(document) if concerns_document(code) => Some(ControlError::InvalidDocument {
                document: document.to_string(),
                detail,
            }),
            Self::Session(session) if code == "DoesNotExistException" => Some(ControlError::SessionGone {
                session: session.clone(),
            }),
            Self::Key(key) if concerns_key(code) => Some(ControlError::KeyUnusable {
                key: display_text(key),
                detail,
            }),
            Self::Start(_) | Self::Session(_) | Self::Document(_) | Self::Key(_) | Self::Listing => None,
        }
    }
}

fn concerns_document(code: &str) -> bool {
    code.starts_with("InvalidDocument") || code == "InvalidParameters"
}

/// What KMS says of a key that cannot make a data key, whatever the caller may do. A validation can only be about the
/// name of the key, since all else of the request is ours.
fn concerns_key(code: &str) -> bool {
    matches!(
        code,
        "NotFoundException"
            | "DisabledException"
            | "KMSInvalidStateException"
            | "InvalidKeyUsageException"
            | "KeyUnavailableException"
            | "IncorrectKeyException"
            | "InvalidArnException"
            | "InvalidAliasNameException"
            | "UnsupportedOperationException"
            | "ValidationException"
    )
}

/// Whose call it is, in words.
pub(crate) fn who(scope: &Scope) -> String {
    scope
        .profile
        .as_ref()
        .map_or_else(|| "the default credentials".to_owned(), ToString::to_string)
}
