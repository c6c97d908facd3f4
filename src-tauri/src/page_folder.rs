//! Where the web view keeps what it keeps of the page: beside the store, or for this run only where nothing can be kept.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use tempfile::TempDir;

/// The folder; one for this run only is removed with this value. A window always needs one: for a window without, Tauri
/// takes a folder of its own choice, and fails where that cannot be made.
#[derive(Debug)]
pub(crate) enum PageFolder {
    Kept(PathBuf),
    ForThisRun(TempDir),
}

impl PageFolder {
    /// A folder in `data`, or else a private one.
    ///
    /// # Errors
    /// When there cannot even be temporary files.
    pub(crate) fn make(data: Option<&Path>) -> io::Result<Self> {
        match data.and_then(|data| usable(data.join("page"))) {
            Some(folder) => Ok(Self::Kept(folder)),
            None => Ok(Self::ForThisRun(private_folder()?)),
        }
    }

    pub(crate) fn path(&self) -> &Path {
        match self {
            Self::Kept(folder) => folder,
            Self::ForThisRun(folder) => folder.path(),
        }
    }
}

/// Temporary files are only for their user.
fn private_folder() -> io::Result<TempDir> {
    tempfile::Builder::new().prefix("postern-page-").tempdir()
}

/// A folder that is there may still not be written, for example on a disk that became read-only.
fn usable(folder: PathBuf) -> Option<PathBuf> {
    fs::create_dir_all(&folder).ok()?;
    tempfile::tempfile_in(&folder).ok()?;
    Some(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_folder_is_beside_the_store_where_that_can_be_written() {
        let data = tempfile::tempdir().unwrap();
        let folder = PageFolder::make(Some(data.path())).unwrap();
        assert_eq!(folder.path(), data.path().join("page"));
        drop(folder);
        assert!(data.path().join("page").exists());
    }

    #[test]
    fn without_a_place_to_keep_it_there_is_a_folder_for_this_run_only() {
        let scratch = tempfile::tempdir().unwrap();
        let file = scratch.path().join("file");
        fs::write(&file, "").unwrap();
        for data in [None, Some(file.as_path())] {
            let folder = PageFolder::make(data).unwrap();
            let path = folder.path().to_owned();
            assert!(path.is_dir() && !path.starts_with(&file));
            drop(folder);
            assert!(!path.exists());
        }
    }
}
