//! Long proofs of the data channel: a real channel and a simulated agent talk over bad paths, in virtual time.

mod campaign;
mod chance;
mod conversation;
mod cuts;
mod far_side;
mod material;
mod matrix;
mod near_side;
mod path;

pub use campaign::{Campaign, Job, Outcome};
pub use chance::Chance;
pub use conversation::{Cut, CutPoint, Plan, Report, converse};
pub use cuts::{CutCell, Phase};
pub use far_side::{Session, agent_timing};
pub use material::{Stream, material};
pub use matrix::Cell;
pub use path::Weather;
