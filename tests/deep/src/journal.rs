//! The disk that a journaled channel is written to, and what another process makes of it behind a crash.

use std::time::Duration;

use postern_protocol::{ChannelConfig, DataChannel, Persistence, SessionKeys, Snapshot, SnapshotMark};

use crate::chance::Chance;

/// How long the disk takes, and seldom takes.
const WRITE_MS: u64 = 20;
const SLOW_WRITE_MS: u64 = 500;

/// Whether our end is journaled, and how.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Journal {
    /// It is not: it cannot go on behind a crash.
    None,
    /// A snapshot is called written when it is.
    InOrder,
    /// A snapshot is called written when its writing has begun: what must not be done.
    TooEarly,
}

/// What our end remembers besides the channel, in the same place: how far the user had typed and what was shown.
#[derive(Debug, Clone)]
pub(crate) struct Record {
    pub(crate) typed: usize,
    pub(crate) output: usize,
    pub(crate) errors: usize,
    pub(crate) exit_code: Option<i32>,
}

/// The disk: one thing is being written at a time, and the one before it is kept.
pub(crate) struct Disk {
    journal: Journal,
    chance: Chance,
    writing: Option<Writing>,
    written: Option<Saved>,
}

struct Writing {
    done_at: Duration,
    mark: SnapshotMark,
    saved: Saved,
}

#[derive(Clone)]
struct Saved {
    snapshot: Snapshot,
    keys: Option<Vec<u8>>,
    record: Record,
}

impl Journal {
    /// How our end's channel is set up.
    pub(crate) fn config(self) -> ChannelConfig {
        ChannelConfig {
            persistence: match self {
                Self::None => Persistence::None,
                Self::InOrder | Self::TooEarly => Persistence::Journaled,
            },
            ..ChannelConfig::default()
        }
    }
}

impl Disk {
    /// No disk for a channel that is not journaled.
    pub(crate) fn new(journal: Journal, seed: u64) -> Option<Self> {
        (journal != Journal::None).then(|| Self {
            journal,
            chance: Chance::new(!seed),
            writing: None,
            written: None,
        })
    }

    /// When what is being written is durable.
    pub(crate) fn next_written(&self) -> Option<Duration> {
        self.writing.as_ref().map(|writing| writing.done_at)
    }

    /// Ends what is done by now, and begins the next when anything waits for it.
    pub(crate) fn write(
        &mut self,
        now: Duration,
        channel: &mut DataChannel,
        record: Record,
    ) -> Result<(), String> {
        if let Some(writing) = self.writing.take_if(|writing| writing.done_at <= now) {
            self.written = Some(writing.saved);
            channel.snapshot_written(writing.mark);
        }
        if self.writing.is_none() && channel.awaits_snapshot() {
            self.writing = Some(self.begin(now, channel, record)?);
        }
        Ok(())
    }

    fn begin(&mut self, now: Duration, channel: &mut DataChannel, record: Record) -> Result<Writing, String> {
        let (snapshot, mark) = channel.snapshot().map_err(|why| why.to_string())?;
        let keys = channel.session_keys().map(|keys| keys.expose().to_vec());
        if self.journal == Journal::TooEarly {
            channel.snapshot_written(mark);
        }
        let most = if self.chance.happens(5) {
            SLOW_WRITE_MS
        } else {
            WRITE_MS
        };
        Ok(Writing {
            done_at: now + Duration::from_millis(self.chance.up_to(most)),
            mark,
            saved: Saved {
                snapshot,
                keys,
                record,
            },
        })
    }

    /// The process is gone. What was being written is on the disk or it is not; the channel of what is there.
    pub(crate) fn restore(&mut self) -> Result<Option<(DataChannel, Record)>, String> {
        let got_written = self.chance.happens(50);
        if let Some(writing) = self.writing.take().filter(|_| got_written) {
            self.written = Some(writing.saved);
        }
        let Some(saved) = &self.written else {
            return Ok(None);
        };
        let fault = |fault: &dyn ToString| fault.to_string();
        let snapshot = Snapshot::from_bytes(&saved.snapshot.to_bytes()).map_err(|why| fault(&why))?;
        let keys = saved.keys.as_deref().map(SessionKeys::new).transpose();
        let keys = keys.map_err(|why| fault(&why))?;
        let seed = self.chance.seed();
        DataChannel::restore(snapshot, keys.as_ref(), self.journal.config(), seed)
            .map(|channel| Some((channel, saved.record.clone())))
            .map_err(|why| fault(&why))
    }
}
