//! What the AWS files say of a sign-in: an `sso-session`, or the settings of a profile that names none.

use postern_model::{ControlError, Partition, Region, SignInKey};
use url::Url;

use crate::aws_hosts::EndpointKind;
use crate::endpoints::{Endpoints, wrong};

/// The sections of the AWS files, as far as sign-ins are concerned.
pub(crate) trait SignInSections {
    /// A setting of a profile.
    fn of_profile(&self, profile: &str, key: &str) -> Option<&str>;

    /// A setting of an `sso-session`.
    fn of_session(&self, session: &str, key: &str) -> Option<&str>;

    /// Whether there is such an `sso-session`.
    fn has_session(&self, session: &str) -> bool;
}

/// One sign-in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SsoSession {
    pub(crate) key: SignInKey,
    /// The name of its `sso-session`; none of a profile that names none.
    pub(crate) name: Option<String>,
    /// As it is written: the cache's file is named by it.
    pub(crate) start_url: String,
    pub(crate) region: Region,
    /// What its registration asks for.
    pub(crate) scopes: Vec<String>,
}

/// Where the services of a sign-in are, by the settings of the profile that needs it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct CenterReach {
    pub(crate) oidc: Option<Url>,
    pub(crate) portal: Option<Url>,
    pub(crate) kind: EndpointKind,
}

/// A role that a sign-in gives in one account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct SsoRole {
    pub(crate) account: String,
    pub(crate) role: String,
}

impl CenterReach {
    /// By the endpoints of a profile.
    pub(crate) fn of(endpoints: &Endpoints<'_>) -> Result<Self, ControlError> {
        Ok(Self {
            oidc: endpoints.of("SSO OIDC")?,
            portal: endpoints.of("SSO")?,
            kind: endpoints.kind()?,
        })
    }
}

impl SsoRole {
    /// The role of a profile; none if it names neither account nor role.
    pub(crate) fn of_profile(
        sections: &impl SignInSections,
        profile: &str,
    ) -> Result<Option<Self>, ControlError> {
        let setting = |key: &str| set(sections.of_profile(profile, key));
        let missing = |key| wrong(of_profile(key, profile), "it is missing");
        match (setting("sso_account_id"), setting("sso_role_name")) {
            (Some(account), Some(role)) => Ok(Some(Self { account, role })),
            (None, None) => Ok(None),
            (None, Some(_)) => Err(missing("sso_account_id")),
            (Some(_), None) => Err(missing("sso_role_name")),
        }
    }
}

impl SsoSession {
    /// The sign-in that a profile names; none if it names none.
    ///
    /// # Errors
    /// [`ControlError::MalformedConfiguration`] when it names one that is not whole, or contradicts it.
    pub(crate) fn of_profile(
        sections: &impl SignInSections,
        profile: &str,
    ) -> Result<Option<Self>, ControlError> {
        if let Some(name) = set(sections.of_profile(profile, "sso_session")) {
            if !sections.has_session(&name) {
                let detail = format!("there is no section [sso-session {name}]");
                return Err(wrong(of_profile("sso_session", profile), detail));
            }
            let session = Self::named(sections, &name)?;
            session.agrees_with(sections, profile)?;
            return Ok(Some(session));
        }
        let Some(start_url) = set(sections.of_profile(profile, "sso_start_url")) else {
            return Ok(None);
        };
        let place = |key: &str| of_profile(key, profile);
        let region = region(sections.of_profile(profile, "sso_region"), &place)?;
        let key =
            SignInKey::parse(&start_url).map_err(|rule| wrong(place("sso_start_url"), rule.to_string()))?;
        Ok(Some(Self {
            key,
            name: None,
            start_url,
            region,
            scopes: Vec::new(),
        }))
    }

    /// What a section `[sso-session …]` says, which profiles share.
    pub(crate) fn named(sections: &impl SignInSections, name: &str) -> Result<Self, ControlError> {
        let place = |key: &str| format!("`{key}` in [sso-session {name}]");
        let setting = |key: &str| sections.of_session(name, key);
        let Some(start_url) = set(setting("sso_start_url")) else {
            return Err(wrong(place("sso_start_url"), "it is missing"));
        };
        let key = SignInKey::parse(name)
            .map_err(|rule| wrong(format!("[sso-session {name}]"), rule.to_string()))?;
        let scopes = setting("sso_registration_scopes").unwrap_or_default();
        let scopes = scopes.split(',').filter_map(|scope| set(Some(scope)));
        Ok(Self {
            key,
            name: Some(name.to_owned()),
            start_url,
            region: region(setting("sso_region"), &place)?,
            scopes: scopes.collect(),
        })
    }

