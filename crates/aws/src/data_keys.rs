//! KMS GenerateDataKey for an encrypted session.

use std::time::Duration;

use async_trait::async_trait;
use aws_sdk_kms::primitives::Blob;
use postern_model::{ControlError, DataKey, DataKeyRequest, DataKeys, Scope, aws_host, display_text};
use secrecy::SecretSlice;

use crate::AwsControlPlane;
use crate::call::Call;
use crate::clients::Clients;
use crate::service::Service;
use crate::subject::Subject;

/// The agent gives up an encrypted session 15 s after it asked for the key.
const DATA_KEY_LIMIT: Duration = Duration::from_secs(12);

#[async_trait]
impl DataKeys for AwsControlPlane {
    async fn generate_data_key(
        &self,
        scope: &Scope,
        request: &DataKeyRequest,
    ) -> Result<DataKey, ControlError> {
        let call = self.call(scope, |clients| async move {
            generate_data_key(&clients, scope, request).await
        });
        // Credentials take time too, and a call whose credentials are refused is made twice.
        match tokio::time::timeout(DATA_KEY_LIMIT, call).await {
            Ok(answer) => answer,
            Err(_elapsed) => Err(self.too_late(scope).await),
        }
    }
}

impl AwsControlPlane {
    /// KMS, or the source of the credentials, took too long.
    async fn too_late(&self, scope: &Scope) -> ControlError {
        let settings = self.configuration.settings(scope.profile.as_ref()).await;
        let host = settings.and_then(|settings| settings.host_in(scope, Service::Kms));
        ControlError::Unreachable {
            endpoint: host.unwrap_or_else(|_| aws_host(Service::Kms.prefix(), &scope.region)),
            detail: format!("no data key within {} s", DATA_KEY_LIMIT.as_secs()),
        }
    }
}

/// Half for each direction (plugin contract, protocol §9).
const DATA_KEY_BYTES: i32 = 64;

/// Names of the encryption context; the agent deciphers with the same.
const SESSION: &str = "aws:ssm:SessionId";
const TARGET: &str = "aws:ssm:TargetId";
const RANDOM_CHALLENGE: &str = "aws:ssm:RandomChallenge";

/// Asks for a data key.
async fn generate_data_key(
    clients: &Clients,
    scope: &Scope,
    request: &DataKeyRequest,
) -> Result<DataKey, ControlError> {
    let call = Call {
        scope,
        service: Service::Kms,
        operation: "GenerateDataKey",
        subject: Subject::Key(&request.key),
        clients,
    };
    let mut asked = clients
        .kms
        .generate_data_key()
        .key_id(&request.key)
        .number_of_bytes(DATA_KEY_BYTES)
        .encryption_context(SESSION, request.session.as_str())
        .encryption_context(TARGET, &request.target);
    if let Some(challenge) = &request.random_challenge {
        asked = asked.encryption_context(RANDOM_CHALLENGE, challenge);
    }
    let answer = asked.send().await.map_err(|error| call.failed(&error))?;
    // Into its guarded place first, so that it is wiped whatever else is wrong with the answer.
    let plaintext = answer.plaintext.map(|blob| SecretSlice::from(blob.into_inner()));
    let plaintext = plaintext
        .filter(is_whole)
        .ok_or_else(|| call.malformed(format!("it has no data key of {DATA_KEY_BYTES} bytes")))?;
    let ciphertext = answer.ciphertext_blob.map(Blob::into_inner);
    let ciphertext = ciphertext.filter(|bytes| !bytes.is_empty());
    let key_arn = answer.key_id.filter(|key| !key.is_empty());
    match (ciphertext, key_arn) {
        (Some(ciphertext), Some(key_arn)) => Ok(DataKey {
            plaintext,
            ciphertext,
            key_arn: display_text(&key_arn),
        }),
        (None, _) => Err(call.malformed("it has no encrypted data key")),
        (_, None) => Err(call.malformed("it does not name the key")),
    }
}

fn is_whole(plaintext: &SecretSlice<u8>) -> bool {
    use secrecy::ExposeSecret;
    i32::try_from(plaintext.expose_secret().len()) == Ok(DATA_KEY_BYTES)
}
