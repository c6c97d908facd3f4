//! A Unix socket that only this user can reach, and that goes away with its forward.

use std::fs;
use std::io;
use std::os::unix::fs::{FileTypeExt, MetadataExt, PermissionsExt};
use std::os::unix::net::UnixStream as BlockingUnixStream;
use std::path::{Path, PathBuf};

use tokio::net::{UnixListener, UnixStream};

use crate::ForwardError;

/// Read and written by its owner.
const OWNER_ONLY: u32 = 0o600;
/// Whoever may write a folder, except its owner.
const OTHERS_WRITE: u32 = 0o022;

/// A socket of ours.
#[derive(Debug)]
pub(crate) struct OwnSocket {
    listener: UnixListener,
    path: PathBuf,
}

impl OwnSocket {
    /// Makes it. One that a program left there that is gone is replaced.
    pub(crate) fn bind(path: &Path) -> Result<Self, ForwardError> {
        let failed = |error| ForwardError::Listen {
            address: path.display().to_string(),
            error,
        };
        let path = std::path::absolute(path).map_err(failed)?;
        check_folder(&path)?;
        remove_left_over(&path)?;
        let listener = UnixListener::bind(&path).map_err(failed)?;
        let socket = Self { listener, path };
        fs::set_permissions(&socket.path, fs::Permissions::from_mode(OWNER_ONLY)).map_err(failed)?;
        Ok(socket)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) async fn accept(&self) -> io::Result<UnixStream> {
        Ok(self.listener.accept().await?.0)
    }
}

impl Drop for OwnSocket {
    fn drop(&mut self) {
        if let Err(error) = fs::remove_file(&self.path) {
            tracing::debug!(%error, "the socket is gone already");
        }
    }
}

/// Who may write the folder can replace the socket by one of their own.
fn check_folder(path: &Path) -> Result<(), ForwardError> {
    let folder = path.parent().unwrap_or(Path::new("/"));
    let listen = |error| ForwardError::Listen {
        address: path.display().to_string(),
        error,
    };
    let found = fs::metadata(folder).map_err(listen)?;
    let own = fs::metadata("/proc/self").map(|own| own.uid());
    let is_own = own.is_ok_and(|own| own == found.uid());
    let is_known = Path::new("/proc/self").exists();
    if (is_own || !is_known) && found.mode() & OTHERS_WRITE == 0 {
        Ok(())
    } else {
        Err(ForwardError::SharedFolder {
            folder: folder.to_owned(),
        })
    }
}

/// Removes a socket whose program is gone. Whatever else is there stays.
fn remove_left_over(path: &Path) -> Result<(), ForwardError> {
    let taken = || ForwardError::SocketTaken {
        path: path.to_owned(),
    };
    match fs::symlink_metadata(path) {
        Err(_nothing) => Ok(()),
        Ok(found) if !found.file_type().is_socket() => Err(taken()),
        Ok(_) => match BlockingUnixStream::connect(path) {
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => {
                fs::remove_file(path).map_err(|_| taken())
            }
            Ok(_) | Err(_) => Err(taken()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn it_is_for_its_user_only_and_goes_away() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("db.sock");
        let socket = OwnSocket::bind(&path).unwrap();
        assert_eq!(fs::metadata(&path).unwrap().mode() & 0o777, OWNER_ONLY);
        let taken = OwnSocket::bind(&path).unwrap_err();
        assert!(matches!(taken, ForwardError::SocketTaken { .. }), "{taken:?}");
        drop(socket);
        assert!(!path.exists());
    }

    #[tokio::test]
    async fn what_was_left_over_is_replaced_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("db.sock");
        drop(std::os::unix::net::UnixListener::bind(&path).unwrap());
        assert!(path.exists());
        drop(OwnSocket::bind(&path).unwrap());
        fs::write(&path, "a file").unwrap();
        assert!(matches!(
            OwnSocket::bind(&path),
            Err(ForwardError::SocketTaken { .. })
        ));
        assert_eq!(fs::read_to_string(&path).unwrap(), "a file");
    }

    #[tokio::test]
    async fn a_folder_of_everybody_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o777)).unwrap();
        let refused = OwnSocket::bind(&folder.path().join("db.sock"));
        assert!(matches!(refused, Err(ForwardError::SharedFolder { .. })));
    }
}
