//! Where programs meet on systems without Unix sockets, such as Windows: a port of this computer whose number stands in a file
//! of the user's, with what both sides have to know.
//!
//! Anybody on this computer can connect to a port. So whoever asks shows one key of the file, and the program that is asked
//! shows the other: a stranger learns nothing, and one that took the port of a program that is gone can pretend nothing.

use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use crate::ForwardError;

/// How the files of programs that can be asked end.
pub(super) const ENDING: &str = "port";

/// Where one program is asked. Its file is gone when it is dropped.
pub(super) struct BoardEntrance {
    listener: TcpListener,
    keys: Arc<BoardKeys>,
    file: PathBuf,
}

/// One that wants to ask.
pub(super) struct BoardCaller {
    stream: TcpStream,
    keys: Arc<BoardKeys>,
}

/// What both sides have to know of one another.
#[derive(Serialize, Deserialize)]
struct BoardKeys {
    port: u16,
    asks: [u8; 32],
    answers: [u8; 32],
}

impl BoardEntrance {
    /// Opens it, and its file in the folder, which is made where it is missing. In the user's own folder of application data
    /// nobody else may read it.
    pub(super) fn open(folder: &Path) -> Result<Self, ForwardError> {
        let file = folder.join(format!("{}.{ENDING}", std::process::id()));
        Self::open_by(&file).map_err(|error| ForwardError::Listen {
            address: file.display().to_string(),
            error,
        })
    }

    fn open_by(file: &Path) -> io::Result<Self> {
        let listener = std::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let keys = BoardKeys {
            port: listener.local_addr()?.port(),
            asks: rand::random(),
            answers: rand::random(),
        };
        if let Some(folder) = file.parent() {
            fs::create_dir_all(folder)?;
        }
        write_whole(file, &serde_json::to_vec(&keys)?)?;
        Ok(Self {
            listener: TcpListener::from_std(listener)?,
            keys: Arc::new(keys),
            file: file.to_owned(),
        })
    }

    /// The next that wants to ask.
    pub(super) async fn accept(&self) -> io::Result<BoardCaller> {
        let (stream, _) = self.listener.accept().await?;
        let keys = Arc::clone(&self.keys);
        Ok(BoardCaller { stream, keys })
    }
}

impl Drop for BoardEntrance {
    fn drop(&mut self) {
        // Who finds it later learns that nobody is there.
        let _gone = fs::remove_file(&self.file);
    }
}

impl BoardCaller {
    /// It may ask once it has shown the key.
    pub(super) async fn let_in(mut self) -> io::Result<TcpStream> {
        expect(&mut self.stream, &self.keys.asks).await?;
        self.stream.write_all(&self.keys.answers).await?;
        Ok(self.stream)
    }
}

/// Goes to the program of a file.
///
/// # Errors
/// [`io::ErrorKind::ConnectionRefused`] when that program is gone, also where another has its port now.
pub(super) async fn connect(file: &Path) -> io::Result<TcpStream> {
    let keys: BoardKeys = serde_json::from_slice(&fs::read(file)?)?;
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, keys.port)).await?;
    stream.write_all(&keys.asks).await?;
    expect(&mut stream, &keys.answers)
        .await
        .map_err(|_stranger| io::Error::from(io::ErrorKind::ConnectionRefused))?;
    Ok(stream)
}

/// Reads a key and compares all of it, whichever byte differs.
async fn expect(stream: &mut TcpStream, key: &[u8; 32]) -> io::Result<()> {
    let mut shown = [0; 32];
    stream.read_exact(&mut shown).await?;
    let difference = shown
        .iter()
        .zip(key)
        .fold(0, |all, (one, other)| all | (one ^ other));
    if difference == 0 {
        Ok(())
    } else {
        Err(io::ErrorKind::PermissionDenied.into())
    }
}

/// Nobody finds a half of it.
fn write_whole(file: &Path, bytes: &[u8]) -> io::Result<()> {
    let half = file.with_extension("half");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(&half)?.write_all(bytes)?;
    fs::rename(half, file)
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn entrance() -> (tempfile::TempDir, Arc<BoardEntrance>) {
        let folder = tempfile::tempdir().unwrap();
        let entrance = BoardEntrance::open(&folder.path().join("running")).unwrap();
        (folder, Arc::new(entrance))
    }

    #[tokio::test]
    async fn who_read_the_file_is_let_in_and_hears_the_program() {
        let (_folder, entrance) = entrance().await;
        let there = Arc::clone(&entrance);
        let hears = tokio::spawn(async move {
            let mut stream = there.accept().await.unwrap().let_in().await.unwrap();
            let mut asked = [0; 5];
            stream.read_exact(&mut asked).await.unwrap();
            stream.write_all(&asked).await.unwrap();
        });
        let mut stream = connect(&entrance.file).await.unwrap();
        stream.write_all(b"hello").await.unwrap();
        let mut answer = [0; 5];
        stream.read_exact(&mut answer).await.unwrap();
        assert_eq!(&answer, b"hello");
        hears.await.unwrap();
        let file = entrance.file.clone();
        drop(entrance);
        assert!(!file.exists());
    }

    #[tokio::test]
    async fn who_does_not_know_the_key_is_not_heard() {
        let (_folder, entrance) = entrance().await;
        let stranger = TcpStream::connect((Ipv4Addr::LOCALHOST, entrance.keys.port));
        let mut stranger = stranger.await.unwrap();
        stranger.write_all(&[7; 32]).await.unwrap();
        let refused = entrance.accept().await.unwrap().let_in().await;
        assert_eq!(refused.unwrap_err().kind(), io::ErrorKind::PermissionDenied);
        let mut heard = Vec::new();
        let _reset_or_closed = stranger.read_to_end(&mut heard).await;
        assert!(heard.is_empty());
    }

    #[tokio::test]
    async fn one_that_took_the_port_of_a_program_that_is_gone_is_not_believed() {
        let (_folder, entrance) = entrance().await;
        let impostor = Arc::clone(&entrance);
        tokio::spawn(async move {
            let mut stream = impostor.accept().await.unwrap().stream;
            stream.write_all(&[7; 32]).await.unwrap();
            // It stays until the other side has read that.
            let _closed = stream.read_to_end(&mut Vec::new()).await;
        });
        let refused = connect(&entrance.file).await.unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::ConnectionRefused);
    }
}
