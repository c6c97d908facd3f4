//! Every sequence of up to six of eight messages, for each encryption rule: what becomes ready, what is delivered, what is
//! sent and what fails is what a small table says.
//!
//! The table is the language of legal sessions, written down on its own. The agent that speaks here has the key: what it
//! sends is encrypted from the moment that the client has the key, so that order alone decides.

use super::*;
use crate::{EncryptionChallenge, EncryptionRule};

const LENGTH: usize = 6;

/// What the agent may send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Word {
    Request,
    RequestWithKey,
    Challenge,
    Complete,
    Output,
    StdErr,
    ExitCode,
    /// A size: nothing that an agent sends.
    Odd,
}

const WORDS: [Word; 8] = [
    Word::Request,
    Word::RequestWithKey,
    Word::Challenge,
    Word::Complete,
    Word::Output,
    Word::StdErr,
    Word::ExitCode,
    Word::Odd,
];

/// Where a session is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Nothing,
    Requested,
    KeyGiven,
    Challenged,
    Plain,
    Encrypted,
    Dead,
}

/// What follows from a word: the next place, what is reported and what is sent besides acknowledgements.
struct Follows {
    place: Place,
    reports: Vec<Report>,
    sends: Vec<PayloadType>,
}

/// What is reported, as far as the table tells it apart.
#[derive(Debug, PartialEq, Eq)]
enum Report {
    KeyWanted,
    Ready { encrypted: bool },
    Delivered,
    Failed(Failure),
}

#[derive(Debug, PartialEq, Eq)]
enum Failure {
    NotEncrypted,
    EncryptionOff,
    EarlyData,
    OutOfOrder,
}

/// The legal language. What is not legal kills the session.
fn follows(rule: EncryptionRule, place: Place, word: Word) -> Follows {
    use PayloadType::{EncChallengeResponse, HandshakeResponse, Output};
    let is_data = matches!(word, Word::Output | Word::StdErr | Word::ExitCode);
    let is_handshake = !is_data && word != Word::Odd;
    let dead = |failure, sends: &[PayloadType]| {
        let reports = vec![Report::Failed(failure)];
        (Place::Dead, reports, sends.to_vec())
    };
    let misplaced = |early| dead(if is_handshake { Failure::OutOfOrder } else { early }, &[]);
    let delivered = || if is_data { vec![Report::Delivered] } else { vec![] };
    let (place, reports, sends) = match (place, word, rule) {
        (Place::Dead, ..) => (Place::Dead, vec![], vec![]),
        (Place::Nothing, Word::Request, EncryptionRule::Require) => {
            dead(Failure::NotEncrypted, &[HandshakeResponse])
        }
        (Place::Nothing, Word::Request, _) => (Place::Requested, vec![], vec![HandshakeResponse]),
        (Place::Nothing, Word::RequestWithKey, EncryptionRule::Off) => {
            dead(Failure::EncryptionOff, &[HandshakeResponse])
        }
        (Place::Nothing, Word::RequestWithKey, _) => {
            (Place::KeyGiven, vec![Report::KeyWanted], vec![HandshakeResponse])
        }
        (Place::Nothing, Word::Challenge | Word::Complete, _) => dead(Failure::OutOfOrder, &[]),
        (Place::Nothing, _, EncryptionRule::Require) => dead(Failure::NotEncrypted, &[]),
        // A session without a handshake; the user's key goes out.
        (Place::Nothing, ..) => {
            let mut reports = vec![Report::Ready { encrypted: false }];
            reports.extend(delivered());
            (Place::Plain, reports, vec![Output])
        }
        (Place::Requested, Word::Complete, _) => (
            Place::Plain,
            vec![Report::Ready { encrypted: false }],
            vec![Output],
        ),
        (Place::KeyGiven, Word::Challenge, _) => (Place::Challenged, vec![], vec![EncChallengeResponse]),
        (Place::Challenged, Word::Complete, _) => (
            Place::Encrypted,
            vec![Report::Ready { encrypted: true }],
            vec![Output],
        ),
        (Place::Requested | Place::KeyGiven | Place::Challenged, ..) => misplaced(Failure::EarlyData),
        (Place::Plain | Place::Encrypted, ..) if is_handshake => dead(Failure::OutOfOrder, &[]),
        (Place::Plain | Place::Encrypted, ..) => (place, delivered(), vec![]),
    };
    Follows {
        place,
        reports,
        sends,
    }
}

