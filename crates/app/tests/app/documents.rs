//! Session documents: listed, described, run, kept with a connection and with a tab.

use postern_app::contract::{
    ConnectRequest, ConnectionDraftView, DocumentKindView, DocumentOwnerView, EncryptionPolicyView,
    GroupDraftView, Mode, OriginView, ParameterView, RunRequest,
};
use postern_model::{
    DocumentName, DocumentParameter, DocumentSessionType, DocumentSummary, Page, PageToken, ParameterKind,
    SeparateOutput, SessionDocument,
};
use postern_scripted::ScriptedControlPlane;

use crate::scripted::{FRANKFURT, NODE, PROD, Running, scripted};

fn page(names: &[(&str, &str)], next: Option<usize>) -> Page<DocumentSummary> {
    let summary = |(name, owner): &(&str, &str)| DocumentSummary {
        name: DocumentName::parse(name).unwrap(),
        owner: (*owner).into(),
    };
    Page {
        items: names.iter().map(summary).collect(),
        next: next.map(|number| PageToken(number.to_string())),
    }
}

/// ListDocuments answers these pages; the token of each but the first is its number.
fn lists_documents(aws: &ScriptedControlPlane, pages: Vec<Page<DocumentSummary>>) {
    aws.session_documents.answers(move |asked| {
        let number: usize = asked.request.as_ref().map_or(0, |token| token.0.parse().unwrap());
        Ok(pages[number].clone())
    });
}

fn run(document: &str, command: &str, reason: Option<&str>) -> RunRequest {
    RunRequest {
        document: document.into(),
        parameters: vec![ParameterView {
            name: "command".into(),
            values: vec![command.into()],
        }],
        reason: reason.map(Into::into),
    }
}

fn connection(document: Option<&str>, group: Option<i32>) -> ConnectionDraftView {
    ConnectionDraftView {
        name: "report".into(),
        group,
        target: NODE.into(),
        profile: Some(PROD.into()),
        region: Some(FRANKFURT.into()),
        document: document.map(Into::into),
        parameters: run("x", "df -h", None).parameters,
        ..ConnectionDraftView::default()
    }
}

#[tokio::test(start_paused = true)]
async fn all_pages_are_listed_own_documents_first() {
    let aws = scripted(&[PROD]);
    let shared = "arn:aws:ssm:eu-central-1:444455556666:document/Report";
    lists_documents(
        &aws,
        vec![
            page(
                &[
                    ("AWS-StartInteractiveCommand", "Amazon"),
                    (shared, "444455556666"),
                ],
                Some(1),
            ),
            page(&[], Some(2)),
            page(&[("ops-Restart", "111122223333")], None),
        ],
    );
    let running = Running::on(&aws).await;
    let listed = running
        .app
        .documents()
        .await
        .list(Some(PROD), Some(FRANKFURT))
        .await
        .unwrap();
    let listed: Vec<_> = listed
        .iter()
        .map(|document| (document.name.as_str(), document.owner))
        .collect();
    assert_eq!(
        listed,
        [
            ("ops-Restart", DocumentOwnerView::Own),
            (shared, DocumentOwnerView::Shared),
            ("AWS-StartInteractiveCommand", DocumentOwnerView::Amazon)
        ]
    );
    let asked = aws.session_documents.requests();
    assert_eq!(asked.len(), 3);
    assert!(
        asked
            .iter()
            .all(|asked| asked.scope.to_string() == "acme-prod / eu-central-1")
    );
}

#[tokio::test(start_paused = true)]
async fn pages_in_circles_and_bad_fields_are_named() {
    let aws = scripted(&[PROD]);
    lists_documents(&aws, vec![page(&[], Some(1)), page(&[], Some(1))]);
    let running = Running::on(&aws).await;
    let documents = running.app.documents().await;
    let list = async |profile: &str, region: &str| documents.list(Some(profile), Some(region)).await;
    assert_eq!(list(PROD, FRANKFURT).await.unwrap_err().code, "malformed-answer");
    assert_eq!(list(PROD, "Frankfurt").await.unwrap_err().code, "bad-region");
    assert_eq!(list("a\u{7}b", FRANKFURT).await.unwrap_err().code, "bad-profile");
    assert_eq!(list("nope", FRANKFURT).await.unwrap_err().code, "unknown-profile");
    let one = async |name: &str| documents.get(Some(PROD), Some(FRANKFURT), name).await;
    assert_eq!(one("x y").await.unwrap_err().code, "bad-document");
    assert_eq!(one("ops-Gone").await.unwrap_err().code, "invalid-document");
}

#[tokio::test(start_paused = true)]
async fn a_listing_that_hangs_ends_by_itself_and_holds_up_neither_a_change_of_the_mode_nor_the_end() {
    let aws = scripted(&[PROD]);
    aws.session_documents.hold();
    let running = Running::on(&aws).await;
    let list = || {
        let app = running.app.clone();
        tokio::spawn(async move { app.documents().await.list(Some(PROD), Some(FRANKFURT)).await })
    };
    assert_eq!(list().await.unwrap().unwrap_err().code, "timed-out");
    let hanging = list();
    aws.session_documents.until_asked(2).await;
    let start = tokio::time::Instant::now();
    running.app.choose_mode(Mode::Aws).await.unwrap();
    running.app.shut_down().await;
    assert_eq!(hanging.await.unwrap().unwrap_err().code, "world-left");
    assert!(start.elapsed().as_secs() < 10);
}

