//! The way to AWS: what settings and pairs say of it reaches the control plane before the next call.

use std::sync::Arc;

use postern_app::{
    OwnProfileKeeping,
    contract::{
        EndpointsView, PairDraft, ProxyModeChoice, ProxyPasswordDraft, ProxyView, SecretStateView,
        SecretText, SyncPhase,
    },
};
use postern_model::{
    EndpointOverride, HostPort, Network, OverridableService, OwnProfiles, ProxyChoice, Scope,
};
use postern_secrets::Secrets;
use postern_store::Store;
use secrecy::ExposeSecret;

use crate::own_profiles::WithOwn;
use crate::scripted::{
    FRANKFURT, NODE, PROD, Running, ScriptedWorld, draft, instance, lists, pair, scripted,
};

fn aws_host() -> HostPort {
    HostPort::of_url(&"https://ssm.eu-central-1.amazonaws.com".parse().unwrap()).unwrap()
}

#[tokio::test(start_paused = true)]
async fn a_proxy_of_the_settings_is_used_at_once_and_after_the_next_start() {
    let aws = scripted(&[PROD]);
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("postern.db");
    let running = Running::kept_at(&store, &aws).await;
    assert_eq!(aws.network.lock().unwrap().proxy, ProxyChoice::Environment);
    running
        .change_settings(|settings| {
            settings.proxy.mode = ProxyModeChoice::Own;
            settings.proxy.host = "proxy.corp".into();
            settings.proxy.port = 3128;
            settings.ca_bundle = Some("/etc/corp.pem".into());
        })
        .await;
    let used = || {
        let network = aws.network.lock().unwrap().clone();
        let ProxyChoice::These(proxies) = network.proxy else {
            panic!("{:?}", network.proxy)
        };
        (
            proxies.to(&aws_host(), true).unwrap().to_string(),
            network.ca_bundle,
        )
    };
    let expected = ("proxy.corp:3128".to_owned(), Some("/etc/corp.pem".into()));
    assert_eq!(used(), expected);
    running.app.shut_down().await;
    *aws.network.lock().unwrap() = Network::default();
    let _again = Running::kept_at(&store, &aws).await;
    assert_eq!(used(), expected);
}

#[tokio::test(start_paused = true)]
async fn a_reading_that_is_under_way_begins_anew_when_the_way_changes() {
    let aws = scripted(&[PROD]);
    lists(&aws, PROD, FRANKFURT, vec![instance(NODE, "web-1")]);
    aws.instances.hold();
    let mut running = Running::on(&aws).await;
    let id = running.sync_with(PROD, FRANKFURT).await;
    aws.instances.until_asked(1).await;
    running
        .change_settings(|settings| {
            settings.proxy.mode = ProxyModeChoice::Own;
            (settings.proxy.host, settings.proxy.port) = ("proxy.corp".into(), 3128);
        })
        .await;
    aws.instances.until_asked(2).await;
    aws.instances.release();
    running.until_phase(id, SyncPhase::Done).await;
}

#[tokio::test(start_paused = true)]
async fn a_host_that_is_none_is_refused_under_its_field() {
    let aws = scripted(&[PROD]);
    let running = Running::on(&aws).await;
    for (host, port) in [("", 80), ("http://proxy.corp", 80), ("proxy.corp", 0)] {
        let mut settings = running.app.bootstrap().await.unwrap().settings;
        settings.proxy.mode = ProxyModeChoice::Own;
        (settings.proxy.host, settings.proxy.port) = (host.into(), port);
        let error = running
            .app
            .world()
            .await
            .save_settings(&settings)
            .await
            .unwrap_err();
        assert_eq!(error.code, "bad-proxy", "{host}:{port}");
    }
    assert_eq!(aws.network.lock().unwrap().proxy, ProxyChoice::Environment);
}

