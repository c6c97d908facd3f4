//! The proof that a request comes from whoever has the key of a sign-in (DPoP, RFC 9449).

use std::time::SystemTime;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use p256::SecretKey;
use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};
use p256::elliptic_curve::sec1::ToEncodedPoint as _;
use ring::rand::{SecureRandom as _, SystemRandom};
use serde_json::json;

/// The letters of a line in PEM.
const PEM_LINE: usize = 64;

/// SEC 1 has the lengths of all parts before them; on one curve they are always the same. First version 1 and the 32
/// bytes of the private key, then the curve (prime256v1) and the 65 of the public one.
const BEFORE_PRIVATE: &[u8] = &[0x30, 0x77, 0x02, 0x01, 0x01, 0x04, 0x20];
const BEFORE_PUBLIC: &[u8] = &[
    0xa0, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0xa1, 0x44, 0x03, 0x42, 0x00,
];

/// A key on the curve P-256.
#[derive(Clone)]
pub(crate) struct DpopKey(SecretKey);

impl DpopKey {
    /// A new key; none when the system has no random numbers.
    pub(crate) fn generate() -> Option<Self> {
        let mut bytes = [0; 32];
        SystemRandom::new().fill(&mut bytes).ok()?;
        SecretKey::from_slice(&bytes).ok().map(Self)
    }

    /// The key as the AWS CLI keeps it: SEC 1 in PEM.
    pub(crate) fn from_pem(pem: &str) -> Option<Self> {
        SecretKey::from_sec1_pem(pem.trim()).ok().map(Self)
    }

    /// The same form, with the name of the curve, which other tools want to read.
    pub(crate) fn to_pem(&self) -> String {
        let point = self.0.public_key().to_encoded_point(false);
        let der = [
            BEFORE_PRIVATE,
            self.0.to_bytes().as_slice(),
            BEFORE_PUBLIC,
            point.as_bytes(),
        ]
        .concat();
        let text = STANDARD.encode(der);
        let lines = text.as_bytes().chunks(PEM_LINE).map(String::from_utf8_lossy);
        let lines: Vec<_> = lines.collect();
        format!(
            "-----BEGIN EC PRIVATE KEY-----\n{}\n-----END EC PRIVATE KEY-----\n",
            lines.join("\n")
        )
    }

    /// The value of the header `DPoP` for a POST to `url`.
    pub(crate) fn proof(&self, url: &str) -> String {
        let since = SystemTime::now()
            .duration_since(SystemTime::UNIX_EPOCH)
            .unwrap_or_default();
        self.proof_at(url, since.as_secs(), &random_text::<16>().unwrap_or_default())
    }

    fn proof_at(&self, url: &str, seconds: u64, id: &str) -> String {
        let point = self.0.public_key().to_encoded_point(false);
        let coordinate = |bytes: Option<&p256::FieldBytes>| bytes.map(encoded).unwrap_or_default();
        let header = json!({
            "typ": "dpop+jwt",
            "alg": "ES256",
            "jwk": { "kty": "EC", "x": coordinate(point.x()), "y": coordinate(point.y()), "crv": "P-256" },
        });
        let claims = json!({ "htm": "POST", "htu": url, "iat": seconds, "jti": id });
        let signed = format!("{}.{}", encoded(header.to_string()), encoded(claims.to_string()));
        let signature: Signature = SigningKey::from(&self.0).sign(signed.as_bytes());
        format!("{signed}.{}", encoded(signature.to_bytes()))
    }
}

/// `N` random bytes as text for URLs; none when the system has no random numbers.
pub(crate) fn random_text<const N: usize>() -> Option<String> {
    let mut bytes = [0; N];
    SystemRandom::new().fill(&mut bytes).ok()?;
    Some(encoded(bytes))
}

/// As all parts of a token are written.
pub(crate) fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use p256::ecdsa::signature::Verifier as _;

    use super::*;

    const KEY: &str = "-----BEGIN EC PRIVATE KEY-----\n\
        MHcCAQEEINbX/hmdbz4ShJKfUkJ06iZVnYTTVgG7IRnfzLFruytuoAoGCCqGSM49\n\
        AwEHoUQDQgAEVlH5xlzcgOhobVwszOsyEXxnoFCpeyfhGuXJHjol0v5UOOoxzThI\n\
        7AhnYKZjyMiKaS6McChSp0bdZDR2YTIFAQ==\n\
        -----END EC PRIVATE KEY-----\n";

    #[test]
    fn a_key_of_the_aws_cli_is_read_and_written_alike() {
        let key = DpopKey::from_pem(KEY).unwrap();
        assert_eq!(key.to_pem(), KEY);
        assert!(
            DpopKey::from_pem("-----BEGIN EC PRIVATE KEY-----\ncanary\n-----END EC PRIVATE KEY-----")
                .is_none()
        );
        assert!(DpopKey::from_pem(&DpopKey::generate().unwrap().to_pem()).is_some());
    }

    #[test]
    fn a_proof_names_the_request_and_is_signed_by_the_key_it_shows() {
        let key = DpopKey::from_pem(KEY).unwrap();
        let proof = key.proof_at("https://eu-central-1.signin.aws.amazon.com/v1/token", 7, "id");
        let parts: Vec<&str> = proof.split('.').collect();
        let read = |part: &str| -> serde_json::Value {
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
        };
        assert_eq!(
            read(parts[1]),
            json!({"htm": "POST", "htu": "https://eu-central-1.signin.aws.amazon.com/v1/token", "iat": 7, "jti": "id"})
        );
        let header = read(parts[0]);
        assert_eq!(
            (header["typ"].as_str(), header["alg"].as_str()),
            (Some("dpop+jwt"), Some("ES256"))
        );
        assert_eq!(header["jwk"]["x"].as_str().unwrap().len(), 43);
        let signature = Signature::from_slice(&URL_SAFE_NO_PAD.decode(parts[2]).unwrap()).unwrap();
        let signed = format!("{}.{}", parts[0], parts[1]);
        SigningKey::from(&key.0)
            .verifying_key()
            .verify(signed.as_bytes(), &signature)
            .unwrap();
    }
}