#[tokio::test(start_paused = true)]
async fn a_document_comes_with_what_its_form_needs() {
    let aws = scripted(&[PROD]);
    let report = SessionDocument {
        name: DocumentName::parse("ops-Report").unwrap(),
        description: "Reports\u{202e} disks".into(),
        session_type: Some(DocumentSessionType::NonInteractiveCommands {
            separate_output: SeparateOutput::Yes,
        }),
        parameters: vec![DocumentParameter {
            name: "path".into(),
            kind: ParameterKind::Text,
            description: "Where".into(),
            default: Some(vec!["/var".into()]),
            allowed_values: vec!["/var".into(), "/home".into()],
            allowed_pattern: Some("^/[a-z]+$".into()),
            min_chars: Some(1),
            max_chars: Some(9),
        }],
        kms_key: None,
    };
    aws.session_document.answers(move |_| Ok(report.clone()));
    let running = Running::on(&aws).await;
    let document = running
        .app
        .documents()
        .await
        .get(Some(PROD), Some(FRANKFURT), " ops-Report ")
        .await
        .unwrap();
    assert_eq!(document.description, "Reports disks");
    assert_eq!(document.kind, DocumentKindView::NonInteractiveSeparate);
    let parameter = &document.parameters[0];
    assert_eq!(
        (parameter.default_values.as_deref(), parameter.max_chars),
        (Some(["/var".to_owned()].as_slice()), Some(9))
    );
}

#[tokio::test(start_paused = true)]
async fn a_run_replaces_the_connections_own_document_and_a_duplicate_and_a_reconnect_keep_it() {
    let aws = scripted(&[PROD]);
    let mut running = Running::on(&aws).await;
    let app = running.app.clone();
    let saved = app
        .world()
        .await
        .saved()
        .save_connection(None, &connection(Some("ops-Report"), None))
        .await
        .unwrap();
    assert_eq!(saved.draft.parameters, run("x", "df -h", None).parameters);
    let own = app
        .connect(
            ConnectRequest::Saved {
                id: saved.id,
                run: None,
            },
            80,
            24,
        )
        .await
        .unwrap();
    assert_eq!(
        (own.document.as_deref(), own.command.as_deref()),
        (Some("ops-Report"), Some("df -h"))
    );
    let request = ConnectRequest::Saved {
        id: saved.id,
        run: Some(run("ops-Restart", "web\u{7}", Some("ticket 42"))),
    };
    assert_eq!(
        app.connect(request, 80, 24).await.unwrap_err().code,
        "bad-parameters"
    );
    let request = ConnectRequest::Saved {
        id: saved.id,
        run: Some(run("ops-Restart", "web", Some("ticket 42"))),
    };
    let tab = app.connect(request, 80, 24).await.unwrap();
    running.until_failed(tab.id).await;
    let copy = app.duplicate_tab(tab.id, 80, 24).await.unwrap();
    running.until_failed(copy.id).await;
    app.reconnect_tab(tab.id, 80, 24).await.unwrap();
    running.until_failed(tab.id).await;
    for tab in [&tab, &copy] {
        assert_eq!(tab.connection, Some(saved.id));
        assert_eq!(
            (tab.document.as_deref(), tab.command.as_deref(), tab.exit_status),
            (Some("ops-Restart"), Some("web"), None)
        );
    }
    app.shut_down().await;
    let calls = aws.start_session.requests();
    let restarts: Vec<_> = calls
        .iter()
        .filter(|call| {
            call.request
                .document
                .as_ref()
                .is_some_and(|name| name.as_str() == "ops-Restart")
        })
        .collect();
    assert_eq!((calls.len(), restarts.len()), (4, 3));
    assert!(restarts.iter().all(|call| *call == restarts[0]), "{restarts:?}");
    assert!(
        restarts[0].request.reason.as_deref() == Some("ticket 42")
            && restarts[0].request.parameters == [("command".to_owned(), vec!["web".to_owned()])],
        "{restarts:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn a_connection_without_a_demand_has_that_of_its_group() {
    let running = Running::on(&scripted(&[PROD])).await;
    let app = &running.app;
    let require = EncryptionPolicyView::Require {
        key: Some("alias/ops".into()),
    };
    let group = |encryption: Option<EncryptionPolicyView>| GroupDraftView {
        name: "Ledger".into(),
        encryption,
        ..GroupDraftView::default()
    };
    let ledger = app
        .world()
        .await
        .saved()
        .save_group(None, &group(Some(require.clone())))
        .await
        .unwrap();
    assert_eq!(ledger.draft.encryption.as_ref(), Some(&require));
    let inherits = app
        .world()
        .await
        .saved()
        .save_connection(None, &connection(None, Some(ledger.id)))
        .await
        .unwrap();
    assert_eq!(inherits.draft.encryption, None);
    assert_eq!(
        (
            inherits.inheritance.effective_encryption.policy,
            inherits.inheritance.effective_encryption.origin
        ),
        (require, Some(OriginView::Group))
    );
    let own = ConnectionDraftView {
        encryption: Some(EncryptionPolicyView::Off),
        ..connection(None, Some(ledger.id))
    };
    let own = app
        .world()
        .await
        .saved()
        .save_connection(Some(inherits.id), &own)
        .await
        .unwrap();
    assert_eq!(
        (
            own.inheritance.effective_encryption.policy,
            own.inheritance.effective_encryption.origin
        ),
        (EncryptionPolicyView::Off, Some(OriginView::Connection))
    );
    let alone = app
        .world()
        .await
        .saved()
        .save_connection(None, &connection(None, None))
        .await
        .unwrap();
    assert_eq!(
        (
            alone.inheritance.effective_encryption.policy,
            alone.inheritance.effective_encryption.origin
        ),
        (EncryptionPolicyView::Prefer, None)
    );
    let bad = EncryptionPolicyView::Require {
        key: Some("two words".into()),
    };
    let error = app
        .world()
        .await
        .saved()
        .save_group(None, &group(Some(bad)))
        .await
        .unwrap_err();
    assert_eq!(error.code, "bad-encryption");
}
