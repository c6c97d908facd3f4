//! What a profile is called that is made of a role.

use std::collections::HashSet;

use postern_model::{ProfileName, display_text};

use crate::{
    contract::{CenterRoleDraft, ErrorView},
    fields::parse,
};

/// `acme-prod-ReadOnly`; where that is taken, with the account's number, and after that with a number of its own.
///
/// # Errors
/// `bad-name` where account and role make no legal name.
pub(super) fn profile_name(draft: &CenterRoleDraft, taken: &HashSet<String>) -> Result<ProfileName, ErrorView> {
    let account = plain(&draft.account_name);
    let account = if account.is_empty() { draft.account.clone() } else { account };
    let short = format!("{account}-{}", plain(&draft.role));
    let long = format!("{short}-{}", draft.account);
    let numbered = (2..).map(|number| format!("{long}-{number}"));
    let mut candidates = [short.clone(), long.clone()].into_iter().chain(numbered);
    let free = candidates.find(|name| !taken.contains(name)).unwrap_or(long);
    parse("name", ProfileName::parse, &free)
}

/// Names of accounts are any text, and those of profiles are typed into terminals.
fn plain(text: &str) -> String {
    let words = display_text(text).replace(['[', ']'], " ");
    words.split_whitespace().collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_can_be_typed_and_is_nobody_elses() {
        let draft = CenterRoleDraft {
            account: "111111111111".into(),
            account_name: "Acme  Payments [prod]\u{202e}".into(),
            role: "ReadOnly".into(),
        };
        let mut taken = HashSet::new();
        for name in [
            "Acme-Payments-prod-ReadOnly",
            "Acme-Payments-prod-ReadOnly-111111111111",
            "Acme-Payments-prod-ReadOnly-111111111111-2",
        ] {
            assert_eq!(profile_name(&draft, &taken).unwrap().as_str(), name);
            taken.insert(name.to_owned());
        }
        let nameless = CenterRoleDraft {
            account_name: String::new(),
            ..draft
        };
        assert_eq!(profile_name(&nameless, &taken).unwrap().as_str(), "111111111111-ReadOnly");
    }
}