/// The agent's frames, made once: for each position and word, plain and encrypted.
struct Frames {
    plain: Vec<Bytes>,
    encrypted: Vec<Bytes>,
}

impl Frames {
    fn new() -> Self {
        let mut agent = Cipher::new(key([2, 1]), Nonces::new([5; 32]));
        let plain = all(|word| payload(word).to_vec());
        let encrypted = all(|word| match word {
            Word::Output | Word::StdErr | Word::ExitCode => agent.seal(payload(word)).unwrap().to_vec(),
            Word::Challenge => {
                let challenge = STANDARD.encode(agent.seal(b"random").unwrap());
                EncryptionChallenge { challenge }.to_payload().to_vec()
            }
            Word::Request | Word::RequestWithKey | Word::Complete | Word::Odd => payload(word).to_vec(),
        });
        Self { plain, encrypted }
    }

    fn get(&self, position: usize, word: usize, encrypted: bool) -> Bytes {
        let frames = if encrypted { &self.encrypted } else { &self.plain };
        frames[position * WORDS.len() + word].clone()
    }
}

fn all(mut payload: impl FnMut(Word) -> Vec<u8>) -> Vec<Bytes> {
    let each = (0..LENGTH as i64).flat_map(|n| WORDS.map(|word| (n, word)));
    each.map(|(sequence, word)| stream(sequence, payload_type(word), &payload(word)).encode())
        .collect()
}

fn payload_type(word: Word) -> PayloadType {
    match word {
        Word::Request | Word::RequestWithKey => PayloadType::HandshakeRequest,
        Word::Challenge => PayloadType::EncChallengeRequest,
        Word::Complete => PayloadType::HandshakeComplete,
        Word::Output => PayloadType::Output,
        Word::StdErr => PayloadType::StdErr,
        Word::ExitCode => PayloadType::ExitCode,
        Word::Odd => PayloadType::Size,
    }
}

fn payload(word: Word) -> &'static [u8] {
    match word {
        Word::Request => {
            br#"{"RequestedClientActions":[{"ActionType":"SessionType","ActionParameters":{"SessionType":"Standard_Stream"}}]}"#
        }
        Word::RequestWithKey => {
            br#"{"RequestedClientActions":[{"ActionType":"SessionType","ActionParameters":{"SessionType":"Standard_Stream"}},
               {"ActionType":"KMSEncryption","ActionParameters":{"KMSKeyId":"k"}}]}"#
        }
        Word::Challenge => br#"{"Challenge":"AAAA"}"#,
        Word::Complete => b"{}",
        Word::Output | Word::StdErr => b"x",
        Word::ExitCode => b"EXIT_CODE: 3",
        Word::Odd => br#"{"cols":1,"rows":1}"#,
    }
}

/// A key of 32 bytes for each direction, the agent's first.
fn key(halves: [u8; 2]) -> DataKey {
    DataKey::new(&halves.map(|half| [half; 32]).concat(), vec![7], false).unwrap()
}

/// A session with the table beside it.
struct Run {
    channel: DataChannel,
    rule: EncryptionRule,
    place: Place,
    is_encrypted: bool,
}

impl Run {
    fn new(rule: EncryptionRule) -> Self {
        let config = ChannelConfig {
            encryption: rule,
            ..ChannelConfig::default()
        };
        let mut channel = DataChannel::new(config, [7; 32]);
        channel.open(Moment::default(), "");
        channel.send_input(Moment::default(), b"k");
        Self {
            channel,
            rule,
            place: Place::Nothing,
            is_encrypted: false,
        }
    }

