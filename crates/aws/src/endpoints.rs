//! Where the calls of a profile go. A setting that would silently send them elsewhere than its user meant is refused by
//! name: calls that were meant for a simulator or a private endpoint must not reach AWS itself.

use std::path::PathBuf;

use postern_aws_files::{Section, Sections, Setting, Value};
use postern_model::{ControlError, EndpointOverride, InvalidEndpoint};
use url::Url;

use crate::aws_hosts::EndpointKind;
use crate::service::Service;
use crate::variables::Variables;

const KEY: &str = "endpoint_url";
const VARIABLE: &str = "AWS_ENDPOINT_URL";

/// What people write for `endpoint_url`, and what nothing reads.
const MISSPELLED: [&str; 4] = ["endpoint-url", "endpoint_uri", "endpoint-uri", "endpointurl"];

/// Named here and in the AWS configuration as the SDK names them.
const SSO: &str = "SSO";
const SSO_OIDC: &str = "SSO OIDC";
const SIGN_IN: &str = "Signin";

/// The service of data channels, which has no client in any SDK.
const MESSAGES: &str = "SSMMessages";

/// All that decides where the calls of one profile go.
#[derive(Clone, Copy)]
pub(crate) struct Endpoints<'a> {
    pub(crate) environment: &'a Variables,
    /// The profile's name; there may be no profile of it.
    pub(crate) name: &'a str,
    pub(crate) sections: &'a Sections,
}

impl Endpoints<'_> {
    /// Everything that calls of this profile need is in order.
    ///
    /// # Errors
    /// [`ControlError::MalformedConfiguration`] with the name of the first setting that is not.
    pub(crate) fn check(&self) -> Result<(), ControlError> {
        self.kind()?;
        for service in Service::NEEDED {
            self.of(service.id())?;
        }
        for service in self.services_of_sign_in() {
            self.of(service)?;
        }
        self.of_messages().map(drop)
    }

    /// The endpoint that the user set for a service, such as `SSO OIDC`. The order is that of all AWS tools:
    /// `AWS_ENDPOINT_URL_<SERVICE>`, `AWS_ENDPOINT_URL`, the service's part of the profile's `services` section, the
    /// profile's `endpoint_url`.
    pub(crate) fn of(&self, service: &str) -> Result<Option<Url>, ControlError> {
        if self.are_ignored()? {
            return Ok(None);
        }
        self.configured(service)
    }

    /// Where data channels are dialled: `AWS_ENDPOINT_URL_SSMMESSAGES`, else `ssmmessages` of the profile's `services`
    /// section. What is set for all services is not meant: AWS names the host of each data channel itself.
    pub(crate) fn of_messages(&self) -> Result<Option<EndpointOverride>, ControlError> {
        if self.are_ignored()? {
            return Ok(None);
        }
        let variable = format!("{VARIABLE}_{}", key_of(MESSAGES).to_ascii_uppercase());
        let url = match self.environment.get(&variable) {
            Some(text) => Some(parse(text, &variable)?),
            // As for all services: what the environment sets for all of them goes before the section.
            None if self.environment.get(VARIABLE).is_some() => None,
            None => self.in_section(MESSAGES)?,
        };
        let wrong = |rule: InvalidEndpoint| wrong("the endpoint of ssmmessages", rule.to_string());
        url.as_ref()
            .map(EndpointOverride::of_url)
            .transpose()
            .map_err(wrong)
    }

    /// Which of AWS's own endpoints are wanted where no other one is set.
    pub(crate) fn kind(&self) -> Result<EndpointKind, ControlError> {
        Ok(EndpointKind {
            use_fips: self.switch("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint")?,
            use_dual_stack: self.switch("AWS_USE_DUALSTACK_ENDPOINT", "use_dualstack_endpoint")?,
        })
    }

    fn are_ignored(&self) -> Result<bool, ControlError> {
        self.switch(
            "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS",
            "ignore_configured_endpoint_urls",
        )
    }

    fn configured(&self, service: &str) -> Result<Option<Url>, ControlError> {
        let own = format!("{VARIABLE}_{}", key_of(service).to_ascii_uppercase());
        for variable in [own.as_str(), VARIABLE] {
            if let Some(text) = self.environment.get(variable) {
                return parse(text, variable).map(Some);
            }
        }
        match self.in_section(service)? {
            Some(found) => Ok(Some(found)),
            None => self.of_profile(),
        }
    }

    fn in_section(&self, service: &str) -> Result<Option<Url>, ControlError> {
        let Some(name) = self.setting("services") else {
            return Ok(None);
        };
        let key = key_of(service);
        let place = format!("`{key}` in [services {name}]");
        let found = self.section(name)?.setting(&key);
        found.map(|entry| of_entry(entry, &place)).transpose()
    }

    /// The profile's services section.
    fn section(&self, name: &str) -> Result<&Section, ControlError> {
        let place = self.place("services");
        let section = match self.sections.services(name) {
            None if name.is_empty() => return Err(wrong(place, "it names no section")),
            None => return Err(wrong(place, self.without_section(name))),
            Some(section) => section,
        };
        let header = format!("[services {name}]");
        if let Some(problem) = section.problem() {
            return Err(ControlError::MalformedConfiguration {
                path: header.into(),
                line: problem.line,
                detail: problem.to_string(),
            });
        }
        if section.settings().is_empty() {
            return Err(wrong(place, format!("the section {header} is empty")));
        }
        if section.setting(KEY).is_some() {
            let detail = "endpoint_url stands outside of a service; write it below a line such as `ssm =` and indent it";
            return Err(wrong(header, detail));
        }
        Ok(section)
    }

    fn without_section(&self, name: &str) -> String {
        let instead = self.sections.instead_of_services(name);
        let instead = instead.map(|problem| format!(" ({problem})")).unwrap_or_default();
        format!("there is no section [services {name}]{instead}")
    }

    fn of_profile(&self) -> Result<Option<Url>, ControlError> {
        if let Some(setting) = self.of_name(KEY).filter(|setting| setting.text() != Some("")) {
            return parse_setting(setting, self.place(KEY)).map(Some);
        }
        if let Some(key) = MISSPELLED.into_iter().find(|key| self.of_name(key).is_some()) {
            return Err(wrong(self.place(key), "the setting is called endpoint_url"));
        }
        if self.has_cut_key() {
            return Err(wrong(
                self.place(KEY),
                "the = between it and its value is missing",
            ));
        }
        let keys = Service::NEEDED.map(|service| key_of(service.id()));
        let misplaced = |key: &&String| self.of_name(key).is_some_and(names_endpoint);
        match keys.iter().find(misplaced) {
            Some(key) => Err(wrong(
                self.place(key),
                "the endpoint_url of one service belongs into a [services] section",
            )),
            None => Ok(None),
        }
    }

    fn services_of_sign_in(&self) -> Vec<&'static str> {
        let mut services = Vec::new();
        if ["sso_session", "sso_start_url"]
            .iter()
            .any(|key| self.setting(key).is_some())
        {
            services.extend([SSO, SSO_OIDC]);
        }
        if self.setting("login_session").is_some() {
            services.push(SIGN_IN);
        }
        services
    }

    /// A setting that is on or off. The AWS CLI takes every word but `true` for off; only those that mean it are here.
    fn switch(&self, variable: &str, key: &str) -> Result<bool, ControlError> {
        let of_profile = || Some((self.setting(key)?, self.place(key)));
        let of_environment = self
            .environment
            .get(variable)
            .map(|text| (text, variable.to_owned()));
        let Some((text, place)) = of_environment.or_else(of_profile) else {
            return Ok(false);
        };
        match text.trim().to_ascii_lowercase().as_str() {
            "true" => Ok(true),
            "false" | "no" | "off" | "0" | "" => Ok(false),
            _ => Err(wrong(place, "it is neither true nor false")),
        }
    }

    /// `endpoint_url http://host` is a setting called `endpoint_url http`, because a colon is a sign like `=`.
    fn has_cut_key(&self) -> bool {
        let settings = self.sections.profile(self.name).map(Section::settings);
        let is_cut = |key: &str| {
            key.split_once(char::is_whitespace)
                .is_some_and(|(first, _)| first == KEY)
        };
        settings.into_iter().flatten().any(|setting| is_cut(&setting.key))
    }

    fn setting(&self, key: &str) -> Option<&str> {
        self.of_name(key)?.text().map(str::trim)
    }

    fn of_name(&self, key: &str) -> Option<&Setting> {
        self.sections.profile(self.name)?.setting(key)
    }

    fn place(&self, key: &str) -> String {
        format!("`{key}` of profile {}", self.name)
    }
}

