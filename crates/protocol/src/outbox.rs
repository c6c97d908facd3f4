//! What is on its way to the agent: every message keeps its number and its bytes until it is acknowledged.

use std::collections::VecDeque;
use std::time::Duration;

use bytes::Bytes;

use crate::limits::SENT_AHEAD;
use crate::round_trip::RoundTrip;
use crate::snapshot::{SavedMessage, SavedOutbox};
use crate::window::Window;

/// The sending half of the stream. Its numbers go on across sockets.
#[derive(Default)]
pub(crate) struct Outbox {
    next_sequence: i64,
    /// In the order of their numbers.
    unacknowledged: VecDeque<Outgoing>,
    input_bytes: usize,
    acknowledged_bytes: u64,
    round_trip: RoundTrip,
    window: Window,
    /// When the last time-out was answered: those of messages sent before it tell of the same loss.
    slowed_at: Option<Duration>,
}

struct Outgoing {
    sequence: i64,
    frame: Bytes,
    input_bytes: usize,
    sends: u32,
    writing: Writing,
}

enum Writing {
    /// To be written as soon as the socket takes it.
    Due,
    /// Written; the agent has not acknowledged it.
    Unacknowledged { sent_at: Duration, resend_at: Duration },
}

impl Outbox {
    /// Whether one more message may be on its way.
    pub(crate) fn has_room(&self) -> bool {
        let span = self
            .unacknowledged
            .front()
            .map_or(0, |oldest| self.next_sequence - oldest.sequence);
        self.unacknowledged.len() < self.window.messages() && span < SENT_AHEAD
    }

    /// The number of the next message.
    pub(crate) fn next_sequence(&self) -> i64 {
        self.next_sequence
    }

    /// Typed bytes that are not acknowledged.
    pub(crate) fn input_bytes(&self) -> usize {
        self.input_bytes
    }

    /// Typed bytes that were acknowledged, from the beginning.
    pub(crate) fn acknowledged_bytes(&self) -> u64 {
        self.acknowledged_bytes
    }

    /// Keeps the message with the next number, before anybody writes it: an acknowledgement may be faster than the return
    /// of the write.
    pub(crate) fn push(&mut self, frame: Bytes, input_bytes: usize) {
        let sequence = self.next_sequence;
        self.next_sequence = sequence.saturating_add(1);
        self.input_bytes += input_bytes;
        self.unacknowledged.push_back(Outgoing {
            sequence,
            frame,
            input_bytes,
            sends: 0,
            writing: Writing::Due,
        });
    }

    /// The next frame to write, oldest first, of those with a number below `end`.
    pub(crate) fn next_due(&mut self, now: Duration, end: i64) -> Option<Bytes> {
        let resend_at = now.saturating_add(self.round_trip.timeout());
        let due = self
            .unacknowledged
            .iter_mut()
            .take_while(|message| message.sequence < end)
            .find(|message| matches!(message.writing, Writing::Due))?;
        due.writing = Writing::Unacknowledged {
            sent_at: now,
            resend_at,
        };
        due.sends = due.sends.saturating_add(1);
        Some(due.frame.clone())
    }

    /// The agent has the message. Numbers that were never written, or are done with, are ignored.
    pub(crate) fn acknowledge(&mut self, now: Duration, sequence: i64) {
        let Ok(index) = self
            .unacknowledged
            .binary_search_by_key(&sequence, |message| message.sequence)
        else {
            return;
        };
        if self
            .unacknowledged
            .get(index)
            .is_none_or(|message| message.sends == 0)
        {
            return;
        }
        self.window.grow(self.unacknowledged.len());
        if let Some(message) = self.unacknowledged.remove(index) {
            self.input_bytes = self.input_bytes.saturating_sub(message.input_bytes);
            let acknowledged = u64::try_from(message.input_bytes).unwrap_or(u64::MAX);
            self.acknowledged_bytes = self.acknowledged_bytes.saturating_add(acknowledged);
            self.learn(now, &message);
        }
    }

    /// Everything that is missing is due at once: on a new socket, and when the agent's side is back.
    pub(crate) fn resend_all(&mut self) {
        self.round_trip.forget_back_off();
        self.unacknowledged
            .iter_mut()
            .for_each(|message| message.writing = Writing::Due);
    }

    /// The oldest missing message is due if it was written at least `quiet` ago.
    pub(crate) fn resend_oldest(&mut self, now: Duration, quiet: Duration) {
        if let Some(oldest) = self.unacknowledged.front_mut()
            && matches!(oldest.writing, Writing::Unacknowledged { sent_at, .. } if sent_at.saturating_add(quiet) <= now)
        {
            oldest.writing = Writing::Due;
        }
    }