#[tokio::test(start_paused = true)]
async fn endpoints_of_a_pair_are_told_before_its_first_sync() {
    let aws = scripted(&[PROD]);
    lists(&aws, PROD, FRANKFURT, Vec::new());
    let mut running = Running::on(&aws).await;
    running
        .change_settings(|settings| settings.sync_enabled = true)
        .await;
    let endpoints = EndpointsView {
        ssmmessages: "vpce-1.ssmmessages.eu-central-1.vpce.amazonaws.com".into(),
        ec2: " 10.0.0.5:8443 ".into(),
        ..EndpointsView::default()
    };
    let wanted = PairDraft {
        endpoints: Some(endpoints),
        ..draft(PROD, FRANKFURT)
    };
    let at_first_call = std::sync::Arc::downgrade(&aws);
    aws.instances.may_answer(move |asked| {
        let aws = at_first_call.upgrade().unwrap();
        assert!(aws.network.lock().unwrap().overrides.contains_key(&asked.scope));
        None
    });
    let added = running.app.world().await.pairs().add(&wanted).await.unwrap();
    assert_eq!(
        added.endpoints.ssmmessages,
        "https://vpce-1.ssmmessages.eu-central-1.vpce.amazonaws.com"
    );
    assert_eq!(
        (added.endpoints.ec2.as_str(), added.endpoints.kms.as_str()),
        ("https://10.0.0.5:8443", "")
    );
    running.until_phase(added.id, SyncPhase::Done).await;
    let told = aws.network.lock().unwrap().overrides[&Scope::from(pair(PROD, FRANKFURT))].clone();
    assert_eq!(
        told.get(OverridableService::Ec2),
        EndpointOverride::parse("10.0.0.5:8443").ok().as_ref()
    );

    // Who writes nothing of them leaves them alone; who writes none takes them away.
    let pairs = running.app.world().await;
    let same = pairs
        .pairs()
        .update(added.id, &draft(PROD, FRANKFURT))
        .await
        .unwrap();
    assert_eq!(same.endpoints, added.endpoints);
    let none = PairDraft {
        endpoints: Some(EndpointsView::default()),
        ..draft(PROD, FRANKFURT)
    };
    let without = pairs.pairs().update(added.id, &none).await.unwrap();
    assert_eq!(without.endpoints, EndpointsView::default());
    assert!(aws.network.lock().unwrap().overrides.is_empty());
}

#[tokio::test(start_paused = true)]
async fn an_endpoint_that_is_none_is_refused_under_its_field() {
    let running = Running::on(&scripted(&[PROD])).await;
    let wrong = PairDraft {
        endpoints: Some(EndpointsView {
            kms: "http://kms.corp".into(),
            ..EndpointsView::default()
        }),
        ..draft(PROD, FRANKFURT)
    };
    let error = running.app.world().await.pairs().add(&wrong).await.unwrap_err();
    assert_eq!(error.code, "bad-kms");
}

#[tokio::test]
async fn the_password_of_the_proxy_comes_from_the_keyring_and_is_in_no_view() {
    let aws = scripted(&[PROD]);
    let keyring = keyring_core::mock::Store::new().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let store = folder.path().join("postern.db");
    let start = async || {
        let secrets = Secrets::with_store(Arc::clone(&keyring) as Arc<_>);
        let keeping = OwnProfileKeeping {
            profiles: OwnProfiles::new(Arc::new(secrets.clone())),
            secrets,
        };
        let world = ScriptedWorld {
            aws: Arc::clone(&aws),
            demo: None,
        };
        Running::in_world(WithOwn(world, keeping), Store::open(&store).unwrap()).await
    };
    let running = start().await;
    let world = running.app.world().await;
    let password_for = |host: &str| ProxyPasswordDraft {
        proxy: ProxyView {
            mode: ProxyModeChoice::Own,
            host: host.to_owned(),
            port: 3128,
            user: "ada".into(),
            ..world.settings().proxy
        },
        password: SecretText("canary".to_owned().into()),
        this_run: false,
    };
    let refused = world.save_proxy_password(password_for("http://proxy.corp")).await;
    assert_eq!(refused.unwrap_err().code, "bad-proxy");
    assert_eq!(
        running.app.proxy_password().await,
        SecretStateView::Absent,
        "nothing is kept"
    );
    let draft = password_for("proxy.corp");
    assert!(!format!("{draft:?}").contains("canary"));
    let written = draft.proxy.clone();
    world.save_proxy_password(draft).await.unwrap();
    running.change_settings(|settings| settings.proxy = written).await;
    let password = || {
        let ProxyChoice::These(proxies) = aws.network.lock().unwrap().proxy.clone() else {
            panic!()
        };
        let proxy = proxies.to(&aws_host(), true).unwrap();
        proxy.password().map(|text| text.expose_secret().to_owned())
    };
    assert_eq!(password().as_deref(), Some("canary"));
    running.app.shut_down().await;
    *aws.network.lock().unwrap() = Network::default();
    let again = start().await;
    assert_eq!(password().as_deref(), Some("canary"));
    assert_eq!(again.app.proxy_password().await, SecretStateView::Stored);
    let shown = format!("{:?}", again.app.bootstrap().await.unwrap().settings);
    assert!(shown.contains("ada") && !shown.contains("canary"));
    let files = std::fs::read_dir(folder.path()).unwrap();
    for file in files.flatten().filter(|file| file.path().is_file()) {
        let bytes = std::fs::read(file.path()).unwrap();
        assert!(!bytes.windows(6).any(|six| six == b"canary"), "{:?}", file.path());
    }
}
