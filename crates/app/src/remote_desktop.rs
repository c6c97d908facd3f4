//! The desktops of Windows nodes: a forward, the system's client on it, and the Administrator's password.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use postern_forward::{NodeOptions, NodeVia};
use postern_model::{ControlPlane, Platform, Scope, display_text};
use postern_remote_desktop::{
    DesktopClient, DesktopError, DesktopNode, KeyFile, PASSWORD_TIME, PasswordOnClipboard, RemoteDesktop,
    WhereItAsks,
};
use tokio::{task::spawn_blocking, time::timeout};

use crate::{
    background::Background,
    contract::{AppEvent, CopiedPasswordView, ErrorView},
    events::EventBus,
    fleet::{FleetWatch, NodeKey},
    lock::Lock,
};

/// A client that cannot start says so within this time; one that asks its user for a password takes longer.
const FIRST_LOOK: Duration = Duration::from_secs(5);

/// The remote desktops of one world. Each lives until its client ends or the world is left.
pub struct RemoteDesktops {
    control: Arc<dyn ControlPlane>,
    fleet: Arc<FleetWatch>,
    background: Background,
    events: EventBus,
    open: Arc<AtomicUsize>,
    /// The password that was copied last, for as long as it may be pasted.
    copied: Lock<Option<PasswordOnClipboard>>,
}

/// A Windows node of the fleet, where it is.
struct WindowsNode {
    node: DesktopNode,
    scope: Scope,
}

impl RemoteDesktops {
    pub(crate) fn new(
        control: &Arc<dyn ControlPlane>,
        fleet: &Arc<FleetWatch>,
        background: &Background,
        events: &EventBus,
    ) -> Self {
        Self {
            control: Arc::clone(control),
            fleet: Arc::clone(fleet),
            background: background.clone(),
            events: events.clone(),
            open: Arc::default(),
            copied: Lock::new(None),
        }
    }

    /// Whether one would end with the program.
    pub(crate) fn any_open(&self) -> bool {
        self.open.load(Ordering::Relaxed) > 0
    }

    /// Opens the system's client on the desktop of a node. With a key file the Administrator's password is copied first.
    ///
    /// # Errors
    /// `unknown-node`, `not-windows`, `no-desktop-client`, those of [`Self::copy_password`], of the forward and of AWS.
    pub async fn open(&self, key: &str, key_file: Option<&str>) -> Result<(), ErrorView> {
        let client = DesktopClient::find(WhereItAsks::Window).map_err(view)?;
        let WindowsNode { node, scope } = self.windows_node(key)?;
        if let Some(file) = key_file {
            self.copy_password(key, file).await?;
        }
        self.control.ask_mfa_again();
        let target = node.id.clone().into();
        let via = NodeVia::new(
            Arc::clone(&self.control) as Arc<_>,
            scope,
            target,
            NodeOptions::default(),
        );
        let opening = RemoteDesktop::open(&node, Arc::new(via), client);
        let opened = self.background.unless_closed(opening).await;
        let mut desktop = opened.ok_or_else(left)?.map_err(view)?;
        let first = timeout(FIRST_LOOK, desktop.until_connected())
            .await
            .unwrap_or(Ok(()));
        self.keep(desktop, first.is_ok().then(|| node.name_or_id()));
        first.map_err(view)
    }

    /// Puts the Administrator's password of a node on the clipboard for a limited time.
    ///
    /// # Errors
    /// `unknown-node`, `not-windows`, `bad-keyFile`, `wrong-key`, `no-password`, `clipboard`, and any of AWS.
    pub async fn copy_password(&self, key: &str, key_file: &str) -> Result<CopiedPasswordView, ErrorView> {
        let WindowsNode { node, scope } = self.windows_node(key)?;
        let path = PathBuf::from(key_file);
        let file = blocking(move || KeyFile::read(&path)).await?;
        self.control.ask_mfa_again();
        let data = self.control.password_data(&scope, &node.id).await?;
        let password = file.decrypt(&node.id, data.as_deref()).map_err(view)?;
        self.forget_password().await;
        let copied = blocking(move || PasswordOnClipboard::put(password, PASSWORD_TIME)).await?;
        *self.copied.lock() = Some(copied);
        let seconds = u32::try_from(PASSWORD_TIME.as_secs()).unwrap_or(u32::MAX);
        Ok(CopiedPasswordView {
            clears_in_seconds: seconds,
        })
    }

    /// Takes the password that was copied last from the clipboard, if it is still there.
    pub(crate) async fn forget_password(&self) {
        let copied = self.copied.lock().take();
        if let Some(copied) = copied {
            let _taken_away = spawn_blocking(move || drop(copied)).await;
        }
    }

    /// Stays with a desktop until it is over or the world is left; AWS is told then. A failure is shown under the name of the node,
    /// unless whoever opened it was told already.
    fn keep(&self, mut desktop: RemoteDesktop, shown_as: Option<String>) {
        let (background, open) = (self.background.clone(), Arc::clone(&self.open));
        let events = self.events.clone();
        open.fetch_add(1, Ordering::Relaxed);
        self.background.spawn(async move {
            if let Some(Err(error)) = background.unless_closed(desktop.until_over()).await {
                tracing::warn!(%error, "a remote desktop ended");
                if let Some(name) = shown_as {
                    events.emit(AppEvent::Notice {
                        error: later_failure(&name, error),
                    });
                }
            }
            if !desktop.close().await {
                tracing::warn!("AWS could not be told that the session of a remote desktop is over");
            }
            open.fetch_sub(1, Ordering::Relaxed);
        });
    }

    fn windows_node(&self, key: &str) -> Result<WindowsNode, ErrorView> {
        let unknown = || ErrorView::gone("node");
        let key = NodeKey::parse(key).ok_or_else(unknown)?;
        self.fleet.read(|fleet| {
            let (pair, node) = fleet.find(&key).ok_or_else(unknown)?;
            if matches!(node.platform, Some(Platform::Linux | Platform::MacOs)) {
                return Err(not_windows(&node.name));
            }
            Ok(WindowsNode {
                node: DesktopNode {
                    id: node.id.clone(),
                    name: node.name.clone(),
                },
                scope: Scope {
                    profile: Some(pair.profile.clone()),
                    region: pair.region.clone(),
                },
            })
        })
    }
}

/// Runs what waits for files or the clipboard.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, DesktopError> + Send + 'static,
) -> Result<T, ErrorView> {
    spawn_blocking(work).await.map_err(|_| left())?.map_err(view)
}

fn view(error: DesktopError) -> ErrorView {
    if let DesktopError::Forward(error) = &error {
        return ErrorView::from(error.as_ref());
    }
    ErrorView {
        detail: error.detail().map(display_text),
        ..ErrorView::new(error.code(), error.to_string(), error.next_step())
    }
}

/// A failure that nobody waits for any more: it says of which node.
fn later_failure(node: &str, error: DesktopError) -> ErrorView {
    let error = view(error);
    ErrorView {
        message: format!(
            "The remote desktop of {} ended: {}",
            display_text(node),
            error.message
        ),
        ..error
    }
}

fn not_windows(name: &str) -> ErrorView {
    ErrorView::new(
        "not-windows",
        format!(
            "{} does not run Windows, so there is no desktop to open.",
            display_text(name)
        ),
        "Connect to its shell, or forward a port of it.",
    )
}

fn left() -> ErrorView {
    ErrorView::new(
        "world-left",
        "The desktop was not opened, because the window shows something else now.",
        "Open it again.",
    )
}
