//! Folders and files that only this user can read.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use tempfile::{Builder, NamedTempFile, TempDir};

/// A new folder (0700 on Unix) that goes away when it is dropped.
pub(crate) fn private_folder() -> io::Result<TempDir> {
    // On Unix `tempfile` makes files 0600, but folders by the umask; on Windows the user's temporary folder is private.
    let mut builder = Builder::new();
    builder.prefix("postern-simulator-");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(std::fs::Permissions::from_mode(0o700));
    }
    builder.tempdir()
}

/// Replaces or makes a file (0600 on Unix) in one step: a reader sees the old one or all of the new one.
pub(super) fn write_private_file(path: &Path, text: &str) -> io::Result<()> {
    let folder = path
        .parent()
        .filter(|folder| !folder.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    let mut file = NamedTempFile::new_in(folder)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    let _persisted: File = file.persist(path)?;
    Ok(())
}
