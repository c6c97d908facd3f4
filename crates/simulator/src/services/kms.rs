//! The KMS JSON API: GenerateDataKey, Decrypt, DescribeKey and ListAliases.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer};
use serde_json::{Value, json};

use super::Caller;
use crate::kms::{EncryptionContext, Key, Kms, key_arn};
use crate::wire::{ApiError, PageTokens};
use crate::wire::{check_length, page_size, put, read, unknown_operation};

/// The longest data key that KMS makes.
const DATA_KEY_BYTES: std::ops::RangeInclusive<i64> = 1..=1024;

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct KmsRequest {
    key_id: String,
    number_of_bytes: Option<i64>,
    key_spec: Option<String>,
    encryption_context: EncryptionContext,
    #[serde(deserialize_with = "base64_bytes")]
    ciphertext_blob: Vec<u8>,
    limit: Option<i64>,
    marker: Option<String>,
}

/// Answers one authenticated and permitted call with a JSON object.
pub(crate) fn answer(kms: &Kms, caller: &Caller, operation: &str, body: &[u8]) -> Result<Vec<u8>, ApiError> {
    let request: KmsRequest = read(body)?;
    let answer = match operation {
        "GenerateDataKey" => generate_data_key(kms, caller, &request),
        "Decrypt" => decrypt(kms, caller, &request),
        "DescribeKey" => describe_key(kms, caller, &request),
        "ListAliases" => list_aliases(kms, caller, &request),
        other => Err(unknown_operation(other)),
    }?;
    Ok(answer.to_string().into_bytes())
}

fn generate_data_key(kms: &Kms, caller: &Caller, request: &KmsRequest) -> Result<Value, ApiError> {
    check_length(&request.key_id, "keyId", 2048)?;
    let bytes = bytes_asked(request)?;
    let (account, region) = (&caller.profile.account, &caller.region);
    let made = kms.generate_data_key(
        account,
        region,
        &request.key_id,
        bytes,
        &request.encryption_context,
    )?;
    Ok(json!({
        "CiphertextBlob": STANDARD.encode(&made.ciphertext),
        "Plaintext": STANDARD.encode(&*made.plaintext),
        "KeyId": made.key_arn,
    }))
}

fn bytes_asked(request: &KmsRequest) -> Result<usize, ApiError> {
    let both = "Please specify either number of bytes or key spec.";
    match (request.number_of_bytes, request.key_spec.as_deref()) {
        (Some(bytes), None) if DATA_KEY_BYTES.contains(&bytes) => Ok(usize::try_from(bytes).unwrap_or(64)),
        (Some(bytes), None) => Err(ApiError::new(
            "ValidationException",
            format!(
                "1 validation error detected: Value '{bytes}' at 'numberOfBytes' failed to satisfy constraint: \
                 Member must have value less than or equal to 1024 and greater than or equal to 1"
            ),
        )),
        (None, Some("AES_128")) => Ok(16),
        (None, Some("AES_256")) => Ok(32),
        (None, Some(other)) => Err(ApiError::new(
            "ValidationException",
            format!(
                "1 validation error detected: Value '{other}' at 'keySpec' failed to satisfy constraint: Member must \
                 satisfy enum value set: [AES_128, AES_256]"
            ),
        )),
        (Some(_), Some(_)) | (None, None) => Err(ApiError::new("ValidationException", both)),
    }
}

fn decrypt(kms: &Kms, caller: &Caller, request: &KmsRequest) -> Result<Value, ApiError> {
    let (account, region) = (&caller.profile.account, &caller.region);
    let blob = &request.ciphertext_blob;
    let plaintext = kms.decrypt(account, region, blob, &request.encryption_context)?;
    let named = key_arn(blob).unwrap_or("");
    Ok(json!({
        "Plaintext": STANDARD.encode(&*plaintext),
        "KeyId": named,
        "EncryptionAlgorithm": "SYMMETRIC_DEFAULT",
    }))
}

fn describe_key(kms: &Kms, caller: &Caller, request: &KmsRequest) -> Result<Value, ApiError> {
    check_length(&request.key_id, "keyId", 2048)?;
    let key = kms.key(&caller.profile.account, &caller.region, &request.key_id)?;
    Ok(json!({ "KeyMetadata": {
        "AWSAccountId": key.account,
        "KeyId": key.id,
        "Arn": key.arn,
        "Enabled": key.state.name() == "Enabled",
        "Description": key.description,
        "KeyUsage": "ENCRYPT_DECRYPT",
        "KeyState": key.state.name(),
        "Origin": "AWS_KMS",
        "KeyManager": "CUSTOMER",
        "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT",
        "KeySpec": "SYMMETRIC_DEFAULT",
        "EncryptionAlgorithms": ["SYMMETRIC_DEFAULT"],
        "MultiRegion": false,
    }}))
}

fn list_aliases(kms: &Kms, caller: &Caller, request: &KmsRequest) -> Result<Value, ApiError> {
    let size = page_size(request.limit, 1..=100, 50)?;
    let (account, region) = (&caller.profile.account, &caller.region);
    let of_key = Some(&request.key_id).filter(|name| !name.is_empty());
    let asked = |key: &Key| of_key.is_none_or(|name| key.is_named(name)).then(|| alias(key));
    let tokens = PageTokens::new((account, region, "aliases", of_key));
    let page = tokens
        .page(kms.keys(account, region), asked, request.marker.as_deref(), size)
        .ok_or_else(|| ApiError::new("InvalidMarkerException", "The marker is not valid."))?;
    let mut answer = json!({ "Aliases": page.items, "Truncated": page.next.is_some() });
    put(&mut answer, "NextMarker", page.next.map(Value::from));
    Ok(answer)
}

fn alias(key: &Key) -> Value {
    json!({ "AliasName": key.alias, "AliasArn": key.alias_arn, "TargetKeyId": key.id })
}

fn base64_bytes<'de, D: Deserializer<'de>>(from: D) -> Result<Vec<u8>, D::Error> {
    let text = Option::<String>::deserialize(from)?.unwrap_or_default();
    STANDARD.decode(text).map_err(serde::de::Error::custom)
}
