//! What lies between a session's output and a terminal that may be slow, hidden or reloading: a bounded ring with
//! credit, as a pure state machine. Time is an argument; nothing is ever dropped that no page has drawn.
//!
//! What waits here is what stands between a key and its answer on the screen: a flood that is interrupted is drawn to its
//! end first. So a page that somebody looks at holds the session back early, and the whole ring is for one that draws
//! little because it is hidden, or not there.

use std::{collections::VecDeque, time::Duration};

/// Bytes kept for each tab: the replay of a reloaded page, and the room while no page draws at its full speed.
const RING_BYTES: usize = 8 * 1024 * 1024;
/// The most that waits for a page that somebody looks at: what it has not drawn yet, and as much again so that it never
/// waits for the session.
const UNDRAWN_BYTES: usize = 256 * 1024;
/// The most that goes to the page in one message.
const CHUNK_BYTES: usize = 64 * 1024;
/// How long bytes wait for company while the page is busy anyway; far below what an eye sees.
const GATHER: Duration = Duration::from_millis(8);
/// Above this many bytes that the page has not drawn, it gets no more.
const PAUSE_ABOVE: u64 = 128 * 1024;
/// Below this many it gets more again.
const RESUME_BELOW: u64 = 64 * 1024;
/// How far a replay looks for the end of a line to begin after, when older bytes are gone already.
const LINE_SEARCH: usize = 4 * 1024;

/// The pipe of one tab. Positions count bytes since the tab was opened.
#[derive(Debug)]
pub(crate) struct Pipe {
    ring: VecDeque<u8>,
    /// The position of the ring's first byte.
    first: u64,
    /// Up to here bytes were drawn by some page, so only these may make room for new ones.
    drawn: u64,
    /// Up to here bytes were handed to the attached page.
    sent: u64,
    /// Up to here bytes were ever handed to a page.
    handed: u64,
    attached: bool,
    /// The page is hidden: it draws when the system lets it, and nobody waits for what it shows.
    hidden: bool,
    paused: bool,
    last_sent_at: Option<Duration>,
    limits: Limits,
}

/// How much is held, in bytes.
#[derive(Debug, Clone, Copy)]
struct Limits {
    ring: usize,
    undrawn: usize,
}

/// What the driver does next.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Next {
    /// Send this to the page.
    Send(Vec<u8>),
    /// Ask again at this time, or earlier when something changes.
    At(Duration),
    /// Ask again when something changes: there is nothing to send, no page, or no credit.
    Nothing,
}

impl Pipe {
    pub(crate) fn new() -> Self {
        Self::with_limits(Limits {
            ring: RING_BYTES,
            undrawn: UNDRAWN_BYTES,
        })
    }

    fn with_limits(limits: Limits) -> Self {
        Self {
            ring: VecDeque::new(),
            first: 0,
            drawn: 0,
            sent: 0,
            handed: 0,
            attached: false,
            hidden: false,
            paused: false,
            last_sent_at: None,
            limits,
        }
    }

    /// Takes as much of the session's output as there is room for, and says how much. The rest must be offered again
    /// after credit: that is the back-pressure which reaches the session.
    pub(crate) fn push(&mut self, bytes: &[u8]) -> usize {
        let taken = bytes.len().min(self.room());
        let overflow = (self.ring.len() + taken).saturating_sub(self.limits.ring);
        self.ring.drain(..overflow);
        self.first += overflow as u64;
        self.reserve(taken);
        self.ring.extend(bytes.iter().take(taken));
        taken
    }

    /// What the driver does at `now`.
    pub(crate) fn next(&mut self, now: Duration) -> Next {
        let waiting = self.end() - self.sent;
        if !self.attached || self.paused || waiting == 0 {
            return Next::Nothing;
        }
        let gathered = self.last_sent_at.map_or(now, |sent| sent + GATHER);
        if waiting < CHUNK_BYTES as u64 && now < gathered {
            return Next::At(gathered);
        }
        let chunk = self.copy(self.sent, CHUNK_BYTES);
        self.sent += chunk.len() as u64;
        self.handed = self.handed.max(self.sent);
        self.last_sent_at = Some(now);
        self.paused = self.sent - self.drawn > PAUSE_ABOVE;
        Next::Send(chunk)
    }

