//! Anything together, and what a link may cost on the way.

use std::time::Duration;

use postern_deep::{Campaign, Cut, CutPoint, Plan, Weather, Whose, converse, mixture};

fn campaign(seeds: u64) -> Campaign<()> {
    Campaign {
        title: "mixture",
        test: "--test mixture",
        cells: vec![("mixture".to_owned(), ())],
        seeds: 0..seeds,
    }
}

fn prove(campaign: &Campaign<()>) {
    let outcome = campaign.run(|(), seed| converse(&mixture(seed)));
    assert!(
        outcome.failures.is_empty(),
        "{} runs failed",
        outcome.failures.len()
    );
    assert!(!outcome.reports.is_empty());
}

#[test]
fn nothing_is_lost_repeated_or_reordered_in_a_thousand_mixtures() {
    prove(&campaign(1000));
}

#[test]
#[ignore = "long; part of npm run test:deep"]
fn nothing_is_lost_repeated_or_reordered_in_twenty_thousand_mixtures() {
    prove(&campaign(20_000).from_environment().unwrap());
}

fn cut(whose: Whose, frame: u64, length: u64, noticed: u64) -> Cut {
    let [length, noticed] = [length, noticed].map(Duration::from_millis);
    Cut {
        whose,
        point: CutPoint::Before(frame),
        length,
        noticed,
        told: Some(Duration::ZERO),
    }
}

#[test]
fn on_a_good_link_nothing_is_sent_twice() {
    let report = converse(&Plan::calm(1, 40_000)).unwrap();
    assert_eq!(report.frames, report.messages);
}

#[test]
fn a_slow_link_is_learned_and_then_nothing_is_sent_twice() {
    let report = converse(&Plan {
        weather: Weather {
            round_trip: Duration::from_millis(1200),
            ..Weather::calm()
        },
        down: 100,
        ..Plan::calm(1, 600_000)
    })
    .unwrap();
    let repeats = report.frames - report.messages;
    // The first flight of 64 goes out three times before the first acknowledgement; what follows is not repeated.
    assert!(
        repeats <= 160,
        "{repeats} repeats of {} messages",
        report.messages
    );
}

#[test]
fn all_losses_of_a_flight_are_repaired_together() {
    let report = converse(&Plan {
        down: 100,
        cuts: vec![cut(Whose::Agents, 12, 50, 0)],
        ..Plan::calm(1, 60_000)
    })
    .unwrap();
    assert_eq!(report.cuts, 1);
    assert!(
        report.took < Duration::from_millis(1_500),
        "one message for each 100 ms would take 6 s, this took {:?}",
        report.took
    );
}

#[test]
fn a_link_that_is_cut_again_and_again_still_gets_everything_through() {
    let whose = [Whose::Ours, Whose::Agents];
    let cuts: Vec<_> = (0..40)
        .map(|n| cut(whose[n as usize % 2], 3 + n % 7, 80, n % 50))
        .collect();
    let report = converse(&Plan {
        cuts: cuts.clone(),
        ..Plan::calm(1, 200_000)
    })
    .unwrap();
    assert_eq!(report.cuts, cuts.len());
}
