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
}

impl ScriptedControl {
    pub(super) fn count(counter: &AtomicUsize) -> usize {
        counter.load(Ordering::SeqCst)
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

    fn grant(number: usize, url: Option<&String>) -> SessionGrant {
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
        next.unwrap_or(Ok(()))
            .map(|()| Self::grant(number, self.resume_url.as_ref()))
    }

    async fn terminate_session(&self, _: &Scope, session: &SessionId) -> Result<(), ControlError> {
        assert_eq!(*session, session_id());
        self.terminations.fetch_add(1, Ordering::SeqCst);
        tokio::time::sleep(self.terminate_takes).await;
        let next = self.terminate_script.lock().unwrap().pop_front();
        next.unwrap_or(Ok(()))
    }

    async fn generate_data_key(&self, _: &Scope, _: &DataKeyRequest) -> Result<DataKey, ControlError> {
        unreachable!("no test asks for it")
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
        match &self.sign_error {
            Some(error) => Err(error.clone()),
            None => Ok(vec![("authorization".into(), format!("signature-{number}"))]),
        }
    }
}
