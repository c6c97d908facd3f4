//! Credentials that lapse while sessions are open: they are held, somebody is asked once, and all of them come back.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use postern_app::contract::{AppEvent, ConnectRequest, SessionStateView};
use postern_scripted::ScriptedControlPlane;
use tokio::time::timeout;

use crate::{
    gateway::Gateway,
    scripted::{DEV, FRANKFURT, NODE, PROD, Running, expired, scripted},
};

/// The clock of these tests runs; nothing here takes long unless it hangs.
const HANGS: Duration = Duration::from_secs(60);
/// What the window is asked for when sessions of the profile wait.
const QUESTION: &str = "profile acme-prod";

fn to_node(profile: &str) -> ConnectRequest {
    ConnectRequest::Typed {
        target: NODE.into(),
        profile: Some(profile.into()),
        region: Some(FRANKFURT.into()),
        document: None,
        parameters: Vec::new(),
        reason: None,
        encryption: None,
    }
}

/// While it is set, ResumeSession says that the sign-in has expired.
fn lapse_of(aws: &ScriptedControlPlane) -> Arc<AtomicBool> {
    let lapsed = Arc::new(AtomicBool::new(false));
    let own = Arc::clone(&lapsed);
    aws.resume_session
        .may_answer(move |_| own.load(Ordering::SeqCst).then(|| Err(expired())));
    lapsed
}

/// What the page heard of sign-ins and tabs since it last looked.
#[derive(Default)]
struct Heard {
    prompts: usize,
    wanted: u32,
    settled: usize,
    lost: Vec<SessionStateView>,
}

impl Heard {
    fn hear(&mut self, event: &AppEvent) {
        match event {
            AppEvent::LoginWanted { login } => {
                assert_eq!((login.id.as_str(), login.sign_in.as_deref()), (QUESTION, None));
                assert_eq!(login.profiles, [PROD]);
                assert_eq!(login.error.code, "credentials-expired");
                assert!(!login.error.next_step.is_empty());
                self.prompts += usize::from(self.wanted == 0);
                self.wanted = login.sessions;
            }
            AppEvent::LoginSettled { id } => {
                assert_eq!(id, QUESTION);
                self.settled += 1;
                self.wanted = 0;
            }
            AppEvent::TabChanged { tab }
                if matches!(
                    tab.state,
                    SessionStateView::Ended { .. } | SessionStateView::Failed { .. }
                ) =>
            {
                self.lost.push(tab.state.clone());
            }
            _ => {}
        }
    }

    async fn until(&mut self, running: &mut Running, what: &str, done: impl Fn(&Self) -> bool) {
        let hearing = async {
            while !done(self) {
                self.hear(&running.events.recv().await.unwrap());
            }
        };
        timeout(HANGS, hearing).await.expect(what);
    }
}

async fn until_waiting_for_the_agent(running: &mut Running, tabs: usize) {
    let waiting = |running: &[postern_app::contract::TabView]| {
        let waits = |tab: &&postern_app::contract::TabView| matches!(&tab.state, SessionStateView::Connecting { step, .. } if step.contains("agent"));
        running.iter().filter(waits).count()
    };
    let all = async {
        while waiting(&running.app.bootstrap().await.unwrap().tabs) < tabs {
            running.events.recv().await.unwrap();
        }
    };
    timeout(HANGS, all).await.expect("the sessions come back");
}

