//! What the AWS configuration says for one profile: Region, endpoint, certificates, credentials in words.

use std::path::PathBuf;
use std::sync::Arc;

use postern_aws_files::{Section, Sections};
use postern_model::{
    ControlError, EndpointOverride, OverridableService, OwnEntries, OwnProfiles, ProfileName, ProfileSummary,
    Region, Scope, SocketSettings, display_text,
};
use url::Url;

use crate::credentials::{Machine, Plan, ProcessSurroundings};
use crate::endpoints::{Endpoints, wrong};
use crate::files::{AwsFiles, Stamp, expand_home};
use crate::http::{HttpWay, host_of};
use crate::identity_center::{SsoRole, SsoSession, session_of_credentials};
use crate::networks::Networks;
use crate::own_profiles::{self, OwnKey};
use crate::profiles;
use crate::references;
use crate::service::Service;
use crate::variables::Variables;

/// The profile of all AWS tools when none is named.
const DEFAULT: &str = "default";

/// The sources of every setting: the environment and the two files.
#[derive(Debug, Clone)]
pub(crate) struct Configuration {
    pub(crate) environment: Variables,
    pub(crate) files: AwsFiles,
    /// Only the files count; the SDK must not look at the process's environment either.
    pub(crate) isolated: bool,
    /// An endpoint for SSM that wins over everything configured.
    pub(crate) ssm_endpoint: Option<Url>,
    /// A third source behind the files.
    pub(crate) own: Option<OwnProfiles>,
    /// What a credential process finds around it.
    pub(crate) surroundings: ProcessSurroundings,
    /// The way to AWS.
    pub(crate) networks: Networks,
}

/// The settings of one profile, read from the files at one moment.
pub(crate) struct ProfileSettings<'a> {
    configuration: &'a Configuration,
    sections: Sections,
    /// The name of the profile, which need not exist if it is that of all AWS tools.
    name: String,
    chosen: Option<ProfileName>,
}

impl Configuration {
    pub(crate) fn of_user(environment: Variables) -> Self {
        let files = AwsFiles::of(&environment);
        Self {
            environment,
            files,
            isolated: false,
            ssm_endpoint: None,
            own: None,
            surroundings: ProcessSurroundings::default(),
            networks: Networks::default(),
        }
    }

    pub(crate) fn isolated(config: PathBuf, credentials: PathBuf) -> Self {
        Self {
            environment: Variables::default(),
            files: AwsFiles::at(config, credentials),
            isolated: true,
            ssm_endpoint: None,
            own: None,
            surroundings: ProcessSurroundings::default(),
            networks: Networks::default(),
        }
    }

    /// What all sources say; the files win.
    pub(crate) fn sections(&self) -> Result<Sections, ControlError> {
        let mut sections = self.files.sections()?;
        if let Some(own) = &self.own {
            own_profiles::add(&mut sections, &own.entries());
        }
        Ok(sections)
    }

    /// What tells one state of all sources from another.
    pub(crate) fn stamp(&self) -> (Stamp, Option<Arc<OwnEntries>>) {
        (self.files.stamp(), self.own.as_ref().map(OwnProfiles::entries))
    }

    /// Every profile, read anew, each with what keeps it from being used.
    pub(crate) async fn profiles(&self) -> Result<Vec<ProfileSummary>, ControlError> {
        let sections = self.sections()?;
        let problem = |profile: &Section| {
            let checked = self.check(&sections, profile);
            checked
                .and_then(|()| Plan::of(&sections, &self.environment, profile.name(), true).map(drop))
                .err()
        };
        Ok(profiles::list(&sections, &self.files, problem))
    }

