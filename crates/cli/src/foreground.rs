//! The loop of a session in the foreground of this process: its events, its output on the two standard streams, and the
//! signals that end it. A terminal and a command differ in what they make of these.

mod outage;
mod screen;
mod signals;

use std::io;
use std::time::Duration;

use futures_util::FutureExt;
use postern_session::{SessionEnd, SessionError, SessionEvent, SessionEvents, SessionState};
use tokio::time::Instant;

use crate::failure::Failure;
use screen::Screen;

pub(crate) use outage::{Outage, OutageReport};
pub(crate) use screen::{Backlog, Write};
pub(crate) use signals::{LeaveSignals, ResizeSignals};

/// Events taken in one turn. Signals and keys wait no longer than these take.
const EVENTS_AT_ONCE: usize = 64;
/// How long the end waits for a terminal or a reader that takes nothing, once the user has left.
const LAST_WRITES: Duration = Duration::from_secs(2);

/// What a session is to the user in whose foreground it runs.
pub(crate) trait Foreground {
    /// What can happen besides events, output and signals.
    type Happening;

    /// Waits for the next of these. Cancel safe.
    async fn next(&mut self) -> Self::Happening;

    fn happened(&mut self, happening: Self::Happening) -> Result<(), Failure>;

    /// Every event but the last.
    fn event(&mut self, event: SessionEvent) -> Result<(), Failure>;

    fn signal(&mut self, name: &'static str) -> Result<(), Failure>;

    /// Nobody reads standard output any more.
    fn output_closed(&mut self) -> Result<(), Failure>;

    /// Whether the session is being ended from here.
    fn is_leaving(&self) -> bool;

    /// Whether the session turned out to be somebody else's, so that nothing more of it is taken.
    fn hands_over(&self) -> bool {
        false
    }

    /// What waits to be printed.
    fn to_print(&mut self) -> &mut Backlog;
}

/// The session's events, the signals and the standard streams.
pub(crate) struct ForegroundLoop {
    events: SessionEvents,
    signals: LeaveSignals,
    screen: Screen,
    output_is_closed: bool,
}

/// How a loop ended.
pub(crate) enum LoopEnd {
    /// The session is over.
    Over(SessionEnd),
    /// The session is somebody else's.
    HandedOver,
}

enum LoopEvent<Happening> {
    Event(Option<SessionEvent>),
    Signal(&'static str),
    OutputClosed,
    Happening(Happening),
    /// A write is on its way.
    Printed,
}

impl ForegroundLoop {
    /// Catches signals from now on.
    ///
    /// # Errors
    /// [`Failure::Terminal`]: the system has no signals or threads left.
    pub(crate) fn start(events: SessionEvents) -> Result<Self, Failure> {
        let started = Self {
            events,
            signals: LeaveSignals::listen().map_err(Failure::Terminal)?,
            screen: Screen::start().map_err(Failure::Terminal)?,
            output_is_closed: false,
        };
        tracing::debug!("signals are heard from here on");
        Ok(started)
    }

    /// Runs until the session is over, of a session that is nobody else's.
    ///
    /// # Errors
    /// As for [`Self::run`].
    pub(crate) async fn until_end(
        &mut self,
        foreground: &mut impl Foreground,
    ) -> Result<SessionEnd, Failure> {
        match self.run(foreground).await? {
            LoopEnd::Over(end) => Ok(end),
            LoopEnd::HandedOver => Err(SessionError::Crashed.into()),
        }
    }

    /// Runs until the session is over or handed over.
    ///
    /// # Errors
    /// Why the session failed, and what `foreground` gives up for.
    pub(crate) async fn run(&mut self, foreground: &mut impl Foreground) -> Result<LoopEnd, Failure> {
        loop {
            match self.next(foreground).await {
                LoopEvent::Printed => {}
                LoopEvent::Event(first) => {
                    if let Some(end) = self.take(first, foreground)? {
                        return Ok(end);
                    }
                }
                LoopEvent::Signal(name) => foreground.signal(name)?,
                LoopEvent::OutputClosed => foreground.output_closed()?,
                LoopEvent::Happening(happening) => foreground.happened(happening)?,
            }
        }
    }

    /// Waits for the next thing to do. Output that is not printed holds back the session's events; signals and keys are
    /// heard all the same.
    async fn next<F: Foreground>(&mut self, foreground: &mut F) -> LoopEvent<F::Happening> {
        let (printed, has_room) = (foreground.to_print().is_empty(), foreground.to_print().has_room());
        let (leaving, closed) = (foreground.is_leaving(), self.output_is_closed);
        tokio::select! {
            name = self.signals.next() => LoopEvent::Signal(name),
            room = self.screen.writes().reserve(), if !printed && !closed => match room {
                Ok(room) => {
                    if let Some(write) = foreground.to_print().pop() {
                        room.send(write);
                    }
                    LoopEvent::Printed
                }
                Err(_closed) => {
                    foreground.to_print().clear();
                    self.output_is_closed = true;
                    LoopEvent::OutputClosed
                }
            },
            event = self.events.next(), if has_room || leaving => LoopEvent::Event(event),
            happening = foreground.next() => LoopEvent::Happening(happening),
        }
    }

    /// Takes an event and those that are there already: in a flood, a turn costs more than an event. Gives the end.
    fn take(
        &mut self,
        first: Option<SessionEvent>,
        foreground: &mut impl Foreground,
    ) -> Result<Option<LoopEnd>, Failure> {
        let (mut event, mut taken) = (first, 1);
        loop {
            match event {
                Some(SessionEvent::State(SessionState::Ended(end))) => return Ok(Some(LoopEnd::Over(end))),
                Some(SessionEvent::State(SessionState::Failed(error))) => return Err(error.into()),
                Some(event) => foreground.event(event)?,
                None => return Err(SessionError::Crashed.into()),
            }
            if foreground.hands_over() {
                return Ok(Some(LoopEnd::HandedOver));
            }
            if taken == EVENTS_AT_ONCE || !foreground.to_print().has_room() {
                return Ok(None);
            }
            let Some(next) = self.events.next().now_or_never() else {
                return Ok(None);
            };
            (event, taken) = (next, taken + 1);
        }
    }

    /// Prints what waits, and gives the session's events and the signals to whom the session is for.
    pub(crate) async fn hand_over(self, foreground: &mut impl Foreground) -> (SessionEvents, LeaveSignals) {
        let _nobody_reads = self.screen.finish(foreground.to_print()).await;
        (self.events, self.signals)
    }

    /// Waits until everything is printed, however slow the reader; only somebody who decided to leave, or does now,
    /// waits but a moment.
    ///
    /// # Errors
    /// Why standard output took no more.
    pub(crate) async fn print_the_rest(mut self, foreground: &mut impl Foreground) -> io::Result<()> {
        let patience = foreground.is_leaving().then(|| Instant::now() + LAST_WRITES);
        tokio::select! {
            printed = self.screen.finish(foreground.to_print()) => printed,
            _ = self.signals.next() => Ok(()),
            () = at(patience) => Ok(()),
        }
    }
}

/// Waits until `time`, or for ever.
pub(crate) async fn at(time: Option<Instant>) {
    match time {
        Some(time) => tokio::time::sleep_until(time).await,
        None => std::future::pending().await,
    }
}
