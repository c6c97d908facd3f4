//! Anything together: what is played, how much, how it is typed, the path, and whose link is cut when, all from a seed.

use std::time::Duration;

use crate::chance::Chance;
use crate::far_side::{Session, agent_timing};
use crate::journal::Journal;
use crate::material::{Stream, material};
use crate::path::Weather;
use crate::plan::{Cut, CutPoint, Plan, Typing, Whose};

const MOST_BYTES: u64 = 60_000;
const MOST_CUTS: u64 = 3;
const LATEST_FRAME: u64 = 200;
const MOST_NOTICED_MS: u64 = 500;

/// The plan of a seed.
#[must_use]
pub fn mixture(seed: u64) -> Plan {
    let mut chance = Chance::new(seed);
    let others = [
        Session::EncryptedShell,
        Session::Command,
        Session::SeparateCommand,
    ];
    let cuts = chance.up_to(MOST_CUTS);
    Plan {
        seed,
        session: pick(&mut chance, Session::Shell, &others),
        timing: agent_timing(),
        weather: weather(&mut chance),
        up: chance.up_to(MOST_BYTES) as usize,
        down: whole_characters(chance.up_to(MOST_BYTES) as usize),
        typing: pick(&mut chance, Typing::Fast, &[Typing::Paced]),
        journal: pick(&mut chance, Journal::None, &[Journal::InOrder]),
        cuts: (0..cuts).map(|_| cut(&mut chance)).collect(),
    }
}

/// The agent of a shell keeps the beginning of a character until the rest of it is printed.
fn whole_characters(down: usize) -> usize {
    let output = material(Stream::Output);
    let printed = output.get(..down).unwrap_or_default();
    printed.iter().rposition(u8::is_ascii).map_or(0, |last| last + 1)
}

fn weather(chance: &mut Chance) -> Weather {
    Weather {
        loss: pick(chance, 0, &[1, 5, 10, 20, 30]),
        duplicates: pick(chance, 0, &[5, 30]),
        reorder: pick(chance, 0, &[4, 64, 300]),
        corrupt: pick(chance, 0, &[1, 5]),
        round_trip: Duration::from_millis(pick(chance, 0, &[1, 100, 800, 1500])),
    }
}

fn cut(chance: &mut Chance) -> Cut {
    let length = pick(chance, 1, &[100, 1_000, 30_000]);
    let frame = chance.up_to(LATEST_FRAME);
    Cut {
        whose: pick(chance, Whose::Ours, &[Whose::Agents, Whose::OfOurProcess]),
        point: pick(
            chance,
            CutPoint::Opened,
            &[CutPoint::Before(frame), CutPoint::Unacknowledged(frame)],
        ),
        length: Duration::from_millis(length),
        noticed: Duration::from_millis(chance.up_to(MOST_NOTICED_MS)),
        told: (chance.up_to(2) > 0).then(|| Duration::from_millis(chance.up_to(length))),
    }
}

fn pick<T: Copy>(chance: &mut Chance, first: T, others: &[T]) -> T {
    let n = chance.up_to(others.len() as u64) as usize;
    let other = n.checked_sub(1).and_then(|n| others.get(n));
    other.copied().unwrap_or(first)
}
