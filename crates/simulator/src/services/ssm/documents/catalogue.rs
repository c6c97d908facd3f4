//! All Session documents that an account sees in one Region.

use super::{Document, acme, amazon};

/// The document of a StartSession that names none: the Region's preferences.
const DEFAULT_DOCUMENT: &str = "SSM-SessionManagerRunShell";

/// The documents of AWS, of the account and shared with it. `preferences_key` is the KMS key of the Region's preferences.
pub(crate) fn documents(region: &str, preferences_key: Option<&str>) -> Vec<Document> {
    let mut documents = vec![Document::own(
        DEFAULT_DOCUMENT,
        amazon::preferences(preferences_key),
    )];
    documents.extend(amazon::documents());
    documents.extend(acme::documents(region));
    documents
}

/// The document with this name or ARN; the default one without a name.
pub(crate) fn find(documents: Vec<Document>, name: Option<&str>) -> Option<Document> {
    let name = name.unwrap_or(DEFAULT_DOCUMENT);
    documents.into_iter().find(|document| document.is_named(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(name: &str) -> Option<String> {
        find(documents("eu-central-1", None), Some(name)).map(|document| document.name)
    }

    #[test]
    fn documents_are_found_by_name_and_by_arn_and_shared_ones_by_arn_only() {
        assert_eq!(
            named("AWS-StartSSHSession").as_deref(),
            Some("AWS-StartSSHSession")
        );
        assert_eq!(
            named("arn:aws:ssm:eu-central-1:104729551234:document/AWS-StartPortForwardingSession").as_deref(),
            Some("AWS-StartPortForwardingSession")
        );
        assert_eq!(named("AWS-Nothing"), None);
        assert_eq!(named("Partner-Diagnose"), None);
        let shared = "arn:aws:ssm:eu-central-1:740915384726:document/Partner-Diagnose";
        assert_eq!(named(shared).as_deref(), Some(shared));
    }

    #[test]
    fn the_preferences_name_the_key_of_their_region() {
        let key = |key| {
            let preferences = find(documents("eu-central-1", key), None).unwrap();
            preferences.text("/inputs/kmsKeyId").to_owned()
        };
        assert_eq!(
            (key(None).as_str(), key(Some("alias/x")).as_str()),
            ("", "alias/x")
        );
    }
}
