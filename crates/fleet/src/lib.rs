//! Every node of every pair: what to read, reading it, what is known of it, and questions to it.
//!
//! A pair is a profile and a Region. EC2 knows its instances, Systems Manager those whose agent has registered and the hybrid
//! nodes; neither knows all, and the caller may be allowed to ask only one. So each is asked on its own, and what one of them
//! does not say stays as it was known.
//!
//! # The life of a sync
//! 1. **The plan.** [`SyncPlan::new`] orders the pairs: those without data first, then the oldest; [`SyncPlan::failed_last`] puts
//!    those that failed behind, because a pair that only times out would hold the turn of all others.
//! 2. **Reading.** [`sync`] reads all pairs at once, so that no pair waits for, or fails with, another. A [`SyncGate`] lets sixteen of
//!    their calls through at a time, those of the first pairs first, and those of an account in a Region no faster than AWS takes
//!    them. A pair's two listings are read at once and page by page (`pages`). A page that failed at once, in a way that may pass,
//!    is asked for once more after a pause. [`SyncEvent`]s tell of each step; whoever drops their receiver cancels the sync.
//! 3. **One listing of two.** `merge` makes one [`Node`] of an instance and its agent. All text of AWS is made safe to show
//!    here. What a page brought is told as it [`Arrived`]; at the end a [`Listing`] names the call that failed, and holds what the
//!    other one brought.
//!
//! # The life of a node
//! 4. **Known.** [`Inventory`] keeps the nodes of each pair in order. It takes what arrives and then the listing, and answers each
//!    with the [`Difference`]: new and changed nodes, gone ones with the listing only, and nothing of those that are as they were. With one call failed, a node keeps what that call
//!    would have said, with its date ([`Times`]).
//! 5. **Kept.** [`encode_nodes`] writes those of a pair for the cache, [`decode_nodes`] reads them at the next start.
//! 6. **Answers.** A [`SearchIndex`] keeps what nodes are found by, in order, and answers a [`FleetQuery`]: which nodes match what
//!    somebody typed, and which of them is meant.
//! 7. **Told.** [`order_each`] has instances start, stop or reboot, with an answer for each; [`raise`] brings one up until its
//!    agent answers, step by step.

mod difference;
mod gate;
mod inventory;
mod listing;
mod merge;
mod node;
mod pages;
mod plan;
mod power;
mod query;
mod record;
mod spreadsheet;
mod sync;

pub use difference::{Difference, Times};
pub use gate::SyncGate;
pub use inventory::Inventory;
pub use listing::{Arrived, Listing};
pub use node::{Node, Ping};
pub use plan::SyncPlan;
pub use power::{NotRaised, PowerOutcome, RAISING_LIMIT, RaisingStep, order_each, raise, settled};
pub use query::{
    Answers, Best, Completion, Field, Fit, FleetQuery, GroupAnswers, Picked, Recency, Role, SearchIndex,
    Searchable, Span, Suggestion, UnknownKey, pick, ping_word, platform_word, quoted, state_word,
};
pub use record::{UnreadableNodes, decode_nodes, encode_nodes};
pub use spreadsheet::spreadsheet_text;
pub use sync::{SyncEvent, SyncProgress, sync};
