//! The proof that whoever asks for a token has a certain key: the header `DPoP` (RFC 9449).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde::Deserialize;

const COORDINATE_BYTES: usize = 32;

#[derive(Deserialize)]
struct ProofHeader {
    typ: String,
    alg: String,
    jwk: ProofKey,
}

#[derive(Deserialize)]
struct ProofKey {
    x: String,
    y: String,
}

#[derive(Deserialize)]
struct ProofClaims {
    htm: String,
    htu: String,
}

/// The key that the header proves for a POST to `url`; none when it proves nothing.
pub(super) fn proven_key(header: &str, url: &str) -> Option<String> {
    let (signed, signature) = header.rsplit_once('.')?;
    let (head, claims) = signed.split_once('.')?;
    let head: ProofHeader = serde_json::from_slice(&decoded(head)?).ok()?;
    let claims: ProofClaims = serde_json::from_slice(&decoded(claims)?).ok()?;
    if head.typ != "dpop+jwt" || head.alg != "ES256" || claims.htm != "POST" || claims.htu != url {
        return None;
    }
    // An uncompressed point: its sign, and two numbers.
    let point = [vec![4], coordinate(&head.jwk.x)?, coordinate(&head.jwk.y)?].concat();
    let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
    key.verify(signed.as_bytes(), &decoded(signature)?).ok()?;
    Some(format!("{}.{}", head.jwk.x, head.jwk.y))
}

/// A number of the point with all its bytes: the AWS CLI leaves out zeros in front, about once in a hundred keys.
fn coordinate(text: &str) -> Option<Vec<u8>> {
    let bytes = decoded(text)?;
    let missing = COORDINATE_BYTES.checked_sub(bytes.len())?;
    Some([vec![0; missing], bytes].concat())
}

fn decoded(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

#[cfg(test)]
pub(crate) mod tests {
    use ring::rand::SystemRandom;
    use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair};
    use serde_json::{Value, json};

    use super::*;

    /// A key, as `aws login` makes one for each sign-in.
    pub(crate) struct ClientKey(EcdsaKeyPair);

    impl ClientKey {
        pub(crate) fn new() -> Self {
            let random = SystemRandom::new();
            let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
            Self(EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, made.as_ref(), &random).unwrap())
        }

        pub(crate) fn proof(&self, url: &str) -> String {
            let point = self.0.public_key().as_ref();
            self.proof_with(url, &point[1..33], &point[33..])
        }

        fn proof_with(&self, url: &str, x: &[u8], y: &[u8]) -> String {
            let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
            let coordinate = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
            let jwk = json!({ "kty": "EC", "crv": "P-256", "x": coordinate(x), "y": coordinate(y) });
            let head = part(&json!({ "typ": "dpop+jwt", "alg": "ES256", "jwk": jwk }));
            let signed = format!(
                "{head}.{}",
                part(&json!({ "htm": "POST", "htu": url, "iat": 1, "jti": "1" }))
            );
            let signature = self.0.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
            format!("{signed}.{}", coordinate(signature.as_ref()))
        }
    }

    #[test]
    fn only_the_holder_of_a_key_proves_it_and_only_for_one_address() {
        let (one, other) = (ClientKey::new(), ClientKey::new());
        let url = "http://127.0.0.1:1/v1/token";
        let proof = one.proof(url);
        assert!(proven_key(&proof, url).is_some());
        assert_eq!(proven_key(&proof, url), proven_key(&one.proof(url), url));
        assert_ne!(proven_key(&other.proof(url), url), proven_key(&proof, url));
        assert_eq!(proven_key(&proof, "http://127.0.0.1:1/v1/other"), None);
        let (signed, _) = proof.rsplit_once('.').unwrap();
        let (_, foreign) = other
            .proof(url)
            .rsplit_once('.')
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .unwrap();
        for bad in ["", "a.b.c", &format!("{signed}.{foreign}")] {
            assert_eq!(proven_key(bad, url), None, "{bad}");
        }
    }

    #[test]
    fn a_coordinate_may_come_without_the_zeros_in_front() {
        let url = "http://127.0.0.1:1/v1/token";
        let begins_with_zero = |key: &ClientKey| key.0.public_key().as_ref()[1] == 0;
        let key = std::iter::repeat_with(ClientKey::new)
            .find(begins_with_zero)
            .unwrap();
        let point = key.0.public_key().as_ref();
        assert!(proven_key(&key.proof_with(url, &point[2..33], &point[33..]), url).is_some());
        let longer = [&[0], &point[1..33]].concat();
        assert_eq!(proven_key(&key.proof_with(url, &longer, &point[33..]), url), None);
    }
}
