//! Composes the program: worlds, store, application, commands and window.

use std::{
    env, io,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::{Arc, OnceLock},
};

use postern_app::{App, Events, MfaPrompts, Parts, contract::Drawing};
use postern_store::Store;
use tauri::{AppHandle, Emitter, Manager, RunEvent, WindowEvent, Wry, ipc::Invoke};
use tauri_plugin_window_state::StateFlags;

use crate::{
    bindings, closing, command_list::command_list, display, drawing, leave, log, page_folder::PageFolder,
    terminal_channel, window, worlds::DesktopWorlds,
};

/// Runs the program until its window is closed.
#[must_use]
pub fn run() -> ExitCode {
    if let Some(text) = answer_without_window(env::args().skip(1)) {
        print(&text);
        return ExitCode::SUCCESS;
    }
    log::start();
    if !display::is_there() {
        complain(
            "There is no display for Postern's window.\nSet DISPLAY or WAYLAND_DISPLAY, or use Xvfb (xvfb-run).",
        );
        return ExitCode::FAILURE;
    }
    // A folder for this run only goes when the program ends.
    let page = Arc::new(OnceLock::new());
    match build(Arc::clone(&page)) {
        Ok(app) => ended(app.run_return(|app, event| on_event(app, &event))),
        Err(error) => {
            cannot_start(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

/// The window is to be closed, the last one was closed, or the system asked the program to quit. macOS does not ask: a program that is told to
/// quit from its menu or its Dock icon hears of it when its loop is over, and may still take its time.
fn on_event(app: &AppHandle, event: &RunEvent) {
    if let RunEvent::WindowEvent {
        event: WindowEvent::CloseRequested { api, .. },
        ..
    } = event
    {
        closing::on_request(app, api);
    } else if let RunEvent::ExitRequested { api, code: None, .. } = event {
        api.prevent_exit();
        leave::leave(app);
    } else if matches!(event, RunEvent::Exit) {
        tauri::async_runtime::block_on(leave::terminate_sessions(app));
    }
}

fn ended(status: i32) -> ExitCode {
    u8::try_from(status).map_or(ExitCode::FAILURE, ExitCode::from)
}

fn build(page: Arc<OnceLock<PageFolder>>) -> tauri::Result<tauri::App<Wry>> {
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
        .setup(move |app| {
            // An error that is handed to Tauri here ends in a panic.
            if let Err(why) = start(app, data.as_deref(), &page) {
                cannot_start(&why);
                app.handle().exit(1);
            }
            Ok(())
        })
        .build(tauri::generate_context!())
}

/// The application, then its window. Without the application there is nothing to show. The error is for the user.
fn start(app: &mut tauri::App<Wry>, data: Option<&Path>, page: &OnceLock<PageFolder>) -> Result<(), String> {
    app.manage(leave::Leaving::default());
    app.manage(closing::Closing::default());
    let drawing = drawing::choose();
    let (postern, events) = tauri::async_runtime::block_on(App::start(parts(drawing)))
        .map_err(|error| format!("{} {}", error.message, error.next_step))?;
    let look = window::Look {
        theme: tauri::async_runtime::block_on(postern.world()).settings().theme,
        drawing,
    };
    if let Some(data) = data {
        // Beside the store, where `postern forwards` looks.
        let board = async { postern.open_switchboard(&data.join("running")) };
        tauri::async_runtime::block_on(board);
    }
    app.manage(postern);
    forward_events(app.handle().clone(), events);
    leave::on_signal(app.handle().clone());
    let folder = PageFolder::make(data).map_err(|error| no_page_folder(&error))?;
    let folder = page.get_or_init(|| folder);
    window::open(app, folder.path(), look).map_err(|error| format!("The window cannot be opened: {error}."))
}

fn no_page_folder(error: &io::Error) -> String {
    format!(
        "Neither the data folder nor one for temporary files can be written: {error}. Set TMPDIR to a folder that can."
    )
}

fn parts(drawing: Drawing) -> Parts {
    let mfa = MfaPrompts::default();
    Parts {
        worlds: Arc::new(DesktopWorlds::new(&mfa)),
        store: Store::default_path().and_then(|path| Store::open(&path)),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        drawing,
        mfa,
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

/// The names of the commands that carry raw bytes, and what serves them.
macro_rules! raw_handler {
    (typed [$($typed:ident)*] raw [$($raw:ident)*]) => {{
        let handler: fn(Invoke<Wry>) -> bool = tauri::generate_handler![$(terminal_channel::$raw),*];
        ([$(stringify!($raw)),*], handler)
    }};
}

fn commands() -> impl Fn(Invoke<Wry>) -> bool + Send + Sync + 'static {
    let typed = bindings::builder();
    let (raw_names, raw) = command_list!(raw_handler);
    move |invoke| {
        if raw_names.contains(&invoke.message.command()) {
            raw(invoke)
        } else {
            typed.invoke_handler()(invoke)
        }
    }
}

fn forward_events(app: AppHandle, mut events: Events) {
    tauri::async_runtime::spawn(async move {
        while let Some(event) = events.recv().await {
            if let Err(error) = app.emit(bindings::APP_EVENT, event) {
                tracing::warn!(%error, "an event did not reach the window");
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

const HELP: &str = "Postern, a connection manager for AWS Session Manager.

Usage: postern-desktop [--version] [--help]

POSTERN_DATA_DIR  where settings and connections are kept
POSTERN_DRAWING   card or processor: who draws the window on Linux, found out by itself otherwise
POSTERN_LOG       log to the standard error, for example POSTERN_LOG=info";

#[allow(clippy::print_stdout)] // The answer to --version and --help is the program's output.
fn print(text: &str) {
    println!("{text}");
}

/// On the standard error for who looks there, and as a message for who started it from a menu.
fn cannot_start(why: &str) {
    let text = format!("Postern cannot start: {why}");
    complain(&text);
    display::show_message(&text);
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
