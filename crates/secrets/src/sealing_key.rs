//! The key for sealed files: read from the keyring, or made there once, whoever else makes one at the same moment.

use std::{
    fs::File,
    path::{Path, PathBuf},
};

use postern_model::{SecretError, SecretName};
use secrecy::SecretString;

use crate::{keyring::Keyring, sealer};

/// The name of the key, and what the system's own program shows for it.
const NAME: &str = "sealing-key";
const LABEL: &str = "Postern: key for journals and recordings";

/// Reads the key, or makes it. One program at a time makes one: two keys would be one too many, because what the loser has sealed
/// with its own could never be opened again.
pub(crate) fn read_or_make(keyring: &dyn Keyring, turns: Option<&Path>) -> Result<SecretString, SecretError> {
    let name = SecretName::parse(NAME).map_err(|error| SecretError::Failed {
        detail: error.to_string(),
    })?;
    if let Some(key) = keyring.read(&name)? {
        return Ok(key);
    }
    let _turn = turns.and_then(turn);
    // Whoever had the turn before has made one.
    if let Some(key) = keyring.read(&name)? {
        return Ok(key);
    }
    let made = sealer::new_key()?;
    keyring.write(&name, LABEL, &made)?;
    // Where no file can be locked, another program may have been there: what the keyring has counts.
    Ok(keyring.read(&name)?.unwrap_or(made))
}

/// The turn among all programs of this user, for as long as the file is open.
fn turn(path: &Path) -> Option<File> {
    let opened = File::options()
        .create(true)
        .write(true)
        .truncate(false)
        .open(path);
    let locked = opened.and_then(|file| file.lock().map(|()| file));
    locked
        .inspect_err(|error| tracing::debug!(%error, "no turn for the making of a key"))
        .ok()
}

/// The file whose lock is the turn: in a folder that only this user has, and that is emptied by itself.
pub(crate) fn turns() -> Option<PathBuf> {
    let folder = if cfg!(all(unix, not(target_os = "macos"))) {
        std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from)
    } else {
        Some(std::env::temp_dir())
    };
    Some(folder?.join("postern-sealing-key.lock"))
}
