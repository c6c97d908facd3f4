//! Which file a program's name means, to say why it could not be started.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};

use crate::SubprocessError;

/// Why `program` could not be started, when it was searched for in `path`.
pub(crate) fn not_started(program: &OsStr, path: Option<OsString>, cause: io::Error) -> SubprocessError {
    let name = program.to_string_lossy().into_owned();
    if cause.kind() != io::ErrorKind::NotFound {
        return SubprocessError::NotRunnable { program: name, cause };
    }
    // The system says the same of a script whose interpreter it does not find.
    match find(program, path.as_deref()) {
        Some(file) => SubprocessError::NoInterpreter { file },
        None => SubprocessError::NotFound {
            searched: path.filter(|_| !names_a_folder(program)),
            program: name,
        },
    }
}

fn find(program: &OsStr, path: Option<&OsStr>) -> Option<PathBuf> {
    if names_a_folder(program) {
        return Some(PathBuf::from(program)).filter(|file| file.is_file());
    }
    std::env::split_paths(path?)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

fn names_a_folder(program: &OsStr) -> bool {
    Path::new(program).components().count() > 1
}