    /// The settings of `profile`, or without one of the profile that the environment names, or of `default` (which
    /// need not exist).
    ///
    /// # Errors
    /// [`ControlError::MalformedConfiguration`] also when a setting would send calls elsewhere than its user meant.
    pub(crate) async fn settings(
        &self,
        profile: Option<&ProfileName>,
    ) -> Result<ProfileSettings<'_>, ControlError> {
        let named = match profile {
            Some(profile) => Some(profile.clone()),
            None => self.profile_of_environment()?,
        };
        let sections = self.sections()?;
        let name = named.as_ref().map_or(DEFAULT, ProfileName::as_str).to_owned();
        match (sections.profile(&name), named) {
            (Some(section), _) => self.check(&sections, section)?,
            (None, Some(unknown)) => return Err(self.unknown(&sections, unknown)),
            (None, None) => self.endpoints(&name, &sections).check()?,
        }
        Ok(ProfileSettings {
            configuration: self,
            sections,
            name,
            chosen: profile.cloned(),
        })
    }

    /// Where the AWS CLI keeps its sign-ins. Files that stand alone have theirs beside them.
    pub(crate) fn token_cache(&self) -> Option<PathBuf> {
        const FOLDER: &str = "sso/cache";
        if self.isolated {
            return self.files.beside(FOLDER);
        }
        let home = self.environment.home()?;
        Some(expand_home("~/.aws/sso/cache", Some(&home)))
    }

    /// The way of the calls for a profile of the files, in all Regions; `chosen` is the profile whose places count.
    pub(crate) fn http_way_of(
        &self,
        profile: Option<&Section>,
        chosen: Option<&ProfileName>,
    ) -> Result<HttpWay, ControlError> {
        Ok(HttpWay {
            ca_bundle: self.ca_bundle_of(profile),
            proxies: self.networks.proxies()?,
            detours: self.networks.detours(chosen),
        })
    }

    /// The PEM file of the certificates to trust: `AWS_CA_BUNDLE`, else the profile's `ca_bundle`, else the one of Postern's
    /// settings.
    pub(crate) fn ca_bundle_of(&self, profile: Option<&Section>) -> Option<PathBuf> {
        let of_profile = || {
            profile?
                .text("ca_bundle")
                .map(str::trim)
                .filter(|path| !path.is_empty())
        };
        match self.environment.get("AWS_CA_BUNDLE").or_else(of_profile) {
            Some(path) => Some(expand_home(path, self.environment.home().as_deref())),
            None => self.networks.current().ca_bundle.clone(),
        }
    }

    /// Nothing keeps this profile from being used.
    fn check(&self, sections: &Sections, profile: &Section) -> Result<(), ControlError> {
        let of_files = profile.problem().cloned().map_or(Ok(()), Err);
        of_files
            .and_then(|()| references::check(sections, profile))
            .map_err(|problem| self.files.error(&problem))?;
        session_of_credentials(sections, profile.name())?;
        role_at_center(sections, profile)?;
        self.endpoints(profile.name(), sections).check()
    }

    fn unknown(&self, sections: &Sections, profile: ProfileName) -> ControlError {
        match sections.instead_of_profile(profile.as_str()) {
            Some(problem) => self.files.error(&problem),
            None => ControlError::UnknownProfile {
                profile,
                known: sections
                    .profiles()
                    .iter()
                    .map(|one| display_text(one.name()))
                    .collect(),
            },
        }
    }

    pub(crate) fn endpoints<'a>(&'a self, name: &'a str, sections: &'a Sections) -> Endpoints<'a> {
        Endpoints {
            environment: &self.environment,
            name,
            sections,
        }
    }

    /// The profile that `AWS_PROFILE` names, which need not exist.
    pub(crate) fn profile_of_environment(&self) -> Result<Option<ProfileName>, ControlError> {
        const NAMES: [&str; 2] = ["AWS_PROFILE", "AWS_DEFAULT_PROFILE"];
        let Some((variable, name)) = self.environment.first(&NAMES) else {
            return Ok(None);
        };
        // The AWS CLI takes the second, all SDKs the first: nobody can say which account is meant.
        if NAMES
            .iter()
            .any(|other| self.environment.get(other).is_some_and(|other| other != name))
        {
            let detail = "they name different profiles, and AWS tools do not agree on which of them counts";
            return Err(wrong(NAMES.join(" and "), detail));
        }
        ProfileName::parse(name)
            .map(Some)
            .map_err(|rule| wrong(variable, rule.to_string()))
    }
}

