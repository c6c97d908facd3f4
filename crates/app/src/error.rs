//! How errors are told to people: cause, next step, and what AWS said.

use postern_fleet::NotRaised;
use postern_model::{ControlError, InvalidName, SecretError, display_text};
use postern_session::SessionError;
use postern_store::{StoreError, StoreNotice};

use crate::contract::ErrorView;

impl ErrorView {
    /// A cause and a next step of this crate's own.
    pub(crate) fn new(code: &str, message: impl Into<String>, next_step: impl Into<String>) -> Self {
        Self {
            code: code.into(),
            message: message.into(),
            next_step: next_step.into(),
            detail: None,
        }
    }

    /// A field's text breaks a rule; the code names the field, so that the interface can show the rule under it.
    pub(crate) fn bad_field(field: &str, error: &InvalidName) -> Self {
        Self::new(
            &format!("bad-{field}"),
            error.to_string(),
            "Correct it, then try again.",
        )
    }

    /// Something that the page still shows was removed meanwhile.
    pub(crate) fn gone(what: &str) -> Self {
        Self::new(
            &format!("unknown-{what}"),
            format!("This {what} no longer exists."),
            "Choose another one.",
        )
    }
}

impl From<&ControlError> for ErrorView {
    fn from(error: &ControlError) -> Self {
        Self {
            code: error.code().into(),
            message: error.to_string(),
            next_step: error.next_step(),
            detail: error.detail().map(display_text),
        }
    }
}

impl From<ControlError> for ErrorView {
    fn from(error: ControlError) -> Self {
        Self::from(&error)
    }
}

impl From<&NotRaised> for ErrorView {
    fn from(error: &NotRaised) -> Self {
        let next_step = match error {
            NotRaised::Control(error) => return Self::from(error),
            NotRaised::Gone { .. } => "Sync its pair, and choose another one.",
            NotRaised::Fell { .. } => "See in the EC2 console why: its state transition reason says it.",
            NotRaised::Late { .. } => {
                "Check that its agent is installed and that its role lets it talk to Systems Manager."
            }
        };
        Self::new("not-raised", error.to_string(), next_step)
    }
}

impl From<&SessionError> for ErrorView {
    fn from(error: &SessionError) -> Self {
        Self {
            code: error.code().into(),
            message: error.to_string(),
            next_step: error.next_step(),
            detail: error.detail().map(display_text),
        }
    }
}

impl From<&SecretError> for ErrorView {
    fn from(error: &SecretError) -> Self {
        Self::new(error.code(), error.to_string(), error.next_step())
    }
}

impl From<SecretError> for ErrorView {
    fn from(error: SecretError) -> Self {
        Self::from(&error)
    }
}

impl From<StoreError> for ErrorView {
    fn from(error: StoreError) -> Self {
        Self::new(error.code(), error.to_string(), error.next_step())
    }
}

impl From<&StoreNotice> for ErrorView {
    fn from(notice: &StoreNotice) -> Self {
        let view = Self::new(notice.code(), notice.to_string(), notice.next_step());
        Self {
            detail: notice.detail().map(display_text),
            ..view
        }
    }
}

#[cfg(test)]
mod tests {
    use postern_model::ProfileName;

    use super::*;

    #[test]
    fn an_unknown_profile_names_the_ones_that_exist() {
        let error = ControlError::UnknownProfile {
            profile: ProfileName::parse("nope").unwrap(),
            known: vec!["acme-prod".into(), "acme-dev".into()],
        };
        let view = ErrorView::from(error);
        assert_eq!(view.code, "unknown-profile");
        assert_eq!(view.next_step, "Choose one of: acme-prod, acme-dev.");
    }

    #[test]
    fn what_aws_said_is_shown_without_hidden_characters() {
        let error = ControlError::Denied {
            who: "acme-audit".into(),
            action: "ssm:StartSession".into(),
            detail: "not\u{202e} authorized\u{7} <img src=x>".into(),
        };
        assert_eq!(
            ErrorView::from(error).detail.unwrap(),
            "not authorized <img src=x>"
        );
    }
}
