//! An AWS on loopback that answers what the test says, and remembers what it was asked.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a helper of tests: a failed assumption fails the test"
)]

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};

use postern_aws::AwsControlPlane;
use postern_model::{ProfileName, Region, Scope};
use tempfile::TempDir;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// The certificate that signed the one of [`Canned::start_tls`].
pub(crate) const AUTHORITY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/ca.pem");

/// What the SDK sent.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// Request line and headers, in lower case but for values.
    pub(crate) head: String,
    /// The body.
    pub(crate) body: String,
}

impl Request {
    /// `StartSession` of SSM's header, `DescribeInstances` of EC2's and STS's form.
    pub(crate) fn operation(&self) -> String {
        let target = self
            .header("x-amz-target")
            .and_then(|target| target.rsplit('.').next().map(ToOwned::to_owned));
        let action = || {
            self.body
                .split('&')
                .find_map(|field| field.strip_prefix("Action=").map(ToOwned::to_owned))
        };
        target.or_else(action).unwrap_or_default()
    }

    /// The path with its query.
    pub(crate) fn path(&self) -> &str {
        let line = self.head.lines().next().unwrap_or_default();
        line.split(' ').nth(1).unwrap_or_default()
    }

    /// A header's value.
    pub(crate) fn header(&self, name: &str) -> Option<String> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim().to_owned())
        })
    }

    /// The access key that signed it.
    pub(crate) fn access_key(&self) -> String {
        let authorization = self.header("authorization").unwrap_or_default();
        let credential = authorization.split("Credential=").nth(1).unwrap_or_default();
        credential.split('/').next().unwrap_or_default().to_owned()
    }
}

/// What the test answers.
#[derive(Debug, Clone)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: String,
    pub(crate) body: String,
}

/// `200` with a body.
pub(crate) fn ok(body: impl Into<String>) -> Answer {
    Answer {
        status: 200,
        headers: String::new(),
        body: body.into(),
    }
}

