//! A desktop that is open: the forward to it, the client on it, and when both are over.

use std::process::{ExitStatus, Stdio};
use std::sync::Arc;
use std::time::Duration;

use postern_forward::{
    DeclaredForward, Forward, ForwardDestination, ForwardError, ForwardOptions, ForwardPhase, ForwardState,
    LocalAddress, LocalEnd, PortDestination, Via,
};
use postern_model::NodeId;
use tokio::process::Child;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use crate::connection_file::ConnectionFile;
use crate::{DesktopClient, DesktopError};

/// Where Windows listens.
const RDP_PORT: u16 = 3389;
/// A client that ended may have handed the desktop to one that ran already: how long that has to connect.
const HAND_OVER: Duration = Duration::from_secs(120);
/// A client that the desktop was handed to connects anew, as after the question about a certificate.
const LINGER: Duration = Duration::from_secs(10);

/// The node whose desktop it is, as the client shows it.
#[derive(Debug, Clone)]
pub struct DesktopNode {
    /// Its id.
    pub id: NodeId,
    /// Its name; empty if it has none.
    pub name: String,
}

impl DesktopNode {
    /// What it is called where there is no place for both.
    #[must_use]
    pub fn name_or_id(&self) -> String {
        if self.name.is_empty() {
            self.id.to_string()
        } else {
            self.name.clone()
        }
    }

    fn title(&self) -> String {
        if self.name.is_empty() {
            self.id.to_string()
        } else {
            format!("{} ({})", self.name, self.id)
        }
    }
}

/// A client that is no more.
#[derive(Debug, Clone, Copy)]
struct EndedClient {
    status: ExitStatus,
    at: Instant,
    /// Whether somebody had connected until then; otherwise it may have handed the desktop to one that ran already.
    had_connected: bool,
}

/// A desktop that is open. Dropped, it ends the forward and leaves the client to find that out.
#[derive(Debug)]
pub struct RemoteDesktop {
    forward: Forward,
    states: watch::Receiver<ForwardState>,
    client: DesktopClient,
    child: Option<Child>,
    ended: Option<EndedClient>,
    _file: ConnectionFile,
}

impl RemoteDesktop {
    /// Opens a forward to the desktop, and the client on it.
    ///
    /// # Errors
    /// [`DesktopError::Forward`] when the node cannot be reached, [`DesktopError::ConnectionFile`],
    /// [`DesktopError::NotStarted`].
    pub async fn open(
        node: &DesktopNode,
        via: Arc<dyn Via>,
        client: DesktopClient,
    ) -> Result<Self, DesktopError> {
        let declared = DeclaredForward {
            local: LocalEnd::Port(0),
            destination: ForwardDestination::Port(PortDestination::node(RDP_PORT)),
            is_web: false,
        };
        let started = Forward::start(&declared, via, ForwardOptions::default()).await;
        let (forward, _notices) = started.map_err(of_forward)?;
        let mut states = forward.state();
        let port = opened(&mut states).await?;
        let file = ConnectionFile::write(&node.title(), port).map_err(DesktopError::ConnectionFile)?;
        let child = client.command(file.path()).stdin(Stdio::inherit()).spawn();
        let child = child.map_err(|error| DesktopError::NotStarted {
            program: client.program().to_owned(),
            error,
        })?;
        Ok(Self {
            forward,
            states,
            client,
            child: Some(child),
            ended: None,
            _file: file,
        })
    }

    /// The local port.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        port_of(&self.states.borrow())
    }

    /// Waits until the client has connected, or has handed the desktop to one that ran already.
    ///
    /// # Errors
    /// As for [`Self::until_over`].
    pub async fn until_connected(&mut self) -> Result<(), DesktopError> {
        while self.ended.is_none() && self.states.borrow().traffic.taken == 0 {
            self.next().await?;
        }
        self.over_at().map(drop)
    }

    /// Waits until the client has ended and nothing is connected any more.
    ///
    /// # Errors
    /// [`DesktopError::ClientFailed`] when it ended without having connected, [`DesktopError::Forward`].
    pub async fn until_over(&mut self) -> Result<(), DesktopError> {
        loop {
            let over_at = self.over_at()?;
            tokio::select! {
                happened = self.next() => happened?,
                () = at(over_at) => return Ok(()),
            }
        }
    }

    /// The client has ended, or the forward stands otherwise than before.
    async fn next(&mut self) -> Result<(), DesktopError> {
        tokio::select! {
            status = wait(&mut self.child), if self.child.is_some() => {
                self.child = None;
                self.ended = Some(EndedClient {
                    status,
                    at: Instant::now(),
                    had_connected: self.states.borrow().traffic.taken > 0,
                });
                Ok(())
            }
            changed = self.states.changed() => changed.map_err(|_| of_forward(ForwardError::Crashed)),
        }
    }

    /// When it is over unless something happens before; none while the client runs or is connected.
    fn over_at(&self) -> Result<Option<Instant>, DesktopError> {
        let state = self.states.borrow();
        if let ForwardPhase::Failed(error) = &state.phase {
            return Err(DesktopError::Forward(Arc::clone(error)));
        }
        let Some(ended) = self.ended.filter(|_| state.traffic.open == 0) else {
            return Ok(None);
        };
        if ended.had_connected {
            Ok(Some(ended.at))
        } else if state.traffic.taken > 0 {
            Ok(Some(Instant::now() + LINGER))
        } else if ended.status.success() {
            Ok(Some(ended.at + HAND_OVER))
        } else {
            Err(DesktopError::ClientFailed {
                program: self.client.program().to_owned(),
                status: ended.status,
            })
        }
    }

    /// Ends the forward, and waits until AWS has been told; whether it could be.
    pub async fn close(mut self) -> bool {
        self.forward.stop();
        let stopped = self.states.wait_for(|state| state.phase.is_last()).await;
        stopped.is_ok_and(|state| !matches!(state.phase, ForwardPhase::Stopped { error: Some(_) }))
    }
}

/// Waits until connections go through; the local port.
async fn opened(states: &mut watch::Receiver<ForwardState>) -> Result<u16, DesktopError> {
    let settled = |state: &ForwardState| {
        let waits = matches!(state.phase, ForwardPhase::Opening | ForwardPhase::Resuming { .. });
        !waits
    };
    let state = states.wait_for(settled).await;
    let state = state.map_err(|_| of_forward(ForwardError::Crashed))?;
    match &state.phase {
        ForwardPhase::Open | ForwardPhase::Asleep => {
            port_of(&state).ok_or_else(|| of_forward(ForwardError::Crashed))
        }
        ForwardPhase::Replacing { error, .. } | ForwardPhase::Failed(error) => {
            Err(DesktopError::Forward(Arc::clone(error)))
        }
        ForwardPhase::Opening | ForwardPhase::Resuming { .. } | ForwardPhase::Stopped { .. } => {
            Err(of_forward(ForwardError::Crashed))
        }
    }
}

fn port_of(state: &ForwardState) -> Option<u16> {
    state.local.iter().find_map(LocalAddress::port)
}

fn of_forward(error: ForwardError) -> DesktopError {
    DesktopError::Forward(Arc::new(error))
}

/// Its end; one that cannot be waited for has ended, as far as anybody can tell.
async fn wait(child: &mut Option<Child>) -> ExitStatus {
    match child {
        Some(child) => child.wait().await.unwrap_or_default(),
        None => std::future::pending().await,
    }
}

async fn at(time: Option<Instant>) {
    match time {
        Some(time) => sleep_until(time).await,
        None => std::future::pending().await,
    }
}
