//! The calls to AWS that a session needs, in one scope.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use postern_model::{
    ControlError, DataKey, DataKeyRequest, Scope, SessionControl, SessionGrant, SessionId, SocketSettings,
    StartRequest, StreamUrl, Target,
};

/// A StartSession under way. It is never dropped half-way: its session would have no id to be ended by.
pub(super) type StartCall = BoxFuture<'static, Result<SessionGrant, ControlError>>;

/// The control plane as one scope.
#[derive(Clone)]
pub(crate) struct Aws {
    control: Arc<dyn SessionControl>,
    scope: Scope,
}

impl Aws {
    pub(crate) fn new(control: Arc<dyn SessionControl>, scope: Scope) -> Self {
        Self { control, scope }
    }

    pub(super) fn start(&self, request: StartRequest) -> StartCall {
        let Self { control, scope } = self.clone();
        async move { control.start_session(&scope, &request).await }.boxed()
    }

    pub(super) async fn has_just_started(&self, target: &Target) -> bool {
        self.control.has_just_started(&self.scope, target).await
    }

    pub(super) async fn resume(&self, session: &SessionId) -> Result<SessionGrant, ControlError> {
        self.control.resume_session(&self.scope, session).await
    }

    pub(super) async fn terminate(&self, session: &SessionId) -> Result<(), ControlError> {
        self.control.terminate_session(&self.scope, session).await
    }

    pub(super) async fn data_key(&self, request: &DataKeyRequest) -> Result<DataKey, ControlError> {
        self.control.generate_data_key(&self.scope, request).await
    }

    pub(super) async fn socket_settings(&self) -> Result<SocketSettings, ControlError> {
        self.control.socket_settings(&self.scope).await
    }

    /// The headers that sign the upgrade of `url`; none when AWS signed the address itself.
    pub(super) async fn signed_headers(
        &self,
        url: &StreamUrl,
    ) -> Result<Vec<(String, String)>, ControlError> {
        if url.is_presigned() {
            Ok(Vec::new())
        } else {
            self.control.sign_upgrade(&self.scope, url).await
        }
    }

    pub(super) fn scope(&self) -> &Scope {
        &self.scope
    }
}
