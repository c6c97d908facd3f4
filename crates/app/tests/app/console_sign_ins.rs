//! Sign-ins of `aws login` in the window: one question for all that takes its credentials from one, and everything that
//! waited goes on by itself.

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use postern_app::contract::{AppEvent, ConnectRequest, SessionStateView, SyncPhase};
use postern_model::{ControlError, ProfileName};
use postern_scripted::ScriptedControlPlane;

use crate::scripted::{FRANKFURT, NODE, Running, draft, instance, only_page, scripted};

const CONSOLE: &str = "acme-login";
const ROLE: &str = "acme-role";
/// As long as real ones.
const ADDRESS: &str = "https://eu-central-1.signin.aws.amazon.com/v1/authorize?response_type=code\
    &client_id=arn%3Aaws%3Asignin%3A%3A%3Adevtools%2Fsame-device&state=dLgOQ-rPXexBhiZ9z7TjAQ\
    &code_challenge_method=SHA-256&scope=openid&redirect_uri=http%3A%2F%2F127.0.0.1%3A46395%2Foauth%2Fcallback\
    &code_challenge=36db1d138ff460920374e4c3d8e01f53f9f73537e89c88d639f68393df0e2726";

fn needed(profile: &str) -> ControlError {
    ControlError::ConsoleSignInNeeded {
        who: profile.into(),
        profile: CONSOLE.into(),
        detail: "nobody is signed in on this computer".into(),
    }
}

/// An AWS whose profiles take their credentials from the console's sign-in of [`CONSOLE`]; a person signs in at once.
fn with_console() -> Arc<ScriptedControlPlane> {
    let aws = scripted(&[CONSOLE, ROLE]);
    let signed_in = Arc::new(AtomicBool::new(false));
    aws.console_profile
        .answers(|_| Ok(Some(ProfileName::parse(CONSOLE).unwrap())));
    aws.console_address.answers(|_| Ok(ADDRESS.into()));
    let (signs_in, listed, started) = (Arc::clone(&signed_in), Arc::clone(&signed_in), signed_in);
    aws.console_sign_in.answers(move |_| {
        signs_in.store(true, Ordering::SeqCst);
        Ok(())
    });
    aws.instances.answers(move |asked| {
        let profile = asked.scope.profile.as_ref().map_or("", ProfileName::as_str);
        if listed.load(Ordering::SeqCst) {
            Ok(only_page(vec![instance(NODE, profile)]))
        } else {
            Err(needed(profile))
        }
    });
    aws.start_session.may_answer(move |asked| {
        let profile = asked.scope.profile.as_ref().map_or("", ProfileName::as_str);
        (!started.load(Ordering::SeqCst)).then(|| Err(needed(profile)))
    });
    aws
}

fn to_node() -> ConnectRequest {
    ConnectRequest::Typed {
        target: NODE.into(),
        profile: Some(ROLE.into()),
        region: Some(FRANKFURT.into()),
        document: None,
        parameters: Vec::new(),
        reason: None,
        encryption: None,
    }
}

#[tokio::test(start_paused = true)]
async fn pairs_and_sessions_of_one_console_sign_in_are_one_question_and_go_on_after_it() {
    let aws = with_console();
    let mut running = Running::on(&aws).await;
    running
        .change_settings(|settings| settings.sync_enabled = true)
        .await;
    let drafts = [draft(CONSOLE, FRANKFURT), draft(ROLE, FRANKFURT)];
    running.app.world().await.pairs().add_all(&drafts).await.unwrap();
    running.app.connect(to_node(), 80, 24).await.unwrap();
    let question = running
        .until(|event| match event {
            AppEvent::LoginWanted { login } if (login.sessions, login.pairs) == (1, 2) => Some(login.clone()),
            _ => None,
        })
        .await;
    assert_eq!(question.id, "console acme-login");
    assert_eq!(
        (question.sign_in, question.console.as_deref()),
        (None, Some(CONSOLE))
    );
    assert_eq!(
        question.error.message,
        "A sign-in of `aws login` is needed for acme-login."
    );
    let tab = running.app.bootstrap().await.unwrap().tabs[0].state.clone();
    assert!(
        matches!(&tab, SessionStateView::Connecting { step, waits_for_login: true, .. } if step == "Waiting for a sign-in to acme-login"),
        "{tab:?}"
    );
    let started = aws.start_session.count();
    let signing_in = running.app.signing_in().await;
    let view = signing_in.console().start(CONSOLE).await.unwrap();
    assert_eq!((view.profile.as_str(), view.address.as_str()), (CONSOLE, ADDRESS));
    let (mut synced, mut settled, mut finished) = (0, false, false);
    running
        .until(|event| {
            match event {
                AppEvent::PairsChanged { pairs, .. } => {
                    synced += pairs
                        .iter()
                        .filter(|pair| pair.sync.phase == SyncPhase::Done)
                        .count();
                }
                AppEvent::LoginSettled { id } => settled |= id == "console acme-login",
                AppEvent::ConsoleSignInFinished { profile, error } => {
                    finished |= profile == CONSOLE && error.is_none();
                }
                _ => {}
            }
            (synced >= 2 && settled && finished).then_some(())
        })
        .await;
    assert_eq!(aws.start_session.count() - started, 1);
    running.app.shut_down().await;
}

#[tokio::test(start_paused = true)]
async fn an_address_is_asked_for_once_survives_a_reload_and_is_given_up_by_its_user() {
    let aws = with_console();
    aws.console_sign_in.hold();
    let running = Running::on(&aws).await;
    let signing_in = running.app.signing_in().await;
    let console = signing_in.console();
    let (first, second) = tokio::join!(console.start(CONSOLE), console.start(CONSOLE));
    assert_eq!(first.unwrap(), second.unwrap(), "two clicks are one address");
    assert_eq!(aws.console_address.count(), 1);
    let known = || async { running.app.bootstrap().await.unwrap().consoles };
    assert_eq!(known().await[0].address, ADDRESS);
    console.cancel(CONSOLE).unwrap();
    assert!(known().await.is_empty());
    aws.console_sign_in.release();
    console.start(CONSOLE).await.unwrap();
    assert_eq!(aws.console_address.count(), 2, "the next one is new");
    assert_eq!(console.start("").await.unwrap_err().code, "bad-profile");
    running.app.shut_down().await;
}

#[tokio::test(start_paused = true)]
async fn why_there_is_no_address_is_answered_and_why_the_sign_in_failed_is_told() {
    let aws = with_console();
    let failed = |reason: &str| ControlError::ConsoleSignInFailed {
        profile: CONSOLE.into(),
        reason: reason.into(),
    };
    aws.console_address
        .next([Err(failed("there is no sign-in for xx-north-1"))]);
    aws.console_sign_in
        .next([Err(failed("the sign-in was refused (access_denied)"))]);
    let mut running = Running::on(&aws).await;
    let signing_in = running.app.signing_in().await;
    let refused = signing_in.console().start(CONSOLE).await.unwrap_err();
    assert_eq!(refused.code, "console-sign-in-failed");
    signing_in.console().start(CONSOLE).await.unwrap();
    let told = running
        .until(|event| match event {
            AppEvent::ConsoleSignInFinished { error, .. } => error.clone(),
            _ => None,
        })
        .await;
    assert!(told.message.contains("access_denied"), "{}", told.message);
    assert!(running.app.bootstrap().await.unwrap().consoles.is_empty());
    running.app.shut_down().await;
}
