//! What stands between a forward and its connections, as people read it.

use std::sync::Arc;

use postern_forward::ForwardError;
use postern_model::{ControlError, display_text};
use postern_session::SessionError;

use crate::contract::ErrorView;

/// Why a forward cannot go on.
#[derive(Debug, Clone)]
pub(super) enum ForwardFailure {
    /// What it goes by is not there.
    Place(ErrorView),
    /// The AWS configuration does not say where it leads.
    Scope(ControlError),
    /// The forward itself.
    Forward(Arc<ForwardError>),
}

impl ForwardFailure {
    pub(super) fn view(&self) -> ErrorView {
        match self {
            Self::Place(error) => error.clone(),
            Self::Scope(error) => error.into(),
            Self::Forward(error) => error.as_ref().into(),
        }
    }

    /// Another local port, where the port is what is in the way.
    pub(super) fn free_port(&self) -> Option<u32> {
        match self {
            Self::Forward(error) => free_port(error),
            Self::Place(_) | Self::Scope(_) => None,
        }
    }

    /// What AWS refused.
    pub(super) fn of_aws(&self) -> Option<&ControlError> {
        match self {
            Self::Place(_) => None,
            Self::Scope(error) => Some(error),
            Self::Forward(error) => of_aws(error),
        }
    }
}

/// What AWS refused.
pub(super) fn of_aws(error: &ForwardError) -> Option<&ControlError> {
    if let ForwardError::Session(SessionError::Control(error)) = error {
        Some(error)
    } else {
        None
    }
}

/// Another local port that can be had.
pub(super) fn free_port(error: &ForwardError) -> Option<u32> {
    if let ForwardError::PortTaken { free, .. } = error {
        free.map(u32::from)
    } else if let ForwardError::PortPrivileged { port } = error {
        Some(u32::from(port.saturating_add(10_000)))
    } else {
        None
    }
}

impl From<&ForwardError> for ErrorView {
    fn from(error: &ForwardError) -> Self {
        if let ForwardError::Session(error) = error {
            return error.into();
        }
        Self {
            code: code(error).into(),
            message: display_text(&error.to_string()),
            next_step: error.next_step(),
            detail: error.detail().map(display_text),
        }
    }
}

#[allow(clippy::wildcard_enum_match_arm)] // The page says most of them in their own words and nothing more.
fn code(error: &ForwardError) -> &'static str {
    match error {
        ForwardError::PortTaken { .. } => "port-taken",
        ForwardError::PortPrivileged { .. } => "port-privileged",
        ForwardError::DialFailed { .. } => "dial-failed",
        ForwardError::HostDenied { .. } => "host-denied",
        ForwardError::NoTaggedNode(_) | ForwardError::NoHealthyNode { .. } => "no-node",
        _ => "forward",
    }
}
