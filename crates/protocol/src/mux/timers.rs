//! How long a mux waits: for a local side that takes nothing, for the end of a silence, for the agent.

use std::time::Duration;

use super::clocks::run;
use super::stream::MuxStream;
use super::{Moment, Mux, MuxEvent};

/// What is due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum MuxDue {
    /// This stream keeps others from their output.
    Stalled(u32),
    /// The FIN of this one was held back long enough.
    Silent(u32),
    /// The agent acknowledges nothing.
    Wedged,
    /// Nothing was sent for long.
    SignOfLife,
}

impl Mux {
    /// How many bytes of input of the session the agent has acknowledged, counted from its beginning: all of it must come
    /// from [`Self::poll_transmit`].
    pub fn acknowledged(&mut self, now: Moment, total: u64) {
        self.advance(now);
        if self.flight.acknowledge(self.now, total) {
            self.clocks.is_wedged = false;
            self.settle();
        }
    }

    /// The session has no link, or its agent is away: nobody is to blame for silence, so that no clock runs.
    pub fn hold(&mut self, now: Moment) {
        self.advance(now);
        self.clocks.is_held = true;
        self.settle();
    }

    /// The session goes on after [`Self::hold`].
    pub fn go_on(&mut self, now: Moment) {
        self.advance(now);
        self.clocks.is_held = false;
        self.settle();
    }

    /// When [`Self::handle_timeout`] must be called next, on the monotonic clock.
    #[must_use]
    pub fn next_timeout(&self) -> Option<Duration> {
        self.next_due().map(|(at, _)| at)
    }

    /// Time has passed; to be called when [`Self::next_timeout`] is reached.
    pub fn handle_timeout(&mut self, now: Moment) {
        self.advance(now);
        while let Some((_, due)) = self.next_due().filter(|(at, _)| *at <= self.now) {
            match due {
                MuxDue::Stalled(number) => self.give_up(number),
                MuxDue::Silent(number) => {
                    self.change(number, MuxStream::close);
                }
                MuxDue::Wedged => self.clocks.is_wedged = true,
                MuxDue::SignOfLife => self.clocks.owes_sign_of_life = true,
            }
            self.settle();
        }
    }

    /// Whether the session is wedged now, see [`MuxEvent::Wedged`].
    #[must_use]
    pub fn is_wedged(&self) -> bool {
        self.clocks.is_wedged
    }

    /// Starts and stops the clocks as everything is now.
    pub(super) fn settle(&mut self) {
        let output = self.totals.output;
        if output >= self.limits.session_bytes {
            self.clocks.is_full = true;
        } else if output <= self.limits.session_bytes / 2 {
            self.clocks.is_full = false;
        }
        let is_blocked = self.clocks.is_full && self.totals.hungry > 0 && !self.clocks.is_held;
        let reads = self.takes_more() && !self.clocks.is_held && !self.clocks.is_wedged;
        run(&mut self.clocks.blocked_since, is_blocked, self.now);
        run(&mut self.clocks.reads_since, reads, self.now);
    }

    /// What the owner has not been told of the session.
    pub(super) fn news_of_session(&mut self) -> Option<MuxEvent> {
        let is_wedged = self.clocks.is_wedged;
        if is_wedged == self.clocks.told_wedged {
            return None;
        }
        self.clocks.told_wedged = is_wedged;
        let unacknowledged = self.flight.unacknowledged();
        Some(if is_wedged {
            MuxEvent::Wedged { unacknowledged }
        } else {
            MuxEvent::Unwedged
        })
    }

    /// Has the agent asked for a sign of life: the next that [`Self::poll_transmit`] gives says nothing but that there is
    /// something to acknowledge.
    pub fn ask_for_sign_of_life(&mut self) {
        self.clocks.owes_sign_of_life = true;
    }

    /// Whether a frame is to be sent that says nothing else. Says so once.
    pub(super) fn owes_sign_of_life(&mut self) -> bool {
        std::mem::take(&mut self.clocks.owes_sign_of_life)
    }

    fn give_up(&mut self, number: u32) {
        self.change(number, MuxStream::fail_as_stalled);
        // Who holds the rest is not to blame for this block.
        self.clocks.is_full = self.totals.output >= self.limits.session_bytes;
    }

    fn next_due(&self) -> Option<(Duration, MuxDue)> {
        [
            self.next_stalled(),
            self.next_silent(),
            self.next_wedged(),
            self.next_sign_of_life(),
        ]
        .into_iter()
        .flatten()
        .min()
    }

    /// Who holds most, when others have waited long; or who holds much and took nothing for long, when others wait at all.
    fn next_stalled(&self) -> Option<(Duration, MuxDue)> {
        let blocked_since = self.clocks.blocked_since?;
        let patience = self.limits.stalled_for;
        let most = self.streams.iter().max_by_key(|(_, stream)| stream.held_output());
        let most = most.map(|(number, _)| (blocked_since.saturating_add(patience), MuxDue::Stalled(*number)));
        let behind = self
            .streams
            .iter()
            .filter(|(_, stream)| stream.held_output() >= self.limits.stream_bytes)
            .map(|(number, stream)| {
                let at = stream.took_at().saturating_add(patience);
                (at.max(blocked_since), MuxDue::Stalled(*number))
            });
        behind.chain(most).min()
    }

    fn next_silent(&self) -> Option<(Duration, MuxDue)> {
        let reads_since = self.clocks.reads_since?;
        if self.totals.half_closed == 0 {
            return None;
        }
        let silent = self.streams.iter().filter_map(|(number, stream)| {
            let since = stream.silent_since()?.max(reads_since);
            Some((
                since.saturating_add(self.limits.half_closed_for),
                MuxDue::Silent(*number),
            ))
        });
        silent.min()
    }

    fn next_wedged(&self) -> Option<(Duration, MuxDue)> {
        let since = self.flight.stuck_since()?.max(self.clocks.reads_since?);
        Some((since.saturating_add(self.limits.wedged_after), MuxDue::Wedged))
    }

    fn next_sign_of_life(&self) -> Option<(Duration, MuxDue)> {
        if self.clocks.owes_sign_of_life {
            return None;
        }
        let since = self.flight.last_given_at().max(self.clocks.reads_since?);
        Some((since.saturating_add(self.limits.keep_alive?), MuxDue::SignOfLife))
    }
}
