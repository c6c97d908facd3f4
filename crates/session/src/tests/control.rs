//! What AWS answers to these sessions.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use postern_model::{ControlError, DataKey, SessionGrant};
use postern_scripted::ScriptedControlPlane;

use super::session_id;

pub(super) const HOST: &str = "ssmmessages.eu-central-1.amazonaws.com";

/// The plaintext of every data key.
pub(super) const DATA_KEY: [u8; 64] = [7; 64];
/// What only KMS can read.
pub(super) const SEALED_KEY: &[u8] = b"sealed";

/// An AWS where everything succeeds: grants, resumes and signatures are numbered from 0, resumes from 1.
pub(super) fn scripted() -> ScriptedControlPlane {
    let control = ScriptedControlPlane::default();
    control.start_session.answers(|_| Ok(grant(0, None)));
    let resumes = AtomicUsize::new(0);
    control.resume_session.answers(move |asked| {
        assert_eq!(asked.request, session_id());
        Ok(grant(resumes.fetch_add(1, Ordering::SeqCst) + 1, None))
    });
    control.terminate_session.answers(|asked| {
        assert_eq!(asked.request, session_id());
        Ok(())
    });
    control
        .generate_data_key
        .answers(|asked| Ok(data_key(&asked.request.key, DATA_KEY.len())));
    let signatures = AtomicUsize::new(0);
    control.sign_upgrade.answers(move |_| {
        let number = signatures.fetch_add(1, Ordering::SeqCst);
        Ok(vec![("authorization".into(), format!("signature-{number}"))])
    });
    control
}

/// The next resumes meet these outcomes.
pub(super) fn resuming_after(
    outcomes: impl IntoIterator<Item = Result<(), ControlError>>,
) -> ScriptedControlPlane {
    let control = scripted();
    control.resume_session.next(outcomes);
    control
}

/// KMS fails so at first.
pub(super) fn data_keys_after(errors: impl IntoIterator<Item = ControlError>) -> ScriptedControlPlane {
    let control = scripted();
    control.generate_data_key.next(errors.into_iter().map(Err));
    control
}

/// What ResumeSession and the signing of an upgrade meet at each moment.
pub(super) fn in_weather(
    weather: impl Fn() -> Result<(), ControlError> + Send + Sync + 'static,
) -> ScriptedControlPlane {
    let control = scripted();
    let weather = Arc::new(weather);
    let meanwhile = Arc::clone(&weather);
    control
        .resume_session
        .may_answer(move |_| weather().err().map(Err));
    control
        .sign_upgrade
        .may_answer(move |_| meanwhile().err().map(Err));
    control
}

/// The right to open link `number`, at `url` or at an address of AWS.
pub(super) fn grant(number: usize, url: Option<&str>) -> SessionGrant {
    let own = format!(
        "wss://{HOST}/v1/data-channel/{}?role=publish_subscribe&n={number}",
        session_id()
    );
    SessionGrant {
        session: session_id(),
        token: format!("token-{number}").into(),
        stream_url: url.map_or(own, str::to_owned),
    }
}

/// A data key that KMS made with the key `arn`; other lengths than 64 are no data keys.
pub(super) fn data_key(arn: &str, length: usize) -> DataKey {
    DataKey {
        plaintext: DATA_KEY[..length].to_vec().into(),
        ciphertext: SEALED_KEY.to_vec(),
        key_arn: arn.to_owned(),
    }
}

pub(super) fn unreachable() -> ControlError {
    ControlError::Unreachable {
        endpoint: HOST.into(),
        detail: "no network".into(),
    }
}

pub(super) fn throttled() -> ControlError {
    ControlError::Throttled {
        operation: "ssm:ResumeSession".into(),
    }
}

pub(super) fn expired() -> ControlError {
    ControlError::CredentialsExpired {
        who: "acme-prod".into(),
        detail: "the token is too old".into(),
    }
}

pub(super) fn denied(action: &str) -> ControlError {
    ControlError::Denied {
        who: "acme-prod".into(),
        action: action.into(),
        detail: "no policy allows it".into(),
    }
}
