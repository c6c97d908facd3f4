//! Encrypted sessions: which key, how long KMS may take, and what the agent is told.

use std::time::Duration;

use postern_model::{ControlError, DataKeyRequest, EncryptionPolicy, KmsKey};
use postern_protocol::{ChannelFailure, PayloadType};
use tokio::time::{Instant, sleep};

use super::agent::{Agent, KEY};
use super::control::{data_key, data_keys_after, denied, expired, grant, scripted};
use super::{Setup, TARGET, World, session_id};
use crate::{SessionEncryption, SessionError, SessionOptions, SessionState};

const OTHER_KEY: &str = "arn:aws:kms:eu-central-1:111122223333:key/99999999-12ab-34cd-56ef-1234567890ab";

fn pinned(key: &str) -> EncryptionPolicy {
    EncryptionPolicy::Require {
        key: Some(KmsKey::parse(key).unwrap()),
    }
}

fn demanding(encryption: EncryptionPolicy) -> SessionOptions {
    SessionOptions {
        encryption,
        ..SessionOptions::default()
    }
}

/// Runs the handshake with an agent that names `key`, until the session is ready or over.
async fn shake_hands(setup: impl Into<Setup>, key: &str) -> (World, Agent, SessionState) {
    let (mut world, mut peer) = World::opened(setup).await;
    let mut agent = Agent::encrypted(1, key);
    let state = {
        let mut reached = std::pin::pin!(world.until_state(is_ready_or_over));
        match agent.serve(&mut peer, &mut reached).await {
            Some(state) => state,
            // The client left before its consumer heard why.
            None => reached.await,
        }
    };
    (world, agent, state)
}

fn is_ready_or_over(state: &SessionState) -> bool {
    matches!(
        state,
        SessionState::Ready { .. } | SessionState::Failed(_) | SessionState::Ended(_)
    )
}

fn asked_of_kms(world: &World) -> Vec<DataKeyRequest> {
    let requests = world.control.generate_data_key.requests().into_iter();
    requests.map(|asked| asked.request).collect()
}

fn key_of(state: SessionState) -> String {
    let SessionState::Ready {
        encryption: Some(SessionEncryption { key_arn }),
        ..
    } = state
    else {
        panic!("not encrypted: {state:?}");
    };
    key_arn
}

fn failure_of(state: SessionState) -> SessionError {
    let SessionState::Failed(error) = state else {
        panic!("no failure: {state:?}");
    };
    error
}

#[tokio::test(start_paused = true)]
async fn an_encrypted_session_says_which_key_and_carries_bytes_both_ways() {
    let (mut world, mut peer) = World::opened(Setup::default()).await;
    let mut agent = Agent::encrypted(1, KEY);
    let ready = world.until_state(|state| matches!(state, SessionState::Ready { .. }));
    let state = agent.serve(&mut peer, ready).await.unwrap();
    assert_eq!(key_of(state), KEY);
    let asked = asked_of_kms(&world);
    assert_eq!(asked.len(), 1);
    assert_eq!((asked[0].key.as_str(), asked[0].target.as_str()), (KEY, TARGET));
    assert_eq!(asked[0].session, session_id());
    assert_eq!(
        agent.challenge_used, asked[0].random_challenge,
        "agent and KMS are told of the same challenge"
    );
    assert!(agent.challenge_used.is_some());
    agent.print(b"secret output");
    world.type_in("secret input").await;
    let seen = agent.serve(&mut peer, world.until_output()).await.unwrap();
    assert_eq!(
        seen.last(),
        Some(&crate::SessionEvent::Output("secret output".into()))
    );
    agent.serve(&mut peer, sleep(Duration::from_secs(1))).await;
    assert_eq!(agent.typed, b"secret input");
}

#[tokio::test(start_paused = true)]
async fn a_key_policy_that_does_not_know_the_challenge_gets_the_older_context() {
    let control = data_keys_after([denied("kms:GenerateDataKey")]);
    let (world, agent, state) = shake_hands(control, KEY).await;
    assert_eq!(key_of(state), KEY);
    let asked = asked_of_kms(&world);
    assert_eq!(asked.len(), 2);
    assert!(asked[0].random_challenge.is_some());
    assert_eq!(asked[1].random_challenge, None);
    assert_eq!(agent.challenge_used, None, "the agent is told the truth");
}

