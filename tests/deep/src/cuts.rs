//! Links that are cut in every phase of a session and for every length that it can survive.

use std::time::Duration;

use crate::chance::Chance;
use crate::conversation::Report;
use crate::far_side::{Session, agent_timing};
use crate::journal::Journal;
use crate::path::Weather;
use crate::plan::{Cut, CutPoint, Plan, Typing, Whose};

/// What a run carries each way.
const BYTES: usize = 64 << 10;
/// At least this many frames arrive before everything is done, in every kind of session that is played here.
const SURE_FRAMES: u64 = 100;
/// The longest time until a dead link is noticed.
const NOTICED_MS: u64 = 45_000;
const TOLD_MS: u64 = 5_000;
/// After a return something must move within this time.
const QUICK_RETURN: Duration = Duration::from_secs(2);
/// How long a real agent waits for the answer to its request.
const AGENT_PATIENCE: Duration = Duration::from_secs(15);

/// When the link is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Before the session is ready.
    Handshake,
    /// While frames travel.
    MidFrame,
    /// A stream message has arrived, its acknowledgement not.
    Unacknowledged,
    /// While the session resumes from an earlier cut, up to three times.
    Resume,
}

/// A length and a phase.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CutCell {
    /// For how long the link is gone.
    pub length: Duration,
    /// When it is cut.
    pub phase: Phase,
}

impl CutCell {
    /// All 28.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let lengths = [100, 1_000, 6_000, 30_000, 120_000, 600_000, 1_190_000].map(Duration::from_millis);
        let phases = [
            Phase::Handshake,
            Phase::MidFrame,
            Phase::Unacknowledged,
            Phase::Resume,
        ];
        let in_phase = |phase| lengths.map(|length| Self { length, phase });
        phases.into_iter().flat_map(in_phase).collect()
    }

    /// The cell's name, for a person and for running it alone.
    #[must_use]
    pub fn name(&self) -> String {
        let phase = match self.phase {
            Phase::Handshake => "handshake",
            Phase::MidFrame => "midframe",
            Phase::Unacknowledged => "unacknowledged",
            Phase::Resume => "resume",
        };
        format!("{phase}-{}ms", self.length.as_millis())
    }

    /// The plan of one run. Seeds take turns in what is played; the agent's patience is the real one's in every fifth.
    #[must_use]
    pub fn plan(&self, seed: u64) -> Plan {
        let mut chance = Chance::new(seed);
        let (session, timing) = match seed % 5 {
            0 => (Session::Command, agent_timing()),
            1 if self.phase == Phase::Handshake => (Session::Command, self.impatient()),
            2 => (Session::EncryptedShell, agent_timing()),
            3 => (Session::SeparateCommand, agent_timing()),
            _ => (Session::Shell, agent_timing()),
        };
        Plan {
            seed,
            session,
            timing,
            weather: Weather {
                round_trip: Duration::from_millis(chance.between(1, 200)),
                ..Weather::calm()
            },
            up: BYTES,
            down: BYTES,
            typing: Typing::Fast,
            journal: Journal::None,
            cuts: self.cuts(&mut chance),
        }
    }

    /// What a run must keep besides carrying everything.
    ///
    /// # Errors
    /// What it did not keep, as a sentence.
    pub fn judge(&self, plan: &Plan, report: Report) -> Result<Report, String> {
        if let Some(words) = report.closed.as_deref().filter(|words| !words.is_empty()) {
            return self.judge_end(words, plan).map(|()| report);
        }
        if report.cuts != plan.cuts.len() {
            return Err(format!(
                "only {} of {} cuts were made",
                report.cuts,
                plan.cuts.len()
            ));
        }
        if self.phase != Phase::Handshake && report.slowest_return > QUICK_RETURN {
            return Err(format!(
                "nothing moved for {:?} after the return",
                report.slowest_return
            ));
        }
        Ok(report)
    }

    /// An agent may give up, but only when it had to wait longer than it does.
    fn judge_end(&self, words: &str, plan: &Plan) -> Result<(), String> {
        let may_end =
            plan.timing == self.impatient() && self.length + Duration::from_secs(2) > AGENT_PATIENCE;
        if may_end && words.contains("Handshake timed out") {
            Ok(())
        } else {
            Err(format!("the session ended: {words:?}"))
        }
    }

    fn impatient(&self) -> postern_simulator::AgentTiming {
        postern_simulator::AgentTiming {
            handshake_limit: AGENT_PATIENCE,
            ..agent_timing()
        }
    }

    fn cuts(&self, chance: &mut Chance) -> Vec<Cut> {
        let points = match self.phase {
            Phase::Handshake => vec![early_point(chance)],
            Phase::MidFrame => vec![CutPoint::Before(chance.between(4, SURE_FRAMES))],
            Phase::Unacknowledged => vec![CutPoint::Unacknowledged(chance.between(4, SURE_FRAMES / 2))],
            Phase::Resume => {
                let first = CutPoint::Before(chance.between(4, SURE_FRAMES / 2));
                let again = 1 + chance.up_to(2);
                std::iter::once(first)
                    .chain((0..again).map(|_| early_point(chance)).collect::<Vec<_>>())
                    .collect()
            }
        };
        points.into_iter().map(|point| self.cut(point, chance)).collect()
    }

    fn cut(&self, point: CutPoint, chance: &mut Chance) -> Cut {
        let told = Duration::from_millis(chance.up_to(TOLD_MS));
        Cut {
            whose: Whose::Ours,
            point,
            length: self.length,
            noticed: Duration::from_millis(chance.up_to(NOTICED_MS)),
            told: (chance.up_to(2) > 0).then_some(told),
        }
    }
}

fn early_point(chance: &mut Chance) -> CutPoint {
    match chance.up_to(4) {
        0 => CutPoint::Opened,
        1 | 2 => CutPoint::Before(chance.up_to(3)),
        _ => CutPoint::Unacknowledged(chance.up_to(3)),
    }
}