impl ProfileSettings<'_> {
    /// The name of the profile whose settings these are.
    pub(crate) fn profile(&self) -> &str {
        &self.name
    }

    /// Where calls go. A Region that the user gave wins. A chosen profile then means its own Region, because a window
    /// with many profiles would be wrong for most of them if one `AWS_REGION` moved them all; only without a profile
    /// the environment comes first, as for the AWS CLI.
    pub(crate) fn scope(&self, given: Option<Region>) -> Result<Scope, ControlError> {
        let region = match (given, &self.chosen) {
            (Some(given), _) => Some(given),
            (None, Some(_)) => self
                .own_region()?
                .map_or_else(|| self.region_of_environment(), |own| Ok(Some(own)))?,
            (None, None) => self
                .region_of_environment()?
                .map_or_else(|| self.own_region(), |set| Ok(Some(set)))?,
        };
        match region {
            Some(region) => Ok(Scope {
                profile: self.chosen.clone(),
                region,
            }),
            None => Err(self.no_region()),
        }
    }

    /// Where the profile works when nothing else is chosen, by its settings alone.
    pub(crate) fn own_region(&self) -> Result<Option<Region>, ControlError> {
        profiles::region(&self.name, self.section())
    }

    /// A section of the profile that the AWS CLI passes over may have one.
    fn no_region(&self) -> ControlError {
        self.sections.instead_of_profile(&self.name).map_or_else(
            || ControlError::NoRegion {
                profile: self.chosen.clone(),
            },
            |problem| self.configuration.files.error(&problem),
        )
    }

    /// The profile's section; none if there is no profile of this name.
    pub(crate) fn section(&self) -> Option<&Section> {
        self.sections.profile(&self.name)
    }

    /// How a data channel of `scope` is opened. The place that was set for the pair wins.
    pub(crate) fn socket(&self, scope: &Scope) -> Result<SocketSettings, ControlError> {
        let network = self.configuration.networks.current();
        let own = network.overrides.get(scope);
        let own = own.and_then(|own| own.get(OverridableService::SsmMessages));
        Ok(SocketSettings {
            endpoint_override: self.endpoint_in(scope, Service::Ssm)?,
            messages_override: match own {
                Some(own) => Some(own.clone()),
                None => self.endpoints().of_messages()?,
            },
            ca_bundle: self.ca_bundle(),
            proxies: self.configuration.networks.proxies()?,
        })
    }

    /// The way of this profile's calls, in all Regions.
    pub(crate) fn http_way(&self) -> Result<HttpWay, ControlError> {
        let profile = self.section();
        self.configuration.http_way_of(profile, self.chosen.as_ref())
    }

    fn ca_bundle(&self) -> Option<PathBuf> {
        self.configuration.ca_bundle_of(self.section())
    }

    /// The access key of `profile` that was typed into Postern.
    pub(crate) fn own_key(&self, profile: &str) -> Option<OwnKey> {
        self.sections.profile(profile)?.own()?;
        OwnKey::of(self.configuration.own.as_ref()?, profile)
    }

    /// The way to the profile's credentials. Where somebody named the profile, the keys of the environment do not count.
    pub(crate) fn plan(&self) -> Result<Plan, ControlError> {
        let environment = &self.configuration.environment;
        Plan::of(&self.sections, environment, &self.name, self.chosen.is_some())
    }

    /// What this machine has by itself; nothing where only the files count.
    pub(crate) fn machine(&self) -> Machine {
        if self.configuration.isolated {
            Machine::none()
        } else {
            Machine::of(&self.configuration.environment, |key| self.setting(key))
        }
    }

    /// The sign-in and the role at Identity Center that `profile` names; none if it is not whole.
    pub(crate) fn center_role(&self, profile: &str) -> Result<Option<(SsoSession, SsoRole)>, ControlError> {
        let Some(role) = SsoRole::of_profile(&self.sections, profile)? else {
            return Ok(None);
        };
        let session = SsoSession::of_profile(&self.sections, profile)?;
        Ok(session.map(|session| (session, role)))
    }

    /// The sign-in that the profile's credentials come from, through `source_profile` too.
    pub(crate) fn sign_in(&self) -> Result<Option<SsoSession>, ControlError> {
        session_of_credentials(&self.sections, self.profile())
    }

    /// The endpoint that the user set for a service (`EC2`, `SSM`, `STS`), or was handed over for SSM.
    pub(crate) fn endpoint(&self, service_id: &str) -> Result<Option<Url>, ControlError> {
        if service_id == "SSM"
            && let Some(given) = self.given_ssm_endpoint()
        {
            return Ok(Some(given.clone()));
        }
        self.endpoints().of(service_id)
    }

    /// The endpoint of a service in a scope. With a place of the pair's own there is none: calls then go to AWS's own host as
    /// far as the SDK knows, and only the connection goes elsewhere.
    pub(crate) fn endpoint_in(&self, scope: &Scope, service: Service) -> Result<Option<Url>, ControlError> {
        let given = self.given_ssm_endpoint().filter(|_| service == Service::Ssm);
        match (given, self.place(scope, service)) {
            (Some(given), _) => Ok(Some(given.clone())),
            (None, Some(_)) => Ok(None),
            (None, None) => self.endpoint(service.id()),
        }
    }

    /// The profile in this Region.
    pub(crate) fn scope_in(&self, region: Region) -> Scope {
        Scope {
            profile: self.chosen.clone(),
            region,
        }
    }

    /// Where calls of a service in a scope go, for people.
    pub(crate) fn host_in(&self, scope: &Scope, service: Service) -> Result<String, ControlError> {
        let endpoint = self.endpoint_in(scope, service)?;
        let place = self.place(scope, service).map(|place| place.to_string());
        Ok(match endpoint.map(String::from).or(place) {
            Some(url) => host_of(&url),
            None => service.host(None, &scope.region, self.endpoints().kind()?),
        })
    }

    fn place(&self, scope: &Scope, service: Service) -> Option<EndpointOverride> {
        self.configuration.networks.place(scope, service.overridable()?)
    }

    /// Where the calls of the profile go.
    pub(crate) fn endpoints(&self) -> Endpoints<'_> {
        self.configuration.endpoints(&self.name, &self.sections)
    }

    /// The endpoint for SSM that was handed over by whoever started this program.
    pub(crate) fn given_ssm_endpoint(&self) -> Option<&Url> {
        self.configuration.ssm_endpoint.as_ref()
    }

    fn region_of_environment(&self) -> Result<Option<Region>, ControlError> {
        let found = self
            .configuration
            .environment
            .first(&["AWS_REGION", "AWS_DEFAULT_REGION"]);
        found
            .map(|(variable, text)| parse_region(text, |rule| wrong(variable, rule)))
            .transpose()
    }

    /// The text of a setting of the profile, unless it is empty.
    pub(crate) fn setting(&self, key: &str) -> Option<&str> {
        let text = self.section()?.text(key).map(str::trim);
        text.filter(|text| !text.is_empty())
    }
}

