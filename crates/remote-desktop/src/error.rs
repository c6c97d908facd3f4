//! What keeps a desktop from being opened, or a password from being had.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitStatus;
use std::sync::Arc;

use postern_forward::ForwardError;
use postern_model::{NodeId, ended, system_text};
use thiserror::Error;

/// Why a desktop or a password could not be had. Its text names nothing of a key or a password.
#[derive(Debug, Error)]
pub enum DesktopError {
    /// The system has no client that Postern knows.
    #[error("No client for remote desktops is installed.")]
    NoClient,
    /// The only client asks for the password in a terminal.
    #[error("{} asks for the password in a terminal, and the window has none.", name_of(.0))]
    NeedsTerminal(PathBuf),
    /// The client is there and does not start.
    #[error("{} cannot be started: {}", name_of(program), ended(&system_text(error)))]
    NotStarted {
        /// Its file.
        program: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// The client gave up before it connected.
    #[error("{} ended before it connected ({status}).", name_of(program))]
    ClientFailed {
        /// Its file.
        program: PathBuf,
        /// How it ended.
        status: ExitStatus,
    },
    /// The connection file cannot be written.
    #[error("The file for the remote desktop client cannot be written: {}", ended(&system_text(.0)))]
    ConnectionFile(io::Error),
    /// The forward to the desktop could not be opened or kept.
    #[error("{0}")]
    Forward(Arc<ForwardError>),
    /// The key file cannot be used.
    #[error("The key file {} cannot be used: {problem}.", path.display())]
    KeyFile {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        problem: KeyProblem,
    },
    /// There is no password to decrypt.
    #[error("AWS has no Administrator password for {0}.")]
    NoPassword(NodeId),
    /// The key is not that of the instance.
    #[error("The key file {} does not open the password of {node}.", path.display())]
    WrongKey {
        /// The file.
        path: PathBuf,
        /// The instance.
        node: NodeId,
    },
    /// The clipboard takes nothing.
    #[error("The password cannot be put on the clipboard: {}", ended(.0))]
    Clipboard(String),
}

/// What is wrong with a key file.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum KeyProblem {
    /// It cannot be read.
    #[error("{0}")]
    Unreadable(String),
    /// It holds something else.
    #[error("it is no private key in PEM or OpenSSH's form")]
    NoPrivateKey,
    /// It says that it is a key and is not.
    #[error("the key in it is damaged")]
    Damaged,
    /// It wants a passphrase.
    #[error("it is locked with a passphrase")]
    Locked,
    /// It is of a kind that EC2 encrypts no password with.
    #[error("it is no RSA key, and passwords of Windows are encrypted with RSA keys only")]
    NotRsa,
}

impl DesktopError {
    /// A stable word for it.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoClient | Self::NeedsTerminal(_) => "no-desktop-client",
            Self::NotStarted { .. } | Self::ClientFailed { .. } => "desktop-client",
            Self::ConnectionFile(_) => "desktop-file",
            Self::Forward(_) => "forward",
            Self::KeyFile { .. } => "bad-keyFile",
            Self::NoPassword(_) => "no-password",
            Self::WrongKey { .. } => "wrong-key",
            Self::Clipboard(_) => "clipboard",
        }
    }

    /// What the user can do about it, one sentence.
    #[must_use]
    pub fn next_step(&self) -> String {
        match self {
            Self::NoClient | Self::NeedsTerminal(_) => install().into(),
            Self::NotStarted { .. } => "Try it by itself, and install it anew if it does not start.".into(),
            Self::ClientFailed { .. } => "Try again; what the client said stands in its own window or terminal.".into(),
            Self::ConnectionFile(_) => "Check the room and the rights of the folder for temporary files.".into(),
            Self::Forward(error) => error.next_step(),
            Self::KeyFile { problem, path } => problem.next_step(path),
            Self::NoPassword(_) => "It has one if it is a Windows instance that was launched with a key pair, from an image that makes one, some minutes ago.".into(),
            Self::WrongKey { .. } => "Choose the file of the key pair that the instance was launched with.".into(),
            Self::Clipboard(_) => "Run `postern rdp --password KEY_FILE --show-password` in a terminal.".into(),
        }
    }

    /// What AWS said, where that says more than the cause.
    #[must_use]
    pub fn detail(&self) -> Option<&str> {
        match self {
            Self::Forward(error) => error.detail(),
            Self::NoClient
            | Self::NeedsTerminal(_)
            | Self::NotStarted { .. }
            | Self::ClientFailed { .. }
            | Self::ConnectionFile(_)
            | Self::KeyFile { .. }
            | Self::NoPassword(_)
            | Self::WrongKey { .. }
            | Self::Clipboard(_) => None,
        }
    }
}

impl KeyProblem {
    fn next_step(&self, path: &Path) -> String {
        match self {
            Self::Unreadable(_) => "Check its name and its rights.".into(),
            Self::NoPrivateKey | Self::Damaged | Self::NotRsa => {
                "Choose the file of the key pair that the instance was launched with.".into()
            }
            Self::Locked => format!(
                "Make a copy of it without a passphrase (`ssh-keygen -p -f {}`), and choose that.",
                path.display()
            ),
        }
    }
}

/// What to install, by system.
fn install() -> &'static str {
    if cfg!(windows) {
        "Windows has one, mstsc.exe: check that it is not removed."
    } else if cfg!(target_os = "macos") {
        "Install Windows App from the App Store."
    } else {
        "Install Remmina (Debian and Ubuntu: remmina and remmina-plugin-rdp), or FreeRDP for `postern rdp` in a terminal."
    }
}

fn name_of(program: &Path) -> String {
    let name = program.file_name().unwrap_or(program.as_os_str());
    name.to_string_lossy().into_owned()
}
