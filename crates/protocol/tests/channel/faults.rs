//! A data channel against a faithful agent over a bad network, in virtual time: what is typed and what is printed arrive
//! once, whole and in order, whatever is lost, repeated, reordered, corrupted, delayed or cut.

mod agent;
mod chance;
mod simulation;

use proptest::prelude::*;

use self::simulation::{Cut, Faults, Outcome, Plan, Side, run};

fn calm() -> Faults {
    Faults {
        loss: 0.0,
        duplicates: 0.0,
        corrupt: 0.0,
        delay_ms: 20,
        jitter_ms: 0,
    }
}

fn plan(faults: Faults) -> Plan {
    Plan {
        seed: 1,
        faults,
        handshake: false,
        typed: 40_000,
        printed: 40_000,
        cuts: Vec::new(),
    }
}

fn faults() -> impl Strategy<Value = Faults> {
    let loss = prop_oneof![Just(0.0), Just(0.01), Just(0.05), Just(0.1), Just(0.2), Just(0.3)];
    let duplicates = prop_oneof![Just(0.0), Just(0.05), Just(0.3)];
    let corrupt = prop_oneof![Just(0.0), Just(0.01), Just(0.05)];
    let delay_ms = prop_oneof![Just(0_u64), Just(1), Just(50), Just(400)];
    let jitter_ms = prop_oneof![Just(0_u64), Just(4), Just(64), Just(300)];
    (loss, duplicates, corrupt, delay_ms, jitter_ms).prop_map(
        |(loss, duplicates, corrupt, delay_ms, jitter_ms)| Faults {
            loss,
            duplicates,
            corrupt,
            delay_ms,
            jitter_ms,
        },
    )
}

fn cut() -> impl Strategy<Value = Cut> {
    let side = prop_oneof![2 => Just(Side::Client), 1 => Just(Side::Agent)];
    let length_ms = prop_oneof![Just(1_u64), Just(100), Just(1_000), Just(30_000)];
    (side, 0_u64..5_000, length_ms, 0_u64..500).prop_map(|(side, after_ms, length_ms, noticed_ms)| Cut {
        side,
        after_ms,
        length_ms,
        noticed_ms: noticed_ms.min(length_ms),
    })
}

fn plans() -> impl Strategy<Value = Plan> {
    let amounts = (0_usize..60_000, 0_usize..60_000);
    (
        any::<u64>(),
        faults(),
        any::<bool>(),
        amounts,
        proptest::collection::vec(cut(), 0..4),
    )
        .prop_map(|(seed, faults, handshake, (typed, printed), cuts)| Plan {
            seed,
            faults,
            handshake,
            typed,
            printed,
            cuts,
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn nothing_is_lost_repeated_or_reordered_for_the_user(plan in plans()) {
        let Outcome { printed_arrived, typed_arrived, .. } = run(&plan);
        prop_assert!(printed_arrived, "what the agent printed must arrive whole");
        prop_assert!(typed_arrived, "what the user typed must arrive whole");
    }
}

#[test]
fn on_a_good_link_nothing_is_sent_twice() {
    let outcome = run(&plan(calm()));
    assert!(outcome.printed_arrived && outcome.typed_arrived);
    assert_eq!(outcome.frames_sent, outcome.messages_sent);
}

#[test]
fn a_slow_link_is_learned_and_then_nothing_is_sent_twice() {
    let outcome = run(&Plan {
        typed: 600_000,
        ..plan(Faults {
            delay_ms: 600,
            ..calm()
        })
    });
    assert!(outcome.typed_arrived);
    let repeats = outcome.frames_sent - outcome.messages_sent;
    // The first flight of 64 goes out three times before the first acknowledgement; what follows is not repeated.
    assert!(
        repeats <= 160,
        "{repeats} repeats of {} messages",
        outcome.messages_sent
    );
}

#[test]
fn heavy_loss_costs_at_most_three_times_the_frames() {
    for seed in 0..20 {
        let faults = Faults { loss: 0.3, ..calm() };
        let outcome = run(&Plan {
            seed,
            typed: 200_000,
            ..plan(faults)
        });
        assert!(outcome.printed_arrived && outcome.typed_arrived);
        assert!(
            outcome.frames_sent <= 3 * outcome.messages_sent,
            "seed {seed}: {}",
            outcome.frames_sent
        );
    }
}

#[test]
fn all_losses_of_a_flight_are_repaired_together() {
    let cut = Cut {
        side: Side::Agent,
        after_ms: 100,
        length_ms: 50,
        noticed_ms: 50,
    };
    let outcome = run(&Plan {
        typed: 60_000,
        printed: 0,
        cuts: vec![cut],
        ..plan(calm())
    });
    assert!(outcome.typed_arrived);
    assert!(
        outcome.took_ms < 1_500,
        "one message for each 100 ms would take 6 s, this took {}",
        outcome.took_ms
    );
}

#[test]
fn a_link_that_is_cut_again_and_again_still_gets_everything_through() {
    let cuts = (0..40).map(|n| Cut {
        side: Side::Client,
        after_ms: 50 + n % 7,
        length_ms: 80,
        noticed_ms: n % 50,
    });
    let outcome = run(&Plan {
        typed: 200_000,
        printed: 200_000,
        cuts: cuts.collect(),
        ..plan(calm())
    });
    assert!(outcome.printed_arrived && outcome.typed_arrived);
}
