//! The AWS profiles as the page shows them, and pairs whose profile is not among them.

use postern_model::{ControlError, ProfileName, ProfileSummary, display_text};

use crate::contract::{Environment, ErrorView, ProfileView, ProfilesView};

pub(super) fn profiles_view(read: Result<&[ProfileSummary], ControlError>) -> ProfilesView {
    match read {
        Ok(profiles) => ProfilesView {
            profiles: profiles.iter().map(profile_view).collect(),
            error: None,
        },
        Err(error) => ProfilesView {
            profiles: Vec::new(),
            error: Some(error.into()),
        },
    }
}

impl ProfilesView {
    /// What is wrong with a pair of this profile: that it does not exist, or that no call can be made with it. Nothing
    /// while the AWS files cannot be read: that is one problem, not one of each pair.
    pub(crate) fn problem_of(&self, profile: &ProfileName) -> Option<ErrorView> {
        if let Some(found) = self.profiles.iter().find(|known| known.name == profile.as_str()) {
            return found.problem.clone();
        }
        let known = || self.profiles.iter().map(|known| known.name.clone()).collect();
        let unknown = || ControlError::UnknownProfile {
            profile: profile.clone(),
            known: known(),
        };
        self.error.is_none().then(|| unknown().into())
    }
}

fn profile_view(profile: &ProfileSummary) -> ProfileView {
    ProfileView {
        name: profile.name.to_string(),
        own: profile.own,
        region: profile.region.as_ref().map(ToString::to_string),
        region_problem: profile.region_problem.as_ref().map(ErrorView::from),
        credentials: display_text(&profile.credentials),
        environment: Environment::of_profile(Some(profile.name.as_str())),
        problem: profile.problem.as_ref().map(ErrorView::from),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(name: &str) -> ProfileSummary {
        let name = ProfileName::parse(name).unwrap();
        ProfileSummary {
            name,
            own: false,
            region: None,
            region_problem: None,
            credentials: "Access key".into(),
            problem: None,
        }
    }

    #[test]
    fn a_profile_that_does_not_exist_is_named_with_those_that_do() {
        let profiles = [summary("acme-prod"), summary("acme-dev")];
        let view = profiles_view(Ok(&profiles));
        assert!(
            view.problem_of(&ProfileName::parse("acme-dev").unwrap())
                .is_none()
        );
        let problem = view.problem_of(&ProfileName::parse("acme-prd").unwrap()).unwrap();
        assert_eq!(
            (problem.code.as_str(), problem.next_step.as_str()),
            ("unknown-profile", "Choose one of: acme-prod, acme-dev.")
        );
    }

    #[test]
    fn a_profile_that_cannot_be_used_is_a_problem_of_its_pairs_and_of_no_other() {
        let problem = ControlError::MalformedConfiguration {
            path: "`services` of profile sim".into(),
            line: None,
            detail: "there is no section [services local]".into(),
        };
        let sim = ProfileSummary {
            problem: Some(problem.clone()),
            ..summary("sim")
        };
        let view = profiles_view(Ok(&[sim, summary("acme-dev")]));
        assert_eq!(view.profiles[0].problem, Some(ErrorView::from(&problem)));
        let of = |name: &str| view.problem_of(&ProfileName::parse(name).unwrap());
        assert_eq!(of("sim"), Some(ErrorView::from(&problem)));
        assert_eq!(of("acme-dev"), None);
    }

    #[test]
    fn a_file_that_cannot_be_read_is_one_problem_and_not_one_of_each_pair() {
        let error = ControlError::MalformedConfiguration {
            path: "config".into(),
            line: Some(3),
            detail: "no".into(),
        };
        let view = profiles_view(Err(error));
        assert_eq!(view.error.as_ref().unwrap().code, "malformed-configuration");
        assert!(view.problem_of(&ProfileName::parse("any").unwrap()).is_none());
    }
}
