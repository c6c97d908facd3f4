//! Moves a session's output through its [`Pipe`] to the page, as fast as the page draws and no faster.

use std::{fmt, sync::Arc};

use bytes::{Buf, Bytes};
use tokio::{
    sync::Notify,
    time::{Instant, sleep_until},
};

use super::pipe::{Next, Pipe};
use crate::lock::Lock;

/// Takes one message to the page, without waiting for it.
pub type Sink = Arc<dyn Fn(Vec<u8>) -> Result<(), PageGone> + Send + Sync>;

/// The page that attached is no longer there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageGone;

/// The output side of a tab. Clones are handles of the same one.
#[derive(Clone)]
pub(crate) struct Terminal {
    shared: Arc<Pump>,
}

struct Pump {
    state: Lock<PumpState>,
    /// There may be something for the pump to do.
    changed: Notify,
    /// There may be room for the session's output.
    room: Notify,
}

struct PumpState {
    pipe: Pipe,
    page: Option<Page>,
    pages_so_far: u64,
    closed: bool,
}

#[derive(Clone)]
struct Page {
    number: u64,
    sink: Sink,
}

enum Step {
    Send(Page, Vec<u8>),
    WaitUntil(Instant),
    Wait,
    Stop,
}

impl Terminal {
    /// An empty terminal and the task that feeds its page. Must be called inside a tokio runtime.
    pub(crate) fn open() -> Self {
        let state = PumpState {
            pipe: Pipe::new(),
            page: None,
            pages_so_far: 0,
            closed: false,
        };
        let shared = Arc::new(Pump {
            state: Lock::new(state),
            changed: Notify::new(),
            room: Notify::new(),
        });
        tokio::spawn(pump(Arc::clone(&shared)));
        Self { shared }
    }

    /// Hands output over; waits while as much as may is not drawn yet. A closed terminal swallows it.
    /// Only one task may write at a time.
    pub(crate) async fn write(&self, mut bytes: Bytes) {
        while !bytes.is_empty() {
            let taken = self.shared.push(&bytes);
            bytes.advance(taken);
            if taken == 0 {
                self.shared.room.notified().await;
            }
        }
    }

    /// A page is there: it gets the replay, then what comes. The one before gets nothing more. Answers how many of the
    /// first bytes a page had before.
    pub(crate) fn attach(&self, sink: Sink) -> u64 {
        let mut state = self.shared.state.lock();
        if state.closed {
            return 0;
        }
        state.pages_so_far += 1;
        state.page = Some(Page {
            number: state.pages_so_far,
            sink,
        });
        let had_before = state.pipe.attach();
        drop(state);
        self.shared.changed.notify_one();
        self.shared.room.notify_one();
        had_before
    }

    /// The page has drawn so many bytes more.
    pub(crate) fn credit(&self, bytes: u64) {
        self.shared.state.lock().pipe.credit(bytes);
        self.shared.changed.notify_one();
        self.shared.room.notify_one();
    }

    /// The page is hidden, or shown again.
    pub(crate) fn hide(&self, hidden: bool) {
        self.shared.state.lock().pipe.hide(hidden);
        self.shared.room.notify_one();
    }

    /// Nobody looks any more: the task ends and output is swallowed.
    pub(crate) fn close(&self) {
        let mut state = self.shared.state.lock();
        state.closed = true;
        state.page = None;
        drop(state);
        self.shared.changed.notify_one();
        self.shared.room.notify_one();
    }
}

impl Pump {
    fn push(&self, bytes: &[u8]) -> usize {
        let mut state = self.state.lock();
        let taken = if state.closed {
            bytes.len()
        } else {
            state.pipe.push(bytes)
        };
        drop(state);
        self.changed.notify_one();
        taken
    }

    /// The chunk and the page it is for are taken together, so that a page that attaches meanwhile gets it by replay.
    fn step(&self, origin: Instant) -> Step {
        let mut state = self.state.lock();
        if state.closed {
            return Step::Stop;
        }
        let Some(page) = state.page.clone() else {
            return Step::Wait;
        };
        match state.pipe.next(origin.elapsed()) {
            Next::Send(chunk) => Step::Send(page, chunk),
            Next::At(time) => Step::WaitUntil(origin + time),
            Next::Nothing => Step::Wait,
        }
    }

