//! Which sign-in the arguments mean.

use postern_aws::AwsControlPlane;
use postern_model::{ConsoleSignIns as _, SignInKey, SignIns};

use crate::arguments::WhichSignIn;
use crate::failure::Failure;

/// The one that is named, or that the profile needs; without both the one of the default profile, or the only one.
pub(crate) async fn choose(control: &impl SignIns, which: &WhichSignIn) -> Result<SignInKey, Failure> {
    if let Some(named) = &which.sso_session {
        return Ok(named.clone());
    }
    if let Some(key) = control.sign_in_of(which.profile.as_ref()).await? {
        return Ok(key);
    }
    if let Some(profile) = &which.profile {
        return Err(Failure::NoSignIn {
            profile: profile.clone(),
        });
    }
    let known: Vec<SignInKey> = control.sign_ins().await?.into_iter().map(|one| one.key).collect();
    match known.as_slice() {
        [only] => Ok(only.clone()),
        [] => Err(Failure::NoSignIns),
        several => Err(Failure::WhichSignIn {
            known: several.iter().map(ToString::to_string).collect(),
        }),
    }
}

/// The profile whose sign-in of `aws login` is meant; none if another kind of sign-in is.
pub(crate) async fn at_console(control: &AwsControlPlane, which: &WhichSignIn) -> Option<String> {
    if which.sso_session.is_some() {
        return None;
    }
    // What is wrong with the profile is said by whoever looks for another kind of sign-in.
    let profile = control.console_profile(which.profile.as_ref()).await;
    profile.ok().flatten().map(|profile| profile.to_string())
}

#[cfg(test)]
mod tests {
    use postern_model::{ProfileName, Region, SignIn, SignInState};
    use postern_scripted::ScriptedControlPlane;

    use super::*;

    fn sign_in(name: &str) -> SignIn {
        SignIn {
            key: SignInKey::parse(name).unwrap(),
            start_url: "https://acme.example/start".into(),
            region: Region::parse("eu-central-1").unwrap(),
            legacy: false,
            profiles: Vec::new(),
            state: SignInState::SignedOut,
        }
    }

    async fn chosen(names: &'static [&'static str], which: WhichSignIn) -> Result<String, String> {
        let control = ScriptedControlPlane::default();
        control
            .sign_ins
            .answers(|()| Ok(names.iter().map(|name| sign_in(name)).collect()));
        control.sign_in_of.answers(|profile| {
            let sso = profile.as_ref().filter(|profile| profile.as_str() == "sso");
            Ok(sso.map(|_| SignInKey::parse("of-profile").unwrap()))
        });
        let chosen = choose(&control, &which).await;
        chosen
            .map(String::from)
            .map_err(|error| format!("{error} {}", error.next_step()))
    }

    fn which(profile: Option<&str>, session: Option<&str>) -> WhichSignIn {
        WhichSignIn {
            profile: profile.map(|name| ProfileName::parse(name).unwrap()),
            sso_session: session.map(|name| SignInKey::parse(name).unwrap()),
        }
    }

    #[tokio::test]
    async fn a_name_wins_then_the_profile_then_the_only_one() {
        assert_eq!(chosen(&[], which(None, Some("named"))).await.unwrap(), "named");
        assert_eq!(
            chosen(&["x"], which(Some("sso"), None)).await.unwrap(),
            "of-profile"
        );
        assert_eq!(chosen(&["x"], which(None, None)).await.unwrap(), "x");
    }

    #[tokio::test]
    async fn where_none_is_meant_the_error_says_what_there_is() {
        assert_eq!(
            chosen(&["x"], which(Some("keys"), None)).await.unwrap_err(),
            "The credentials of keys come from no sign-in to IAM Identity Center. Run `postern whoami --profile \
             keys` to see where they come from."
        );
        assert_eq!(
            chosen(&["x", "y"], which(None, None)).await.unwrap_err(),
            "There are several sign-ins. Name one with --sso-session: x, y."
        );
        let none = chosen(&[], which(None, None)).await.unwrap_err();
        assert!(none.contains("aws configure sso"), "{none}");
    }
}
