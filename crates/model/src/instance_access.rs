//! Ways into an instance beside a session: a key for ssh that is good for a minute, and the first password of Windows.

use async_trait::async_trait;

use crate::{ControlError, NodeId, Scope};

/// What EC2 does to let somebody into an instance.
#[async_trait]
pub trait InstanceAccess: Send + Sync {
    /// EC2 Instance Connect SendSSHPublicKey: for 60 seconds the instance takes `public_key` (one line in OpenSSH's form) for
    /// the user of its system.
    ///
    /// # Errors
    /// [`ControlError::Denied`] with `ec2-instance-connect:SendSSHPublicKey`, and any other.
    async fn send_ssh_key(
        &self,
        scope: &Scope,
        instance: &NodeId,
        user: &str,
        public_key: &str,
    ) -> Result<(), ControlError>;

    /// EC2 GetPasswordData: the password that Windows made for its Administrator at the first start, encrypted (RSA, PKCS #1
    /// version 1.5) with the key that the instance was launched with. None if there is none: the instance was launched without
    /// a key, its image makes no password, or it was not ready yet.
    ///
    /// # Errors
    /// [`ControlError::Denied`] with `ec2:GetPasswordData`, [`ControlError::MalformedAnswer`], and any other.
    async fn password_data(&self, scope: &Scope, instance: &NodeId) -> Result<Option<Vec<u8>>, ControlError>;
}
