//! EC2 Instance Connect SendSSHPublicKey and EC2 GetPasswordData.

use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use postern_model::{ControlError, InstanceAccess, NodeId, Scope};

use crate::AwsControlPlane;
use crate::call::Call;
use crate::clients::Clients;
use crate::service::Service;
use crate::subject::Subject;

#[async_trait]
impl InstanceAccess for AwsControlPlane {
    async fn send_ssh_key(
        &self,
        scope: &Scope,
        instance: &NodeId,
        user: &str,
        public_key: &str,
    ) -> Result<(), ControlError> {
        self.call(scope, |clients| async move {
            send_ssh_key(&clients, scope, instance, user, public_key).await
        })
        .await
    }

    async fn password_data(&self, scope: &Scope, instance: &NodeId) -> Result<Option<Vec<u8>>, ControlError> {
        self.call(scope, |clients| async move {
            password_data(&clients, scope, instance).await
        })
        .await
    }
}

async fn send_ssh_key(
    clients: &Clients,
    scope: &Scope,
    instance: &NodeId,
    user: &str,
    public_key: &str,
) -> Result<(), ControlError> {
    let call = Call {
        scope,
        service: Service::InstanceConnect,
        operation: "SendSSHPublicKey",
        subject: Subject::Listing,
        clients,
    };
    let client = clients.optional.instance_connect()?;
    let request = client
        .send_ssh_public_key()
        .instance_id(instance.as_str())
        .instance_os_user(user)
        .ssh_public_key(public_key);
    let answer = request.send().await.map_err(|error| call.failed(&error))?;
    if answer.success() {
        Ok(())
    } else {
        Err(call.malformed("it says that the key was not taken, and not why"))
    }
}

async fn password_data(
    clients: &Clients,
    scope: &Scope,
    instance: &NodeId,
) -> Result<Option<Vec<u8>>, ControlError> {
    let call = Call {
        scope,
        service: Service::Ec2,
        operation: "GetPasswordData",
        subject: Subject::Listing,
        clients,
    };
    let request = clients.ec2.get_password_data().instance_id(instance.as_str());
    let answer = request.send().await.map_err(|error| call.failed(&error))?;
    // EC2 breaks the text into lines.
    let text: String = answer
        .password_data()
        .unwrap_or_default()
        .split_ascii_whitespace()
        .collect();
    if text.is_empty() {
        return Ok(None);
    }
    let bytes = STANDARD.decode(text);
    bytes
        .map(Some)
        .map_err(|_| call.malformed("its password data is no base64"))
}
