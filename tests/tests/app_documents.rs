//! The application on the simulator: documents run from the window, encrypted shells, and sign-ins that lapse.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::wildcard_enum_match_arm,
    reason = "a failed assumption of a test is a failed test"
)]

use postern_app::contract::{
    AppEvent, ConnectRequest, DocumentKindView, DocumentOwnerView, EncryptionPolicyView, ParameterKindView,
    ParameterView, RunRequest, SessionStateView, TabView,
};
use postern_tests::harness::{Desk, Screen, takes_sessions, type_into};

const PROFILE: &str = "acme-stage";
const REGION: &str = "eu-central-1";

async fn one_node(desk: &mut Desk) -> String {
    let (_, nodes) = desk.synced(&[(PROFILE, REGION)]).await;
    let node = nodes.into_iter().find(takes_sessions);
    node.expect("a node that takes sessions").key
}

fn run(document: &str, parameters: &[(&str, &str)]) -> Option<RunRequest> {
    let parameter = |(name, value): &(&str, &str)| ParameterView {
        name: (*name).to_owned(),
        values: vec![(*value).to_owned()],
    };
    Some(RunRequest {
        document: document.to_owned(),
        parameters: parameters.iter().map(parameter).collect(),
        reason: Some("ticket 42".to_owned()),
    })
}

async fn ended(desk: &mut Desk, tab: u32) -> TabView {
    desk.until_tab(tab, "the end", |state| {
        matches!(state, SessionStateView::Ended { .. })
    })
    .await
}