    fn page_gone(&self, number: u64) {
        let mut state = self.state.lock();
        if state.page.as_ref().is_some_and(|page| page.number == number) {
            state.page = None;
            state.pipe.detach();
            drop(state);
            self.room.notify_one();
        }
    }
}

impl fmt::Debug for Terminal {
    /// Without what the terminal shows.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Terminal").finish_non_exhaustive()
    }
}

async fn pump(shared: Arc<Pump>) {
    let origin = Instant::now();
    loop {
        match shared.step(origin) {
            Step::Send(page, chunk) => {
                if (page.sink)(chunk).is_err() {
                    shared.page_gone(page.number);
                }
            }
            Step::WaitUntil(time) => {
                tokio::select! { () = sleep_until(time) => {} () = shared.changed.notified() => {} }
            }
            Step::Wait => shared.changed.notified().await,
            Step::Stop => return,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::{sync::mpsc, time::timeout};

    use super::*;

    fn page() -> (Sink, mpsc::UnboundedReceiver<Vec<u8>>) {
        let (to_page, page) = mpsc::unbounded_channel();
        (
            Arc::new(move |chunk| to_page.send(chunk).map_err(|_| PageGone)),
            page,
        )
    }

    async fn read(
        page: &mut mpsc::UnboundedReceiver<Vec<u8>>,
        terminal: &Terminal,
        wanted: usize,
    ) -> Vec<u8> {
        let mut bytes = Vec::new();
        while bytes.len() < wanted {
            let chunk = page.recv().await.unwrap();
            terminal.credit(chunk.len() as u64);
            bytes.extend(chunk);
        }
        bytes
    }

    #[tokio::test(start_paused = true)]
    async fn a_flood_reaches_a_drawing_page_whole_and_in_order() {
        const TOTAL: usize = 20 * 1024 * 1024;
        let flood = Bytes::from((0..TOTAL).map(|n| (n % 251) as u8).collect::<Vec<_>>());
        let (terminal, (sink, mut page)) = (Terminal::open(), page());
        terminal.attach(sink);
        let writer = tokio::spawn({
            let (terminal, flood) = (terminal.clone(), flood.clone());
            async move { terminal.write(flood).await }
        });
        assert!(read(&mut page, &terminal, TOTAL).await == flood);
        writer.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn without_a_page_the_session_is_held_back_and_nothing_is_lost() {
        const TOTAL: usize = 9 * 1024 * 1024;
        let terminal = Terminal::open();
        let mut writer = tokio::spawn({
            let terminal = terminal.clone();
            async move { terminal.write(vec![b'x'; TOTAL].into()).await }
        });
        // The paused clock jumps to the time limit only when every task waits for something else.
        assert!(
            timeout(Duration::from_secs(60), &mut writer).await.is_err(),
            "the writer is held back"
        );
        let (sink, mut page) = page();
        terminal.attach(sink);
        assert_eq!(read(&mut page, &terminal, TOTAL).await.len(), TOTAL);
        writer.await.unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn a_second_page_gets_the_replay_and_the_first_gets_nothing_more() {
        let (terminal, (first, mut first_page), (second, mut second_page)) =
            (Terminal::open(), page(), page());
        terminal.attach(first);
        terminal.write(Bytes::from_static(b"one ")).await;
        assert_eq!(read(&mut first_page, &terminal, 4).await, b"one ");
        terminal.attach(second);
        terminal.write(Bytes::from_static(b"two")).await;
        assert_eq!(read(&mut second_page, &terminal, 7).await, b"one two");
        assert_eq!(first_page.recv().await, None, "the old sink is dropped");
    }

    #[tokio::test(start_paused = true)]
    async fn a_page_that_is_gone_costs_nothing() {
        let (terminal, (sink, first_page)) = (Terminal::open(), page());
        terminal.attach(sink);
        drop(first_page);
        terminal.write(Bytes::from_static(b"kept")).await;
        tokio::task::yield_now().await;
        let (sink, mut page) = page();
        terminal.attach(sink);
        assert_eq!(read(&mut page, &terminal, 4).await, b"kept");
    }

    #[tokio::test(start_paused = true)]
    async fn a_closed_terminal_lets_a_waiting_session_go_on() {
        let terminal = Terminal::open();
        let writer = tokio::spawn({
            let terminal = terminal.clone();
            async move { terminal.write(vec![0; 30 * 1024 * 1024].into()).await }
        });
        tokio::task::yield_now().await;
        terminal.close();
        writer.await.unwrap();
    }
}
