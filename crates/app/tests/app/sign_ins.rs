//! Signing in to IAM Identity Center: one question for each sign-in, and everything that waited goes on by itself.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::{Duration, SystemTime},
};

use postern_app::contract::{
    AppEvent, ConnectRequest, LoginView, PairView, SessionStateView, SignInStateView, SyncPhase,
};
use postern_model::{ControlError, DeviceCode, ProfileName, Region, SignIn, SignInKey, SignInState};
use postern_scripted::ScriptedControlPlane;

use crate::scripted::{FRANKFURT, NODE, Running, draft, instance, only_page, scripted};

const ACME: &str = "acme-sso";
const EDGE: &str = "edge-sso";

/// Who is signed in, as the files of the AWS CLI's cache would say.
#[derive(Clone, Default)]
struct Cache(Arc<Mutex<BTreeMap<String, SystemTime>>>);

impl Cache {
    fn signs_in(&self, key: &str) {
        let until = SystemTime::now() + Duration::from_secs(8 * 3600);
        self.0.lock().unwrap().insert(key.to_owned(), until);
    }

    fn ends(&self, key: &str) {
        self.0.lock().unwrap().remove(key);
    }

    fn state(&self, key: &str) -> SignInState {
        let until = self.0.lock().unwrap().get(key).copied();
        until.map_or(SignInState::SignedOut, |until| SignInState::SignedIn {
            until,
            renewable: true,
        })
    }

    fn holds(&self, key: &str) -> bool {
        self.0.lock().unwrap().contains_key(key)
    }
}

fn key(key: &str) -> SignInKey {
    SignInKey::parse(key).unwrap()
}

/// `acme-1` is of acme-sso, `edge-2` of edge-sso.
fn center_of(profile: &str) -> &'static str {
    if profile.starts_with("edge") { EDGE } else { ACME }
}

fn needed(profile: &str) -> ControlError {
    ControlError::SignInNeeded {
        who: profile.into(),
        sign_in: key(center_of(profile)),
        detail: "the token has expired".into(),
    }
}

fn sign_in(name: &str, cache: &Cache) -> SignIn {
    SignIn {
        key: key(name),
        start_url: format!("https://{name}.awsapps.com/start"),
        region: Region::parse(FRANKFURT).unwrap(),
        legacy: false,
        profiles: Vec::new(),
        state: cache.state(name),
    }
}

/// An AWS whose profiles come from two sign-ins. A person confirms each code at once.
fn with_centers(profiles: &[&str]) -> (Arc<ScriptedControlPlane>, Cache) {
    let (aws, cache) = (scripted(profiles), Cache::default());
    let known = cache.clone();
    aws.sign_ins
        .answers(move |()| Ok(vec![sign_in(ACME, &known), sign_in(EDGE, &known)]));
    aws.sign_in_of
        .answers(|profile| Ok(profile.as_ref().map(|profile| key(center_of(profile.as_str())))));
    aws.start_sign_in.answers(|_| Ok(device_code()));
    let confirmed = cache.clone();
    aws.finish_sign_in.answers(move |key| {
        confirmed.signs_in(key.as_str());
        Ok(sign_in(key.as_str(), &confirmed))
    });
    let (listed, started) = (cache.clone(), cache.clone());
    aws.instances.answers(move |asked| {
        let profile = asked.scope.profile.as_ref().map_or("", ProfileName::as_str);
        if listed.holds(center_of(profile)) {
            Ok(only_page(vec![instance(NODE, profile)]))
        } else {
            Err(needed(profile))
        }
    });
    aws.start_session.may_answer(move |asked| {
        let profile = asked.scope.profile.as_ref().map_or("", ProfileName::as_str);
        (!started.holds(center_of(profile))).then(|| Err(needed(profile)))
    });
    (aws, cache)
}

fn device_code() -> DeviceCode {
    DeviceCode {
        user_code: "ABCD-EFGH".into(),
        verification_url: "https://device.sso.eu-central-1.amazonaws.com/".into(),
        complete_url: "https://device.sso.eu-central-1.amazonaws.com/?user_code=ABCD-EFGH".into(),
        expires_at: SystemTime::now() + Duration::from_secs(600),
        lifetime: Duration::from_secs(600),
        interval: Duration::from_secs(5),
        secret: "secret".to_owned().into(),
    }
}

/// What the page heard.
#[derive(Default)]
struct Heard {
    open: BTreeMap<String, LoginView>,
    questions: usize,
    finished: Vec<(String, Option<String>)>,
    done: BTreeMap<String, SyncPhase>,
    lost: Vec<SessionStateView>,
}

