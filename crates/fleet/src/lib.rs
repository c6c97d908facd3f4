//! Every node of every pair: what to read, reading it, what is known of it, and questions to it.
//!
//! A pair is a profile and a Region. EC2 knows its instances, Systems Manager those whose agent has registered and the hybrid
//! nodes; neither knows all, and the caller may be allowed to ask only one. So each is asked on its own, and what one of them
//! does not say stays as it was known.
//!
//! # The life of a sync
//! 1. **The plan.** [`SyncPlan::new`] orders the pairs: those without data first, then the oldest; [`SyncPlan::failed_last`] puts
//!    those that failed behind, because a pair that only times out would hold the turn of all others.
//! 2. **Reading.** [`sync`] reads eight pairs at a time, so that no pair waits for, or fails with, another. A pair's two listings
//!    are read at once and page by page (`pages`). A page that failed at once, in a way that may pass, is asked for once more after
//!    a pause in which another pair has the turn. [`SyncEvent`]s tell of each step; whoever drops their receiver cancels the sync.
//! 3. **One listing of two.** `merge` makes one [`Node`] of an instance and its agent. All text of AWS is made safe to show
//!    here. A [`Listing`] names the call that failed, and holds what the other one brought.
//!
//! # The life of a node
//! 4. **Known.** [`Inventory`] keeps the nodes of each pair in order. It takes a listing and answers with the [`Difference`]:
//!    new, changed and gone nodes, and nothing of those that are as they were. With one call failed, a node keeps what that call
//!    would have said, with its date ([`Times`]).
//! 5. **Kept.** [`encode_node`] writes it for the cache, [`decode_node`] reads it at the next start.
//! 6. **Answers.** A [`SearchIndex`] keeps what nodes are found by, in order, and answers a [`FleetQuery`]: which nodes match what
//!    somebody typed, and which of them is meant.
//! 7. **Told.** [`order_each`] has instances start, stop or reboot, with an answer for each; [`raise`] brings one up until its
//!    agent answers, step by step.

mod inventory;
mod listing;
mod merge;
mod node;
mod pages;
mod plan;
mod power;
mod query;
mod record;
mod sync;

pub use inventory::{Difference, Inventory, Times};
pub use listing::Listing;
pub use node::{Node, Ping};
pub use plan::SyncPlan;
pub use power::{NotRaised, PowerOutcome, RAISING_LIMIT, RaisingStep, order_each, raise, settled};
pub use query::{
    Answers, Best, Completion, Field, Fit, FleetQuery, GroupAnswers, Picked, Recency, Role, SearchIndex,
    Searchable, Span, Suggestion, UnknownKey, pick, ping_word, platform_word, quoted, state_word,
};
pub use record::{UnreadableNode, decode_node, encode_node};
pub use sync::{SyncEvent, sync};
