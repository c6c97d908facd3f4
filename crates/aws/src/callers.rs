//! Who AWS thinks is calling: STS GetCallerIdentity.

use std::sync::Arc;

use async_trait::async_trait;
use postern_model::{Caller, Callers, ControlError, Scope, display_text};

use crate::AwsControlPlane;
use crate::call::Call;
use crate::clients::Clients;
use crate::service::Service;
use crate::subject::Subject;

#[async_trait]
impl Callers for AwsControlPlane {
    async fn caller(&self, scope: &Scope) -> Result<Caller, ControlError> {
        self.call(scope, |clients| async move { caller(&clients, scope).await })
            .await
    }
}

impl AwsControlPlane {
    /// The hosts that calls of a scope go to, of the services that every profile needs.
    ///
    /// # Errors
    /// Those of the AWS configuration.
    pub async fn hosts(&self, scope: &Scope) -> Result<Vec<(&'static str, String)>, ControlError> {
        let clients = self.pool.clients(&self.configuration, scope).await?;
        let host = |service: Service| (service.prefix(), clients.host(service).to_owned());
        Ok(Service::NEEDED.map(host).into())
    }
}

async fn caller(clients: &Arc<Clients>, scope: &Scope) -> Result<Caller, ControlError> {
    let call = Call {
        scope,
        service: Service::Sts,
        operation: "GetCallerIdentity",
        subject: Subject::Listing,
        clients,
    };
    let answer = clients.sts.get_caller_identity().send().await;
    let answer = answer.map_err(|error| call.failed(&error))?;
    let (Some(account), Some(arn)) = (answer.account(), answer.arn()) else {
        return Err(call.malformed("it names nobody"));
    };
    let held = clients.credentials.current().await.ok();
    Ok(Caller {
        account: display_text(account),
        arn: display_text(arn),
        expires_at: held.and_then(|held| held.expiry()),
    })
}
