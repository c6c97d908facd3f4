//! Long proofs of the data channel: a real channel and a simulated agent talk over bad paths, in virtual time.

mod campaign;
mod chance;
mod conversation;
mod crashes;
mod cuts;
mod far_side;
mod journal;
mod material;
mod matrix;
mod mixture;
mod near_side;
mod path;
mod plan;

pub use campaign::{Campaign, Job, Outcome};
pub use chance::Chance;
pub use conversation::{Report, converse};
pub use crashes::CrashCell;
pub use cuts::{CutCell, Phase};
pub use far_side::{Session, agent_timing};
pub use journal::Journal;
pub use material::{Stream, material};
pub use matrix::Cell;
pub use mixture::mixture;
pub use path::Weather;
pub use plan::{Cut, CutPoint, Plan, Typing, Whose};
