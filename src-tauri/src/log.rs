//! The log: to the standard error, only when `POSTERN_LOG` asks for it, and never with what other crates say in detail.

use std::io;

use tracing::{Level, Metadata};
use tracing_subscriber::{
    EnvFilter, Layer,
    filter::{FilterExt, filter_fn},
    fmt,
    layer::SubscriberExt,
    util::SubscriberInitExt,
};

/// Starts the log if `POSTERN_LOG` holds a filter, such as `info` or `postern_session=debug`.
pub(crate) fn start() {
    let Ok(filter) = EnvFilter::try_from_env("POSTERN_LOG") else {
        return;
    };
    let layer = fmt::layer()
        .with_writer(io::stderr)
        .with_filter(filter.and(filter_fn(may_be_logged)));
    // A second start changes nothing.
    let _ = tracing_subscriber::registry().with(layer).try_init();
}

/// Other crates log requests with their headers in detail, and with them keys and tokens.
fn may_be_logged(metadata: &Metadata<'_>) -> bool {
    metadata.target().starts_with("postern") || *metadata.level() <= Level::WARN
}