/// A service as the AWS files write it: `sso_oidc`.
fn key_of(service: &str) -> String {
    service.to_ascii_lowercase().replace(' ', "_")
}

/// Whether a setting that is a text, or has a block, speaks of an endpoint.
fn names_endpoint(setting: &Setting) -> bool {
    match &setting.value {
        Value::Text(text) => text.contains(KEY),
        Value::Block(block) => block.iter().any(|(key, _)| key == KEY),
    }
}

fn of_entry(entry: &Setting, place: &str) -> Result<Url, ControlError> {
    let found = entry.block().into_iter().flatten().find(|(key, _)| key == KEY);
    match found.filter(|(_, text)| !text.is_empty()) {
        Some((_, text)) => parse(text, format!("{KEY} of {place}")),
        None => Err(wrong(
            place,
            "it has no indented line `endpoint_url = …` below it",
        )),
    }
}

fn parse_setting(setting: &Setting, place: String) -> Result<Url, ControlError> {
    match (setting.text(), setting.hint()) {
        (Some(text), None) => parse(text, place),
        (_, Some(hint)) => Err(wrong(place, hint)),
        (None, None) => Err(wrong(place, "it has a block of indented lines and no URL")),
    }
}

fn parse(text: &str, place: impl Into<PathBuf>) -> Result<Url, ControlError> {
    let text = text.trim();
    let url = Url::parse(text)
        .ok()
        .filter(|_| !text.contains(char::is_whitespace));
    let url = url.filter(|url| url.has_host() && matches!(url.scheme(), "http" | "https"));
    url.ok_or_else(|| wrong(place, "it is not a URL such as https://host"))
}

/// A setting that is not in a file's form but in its value; `place` says where it stands.
pub(crate) fn wrong(place: impl Into<PathBuf>, detail: impl Into<String>) -> ControlError {
    ControlError::MalformedConfiguration {
        path: place.into(),
        line: None,
        detail: detail.into(),
    }
}

#[cfg(test)]
mod tests;
