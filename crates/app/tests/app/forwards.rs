//! Declared forwards: kept, switched, refused, held for a sign-in, and ended with the application.

use std::net::{TcpListener, TcpStream};
use std::time::Duration;

use postern_app::contract::{
    AppEvent, ErrorView, ForwardDestinationView, ForwardDraftView, ForwardStateView, ForwardViaView,
    ForwardView, Mode,
};
use postern_model::{ControlError, SignInKey};

use crate::scripted::{FRANKFURT, NODE, PROD, Running, denied, scripted};

/// Tests of ports use real sockets and so real time.
const SOON: Duration = Duration::from_secs(20);

fn to(host: Option<&str>, port: u32) -> ForwardDestinationView {
    ForwardDestinationView::Port {
        host: host.map(Into::into),
        port,
    }
}

fn draft(name: &str) -> ForwardDraftView {
    ForwardDraftView {
        name: name.into(),
        group: "Ledger".into(),
        via: ForwardViaView::Node {
            profile: PROD.into(),
            region: FRANKFURT.into(),
            node: NODE.into(),
        },
        local_port: 0,
        bind_address: None,
        destination: to(Some("db.internal"), 5432),
        starts_with_postern: false,
        is_web: false,
    }
}

async fn save(running: &Running, draft: &ForwardDraftView) -> ForwardView {
    running
        .app
        .world()
        .await
        .forwards()
        .save(None, draft)
        .await
        .unwrap()
}

async fn switch(running: &Running, id: i32, on: bool) -> Result<(), ErrorView> {
    running.app.world().await.forwards().switch(&[id], on)
}

async fn shown(running: &Running) -> Vec<ForwardView> {
    running.app.bootstrap().await.unwrap().forwards
}

/// The forward once it stands as `wanted` says.
async fn until(running: &mut Running, id: i32, wanted: impl Fn(&ForwardStateView) -> bool) -> ForwardView {
    let found = running.until(|event| match event {
        AppEvent::ForwardsChanged { forwards, .. } => {
            let found = forwards.iter().find(|view| view.id == id && wanted(&view.state));
            found.cloned()
        }
        _ => None,
    });
    tokio::time::timeout(SOON, found)
        .await
        .expect("it never stood so")
}

fn is_off(state: &ForwardStateView) -> bool {
    *state == ForwardStateView::Off
}

fn has_failed(state: &ForwardStateView) -> bool {
    matches!(state, ForwardStateView::Failed { .. })
}

#[tokio::test]
async fn a_forward_survives_a_restart_is_changed_and_deleted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("postern.db");
    let aws = scripted(&[PROD]);
    let first = Running::kept_at(&path, &aws).await;
    let saved = save(&first, &draft("zeta")).await;
    save(&first, &draft("Alpha")).await;
    first.app.shut_down().await;
    drop(first);

    let mut second = Running::kept_at(&path, &aws).await;
    let names: Vec<_> = shown(&second)
        .await
        .into_iter()
        .map(|view| view.draft.name)
        .collect();
    assert_eq!(names, ["Alpha", "zeta"]);
    let world = second.app.world().await;
    let changed = world
        .forwards()
        .save(Some(saved.id), &draft("beta"))
        .await
        .unwrap();
    assert_eq!((changed.id, changed.state), (saved.id, ForwardStateView::Off));
    world.forwards().delete(saved.id).await.unwrap();
    assert_eq!(
        world.forwards().delete(saved.id).await.unwrap_err().code,
        "unknown-forward"
    );
    assert_eq!(
        world.forwards().switch(&[saved.id], true).unwrap_err().code,
        "unknown-forward"
    );
    drop(world);
    let gone = second
        .until(|event| match event {
            AppEvent::ForwardsChanged { removals, .. } => removals.first().copied(),
            _ => None,
        })
        .await;
    assert_eq!((gone, shown(&second).await.len()), (saved.id, 1));
}

