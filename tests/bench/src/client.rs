//! What a client that is a library is told, and what it tells: one line of JSON on standard output for each.

use std::io::Write;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::content::Tally;
use crate::work::Work;

/// The arguments of a client: the work, and the addresses of its sessions.
pub struct Call {
    /// What to do.
    pub work: Work,
    /// The gateway, such as `ws://127.0.0.1:4000`.
    pub gateway: String,
    /// [`CHECKED`] or [`ONE_THREAD`].
    pub variant: Option<String>,
}

/// The bare limit checks the digest of each message, as every client must.
pub const CHECKED: &str = "checked";
/// A runtime of one thread instead of one for each CPU.
pub const ONE_THREAD: &str = "one-thread";

/// What a client saw.
#[derive(Debug, Serialize, Deserialize)]
pub enum Said {
    /// The first prompt, or of several sessions the last one's, is there.
    Prompt,
    /// All output came, or the session ended before.
    Output {
        /// Bytes that came behind the prompt.
        bytes: u64,
        /// Their hash.
        hash: u64,
        /// From the first to the last of them, in seconds.
        seconds: f64,
    },
    /// From each keystroke to its echo, in microseconds.
    Echo(Vec<f64>),
    /// Connections to this port of loopback are forwarded from now on.
    Listening(u16),
}

impl Call {
    /// Reads the arguments of the process.
    ///
    /// # Errors
    /// What is wrong with them.
    pub fn read() -> Result<Self, String> {
        let mut arguments = std::env::args().skip(1);
        match (arguments.next(), arguments.next()) {
            (Some(work), Some(gateway)) => Ok(Self {
                work: work.parse()?,
                gateway,
                variant: arguments.next(),
            }),
            _ => Err(
                "Usage: <work> <gateway> [variant], for example output-1000 ws://127.0.0.1:4000".to_owned(),
            ),
        }
    }

    /// The address of one session: the work is in its path.
    #[must_use]
    pub fn stream_url(&self) -> String {
        stream_url(&self.gateway, self.work)
    }
}

/// The address of a session that does `work`.
#[must_use]
pub fn stream_url(gateway: &str, work: Work) -> String {
    format!("{gateway}/v1/data-channel/{work}?role=publish_subscribe")
}

impl Said {
    /// What a consumer counted.
    #[must_use]
    pub fn of(tally: &Tally) -> Self {
        Self::Output {
            bytes: tally.bytes(),
            hash: tally.hash(),
            seconds: tally.took().as_secs_f64(),
        }
    }

    /// Writes it as one line of standard output.
    pub fn say(&self) {
        let line = serde_json::to_string(self).unwrap_or_default();
        let mut out = std::io::stdout().lock();
        let _nobody_reads = writeln!(out, "{line}").and_then(|()| out.flush());
    }
}

/// Between two keystrokes: nobody types sooner, and every program is asleep again by then.
pub const BETWEEN_KEYS: Duration = Duration::from_millis(2);
