//! The application without a window: use cases, terminal pipe, events, view shapes and errors. Knows no Tauri.

mod app;
mod clock;
mod connecting;
mod connections;
mod destination;
mod documents;
mod encryption;
mod environment;
mod error;
mod fleet;
mod fleet_news;
mod fleet_view;
mod lapses;
mod lock;
mod outbox;
mod pairs;
mod parameters;
mod pipe;
mod plain_output;
mod profiles;
mod progress;
mod settings;
mod syncing;
mod tab;
mod tabs;
mod terminal;
mod workspace;
mod world;

pub mod view;

pub use app::{App, Parts};
pub use outbox::Events;
pub use terminal::{Gone, Sink};
pub use world::{Demo, World};
