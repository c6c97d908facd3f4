//! The typed door between page and program: the commands that are served, and the TypeScript that calls them.

use postern_app::contract::AppEvent;
use specta_typescript::semantic;
use tauri::Wry;
use tauri_specta::{Builder, collect_commands};

use crate::{command_list::command_list, commands};

/// The one event; its payload is an [`AppEvent`].
pub(crate) const APP_EVENT: &str = "app-event";

macro_rules! collected {
    (typed [$($typed:ident)*] raw [$($raw:ident)*]) => { collect_commands![$(commands::$typed),*] };
}

/// The typed commands, the event's payload and its name.
pub(crate) fn builder() -> Builder<Wry> {
    Builder::new()
        .commands(command_list!(collected))
        .typ::<AppEvent>()
        .constant("APP_EVENT", APP_EVENT)
        // Every shape is written and read the same way, so one TypeScript type each is enough.
        .disable_serde_phases()
        // Times are finite, so `f64` is a plain number.
        .semantic_types(semantic::Configuration::empty().enable_lossless_floats())
}

/// The TypeScript as it should be in the page's folder.
#[cfg(test)]
pub(crate) fn typescript() -> String {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("bindings.ts");
    let header = "// Generated from Rust: POSTERN_WRITE_BINDINGS=1 cargo test -p postern-desktop bindings\n";
    builder()
        .export(specta_typescript::Typescript::default().header(header), &path)
        .unwrap();
    std::fs::read_to_string(path).unwrap()
}

#[cfg(test)]
mod tests {
    use std::{env, fs, path::PathBuf};

    use super::*;

    #[test]
    fn the_bindings_in_the_page_are_the_ones_of_this_program() {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../ui/src/ipc/bindings.ts");
        if env::var_os("POSTERN_WRITE_BINDINGS").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, typescript()).unwrap();
        }
        let written = fs::read_to_string(&path).unwrap().replace("\r\n", "\n");
        assert!(
            written == typescript(),
            "run POSTERN_WRITE_BINDINGS=1 cargo test -p postern-desktop bindings"
        );
    }
}
