//! What the socket of a data channel needs: how it is opened, and the signature of its upgrade.

use async_trait::async_trait;
use postern_model::{ControlError, Scope, SocketSettings, Sockets, StreamUrl};

use crate::AwsControlPlane;
use crate::sign;

#[async_trait]
impl Sockets for AwsControlPlane {
    async fn socket_settings(&self, scope: &Scope) -> Result<SocketSettings, ControlError> {
        Self::from_files(self.configuration.settings(scope.profile.as_ref()))
            .await?
            .socket(scope)
    }

    async fn sign_upgrade(
        &self,
        scope: &Scope,
        url: &StreamUrl,
    ) -> Result<Vec<(String, String)>, ControlError> {
        if url.is_presigned() {
            return Ok(Vec::new());
        }
        let (_, credentials) = self.ready(scope).await?;
        let now = self.pool.aws_time();
        let sign = async { sign::upgrade_headers(url, &scope.region, credentials, now) };
        self.in_order(scope, "the signature of the data channel", sign)
            .await
    }
}
