//! Reads a file of connections from the disk.

use std::{
    fs::File,
    io::{self, Read as _},
    path::Path,
};

use postern_import::{ImportError, ImportFile, MAX_BYTES, ReadOptions, read};
use postern_model::{display_text, ended, system_text};

use crate::contract::ErrorView;

/// Reads what the file at `path` holds, where blocking is allowed.
///
/// # Errors
/// `import-unreadable`, and those of [`ImportError`].
pub(crate) fn read_file(path: &Path, options: &ReadOptions) -> Result<ImportFile, ErrorView> {
    let bytes = bytes(path).map_err(|error| unreadable(path, &error))?;
    Ok(read(&path.to_string_lossy(), &bytes, options)?)
}

/// At most one byte more than is read of any file, so that no memory is spent on the rest.
fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let file = File::open(path)?;
    if file.metadata()?.is_dir() {
        return Err(io::ErrorKind::IsADirectory.into());
    }
    let mut bytes = Vec::new();
    file.take(MAX_BYTES + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn unreadable(path: &Path, error: &io::Error) -> ErrorView {
    let name = display_text(&path.to_string_lossy());
    let message = format!("{name} cannot be read: {}", ended(&system_text(error)));
    ErrorView::new("import-unreadable", message, "Check its name and its rights.")
}

impl From<ImportError> for ErrorView {
    fn from(error: ImportError) -> Self {
        Self::new(error.code(), display_text(&error.to_string()), error.next_step())
    }
}
