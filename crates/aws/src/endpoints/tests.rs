use std::collections::BTreeMap;

use postern_model::{ProfileName, aws_host};
use serde::Deserialize;

use crate::configuration::Configuration;
use crate::service::Service;
use crate::variables::Variables;

/// One way to write the AWS configuration, and where the calls of its profile `a` go then.
#[derive(Deserialize)]
struct Case {
    case: String,
    config: String,
    #[serde(default)]
    environment: BTreeMap<String, String>,
    /// As the AWS CLI decides: `tests/tests/aws_cli.rs` asks the real one.
    aws_cli: Places,
    /// Where Postern differs, with the reason beside it.
    postern: Option<Places>,
}

/// An address, `aws` or `refused`: for all services, or each.
#[derive(Deserialize)]
#[serde(untagged)]
enum Places {
    Same(String),
    Each(BTreeMap<String, String>),
}

const SERVICES: [&str; 4] = ["ec2", "kms", "ssm", "sts"];
const REFUSED: &str = "refused";

impl Places {
    fn of(&self, service: &str) -> &str {
        match self {
            Self::Same(place) => place,
            Self::Each(places) => &places[service],
        }
    }
}

impl Case {
    fn configuration(&self, folder: &tempfile::TempDir) -> Configuration {
        let config = folder.path().join("config");
        std::fs::write(&config, &self.config).unwrap();
        let variables = self.environment.clone().into_iter();
        let file = ("AWS_CONFIG_FILE".to_owned(), config.display().to_string());
        Configuration::of_user(Variables::of(variables.chain([file])))
    }

    /// A profile is refused as a whole where one of its services is.
    fn expected(&self) -> Vec<String> {
        let places = self.postern.as_ref().unwrap_or(&self.aws_cli);
        let each = SERVICES.map(|service| places.of(service).to_owned());
        if each.iter().any(|place| place == REFUSED) {
            return vec![REFUSED.to_owned()];
        }
        each.into()
    }

    async fn found(&self) -> Vec<String> {
        let folder = tempfile::tempdir().unwrap();
        let configuration = self.configuration(&folder);
        let profile = ProfileName::parse("a").unwrap();
        let Ok(settings) = configuration.settings(Some(&profile)).await else {
            return vec![REFUSED.to_owned()];
        };
        let scope = settings.scope(None).unwrap();
        let place = |service: Service| match settings.endpoint(service.id()).unwrap() {
            Some(url) => url.as_str().trim_end_matches('/').to_owned(),
            None => match settings.host_in(&scope, service).unwrap() {
                host if host == aws_host(service.prefix(), &scope.region) => "aws".to_owned(),
                host => format!("https://{host}"),
            },
        };
        Service::NEEDED.map(place).into()
    }
}

fn cases() -> Vec<Case> {
    serde_json::from_str(include_str!("../../tests/data/endpoints.json")).unwrap()
}

#[tokio::test]
async fn calls_go_where_the_aws_cli_sends_them_or_nowhere() {
    let mut wrong = Vec::new();
    for case in cases() {
        let (found, expected) = (case.found().await, case.expected());
        if found != expected {
            wrong.push(format!("{}: {found:?} instead of {expected:?}", case.case));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[tokio::test]
async fn the_list_of_profiles_names_what_keeps_one_from_being_used() {
    for case in cases() {
        let folder = tempfile::tempdir().unwrap();
        let Ok(profiles) = case.configuration(&folder).profiles().await else {
            assert_eq!(case.expected(), [REFUSED], "{}", case.case);
            continue;
        };
        let profile = profiles.iter().find(|one| one.name.as_str() == "a").unwrap();
        assert_eq!(
            profile.problem.is_some(),
            case.expected() == [REFUSED],
            "{}",
            case.case
        );
    }
}

async fn refusal(config: &str, environment: &[(&str, &str)]) -> String {
    let variables = environment
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let case = Case {
        case: String::new(),
        config: config.to_owned(),
        environment: variables.collect(),
        aws_cli: Places::Same(String::new()),
        postern: None,
    };
    let folder = tempfile::tempdir().unwrap();
    let profile = ProfileName::parse("a").unwrap();
    match case.configuration(&folder).settings(Some(&profile)).await {
        Ok(_) => String::new(),
        Err(error) => error.to_string(),
    }
}

#[tokio::test]
async fn a_refusal_names_the_setting_and_what_is_wrong_with_it() {
    for (config, words) in [
        (
            "services = sim",
            "`services` of profile a: there is no section [services sim]",
        ),
        ("services =", "`services` of profile a: it names no section"),
        (
            "services = sim\n[services sim]",
            "`services` of profile a: the section [services sim] is empty",
        ),
        (
            "services = sim\n[services sim]\nendpoint_url = http://h",
            "[services sim]: endpoint_url stands outside of a service; write it below a line such as `ssm =` and indent it",
        ),
        (
            "services = sim\n[services sim]\nssm =\n  endpoint_uri = http://h",
            "`ssm` in [services sim]: it has no indented line `endpoint_url = …` below it",
        ),
        (
            "use_fips_endpoint = yes",
            "`use_fips_endpoint` of profile a: it is neither true nor false",
        ),
        (
            "endpoint_url http://h",
            "`endpoint_url` of profile a: the = between it and its value is missing",
        ),
        (
            "endpoint_url = http://h # local",
            "`endpoint_url` of profile a: a comment behind a value belongs to the value, so put it into a line of its own",
        ),
        (
            "services = sim\n[services sim ulator]\n[services sim]\nnonsense",
            "[services sim], line 5: this line is neither a section nor a setting; write `name = value`, or put # in front of a comment",
        ),
        (
            "services = my sim\n[services my sim]",
            "`services` of profile a: there is no section [services my sim] (its name has spaces and no quotes around it; write [services 'my sim'])",
        ),
        (
            "endpoint-url = http://h",
            "`endpoint-url` of profile a: the setting is called endpoint_url",
        ),
    ] {
        let said = refusal(&format!("[profile a]\n{config}\n"), &[]).await;
        assert_eq!(said, format!("The AWS configuration cannot be used: {words}."));
    }
}