impl Heard {
    fn hear(&mut self, event: &AppEvent) {
        match event {
            AppEvent::LoginWanted { login } => {
                self.questions += usize::from(self.open.insert(login.id.clone(), login.clone()).is_none());
            }
            AppEvent::LoginSettled { id } => {
                self.open.remove(id);
            }
            AppEvent::SignInFinished { key, error } => {
                let code = error.as_ref().map(|error| error.code.clone());
                self.finished.push((key.clone(), code));
            }
            AppEvent::PairsChanged { pairs, .. } => {
                let phase = |pair: &PairView| (pair.profile.clone(), pair.sync.phase);
                self.done.extend(pairs.iter().map(phase));
            }
            AppEvent::TabChanged { tab } => {
                if matches!(tab.state, SessionStateView::Ended { .. }) {
                    self.lost.push(tab.state.clone());
                }
            }
            _ => {}
        }
    }

    async fn until(&mut self, running: &mut Running, done: impl Fn(&Self) -> bool) {
        running
            .until(|event| {
                self.hear(event);
                done(self).then_some(())
            })
            .await;
    }

    fn waiting(&self) -> (u32, u32) {
        let open = self.open.values();
        open.fold((0, 0), |(sessions, pairs), login| {
            (sessions + login.sessions, pairs + login.pairs)
        })
    }

    fn synced(&self) -> usize {
        self.done
            .values()
            .filter(|phase| **phase == SyncPhase::Done)
            .count()
    }
}

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

/// Twenty profiles of each sign-in.
fn forty_profiles() -> Vec<String> {
    let of = |center: &'static str| (1..=20).map(move |number| format!("{center}-{number}"));
    of("acme").chain(of("edge")).collect()
}

#[tokio::test(start_paused = true)]
async fn forty_expired_profiles_over_two_sign_ins_are_two_questions_and_everything_goes_on_by_itself() {
    let profiles = forty_profiles();
    let names: Vec<&str> = profiles.iter().map(String::as_str).collect();
    let (aws, _) = with_centers(&names);
    let mut running = Running::on(&aws).await;
    running
        .change_settings(|settings| settings.sync_enabled = true)
        .await;
    let drafts: Vec<_> = names.iter().map(|name| draft(name, FRANKFURT)).collect();
    running.app.world().await.pairs().add_all(&drafts).await.unwrap();
    for name in ["acme-1", "acme-1", "acme-2", "edge-1"] {
        running.app.connect(to_node(name), 80, 24).await.unwrap();
    }
    let mut heard = Heard::default();
    heard
        .until(&mut running, |heard| heard.waiting() == (4, 40))
        .await;
    assert_eq!(
        (heard.questions, heard.synced()),
        (2, 0),
        "{:?}",
        heard.open.keys()
    );
    let acme = &heard.open["sign-in acme-sso"];
    assert_eq!((acme.sessions, acme.pairs, acme.profiles.len()), (3, 20, 20));
    let started = aws.start_session.count();
    for center in [ACME, EDGE] {
        let code = running.app.signing_in().await.start(center).await.unwrap();
        assert_eq!(code.user_code, "ABCD-EFGH");
    }
    heard
        .until(&mut running, |heard| {
            heard.open.is_empty() && heard.synced() == 40
        })
        .await;
    assert_eq!(heard.finished, [(ACME.to_owned(), None), (EDGE.to_owned(), None)]);
    assert_eq!(
        (heard.questions, heard.lost.len()),
        (2, 0),
        "nobody is asked again"
    );
    assert_eq!(
        aws.start_session.count() - started,
        4,
        "each session is asked for once more"
    );
    assert_eq!((aws.start_sign_in.count(), aws.finish_sign_in.count()), (2, 2));
    running.app.shut_down().await;
}

#[tokio::test(start_paused = true)]
async fn a_sign_in_of_another_program_is_found_and_what_waits_goes_on() {
    let (aws, cache) = with_centers(&["acme-1"]);
    let mut running = Running::on(&aws).await;
    let pair = running.sync_with("acme-1", FRANKFURT).await;
    let mut heard = Heard::default();
    heard.until(&mut running, |heard| heard.waiting() == (0, 1)).await;
    cache.signs_in(ACME);
    heard.until(&mut running, |heard| heard.open.is_empty()).await;
    let known = running.app.bootstrap().await.unwrap();
    assert!(matches!(
        known.sign_ins.sign_ins[0].state,
        SignInStateView::SignedIn { renewable: true, .. }
    ));
    assert_eq!(
        known
            .pairs
            .iter()
            .find(|view| view.id == pair)
            .unwrap()
            .sync
            .phase,
        SyncPhase::Done
    );
    cache.ends(ACME);
    running
        .until(|event| match event {
            AppEvent::SignInsChanged { sign_ins } => {
                matches!(sign_ins.sign_ins[0].state, SignInStateView::SignedOut).then_some(())
            }
            _ => None,
        })
        .await;
    running.app.shut_down().await;
}

