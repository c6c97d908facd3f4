//! Where programs meet on Unix: a socket in the user's folder, which lets nobody else in.

use std::fs::DirBuilder;
use std::io;
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;

use tokio::net::UnixStream;

use crate::ForwardError;
use crate::local::OwnSocket;

/// How the files of programs that can be asked end.
pub(super) const ENDING: &str = "sock";

/// Where one program is asked. It is gone when it is dropped.
pub(super) struct BoardEntrance(OwnSocket);

/// One that wants to ask.
pub(super) struct BoardCaller(UnixStream);

impl BoardEntrance {
    /// Opens it in the folder, which is made for this user only where it is missing.
    pub(super) fn open(folder: &Path) -> Result<Self, ForwardError> {
        let path = folder.join(format!("{}.{ENDING}", std::process::id()));
        let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
        made.map_err(|error| ForwardError::Listen {
            address: path.display().to_string(),
            error,
        })?;
        OwnSocket::bind(&path).map(Self)
    }

    /// The next that wants to ask.
    pub(super) async fn accept(&self) -> io::Result<BoardCaller> {
        self.0.accept().await.map(BoardCaller)
    }
}

impl BoardCaller {
    /// It may ask: the folder lets no other user in.
    #[allow(clippy::unused_async, reason = "elsewhere it has to show a key first")]
    pub(super) async fn let_in(self) -> io::Result<UnixStream> {
        Ok(self.0)
    }
}

/// Goes to the program of a file.
///
/// # Errors
/// [`io::ErrorKind::ConnectionRefused`] when that program is gone.
pub(super) async fn connect(file: &Path) -> io::Result<UnixStream> {
    UnixStream::connect(file).await
}
