//! A company's fleet in virtual time: 20 profiles in 17 Regions, a tenth of all calls throttled, three Regions dead, two slow.

use std::{collections::HashSet, sync::atomic::AtomicBool};

use super::*;

const PROFILES: usize = 20;
const REGIONS: usize = 17;
const DEAD: [usize; 3] = [2, 7, 11];
const SLOW: [usize; 2] = [4, 13];
/// A connection that nobody answers, with the control plane's own tries.
const UNTIL_DEAD: Duration = Duration::from_secs(25);
const UNTIL_SLOW: Duration = Duration::from_secs(8);

fn pair_of(profile: usize, region: usize) -> Pair {
    Pair {
        profile: ProfileName::parse(&format!("acme-{profile:02}")).unwrap(),
        region: Region::parse(&format!("eu-west-{region}")).unwrap(),
    }
}

fn region_number(scope: &Scope) -> usize {
    scope.region.as_str().rsplit('-').next().unwrap().parse().unwrap()
}

fn pairs(regions: impl Fn(usize) -> bool) -> Vec<Pair> {
    let all = (0..PROFILES).flat_map(|profile| (0..REGIONS).map(move |region| (profile, region)));
    all.filter(|(_, region)| regions(*region))
        .map(|(profile, region)| pair_of(profile, region))
        .collect()
}

/// Every tenth call of a healthy Region is throttled; an answer takes 40 to 120 ms.
struct Company {
    control: Arc<Counted>,
    is_mended: Arc<AtomicBool>,
}

fn company() -> Company {
    let control = ScriptedControlPlane::default();
    let is_mended = Arc::new(AtomicBool::new(false));
    let asked = Arc::new(AtomicUsize::new(0));
    let (mended, counter) = (Arc::clone(&is_mended), Arc::clone(&asked));
    let meets = move |scope: &Scope| {
        if DEAD.contains(&region_number(scope)) && !mended.load(Ordering::SeqCst) {
            return Err(ControlError::Unreachable {
                endpoint: format!("{}.amazonaws.com", scope.region),
                detail: "no answer within 5 s".into(),
            });
        }
        if counter.fetch_add(1, Ordering::SeqCst) % 10 == 9 {
            return Err(throttled());
        }
        Ok(())
    };
    let also = meets.clone();
    control.instances.answers(move |call| {
        meets(&call.scope)?;
        let number = page_number(call.request.page.as_ref());
        Ok(Page {
            items: (0..10).map(|item| instance(number * 10 + item)).collect(),
            next: (number < 1).then(|| PageToken("1".into())),
        })
    });
    control.agents.answers(move |call| {
        also(&call.scope)?;
        let number = page_number(call.request.as_ref());
        Ok(Page {
            items: (0..5)
                .map(|item| agent(&format!("i-{:08}", number * 5 + item)))
                .collect(),
            next: (number < 3).then(|| PageToken((number + 1).to_string())),
        })
    });
    let (mended, calls) = (Arc::clone(&is_mended), Arc::new(AtomicUsize::new(0)));
    let takes = move |scope: &Scope| {
        let region = region_number(scope);
        if DEAD.contains(&region) && !mended.load(Ordering::SeqCst) {
            UNTIL_DEAD
        } else if SLOW.contains(&region) {
            UNTIL_SLOW
        } else {
            let calls = calls.fetch_add(1, Ordering::SeqCst);
            Duration::from_millis(40 + u64::try_from(calls * 37 % 81).unwrap())
        }
    };
    let also = takes.clone();
    control.instances.takes_by(move |call| takes(&call.scope));
    control.agents.takes_by(move |call| also(&call.scope));
    Company {
        control: Counted::of(control),
        is_mended,
    }
}

/// When each pair had all its nodes shown, and the reason of each that failed, as the events tell it.
async fn shown(
    company: &Company,
    pairs: &[Pair],
    inventory: &mut Inventory,
) -> (HashMap<Pair, Duration>, HashMap<Pair, ControlError>) {
    let plan = SyncPlan::new(pairs.iter().cloned(), true, inventory);
    let (sender, mut receiver) = mpsc::channel(64);
    let started = Instant::now();
    let task = tokio::spawn(sync(
        company.control.clone(),
        plan,
        CancellationToken::new(),
        sender,
    ));
    let (mut whole, mut failed) = (HashMap::new(), HashMap::new());
    while let Some(event) = receiver.recv().await {
        match event {
            SyncEvent::Progress { pair, arrived, .. } => drop(inventory.arrive(&pair, *arrived)),
            SyncEvent::Finished {
                pair,
                result: Ok(listing),
            } if listing.is_complete() => {
                inventory.apply(&pair, *listing, 1);
                whole.insert(pair, started.elapsed());
            }
            SyncEvent::Finished {
                pair,
                result: Ok(listing),
            } => {
                failed.insert(pair, listing.failures().next().unwrap().1.clone());
            }
            SyncEvent::Finished {
                pair,
                result: Err(error),
            } => drop(failed.insert(pair, error)),
            SyncEvent::Started { .. } | SyncEvent::Cancelled { .. } => {}
        }
    }
    task.await.unwrap();
    (whole, failed)
}

#[tokio::test(start_paused = true)]
async fn dead_and_slow_regions_keep_nobody_waiting_and_calls_stay_few() {
    let is_healthy = |region: usize| !DEAD.contains(&region) && !SLOW.contains(&region);
    let healthy: HashSet<Pair> = pairs(is_healthy).into_iter().collect();
    let alone = company();
    let (whole, failed) = shown(&alone, &pairs(is_healthy), &mut Inventory::default()).await;
    assert_eq!((whole.len(), failed.len()), (healthy.len(), 0));
    let slowest_alone = *whole.values().max().unwrap();

    let company = company();
    let mut inventory = Inventory::default();
    let (whole, failed) = shown(&company, &pairs(|_| true), &mut inventory).await;
    assert!(
        company.control.most_at_once() <= 16,
        "{}",
        company.control.most_at_once()
    );
    let slowest = whole
        .iter()
        .filter(|(pair, _)| healthy.contains(*pair))
        .map(|(_, after)| *after)
        .max()
        .unwrap();
    println!("the healthy ones are whole after {slowest:?}, without the others after {slowest_alone:?}");
    assert!(
        slowest <= slowest_alone * 2,
        "{slowest:?}, alone {slowest_alone:?}"
    );
    assert_eq!(
        whole.len(),
        (REGIONS - DEAD.len()) * PROFILES,
        "the slow ones come, too"
    );
    let dead: HashSet<Pair> = pairs(|region| DEAD.contains(&region)).into_iter().collect();
    assert_eq!(failed.keys().cloned().collect::<HashSet<_>>(), dead);
    for (pair, error) in &failed {
        let error = error.to_string();
        assert!(error.contains(pair.region.as_str()), "{pair}: {error}");
    }

    company.is_mended.store(true, Ordering::SeqCst);
    let again: Vec<Pair> = failed.into_keys().collect();
    let (recovered, failed) = shown(&company, &again, &mut inventory).await;
    assert_eq!((recovered.len(), failed.len()), (dead.len(), 0));
    assert_eq!(inventory.len(), 20 * PROFILES * REGIONS);
}
