//! One session of the stand-in: a thread that reads and answers, and one that plays the part.

use std::io::{Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use super::Outcome;
use super::flood::{AT_ONCE, Flood};
use super::inbox::Inbox;
use super::outbox::{LOOK_EVERY, MOST, Outbox, Resend};
use super::ports::{Downloads, HANDSHAKE, HANDSHAKE_COMPLETE, Ports, write_end};
use super::wire::{self, Heard};
use crate::work::{BYE, PAYLOAD_BYTES, PROMPT, Work};

/// Read at once.
const READ_BYTES: usize = 256 * 1024;
/// A client that has heard of the end and stays is cut off.
const PATIENCE: Duration = Duration::from_secs(10);

/// What both threads know.
pub struct Session {
    work: Work,
    writer: Mutex<TcpStream>,
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Default)]
struct State {
    outbox: Outbox,
    inbox: Inbox,
    opened: bool,
    /// What is to be sent down, once all of it was asked for.
    downloads: Option<Downloads>,
    /// The client is gone.
    over: bool,
    complaint: Option<String>,
}

impl Session {
    /// Lives one session to its end.
    pub fn live(stream: TcpStream, work: Work) -> Outcome {
        let complain = |error: std::io::Error| Outcome {
            work,
            resent: 0,
            unacknowledged: 0,
            repeated_input: 0,
            input: (0, 0, 0.0),
            complaint: Some(error.to_string()),
        };
        let writer = match stream.try_clone() {
            Ok(writer) => Mutex::new(writer),
            Err(error) => return complain(error),
        };
        let session = Self {
            work,
            writer,
            state: Mutex::default(),
            changed: Condvar::new(),
        };
        session.state().inbox.ports = (work == Work::Ports).then(Ports::default);
        thread::scope(|scope| {
            scope.spawn(|| session.play());
            session.hear(stream);
        });
        session.outcome()
    }

