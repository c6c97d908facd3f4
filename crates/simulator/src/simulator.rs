//! Starts and stops a simulated AWS on one loopback port.

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;
use thiserror::Error;
use tokio::net::{TcpListener, TcpSocket};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::cloud::{Cloud, CloudState};
use crate::config::SimulatorConfig;
use crate::control::Control;
use crate::files::{self, ClientFiles, Scratch};
use crate::server;
use crate::world::{Credentials, Profile};

/// What the operating system said, as the end of a sentence, without its number and without the temporary name that
/// follows it.
fn system_text(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error ").next().unwrap_or(&text);
    let text = text.split(": https://docs.rs/").next().unwrap_or(text);
    format!("{}.", text.trim_end_matches('.'))
}

/// Why the simulator does not run, or a file of it could not be written.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum SimulatorError {
    /// The address is reachable from outside.
    #[error("The simulator listens on loopback only, and {address} is not.")]
    NotLoopback {
        /// The address that was asked for.
        address: SocketAddr,
    },
    /// Another program has the port.
    #[error("{address} is in use by another program.")]
    AddressInUse {
        /// The address that was asked for.
        address: SocketAddr,
    },
    /// The operating system does not let us listen there.
    #[error("The simulator cannot listen on {address}: {}", system_text(source))]
    Listen {
        /// The address that was asked for.
        address: SocketAddr,
        /// What the operating system said.
        source: io::Error,
    },
    /// A world without pairs has no keys to use it with.
    #[error("The simulator needs at least one pair of profile and Region.")]
    NoPairs,
    /// More than memory should hold.
    #[error("The simulator takes at most {NODES_LIMIT} nodes and {PAIRS_LIMIT} pairs.")]
    TooLarge,
    /// The private folder cannot be made or written.
    #[error("The simulator's private folder cannot be written: {}", system_text(.0))]
    Scratch(io::Error),
    /// The environment file cannot be written.
    #[error("The environment file {} cannot be written: {}", path.display(), system_text(source))]
    EnvironmentFile {
        /// The file that was asked for.
        path: PathBuf,
        /// What the operating system said.
        source: io::Error,
    },
}

impl SimulatorError {
    /// What the user can do about it, one sentence.
    #[must_use]
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::NotLoopback { .. } | Self::Listen { .. } => "Use 127.0.0.1:0 for any free port.",
            Self::AddressInUse { .. } => "Choose another port, or port 0 for any free one.",
            Self::NoPairs | Self::TooLarge => "Choose another number.",
            Self::Scratch(_) => "Check the space and the rights of the temporary folder.",
            Self::EnvironmentFile { .. } => "Choose a folder that exists and that you may write.",
        }
    }
}

/// One AWS profile of the simulated company, with the keys of this run.
#[derive(Debug, Clone)]
pub struct SimulatedProfile {
    /// For example `acme-prod`.
    pub name: String,
    /// Its Regions; the first is the profile's own.
    pub regions: Vec<String>,
    /// Twelve digits.
    pub account: String,
    /// `AKIA…`, or `ASIA…` for temporary credentials.
    pub access_key_id: String,
    /// Random in every run.
    pub secret_access_key: SecretString,
    /// Temporary credentials only.
    pub session_token: Option<SecretString>,
    /// Every call but GetCallerIdentity is denied to it.
    pub denied: bool,
}

/// A running simulator. It ends, with every shell in it, when this is dropped or shut down.
pub struct Simulator {
    address: SocketAddr,
    cloud: Cloud,
    files: ClientFiles,
    every_kind: bool,
    stop: CancellationToken,
    server: Option<JoinHandle<()>>,
    /// Held for its `Drop`: the folder goes away last.
    _scratch: Scratch,
}

impl std::fmt::Debug for Simulator {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Simulator")
            .field("address", &self.address)
            .finish_non_exhaustive()
    }
}

/// A node takes about 2 KiB.
const NODES_LIMIT: usize = 1_000_000;
/// A pair needs keys and a section in two files.
const PAIRS_LIMIT: usize = 1_000;

/// What a connection holds of what its client has not read. The system would let it grow to megabytes over loopback, which
/// no network of a node does: an interrupt would be answered seconds later than with AWS.
const SEND_BUFFER_BYTES: u32 = 64 * 1024;
/// Connections that wait to be accepted.
const BACKLOG: u32 = 1024;
/// How long answers that are under way may take at a shutdown.
const SHUTDOWN_LIMIT: Duration = Duration::from_secs(2);

