//! The shell: the only crate that names Tauri. It composes the program and hands its commands to the application.

mod bindings;
mod clipboard;
mod closing;
mod command_list;
mod commands;
#[cfg(target_os = "linux")]
mod context_menu;
mod display;
mod drawing;
mod file_choice;
mod leave;
mod log;
#[cfg(unix)]
mod login_shell;
mod page_folder;
mod run;
#[cfg(test)]
mod security;
mod terminal_channel;
mod theme;
mod web_address;
mod window;
mod worlds;

pub use run::run;
