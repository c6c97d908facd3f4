//! The SDK's HTTP client: hyper over connections of ours, so that calls go the way of data channels.

use std::error::Error;
use std::io;
use std::time::Duration;

use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::connection::{CaptureSmithyConnection, ConnectionMetadata};
use aws_smithy_runtime_api::client::http::{HttpConnector, HttpConnectorFuture};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::retry::ErrorKind;
use http::header::{HeaderValue, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION};
use hyper_util::client::legacy::connect::{CaptureConnection, capture_connection};
use hyper_util::client::legacy::{Client, ResponseFuture};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use postern_dial::{DialError, authorization, check_forwarded, check_login};
use postern_model::{Proxy, ProxyError};
use secrecy::ExposeSecret;

use super::dialler::Dialler;
use crate::reach::causes;

/// Sends requests, and gives up those whose answer does not begin in time.
pub(crate) struct Connector {
    client: Client<Dialler, SdkBody>,
    dialler: Dialler,
    read_limit: Option<Duration>,
}

impl Connector {
    pub(crate) fn new(dialler: Dialler, read_limit: Option<Duration>) -> Self {
        let mut builder = Client::builder(TokioExecutor::new());
        builder.pool_timer(TokioTimer::new());
        Self {
            client: builder.build(dialler.clone()),
            dialler,
            read_limit,
        }
    }

    fn send(&self, request: HttpRequest, forwarding: Option<&Proxy>) -> Result<ResponseFuture, BoxError> {
        let mut request = request.try_into_http1x()?;
        if let Some(login) = forwarding.and_then(login_of) {
            request.headers_mut().insert(PROXY_AUTHORIZATION, login);
        }
        // The SDK closes a connection on which something went wrong, so that the next attempt does not use it.
        let captured = capture_connection(&mut request);
        if let Some(capture) = request.extensions().get::<CaptureSmithyConnection>() {
            capture.set_connection_retriever(move || metadata(&captured));
        }
        Ok(self.client.request(request))
    }

    /// A plain request is handed to its proxy as a whole, with the login; an encrypted one goes through it.
    fn forwarding(&self, url: &str) -> Option<Proxy> {
        let leg = self.dialler.way.leg(url).filter(|leg| !leg.encrypted)?;
        self.dialler.way.proxies.to(leg.place(), false).cloned()
    }
}

fn login_of(proxy: &Proxy) -> Option<HeaderValue> {
    let mut login = HeaderValue::from_str(authorization(proxy)?.expose_secret()).ok()?;
    login.set_sensitive(true);
    Some(login)
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let forwarding = self.forwarding(request.uri());
        // A connection that is still open would take the login again that was refused on it.
        if let Some(Err(refused)) = forwarding.as_ref().map(check_login) {
            return HttpConnectorFuture::ready(Err(of_proxy(refused)));
        }
        let answer = match self.send(request, forwarding.as_ref()) {
            Ok(answer) => answer,
            Err(error) => return HttpConnectorFuture::ready(Err(ConnectorError::user(error))),
        };
        HttpConnectorFuture::new(answer_of(answer, forwarding, self.read_limit))
    }
}

async fn answer_of(
    answer: ResponseFuture,
    forwarding: Option<Proxy>,
    limit: Option<Duration>,
) -> Result<HttpResponse, ConnectorError> {
    let answer = match limit {
        None => answer.await,
        Some(limit) => tokio::time::timeout(limit, answer)
            .await
            .map_err(|late| ConnectorError::timeout(late.into()))?,
    };
    let answer = answer.map_err(|error| classified(error.into()))?;
    if let Some(proxy) = forwarding {
        let challenges = answer.headers().get_all(PROXY_AUTHENTICATE).into_iter();
        let challenges = challenges.map(HeaderValue::as_bytes);
        check_forwarded(&proxy, answer.status().as_u16(), challenges).map_err(of_proxy)?;
    }
    HttpResponse::try_from(answer.map(SdkBody::from_body_1_x))
        .map_err(|error| ConnectorError::other(error.into(), None))
}

fn of_proxy(error: ProxyError) -> ConnectorError {
    classified(DialError::from(error).into())
}

impl std::fmt::Debug for Connector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connector").finish_non_exhaustive()
    }
}

fn metadata(captured: &CaptureConnection) -> Option<ConnectionMetadata> {
    let is_proxied = captured.connection_metadata().as_ref()?.is_proxied();
    let captured = captured.clone();
    let poison = move || {
        if let Some(connection) = captured.connection_metadata().as_ref() {
            connection.poison();
        }
    };
    Some(
        ConnectionMetadata::builder()
            .proxied(is_proxied)
            .poison_fn(poison)
            .build(),
    )
}

/// What makes a connector's error of another one.
type MakeError = fn(BoxError) -> ConnectorError;

/// The error with its kind, by which the SDK decides whether to try again.
fn classified(error: BoxError) -> ConnectorError {
    let dialled = causes(error.as_ref()).find_map(|cause| cause.downcast_ref::<DialError>());
    let kind = dialled.map_or_else(|| kind_of_request(error.as_ref()), kind_of_dial);
    kind(error)
}

fn kind_of_dial(error: &DialError) -> MakeError {
    match error {
        DialError::TimedOut { .. } | DialError::Proxy(ProxyError::TimedOut { .. }) => ConnectorError::timeout,
        DialError::Unreachable { .. } | DialError::Cut { .. } => ConnectorError::io,
        DialError::Proxy(proxy) if proxy.may_pass() => ConnectorError::io,
        DialError::Proxy(_) | DialError::Tls { .. } | DialError::Certificates { .. } => final_error,
    }
}

fn kind_of_request(error: &(dyn Error + 'static)) -> MakeError {
    let hyper = causes(error).find_map(|cause| cause.downcast_ref::<hyper::Error>());
    let is_io = causes(error).any(|cause| cause.is::<io::Error>());
    match hyper {
        Some(hyper) if hyper.is_timeout() => ConnectorError::timeout,
        Some(hyper) if hyper.is_user() => ConnectorError::user,
        Some(hyper) if hyper.is_closed() || hyper.is_canceled() => ConnectorError::io,
        _ if is_io || ends_a_connection(error) => ConnectorError::io,
        Some(hyper) if hyper.is_incomplete_message() => transient_error,
        Some(_) | None => final_error,
    }
}

fn transient_error(error: BoxError) -> ConnectorError {
    ConnectorError::other(error, Some(ErrorKind::TransientError))
}

fn final_error(error: BoxError) -> ConnectorError {
    ConnectorError::other(error, None)
}

/// HTTP/2 has words of its own for a server that goes away, which its library says as text only.
fn ends_a_connection(error: &(dyn Error + 'static)) -> bool {
    causes(error).any(|cause| {
        let text = cause.to_string();
        text.contains("http2 error") && (text.contains("GOAWAY") || text.contains("refused"))
    })
}
