//! AWS as it is seen from inside a company: by its own names, over TLS, and through a proxy that wants a password.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use postern_simulator::{ClientFiles, ConnectProxy, Control, Simulator, SimulatorConfig};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// The services that have a certificate here, all of them in Frankfurt.
const SERVICES: [&str; 5] = ["ec2", "kms", "ssm", "ssmmessages", "sts"];

/// A simulator that answers by AWS's names, and the one way to it: a proxy that lets this user with this password through
/// to these names.
pub struct ProxiedAws {
    simulator: Simulator,
    proxy: ConnectProxy,
    front: Arc<Front>,
}

/// Who came to the port where TLS is spoken.
#[derive(Default)]
struct Front {
    connections: AtomicUsize,
    /// The names that TLS was asked for.
    names: Mutex<BTreeSet<String>>,
}

impl ProxiedAws {
    /// Who the proxy knows.
    pub const USER: &str = "ada";
    /// His password, with all that is written in another way somewhere on its way.
    pub const PASSWORD: &str = "canary p@ss:wörd/%7#";

    /// Starts all of it.
    ///
    /// # Panics
    /// When something does not start.
    pub async fn start() -> Self {
        let config = SimulatorConfig {
            at_aws_hosts: true,
            ..SimulatorConfig::default()
        };
        let simulator = Simulator::start(config).await.expect("a simulator");
        let front = Arc::default();
        let address = serve_tls(simulator.address(), Arc::clone(&front)).await;
        let proxy = ConnectProxy::start_with_login(Self::USER, Self::PASSWORD)
            .await
            .expect("a proxy");
        for service in SERVICES {
            proxy.route(&format!("{service}.eu-central-1.amazonaws.com:443"), address);
        }
        Self {
            simulator,
            proxy,
            front,
        }
    }

    /// The proxy.
    #[must_use]
    pub fn proxy(&self) -> &ConnectProxy {
        &self.proxy
    }

    /// The simulator's faults and sessions.
    #[must_use]
    pub fn faults(&self) -> Control {
        self.simulator.control()
    }

    /// AWS files that name no endpoint.
    #[must_use]
    pub fn aws_files(&self) -> ClientFiles {
        self.simulator.aws_files()
    }

    /// The variables of AWS programs that find AWS behind this proxy.
    #[must_use]
    pub fn environment(&self) -> Vec<(String, String)> {
        let mut variables = self.simulator.environment();
        let bundle = Self::ca_bundle().display().to_string();
        variables.push(("HTTPS_PROXY".to_owned(), self.proxy.url_with_login()));
        variables.push(("AWS_CA_BUNDLE".to_owned(), bundle));
        variables
    }

    /// The certificate of the authority that vouches for AWS here.
    #[must_use]
    pub fn ca_bundle() -> PathBuf {
        test_data("aws-ca.pem")
    }

    /// Neither the password nor the beginning of what is sent to the proxy is in this text.
    ///
    /// # Panics
    /// When it is.
    pub fn assert_no_secret(text: &str) {
        let sent = STANDARD.encode(format!("{}:canary", Self::USER));
        let sent = sent.get(..12).expect("it is longer");
        for secret in ["canary", sent] {
            let at = text.find(secret).map(|at| text.get(at.saturating_sub(200)..at));
            assert_eq!(at, None, "a secret follows this");
        }
    }

    /// Everything that reached AWS was let through by the proxy, and each connection by the name that the proxy was asked
    /// for. To be asked when nothing is under way.
    ///
    /// # Panics
    /// When something came past the proxy.
    pub fn assert_all_came_through_the_proxy(&self) {
        let served = self.proxy.served();
        let connections = self.front.connections.load(Ordering::SeqCst);
        assert_eq!(connections, served.len(), "{served:?}");
        let names = self.front.names.lock().expect("not poisoned");
        assert!(!names.is_empty());
        for name in names.iter() {
            assert!(
                served.contains(&format!("{name}:443")),
                "{name} is not in {served:?}"
            );
        }
    }
}

/// A port where TLS is spoken as AWS does, with HTTP/1.1 inside; what comes is handed on to `to`.
async fn serve_tls(to: SocketAddr, front: Arc<Front>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let address = listener.local_addr().expect("an address");
    let acceptor = acceptor();
    tokio::spawn(async move {
        while let Ok((socket, _)) = listener.accept().await {
            front.connections.fetch_add(1, Ordering::SeqCst);
            let (acceptor, front) = (acceptor.clone(), Arc::clone(&front));
            tokio::spawn(async move {
                let _nodelay = socket.set_nodelay(true);
                let mut near = acceptor.accept(socket).await?;
                let name = near.get_ref().1.server_name().unwrap_or_default().to_owned();
                front.names.lock().expect("not poisoned").insert(name);
                let mut far = TcpStream::connect(to).await?;
                far.set_nodelay(true)?;
                copy_bidirectional(&mut near, &mut far).await
            });
        }
    });
    address
}

/// With the certificate for AWS's names that the tests of the AWS calls have.
fn acceptor() -> TlsAcceptor {
    let chain = CertificateDer::pem_file_iter(test_data("aws.pem"))
        .expect("the certificate")
        .collect::<Result<Vec<_>, _>>()
        .expect("a certificate");
    let key = PrivateKeyDer::from_pem_file(test_data("aws.key")).expect("the key");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions of TLS")
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .expect("a certificate and its key");
    TlsAcceptor::from(Arc::new(config))
}

fn test_data(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../crates/aws/tests/data")
        .join(file)
}
