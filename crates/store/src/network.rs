//! The way to AWS as it is kept: what the settings say of the proxy and certificates, and pairs of their endpoints.

use std::path::Path;

use postern_model::{HostPort, Network, NoProxy, Proxies, Proxy, ProxyChoice, Scope};
use secrecy::SecretString;

use rusqlite::{Connection, OpenFlags};

use crate::{ProxyMode, ProxySettings, SavedPair, Settings, Store, StoreError, pairs, schema, settings};

/// The first schema whose pairs have endpoints.
const WITH_ENDPOINTS: i64 = 5;

/// What a file says of the way to AWS, for programs that need nothing else of it: they neither make, check nor migrate it.
#[derive(Debug, Clone)]
pub struct KeptNetwork {
    settings: Settings,
    pairs: Vec<SavedPair>,
}

impl KeptNetwork {
    /// Reads the file at `path`; where there is none, nothing was ever set.
    ///
    /// # Errors
    /// Any [`StoreError`] of reading.
    pub fn read(path: &Path) -> Result<Self, StoreError> {
        let failed = |error: rusqlite::Error| StoreError::of_sqlite(path, &error);
        let mut kept = Self {
            settings: Settings::default(),
            pairs: Vec::new(),
        };
        if !path.exists() {
            return Ok(kept);
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(failed)?;
        let version = schema::version(&connection).map_err(failed)?;
        if version > 0 {
            kept.settings = settings::read(&connection).map_err(failed)?;
        }
        if version >= WITH_ENDPOINTS {
            kept.pairs = pairs::read(&connection).map_err(failed)?.good;
        }
        Ok(kept)
    }

    /// Whether a password is needed that is not kept here.
    #[must_use]
    pub fn needs_password(&self) -> bool {
        self.settings.proxy.needs_password()
    }

    /// The way to AWS, with the password of the proxy's user.
    #[must_use]
    pub fn with_password(&self, password: Option<SecretString>) -> Network {
        network(&self.settings, &self.pairs, password)
    }
}

impl Store {
    /// What is kept of the way to AWS.
    ///
    /// # Errors
    /// Any [`StoreError`] of reading.
    pub fn kept_network(&self) -> Result<KeptNetwork, StoreError> {
        Ok(KeptNetwork {
            settings: self.settings()?,
            pairs: self.pairs()?,
        })
    }
}

fn network(settings: &Settings, pairs: &[SavedPair], password: Option<SecretString>) -> Network {
    let with_endpoints = pairs.iter().filter(|saved| !saved.endpoints.is_empty());
    Network {
        proxy: settings.proxy.choice(password),
        ca_bundle: settings.ca_bundle.as_ref().map(Into::into),
        overrides: with_endpoints
            .map(|saved| (Scope::from(saved.pair.clone()), saved.endpoints.clone()))
            .collect(),
    }
}

impl ProxySettings {
    /// The place of the user's own proxy; none if host or port cannot be one.
    #[must_use]
    pub fn place(&self) -> Option<HostPort> {
        self.own().map(|proxy| proxy.place().clone())
    }

    /// Whether the user's own proxy is used, with a login.
    #[must_use]
    pub fn needs_password(&self) -> bool {
        self.mode == ProxyMode::Own && !self.user.trim().is_empty()
    }

    fn own(&self) -> Option<Proxy> {
        let host = self.host.trim().trim_matches(['[', ']']);
        let is_name = !host.is_empty() && !host.contains(['/', '@', '?', '#', '\\']);
        let host = if host.contains(':') {
            format!("[{host}]")
        } else {
            host.to_owned()
        };
        let scheme = if self.encrypted { "https" } else { "http" };
        let text = format!("{scheme}://{host}:{}", self.port);
        Proxy::parse(&text).ok().filter(|_| is_name && self.port > 0)
    }

