//! CallTurns in virtual time.

use proptest::prelude::*;
use tokio::time::{sleep, timeout};

use super::*;

/// Rank, Region, how long it works in ms, and after how long it stops waiting.
type Caller = (usize, usize, u64, Option<u64>);

fn pair(profile: usize, region: usize) -> Pair {
    Pair {
        profile: ProfileName::parse(&format!("acme-{profile}")).unwrap(),
        region: Region::parse(&format!("eu-west-{region}")).unwrap(),
    }
}

async fn take(turns: &Arc<CallTurns>, rank: usize, pair: &Pair) -> Turn {
    CallTurns::take(turns, rank, pair, Road::Region(pair.region.clone())).await
}

/// Runs them on `turns` turns; answers who worked in the order of their beginnings, and the most at once.
async fn work(turns: usize, callers: Vec<Caller>) -> (Vec<usize>, usize) {
    let all = Arc::new(CallTurns::new(turns));
    let seen = Arc::new(Mutex::new((Vec::new(), 0_usize, 0_usize)));
    let mut tasks = tokio::task::JoinSet::new();
    for (number, (rank, road, works, patience)) in callers.into_iter().enumerate() {
        let (all, seen) = (Arc::clone(&all), Arc::clone(&seen));
        tasks.spawn(async move {
            let patience = Duration::from_millis(patience.unwrap_or(1 << 30));
            let Ok(turn) = timeout(patience, take(&all, rank, &pair(number, road))).await else {
                return;
            };
            {
                let mut seen = seen.lock().unwrap();
                seen.0.push(number);
                seen.1 += 1;
                seen.2 = seen.2.max(seen.1);
            }
            sleep(Duration::from_millis(works)).await;
            seen.lock().unwrap().1 -= 1;
            turn.done(true);
        });
    }
    tasks.join_all().await;
    {
        let state = all.state();
        assert_eq!((state.free, state.unproven), (turns, 0), "every turn came back");
        assert!(state.waiting.is_empty());
        assert!(state.roads.values().all(|traffic| traffic.under_way == 0));
    }
    let (order, _, most) = seen.lock().unwrap().clone();
    (order, most)
}

#[tokio::test(start_paused = true)]
async fn a_low_rank_goes_first_and_equals_in_the_order_of_their_arrival() {
    let callers = [0, 5, 3, 5, 1].map(|rank| (rank, 1, 10, None));
    assert_eq!(work(1, callers.into()).await, (vec![0, 4, 2, 1, 3], 1));
}

#[tokio::test(start_paused = true)]
async fn who_stops_waiting_holds_nobody_up() {
    let started = Instant::now();
    let callers = vec![(0, 1, 100, None), (1, 1, 100, Some(20)), (2, 1, 10, None)];
    assert_eq!(work(1, callers).await.0, [0, 2]);
    assert_eq!(started.elapsed(), Duration::from_millis(110));
}

#[tokio::test(start_paused = true)]
async fn a_region_that_does_not_answer_holds_few_turns_while_others_wait() {
    let dead = (0..20).map(|_| (0, 1, 60_000, None));
    let healthy = (0..100).map(|_| (1, 2, 100, Some(4_000)));
    let (order, most) = work(16, dead.chain(healthy).collect()).await;
    assert!(
        most <= 12,
        "{most}: a quarter is left for pairs that were answered"
    );
    assert_eq!(order.len(), 120, "no healthy call waited for long");
}

#[tokio::test(start_paused = true)]
async fn a_region_alone_is_not_held_back() {
    let started = Instant::now();
    let slow = (0..32).map(|_| (0, 1, 10_000, None)).collect();
    assert_eq!(work(16, slow).await.1, 8);
    assert_eq!(started.elapsed(), Duration::from_secs(40));
    let brisk = (0..32).map(|_| (0, 1, 100, None)).collect();
    assert_eq!(work(16, brisk).await.1, 12);
}

#[tokio::test(start_paused = true)]
async fn a_pair_that_was_answered_goes_before_all_that_were_not() {
    let turns = Arc::new(CallTurns::new(16));
    take(&turns, 9, &pair(99, 1)).await.done(true);
    for profile in 0..40 {
        let turns = Arc::clone(&turns);
        tokio::spawn(async move {
            let _turn = take(&turns, 0, &pair(profile, 1)).await;
            sleep(Duration::from_secs(600)).await;
        });
    }
    sleep(Duration::from_secs(1)).await;
    let started = Instant::now();
    for _ in 0..100 {
        take(&turns, 9, &pair(99, 1)).await.done(true);
    }
    assert_eq!(started.elapsed(), Duration::ZERO);
}

proptest! {
    #[test]
    fn never_more_than_there_are_turns_and_none_is_lost(
        turns in 1..5_usize,
        callers in prop::collection::vec((0..6_usize, 1..4_usize, 0..5_000_u64, prop::option::of(0..9_000_u64)), 0..40),
    ) {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_time().start_paused(true).build().unwrap();
        let patient = callers.iter().filter(|caller| caller.3.is_none()).count();
        let (order, most) = runtime.block_on(work(turns, callers));
        prop_assert!(most <= turns);
        prop_assert!(order.len() >= patient);
    }
}