    /// When the first timer runs out. A message that is still to be written counts as if it were written now, because a
    /// driver may arm its timer before the socket takes the frame.
    pub(crate) fn next_timeout(&self, now: Duration) -> Option<Duration> {
        let if_written_now = now.saturating_add(self.round_trip.timeout());
        let resend_at = |message: &Outgoing| match message.writing {
            Writing::Due => if_written_now,
            Writing::Unacknowledged { resend_at, .. } => resend_at,
        };
        self.unacknowledged.iter().map(resend_at).min()
    }

    /// Every message whose timer has run out is due, not only the oldest.
    pub(crate) fn handle_timeout(&mut self, now: Duration) {
        let mut newest_lost = None;
        for message in &mut self.unacknowledged {
            if let Writing::Unacknowledged { sent_at, resend_at } = message.writing
                && resend_at <= now
            {
                message.writing = Writing::Due;
                newest_lost = newest_lost.max(Some(sent_at));
            }
        }
        if newest_lost.is_some() && newest_lost >= self.slowed_at {
            self.slowed_at = Some(now);
            self.round_trip.back_off();
            self.window.shrink();
        }
    }

    /// Nothing is sent any more.
    pub(crate) fn clear(&mut self) {
        self.unacknowledged.clear();
        self.input_bytes = 0;
    }

    /// What has to outlive the process. The timers do not: on its next socket everything is due at once.
    pub(crate) fn save(&self) -> SavedOutbox {
        let messages = self.unacknowledged.iter();
        SavedOutbox {
            next_sequence: self.next_sequence,
            messages: messages.map(Outgoing::save).collect(),
            round_trip: self.round_trip.save(),
            window: self.window,
        }
    }

    /// The sending half that was saved. Each message may have been written since, so that its acknowledgement counts and
    /// its round trip does not.
    pub(crate) fn restored(saved: SavedOutbox) -> Self {
        Self {
            next_sequence: saved.next_sequence,
            input_bytes: saved.input_bytes(),
            acknowledged_bytes: 0,
            unacknowledged: saved.messages.into_iter().map(Outgoing::restored).collect(),
            round_trip: RoundTrip::restored(saved.round_trip),
            window: saved.window,
            slowed_at: None,
        }
    }

    fn learn(&mut self, now: Duration, message: &Outgoing) {
        if let Outgoing {
            sends: 1,
            writing: Writing::Unacknowledged { sent_at, .. },
            ..
        } = message
        {
            self.round_trip.learn(now.saturating_sub(*sent_at));
        }
    }
}

impl Outgoing {
    fn save(&self) -> SavedMessage {
        SavedMessage {
            sequence: self.sequence,
            input_bytes: self.input_bytes,
            frame: self.frame.clone(),
        }
    }

