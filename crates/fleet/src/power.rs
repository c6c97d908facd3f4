//! Power over nodes: one order to many instances with an answer for each, and the way from stopped to an agent that answers.

mod orders;
mod raising;

pub use orders::{PowerOutcome, order_each};
pub use raising::{NotRaised, RAISING_LIMIT, RaisingStep, raise, settled};
