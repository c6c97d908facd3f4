//! The certificates that the HTTP client trusts: the user's bundle, else those of the operating system.

use std::path::Path;

use aws_smithy_http_client::tls::TrustStore;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use postern_model::{ControlError, system_text};
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

/// The trust store for `bundle`, whose certificates replace the system's, or without one the system's.
///
/// # Errors
/// [`ControlError::MalformedConfiguration`] with the bundle's path when it cannot be read or holds no certificate.
pub(crate) fn trust_store(bundle: Option<&Path>) -> Result<TrustStore, ControlError> {
    match bundle {
        Some(path) => trust_bundle(path),
        None => Ok(trust_system()),
    }
}

/// Every certificate is tried here, because the SDK's HTTP client panics on one that it cannot use. One strange
/// certificate among the hundred of a company's bundle is no reason to refuse the others.
fn trust_bundle(path: &Path) -> Result<TrustStore, ControlError> {
    let unusable = |detail: String| ControlError::MalformedConfiguration {
        path: path.into(),
        line: None,
        detail,
    };
    let pem = std::fs::read(path)
        .map_err(|error| unusable(format!("the CA bundle cannot be read ({})", system_text(&error))))?;
    let mut roots = RootCertStore::empty();
    let mut store = TrustStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem).filter_map(Result::ok) {
        let encoded = STANDARD.encode(&certificate);
        match roots.add(certificate) {
            Ok(()) => {
                store.add_pem_certificate(format!(
                    "-----BEGIN CERTIFICATE-----\n{encoded}\n-----END CERTIFICATE-----\n"
                ));
            }
            Err(error) => tracing::debug!(%error, "a certificate of the CA bundle is left out"),
        }
    }
    if roots.is_empty() {
        Err(unusable("the CA bundle holds no usable certificate".into()))
    } else {
        Ok(store)
    }
}

/// A debug build of the HTTP client asserts that the system has certificates; one without any must fail at its first
/// TLS connection instead, with the reason.
fn trust_system() -> TrustStore {
    if cfg!(debug_assertions) && rustls_native_certs::load_native_certs().certs.is_empty() {
        return TrustStore::empty();
    }
    TrustStore::default()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A self-signed certificate made for this test; its key was thrown away.
    const CERTIFICATE: &str = include_str!("../tests/data/ca.pem");

    #[test]
    fn a_bundle_may_hold_certificates_that_cannot_be_used() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        std::fs::write(&path, format!("# ours\n{broken}{CERTIFICATE}")).unwrap();
        assert!(trust_store(Some(&path)).is_ok());
    }

    #[test]
    fn a_bundle_without_certificates_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        std::fs::write(&path, "nothing here").unwrap();
        let error = trust_store(Some(&path)).unwrap_err().to_string();
        assert!(
            error.contains("ca.pem: the CA bundle holds no usable certificate"),
            "{error}"
        );
        let error = trust_store(Some(&folder.path().join("none.pem")))
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("none.pem: the CA bundle cannot be read"),
            "{error}"
        );
    }
}
