//! A recording from file to verdict.

use std::path::{Path, PathBuf};

use thiserror::Error;

use crate::player::play;
use crate::rules::check;
use crate::streams;
use crate::{Recording, RecordingError, ReplayDifference};

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

/// What became of a recording, as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The channel did as the recorded client.
    AsRecorded(Replayed),
    /// The recorded client broke the protocol on purpose, and the channel did not.
    DiffersOnPurpose {
        /// What that client did.
        breach: String,
        /// What the channel did otherwise.
        differences: Vec<ReplayDifference>,
    },
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
        why: RecordingError,
    },
    /// The channel does something else than was recorded.
    #[error("{}", each(.file, .differences))]
    Different {
        /// Which.
        file: PathBuf,
        /// All of them, as far as the recording could be played.
        differences: Vec<ReplayDifference>,
    },
    /// The channel does what the recorded client did against the protocol.
    #[error("{}: the recorded client broke the protocol ({breach}), and the channel did the same", .file.display())]
    BreaksProtocol {
        /// Which.
        file: PathBuf,
        /// What that client did.
        breach: String,
    },
}

/// A line for each.
fn each(file: &Path, differences: &[ReplayDifference]) -> String {
    let lines = differences
        .iter()
        .map(|difference| format!("{}, {difference}", file.display()));
    lines.collect::<Vec<_>>().join("\n")
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
/// [`Problem::Unreadable`], [`Problem::Different`] and [`Problem::BreaksProtocol`].
pub fn replay(file: &Path) -> Result<Outcome, Problem> {
    let recording = Recording::read(file).map_err(|why| Problem::Unreadable {
        file: file.to_owned(),
        why,
    })?;
    let file = file.to_owned();
    match (verdict(&recording), recording.header.client_breaks_protocol) {
        (Ok(replayed), None) => Ok(Outcome::AsRecorded(replayed)),
        (Err(differences), None) => Err(Problem::Different { file, differences }),
        (Ok(_), Some(breach)) => Err(Problem::BreaksProtocol { file, breach }),
        (Err(differences), Some(breach)) => Ok(Outcome::DiffersOnPurpose { breach, differences }),
    }
}

/// A frame that is not as recorded ends the playing, so that it is the only difference then.
fn verdict(recording: &Recording) -> Result<Replayed, Vec<ReplayDifference>> {
    let playback = play(recording).map_err(|difference| vec![difference])?;
    let mut differences = check(&recording.header, &playback);
    differences.extend(streams::check(recording));
    if !differences.is_empty() {
        return Err(differences);
    }
    Ok(Replayed {
        frames: recording.frames.len(),
        delivered_bytes: playback.delivered.output.len() + playback.delivered.stderr.len(),
        acknowledgements: playback.paid.len(),
    })
}
