//! The arguments of `postern sync`.

use clap::Args;
use postern_model::{ProfileName, Region};

/// Read the nodes of the window's pairs anew and keep them.
#[derive(Debug, Args)]
#[command(after_long_help = SYNC)]
pub(crate) struct SyncArguments {
    /// Only pairs of this profile; repeat it for several.
    #[arg(long, value_parser = ProfileName::parse)]
    pub(crate) profile: Vec<ProfileName>,
    /// Only pairs of this Region; repeat it for several.
    #[arg(long, value_parser = Region::parse)]
    pub(crate) region: Vec<Region>,
    /// One JSON object on a line for each pair, as it ends.
    #[arg(long)]
    pub(crate) json: bool,
}

const SYNC: &str = "\
The pairs are those of the window's settings that take part in sync. What they bring is what the window shows at its next \
start. At most sixteen calls are under way at a time. A pair that cannot be read is named on standard error, keeps \
what was known of it, and stops no other.

Exit status: 0 when everything was read, 3 when something is missing, 1 when nothing could be read, 2 when the arguments \
are wrong.";
