//! Generates the window's context and the permissions of its commands.

#[path = "src/command_names.rs"]
mod command_names;

use std::{fs, io, path::Path, process::ExitCode};

/// What the program shows when it is built without the page.
const PLACEHOLDER: &str = "<!doctype html><meta charset=\"utf-8\"><title>Postern</title>\
    <p>The page is not built. Run <code>npm run build --workspace ui</code>, then build Postern again.</p>\n";

fn main() -> ExitCode {
    let manifest = tauri_build::AppManifest::new().commands(command_names::COMMANDS);
    let attributes = tauri_build::Attributes::new().app_manifest(manifest);
    println!("cargo:rerun-if-changed=src/command_names.rs");
    println!("cargo:rerun-if-changed=../ui/dist");
    let outcome =
        leave_a_page(Path::new("../ui/dist")).map_err(|error| format!("ui/dist cannot be written: {error}"));
    match outcome.and_then(|()| tauri_build::try_build(attributes).map_err(|error| format!("{error:#}"))) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("cargo::error={}", error.replace('\n', " "));
            ExitCode::FAILURE
        }
    }
}

/// The page is embedded when the program is compiled, so a check without a built page needs something to embed.
fn leave_a_page(folder: &Path) -> io::Result<()> {
    if folder.join("index.html").exists() {
        return Ok(());
    }
    fs::create_dir_all(folder)?;
    fs::write(folder.join("index.html"), PLACEHOLDER)
}