#[tokio::test]
async fn what_was_written_wrongly_is_refused_by_its_field() {
    let running = Running::on(&scripted(&[PROD])).await;
    let world = running.app.world().await;
    let right = || draft("x");
    let wrong = [
        (
            ForwardDraftView {
                name: " ".into(),
                ..right()
            },
            "empty-name",
        ),
        (
            ForwardDraftView {
                destination: to(Some("db host"), 5432),
                ..right()
            },
            "bad-host",
        ),
        (
            ForwardDraftView {
                destination: to(None, 0),
                ..right()
            },
            "bad-port",
        ),
        (
            ForwardDraftView {
                local_port: 65_536,
                ..right()
            },
            "bad-localPort",
        ),
    ];
    for (draft, code) in wrong {
        assert_eq!(world.forwards().save(None, &draft).await.unwrap_err().code, code);
    }
    assert!(world.forwards().check_port(None, None, 70_000).await.is_err());
}

#[tokio::test]
async fn a_taken_port_is_told_before_and_after_the_switch_with_one_that_is_free() {
    let mut running = Running::on(&scripted(&[PROD])).await;
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = u32::from(other.local_addr().unwrap().port());
    let checked = running
        .app
        .world()
        .await
        .forwards()
        .check_port(None, None, port)
        .await
        .unwrap();
    assert_eq!(checked.error.unwrap().code, "port-taken");
    let free = checked.free_port.unwrap();
    let checked = running
        .app
        .world()
        .await
        .forwards()
        .check_port(None, None, free)
        .await
        .unwrap();
    assert!(checked.error.is_none());

    let taken = ForwardDraftView {
        local_port: port,
        ..draft("taken")
    };
    let saved = save(&running, &taken).await;
    switch(&running, saved.id, true).await.unwrap();
    let failed = until(&mut running, saved.id, has_failed).await;
    let ForwardStateView::Failed { error, free_port } = failed.state else {
        unreachable!()
    };
    assert!(
        error
            .message
            .starts_with(&format!("Port {port} is already taken")),
        "{}",
        error.message
    );
    assert!(free_port.is_some() && !running.app.has_live());
    switch(&running, saved.id, false).await.unwrap();
    until(&mut running, saved.id, is_off).await;
}

#[tokio::test]
async fn a_session_that_aws_denies_is_told_at_the_row_and_closes_the_port() {
    let aws = scripted(&[PROD]);
    aws.start_session.answers(|_| Err(denied("ssm:StartSession")));
    let mut running = Running::on(&aws).await;
    let saved = save(&running, &draft("denied")).await;
    switch(&running, saved.id, true).await.unwrap();
    let failed = until(&mut running, saved.id, has_failed).await;
    let ForwardStateView::Failed { error, .. } = failed.state else {
        unreachable!()
    };
    assert_eq!((error.code.as_str(), failed.port), ("denied", None));
    let asked = aws.start_session.requests().pop().unwrap();
    assert_eq!(asked.scope.to_string(), "acme-prod / eu-central-1");
    let document = asked.request.document.unwrap();
    assert_eq!(document.as_str(), "AWS-StartPortForwardingSessionToRemoteHost");
}

#[tokio::test]
async fn a_forward_waits_with_sessions_and_pairs_for_a_sign_in_and_goes_on_by_itself() {
    let aws = scripted(&[PROD]);
    let key = SignInKey::parse("acme-sso").unwrap();
    let needed = key.clone();
    aws.start_session.answers(move |_| {
        Err(ControlError::SignInNeeded {
            who: PROD.into(),
            sign_in: needed.clone(),
            detail: "the token has expired".into(),
        })
    });
    let mut running = Running::on(&aws).await;
    let saved = save(&running, &draft("held")).await;
    switch(&running, saved.id, true).await.unwrap();
    let question = running
        .until(|event| match event {
            AppEvent::LoginWanted { login } if login.forwards == 1 => Some(login.clone()),
            _ => None,
        })
        .await;
    assert_eq!(question.sign_in.as_deref(), Some("acme-sso"));
    assert!(running.app.has_live(), "it is on");
    let held = until(&mut running, saved.id, |state| {
        let waits_for_login = true;
        *state == ForwardStateView::Starting { waits_for_login }
    })
    .await;
    let port = u16::try_from(held.port.expect("its port is open")).unwrap();
    TcpStream::connect(("127.0.0.1", port)).expect("who comes now waits");
    aws.start_session.answers(|_| Err(denied("ssm:StartSession")));
    running.app.world().await.answer_login(&question.id);
    until(&mut running, saved.id, has_failed).await;
    assert!(running.app.bootstrap().await.unwrap().logins.is_empty());
}

