//! The desktop of a Windows node: a forward to its port 3389, the system's client on it, and the password of its Administrator.
//!
//! # The life of a remote desktop
//! 1. **The client is found** ([`DesktopClient`]): what this system has. Without one nothing is opened.
//! 2. **A forward is opened** ([`RemoteDesktop::open`]) on a free local port, by whatever [`postern_forward::Via`] it was given.
//!    What AWS or the node refuses is told before any client is started.
//! 3. **The client is started** on a connection file (`connection_file`), in a folder of this user's only. It names the node
//!    and the local port, and holds no password.
//! 4. **It is over** ([`RemoteDesktop::until_over`]) when the client ended and nothing is connected any more. Then the file is
//!    removed, and the session terminated at AWS ([`RemoteDesktop::close`]).
//!
//! The password that Windows made at its first start is decrypted here ([`KeyFile::decrypt`]), with the key file of the user,
//! and put on the clipboard for a limited time ([`PasswordOnClipboard`]). It is never written anywhere else.

mod client;
mod clipboard;
mod connection_file;
mod error;
mod key_file;
mod remote_desktop;

pub use client::{DesktopClient, WhereItAsks};
pub use clipboard::{LeavingClipboard, PASSWORD_TIME, PasswordOnClipboard};
pub use error::{DesktopError, KeyProblem};
pub use key_file::KeyFile;
pub use remote_desktop::{DesktopNode, RemoteDesktop};
