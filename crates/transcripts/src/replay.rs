//! A recording from file to verdict.

use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::player::play;
use crate::rules::check;
use crate::{Difference, Recording, Unreadable};

/// A recording that a channel got right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Replayed {
    /// Lines of the file without its header.
    pub frames: usize,
    /// Bytes of output and standard error that the user got.
    pub delivered_bytes: usize,
    /// Acknowledgements that the agent got.
    pub acknowledgements: usize,
}

/// Why there is no verdict, or a bad one.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum Problem {
    /// The folder cannot be listed.
    #[error("{}: cannot be listed: {detail}", .folder.display())]
    Folder {
        /// Which.
        folder: PathBuf,
        /// The system's words.
        detail: String,
    },
    /// There is nothing to prove anything with.
    #[error("{}: there is no recording (*.jsonl) in it", .folder.display())]
    Empty {
        /// Which.
        folder: PathBuf,
    },
    /// A file is no recording.
    #[error("{}, {why}", .file.display())]
    Unreadable {
        /// Which.
        file: PathBuf,
        /// Where and what.
        why: Unreadable,
    },
    /// The channel does something else than was recorded.
    #[error("{}, {difference}", .file.display())]
    Different {
        /// Which.
        file: PathBuf,
        /// The first one.
        difference: Difference,
    },
}

/// The recordings of a folder, by name.
///
/// # Errors
/// [`Problem::Folder`] and [`Problem::Empty`].
pub fn recordings(folder: &Path) -> Result<Vec<PathBuf>, Problem> {
    let unlisted = |error: std::io::Error| Problem::Folder {
        folder: folder.to_owned(),
        detail: error.to_string(),
    };
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unlisted)? {
        let path = entry.map_err(unlisted)?.path();
        if path.extension().is_some_and(|extension| extension == "jsonl") {
            files.push(path);
        }
    }
    files.sort();
    if files.is_empty() {
        let folder = folder.to_owned();
        return Err(Problem::Empty { folder });
    }
    Ok(files)
}

/// Plays one recording to a data channel and checks every rule.
///
/// # Errors
/// [`Problem::Unreadable`] and [`Problem::Different`].
pub fn replay(file: &Path) -> Result<Replayed, Problem> {
    let recording = Recording::read(file).map_err(|why| Problem::Unreadable {
        file: file.to_owned(),
        why,
    })?;
    verdict(&recording).map_err(|difference| Problem::Different {
        file: file.to_owned(),
        difference,
    })
}

fn verdict(recording: &Recording) -> Result<Replayed, Difference> {
    let playback = play(recording)?;
    check(&recording.header, &playback)?;
    Ok(Replayed {
        frames: recording.frames.len(),
        delivered_bytes: playback.delivered.output.len() + playback.delivered.stderr.len(),
        acknowledgements: playback.paid.len(),
    })
}