    /// The page has drawn `bytes` more. More than was sent cannot have been drawn, whatever a page says.
    pub(crate) fn credit(&mut self, bytes: u64) {
        self.drawn = self.drawn.saturating_add(bytes).min(self.sent);
        self.paused = self.paused && self.sent - self.drawn >= RESUME_BELOW;
    }

    /// A page is there (again): it gets everything that is kept, then what comes. Credit starts anew. Answers how many
    /// of the first bytes a page had before, so that nobody takes them for news.
    pub(crate) fn attach(&mut self) -> u64 {
        let from = self.replay_from();
        let had_before = self.handed.saturating_sub(from);
        self.sent = from;
        self.drawn = from;
        self.attached = true;
        self.paused = false;
        self.last_sent_at = None;
        had_before
    }

    /// The page is hidden, or shown again.
    pub(crate) fn hide(&mut self, hidden: bool) {
        self.hidden = hidden;
    }

    /// The page is gone. What it had not drawn waits for the next one.
    pub(crate) fn detach(&mut self) {
        self.attached = false;
        self.sent = self.drawn;
    }

    /// The first byte that is kept; when older ones are gone, the beginning of a line close to it, because what is left
    /// of a cut escape sequence would be shown as text. Never behind what no page has drawn yet.
    fn replay_from(&self) -> u64 {
        if self.first == 0 {
            return 0;
        }
        let line_end = self.ring.iter().take(LINE_SEARCH).position(|byte| *byte == b'\n');
        (self.first + line_end.map_or(0, |at| at as u64 + 1)).min(self.drawn)
    }

    fn end(&self) -> u64 {
        self.first + self.ring.len() as u64
    }

    fn room(&self) -> usize {
        let limit = match self.attached && !self.hidden {
            true => self.limits.undrawn,
            false => self.limits.ring,
        };
        let undrawn = usize::try_from(self.end() - self.drawn).unwrap_or(usize::MAX);
        limit.saturating_sub(undrawn)
    }

    /// Grows by doubling like any collection, but never beyond the ring's size.
    fn reserve(&mut self, more: usize) {
        let needed = self.ring.len() + more;
        if needed > self.ring.capacity() {
            let wanted = needed.max(self.ring.capacity() * 2).min(self.limits.ring);
            self.ring.reserve_exact(wanted.saturating_sub(self.ring.len()));
        }
    }

