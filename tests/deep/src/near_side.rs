//! Our end: the real data channel, the user in front of it, and the count of what it sends.

use std::time::Duration;

use bytes::Bytes;
use postern_protocol::{
    ChannelEvent, DataChannel, DataKey, DataKeyWanted, Message, MessageKind, Moment, Size,
};

use crate::chance::Chance;
use crate::far_side::{DATA_KEY, KEY_ID, SEALED_KEY, Session};
use crate::journal::{Disk, Record};
use crate::material::{Check, Source, Stream};
use crate::plan::{Plan, Typing};

pub(crate) struct NearSide {
    session: Session,
    pub(crate) channel: DataChannel,
    typed: Source,
    typing: Typing,
    /// A paced user rests until then.
    next_key: Duration,
    disk: Option<Disk>,
    output: Check,
    errors: Check,
    ready: bool,
    exit_code: Option<i32>,
    closed: Option<String>,
    pub(crate) size: Size,
    /// Each input message as it was first written, by its number.
    written: Vec<Bytes>,
    frames: usize,
}

impl NearSide {
    pub(crate) fn new(plan: &Plan, chance: &mut Chance) -> Self {
        let Plan {
            session, up, down, ..
        } = *plan;
        Self {
            session,
            channel: DataChannel::new(plan.journal.config(), chance.seed()),
            typing: plan.typing,
            next_key: Duration::ZERO,
            disk: Disk::new(plan.journal, plan.seed),
            typed: Source::new(Stream::Input, if session.takes_input() { up } else { 0 }),
            output: Check::new(Stream::Output, session.output_bytes(down)),
            errors: Check::new(Stream::StdErr, down - session.output_bytes(down)),
            ready: false,
            exit_code: None,
            closed: None,
            size: Size { cols: 80, rows: 24 },
            written: Vec::new(),
            frames: 0,
        }
    }

    /// The user types while there is room, and gives the window another size at times.
    pub(crate) fn type_on(&mut self, now: Moment, chance: &mut Chance) {
        while self.wants_to_type() && self.next_key <= now.monotonic {
            let most = self.next_keys(now, chance);
            let taken = self.channel.send_input(now, self.typed.next(most));
            self.typed.advance(taken);
            if chance.happens(10) {
                self.size.cols = chance.between(1, 300) as u32;
                self.channel.resize(now, self.size);
            }
        }
    }

    fn wants_to_type(&self) -> bool {
        !self.typed.is_empty() && self.channel.input_room() > 0
    }

    /// How much is typed at once.
    fn next_keys(&mut self, now: Moment, chance: &mut Chance) -> usize {
        if self.typing == Typing::Fast {
            return chance.between(1, 64 << 10) as usize;
        }
        self.next_key = now.monotonic + Duration::from_millis(chance.between(1, 50));
        let most = if chance.happens(20) { 20_000 } else { 40 };
        chance.between(1, most) as usize
    }

    /// What the disk has got by now may leave the channel; what waits goes to the disk.
    pub(crate) fn write_down(&mut self, now: Moment) -> Result<(), String> {
        self.take_events(now)?;
        let record = self.record();
        match &mut self.disk {
            Some(disk) => disk.write(now.monotonic, &mut self.channel, record),
            None => Ok(()),
        }
    }

    /// Our process ends, and another one goes on from what is on the disk, if there is anything. What the user saw and
    /// typed behind that is forgotten: it is shown and typed again.
    pub(crate) fn crash(&mut self, now: Moment) -> Result<bool, String> {
        let is_over = self.closed.is_some();
        let Some(disk) = self.disk.as_mut().filter(|_| !is_over) else {
            return Ok(false);
        };
        let Some((channel, record)) = disk.restore()? else {
            return Ok(false);
        };
        self.channel = channel;
        self.typed.go_back_to(record.typed);
        self.output.go_back_to(record.output);
        self.errors.go_back_to(record.errors);
        self.exit_code = record.exit_code;
        self.channel.resize(now, self.size);
        Ok(true)
    }

    fn record(&self) -> Record {
        Record {
            typed: self.typed.given(),
            output: self.output.received(),
            errors: self.errors.received(),
            exit_code: self.exit_code,
        }
    }

    /// A frame has arrived. That a damaged one is refused is no failure.
    pub(crate) fn receive(&mut self, now: Moment, frame: Bytes) -> Result<(), String> {
        let _refusal = self.channel.handle_frame(now, frame);
        self.take_events(now)
    }

    fn take_events(&mut self, now: Moment) -> Result<(), String> {
        while let Some(event) = self.channel.poll_event() {
            self.take(now, event)?;
        }
        Ok(())
    }