/// An error as SSM's JSON protocol has it.
pub(crate) fn json_error(code: &str, message: &str) -> Answer {
    let body = format!(r#"{{"__type":"com.amazonaws.ssm#{code}","message":"{message}"}}"#);
    Answer {
        status: 400,
        headers: String::new(),
        body,
    }
}

/// An error as EC2 has it.
pub(crate) fn ec2_error(code: &str, message: &str) -> Answer {
    let error = format!("<Error><Code>{code}</Code><Message>{message}</Message></Error>");
    Answer {
        status: 403,
        headers: String::new(),
        body: format!("<Response><Errors>{error}</Errors><RequestID>1</RequestID></Response>"),
    }
}

/// An error as STS has it.
pub(crate) fn sts_error(code: &str, message: &str) -> Answer {
    let error = format!("<Error><Type>Sender</Type><Code>{code}</Code><Message>{message}</Message></Error>");
    Answer {
        status: 403,
        headers: String::new(),
        body: format!("<ErrorResponse>{error}</ErrorResponse>"),
    }
}

/// DescribeInstanceInformation's answer where there are none.
pub(crate) fn no_agents() -> Answer {
    ok(r#"{"InstanceInformationList":[]}"#)
}

/// The loopback AWS; it ends with the test.
pub(crate) struct Canned {
    pub(crate) address: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
    server: JoinHandle<()>,
}

impl Canned {
    /// `answer` gets each request with its number, from 0.
    pub(crate) async fn start(answer: impl Fn(&Request, usize) -> Answer + Send + Sync + 'static) -> Self {
        Self::serve(None, answer).await
    }

    /// The same over TLS.
    pub(crate) async fn start_tls(
        answer: impl Fn(&Request, usize) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let identity = (
            include_bytes!("../data/loopback.pem"),
            include_bytes!("../data/loopback.key"),
        );
        Self::serve(Some(tls(identity.0, identity.1)), answer).await
    }

    /// The same with a certificate for AWS's names in eu-central-1.
    pub(crate) async fn start_aws(
        answer: impl Fn(&Request, usize) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let identity = (
            include_bytes!("../data/aws.pem"),
            include_bytes!("../data/aws.key"),
        );
        Self::serve(Some(tls(identity.0, identity.1)), answer).await
    }

    async fn serve(
        tls: Option<TlsAcceptor>,
        answer: impl Fn(&Request, usize) -> Answer + Send + Sync + 'static,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let requests: Arc<Mutex<Vec<Request>>> = Arc::default();
        let (seen, answer) = (Arc::clone(&requests), Arc::new(answer));
        let server = tokio::spawn(async move {
            while let Ok((socket, _)) = listener.accept().await {
                let (seen, answer, tls) = (Arc::clone(&seen), Arc::clone(&answer), tls.clone());
                tokio::spawn(async move {
                    match tls {
                        None => talk(socket, &seen, answer.as_ref()).await,
                        Some(tls) => match tls.accept(socket).await {
                            Ok(socket) => talk(socket, &seen, answer.as_ref()).await,
                            Err(_) => None,
                        },
                    }
                });
            }
        });
        Self {
            address,
            requests,
            server,
        }
    }

    /// Everything asked so far.
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().unwrap().clone()
    }
}

impl Drop for Canned {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn tls(certificate: &[u8], key: &[u8]) -> TlsAcceptor {
    let certificate = CertificateDer::from_pem_slice(certificate).unwrap();
    let key = PrivateKeyDer::from_pem_slice(key).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![certificate], key)
        .unwrap();
    TlsAcceptor::from(Arc::new(config))
}

async fn talk<S: AsyncRead + AsyncWrite + Unpin>(
    mut socket: S,
    seen: &Mutex<Vec<Request>>,
    answer: &(impl Fn(&Request, usize) -> Answer + ?Sized),
) -> Option<()> {
    loop {
        let request = read_request(&mut socket).await?;
        let number = {
            let mut seen = seen.lock().unwrap();
            seen.push(request.clone());
            seen.len() - 1
        };
        let Answer {
            status,
            headers,
            body,
        } = answer(&request, number);
        let length = body.len();
        let text = format!("HTTP/1.1 {status} X\r\ncontent-length: {length}\r\n{headers}\r\n{body}");
        socket.write_all(text.as_bytes()).await.ok()?;
    }
}

async fn read_request<S: AsyncRead + AsyncWrite + Unpin>(socket: &mut S) -> Option<Request> {
    const TLS_HANDSHAKE: u8 = 0x16;
    let mut bytes = Vec::new();
    let end = loop {
        if bytes.first() == Some(&TLS_HANDSHAKE) {
            socket.write_all(b"HTTP/1.1 400 X\r\n\r\n").await.ok()?;
            return None;
        }
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end + 4;
        }
        if socket.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    };
    let mut request = Request {
        head: String::from_utf8_lossy(&bytes[..end]).into_owned(),
        body: String::new(),
    };
    let length: usize = request
        .header("content-length")
        .and_then(|length| length.parse().ok())
        .unwrap_or(0);
    while bytes.len() < end + length {
        if socket.read_buf(&mut bytes).await.ok()? == 0 {
            return None;
        }
    }
    request.body = String::from_utf8_lossy(&bytes[end..end + length]).into_owned();
    Some(request)
}

/// The two AWS files in a folder of the test.
pub(crate) struct Files {
    pub(crate) folder: TempDir,
    pub(crate) config: PathBuf,
    pub(crate) credentials: PathBuf,
}

impl Files {
    /// A configuration file with this text and no credentials file.
    pub(crate) fn with(config: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let files = Self {
            config: folder.path().join("config"),
            credentials: folder.path().join("credentials"),
            folder,
        };
        std::fs::write(&files.config, config).unwrap();
        files
    }

    /// A command for `credential_process` that runs a script of the Unix shell.
    pub(crate) fn script(&self, text: &str) -> String {
        let path = self.folder.path().join("credentials.sh");
        std::fs::write(&path, format!("{text}\n")).unwrap();
        format!("sh {}", path.display())
    }

    /// A control plane of these files only.
    pub(crate) fn control(&self) -> AwsControlPlane {
        AwsControlPlane::isolated(self.config.clone(), self.credentials.clone())
    }
}

/// A profile `a` with keys, at an endpoint.
pub(crate) fn with_keys(endpoint: impl std::fmt::Display) -> Files {
    Files::with(&format!(
        "[profile a]\nregion = eu-central-1\nendpoint_url = {endpoint}\naws_access_key_id = AKIDFIRST\naws_secret_access_key = canary-secret\n"
    ))
}

/// Profile `a` in eu-central-1.
pub(crate) fn scope() -> Scope {
    Scope {
        profile: Some(ProfileName::parse("a").unwrap()),
        region: Region::parse("eu-central-1").unwrap(),
    }
}