    fn copy(&self, from: u64, longest: usize) -> Vec<u8> {
        let offset = usize::try_from(from - self.first).unwrap_or(usize::MAX);
        let (older, newer) = self.ring.as_slices();
        let mut chunk = Vec::with_capacity(longest.min(self.ring.len().saturating_sub(offset)));
        chunk.extend(older.get(offset..).unwrap_or_default().iter().take(longest));
        let (skip, left) = (offset.saturating_sub(older.len()), longest - chunk.len());
        chunk.extend(newer.get(skip..).unwrap_or_default().iter().take(left));
        chunk
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const AT_START: Duration = Duration::ZERO;

    fn attached() -> Pipe {
        let mut pipe = Pipe::new();
        pipe.attach();
        pipe
    }

    /// Holds as much for a page as it keeps.
    fn small(bytes: usize) -> Pipe {
        Pipe::with_limits(Limits {
            ring: bytes,
            undrawn: bytes,
        })
    }

    fn pull(pipe: &mut Pipe) -> u64 {
        let mut sent = 0;
        while let Next::Send(chunk) = pipe.next(AT_START) {
            sent += chunk.len() as u64;
        }
        sent
    }

    #[test]
    fn a_page_that_is_looked_at_holds_a_flood_back_long_before_the_ring_is_full() {
        let flood = vec![b'y'; RING_BYTES];
        let mut pipe = attached();
        assert_eq!(pipe.push(&flood), UNDRAWN_BYTES);
        let sent = pull(&mut pipe);
        assert_eq!(pipe.push(&flood), 0, "sent is not drawn");
        pipe.credit(sent);
        assert_eq!(pipe.push(&flood) as u64, sent, "as much as was drawn");
    }

    #[test]
    fn a_hidden_page_and_none_at_all_leave_the_session_the_whole_ring() {
        let flood = vec![b'y'; 2 * RING_BYTES];
        let mut pipe = attached();
        pipe.hide(true);
        assert_eq!(pipe.push(&flood), RING_BYTES);
        pipe.hide(false);
        assert_eq!(pipe.push(&flood), 0);
        pipe.credit(u64::MAX);
        assert_eq!(Pipe::new().push(&flood), RING_BYTES);
    }

    #[test]
    fn what_gathered_for_a_hidden_page_is_drawn_before_more_is_taken() {
        let mut pipe = attached();
        pipe.hide(true);
        pipe.push(&vec![b'y'; RING_BYTES]);
        pipe.hide(false);
        let mut drawn = 0;
        while drawn <= (RING_BYTES - UNDRAWN_BYTES) as u64 {
            assert_eq!(pipe.push(b"more"), 0, "{drawn} drawn");
            let sent = pull(&mut pipe);
            pipe.credit(sent);
            drawn += sent;
        }
        assert_eq!(pipe.push(b"more"), 4);
    }

    #[test]
    fn an_idle_pipe_sends_at_once_and_a_busy_one_gathers() {
        let mut pipe = attached();
        pipe.push(b"a");
        assert_eq!(pipe.next(AT_START), Next::Send(b"a".to_vec()));
        pipe.push(b"b");
        assert_eq!(pipe.next(Duration::from_millis(1)), Next::At(GATHER));
        pipe.push(b"c");
        assert_eq!(pipe.next(GATHER), Next::Send(b"bc".to_vec()));
        assert_eq!(pipe.next(GATHER), Next::Nothing);
    }

    #[test]
    fn a_full_chunk_does_not_wait() {
        let mut pipe = attached();
        pipe.push(b"a");
        pipe.next(AT_START);
        pipe.push(&vec![b'x'; CHUNK_BYTES + 1]);
        assert_eq!(pipe.next(AT_START), Next::Send(vec![b'x'; CHUNK_BYTES]));
        assert_eq!(pipe.next(AT_START), Next::At(GATHER));
    }

    #[test]
    fn a_page_without_credit_gets_nothing_until_it_has_drawn_nearly_all() {
        let mut pipe = attached();
        pipe.push(&vec![0; 1024 * 1024]);
        let sent = pull(&mut pipe);
        assert_eq!(sent, PAUSE_ABOVE + CHUNK_BYTES as u64);
        pipe.credit(sent - RESUME_BELOW);
        assert_eq!(pipe.next(AT_START), Next::Nothing);
        pipe.credit(1);
        assert!(matches!(pipe.next(AT_START), Next::Send(_)));
    }

    #[test]
    fn a_full_ring_stops_taking_and_loses_nothing() {
        let mut pipe = small(10);
        assert_eq!(pipe.push(b"0123456789ab"), 10);
        assert_eq!(pipe.push(b"ab"), 0);
        pipe.attach();
        assert_eq!(pipe.next(AT_START), Next::Send(b"0123456789".to_vec()));
        assert_eq!(pipe.push(b"ab"), 0, "sent is not drawn");
        pipe.credit(1);
        assert_eq!(pipe.push(b"ab"), 1);
    }

    #[test]
    fn a_reloaded_page_gets_what_is_kept_from_the_beginning_of_a_line() {
        let mut pipe = small(8);
        pipe.attach();
        for text in [&b"\x1b[31"[..], b"mx\n", b"new$"] {
            pipe.push(text);
            if let Next::Send(chunk) = pipe.next(Duration::from_secs(pipe.end())) {
                pipe.credit(chunk.len() as u64);
            }
        }
        assert_eq!(pipe.attach(), 4, "a page had all of it");
        assert_eq!(pipe.next(AT_START), Next::Send(b"new$".to_vec()));
        pipe.push(b"more");
        assert_eq!(pipe.attach(), 4, "and none of what came since");
    }

    #[test]
    fn what_a_lost_page_had_not_drawn_waits_for_the_next_one() {
        let mut pipe = small(4);
        pipe.attach();
        pipe.push(b"abcd");
        pipe.next(AT_START);
        pipe.credit(2);
        pipe.detach();
        assert_eq!(pipe.push(b"efgh"), 2);
        assert_eq!(pipe.attach(), 2, "the lost page had two of them, drawn or not");
        assert_eq!(pipe.next(AT_START), Next::Send(b"cdef".to_vec()));
    }

    #[test]
    fn a_page_that_claims_too_much_credit_is_not_believed() {
        let mut pipe = small(4);
        pipe.attach();
        pipe.push(b"abcd");
        pipe.credit(u64::MAX);
        assert_eq!(pipe.push(b"e"), 0);
    }

    #[derive(Debug, Clone)]
    enum Step {
        Push(usize),
        Pull,
        Credit(u64),
        Attach,
        Detach,
        Hide(bool),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            4 => (0usize..700).prop_map(Step::Push),
            6 => Just(Step::Pull),
            4 => (0u64..900).prop_map(Step::Credit),
            1 => Just(Step::Attach),
            1 => Just(Step::Detach),
            1 => any::<bool>().prop_map(Step::Hide),
        ];
        prop::collection::vec(step, 1..200)
    }

