//! Questions to the fleet, as a person types them: `web tag:env=prod state:running`.
//!
//! The one query language and the one order of nodes. A text becomes a [`FleetQuery`]; things become [`Searchable`]s in a
//! [`SearchIndex`], which answers with what is found, the [`Answers`], in order, and says which answer is the best.

mod answers;
mod complete;
mod cursor;
mod entry;
mod expression;
mod field;
mod fit;

mod fuzzy;
mod index;
mod letters;
mod parse;
mod pick;
mod prepared;
mod question;
mod recency;
mod searchable;
mod span;
mod symbols;
mod version;
mod word;

pub use answers::{Answers, Best, GroupAnswers};
pub use complete::{Completion, Suggestion, quoted};
pub use field::Field;
pub use fit::Fit;
pub use index::SearchIndex;
pub use pick::{Picked, pick};
pub use question::FleetQuery;
pub use recency::Recency;
pub use searchable::{Searchable, ping_word, platform_word, state_word};
pub use span::{Role, Span, UnknownKey};

#[cfg(test)]
mod tests;
