//! The shell: the only crate that names Tauri. It composes the program and hands its commands to the application.

mod bindings;
mod closing;
#[cfg(test)]
mod command_names;
mod commands;
#[cfg(target_os = "linux")]
mod context_menu;
mod display;
mod drawing;
mod leave;
mod link;
mod log;
mod page_folder;
mod run;
#[cfg(test)]
mod security;
mod terminal_channel;
mod theme;
mod window;
mod world;

pub use run::run;
