//! The application without a window: use cases, terminal pipe, events, view shapes and errors. Knows no Tauri.

mod app;
mod clock;
mod connections;
mod documents;
mod encryption;
mod environment;
mod error;
mod events;
mod fleet;
mod fleet_news;
mod fleet_view;
mod lock;
mod pairs;
mod parameters;
mod profiles;
mod sessions;
mod settings;
mod syncing;
mod terminal;
mod workspace;
mod world;

pub mod view;

pub use app::{App, Parts};
pub use events::Events;
pub use terminal::{PageGone, Sink};
pub use world::{Demo, World};