    fn choice(&self, password: Option<SecretString>) -> ProxyChoice {
        match (self.mode, self.own()) {
            (ProxyMode::Environment, _) => ProxyChoice::Environment,
            (ProxyMode::None, _) => ProxyChoice::None,
            (ProxyMode::Own, None) => {
                tracing::warn!("the proxy of the settings cannot be understood, and the environment decides");
                ProxyChoice::Environment
            }
            (ProxyMode::Own, Some(proxy)) => {
                let proxy = match (self.user.trim(), password) {
                    ("", _) | (_, None) => proxy,
                    (user, Some(password)) => proxy.with_login(user, password),
                };
                ProxyChoice::These(Proxies::one(proxy, NoProxy::parse(&self.exceptions)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use postern_model::{EndpointOverride, EndpointOverrides, OverridableService, Pair, ProfileName, Region};

    use super::*;

    fn own() -> ProxySettings {
        ProxySettings {
            mode: ProxyMode::Own,
            host: "proxy.corp".into(),
            port: 8080,
            user: "ada".into(),
            exceptions: "intern.corp".into(),
            ..ProxySettings::default()
        }
    }

    #[test]
    fn the_users_own_proxy_gets_its_password_from_elsewhere() {
        let ProxyChoice::These(proxies) = own().choice(Some("canary".into())) else {
            panic!()
        };
        let place = |url: &str| HostPort::of_url(&url.parse().unwrap()).unwrap();
        let proxy = proxies.to(&place("https://ssm.example"), true).unwrap();
        assert_eq!(
            (proxy.to_string().as_str(), proxy.user()),
            ("proxy.corp:8080", Some("ada"))
        );
        assert!(proxies.to(&place("https://a.intern.corp"), true).is_none());
        assert!(!format!("{proxies:?}").contains("canary"));
    }

    #[test]
    fn a_host_is_a_name_or_an_address_and_nothing_else() {
        let place = |host: &str, port| {
            ProxySettings {
                host: host.into(),
                port,
                ..own()
            }
            .place()
            .map(|place| place.to_string())
        };
        assert_eq!(place(" Proxy.Corp ", 3128).as_deref(), Some("proxy.corp:3128"));
        assert_eq!(place("10.0.0.1", 80).as_deref(), Some("10.0.0.1:80"));
        assert_eq!(place("fd00::1", 80).as_deref(), Some("[fd00::1]:80"));
        for (host, port) in [
            ("", 80),
            ("a b", 80),
            ("http://proxy", 80),
            ("ada@proxy", 80),
            ("proxy:1", 80),
            ("proxy", 0),
        ] {
            assert_eq!(place(host, port), None, "{host}:{port}");
        }
    }

    #[test]
    fn what_is_kept_comes_back_as_the_way_to_aws() {
        let store = Store::in_memory().unwrap();
        let network = || store.kept_network().unwrap().with_password(None);
        assert_eq!(network(), Network::default());
        let pair = Pair {
            profile: ProfileName::parse("a").unwrap(),
            region: Region::parse("eu-central-1").unwrap(),
        };
        let saved = store.add_pair(&pair, true).unwrap();
        let mut endpoints = EndpointOverrides::default();
        endpoints.set(
            OverridableService::SsmMessages,
            EndpointOverride::parse("vpce.example").unwrap(),
        );
        store.set_pair_endpoints(saved.id, &endpoints).unwrap();
        store
            .update_settings(|settings| settings.ca_bundle = Some("/ca.pem".into()))
            .unwrap();
        let told = network();
        assert_eq!(told.overrides.get(&Scope::from(pair.clone())), Some(&endpoints));
        assert_eq!(told.ca_bundle, Some("/ca.pem".into()));
        let changed = store.update_pair(saved.id, &pair, false).unwrap();
        assert_eq!(changed.endpoints, endpoints, "what was not changed stays");
        store
            .set_pair_endpoints(saved.id, &EndpointOverrides::default())
            .unwrap();
        assert!(network().overrides.is_empty());
    }
}
