//! The HTTP client of all AWS calls: one for each set of trusted certificates, and errors that name the host.

use std::collections::HashMap;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{Provider, TlsContext, TrustStore, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Connector, ConnectorBuilder};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use postern_model::ControlError;
use thiserror::Error;
use url::Url;

use crate::clock::AwsClock;
use crate::trust::trust_store;

/// The clients made so far, by CA bundle, so that any number of pairs shares one pool of connections.
#[derive(Debug)]
pub(crate) struct HttpClients {
    proxied: bool,
    clock: Arc<AwsClock>,
    made: Mutex<HashMap<Option<PathBuf>, SharedHttpClient>>,
}

/// A connector's error with the host that was to be reached, which no error of the SDK names.
#[derive(Debug, Error)]
#[error("{host}")]
pub(crate) struct NotReached {
    /// Host, and port where it is not the scheme's own.
    pub(crate) host: String,
    /// Why.
    #[source]
    pub(crate) cause: BoxError,
}

impl HttpClients {
    /// With `proxied` the proxy variables (`HTTPS_PROXY`, `HTTP_PROXY`, `ALL_PROXY`, `NO_PROXY`) are obeyed.
    pub(crate) fn new(proxied: bool) -> Self {
        Self {
            proxied,
            clock: Arc::default(),
            made: Mutex::default(),
        }
    }

    /// The clock by the answers of all clients.
    pub(crate) fn clock(&self) -> &AwsClock {
        &self.clock
    }

    /// The same, to be kept.
    pub(crate) fn shared_clock(&self) -> Arc<AwsClock> {
        Arc::clone(&self.clock)
    }

    /// The client that trusts `bundle`, or without one the system's certificates.
    pub(crate) fn trusting(&self, bundle: Option<&Path>) -> Result<SharedHttpClient, ControlError> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        let key = bundle.map(Path::to_path_buf);
        if let Some(client) = made.get(&key) {
            return Ok(client.clone());
        }
        let proxy = if self.proxied {
            ProxyConfig::from_env()
        } else {
            ProxyConfig::disabled()
        };
        let client = SharedHttpClient::new(Client {
            trust: trust_store(bundle)?,
            proxy,
            clock: Arc::clone(&self.clock),
            connectors: Mutex::default(),
        });
        made.insert(key, client.clone());
        Ok(client)
    }
}

/// The SDK's own client type builds a connector anew for the check of every configuration; this one only when a
/// setting is seen for the first time.
struct Client {
    trust: TrustStore,
    proxy: ProxyConfig,
    clock: Arc<AwsClock>,
    connectors: Mutex<HashMap<Timeouts, SharedHttpConnector>>,
}

/// Connect and read time-outs, all that tells connectors apart.
type Timeouts = (Option<Duration>, Option<Duration>);

impl HttpClient for Client {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let key = (settings.connect_timeout(), settings.read_timeout());
        let mut connectors = self.connectors.lock().unwrap_or_else(PoisonError::into_inner);
        connectors
            .entry(key)
            .or_insert_with(|| SharedHttpConnector::new(self.connector(settings, components)))
            .clone()
    }
}

impl Client {
    fn connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> NamingConnector {
        let tls = TlsContext::builder()
            .with_trust_store(self.trust.clone())
            .build()
            .unwrap_or_default();
        let mut builder: ConnectorBuilder = Connector::builder();
        builder.set_connector_settings(Some(settings.clone()));
        builder.set_sleep_impl(components.sleep_impl());
        builder.set_proxy_config(Some(self.proxy.clone()));
        let connector = builder
            .tls_provider(Provider::rustls(CryptoMode::Ring))
            .tls_context(tls)
            .build();
        NamingConnector {
            connector,
            clock: Arc::clone(&self.clock),
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").finish_non_exhaustive()
    }
}

/// Names the host in errors and tells the clock the dates of answers.
#[derive(Debug)]
struct NamingConnector {
    connector: Connector,
    clock: Arc<AwsClock>,
}

impl HttpConnector for NamingConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let host = host_of(request.uri());
        let answer = self.connector.call(request);
        let clock = Arc::clone(&self.clock);
        HttpConnectorFuture::new(async move {
            let answer = answer.await.map_err(|error| name_host(host, error))?;
            clock.observe(answer.headers().get("date"));
            Ok(answer)
        })
    }
}

/// `host` or `host:port` of a URL.
pub(crate) fn host_of(url: &str) -> String {
    let url = Url::parse(url).ok();
    let host = url.as_ref().and_then(|url| Some((url.host_str()?, url.port())));
    match host {
        Some((host, Some(port))) => format!("{host}:{port}"),
        Some((host, None)) => host.to_owned(),
        None => "the endpoint".to_owned(),
    }
}

/// The same kind of error, by which the SDK decides on retries, with the host in the chain of causes.
fn name_host(host: String, error: ConnectorError) -> ConnectorError {
    let transient = error.as_other();
    let connection = error.connection_metadata().cloned();
    let (timeout, io, user) = (error.is_timeout(), error.is_io(), error.is_user());
    let cause = Box::new(NotReached {
        host,
        cause: error.into_source(),
    });
    let named = match (timeout, io, user) {
        (true, _, _) => ConnectorError::timeout(cause),
        (_, true, _) => ConnectorError::io(cause),
        (_, _, true) => ConnectorError::user(cause),
        (false, false, false) => ConnectorError::other(cause, transient),
    };
    match connection {
        Some(connection) => named.with_connection(connection),
        None => named,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kind_of_an_error_survives_naming_its_host() {
        let named = name_host("h".into(), ConnectorError::timeout("slow".into()));
        assert!(named.is_timeout());
        assert_eq!(std::error::Error::source(&named).unwrap().to_string(), "h");
        assert!(name_host("h".into(), ConnectorError::io("cut".into())).is_io());
        assert!(name_host("h".into(), ConnectorError::user("bad".into())).is_user());
        assert!(name_host("h".into(), ConnectorError::other("?".into(), None)).is_other());
    }

    #[test]
    fn hosts_are_named_with_a_port_that_is_not_the_usual() {
        assert_eq!(
            host_of("https://ssm.eu-central-1.amazonaws.com/"),
            "ssm.eu-central-1.amazonaws.com"
        );
        assert_eq!(host_of("http://127.0.0.1:4000/x?secret"), "127.0.0.1:4000");
        assert_eq!(host_of("?"), "the endpoint");
    }

    #[test]
    fn one_client_serves_all_with_the_same_certificates() {
        let clients = HttpClients::new(false);
        clients.trusting(None).unwrap();
        clients.trusting(None).unwrap();
        assert_eq!(clients.made.lock().unwrap().len(), 1);
    }
}