    /// Without line ends, so that a replay begins exactly at the first byte that is kept.
    fn byte_at(position: u64) -> u8 {
        b'a' + (position % 23) as u8
    }

    proptest! {
        #[test]
        fn a_page_gets_every_byte_in_order_and_the_ring_stays_bounded(steps in steps()) {
            const LIMITS: Limits = Limits { ring: 1000, undrawn: 300 };
            let mut pipe = Pipe::with_limits(LIMITS);
            let (mut offered, mut expected, mut now) = (0u64, None, AT_START);
            let (mut drawn_by_anyone, mut handed) = (0u64, 0u64);
            for step in steps {
                now += GATHER;
                match step {
                    Step::Push(size) => {
                        let bytes: Vec<u8> = (offered..offered + size as u64).map(byte_at).collect();
                        let undrawn = pipe.end() - pipe.drawn;
                        let taken = pipe.push(&bytes);
                        prop_assert!(taken == size || pipe.room() == 0);
                        let looked_at = pipe.attached && !pipe.hidden;
                        let limit = if looked_at { LIMITS.undrawn } else { LIMITS.ring } as u64;
                        prop_assert!(undrawn + taken as u64 <= limit.max(undrawn), "more waits than may");
                        offered += taken as u64;
                    }
                    Step::Pull => if let Next::Send(chunk) = pipe.next(now) {
                        let from = expected.expect("nothing is sent without a page");
                        let wanted: Vec<u8> = (from..from + chunk.len() as u64).map(byte_at).collect();
                        prop_assert_eq!(&chunk, &wanted);
                        expected = Some(from + chunk.len() as u64);
                        handed = handed.max(from + chunk.len() as u64);
                    },
                    Step::Credit(bytes) => {
                        pipe.credit(bytes);
                        drawn_by_anyone = drawn_by_anyone.max(pipe.drawn);
                    }
                    Step::Attach => {
                        let had_before = pipe.attach();
                        prop_assert_eq!(pipe.sent + had_before, handed.max(pipe.sent));
                        prop_assert!(pipe.sent <= drawn_by_anyone, "a replay leaves no gap");
                        expected = Some(pipe.sent);
                    }
                    Step::Detach => { pipe.detach(); expected = None; }
                    Step::Hide(hidden) => pipe.hide(hidden),
                }
                prop_assert_eq!(pipe.end(), offered);
                prop_assert!(pipe.ring.len() <= LIMITS.ring && pipe.ring.capacity() <= LIMITS.ring);
                prop_assert!(pipe.first <= pipe.drawn && pipe.drawn <= pipe.sent && pipe.sent <= pipe.end());
            }
            // A page that keeps drawing gets the rest.
            pipe.attach();
            let mut at = pipe.sent;
            while at < offered {
                now += GATHER;
                let Next::Send(chunk) = pipe.next(now) else { panic!("stuck at {at} of {offered}") };
                at += chunk.len() as u64;
                pipe.credit(chunk.len() as u64);
            }
        }
    }
}
