//! Demands on encryption, as the page writes and reads them.

use postern_model::{EncryptionPolicy, Inherited, KmsKey};

use super::text::parse_optional;
use crate::contract::{EffectiveEncryptionView, EncryptionPolicyView, ErrorView, SetByView};

/// The demand that a field holds; none is inherited.
///
/// # Errors
/// `bad-encryption` with the rule that the key breaks.
pub(crate) fn parse_policy(
    policy: Option<&EncryptionPolicyView>,
) -> Result<Option<EncryptionPolicy>, ErrorView> {
    let parsed = |policy: &EncryptionPolicyView| match policy {
        EncryptionPolicyView::Prefer => Ok(EncryptionPolicy::Prefer),
        EncryptionPolicyView::Require { key } => {
            let key = parse_optional("encryption", KmsKey::parse, key.as_deref())?;
            Ok(EncryptionPolicy::Require { key })
        }
        EncryptionPolicyView::Off => Ok(EncryptionPolicy::Off),
    };
    policy.map(parsed).transpose()
}

impl From<&EncryptionPolicy> for EncryptionPolicyView {
    fn from(policy: &EncryptionPolicy) -> Self {
        match policy {
            EncryptionPolicy::Prefer => Self::Prefer,
            EncryptionPolicy::Require { key } => Self::Require {
                key: key.as_ref().map(ToString::to_string),
            },
            EncryptionPolicy::Off => Self::Off,
        }
    }
}

impl From<Option<Inherited<EncryptionPolicy>>> for EffectiveEncryptionView {
    fn from(inherited: Option<Inherited<EncryptionPolicy>>) -> Self {
        let Some(Inherited { value, origin }) = inherited else {
            return Self {
                policy: EncryptionPolicyView::Prefer,
                origin: None,
                group: None,
            };
        };
        let SetByView { origin, group } = origin.into();
        Self {
            policy: (&value).into(),
            origin: Some(origin),
            group,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_page_writes_it_reads_again() {
        let require = |key: Option<&str>| EncryptionPolicyView::Require {
            key: key.map(Into::into),
        };
        for policy in [
            EncryptionPolicyView::Prefer,
            EncryptionPolicyView::Off,
            require(None),
            require(Some("alias/ops")),
        ] {
            let parsed = parse_policy(Some(&policy)).unwrap().unwrap();
            assert_eq!(EncryptionPolicyView::from(&parsed), policy);
        }
        assert_eq!(parse_policy(None).unwrap(), None);
        let blank = parse_policy(Some(&require(Some("  ")))).unwrap();
        assert_eq!(blank, Some(EncryptionPolicy::Require { key: None }));
    }

    #[test]
    fn a_key_that_cannot_be_one_is_refused_by_the_field() {
        let policy = EncryptionPolicyView::Require {
            key: Some("two words".into()),
        };
        let error = parse_policy(Some(&policy)).unwrap_err();
        assert_eq!(error.code, "bad-encryption");
        assert!(error.message.contains("alias/name"), "{}", error.message);
    }
}
