//! Saved connections and their groups, as the user made them.

mod colour;
mod connection;
mod edit;
mod effective_guard;
mod group;
mod guard;
mod import_plan;
mod inherit;
mod invalid;
mod item;
mod local_tags;
mod origin;
mod smart_group;
mod team_file;
mod used;

pub use colour::Colour;
pub use connection::{Connection, ConnectionDraft, ConnectionGoal, ConnectionId};
pub use edit::ConnectionEdit;
pub use effective_guard::EffectiveGuard;
pub use group::{Group, GroupDraft, GroupId, GroupTree, MAX_GROUP_DEPTH};
pub use guard::Guard;
pub use import_plan::{ImportPlan, PlannedConnection, PlannedGroup, PlannedPlace};
pub use inherit::{Defaults, EffectiveConnection, Inherited};
pub use invalid::InvalidDraft;
pub use item::{SavedItem, SavedPlace};
pub use local_tags::{InvalidLocalTag, LocalTags, TaggedNode, check_local_tag};
pub use origin::Origin;
pub use smart_group::{SmartGroup, SmartGroupDraft, SmartGroupId};
pub use team_file::{LastGood, TeamFile, TeamFileId};
pub use used::{Used, UsedGoal};