#[tokio::test(start_paused = true)]
async fn a_caller_who_may_not_use_the_key_is_told_so() {
    let denied = denied("kms:GenerateDataKey");
    let control = data_keys_after([denied.clone(), denied.clone()]);
    let (world, _, state) = shake_hands(control, KEY).await;
    let error = failure_of(state);
    assert_eq!(error, SessionError::DataKey(denied));
    assert_eq!(error.code(), "denied");
    assert!(error.next_step().contains("kms:GenerateDataKey"));
    assert_eq!(world.control.terminate_session.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn expired_credentials_are_asked_once_and_named() {
    let control = data_keys_after([expired()]);
    let (world, _, state) = shake_hands(control, KEY).await;
    assert_eq!(failure_of(state).code(), "credentials-expired");
    assert_eq!(asked_of_kms(&world).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn another_key_than_the_pinned_one_is_refused_before_kms_is_asked() {
    let setup = Setup {
        options: demanding(pinned(KEY)),
        ..Setup::default()
    };
    let (world, _, state) = shake_hands(setup, OTHER_KEY).await;
    let error = failure_of(state);
    assert!(
        matches!(&error, SessionError::WrongKey { named, pinned } if named == OTHER_KEY && pinned.as_str() == KEY)
    );
    assert_eq!(asked_of_kms(&world), []);
}

#[tokio::test(start_paused = true)]
async fn an_alias_is_resolved_by_kms_and_compared() {
    for (used, is_right) in [(KEY, true), (OTHER_KEY, false)] {
        for (pin, named) in [("alias/ops", KEY), (KEY, "alias/ops")] {
            let control = scripted();
            control.generate_data_key.answers(move |_| Ok(data_key(used, 64)));
            let setup = Setup {
                options: demanding(pinned(pin)),
                control,
                ..Setup::default()
            };
            let (world, _, state) = shake_hands(setup, named).await;
            assert_eq!(
                asked_of_kms(&world)[0].key,
                "alias/ops",
                "only KMS knows what it stands for"
            );
            if is_right {
                assert_eq!(key_of(state), KEY);
            } else {
                assert_eq!(failure_of(state).code(), "wrong-key");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_alias_of_another_account_does_not_stand_for_the_pinned_one() {
    let control = scripted();
    control.generate_data_key.answers(move |_| Ok(data_key(KEY, 64)));
    let setup = Setup {
        options: demanding(pinned("alias/ops")),
        control,
        ..Setup::default()
    };
    let (world, ..) = shake_hands(setup, "arn:aws:kms:eu-central-1:444455556666:alias/ops").await;
    assert_eq!(
        asked_of_kms(&world)[0].key,
        "alias/ops",
        "the account's own alias is used"
    );
}

#[tokio::test(start_paused = true)]
async fn a_session_whose_target_nobody_told_cannot_be_encrypted_and_says_what_to_update() {
    let setup = Setup {
        adopted: Some((grant(0, None), None)),
        ..Setup::default()
    };
    let (world, _, state) = shake_hands(setup, KEY).await;
    let error = failure_of(state);
    assert_eq!(error, SessionError::NoTarget);
    assert!(error.next_step().contains("AWS CLI"));
    assert_eq!(asked_of_kms(&world), []);
}

#[tokio::test(start_paused = true)]
async fn the_target_of_an_adopted_session_is_the_one_that_was_told() {
    let setup = Setup {
        adopted: Some((grant(0, None), Some("mi-0123".to_owned()))),
        ..Setup::default()
    };
    let (world, _, state) = shake_hands(setup, KEY).await;
    assert_eq!(key_of(state), KEY);
    assert_eq!(asked_of_kms(&world)[0].target, "mi-0123");
}

#[tokio::test(start_paused = true)]
async fn a_kms_that_does_not_answer_fails_before_the_agent_gives_up() {
    let control = scripted();
    control.generate_data_key.takes(Duration::from_secs(3600));
    let started_at = Instant::now();
    let (_, _, state) = shake_hands(control, KEY).await;
    assert_eq!(failure_of(state).code(), "data-key-timed-out");
    assert!(
        started_at.elapsed() < Duration::from_secs(14),
        "{:?}",
        started_at.elapsed()
    );
}

#[tokio::test(start_paused = true)]
async fn a_key_of_another_length_is_refused() {
    let control = scripted();
    control.generate_data_key.answers(|_| Ok(data_key(KEY, 32)));
    let (_, _, state) = shake_hands(control, KEY).await;
    assert_eq!(failure_of(state).code(), "malformed-data-key");
}

#[tokio::test(start_paused = true)]
async fn the_policy_decides_whether_there_is_encryption() {
    let off = Setup {
        options: demanding(EncryptionPolicy::Off),
        ..Setup::default()
    };
    let (world, _, state) = shake_hands(off, KEY).await;
    let error = failure_of(state);
    assert!(
        matches!(error, SessionError::Channel(ChannelFailure::EncryptionOff { .. })),
        "{error:?}"
    );
    assert_eq!(asked_of_kms(&world), []);

    let required = Setup {
        options: demanding(EncryptionPolicy::Require { key: None }),
        ..Setup::default()
    };
    let (mut world, mut peer) = World::opened(required).await;
    peer.output(0, "in the clear").await;
    let seen = world.until(crate::SessionEvent::is_last).await;
    assert!(
        !seen
            .iter()
            .any(|event| matches!(event, crate::SessionEvent::Output(_))),
        "{seen:?}"
    );
    assert_eq!(
        seen.last(),
        Some(&crate::SessionEvent::State(SessionState::Failed(
            SessionError::Channel(ChannelFailure::NotEncrypted)
        )))
    );
}

#[tokio::test(start_paused = true)]
async fn the_loop_goes_on_while_kms_thinks() {
    let control = scripted();
    control.generate_data_key.takes(Duration::from_secs(12));
    let (mut world, mut peer) = World::opened(control).await;
    let mut agent = Agent::encrypted(1, KEY);
    agent.serve(&mut peer, sleep(Duration::from_secs(5))).await;
    world.type_in("typed ahead").await;
    let pings = peer.pings;
    world.session.retry_now();
    agent.serve(&mut peer, sleep(Duration::from_secs(1))).await;
    assert!(peer.pings > pings, "the link is watched");
    assert_eq!(agent.typed, b"", "nothing leaves before the handshake");
    let state = agent
        .serve(&mut peer, world.until_state(is_ready_or_over))
        .await
        .unwrap();
    assert_eq!(key_of(state), KEY);
    agent.serve(&mut peer, sleep(Duration::from_secs(1))).await;
    assert_eq!(agent.typed, b"typed ahead");
}

#[tokio::test(start_paused = true)]
async fn leaving_does_not_wait_for_kms() {
    let control = scripted();
    control.generate_data_key.takes(Duration::from_secs(12));
    let (mut world, mut peer) = World::opened(control).await;
    let mut agent = Agent::encrypted(1, KEY);
    agent.serve(&mut peer, sleep(Duration::from_secs(1))).await;
    let left_at = Instant::now();
    world.session.terminate();
    let ((), _) = tokio::join!(peer.until_gone(), world.last_state());
    assert!(left_at.elapsed() < Duration::from_secs(1));
}

#[tokio::test(start_paused = true)]
async fn a_key_that_comes_while_the_link_is_down_is_given_on_the_next() {
    let control = scripted();
    control.generate_data_key.takes(Duration::from_secs(4));
    control.resume_session.takes(Duration::from_secs(6));
    let (mut world, mut peer) = World::opened(control).await;
    let mut agent = Agent::encrypted(1, KEY);
    agent.serve(&mut peer, sleep(Duration::from_secs(1))).await;
    drop(peer);
    agent.client_is_gone();
    world.until_resuming().await;
    let mut peer = world.accept().await;
    agent.client_is_back();
    let state = agent
        .serve(&mut peer, world.until_state(is_ready_or_over))
        .await
        .unwrap();
    assert_eq!(key_of(state), KEY);
    assert_eq!(asked_of_kms(&world).len(), 1, "KMS is asked once");
}

#[tokio::test(start_paused = true)]
async fn an_agent_that_is_refused_gets_its_answer_and_no_secret_of_this_computer() {
    let control = data_keys_after([ControlError::NoCredentials {
        who: "canary-profile".into(),
        detail: "canary-path".into(),
    }]);
    let (mut world, mut peer) = World::opened(control).await;
    let request = format!(
        r#"{{"AgentVersion":"3.3.987.0","RequestedClientActions":[
        {{"ActionType":"SessionType","ActionParameters":{{"SessionType":"Standard_Stream","Properties":null}}}},
        {{"ActionType":"KMSEncryption","ActionParameters":{{"KMSKeyId":"{KEY}"}}}}]}}"#
    );
    peer.send(
        postern_protocol::MessageKind::OutputStreamData,
        0,
        PayloadType::HandshakeRequest,
        request.into(),
    )
    .await;
    let response = peer.next_input().await;
    assert_eq!(response.payload_type, PayloadType::HandshakeResponse);
    let text = String::from_utf8(response.payload.to_vec()).unwrap();
    assert!(text.contains("no-credentials"), "{text}");
    assert!(!text.contains("canary"), "{text}");
    let ((), error) = tokio::join!(peer.until_gone(), world.until_failed());
    assert_eq!(error.code(), "no-credentials");
}
