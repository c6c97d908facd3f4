//! The codes of MFA devices: how a person is asked for one, and what a code looks like.

use async_trait::async_trait;
use secrecy::{ExposeSecret, SecretString};
use thiserror::Error;

use crate::ProfileName;

/// Asks a person for the code of an MFA device. Whoever has a person (a window, a terminal) hands one to the control plane.
#[async_trait]
pub trait AskMfa: Send + Sync {
    /// The code, or none if the person gave up. One device is asked for once at a time, however many calls wait for it;
    /// when none of them waits any more, the question is dropped.
    async fn mfa_code(&self, question: MfaQuestion) -> Option<MfaCode>;
}

/// A question for the code of one device.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MfaQuestion {
    /// The device's serial number or ARN, as the AWS configuration names it.
    pub device: String,
    /// The profile whose role asks for the code.
    pub profile: ProfileName,
    /// The ARN of that role, as the AWS configuration names it.
    pub role: String,
    /// Why the code that was given before was not taken; none at the first question.
    pub retry: Option<String>,
}

/// Six digits that are good for half a minute and once.
#[derive(Clone)]
pub struct MfaCode(SecretString);

/// Why a text is no code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("An MFA code has six digits.")]
pub struct InvalidMfaCode;

impl MfaCode {
    /// Checks what a person typed; white space does not count, as apps show `123 456`.
    ///
    /// # Errors
    /// [`InvalidMfaCode`].
    pub fn parse(text: &str) -> Result<Self, InvalidMfaCode> {
        let code: String = text.chars().filter(|c| !c.is_whitespace()).collect();
        if code.len() == 6 && code.bytes().all(|b| b.is_ascii_digit()) {
            Ok(Self(code.into()))
        } else {
            Err(InvalidMfaCode)
        }
    }

    /// The digits, for AWS alone.
    #[must_use]
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl std::fmt::Debug for MfaCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("MfaCode")
    }
}

/// The questions for codes that a control plane has asked.
pub trait MfaQuestions: Send + Sync {
    /// A question that a person gave up is not asked again by itself: every call that needs its code fails with
    /// [`crate::ControlError::MfaCodeNeeded`]. After this it is, at the next call; for when the person wants it.
    fn ask_mfa_again(&self);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_six_digits_however_they_are_spaced() {
        assert_eq!(MfaCode::parse(" 123 456\n").unwrap().expose(), "123456");
        for bad in ["", "12345", "1234567", "12345a", "１２３４５６"] {
            assert_eq!(MfaCode::parse(bad).unwrap_err(), InvalidMfaCode, "{bad}");
        }
    }

    #[test]
    fn a_code_is_not_in_debug_text() {
        assert_eq!(format!("{:?}", MfaCode::parse("123456").unwrap()), "MfaCode");
    }
}