impl Simulator {
    /// Makes the world and its keys, and listens. It answers when this returns. Needs a tokio runtime.
    ///
    /// # Errors
    /// [`SimulatorError`]; nothing runs then.
    pub async fn start(config: SimulatorConfig) -> Result<Self, SimulatorError> {
        check_size(&config)?;
        let listener = listen(config.listen).await?;
        let address = listener.local_addr().map_err(|source| SimulatorError::Listen {
            address: config.listen,
            source,
        })?;
        let scratch = Scratch::new().map_err(SimulatorError::Scratch)?;
        let cloud = Arc::new(CloudState::new(&config, scratch.path().to_owned()));
        let endpoint = (!config.at_aws_hosts).then(|| endpoint(address));
        let files = files::write_aws_files(&cloud, scratch.path(), endpoint.as_deref(), config.every_kind)
            .map_err(SimulatorError::Scratch)?;
        let stop = CancellationToken::new();
        let server = tokio::spawn(server::serve(listener, Arc::clone(&cloud), stop.clone()));
        tracing::info!(%address, nodes = config.nodes, pairs = config.pairs, "simulated AWS is up");
        Ok(Self {
            address,
            cloud,
            files,
            every_kind: config.every_kind,
            stop,
            server: Some(server),
            _scratch: scratch,
        })
    }

    /// Where it listens, with the port that it got.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The endpoint URL for every service, such as `http://127.0.0.1:4566`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        endpoint(self.address)
    }

    /// The profiles with their keys, in the order of the configuration file.
    #[must_use]
    pub fn profiles(&self) -> Vec<SimulatedProfile> {
        let profiles = self.cloud.world.company().profiles().iter();
        profiles
            .filter_map(|profile| {
                Some(simulated_profile(
                    profile,
                    self.cloud.access_keys.of_profile(&profile.name)?,
                ))
            })
            .collect()
    }

    /// The AWS configuration and credentials files with every profile, readable by this user only.
    #[must_use]
    pub fn aws_files(&self) -> ClientFiles {
        self.files.clone()
    }

    /// The environment variables that make the AWS CLI and SDKs use this simulator. Empty values put keys out of
    /// force that the surroundings may hold.
    #[must_use]
    pub fn environment(&self) -> Vec<(String, String)> {
        files::environment(&self.cloud, &self.files, &self.endpoint(), self.every_kind)
    }

    /// Writes [`Simulator::environment`] as shell lines `NAME=value`, readable by this user only. An existing file is
    /// replaced in one step.
    ///
    /// # Errors
    /// [`SimulatorError::EnvironmentFile`].
    pub fn write_environment_file(&self, path: &Path) -> Result<(), SimulatorError> {
        files::write_environment_file(path, &self.environment()).map_err(|source| {
            SimulatorError::EnvironmentFile {
                path: path.to_owned(),
                source,
            }
        })
    }

    /// Returns when one more data channel was refused because its upgrade carries no signature. Cancel safe.
    pub async fn refused_unsigned(&self) {
        self.cloud.unsigned.refused().await;
    }

    /// Faults on command, and a look at the sessions.
    #[must_use]
    pub fn control(&self) -> Control {
        Control::new(Arc::clone(&self.cloud))
    }

    /// Ends every session and its shell, and stops listening.
    pub async fn shutdown(mut self) {
        self.cloud.sessions.shutdown().await;
        self.stop.cancel();
        if let Some(mut server) = self.server.take()
            && tokio::time::timeout(SHUTDOWN_LIMIT, &mut server).await.is_err()
        {
            server.abort();
        }
    }
}

impl Drop for Simulator {
    fn drop(&mut self) {
        self.cloud.sessions.kill_all();
        self.stop.cancel();
    }
}

fn check_size(config: &SimulatorConfig) -> Result<(), SimulatorError> {
    if config.pairs == 0 {
        Err(SimulatorError::NoPairs)
    } else if config.nodes > NODES_LIMIT || config.pairs > PAIRS_LIMIT {
        Err(SimulatorError::TooLarge)
    } else {
        Ok(())
    }
}

async fn listen(address: SocketAddr) -> Result<TcpListener, SimulatorError> {
    if !address.ip().is_loopback() {
        return Err(SimulatorError::NotLoopback { address });
    }
    bind(address).map_err(|source| {
        if source.kind() == io::ErrorKind::AddrInUse {
            SimulatorError::AddressInUse { address }
        } else {
            SimulatorError::Listen { address, source }
        }
    })
}

/// Every connection that is accepted inherits the small buffer.
fn bind(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = match address {
        SocketAddr::V4(_) => TcpSocket::new_v4(),
        SocketAddr::V6(_) => TcpSocket::new_v6(),
    }?;
    // As a listener of the standard library: a simulator that was stopped may be started again at once. On Windows the
    // same option would let two programs share the port.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.set_send_buffer_size(SEND_BUFFER_BYTES)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

fn endpoint(address: SocketAddr) -> String {
    format!("http://{address}")
}

fn simulated_profile(profile: &Profile, credentials: &Credentials) -> SimulatedProfile {
    SimulatedProfile {
        name: profile.name.clone(),
        regions: profile.regions.clone(),
        account: profile.account.clone(),
        access_key_id: credentials.access_key_id.clone(),
        secret_access_key: credentials.secret.clone(),
        session_token: credentials.token.clone(),
        denied: profile.denied,
    }
}