    fn take(&mut self, now: Moment, event: ChannelEvent) -> Result<(), String> {
        if self.closed.is_some() {
            return Err(format!("{event:?} came behind the end"));
        }
        match event {
            ChannelEvent::Ready { .. } if self.ready => return Err("ready twice".to_owned()),
            ChannelEvent::Ready { encrypted, .. } if encrypted == self.session.is_encrypted() => {
                self.ready = true;
            }
            ChannelEvent::DataKeyWanted(wanted) if self.session.is_encrypted() && !self.ready => {
                self.answer(now, &wanted)?;
            }
            ChannelEvent::CustomerMessage(_) if self.session.is_encrypted() && self.ready => {}
            ChannelEvent::Output(bytes) if self.ready => self.output.take(&bytes)?,
            ChannelEvent::StdErr(bytes) if self.ready => self.errors.take(&bytes)?,
            ChannelEvent::ExitCode(code) if self.ready && self.exit_code.is_none() => {
                self.exit_code = Some(code);
            }
            ChannelEvent::Closed { output } => self.closed = Some(output),
            ChannelEvent::Paused | ChannelEvent::Unpaused => {}
            ChannelEvent::Ready { .. }
            | ChannelEvent::Output(_)
            | ChannelEvent::StdErr(_)
            | ChannelEvent::ExitCode(_)
            | ChannelEvent::DataKeyWanted(_)
            | ChannelEvent::CustomerMessage(_)
            | ChannelEvent::Flag(_)
            | ChannelEvent::Failed(_) => return Err(format!("{event:?} came out of place")),
        }
        Ok(())
    }

    /// The answer of KMS, which knows the key by its name only.
    fn answer(&mut self, now: Moment, wanted: &DataKeyWanted) -> Result<(), String> {
        if wanted.key_id != KEY_ID {
            return Err(format!("the key {:?} is not the session's", wanted.key_id));
        }
        let key = DataKey::new(&DATA_KEY, SEALED_KEY.to_vec(), wanted.challenge.is_some());
        self.channel
            .provide_data_key(now, key.map_err(|defect| defect.to_string())?);
        Ok(())
    }

    /// The next frame for the path. A number must keep its bytes for ever.
    pub(crate) fn transmit(&mut self) -> Result<Option<Bytes>, String> {
        let Some(frame) = self.channel.poll_transmit() else {
            return Ok(None);
        };
        let message = Message::decode(&frame).map_err(|defect| format!("we sent a defect: {defect}"))?;
        if message.kind == MessageKind::InputStreamData {
            self.count(message.sequence, &frame)?;
        }
        Ok(Some(frame))
    }

    fn count(&mut self, sequence: i64, frame: &Bytes) -> Result<(), String> {
        self.frames += 1;
        let number = usize::try_from(sequence).map_err(|_| format!("we sent number {sequence}"))?;
        match self.written.get(number) {
            Some(first) if first == frame => Ok(()),
            Some(_) => Err(format!("number {number} was sent with two contents")),
            None if number == self.written.len() => {
                self.written.push(frame.clone());
                Ok(())
            }
            None => Err(format!(
                "number {number} was sent before number {}",
                self.written.len()
            )),
        }
    }

    /// When something is to be done next: by the channel, the user or the disk.
    pub(crate) fn next_wake(&self) -> Option<Duration> {
        let next_key = (self.typing == Typing::Paced && self.wants_to_type()).then_some(self.next_key);
        let written = self.disk.as_ref().and_then(Disk::next_written);
        let wakes = [self.channel.next_timeout(), next_key, written];
        wakes.into_iter().flatten().min()
    }

    pub(crate) fn handle_timeout(&mut self, now: Moment) {
        if self.channel.next_timeout().is_some_and(|at| at <= now.monotonic) {
            self.channel.handle_timeout(now);
        }
    }

    /// What has arrived and what is still held: when neither changes, nothing moves.
    pub(crate) fn progress(&self) -> (usize, usize) {
        let held = self.channel.held_input();
        (self.output.received() + self.errors.received(), held)
    }

    /// Input frames written, repeats included, and input messages.
    pub(crate) fn sent(&self) -> (usize, usize) {
        (self.frames, self.written.len())
    }

    pub(crate) fn has_all_output(&self) -> bool {
        self.output.is_whole() && self.errors.is_whole()
    }

    pub(crate) fn has_typed_all(&self) -> bool {
        self.typed.is_empty() && self.channel.held_input() == 0
    }

    pub(crate) fn exit_code(&self) -> Option<i32> {
        self.exit_code
    }

    /// The words of the session's end, once it is over.
    pub(crate) fn closed(&self) -> Option<&str> {
        self.closed.as_deref()
    }
}