    fn outcome(&self) -> Outcome {
        let state = self.state();
        let typed = &state.inbox.typed;
        Outcome {
            work: self.work,
            resent: state.outbox.resent,
            unacknowledged: state.outbox.missing() as u64,
            repeated_input: state.inbox.repeated,
            input: (typed.bytes(), typed.hash(), typed.took().as_secs_f64()),
            complaint: state.complaint.clone(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    // The part.

    fn play(&self) {
        let mut flood = None;
        self.until(&mut flood, |state| state.opened);
        if self.work == Work::Ports {
            return self.serve_ports(&mut flood);
        }
        self.say(1, PROMPT);
        match self.work {
            Work::Output { messages } => {
                let go = |state: &State| state.outbox.missing() == 0 && state.inbox.typed.bytes() > 0;
                self.until(&mut flood, go);
                let next = self.state().outbox.next();
                self.pour(messages, flood.insert(Flood::of_output(next)));
            }
            Work::Input { bytes } => {
                self.until(&mut flood, |state| state.inbox.typed.bytes() >= bytes);
            }
            Work::Echo { .. } | Work::Start | Work::Idle { .. } | Work::Ports => {
                self.until(&mut flood, |state| state.inbox.newest == Some(BYE));
            }
        }
        self.until(&mut flood, |state| state.outbox.missing() == 0);
        self.close();
    }

    /// Until the client leaves: downloads here, everything else by the ear.
    fn serve_ports(&self, flood: &mut Option<Flood>) {
        self.say(5, HANDSHAKE.as_bytes());
        self.until(flood, |state| {
            state.inbox.has_agreed && state.outbox.missing() == 0
        });
        self.say(7, HANDSHAKE_COMPLETE.as_bytes());
        loop {
            self.until(flood, |state| {
                state.downloads.is_some() && state.outbox.missing() == 0
            });
            let Some(downloads) = self.state().downloads.take() else {
                return;
            };
            let next = self.state().outbox.next();
            let messages = downloads.chunks * downloads.streams.len() as u64;
            self.pour(messages, flood.insert(Flood::of_downloads(next, &downloads)));
            let mut ends = Vec::new();
            downloads
                .streams
                .iter()
                .for_each(|stream| write_end(&mut ends, *stream));
            ends.chunks(PAYLOAD_BYTES).for_each(|ends| self.say(1, ends));
        }
    }

    fn say(&self, payload_type: u32, payload: &[u8]) {
        let mut out = Vec::new();
        self.queue_output(&mut self.state().outbox, payload_type, payload, &mut out);
        self.write(&out);
    }

    fn queue_output(&self, outbox: &mut Outbox, payload_type: u32, payload: &[u8], out: &mut Vec<u8>) {
        let mut frame = Vec::new();
        wire::write_message(
            &mut frame,
            "output_stream_data",
            outbox.next(),
            payload_type,
            payload,
        );
        out.extend_from_slice(&frame);
        outbox.push(Some(frame));
    }

    fn pour(&self, messages: u64, flood: &mut Flood) {
        let mut left = messages;
        while left > 0 {
            let (overdue, next) = {
                let mut state = self.state();
                while state.outbox.held() >= MOST && !state.over {
                    state = self.wait(state, LOOK_EVERY);
                }
                if state.over {
                    return;
                }
                (state.outbox.overdue(), state.outbox.next())
            };
            self.resend(overdue, Some(flood));
            let (count, frames) = flood.frames(next, left.min(AT_ONCE));
            self.state().outbox.push_flood(count);
            self.write(frames);
            left -= count;
        }
    }

    /// Waits; meanwhile the oldest message is sent again when its time is over.
    fn until(&self, flood: &mut Option<Flood>, is_so: impl Fn(&State) -> bool) {
        loop {
            let overdue = {
                let state = self.state();
                if state.over || is_so(&state) {
                    return;
                }
                let look = if state.outbox.missing() > 0 {
                    LOOK_EVERY
                } else {
                    Duration::from_secs(3600)
                };
                self.wait(state, look).outbox.overdue()
            };
            self.resend(overdue, flood.as_mut());
        }
    }

    fn wait<'a>(&self, state: MutexGuard<'a, State>, longest: Duration) -> MutexGuard<'a, State> {
        let waited = self.changed.wait_timeout(state, longest);
        waited.unwrap_or_else(PoisonError::into_inner).0
    }

    fn resend(&self, overdue: Option<Resend>, flood: Option<&mut Flood>) {
        match (overdue, flood) {
            (Some(Resend::Frame(frame)), _) => self.write(&frame),
            (Some(Resend::OfFlood(sequence)), Some(flood)) => self.write(flood.frames(sequence, 1).1),
            (Some(Resend::OfFlood(_)) | None, _) => {}
        }
    }

    fn close(&self) {
        let mut out = Vec::new();
        let closed = br#"{"MessageId":"","CreatedDate":"","DestinationId":"","SessionId":"bench","MessageType":"channel_closed","SchemaVersion":1,"Output":""}"#;
        wire::write_message(&mut out, "channel_closed", 0, 0, closed);
        self.write(&out);
        let deadline = Instant::now() + PATIENCE;
        let mut state = self.state();
        while !state.over && Instant::now() < deadline {
            state = self.wait(state, LOOK_EVERY);
        }
        drop(state);
        let _gone = self.writer().shutdown(Shutdown::Both);
    }

    fn writer(&self) -> MutexGuard<'_, TcpStream> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A client that is gone is noticed by the reader.
    fn write(&self, frames: &[u8]) {
        if !frames.is_empty() {
            let _gone = self.writer().write_all(frames);
        }
    }

    // The ear.

    fn hear(&self, mut stream: TcpStream) {
        let mut bytes = vec![0; READ_BYTES];
        let mut filled = 0;
        let mut answers = Vec::new();
        while let Ok(read @ 1..) = stream.read(&mut bytes[filled..]) {
            filled += read;
            match self.answer(&mut bytes[..filled], &mut answers) {
                Ok(taken) => {
                    bytes.copy_within(taken..filled, 0);
                    filled -= taken;
                }
                Err(complaint) => {
                    self.state().complaint = Some(complaint);
                    break;
                }
            }
            self.write(&answers);
            answers.clear();
            self.changed.notify_all();
        }
        self.state().over = true;
        self.changed.notify_all();
        let _gone = stream.shutdown(Shutdown::Both);
    }

    /// Takes every whole frame and returns how many bytes they were.
    fn answer(&self, bytes: &mut [u8], answers: &mut Vec<u8>) -> Result<usize, String> {
        let now = Instant::now();
        let mut state = self.state();
        let mut taken = 0;
        while let Some((length, heard)) = wire::read(&mut bytes[taken..])? {
            match heard {
                Heard::Text => state.opened = true,
                Heard::Ping(payload) => wire::write_pong(answers, payload),
                Heard::Acknowledged(sequence) => state.outbox.acknowledge(now, sequence),
                Heard::Close => wire::write_close(answers),
                Heard::Other => {}
                Heard::Input {
                    sequence,
                    id,
                    payload_type,
                    payload,
                } => {
                    let before = state.inbox.typed.bytes();
                    if state.inbox.take(sequence, payload_type, payload) {
                        wire::write_acknowledge(answers, sequence, id);
                    }
                    let is_echoed = matches!(self.work, Work::Echo { .. }) && payload != [BYE];
                    if is_echoed && state.inbox.typed.bytes() > before {
                        self.queue_output(&mut state.outbox, 1, payload, answers);
                    }
                }
            }
            taken += length;
        }
        self.answer_ports(&mut state, answers)?;
        Ok(taken)
    }

    fn answer_ports(&self, state: &mut State, answers: &mut Vec<u8>) -> Result<(), String> {
        let State { outbox, inbox, .. } = state;
        let Some(ports) = &mut inbox.ports else {
            return Ok(());
        };
        for part in ports.answers().chunks(PAYLOAD_BYTES) {
            self.queue_output(outbox, 1, part, answers);
        }
        state.downloads = ports.downloads().or(state.downloads.take());
        inbox.complaint.take().map_or(Ok(()), Err)
    }
}
