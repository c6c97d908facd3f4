//! The HTTP client of all AWS calls: one for each way to AWS, and errors that name the host.

mod connector;
mod dialler;
mod way;

use std::collections::HashMap;
use std::fmt;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use postern_dial::{DialError, DialLimits, Trust};
use postern_model::ControlError;
use url::Url;

use crate::clock::AwsClock;
use crate::not_reached::NotReached;

pub(crate) use connector::Connector;
pub(crate) use dialler::Dialler;
pub(crate) use way::{Detour, HttpWay};

/// What is offered to hosts (ALPN).
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];
/// For a connection where the SDK sets no limit.
const USUAL_CONNECT_LIMIT: Duration = Duration::from_secs(10);

/// The clients made so far, by their way, so that any number of pairs shares one pool of connections.
#[derive(Debug, Default)]
pub(crate) struct HttpClients {
    clock: Arc<AwsClock>,
    made: Mutex<Vec<(Arc<HttpWay>, SharedHttpClient)>>,
}

impl HttpClients {
    /// The clock by the answers of all clients.
    pub(crate) fn clock(&self) -> &AwsClock {
        &self.clock
    }

    /// The same, to be kept.
    pub(crate) fn shared_clock(&self) -> Arc<AwsClock> {
        Arc::clone(&self.clock)
    }

    /// The client for a way.
    pub(crate) fn client(&self, way: HttpWay) -> Result<SharedHttpClient, ControlError> {
        let mut made = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, client)) = made.iter().find(|(known, _)| **known == way) {
            return Ok(client.clone());
        }
        let way = Arc::new(way);
        let client = SharedHttpClient::new(Client {
            trust: trust(way.ca_bundle.as_deref())?,
            way: Arc::clone(&way),
            clock: Arc::clone(&self.clock),
            connectors: Mutex::default(),
        });
        made.push((way, client.clone()));
        Ok(client)
    }

    /// Lets go of every client, because another way leads to AWS now.
    pub(crate) fn forget(&self) {
        self.made.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// What sends requests directly, with the system's certificates: for what is a hop away.
pub(crate) fn direct() -> Connector {
    let dialler = Dialler {
        way: Arc::default(),
        trust: Trust::read(None)
            .map(|trust| trust.offering(&PROTOCOLS))
            .map_err(|error| error.to_string()),
        limits: limits(USUAL_CONNECT_LIMIT),
    };
    Connector::new(dialler, None)
}

fn limits(connect: Duration) -> DialLimits {
    DialLimits {
        connect,
        tls: connect.saturating_mul(2),
        tunnel: connect.saturating_mul(2),
    }
}

/// Without any certificate of the system, calls that need none go on; a bundle that the user named must be usable.
fn trust(bundle: Option<&Path>) -> Result<Result<Trust, String>, ControlError> {
    let trust = Trust::read(bundle).map(|trust| trust.offering(&PROTOCOLS));
    match (trust, bundle) {
        (Ok(trust), _) => Ok(Ok(trust)),
        (Err(DialError::Certificates { detail, .. }), Some(path)) => {
            Err(ControlError::MalformedConfiguration {
                path: path.into(),
                line: None,
                detail,
            })
        }
        (Err(error), _) => Ok(Err(error.to_string())),
    }
}

struct Client {
    trust: Result<Trust, String>,
    way: Arc<HttpWay>,
    clock: Arc<AwsClock>,
    connectors: Mutex<HashMap<Timeouts, SharedHttpConnector>>,
}

/// Connect and read time-outs, all that tells connectors apart.
type Timeouts = (Option<Duration>, Option<Duration>);

impl HttpClient for Client {
    fn http_connector(&self, settings: &HttpConnectorSettings, _: &RuntimeComponents) -> SharedHttpConnector {
        let key = (settings.connect_timeout(), settings.read_timeout());
        let mut connectors = self.connectors.lock().unwrap_or_else(PoisonError::into_inner);
        connectors
            .entry(key)
            .or_insert_with(|| SharedHttpConnector::new(self.connector(key)))
            .clone()
    }
}

impl Client {
    fn connector(&self, (connect, read): Timeouts) -> NamingConnector {
        let connect = connect.unwrap_or(USUAL_CONNECT_LIMIT);
        let dialler = Dialler {
            way: Arc::clone(&self.way),
            trust: self.trust.clone(),
            limits: limits(connect),
        };
        NamingConnector {
            connector: Connector::new(dialler, read),
            way: Arc::clone(&self.way),
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
    way: Arc<HttpWay>,
    clock: Arc<AwsClock>,
}

impl HttpConnector for NamingConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let leg = self.way.leg(request.uri());
        let host = leg.map_or_else(|| host_of(request.uri()), |leg| leg.in_words());
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
    fn one_client_serves_all_that_go_the_same_way() {
        let clients = HttpClients::default();
        clients.client(HttpWay::default()).unwrap();
        clients.client(HttpWay::default()).unwrap();
        assert_eq!(clients.made.lock().unwrap().len(), 1);
    }
}
