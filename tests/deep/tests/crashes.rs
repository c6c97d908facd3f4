//! Our process ends at any moment and another one goes on: every byte still arrives once and in order, both ways.

use postern_deep::{Campaign, CrashCell, Journal, Outcome, Plan, Report, converse};

fn campaign(seeds: u64) -> Campaign<CrashCell> {
    Campaign {
        title: "crashes",
        test: "--test crashes",
        cells: CrashCell::all()
            .into_iter()
            .map(|cell| (cell.name(), cell))
            .collect(),
        seeds: 0..seeds,
    }
}

fn play(cell: &CrashCell, plan: &Plan) -> Result<Report, String> {
    cell.judge(converse(plan)?)
}

fn prove(campaign: &Campaign<CrashCell>) {
    let outcome = campaign.run(|cell, seed| play(cell, &cell.plan(seed)));
    assert!(
        outcome.failures.is_empty(),
        "{} runs failed",
        outcome.failures.len()
    );
    let crashes = crashes(&outcome);
    assert!(
        crashes > 2 * outcome.reports.len(),
        "{crashes} crashes in {} runs",
        outcome.reports.len()
    );
}

fn crashes(outcome: &Outcome) -> usize {
    outcome.reports.iter().map(|(_, report)| report.crashes).sum()
}

/// Each cell once, for every day.
#[test]
fn no_byte_is_lost_or_doubled_by_crashes_of_our_process() {
    prove(&campaign(1));
}

#[test]
#[ignore = "long; part of npm run test:deep"]
fn no_byte_is_lost_or_doubled_by_crashes_in_the_whole_matrix() {
    prove(&campaign(50).from_environment().unwrap());
}

/// The proof bites: with the order that must not be, each kind of session loses bytes, or a number gets a second content.
#[test]
fn a_snapshot_that_is_called_written_too_early_loses_bytes() {
    let outcome = campaign(3).run(|cell, seed| {
        let journal = Journal::TooEarly;
        let plan = Plan {
            journal,
            ..cell.plan(seed)
        };
        play(cell, &plan)
    });
    for words in [
        "crash-shell",
        "crash-encrypted",
        "crash-separate",
        "two contents",
        "bytes have come",
    ] {
        let has = outcome.failures.iter().any(|failure| failure.contains(words));
        assert!(has, "{words} is in no failure of {:?}", outcome.failures);
    }
}