#[tokio::test]
async fn the_end_of_the_program_ends_what_is_on_and_nothing_is_switched_on_after_it() {
    let aws = scripted(&[PROD]);
    aws.start_session.hold();
    let mut running = Running::on(&aws).await;
    let saved = save(&running, &draft("on")).await;
    switch(&running, saved.id, true).await.unwrap();
    until(&mut running, saved.id, |state| {
        matches!(state, ForwardStateView::Starting { .. })
    })
    .await;
    assert!(running.app.has_live());
    running.app.shut_down().await;
    assert!(!running.app.has_live());
    switch(&running, saved.id, true).await.unwrap();
    assert!(!running.app.has_live());
    aws.start_session.release();
}

#[tokio::test]
async fn what_starts_with_postern_is_switched_on_at_the_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("postern.db");
    let aws = scripted(&[PROD]);
    aws.start_session.answers(|_| Err(denied("ssm:StartSession")));
    let first = Running::kept_at(&path, &aws).await;
    first.app.choose_mode(Mode::Aws).await.unwrap();
    let starting = ForwardDraftView {
        starts_with_postern: true,
        ..draft("starts")
    };
    let saved = save(&first, &starting).await;
    first.app.shut_down().await;
    drop(first);
    assert_eq!(aws.start_session.count(), 0);
    let mut second = Running::kept_at(&path, &aws).await;
    until(&mut second, saved.id, has_failed).await;
    assert_eq!(aws.start_session.count(), 1);
}

#[cfg(unix)]
#[tokio::test]
async fn another_program_lists_what_is_on_and_stops_it() {
    let aws = scripted(&[PROD]);
    let key = SignInKey::parse("acme-sso").unwrap();
    aws.start_session.answers(move |_| {
        Err(ControlError::SignInNeeded {
            who: PROD.into(),
            sign_in: key.clone(),
            detail: "the token has expired".into(),
        })
    });
    let mut running = Running::on(&aws).await;
    let folder = tempfile::tempdir().unwrap();
    running.app.open_switchboard(folder.path());
    let saved = save(&running, &draft("Ledger primary")).await;
    save(&running, &draft("off")).await;
    switch(&running, saved.id, true).await.unwrap();
    until(&mut running, saved.id, |state| {
        matches!(state, ForwardStateView::Starting { .. })
    })
    .await;

    let answers = postern_forward::ask_running(folder.path()).await;
    let [answer] = answers.as_slice() else {
        panic!("{answers:?}")
    };
    assert_eq!(
        (answer.program.as_str(), answer.process),
        ("the window", std::process::id())
    );
    let names: Vec<_> = answer
        .forwards
        .iter()
        .map(|forward| forward.name.as_str())
        .collect();
    assert_eq!(names, ["Ledger primary"]);
    let stopped = postern_forward::stop_running(folder.path(), &[saved.id.into(), 99]).await;
    assert_eq!(stopped[0].forwards.len(), 1);
    until(&mut running, saved.id, is_off).await;
    assert!(
        postern_forward::ask_running(folder.path()).await[0]
            .forwards
            .is_empty()
    );
}

#[tokio::test]
async fn a_forward_set_is_added_whole_or_not_at_all() {
    let running = Running::on(&scripted(&[PROD])).await;
    let wrong = ForwardDraftView {
        destination: to(None, 0),
        ..draft("b")
    };
    let world = running.app.world().await;
    let refused = world.forwards().add(&[draft("a"), wrong]).await.unwrap_err();
    assert_eq!(refused.code, "bad-port");
    let refused = world.forwards().add(&[draft("a"), draft(" ")]).await.unwrap_err();
    assert_eq!(refused.code, "empty-name");
    assert!(shown(&running).await.is_empty());
    let added = world.forwards().add(&[draft("b"), draft("a")]).await.unwrap();
    let names: Vec<_> = added.iter().map(|view| view.draft.name.as_str()).collect();
    assert_eq!(names, ["b", "a"], "in the order that they were written");
    assert_eq!(shown(&running).await.len(), 2);
}
