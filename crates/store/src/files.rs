//! Where the file is, who may read it, and that only one program at a time opens it.

use std::{
    env,
    ffi::OsString,
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use directories::ProjectDirs;

use crate::StoreError;

const FILE_NAME: &str = "postern.db";
/// Opening with a check and a restored backup takes far less; a program that holds the lock for longer hangs.
const LONGEST_LOCK_WAIT: Duration = Duration::from_secs(10);
const LOCK_RETRY_PAUSE: Duration = Duration::from_millis(20);
/// What SQLite keeps beside a file; it belongs to the file by its name.
pub(crate) const COMPANIONS: [&str; 3] = ["-wal", "-shm", "-journal"];

pub(crate) fn default_path() -> Result<PathBuf, StoreError> {
    let own = env::var_os("POSTERN_DATA_DIR")
        .filter(|folder| !folder.is_empty())
        .map(PathBuf::from);
    let folder = match own {
        Some(folder) => folder,
        None => ProjectDirs::from("", "", "Postern")
            .ok_or(StoreError::NoDataFolder)?
            .data_dir()
            .to_owned(),
    };
    Ok(folder.join(FILE_NAME))
}

/// The file with all that lies beside it.
#[derive(Debug, Clone)]
pub(crate) struct StoreFiles {
    file: PathBuf,
}

impl StoreFiles {
    /// Makes the folder, for this user only, and follows `path` if it is a link (as files kept by dotfile tools are),
    /// so that the link itself is never replaced.
    pub(crate) fn prepare(path: &Path) -> Result<Self, StoreError> {
        if let Some(folder) = path.parent() {
            create_private_folder(folder).map_err(|error| StoreError::of_io(folder, &error))?;
        }
        let is_link = fs::symlink_metadata(path).is_ok_and(|file| file.is_symlink());
        if !is_link {
            return Ok(Self {
                file: path.to_owned(),
            });
        }
        // A link to a file that does not exist yet cannot be followed before the file is made.
        let failed = |error: io::Error| StoreError::of_io(path, &error);
        create_private_file(path).map_err(failed)?;
        Ok(Self {
            file: fs::canonicalize(path).map_err(failed)?,
        })
    }

    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// The file's path with `suffix` at its end.
    pub(crate) fn beside(&self, suffix: &str) -> PathBuf {
        let mut name = OsString::from(&self.file);
        name.push(suffix);
        name.into()
    }

    pub(crate) fn backups(&self) -> PathBuf {
        self.file.with_file_name("backups")
    }

    /// Whether there is nothing yet, or nothing any more.
    pub(crate) fn is_empty(&self) -> bool {
        is_empty(&self.file)
    }

    /// Whether SQLite left something beside the file.
    pub(crate) fn has_companions(&self) -> bool {
        COMPANIONS
            .iter()
            .any(|suffix| fs::metadata(self.beside(suffix)).is_ok_and(|file| file.len() > 0))
    }

    /// Makes sure that the file is there and that only this user may read it; SQLite gives its other files the same
    /// rights.
    pub(crate) fn create_file(&self) -> Result<(), StoreError> {
        create_private_file(&self.file).map_err(|error| StoreError::of_io(&self.file, &error))
    }

    /// Waits until no other program opens, restores or backs up this file. The lock ends with the returned value.
    pub(crate) fn lock(&self) -> Result<OpeningLock, StoreError> {
        let deadline = Instant::now() + LONGEST_LOCK_WAIT;
        loop {
            match self.try_lock()? {
                Some(lock) => return Ok(lock),
                None if Instant::now() >= deadline => {
                    return Err(StoreError::Locked {
                        path: self.file.clone(),
                    });
                }
                None => thread::sleep(LOCK_RETRY_PAUSE),
            }
        }
    }

    /// The lock, or none if another program has it.
    pub(crate) fn try_lock(&self) -> Result<Option<OpeningLock>, StoreError> {
        let path = self.beside(".lock");
        let failed = |error: &io::Error| StoreError::of_io(&path, error);
        let file = private_file_options()
            .open(&path)
            .map_err(|error| failed(&error))?;
        match file.try_lock() {
            Ok(()) => Ok(Some(OpeningLock { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            // Some network file systems have no locks; SQLite then works without them too.
            Err(TryLockError::Error(error)) if error.kind() == io::ErrorKind::Unsupported => {
                Ok(Some(OpeningLock { _file: file }))
            }
            Err(TryLockError::Error(error)) => Err(failed(&error)),
        }
    }
}

/// Whether there is no file, or nothing in it.
pub(crate) fn is_empty(path: &Path) -> bool {
    fs::metadata(path).map_or(true, |file| file.len() == 0)
}

/// Held while a file is opened, restored or backed up.
pub(crate) struct OpeningLock {
    _file: File,
}

/// Makes `folder` and its missing parents, readable by this user only; one that exists stays as it is.
pub(crate) fn create_private_folder(folder: &Path) -> io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Makes `path` if it is missing and takes the rights of all others away.
pub(crate) fn create_private_file(path: &Path) -> io::Result<()> {
    let file = private_file_options().open(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        if file.metadata()?.permissions().mode() & 0o077 != 0 {
            file.set_permissions(fs::Permissions::from_mode(0o600))?;
        }
    }
    drop(file);
    Ok(())
}

/// Puts what was written to `path` on the disk, then its name in its folder.
pub(crate) fn sync_to_disk(path: &Path) -> io::Result<()> {
    OpenOptions::new().read(true).write(true).open(path)?.sync_all()?;
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

fn private_file_options() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}
