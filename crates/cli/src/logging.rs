//! The log: off unless `POSTERN_LOG` asks for it, on standard error, and never with a secret in it.

use tracing::level_filters::LevelFilter;
use tracing::{Level, Metadata};
use tracing_subscriber::filter::filter_fn;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{EnvFilter, Layer, fmt};

/// The variable with the filter, such as `postern_session=debug`.
const VARIABLE: &str = "POSTERN_LOG";

/// Starts the log if `POSTERN_LOG` is set.
pub(crate) fn start() {
    let Ok(wanted) = std::env::var(VARIABLE) else {
        return;
    };
    let filter = EnvFilter::builder()
        .with_default_directive(LevelFilter::OFF.into())
        .parse_lossy(wanted);
    let lines = fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(false)
        .with_filter(filter_fn(is_harmless));
    // Only fails when a log was started before, which then goes on.
    let _already = tracing_subscriber::registry().with(filter).with(lines).try_init();
}

/// Below warnings, only Postern's own crates are heard: the AWS SDK, the WebSocket and TLS crates write requests with
/// their signatures and frames with their bytes into their traces (reliability T17).
fn is_harmless(metadata: &Metadata<'_>) -> bool {
    is_own(metadata.target()) || *metadata.level() <= Level::WARN
}

fn is_own(target: &str) -> bool {
    target
        .split("::")
        .next()
        .is_some_and(|krate| krate == "postern" || krate.starts_with("postern_"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_own_crates_are_heard_below_warnings() {
        assert!(is_own("postern_session::driver"));
        assert!(is_own("postern"));
        for foreign in [
            "aws_sigv4::http_request",
            "tungstenite::handshake::client",
            "hyper_util",
            "posternfake",
            "",
        ] {
            assert!(!is_own(foreign), "{foreign}");
        }
    }
}
