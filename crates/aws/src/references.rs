//! What a profile names must be there: the profile of its keys, its sso-session.

use postern_aws_files::{FileProblem, Section, Sections, Setting, quoted};

/// Every section that the credentials of `profile` come from can be used.
///
/// # Errors
/// Which one cannot, and where it is named.
pub(crate) fn check(sections: &Sections, profile: &Section) -> Result<(), FileProblem> {
    let mut seen = vec![profile.name()];
    let mut at = profile;
    while let Some(named) = source(at) {
        at = self::profile(sections, named)?;
        if seen.contains(&at.name()) {
            return Ok(());
        }
        seen.push(at.name());
    }
    let has = |key: &str| at.setting(key).is_some();
    let is_of_center = !has("role_arn") && (has("sso_account_id") || has("sso_role_name"));
    let session = at.setting("sso_session").filter(|_| is_of_center);
    session.map_or(Ok(()), |named| session_is_there(sections, named))
}

fn session_is_there(sections: &Sections, named: &Setting) -> Result<(), FileProblem> {
    let name = named.text().unwrap_or_default();
    match sections.sso_session(name) {
        Some(session) => session.problem().map_or(Ok(()), |problem| Err(problem.clone())),
        // Without a hint it is said where the sign-in is put together.
        None => sections
            .instead_of_sso_session(name)
            .map_or(Ok(()), |problem| Err(problem.clone())),
    }
}

/// The setting that names the profile whose keys assume the role of this one.
fn source(profile: &Section) -> Option<&Setting> {
    let has = |key: &str| profile.setting(key).is_some();
    (has("role_arn") && !has("web_identity_token_file"))
        .then(|| profile.setting("source_profile"))
        .flatten()
}

/// The profile that a setting names.
///
/// # Errors
/// Why it cannot be used.
pub(crate) fn profile<'a>(sections: &'a Sections, named: &Setting) -> Result<&'a Section, FileProblem> {
    let name = named.text().unwrap_or_default();
    match sections.profile(name) {
        Some(profile) => profile
            .problem()
            .map_or(Ok(profile), |problem| Err(problem.clone())),
        None => Err(sections.instead_of_profile(name).unwrap_or_else(|| FileProblem {
            file: named.file,
            line: Some(named.line),
            reason: format!("there is no profile {}", quoted(name)),
            remedy: format!("write its section, or correct `{}`", named.key),
        })),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checked(config: &str) -> Result<(), String> {
        let sections = Sections::read(config.as_bytes(), b"").unwrap();
        check(&sections, sections.profile("a").unwrap()).map_err(|problem| problem.to_string())
    }

    const ROLE: &str = "[profile a]\nrole_arn = r\nsource_profile = b\n";

    #[test]
    fn a_role_needs_the_profile_whose_keys_assume_it() {
        assert_eq!(checked(&format!("{ROLE}[profile b]\n")), Ok(()));
        assert_eq!(
            checked(ROLE),
            Err("there is no profile b; write its section, or correct `source_profile`".into())
        );
        assert_eq!(
            checked(&format!("{ROLE}[b]\n")),
            Err("the word profile is missing in front of its name; write [profile b]".into())
        );
        let bad = checked(&format!("{ROLE}[profile b]\nnonsense\n")).unwrap_err();
        assert!(bad.starts_with("this line is neither"), "{bad}");
    }

    #[test]
    fn a_chain_is_followed_to_its_sign_in_and_not_round_and_round() {
        let chain = format!("{ROLE}[profile b]\nsso_session = corp\nsso_account_id = 1\nsso_role_name = r\n");
        assert_eq!(checked(&chain), Ok(()));
        let corp = |section: &str| checked(&format!("{chain}{section}"));
        assert_eq!(corp("[sso-session corp]\n"), Ok(()));
        assert!(
            corp("[sso-session corp]\nnonsense\n")
                .unwrap_err()
                .starts_with("this line is neither")
        );
        assert_eq!(
            corp("[sso_session corp]\n"),
            Err("its first word is spelled in another way; write [sso-session corp]".into())
        );
        assert_eq!(
            checked(&format!("{ROLE}[profile b]\nrole_arn = s\nsource_profile = a\n")),
            Ok(())
        );
    }

    #[test]
    fn who_brings_a_token_of_another_kind_needs_no_source() {
        assert_eq!(checked(&format!("{ROLE}web_identity_token_file = /t\n")), Ok(()));
    }
}
