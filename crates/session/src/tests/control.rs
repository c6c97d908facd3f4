//! A control plane that says what the test wrote.

use std::collections::VecDeque;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use postern_model::{
    AgentInformation, CallerIdentity, ControlError, ControlPlane, DataKey, DataKeyRequest, DocumentName,
    DocumentSummary, Instance, Page, PageToken, ProfileName, ProfileSummary, Region, Scope, SessionDocument,
    SessionGrant, SessionId, SocketSettings, StartRequest, StreamUrl,
};

use super::{scope, session_id};

pub(super) const HOST: &str = "ssmmessages.eu-central-1.amazonaws.com";

/// What the next calls say; success when nothing is left.
type Script = Mutex<VecDeque<Result<(), ControlError>>>;

#[derive(Default)]
pub(super) struct ScriptedControl {
    pub(super) starts: AtomicUsize,
    pub(super) resumes: AtomicUsize,
    pub(super) terminations: AtomicUsize,
    pub(super) signatures: AtomicUsize,
    /// Errors and successes of the next resumes.
    pub(super) resume_script: Script,
    /// Errors of the next terminations.
    pub(super) terminate_script: Script,
    pub(super) start_error: Option<ControlError>,
    pub(super) sign_error: Option<ControlError>,
    /// Replaces the stream URL of StartSession.
    pub(super) first_url: Option<String>,
    /// Replaces the stream URL of ResumeSession.
    pub(super) resume_url: Option<String>,
    pub(super) settings: SocketSettings,
    pub(super) start_takes: Duration,
    pub(super) resume_takes: Duration,
    pub(super) terminate_takes: Duration,
    pub(super) panics_when_signing: bool,
    /// What ResumeSession and the signing of an upgrade meet at this moment.
    pub(super) weather: Option<Weather>,
    /// What KMS was asked.
    pub(super) data_key_requests: Mutex<Vec<DataKeyRequest>>,
    /// Errors of the next data keys.
    pub(super) data_key_script: Script,
    pub(super) data_key_takes: Duration,
    /// The key that KMS uses, whatever name it was asked for.
    pub(super) key_arn: Option<&'static str>,
    /// Other lengths are no data keys.
    pub(super) data_key_bytes: Option<usize>,
}

/// Answers with the error of the moment.
pub(super) type Weather = Box<dyn Fn() -> Result<(), ControlError> + Send + Sync>;

/// The plaintext of every data key.
pub(super) const DATA_KEY: [u8; 64] = [7; 64];
/// What only KMS can read.
pub(super) const SEALED_KEY: &[u8] = b"sealed";

impl ScriptedControl {
    pub(super) fn count(counter: &AtomicUsize) -> usize {
        counter.load(Ordering::SeqCst)
    }

    pub(super) fn will_make_data_keys(self, script: impl IntoIterator<Item = ControlError>) -> Self {
        let errors = script.into_iter().map(Err);
        self.data_key_script.lock().unwrap().extend(errors);
        self
    }

    pub(super) fn will_resume_with(self, script: impl IntoIterator<Item = Result<(), ControlError>>) -> Self {
        self.resume_script.lock().unwrap().extend(script);
        self
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

    pub(super) fn asked_of_kms(&self) -> Vec<DataKeyRequest> {
        self.data_key_requests.lock().unwrap().clone()
    }

    fn weather(&self) -> Result<(), ControlError> {
        self.weather.as_ref().map_or(Ok(()), |weather| weather())
    }

    pub(super) fn grant(number: usize, url: Option<&String>) -> SessionGrant {
        let own = format!(
            "wss://{HOST}/v1/data-channel/{}?role=publish_subscribe&n={number}",
            session_id()
        );
        SessionGrant {
            session: session_id(),
            token: format!("token-{number}").into(),
            stream_url: url.cloned().unwrap_or(own),
        }
    }
}

#[async_trait]
impl ControlPlane for ScriptedControl {
    async fn profiles(&self) -> Result<Vec<ProfileSummary>, ControlError> {
        Ok(Vec::new())
    }

    async fn resolve(&self, _: Option<ProfileName>, _: Option<Region>) -> Result<Scope, ControlError> {
        Ok(scope())
    }

    async fn caller_identity(&self, _: &Scope) -> Result<CallerIdentity, ControlError> {
        unreachable!("a session does not ask who it is")
    }

    async fn instances(
        &self,
        _: &Scope,
        _: bool,
        _: Option<PageToken>,
    ) -> Result<Page<Instance>, ControlError> {
        unreachable!("a session lists nothing")
    }

    async fn agents(&self, _: &Scope, _: Option<PageToken>) -> Result<Page<AgentInformation>, ControlError> {
        unreachable!("a session lists nothing")
    }

    async fn start_session(&self, _: &Scope, _: &StartRequest) -> Result<SessionGrant, ControlError> {
        self.starts.fetch_add(1, Ordering::SeqCst);
        tokio::time::sleep(self.start_takes).await;
        match &self.start_error {
            Some(error) => Err(error.clone()),
            None => Ok(Self::grant(0, self.first_url.as_ref())),
        }
    }

    async fn resume_session(&self, _: &Scope, session: &SessionId) -> Result<SessionGrant, ControlError> {
        assert_eq!(*session, session_id());
        let number = self.resumes.fetch_add(1, Ordering::SeqCst) + 1;
        tokio::time::sleep(self.resume_takes).await;
        let next = self.resume_script.lock().unwrap().pop_front();
        next.unwrap_or_else(|| self.weather())
            .map(|()| Self::grant(number, self.resume_url.as_ref()))
    }

    async fn terminate_session(&self, _: &Scope, session: &SessionId) -> Result<(), ControlError> {
        assert_eq!(*session, session_id());
        self.terminations.fetch_add(1, Ordering::SeqCst);
        tokio::time::sleep(self.terminate_takes).await;
        let next = self.terminate_script.lock().unwrap().pop_front();
        next.unwrap_or(Ok(()))
    }

    async fn generate_data_key(&self, _: &Scope, request: &DataKeyRequest) -> Result<DataKey, ControlError> {
        self.data_key_requests.lock().unwrap().push(request.clone());
        tokio::time::sleep(self.data_key_takes).await;
        let next = self.data_key_script.lock().unwrap().pop_front();
        next.unwrap_or(Ok(())).map(|()| DataKey {
            plaintext: DATA_KEY[..self.data_key_bytes.unwrap_or(64)].to_vec().into(),
            ciphertext: SEALED_KEY.to_vec(),
            key_arn: self.key_arn.unwrap_or(&request.key).to_owned(),
        })
    }

    async fn session_documents(
        &self,
        _: &Scope,
        _: Option<PageToken>,
    ) -> Result<Page<DocumentSummary>, ControlError> {
        unreachable!("no test asks for it")
    }

    async fn session_document(&self, _: &Scope, _: &DocumentName) -> Result<SessionDocument, ControlError> {
        unreachable!("no test asks for it")
    }

    async fn socket_settings(&self, _: &Scope) -> Result<SocketSettings, ControlError> {
        Ok(self.settings.clone())
    }

    async fn sign_upgrade(&self, _: &Scope, _: &StreamUrl) -> Result<Vec<(String, String)>, ControlError> {
        let number = self.signatures.fetch_add(1, Ordering::SeqCst);
        assert!(!self.panics_when_signing, "as the test wishes");
        self.weather()?;
        match &self.sign_error {
            Some(error) => Err(error.clone()),
            None => Ok(vec![("authorization".into(), format!("signature-{number}"))]),
        }
    }
}
