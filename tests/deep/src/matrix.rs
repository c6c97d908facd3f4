//! The fault matrix: every combination of loss, duplicates, reordering, damage and round trip.

use std::time::Duration;

use crate::conversation::Report;
use crate::far_side::{Session, agent_timing};
use crate::journal::Journal;
use crate::path::Weather;
use crate::plan::{Plan, Typing};

/// What a cell carries each way.
const BYTES: usize = 1 << 20;
/// How many frames we may write for each message, on the worst path.
const MOST_FRAMES_PER_MESSAGE: usize = 3;
/// Of fewer messages, one that has bad luck would count as the rule.
pub(crate) const ENOUGH_MESSAGES: usize = 100;

/// One cell of the matrix.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cell {
    /// What is played.
    pub session: Session,
    /// What the paths do.
    pub weather: Weather,
}

impl Cell {
    /// All 324 cells, of `session`.
    #[must_use]
    pub fn all(session: Session) -> Vec<Self> {
        let mut cells = Vec::new();
        for loss in [0, 1, 5, 10, 20, 30] {
            for duplicates in [0, 5, 30] {
                for reorder in [0, 4, 64] {
                    for corrupt in [0, 1] {
                        for round_trip in [1, 100, 800].map(Duration::from_millis) {
                            let weather = Weather {
                                loss,
                                duplicates,
                                reorder,
                                corrupt,
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
            corrupt,
            round_trip,
        } = self.weather;
        let ms = round_trip.as_millis();
        let session = self.session.name();
        format!("{session}-loss{loss}-dup{duplicates}-reorder{reorder}-corrupt{corrupt}-rtt{ms}")
    }

    /// The plan of one run.
    #[must_use]
    pub fn plan(&self, seed: u64) -> Plan {
        Plan {
            seed,
            session: self.session,
            timing: agent_timing(),
            weather: self.weather,
            up: BYTES,
            down: BYTES,
            typing: Typing::Fast,
            journal: Journal::None,
            cuts: Vec::new(),
        }
    }

    /// What a run that carried everything must keep besides.
    ///
    /// # Errors
    /// Too many repeats, as a sentence.
    pub fn judge(&self, report: Report) -> Result<Report, String> {
        let Report { frames, messages, .. } = report;
        if messages >= ENOUGH_MESSAGES && frames > MOST_FRAMES_PER_MESSAGE * messages {
            return Err(format!("{messages} messages took {frames} frames"));
        }
        Ok(report)
    }
}
