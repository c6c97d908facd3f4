//! A process that ends again and again while data flows, each time at another moment, and another one that goes on.

use std::time::Duration;

use crate::chance::Chance;
use crate::conversation::Report;
use crate::far_side::{Session, agent_timing};
use crate::journal::Journal;
use crate::path::Weather;
use crate::plan::{Cut, CutPoint, Plan, Typing, Whose};

/// What a run carries each way.
const BYTES: usize = 64 << 10;
/// The latest frame before which the process ends. Behind a few crashes not so many may be left to come.
const LATEST_FRAME: u64 = 80;
const MOST_CRASHES: u64 = 8;
/// Mostly short, so that much of a run is data that flows.
const LENGTHS_MS: [u64; 4] = [1, 50, 1_000, 60_000];
const TOLD_MS: u64 = 5_000;

/// What is played, and on which path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CrashCell {
    /// What is played.
    pub session: Session,
    /// What the paths do.
    pub weather: Weather,
}

impl CrashCell {
    /// All 162: three kinds of sessions on 54 paths.
    #[must_use]
    pub fn all() -> Vec<Self> {
        let mut cells = Vec::new();
        for session in [Session::Shell, Session::EncryptedShell, Session::SeparateCommand] {
            for loss in [0, 5, 20] {
                for duplicates in [0, 5, 30] {
                    for reorder in [0, 64] {
                        for round_trip in [1, 100, 800].map(Duration::from_millis) {
                            let weather = Weather {
                                loss,
                                duplicates,
                                reorder,
                                corrupt: 1,
                                round_trip,
                            };
                            cells.push(Self { session, weather });
                        }
                    }
                }
            }
        }
        cells
    }

    /// The cell's name, for a person and for running it alone.
    #[must_use]
    pub fn name(&self) -> String {
        let Weather {
            loss,
            duplicates,
            reorder,
            round_trip,
            ..
        } = self.weather;
        let (session, ms) = (self.session.name(), round_trip.as_millis());
        format!("crash-{session}-loss{loss}-dup{duplicates}-reorder{reorder}-rtt{ms}")
    }

    /// The plan of one run.
    #[must_use]
    pub fn plan(&self, seed: u64) -> Plan {
        let mut chance = self.chance(seed);
        let crashes = chance.between(2, MOST_CRASHES);
        Plan {
            seed,
            session: self.session,
            timing: agent_timing(),
            weather: self.weather,
            up: BYTES,
            down: BYTES,
            typing: if chance.happens(50) {
                Typing::Fast
            } else {
                Typing::Paced
            },
            journal: Journal::InOrder,
            cuts: (0..crashes).map(|_| crash(&mut chance)).collect(),
        }
    }

    /// Of its own for each cell, so that the same seed ends the process at other moments in another cell.
    fn chance(&self, seed: u64) -> Chance {
        let name = self.name();
        let mixed = name.bytes().fold(seed, |mixed, byte| {
            mixed.wrapping_mul(31).wrapping_add(u64::from(byte))
        });
        Chance::new(mixed)
    }

    /// What a run must keep besides carrying everything.
    ///
    /// # Errors
    /// A session that ended before its end, as a sentence.
    pub fn judge(&self, report: Report) -> Result<Report, String> {
        match report.closed.as_deref() {
            Some(words) if !words.is_empty() => Err(format!("the session ended: {words:?}")),
            Some(_) | None => Ok(report),
        }
    }
}

fn crash(chance: &mut Chance) -> Cut {
    let frame = chance.up_to(LATEST_FRAME);
    let told = Duration::from_millis(chance.up_to(TOLD_MS));
    let longest = LENGTHS_MS.get(chance.up_to(3) as usize).copied().unwrap_or(1);
    let length = chance.between(1, longest);
    Cut {
        whose: Whose::OfOurProcess,
        point: if chance.happens(50) {
            CutPoint::Before(frame)
        } else {
            CutPoint::Unacknowledged(frame)
        },
        length: Duration::from_millis(length),
        noticed: Duration::ZERO,
        told: (chance.up_to(2) > 0).then_some(told),
    }
}
