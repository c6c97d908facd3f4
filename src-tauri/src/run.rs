//! Composes the program: worlds, store, application, commands and window.

use std::{
    env,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use postern_app::{App, Events, Parts};
use postern_store::Store;
use tauri::{AppHandle, Emitter, Manager, Wry, ipc::Invoke};
use tauri_plugin_window_state::StateFlags;

use crate::{bindings, closing, leave, log, terminal_channel, window, world::Worlds};

/// Runs the program until its window is closed.
#[must_use]
pub fn run() -> ExitCode {
    if let Some(text) = answer_without_window(env::args().skip(1)) {
        print(&text);
        return ExitCode::SUCCESS;
    }
    log::start();
    if !has_display() {
        complain(
            "There is no display for Postern's window.\nSet DISPLAY or WAYLAND_DISPLAY, or use Xvfb (xvfb-run).",
        );
        return ExitCode::FAILURE;
    }
    match build() {
        Ok(app) => {
            app.run(|app, event| leave::on_event(app, &event));
            ExitCode::SUCCESS
        }
        Err(error) => {
            complain(&format!("Postern cannot start: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn build() -> tauri::Result<tauri::App<Wry>> {
    let data = data_folder();
    let mut builder = tauri::Builder::default();
    // Whoever names a data folder wants a program of its own beside the one that may run already.
    if env::var_os("POSTERN_DATA_DIR").is_none() {
        builder = builder.plugin(tauri_plugin_single_instance::init(|app, _, _| {
            if let Some(window) = window::main(app) {
                window::show(&window);
            }
        }));
    }
    builder
        .plugin(window_state(data.as_deref()))
        .plugin(
            tauri_plugin_opener::Builder::new()
                .open_js_links_on_click(false)
                .build(),
        )
        .invoke_handler(commands())
        .setup(move |app| Ok(start(app, data.as_deref())?))
        .build(tauri::generate_context!())
}

/// The application, then its window. Without the application there is nothing to show.
fn start(app: &mut tauri::App<Wry>, data: Option<&Path>) -> tauri::Result<()> {
    app.manage(leave::Leaving::default());
    app.manage(closing::Closing::default());
    match tauri::async_runtime::block_on(App::start(parts())) {
        Ok((postern, events)) => {
            app.manage(postern);
            tell_window(app.handle().clone(), events);
            leave::on_signal(app.handle().clone());
            window::open(app, data)
        }
        Err(error) => {
            complain(&format!(
                "Postern cannot start: {} {}",
                error.message, error.next_step
            ));
            app.handle().exit(1);
            Ok(())
        }
    }
}

fn parts() -> Parts {
    Parts {
        world: Arc::new(Worlds::new()),
        store: Store::default_path().and_then(|path| Store::open(&path)),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }
}

/// Where the store is, so that everything that Postern keeps is in one folder.
fn data_folder() -> Option<PathBuf> {
    let store = Store::default_path().ok()?;
    std::path::absolute(store.parent()?).ok()
}

/// Size and place of the window. An absolute file name puts the file beside the store.
fn window_state(data: Option<&Path>) -> tauri::plugin::TauriPlugin<Wry> {
    let kept = StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED | StateFlags::FULLSCREEN;
    let builder = tauri_plugin_window_state::Builder::new().with_state_flags(kept);
    let file = data.and_then(|data| data.join("window-state.json").into_os_string().into_string().ok());
    file.into_iter()
        .fold(builder, tauri_plugin_window_state::Builder::with_filename)
        .build()
}

fn commands() -> impl Fn(Invoke<Wry>) -> bool + Send + Sync + 'static {
    let typed = bindings::builder();
    let raw: fn(Invoke<Wry>) -> bool = tauri::generate_handler![
        terminal_channel::terminal_attach,
        terminal_channel::terminal_input
    ];
    move |invoke| match invoke.message.command() {
        "terminal_attach" | "terminal_input" => raw(invoke),
        _ => typed.invoke_handler()(invoke),
    }
}

fn tell_window(app: AppHandle, mut events: Events) {
    tauri::async_runtime::spawn(async move {
        while let Some(event) = events.recv().await {
            if let Err(error) = app.emit(bindings::APP_EVENT, event) {
                tracing::warn!(%error, "the window did not hear an event");
            }
        }
    });
}

/// What can be said without a window.
fn answer_without_window(mut arguments: impl Iterator<Item = String>) -> Option<String> {
    match arguments.next()?.as_str() {
        "--version" | "-V" => Some(format!("postern-desktop {}", env!("CARGO_PKG_VERSION"))),
        "--help" | "-h" => Some(HELP.to_owned()),
        // Systems pass arguments of their own when they start a program from a menu.
        _ => None,
    }
}

/// The windowing library ends the program with a fault where there is none.
fn has_display() -> bool {
    let is_set = |name| env::var_os(name).is_some_and(|value| !value.is_empty());
    !cfg!(target_os = "linux") || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY")
}

const HELP: &str = "Postern, a connection manager for AWS Session Manager.

Usage: postern-desktop [--version] [--help]

POSTERN_DATA_DIR  where settings and connections are kept
POSTERN_LOG       log to the standard error, for example POSTERN_LOG=info";

#[allow(clippy::print_stdout)] // The answer to --version and --help is the program's output.
fn print(text: &str) {
    println!("{text}");
}

#[allow(clippy::print_stderr)] // Without a window there is nowhere else to say it.
fn complain(text: &str) {
    eprintln!("{text}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn version_and_help_need_no_window() {
        let answer = |argument: &str| answer_without_window(std::iter::once(argument.to_owned()));
        assert!(answer("--version").unwrap().starts_with("postern-desktop 0."));
        assert!(answer("--help").unwrap().contains("POSTERN_DATA_DIR"));
        assert_eq!(answer("-psn_0_1"), None);
        assert_eq!(answer_without_window(std::iter::empty()), None);
    }
}