/// The same sequence of numbers in each run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_expiries_ask_once_for_each_lapse_and_lose_no_session() {
    const SESSIONS: usize = 5;
    const LAPSES: usize = 20;
    let aws = scripted(&[PROD]);
    let gateway = Gateway::of(&aws).await;
    let lapsed = lapse_of(&aws);
    let mut running = Running::on(&aws).await;
    let mut dice = Dice(7);
    let mut tabs = Vec::new();
    for _ in 0..SESSIONS {
        tabs.push(running.app.connect(to_node(PROD), 80, 24).await.unwrap().id);
    }
    until_waiting_for_the_agent(&mut running, SESSIONS).await;
    let mut heard = Heard::default();
    for lapse in 1..=LAPSES {
        lapsed.store(true, Ordering::SeqCst);
        for _ in 0..SESSIONS {
            tokio::time::sleep(Duration::from_millis(dice.below(20))).await; // The hour at which AWS closes a link.
            assert!(gateway.cut(usize::try_from(dice.below(100)).unwrap()));
        }
        heard
            .until(&mut running, "all wait for a sign-in", |heard| heard.wanted == 5)
            .await;
        assert_eq!((heard.prompts, heard.settled), (lapse, lapse - 1), "one prompt");
        lapsed.store(false, Ordering::SeqCst);
        // Half of the users say that they have signed in; for the others one session finds out.
        if lapse % 2 == 0 {
            running.app.world().await.answer_login(QUESTION);
        } else {
            let chosen = usize::try_from(dice.below(5)).unwrap();
            running.app.tabs().get(tabs[chosen]).unwrap().retry_resume();
        }
        heard
            .until(&mut running, "nobody waits any more", |heard| {
                heard.settled == lapse
            })
            .await;
        until_waiting_for_the_agent(&mut running, SESSIONS).await;
    }
    assert_eq!((heard.prompts, heard.lost.len()), (LAPSES, 0), "{:?}", heard.lost);
    assert_eq!(aws.start_session.count(), SESSIONS, "none was opened anew");
    running.app.shut_down().await;
    assert_eq!(aws.terminate_session.count(), SESSIONS);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tab_that_is_closed_while_it_waits_for_a_sign_in_ends_its_session_and_the_question() {
    let aws = scripted(&[PROD, DEV]);
    let gateway = Gateway::of(&aws).await;
    let lapsed = lapse_of(&aws);
    let mut running = Running::on(&aws).await;
    let tab = running.app.connect(to_node(PROD), 80, 24).await.unwrap().id;
    until_waiting_for_the_agent(&mut running, 1).await;
    lapsed.store(true, Ordering::SeqCst);
    assert!(gateway.cut(0));
    let mut heard = Heard::default();
    heard
        .until(&mut running, "it waits", |heard| heard.wanted == 1)
        .await;
    let state = running.app.bootstrap().await.unwrap().tabs[0].state.clone();
    let SessionStateView::Resuming {
        waits_for_login: true,
        next_try_at_ms: Some(_),
        ..
    } = state
    else {
        panic!("{state:?}")
    };
    running.app.tabs().close(tab).unwrap();
    heard
        .until(&mut running, "it is settled", |heard| heard.settled == 1)
        .await;
    running.app.shut_down().await;
    assert_eq!(aws.terminate_session.count(), 1);
    assert!(heard.lost.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reconnect_while_it_waits_for_a_sign_in_ends_the_question_of_the_session_that_was_left() {
    let aws = scripted(&[PROD]);
    let gateway = Gateway::of(&aws).await;
    let lapsed = lapse_of(&aws);
    let mut running = Running::on(&aws).await;
    let tab = running.app.connect(to_node(PROD), 80, 24).await.unwrap().id;
    until_waiting_for_the_agent(&mut running, 1).await;
    lapsed.store(true, Ordering::SeqCst);
    assert!(gateway.cut(0));
    let mut heard = Heard::default();
    heard
        .until(&mut running, "it waits", |heard| heard.wanted == 1)
        .await;
    running.app.reconnect_tab(tab, 80, 24).await.unwrap();
    heard
        .until(&mut running, "it is settled", |heard| heard.settled == 1)
        .await;
    until_waiting_for_the_agent(&mut running, 1).await;
    running.app.shut_down().await;
    assert_eq!(aws.terminate_session.count(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_is_back_is_used_at_once_by_the_sessions_that_are_away() {
    let aws = scripted(&[PROD]);
    let gateway = Gateway::of(&aws).await;
    let lapsed = lapse_of(&aws);
    let mut running = Running::on(&aws).await;
    running.app.connect(to_node(PROD), 80, 24).await.unwrap();
    until_waiting_for_the_agent(&mut running, 1).await;
    lapsed.store(true, Ordering::SeqCst);
    assert!(gateway.cut(0));
    let mut heard = Heard::default();
    heard
        .until(&mut running, "it waits", |heard| heard.wanted == 1)
        .await;
    lapsed.store(false, Ordering::SeqCst);
    let before = std::time::Instant::now();
    running.app.sessions().retry_lost();
    until_waiting_for_the_agent(&mut running, 1).await;
    assert!(
        before.elapsed() < Duration::from_secs(15),
        "the next try of its own is later"
    );
}
