//! Replays a folder of recorded sessions and stops with the first difference: `replay FOLDER`.
#![allow(clippy::print_stdout, clippy::print_stderr)] // A program for people.

use std::ffi::OsString;
use std::path::Path;
use std::process::ExitCode;

use postern_transcripts::{Problem, recordings, replay};

fn main() -> ExitCode {
    let arguments: Vec<OsString> = std::env::args_os().skip(1).collect();
    let [folder] = arguments.as_slice() else {
        eprintln!("Usage: replay FOLDER");
        return ExitCode::from(2);
    };
    match replay_folder(Path::new(folder)) {
        Ok(count) => {
            println!("{count} recordings, all as recorded.");
            ExitCode::SUCCESS
        }
        Err(problem) => {
            eprintln!("{problem}");
            ExitCode::FAILURE
        }
    }
}

/// How many recordings there are.
fn replay_folder(folder: &Path) -> Result<usize, Problem> {
    let files = recordings(folder)?;
    for file in &files {
        let replayed = replay(file)?;
        println!(
            "ok  {:<36} {:>5} frames {:>8} bytes {:>5} acknowledgements",
            file.file_stem().unwrap_or_default().display(),
            replayed.frames,
            replayed.delivered_bytes,
            replayed.acknowledgements
        );
    }
    Ok(files.len())
}
