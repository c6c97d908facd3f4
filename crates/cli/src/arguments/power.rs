//! The arguments of `postern start`, `postern stop` and `postern reboot`.

use clap::Args;
use postern_model::{ProfileName, Region};

/// Which instances, and whether anybody is asked.
#[derive(Debug, Args)]
pub(crate) struct PowerArguments {
    /// Instance ids (i-...), or a query as of `postern nodes`: every instance that it finds.
    #[arg(required = true)]
    pub(crate) query: Vec<String>,
    /// AWS profile; repeat it for several [default: as for the AWS CLI].
    #[arg(long, value_parser = ProfileName::parse)]
    pub(crate) profile: Vec<ProfileName>,
    /// Region; repeat it for several [default: each profile's own].
    #[arg(long, value_parser = Region::parse)]
    pub(crate) region: Vec<Region>,
    /// Ask nothing.
    #[arg(long, short)]
    pub(crate) yes: bool,
}

/// The same, of what is waited for.
#[derive(Debug, Args)]
pub(crate) struct WaitingPowerArguments {
    #[command(flatten)]
    pub(crate) power: PowerArguments,
    /// Return when it is done: of a start, when the agent answers; of a stop, when the instance has stopped.
    #[arg(long)]
    pub(crate) wait: bool,
}

/// Reboot instances; they keep running, and their sessions end.
#[derive(Debug, Args)]
#[command(after_long_help = REBOOT)]
pub(crate) struct RebootArguments {
    #[command(flatten)]
    pub(crate) power: PowerArguments,
}

pub(super) const START_ABOUT: &str = "Start instances that are stopped";
pub(super) const STOP_ABOUT: &str = "Stop instances that run; their sessions end";

macro_rules! with_rules {
    ($examples:literal) => {
        concat!(
            $examples,
            "\n\
Who names production, or finds several instances with a query, is shown them and asked, unless --yes is given. Each instance \
is answered for by itself: where some cannot, or may not be told, the others are told all the same.\n\n\
Exit status: 0 when every instance does it or is there already, 3 when some do not, 1 when none does, 2 when the arguments \
are wrong."
        )
    };
}

pub(super) const START: &str = with_rules!(
    "  postern start i-0a1b2c3d4e5f67890 --wait && postern connect i-0a1b2c3d4e5f67890
  postern start tag:env=dev checkout --profile acme-dev
"
);

pub(super) const STOP: &str = with_rules!(
    "  postern stop i-0a1b2c3d4e5f67890
  postern stop tag:env=dev state:running --profile acme-dev --yes
"
);

const REBOOT: &str = with_rules!(
    "  postern reboot i-0a1b2c3d4e5f67890
"
);