/// The role that a profile itself names at Identity Center.
fn role_at_center(sections: &Sections, profile: &Section) -> Result<Option<SsoRole>, ControlError> {
    let assumes = ["role_arn", "web_identity_token_file"];
    if assumes
        .iter()
        .any(|key| profile.text(key).is_some_and(|text| !text.is_empty()))
    {
        return Ok(None);
    }
    SsoRole::of_profile(sections, profile.name())
}

fn parse_region(text: &str, wrong: impl Fn(String) -> ControlError) -> Result<Region, ControlError> {
    Region::parse(text).map_err(|rule| wrong(rule.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const CONFIG: &str = "[default]\nregion = eu-west-1\n[profile a]\nregion = eu-central-1\nendpoint_url = https://a.example\nservices = vpce\nca_bundle = ~/ca.pem\n[profile bare]\n[services vpce]\nssm =\n  endpoint_url = https://ssm.example:8443\n";

    struct World {
        _folder: tempfile::TempDir,
        configuration: Configuration,
    }

    fn world(environment: &[(&str, &str)]) -> World {
        let folder = tempfile::tempdir().unwrap();
        let config = folder.path().join("config");
        std::fs::write(&config, CONFIG).unwrap();
        let pairs = environment
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        let files = [
            ("AWS_CONFIG_FILE".to_owned(), config.display().to_string()),
            ("HOME".to_owned(), "/h".to_owned()),
        ];
        let configuration = Configuration::of_user(Variables::of(pairs.chain(files)));
        World {
            _folder: folder,
            configuration,
        }
    }

    impl World {
        async fn scope(&self, profile: Option<&str>, region: Option<&str>) -> Result<String, ControlError> {
            let profile = profile.map(|name| ProfileName::parse(name).unwrap());
            let region = region.map(|code| Region::parse(code).unwrap());
            Ok(self
                .configuration
                .settings(profile.as_ref())
                .await?
                .scope(region)?
                .to_string())
        }

        async fn socket(&self, profile: &str) -> Result<(Option<String>, Option<PathBuf>), ControlError> {
            let profile = ProfileName::parse(profile).unwrap();
            let scope = Scope {
                profile: Some(profile.clone()),
                region: Region::parse("eu-central-1").unwrap(),
            };
            let socket = self
                .configuration
                .settings(Some(&profile))
                .await?
                .socket(&scope)?;
            Ok((socket.endpoint_override.map(String::from), socket.ca_bundle))
        }
    }

    #[tokio::test]
    async fn a_chosen_profile_means_its_own_region() {
        let world = world(&[("AWS_REGION", "us-east-1")]);
        assert_eq!(world.scope(Some("a"), None).await.unwrap(), "a / eu-central-1");
        assert_eq!(
            world.scope(Some("a"), Some("us-west-2")).await.unwrap(),
            "a / us-west-2"
        );
        assert_eq!(world.scope(Some("bare"), None).await.unwrap(), "bare / us-east-1");
    }

    #[tokio::test]
    async fn without_a_profile_the_environment_comes_first() {
        assert_eq!(
            world(&[]).scope(None, None).await.unwrap(),
            "default credentials / eu-west-1"
        );
        let world = world(&[("AWS_DEFAULT_REGION", "us-east-2")]);
        assert_eq!(
            world.scope(None, None).await.unwrap(),
            "default credentials / us-east-2"
        );
    }

    #[tokio::test]
    async fn the_profile_of_the_environment_gives_its_region_to_the_default_credentials() {
        let world = world(&[("AWS_PROFILE", "a")]);
        assert_eq!(
            world.scope(None, None).await.unwrap(),
            "default credentials / eu-central-1"
        );
    }

    #[tokio::test]
    async fn a_profile_without_any_region_has_none() {
        let error = world(&[]).scope(Some("bare"), None).await.unwrap_err();
        assert_eq!(error.to_string(), "No Region is set for AWS profile bare.");
    }

    #[tokio::test]
    async fn an_unknown_profile_names_the_known_ones_wherever_it_was_named() {
        for (environment, profile) in [(vec![], Some("nope")), (vec![("AWS_PROFILE", "nope")], None)] {
            let error = world(&environment).scope(profile, None).await.unwrap_err();
            assert_eq!(error.next_step(), "Choose one of: default, a, bare.");
        }
    }

    #[tokio::test]
    async fn a_region_that_is_none_is_blamed_on_its_variable() {
        let error = world(&[("AWS_REGION", "Frankfurt")])
            .scope(None, None)
            .await
            .unwrap_err();
        assert!(
            error
                .to_string()
                .starts_with("The AWS configuration cannot be used: AWS_REGION: A Region looks like"),
            "{error}"
        );
    }

    #[tokio::test]
    async fn the_endpoint_follows_the_order_of_the_sdk() {
        let ssm = ("AWS_ENDPOINT_URL_SSM", "http://127.0.0.1:1");
        let all = ("AWS_ENDPOINT_URL", "http://127.0.0.1:2");
        assert_eq!(
            world(&[ssm, all]).socket("a").await.unwrap().0.unwrap(),
            "http://127.0.0.1:1/"
        );
        assert_eq!(
            world(&[all]).socket("a").await.unwrap().0.unwrap(),
            "http://127.0.0.1:2/"
        );
        assert_eq!(
            world(&[]).socket("a").await.unwrap().0.unwrap(),
            "https://ssm.example:8443/"
        );
        assert_eq!(world(&[]).socket("bare").await.unwrap().0, None);
        let ignore = ("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS", "true");
        assert_eq!(world(&[ssm, all, ignore]).socket("a").await.unwrap().0, None);
    }

    #[tokio::test]
    async fn an_endpoint_that_was_handed_over_wins() {
        let mut world = world(&[("AWS_ENDPOINT_URL_SSM", "http://127.0.0.1:1")]);
        world.configuration.ssm_endpoint = Some("http://127.0.0.1:9".parse().unwrap());
        assert_eq!(world.socket("a").await.unwrap().0.unwrap(), "http://127.0.0.1:9/");
    }

    #[tokio::test]
    async fn an_endpoint_that_is_no_url_is_an_error_and_not_ignored() {
        for variable in ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SSM"] {
            let error = world(&[(variable, "localhost")]).socket("a").await.unwrap_err();
            assert_eq!(error.next_step(), format!("Correct {variable}, then try again."));
        }
        let mut world = world(&[]);
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("config");
        std::fs::write(&path, "[profile a]\nendpoint_url = localhost\n").unwrap();
        world.configuration.files = AwsFiles::at(path, folder.path().join("none"));
        let error = world.socket("a").await.unwrap_err();
        assert_eq!(
            error.next_step(),
            "Correct `endpoint_url` of profile a, then try again."
        );
    }

    #[tokio::test]
    async fn the_certificates_of_the_environment_come_before_the_profiles() {
        assert_eq!(
            world(&[("AWS_CA_BUNDLE", "/e.pem")])
                .socket("a")
                .await
                .unwrap()
                .1
                .unwrap(),
            PathBuf::from("/e.pem")
        );
        assert_eq!(
            world(&[]).socket("a").await.unwrap().1.unwrap(),
            PathBuf::from("/h").join("ca.pem")
        );
        assert_eq!(world(&[]).socket("bare").await.unwrap().1, None);
    }
}