fn reason_of(tab: &TabView) -> &str {
    match &tab.state {
        SessionStateView::Ended { reason, .. } => reason,
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_are_listed_and_described_with_what_a_form_needs() {
    let desk = Desk::new().await;
    let documents = desk.app.documents().await;
    let listed = documents.list(Some(PROFILE), Some(REGION)).await.unwrap();
    let owner_of = |part: &str| {
        let found = listed.iter().position(|document| document.name.contains(part));
        (found.unwrap(), listed[found.unwrap()].owner)
    };
    let (own, shared, amazon) = (
        owner_of("Acme-RestartService"),
        owner_of("Partner-Diagnose"),
        owner_of("AWS-StartInteractiveCommand"),
    );
    assert_eq!(
        (own.1, shared.1, amazon.1),
        (
            DocumentOwnerView::Own,
            DocumentOwnerView::Shared,
            DocumentOwnerView::Amazon
        )
    );
    assert!(own.0 < shared.0 && shared.0 < amazon.0);

    let restart = documents
        .get(Some(PROFILE), Some(REGION), "Acme-RestartService")
        .await
        .unwrap();
    assert_eq!(restart.kind, DocumentKindView::NonInteractiveSeparate);
    let named = |name: &str| restart.parameters.iter().find(|parameter| parameter.name == name);
    let (service, mode) = (named("service").unwrap(), named("mode").unwrap());
    assert_eq!(service.kind, ParameterKindView::Text);
    assert_eq!(
        (service.allowed_values.len(), &service.default_values),
        (4, &None)
    );
    assert_eq!(
        mode.default_values.as_deref(),
        Some(["graceful".to_owned()].as_slice())
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_shows_both_streams_and_tells_its_exit_status_and_can_be_run_again() {
    let mut desk = Desk::new().await;
    let key = one_node(&mut desk).await;
    let request = ConnectRequest::Node {
        key,
        run: run(
            "Acme-NonInteractiveCommand-SeparateOutput",
            &[("command", "sh -c 'echo one; echo two; echo bad >&2; exit 3'")],
        ),
    };
    let tab = desk.app.connect(request, 100, 30).await.unwrap();
    assert_eq!(
        tab.document.as_deref(),
        Some("Acme-NonInteractiveCommand-SeparateOutput")
    );
    assert!(tab.command.as_deref().unwrap().contains("exit 3"));
    let screen = Screen::attached(&desk.app, tab.id);
    screen.shows("one\r\ntwo\r\n").await;
    screen.shows("\u{1b}[31mbad\r\n\u{1b}[39m").await;
    let over = ended(&mut desk, tab.id).await;
    assert_eq!(
        (over.exit_status, reason_of(&over)),
        (Some(3), "The program exited with status 3.")
    );
    let again = desk.app.duplicate_tab(tab.id, 100, 30).await.unwrap();
    assert_eq!((&again.command, again.exit_status), (&tab.command, None));
    assert_eq!(ended(&mut desk, again.id).await.exit_status, Some(3));
    let again = desk.app.reconnect_tab(tab.id, 100, 30).await.unwrap();
    assert_eq!((&again.command, again.exit_status), (&tab.command, None));
    assert_eq!(ended(&mut desk, tab.id).await.exit_status, Some(3));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_encrypted_shell_names_its_key_and_a_demand_against_it_is_refused() {
    let mut desk = Desk::new().await;
    let key = one_node(&mut desk).await;
    let target = key.split_once('/').unwrap().1.to_owned();
    let (tab, screen) = desk
        .connected(ConnectRequest::Node {
            key,
            run: run("Acme-Shell-Encrypted", &[]),
        })
        .await;
    assert!(
        tab.encryption_key.as_deref().unwrap().starts_with("arn:aws:kms:"),
        "{:?}",
        tab.encryption_key
    );
    type_into(&desk.app, tab.id, "echo secret-$((6*7)).\r").await;
    screen.shows("secret-42.").await;
    for (document, policy) in [
        (Some("Acme-Shell-Encrypted"), EncryptionPolicyView::Off),
        (None, EncryptionPolicyView::Require { key: None }),
    ] {
        let request = ConnectRequest::Typed {
            target: target.clone(),
            profile: Some(PROFILE.to_owned()),
            region: Some(REGION.to_owned()),
            document: document.map(ToOwned::to_owned),
            parameters: Vec::new(),
            reason: None,
            encryption: Some(policy),
        };
        let refused = desk.app.connect(request, 100, 30).await.unwrap();
        let refused = desk
            .until_tab(refused.id, "refused", |state| {
                matches!(state, SessionStateView::Failed { .. })
            })
            .await;
        let SessionStateView::Failed { error, .. } = &refused.state else {
            unreachable!()
        };
        assert!(!error.next_step.is_empty(), "{error:?}");
        desk.until_terminated(refused.session_id.as_deref().unwrap())
            .await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lapsed_sign_in_holds_every_shell_and_one_word_brings_all_back() {
    let mut desk = Desk::new().await;
    let key = one_node(&mut desk).await;
    let mut shells = Vec::new();
    for _ in 0..3 {
        let request = ConnectRequest::Node {
            key: key.clone(),
            run: None,
        };
        shells.push(desk.connected(request).await);
    }
    let faults = desk.faults();
    assert!(faults.expire_credentials(PROFILE, true));
    faults.cut_all_links();
    let login = desk
        .until("all three wait", |event| match event {
            AppEvent::LoginWanted { login } if login.sessions == 3 => Some(login.clone()),
            _ => None,
        })
        .await;
    assert_eq!(login.profiles, [PROFILE]);
    assert_eq!(login.error.code, "credentials-expired");
    for (tab, _) in &shells {
        type_into(&desk.app, tab.id, "echo held-$((6*7)).\r").await;
    }
    assert!(faults.expire_credentials(PROFILE, false));
    desk.app.world().await.answer_login(&login.id);
    desk.until("nobody waits", |event| {
        matches!(event, AppEvent::LoginSettled { id } if *id == login.id).then_some(())
    })
    .await;
    for (_, screen) in &shells {
        screen.shows("held-42.").await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_that_fails_leaves_a_failed_tab_with_its_words() {
    let mut desk = Desk::new().await;
    let node = one_node(&mut desk).await;
    let (tab, screen) = desk
        .connected(ConnectRequest::Node { key: node, run: None })
        .await;
    screen.shows("$ ").await;
    assert!(
        desk.faults()
            .crash_worker(tab.session_id.as_deref().unwrap(), std::time::Duration::ZERO)
    );
    let failed = desk
        .until_tab(tab.id, "the failure", |state| {
            matches!(state, SessionStateView::Failed { .. })
        })
        .await;
    let SessionStateView::Failed { error, .. } = failed.state else {
        unreachable!("it was waited for")
    };
    assert_eq!(error.code, "agent");
    assert!(
        error.message.contains("document process failed unexpectedly"),
        "{}",
        error.message
    );
}
