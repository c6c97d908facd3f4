//! The application without its window: what a person at the desk can do, as methods; what happens, as events.
//!
//! An [`App`] is given its surroundings ([`Parts`]: where the worlds come from, the user's store) and knows no Tauri and no
//! SDK of AWS. The shell hands each command of the page to the part that does the work, and each of the [`Events`] to the
//! page. Whatever goes wrong comes back as a [`contract::ErrorView`]: cause, next step, and what AWS said.
//!
//! # The life of the application
//! 1. **A world** ([`World`]) is what the window works on: the user's AWS, or the demo's simulator. It is a store and a
//!    control plane, and the parts that work on them, each behind its own name: AWS [`Profiles`], settings, [`Pairs`] of
//!    profile and Region and their [`Syncing`] (`fleet`), [`SavedConnections`], Session [`Documents`], and the profiles of
//!    Postern's own ([`OwnProfileList`]): in the store, their secrets in the keyring, and read by the control plane. It
//!    shows the fleet of the last run at once, and begins to sync.
//! 2. **The fleet** (`fleet/known`) is pure: a listing goes in, and out comes what changed. `fleet/watch` gathers that and
//!    emits it at most ten times a second, as the nodes and pairs that changed, however large the rest is.
//! 3. **A click** becomes a destination (`sessions/destination`): target, profile, Region, document, parameters, the demand
//!    on encryption, each checked or inherited.
//! 4. **A live session** ([`LiveSessions`], `sessions/live`) takes the destination to its end: it resolves the AWS
//!    configuration, opens the session of `postern_session`, hands on what comes from it to its watchers, and knows its
//!    progress. The registry knows no tabs: whoever opens a session watches it, and closing it terminates it. What needs
//!    the same sign-in waits together (`sign_ins`): one question to the user, and sessions and pairs try again when it is
//!    answered, or when one of them finds that the credentials work.
//! 5. **A tab** ([`Tabs`]) owns one live session after the other and shows them in its terminal. The `terminal` holds the
//!    output while no page draws it, lets a page that was loaded anew begin again ([`Tab::attach`]), and holds the session
//!    back when the page is behind ([`Tab::credit`]).
//! 6. **A forward** ([`Forwards`]) is declared, and on or off. While it is on, a task runs it, opens its sessions and tells
//!    the window how it stands; counts are gathered as changes of the fleet are.
//! 7. **A change of the mode** opens the other world, lets only its events pass from then on (`events`), terminates every
//!    session and forward, and closes the world before. It waits for the commands that work on that one.
//! 8. **The end** ([`App::shut_down`]): no new sessions, every one terminated at AWS within a few seconds, syncs stopped,
//!    the demo gone.

mod app;
mod background;
mod bulk_runs;
mod centers;
mod clock;
mod containers;
mod error;
mod events;
mod fields;
mod fleet;
mod forwards;
mod import;
mod lock;
mod network;
mod power;
mod remote_desktop;
mod remote_hosts;
mod saved;
mod sessions;
mod settings;
mod sign_ins;
mod storage;
mod team_files;
mod terminal;
mod world;
mod worlds;

pub mod contract;

pub use app::{App, Parts};
pub use bulk_runs::BulkRuns;
pub use centers::Centers;
pub use containers::ContainerTree;
pub use events::Events;
pub use fleet::{Finding, FleetTable, NodeCounts, Pairs, Syncing};
pub use forwards::Forwards;
pub use import::Imports;
pub use power::NodePower;
pub use remote_desktop::RemoteDesktops;
pub use remote_hosts::OfferedHosts;
pub use saved::{SavedConnections, SmartGroups};
pub use sessions::{Documents, LiveSessions, Tab, Tabs};
pub use settings::{OwnProfileKeeping, OwnProfileList, Profiles};
pub use sign_ins::{ConsoleSigningIn, MfaPrompts, SigningIn};
pub use team_files::TeamFiles;
pub use terminal::{PageGone, Sink};
pub use world::World;
pub use worlds::{Demo, Worlds};
