//! The typed door between page and program: the commands that are served, and the TypeScript that calls them.

use postern_app::view::AppEvent;
use specta_typescript::semantic;
use tauri::Wry;
use tauri_specta::{Builder, collect_commands};

use crate::commands;

/// The one event; its payload is an [`AppEvent`].
pub(crate) const APP_EVENT: &str = "app-event";

/// The typed commands, the event's payload and its name.
pub(crate) fn builder() -> Builder<Wry> {
    Builder::new()
        .commands(collect_commands![
            commands::bootstrap,
            commands::choose_mode,
            commands::notices_seen,
            commands::read_profiles,
            commands::save_settings,
            commands::add_pair,
            commands::update_pair,
            commands::remove_pair,
            commands::sync_all,
            commands::sync_pair,
            commands::cancel_sync,
            commands::save_group,
            commands::delete_group,
            commands::set_group_collapsed,
            commands::save_connection,
            commands::delete_connection,
            commands::connect,
            commands::reconnect_tab,
            commands::duplicate_tab,
            commands::session_documents,
            commands::session_document,
            commands::retry_login,
            commands::close_tab,
            commands::terminal_resize,
            commands::terminal_credit,
            commands::page_hidden,
            commands::retry_resume,
            commands::network_back,
            commands::demo_drop_network,
            commands::simulator_endpoint,
            commands::open_link,
            commands::closing_heard,
            commands::close_window,
        ])
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
