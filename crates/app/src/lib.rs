//! The application without a window: use cases, terminal pipe, events, view shapes and errors. Knows no Tauri.

pub mod view;