    /// A profile may repeat what its `sso-session` says; who writes both and means two is asked which.
    fn agrees_with(&self, sections: &impl SignInSections, profile: &str) -> Result<(), ControlError> {
        for (key, own) in [
            ("sso_start_url", self.start_url.as_str()),
            ("sso_region", self.region.as_str()),
        ] {
            if set(sections.of_profile(profile, key)).is_some_and(|other| other != own) {
                let detail = format!("it differs from the one in [sso-session {}]", self.key);
                return Err(wrong(of_profile(key, profile), detail));
            }
        }
        Ok(())
    }

    /// Why this Region and this start URL may not belong together, for a sign-in that was refused.
    pub(crate) fn doubt(&self) -> Option<String> {
        let host = Url::parse(&self.start_url).ok()?.host_str()?.to_owned();
        let region = self.region.as_str();
        if let Some(named) = host
            .strip_suffix(".app.aws")
            .and_then(|rest| rest.rsplit_once(".portal."))
            .map(|(_, named)| named)
            .filter(|named| *named != region)
        {
            return Some(format!(
                "the start URL is one of {named}, and sso_region is {region}"
            ));
        }
        let of_url = partition_of_portal(&host)?;
        let of_region = Partition::of(&self.region);
        (of_url != of_region).then(|| {
            format!(
                "the start URL is one of {}, and sso_region {region} is one of {}",
                of_url.name(),
                of_region.name()
            )
        })
    }
}

/// By the hosts that start URLs have had since the beginning; a company may have one of its own.
fn partition_of_portal(host: &str) -> Option<Partition> {
    const PORTALS: [(&str, Partition); 3] = [
        ("us-gov-home.awsapps.com", Partition::GovCloud),
        ("awsapps.cn", Partition::China),
        ("awsapps.com", Partition::Commercial),
    ];
    let is_below = |portal: &str| host.strip_suffix(portal).is_some_and(|rest| rest.ends_with('.'));
    let portal = PORTALS.iter().find(|(portal, _)| is_below(portal));
    portal.map(|(_, partition)| *partition)
}

/// The sign-in that the credentials of `profile` come from, through any number of `source_profile`s.
///
/// # Errors
/// [`ControlError::MalformedConfiguration`] of the sign-in's own settings.
pub(crate) fn session_of_credentials(
    sections: &impl SignInSections,
    profile: &str,
) -> Result<Option<SsoSession>, ControlError> {
    let mut seen: Vec<String> = Vec::new();
    let mut current = profile.to_owned();
    loop {
        let has = |key: &str| set(sections.of_profile(&current, key)).is_some();
        if has("role_arn") && !has("web_identity_token_file") {
            match set(sections.of_profile(&current, "source_profile")) {
                // A profile that is its own source brings its own keys, and a circle brings none.
                Some(source) if source != current && !seen.contains(&source) => {
                    seen.push(std::mem::replace(&mut current, source));
                    // Keys of a source profile come before everything else that it has.
                    if set(sections.of_profile(&current, "aws_access_key_id")).is_some() {
                        return Ok(None);
                    }
                    continue;
                }
                Some(_) | None => return Ok(None),
            }
        }
        if has("web_identity_token_file") || !(has("sso_account_id") || has("sso_role_name")) {
            return Ok(None);
        }
        return SsoSession::of_profile(sections, &current);
    }
}

fn region(text: Option<&str>, place: &impl Fn(&str) -> String) -> Result<Region, ControlError> {
    const KEY: &str = "sso_region";
    let Some(text) = set(text) else {
        return Err(wrong(place(KEY), "it is missing"));
    };
    Region::parse(&text).map_err(|rule| wrong(place(KEY), rule.to_string()))
}

fn of_profile(key: &str, profile: &str) -> String {
    format!("`{key}` of profile {profile}")
}

/// A setting that says something.
fn set(value: Option<&str>) -> Option<String> {
    value
        .map(str::trim)
        .filter(|value| !value.is_empty())
        .map(ToOwned::to_owned)
}

#[cfg(test)]
mod tests;
