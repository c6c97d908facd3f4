//! What can go wrong between Postern and AWS: each error names the cause, [`ControlError::next_step`] names the remedy.

mod acting;
mod control_error;
mod next_step;
mod refusals;
mod words;

pub use control_error::ControlError;

#[cfg(test)]
mod tests;