#[tokio::test(start_paused = true)]
async fn a_code_is_asked_for_once_survives_a_reload_and_is_given_up_by_its_user() {
    let (aws, cache) = with_centers(&["acme-1"]);
    aws.finish_sign_in.hold();
    let running = Running::on(&aws).await;
    let signing_in = running.app.signing_in().await;
    let (first, second) = tokio::join!(signing_in.start(ACME), signing_in.start(ACME));
    assert_eq!(first.unwrap(), second.unwrap(), "two clicks are one code");
    assert_eq!(aws.start_sign_in.count(), 1);
    assert_eq!(
        running.app.bootstrap().await.unwrap().codes[0].user_code,
        "ABCD-EFGH"
    );
    signing_in.cancel(ACME).unwrap();
    assert!(running.app.bootstrap().await.unwrap().codes.is_empty());
    aws.finish_sign_in.release();
    signing_in.start(ACME).await.unwrap();
    assert_eq!(aws.start_sign_in.count(), 2, "the next one is new");
    assert_eq!(signing_in.start("").await.unwrap_err().code, "bad-sign-in");
    let _ = cache;
    running.app.shut_down().await;
}

#[tokio::test(start_paused = true)]
async fn a_sign_in_that_is_refused_says_why_and_what_waits_still_waits() {
    let (aws, _) = with_centers(&["acme-1"]);
    aws.finish_sign_in.answers(|key| {
        Err(ControlError::SignInFailed {
            sign_in: key.clone(),
            reason: "it was denied in the browser".into(),
        })
    });
    let mut running = Running::on(&aws).await;
    running.sync_with("acme-1", FRANKFURT).await;
    let mut heard = Heard::default();
    heard.until(&mut running, |heard| heard.waiting() == (0, 1)).await;
    running.app.signing_in().await.start(ACME).await.unwrap();
    heard
        .until(&mut running, |heard| !heard.finished.is_empty())
        .await;
    assert_eq!(
        heard.finished,
        [(ACME.to_owned(), Some("sign-in-failed".to_owned()))]
    );
    assert_eq!((heard.waiting(), heard.questions), ((0, 1), 1));
    let known = running.app.bootstrap().await.unwrap();
    assert!(known.codes.is_empty());
    assert_eq!(
        known.logins.len(),
        1,
        "a page that is loaded anew knows the question"
    );
    running.app.shut_down().await;
}

#[tokio::test(start_paused = true)]
async fn a_sign_in_that_cannot_be_kept_says_so_and_serves_what_waits() {
    let (aws, cache) = with_centers(&["acme-1"]);
    aws.finish_sign_in.answers(move |key| {
        cache.signs_in(key.as_str());
        Err(ControlError::SignInNotKept {
            sign_in: key.clone(),
            detail: "~/.aws/sso/cache: Permission denied".into(),
        })
    });
    let mut running = Running::on(&aws).await;
    running.sync_with("acme-1", FRANKFURT).await;
    let mut heard = Heard::default();
    heard.until(&mut running, |heard| heard.waiting() == (0, 1)).await;
    running.app.signing_in().await.start(ACME).await.unwrap();
    heard
        .until(&mut running, |heard| {
            !heard.finished.is_empty() && heard.open.is_empty() && heard.synced() == 1
        })
        .await;
    assert_eq!(
        heard.finished,
        [(ACME.to_owned(), Some("sign-in-not-kept".to_owned()))]
    );
    running.app.shut_down().await;
}

#[tokio::test(start_paused = true)]
async fn a_tab_that_is_closed_while_it_waits_for_a_sign_in_waits_no_more() {
    let (aws, _) = with_centers(&["acme-1"]);
    let mut running = Running::on(&aws).await;
    let tab = running.app.connect(to_node("acme-1"), 80, 24).await.unwrap().id;
    let mut heard = Heard::default();
    heard.until(&mut running, |heard| heard.waiting() == (1, 0)).await;
    let state = running.app.bootstrap().await.unwrap().tabs[0].state.clone();
    let SessionStateView::Connecting {
        step,
        waits_for_login: true,
        ..
    } = state
    else {
        panic!("{state:?}")
    };
    assert_eq!(step, "Waiting for a sign-in to acme-sso");
    running.app.tabs().close(tab).unwrap();
    heard.until(&mut running, |heard| heard.open.is_empty()).await;
    running.app.shut_down().await;
    assert_eq!(aws.terminate_session.count(), 0, "AWS granted none");
}

#[tokio::test(start_paused = true)]
async fn accounts_and_roles_come_by_their_names() {
    let (aws, cache) = with_centers(&[]);
    cache.signs_in(ACME);
    let account = |id: &str, name: &str| postern_model::CenterAccount {
        id: id.into(),
        name: name.into(),
        email: None,
    };
    aws.accounts.answers(move |_| {
        Ok(vec![
            account("222222222222", "payments"),
            account("111111111111", "Audit"),
        ])
    });
    aws.account_roles
        .answers(|_| Ok(vec!["ReadOnly".into(), "admin".into()]));
    let running = Running::on(&aws).await;
    let signing_in = running.app.signing_in().await;
    let names: Vec<_> = signing_in
        .accounts(ACME)
        .await
        .unwrap()
        .into_iter()
        .map(|account| account.name)
        .collect();
    assert_eq!(names, ["Audit", "payments"]);
    assert_eq!(
        signing_in.roles(ACME, "111111111111").await.unwrap(),
        ["admin", "ReadOnly"]
    );
    running.app.shut_down().await;
}