    /// Plays one word and compares with the table.
    fn hear(&mut self, frames: &Frames, position: usize, word: usize) -> Result<(), String> {
        let frame = frames.get(position, word, self.is_encrypted);
        let defect = self.channel.handle_frame(Moment::default(), frame);
        let reports = self.reports();
        let (acknowledged, sends) = self.sends();
        let expected = follows(self.rule, self.place, WORDS[word]);
        self.place = expected.place;
        let is_odd = WORDS[word] == Word::Odd && matches!(self.place, Place::Plain | Place::Encrypted);
        if defect.is_err() == is_odd
            && acknowledged == 1
            && reports == expected.reports
            && sends == expected.sends
        {
            return Ok(());
        }
        Err(format!(
            "{defect:?} {reports:?} {sends:?}, not {:?} {:?}",
            expected.reports, expected.sends
        ))
    }

    /// Gives the key at once when it is wanted.
    fn reports(&mut self) -> Vec<Report> {
        let mut reports = Vec::new();
        while let Some(event) = self.channel.poll_event() {
            if matches!(event, ChannelEvent::DataKeyWanted(_)) {
                self.is_encrypted = true;
                self.channel
                    .provide_data_key(Moment::default(), key([2, 1].map(|half| 3 - half)));
            }
            reports.push(report(event));
        }
        reports
    }

    fn sends(&mut self) -> (usize, Vec<PayloadType>) {
        let (mut acknowledged, mut sends) = (0, Vec::new());
        while let Some(frame) = self.channel.poll_transmit() {
            // The type of the message and of its payload, at their places in the header.
            match &frame[4..15] {
                b"acknowledge" => acknowledged += 1,
                _ => sends.push(PayloadType::from_code(u32::from(frame[115]))),
            }
        }
        (acknowledged, sends)
    }
}

#[allow(clippy::wildcard_enum_match_arm)] // Everything that the table does not know is a mistake.
fn report(event: ChannelEvent) -> Report {
    match event {
        ChannelEvent::Ready { encrypted, .. } => Report::Ready { encrypted },
        ChannelEvent::DataKeyWanted(_) => Report::KeyWanted,
        ChannelEvent::Output(bytes) | ChannelEvent::StdErr(bytes) if bytes == "x" => Report::Delivered,
        ChannelEvent::ExitCode(3) => Report::Delivered,
        ChannelEvent::Failed(ChannelFailure::NotEncrypted) => Report::Failed(Failure::NotEncrypted),
        ChannelEvent::Failed(ChannelFailure::EncryptionOff { .. }) => Report::Failed(Failure::EncryptionOff),
        ChannelEvent::Failed(ChannelFailure::EarlyData) => Report::Failed(Failure::EarlyData),
        ChannelEvent::Failed(ChannelFailure::OutOfOrder { .. }) => Report::Failed(Failure::OutOfOrder),
        other => panic!("{other:?} is in no row of the table"),
    }
}

/// Plays every sequence and returns how many reached each of the places in which data flows.
fn play_all(rule: EncryptionRule) -> [usize; 2] {
    let frames = Frames::new();
    let mut reached = [0, 0];
    for number in 0..WORDS.len().pow(LENGTH as u32) {
        let words: [usize; LENGTH] =
            std::array::from_fn(|n| number / WORDS.len().pow(n as u32) % WORDS.len());
        let mut run = Run::new(rule);
        for (position, word) in words.into_iter().enumerate() {
            if let Err(difference) = run.hear(&frames, position, word) {
                panic!(
                    "{rule:?}, message {position} of {:?}: {difference}",
                    words.map(|word| WORDS[word])
                );
            }
        }
        reached[0] += usize::from(run.place == Place::Plain);
        reached[1] += usize::from(run.place == Place::Encrypted);
    }
    reached
}

// Without a handshake 4^6 sequences live, with a plain one 4^4, with an encrypted one 4^3.

#[test]
fn preferred_encryption_takes_every_legal_session_and_no_other() {
    assert_eq!(play_all(EncryptionRule::Prefer), [4096 + 256, 64]);
}

#[test]
fn required_encryption_takes_encrypted_sessions_only() {
    assert_eq!(play_all(EncryptionRule::Require), [0, 64]);
}

#[test]
fn encryption_that_is_off_takes_plain_sessions_only() {
    assert_eq!(play_all(EncryptionRule::Off), [4096 + 256, 0]);
}
