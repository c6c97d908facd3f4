//! A JSON file of one of the AWS CLI's caches: read also while somebody writes it, and written so that nobody reads half
//! of it.

use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use postern_model::system_text;
use serde_json::Value;
use thiserror::Error;

/// All that stands in one file, also what only other programs know.
pub(crate) type Fields = serde_json::Map<String, Value>;

/// Older AWS CLIs write a file in place, so that it may be seen half written.
const WHILE_SOMEBODY_WRITES: Duration = Duration::from_millis(100);

/// A file that is there but cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{}: {detail}", path.display())]
pub(crate) struct CacheFileError {
    /// With its folders.
    pub(crate) path: PathBuf,
    /// What is wrong with it, or what the system says.
    pub(crate) detail: String,
}

impl CacheFileError {
    pub(crate) fn new(path: &Path, detail: impl Into<String>) -> Self {
        Self {
            path: path.to_path_buf(),
            detail: detail.into(),
        }
    }
}

/// What stands in the file; none if there is none. A file that cannot be read is looked at once more.
pub(crate) async fn read(path: &Path) -> Result<Option<Fields>, CacheFileError> {
    if let Ok(fields) = read_once(path) {
        return Ok(fields);
    }
    tokio::time::sleep(WHILE_SOMEBODY_WRITES).await;
    read_once(path)
}

fn read_once(path: &Path) -> Result<Option<Fields>, CacheFileError> {
    let bytes = match std::fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(CacheFileError::new(path, system_text(&error))),
    };
    let trimmed = bytes.trim_ascii();
    match serde_json::from_slice(trimmed) {
        Ok(Value::Object(fields)) => Ok(Some(fields)),
        // What the parser says quotes nothing, but it does not help either.
        Ok(_) | Err(_) if trimmed.is_empty() => Err(CacheFileError::new(path, "it is empty")),
        Ok(_) => Err(CacheFileError::new(path, "it is no JSON object")),
        Err(_) => Err(CacheFileError::new(path, "it is cut off or damaged")),
    }
}

/// Puts `fields` in the place of what the file says, readable by its owner only.
pub(crate) fn write(path: &Path, fields: &Fields) -> Result<(), CacheFileError> {
    try_write(path, fields).map_err(|error| CacheFileError::new(path, system_text(&error)))
}

fn try_write(path: &Path, fields: &Fields) -> io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    make_folder(folder)?;
    // Readable by its owner only from the first moment on.
    let mut file = tempfile::Builder::new().suffix(".tmp").tempfile_in(folder)?;
    serde_json::to_writer(&mut file, fields)?;
    file.flush()?;
    file.as_file().sync_all()?;
    file.persist(path)?;
    Ok(())
}

#[cfg(unix)]
fn make_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(folder)
}

#[cfg(not(unix))]
fn make_folder(folder: &Path) -> io::Result<()> {
    std::fs::create_dir_all(folder)
}

/// Removes the file; one that is not there is as good.
pub(crate) fn remove(path: &Path) -> Result<(), CacheFileError> {
    match std::fs::remove_file(path) {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(CacheFileError::new(path, system_text(&error))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(json: &str) -> Fields {
        serde_json::from_str(json).unwrap()
    }

    #[tokio::test]
    async fn what_is_written_is_read_and_belongs_to_its_owner_only() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sso/cache/a.json");
        write(&path, &fields(r#"{"b":[1]}"#)).unwrap();
        write(&path, &fields(r#"{"a":"ü"}"#)).unwrap();
        assert_eq!(read(&path).await.unwrap().unwrap(), fields(r#"{"a":"ü"}"#));
        assert_eq!(
            path.parent().unwrap().read_dir().unwrap().count(),
            1,
            "nothing is left over"
        );
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = |path: &Path| path.metadata().unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        }
        remove(&path).unwrap();
        remove(&path).unwrap();
        assert_eq!(read(&path).await.unwrap(), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_file_that_is_half_written_is_looked_at_again_and_then_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        for (text, words) in [
            ("", "it is empty"),
            ("\n", "it is empty"),
            (r#"{"accessToken": "canary"#, "it is cut off or damaged"),
            (r#"{"a": 1}}"#, "it is cut off or damaged"),
            ("[]", "it is no JSON object"),
        ] {
            std::fs::write(&path, text).unwrap();
            assert_eq!(read(&path).await.unwrap_err().detail, words, "{text}");
        }
        let ended = async {
            tokio::time::sleep(WHILE_SOMEBODY_WRITES / 2).await;
            std::fs::write(&path, r#"{"a": 1}"#).unwrap();
        };
        let (found, ()) = tokio::join!(read(&path), ended);
        assert_eq!(found.unwrap().unwrap(), fields(r#"{"a": 1}"#));
    }

    #[tokio::test(start_paused = true)]
    async fn what_the_system_refuses_is_said_in_its_words() {
        let folder = tempfile::tempdir().unwrap();
        let error = read(folder.path()).await.unwrap_err();
        assert_eq!(error.path, folder.path());
        assert!(!error.detail.is_empty());
        let below_a_file = folder.path().join("file/a.json");
        std::fs::write(folder.path().join("file"), "").unwrap();
        assert!(write(&below_a_file, &Fields::new()).is_err());
    }
}
