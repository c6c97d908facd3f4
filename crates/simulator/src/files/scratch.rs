//! The simulator's private folder, and those that killed simulators left behind.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tempfile::{Builder, TempDir};

/// What the names of these folders begin with.
const PREFIX: &str = "postern-simulator-";
/// A simulator that lives holds a lock on this file in its folder. The system frees it however the simulator ends.
const LOCK: &str = "in-use.lock";
/// A folder without the file is one that is just being made, unless it is old: then an earlier version left it.
const YOUNG: Duration = Duration::from_secs(60 * 60);

/// A folder that only this user can read; it goes away when this is dropped.
#[derive(Debug)]
pub(crate) struct Scratch {
    // Dropped in this order: Windows removes no folder with a file in it that is open.
    _lock: File,
    folder: TempDir,
}

impl Scratch {
    /// A new folder in the system's temporary one. Those of simulators that were killed are removed first.
    pub(crate) fn new() -> io::Result<Self> {
        Self::new_in(&std::env::temp_dir())
    }

    fn new_in(place: &Path) -> io::Result<Self> {
        sweep(place);
        let folder = private_folder(place)?;
        let lock = File::create(folder.path().join(LOCK))?;
        lock.lock()?;
        Ok(Self { _lock: lock, folder })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// 0700 on Unix, where `tempfile` makes folders by the umask; on Windows the user's temporary folder is private.
fn private_folder(place: &Path) -> io::Result<TempDir> {
    let mut builder = Builder::new();
    builder.prefix(PREFIX);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o700));
    }
    builder.tempdir_in(place)
}

/// Removes what nobody uses any more. What cannot be looked at or removed, such as another user's, stays.
fn sweep(place: &Path) {
    for folder in folders(place).filter(|folder| is_left_behind(folder)) {
        match fs::remove_dir_all(&folder) {
            Ok(()) => tracing::info!(folder = %folder.display(), "removed what a killed simulator left"),
            Err(error) => tracing::debug!(%error, folder = %folder.display(), "a scratch folder stays"),
        }
    }
}

/// Real folders with our prefix; a link with such a name is nobody's scratch folder.
fn folders(place: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = fs::read_dir(place).into_iter().flatten().flatten();
    entries
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX))
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .map(|entry| entry.path())
}

fn is_left_behind(folder: &Path) -> bool {
    match File::options().read(true).write(true).open(folder.join(LOCK)) {
        Ok(lock) => lock.try_lock().is_ok(),
        Err(error) => error.kind() == io::ErrorKind::NotFound && is_old(folder),
    }
}

fn is_old(folder: &Path) -> bool {
    let modified = fs::metadata(folder).and_then(|about| about.modified());
    modified.is_ok_and(|at| at.elapsed().is_ok_and(|age| age > YOUNG))
}

#[cfg(test)]
mod tests {
    use std::time::SystemTime;

    use super::*;

    fn names(place: &Path) -> Vec<PathBuf> {
        folders(place).collect()
    }

    /// What a simulator leaves that is killed: the folder, and a file that nobody locks.
    fn left_behind(place: &Path) -> PathBuf {
        let folder = private_folder(place).unwrap().keep();
        fs::write(folder.join(LOCK), "").unwrap();
        fs::create_dir_all(folder.join("nodes").join("i-1")).unwrap();
        folder
    }

    #[test]
    fn what_killed_simulators_left_goes_and_what_living_ones_use_stays() {
        let place = tempfile::tempdir().unwrap();
        let living = Scratch::new_in(place.path()).unwrap();
        left_behind(place.path());
        left_behind(place.path());
        let own = Scratch::new_in(place.path()).unwrap();
        let mut found = names(place.path());
        found.sort();
        let mut expected = [living.path().to_owned(), own.path().to_owned()];
        expected.sort();
        assert_eq!(found, expected);
        drop((living, own));
        assert!(names(place.path()).is_empty(), "they remove their own");
    }

    #[test]
    fn a_folder_without_a_lock_is_only_swept_when_it_is_old() {
        let place = tempfile::tempdir().unwrap();
        let young = private_folder(place.path()).unwrap().keep();
        sweep(place.path());
        assert!(young.exists(), "it may be one that is just being made");
        let long_ago = SystemTime::now() - 2 * YOUNG;
        File::open(&young).unwrap().set_modified(long_ago).unwrap();
        sweep(place.path());
        assert!(!young.exists());
    }

    #[test]
    fn nothing_else_is_touched() {
        let place = tempfile::tempdir().unwrap();
        let other = place.path().join("postern-other");
        fs::create_dir(&other).unwrap();
        fs::write(place.path().join(format!("{PREFIX}file")), "").unwrap();
        sweep(place.path());
        assert!(other.exists() && place.path().join(format!("{PREFIX}file")).exists());
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_a_folder_is_not_followed() {
        let (place, target) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(target.path().join(LOCK), "").unwrap();
        std::os::unix::fs::symlink(target.path(), place.path().join(format!("{PREFIX}link"))).unwrap();
        sweep(place.path());
        assert!(target.path().join(LOCK).exists());
    }
}