    fn restored(saved: SavedMessage) -> Self {
        Self {
            sequence: saved.sequence,
            frame: saved.frame,
            input_bytes: saved.input_bytes,
            sends: 1,
            writing: Writing::Due,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn ms(n: u64) -> Duration {
        Duration::from_millis(n)
    }

    fn with_messages(count: i64) -> Outbox {
        let mut outbox = Outbox::default();
        (0..count).for_each(|n| outbox.push(Bytes::from(n.to_string()), 10));
        outbox
    }

    fn write_all(outbox: &mut Outbox, now: Duration) -> Vec<String> {
        std::iter::from_fn(|| outbox.next_due(now, i64::MAX))
            .map(|frame| String::from_utf8(frame.to_vec()).unwrap())
            .collect()
    }

    #[test]
    fn every_expired_message_is_resent_not_only_the_oldest() {
        let mut outbox = with_messages(5);
        assert_eq!(write_all(&mut outbox, ms(0)), ["0", "1", "2", "3", "4"]);
        outbox.acknowledge(ms(50), 0);
        outbox.acknowledge(ms(50), 3);
        assert_eq!(outbox.next_timeout(ms(60)), Some(ms(200)));
        outbox.handle_timeout(ms(199));
        assert!(write_all(&mut outbox, ms(199)).is_empty());
        outbox.handle_timeout(ms(200));
        assert_eq!(write_all(&mut outbox, ms(200)), ["1", "2", "4"]);
    }

    #[test]
    fn an_acknowledgement_before_the_next_message_is_pushed_finds_its_message() {
        let mut outbox = with_messages(1);
        write_all(&mut outbox, ms(0));
        outbox.acknowledge(ms(0), 0);
        assert_eq!((outbox.next_timeout(ms(0)), outbox.input_bytes()), (None, 0));
        outbox.acknowledge(ms(0), 0);
        assert_eq!(outbox.acknowledged_bytes(), 10, "and counts once");
    }

    #[test]
    fn acknowledgements_of_unknown_or_unwritten_numbers_are_ignored() {
        let mut outbox = with_messages(2);
        for sequence in [0, 1, 2, -1, i64::MAX, i64::MIN] {
            outbox.acknowledge(ms(1), sequence);
        }
        assert_eq!(outbox.input_bytes(), 20);
        assert_eq!(write_all(&mut outbox, ms(1)), ["0", "1"]);
    }

    #[test]
    fn a_message_that_is_still_to_be_written_has_a_timer_too() {
        let mut outbox = with_messages(1);
        assert_eq!(outbox.next_timeout(ms(30)), Some(ms(230)));
        outbox.next_due(ms(30), i64::MAX);
        assert_eq!(outbox.next_timeout(ms(40)), Some(ms(230)));
    }

    #[test]
    fn a_repeated_message_teaches_nothing_about_the_round_trip() {
        let mut outbox = with_messages(1);
        write_all(&mut outbox, ms(0));
        outbox.handle_timeout(ms(200));
        write_all(&mut outbox, ms(200));
        outbox.acknowledge(ms(201), 0);
        outbox.push(Bytes::from_static(b"1"), 0);
        write_all(&mut outbox, ms(300));
        assert_eq!(
            outbox.next_timeout(ms(300)),
            Some(ms(700)),
            "the doubled time-out is kept"
        );
    }

    #[test]
    fn a_message_that_was_sent_once_teaches_the_round_trip() {
        let mut outbox = with_messages(1);
        write_all(&mut outbox, ms(0));
        outbox.acknowledge(ms(180), 0);
        assert_eq!(outbox.round_trip.timeout(), ms(190));
    }

    #[test]
    fn a_new_socket_forgets_the_waits_of_the_old_one() {
        let mut outbox = with_messages(1);
        write_all(&mut outbox, ms(0));
        outbox.handle_timeout(ms(200));
        assert_eq!(outbox.round_trip.timeout(), ms(400));
        outbox.resend_all();
        assert_eq!(outbox.round_trip.timeout(), ms(200));
    }

    #[test]
    fn losses_of_one_flight_slow_down_once() {
        let mut outbox = with_messages(40);
        for n in 0..40 {
            outbox.next_due(ms(n), i64::MAX);
        }
        for now in 200..240 {
            outbox.handle_timeout(ms(now));
        }
        assert_eq!(outbox.window.messages(), 32);
        assert_eq!(outbox.round_trip.timeout(), ms(400));
    }

    #[test]
    fn a_new_socket_gets_everything_missing_at_once_in_order() {
        let mut outbox = with_messages(4);
        write_all(&mut outbox, ms(0));
        outbox.acknowledge(ms(1), 1);
        outbox.resend_all();
        assert_eq!(write_all(&mut outbox, ms(2)), ["0", "2", "3"]);
    }

    #[test]
    fn room_follows_the_window() {
        let mut outbox = with_messages(63);
        assert!(outbox.has_room());
        outbox.push(Bytes::new(), 0);
        assert!(!outbox.has_room());
        write_all(&mut outbox, ms(0));
        outbox.acknowledge(ms(1), 63);
        assert!(outbox.has_room());
    }

    #[test]
    fn the_numbers_are_counted_from_the_oldest_missing_message() {
        let mut outbox = with_messages(SENT_AHEAD);
        write_all(&mut outbox, ms(0));
        (0..SENT_AHEAD - 1).for_each(|n| outbox.acknowledge(ms(1), n));
        assert!(outbox.has_room(), "only the newest is missing");
        outbox.acknowledge(ms(1), SENT_AHEAD - 1);
        assert!(outbox.has_room(), "nothing is missing");
    }

    #[test]
    fn one_missing_message_does_not_let_the_numbers_run_away() {
        let mut outbox = with_messages(1);
        write_all(&mut outbox, ms(0));
        let mut pushed = 1;
        while outbox.has_room() {
            outbox.push(Bytes::new(), 0);
            outbox.next_due(ms(0), i64::MAX);
            outbox.acknowledge(ms(0), pushed);
            pushed += 1;
        }
        assert_eq!(pushed, SENT_AHEAD);
    }
}
