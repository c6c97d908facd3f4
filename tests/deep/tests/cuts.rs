//! Links cut in every phase: nothing is lost, nothing comes twice, and the session goes on at once.

use std::time::Duration;

use postern_deep::{Campaign, Cut, CutCell, CutPoint, Plan, Whose, converse};

fn prove(campaign: &Campaign<CutCell>) {
    let outcome = campaign.run(|cell, seed| {
        let plan = cell.plan(seed);
        cell.judge(&plan, converse(&plan)?)
    });
    assert!(
        outcome.failures.is_empty(),
        "{} runs failed",
        outcome.failures.len()
    );
    assert!(!outcome.reports.is_empty());
}

fn campaign(seeds: u64) -> Campaign<CutCell> {
    Campaign {
        title: "link cuts",
        test: "--test cuts",
        cells: CutCell::all()
            .into_iter()
            .map(|cell| (cell.name(), cell))
            .collect(),
        seeds: 0..seeds,
    }
}

#[test]
fn a_few_cuts_of_each_length_and_phase_lose_nothing() {
    prove(&campaign(2));
}

#[test]
#[ignore = "long; part of npm run test:deep"]
fn a_hundred_cuts_of_each_length_and_phase_lose_nothing() {
    prove(&campaign(100).from_environment().unwrap());
}

/// The agent repairs one message per look, each 100 ms: what went into a dead link for a second takes minutes.
#[test]
fn a_backlog_of_a_megabyte_behind_a_gap_arrives_whole() {
    let unnoticed = Cut {
        whose: Whose::Ours,
        point: CutPoint::Before(0),
        length: Duration::from_millis(1200),
        noticed: Duration::from_millis(1200),
        told: None,
    };
    let plan = Plan {
        up: 0,
        cuts: vec![unnoticed],
        ..Plan::calm(1, 1_000_000)
    };
    let report = converse(&plan).unwrap();
    assert!(report.took > Duration::from_secs(60), "{report:?}");
}
