//! Replays a folder of recorded sessions and lists everything that is not as recorded: `replay FOLDER`.
#![allow(clippy::print_stdout, clippy::print_stderr)] // A program for people.

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use postern_transcripts::{Outcome, Problem, recordings, replay};

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let [folder] = arguments.as_slice() else {
        eprintln!("Usage: replay FOLDER");
        return ExitCode::from(2);
    };
    match replay_folder(Path::new(folder)) {
        Ok(Count { all, wrong: 0 }) => {
            println!("{all} recordings, all as recorded.");
            ExitCode::SUCCESS
        }
        Ok(Count { all, wrong }) => {
            println!("{all} recordings, {wrong} not as recorded.");
            ExitCode::FAILURE
        }
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

struct Count {
    all: usize,
    wrong: usize,
}

fn replay_folder(folder: &Path) -> Result<Count, Problem> {
    let files = recordings(folder)?;
    let wrong = files.iter().filter(|file| !is_as_it_should_be(file)).count();
    Ok(Count {
        all: files.len(),
        wrong,
    })
}

/// Says what became of one recording.
fn is_as_it_should_be(file: &Path) -> bool {
    let name = file.file_stem().unwrap_or_default().display();
    match replay(file) {
        Ok(Outcome::AsRecorded(replayed)) => println!(
            "ok  {name:<36} {:>5} frames {:>8} bytes {:>5} acknowledgements",
            replayed.frames, replayed.delivered_bytes, replayed.acknowledgements
        ),
        Ok(Outcome::DiffersOnPurpose { breach, differences }) => println!(
            "ok  {name:<36} differs {} times, as it should: the recorded client {breach}",
            differences.len()
        ),
        Err(problem) => {
            eprintln!("{problem}");
            return false;
        }
    }
    true
}
