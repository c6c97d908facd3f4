//! What can go wrong with a session: each error names the cause, `next_step` names the remedy.

mod link;
mod session;
#[cfg(test)]
mod tests;

pub use link::LinkError;
pub use session::SessionError;
