//! The file that tells a client where to connect: it names the node, and holds no password.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::{Builder, TempDir};

/// The longest name of a node in a file's name; systems take 255 bytes.
const LONGEST: usize = 60;
/// What the folders are called by.
const PREFIX: &str = "postern-rdp-";

/// A connection file in a folder of this user's only. Both go when it is dropped.
#[derive(Debug)]
pub(crate) struct ConnectionFile {
    path: PathBuf,
    _folder: TempDir,
}

impl ConnectionFile {
    /// Writes the file for a local port. Clients show its name as the title of their window.
    ///
    /// # Errors
    /// Why it cannot be written.
    pub(crate) fn write(title: &str, port: u16) -> io::Result<Self> {
        let folder = private_folder()?;
        let path = folder.path().join(format!("{}.rdp", file_name(title)));
        fs::write(&path, content(port))?;
        Ok(Self {
            path,
            _folder: folder,
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

#[cfg(unix)]
fn private_folder() -> io::Result<TempDir> {
    use std::os::unix::fs::PermissionsExt;
    let only_this_user = fs::Permissions::from_mode(0o700);
    let mut builder = Builder::new();
    builder
        .prefix(PREFIX)
        .permissions(only_this_user)
        .tempdir_in(runtime_folder())
}

/// Windows keeps its folder for temporary files from other users.
#[cfg(not(unix))]
fn private_folder() -> io::Result<TempDir> {
    Builder::new().prefix(PREFIX).tempdir_in(runtime_folder())
}

/// Where the system keeps what is gone after a restart, for this user; else the folder for temporary files.
fn runtime_folder() -> PathBuf {
    let runtime = env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    let usable = runtime.filter(|folder| folder.is_absolute() && folder.is_dir());
    usable.unwrap_or_else(env::temp_dir)
}

/// A title as part of a file's name on every system.
fn file_name(title: &str) -> String {
    let legal = |c: char| c.is_alphanumeric() || " -_.()".contains(c);
    let name: String = title
        .chars()
        .map(|c| if legal(c) { c } else { '_' })
        .take(LONGEST)
        .collect();
    let name = name.trim_matches([' ', '.']);
    if name.is_empty() {
        "node".to_owned()
    } else {
        name.to_owned()
    }
}

/// The certificate of Windows names the node and not this computer, so that the client is to ask (level 2). No drives,
/// printers or ports of this computer are shown to the node.
fn content(port: u16) -> String {
    let lines = [
        format!("full address:s:127.0.0.1:{port}"),
        "username:s:Administrator".to_owned(),
        "prompt for credentials:i:1".to_owned(),
        "authentication level:i:2".to_owned(),
        "enablecredsspsupport:i:1".to_owned(),
        "screen mode id:i:1".to_owned(),
        "smart sizing:i:1".to_owned(),
        "redirectclipboard:i:1".to_owned(),
        "redirectprinters:i:0".to_owned(),
        "redirectcomports:i:0".to_owned(),
        "redirectsmartcards:i:0".to_owned(),
        "drivestoredirect:s:".to_owned(),
        "autoreconnection enabled:i:1".to_owned(),
    ];
    lines.map(|line| line + "\r\n").concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_names_the_node_and_goes_with_its_folder() {
        let file = ConnectionFile::write("win-1 (i-0a1b2c3d4e5f67890)", 54_321).unwrap();
        let path = file.path().to_owned();
        assert_eq!(path.file_name().unwrap(), "win-1 (i-0a1b2c3d4e5f67890).rdp");
        let text = fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("full address:s:127.0.0.1:54321\r\n"), "{text}");
        assert!(!text.to_lowercase().contains("password"), "{text}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let folder = fs::metadata(path.parent().unwrap()).unwrap();
            assert_eq!(folder.permissions().mode() & 0o777, 0o700);
        }
        drop(file);
        assert!(!path.exists() && !path.parent().unwrap().exists());
    }

    #[test]
    fn names_of_nodes_leave_no_folder() {
        for (title, name) in [
            ("../../etc/passwd", "_.._etc_passwd"),
            ("a:b\\c\n", "a_b_c_"),
            ("東京 1", "東京 1"),
            ("...", "node"),
            ("", "node"),
        ] {
            assert_eq!(file_name(title), name);
        }
        assert_eq!(file_name(&"x".repeat(500)).len(), LONGEST);
    }
}
