//! The roles that every account of the company has, and whom each lets in.

use std::time::Duration;

/// A role that every account has. Without more it lets everybody of the company in, from any account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SimulatedRole {
    /// The last part of its ARN.
    pub name: String,
    /// The longest that its credentials may live.
    pub longest_session: Duration,
    /// Whether it lets in only who shows the code of an MFA device.
    pub needs_mfa: bool,
    /// The external id that it wants.
    pub external_id: Option<String>,
    /// Whether it lets in only who brings a token of the company's identity provider.
    pub for_web_identity: bool,
}

impl SimulatedRole {
    /// One that lets everybody in, for at most twelve hours.
    #[must_use]
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            longest_session: Duration::from_secs(12 * 60 * 60),
            needs_mfa: false,
            external_id: None,
            for_web_identity: false,
        }
    }

    /// Lets in only who shows the code of an MFA device.
    #[must_use]
    pub fn with_mfa(mut self) -> Self {
        self.needs_mfa = true;
        self
    }

    /// Lets in only who knows this external id.
    #[must_use]
    pub fn with_external_id(mut self, id: &str) -> Self {
        self.external_id = Some(id.to_owned());
        self
    }

    /// Lets in only who brings a token of the company's identity provider.
    #[must_use]
    pub fn with_web_identity(mut self) -> Self {
        self.for_web_identity = true;
        self
    }

    /// Gives credentials for at most this long, an hour or more.
    #[must_use]
    pub fn with_longest_session(mut self, longest: Duration) -> Self {
        self.longest_session = longest;
        self
    }

    /// One of each kind.
    #[must_use]
    pub fn of_every_kind() -> Vec<Self> {
        vec![
            Self::new("NodeOperator"),
            Self::new("ReadOnly"),
            Self::new("SecureOperator").with_mfa(),
            Self::new("PartnerOperator").with_external_id("acme-partner-7"),
            Self::new("PipelineOperator").with_web_identity(),
            Self::new("HourlyOperator").with_longest_session(Duration::from_secs(60 * 60)),
        ]
    }
}

/// An ARN such as `arn:aws:iam::123456789012:role/team/NodeOperator`, taken apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct RoleArn<'a> {
    pub(crate) account: &'a str,
    /// Without the path.
    pub(crate) name: &'a str,
}

impl<'a> RoleArn<'a> {
    pub(crate) fn read(arn: &'a str) -> Option<Self> {
        let rest = arn.strip_prefix("arn:aws:iam::")?;
        let (account, path) = rest.split_once(":role/")?;
        let name = path.rsplit('/').next()?;
        let is_account = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        (is_account && !name.is_empty()).then_some(Self { account, name })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn role_arns_are_taken_apart_with_and_without_a_path() {
        let read = RoleArn::read("arn:aws:iam::123456789012:role/team/a/Operator");
        let expected = RoleArn {
            account: "123456789012",
            name: "Operator",
        };
        assert_eq!(read, Some(expected));
        for bad in [
            "",
            "Operator",
            "arn:aws:iam::1:role/x",
            "arn:aws:iam::123456789012:user/x",
            "arn:aws:iam::123456789012:role/",
        ] {
            assert_eq!(RoleArn::read(bad), None, "{bad}");
        }
    }
}
