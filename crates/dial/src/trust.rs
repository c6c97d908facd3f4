//! The certificates that are trusted: the user's bundle, else those of the operating system.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use postern_model::{display_text, system_text};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};

use crate::DialError;

/// What TLS trusts.
#[derive(Debug, Clone)]
pub struct Trust {
    config: Arc<ClientConfig>,
}

impl Trust {
    /// Only the certificates of `bundle`, or without one the system's, which are read once. Reads files: not for a thread
    /// that others wait for.
    ///
    /// # Errors
    /// [`DialError::Certificates`] when there is none that can be used.
    pub fn read(bundle: Option<&Path>) -> Result<Self, DialError> {
        static SYSTEM: OnceLock<Arc<ClientConfig>> = OnceLock::new();
        let failed = |detail| DialError::Certificates {
            path: bundle.map(Path::to_owned),
            detail,
        };
        let config = match (bundle, SYSTEM.get()) {
            (None, Some(config)) => Arc::clone(config),
            (None, None) => {
                let config = config(system_roots().map_err(failed)?).map_err(failed)?;
                Arc::clone(SYSTEM.get_or_init(|| config))
            }
            (Some(path), _) => config(bundle_roots(path).map_err(failed)?).map_err(failed)?,
        };
        Ok(Self { config })
    }

    /// The same for who offers these protocols (ALPN).
    #[must_use]
    pub fn offering(&self, protocols: &[&[u8]]) -> Self {
        let mut config = ClientConfig::clone(&self.config);
        config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
        Self {
            config: Arc::new(config),
        }
    }

    pub(crate) fn config(&self) -> Arc<ClientConfig> {
        Arc::clone(&self.config)
    }

    /// For a connection with a proxy itself, which speaks HTTP/1.1 and none of the host's protocols.
    pub(crate) fn config_for_proxy(&self) -> Arc<ClientConfig> {
        if self.config.alpn_protocols.is_empty() {
            self.config()
        } else {
            self.offering(&[]).config
        }
    }
}

/// The certificates of a bundle. One strange certificate among the hundred of a company's bundle is no reason to refuse the
/// others.
///
/// # Errors
/// What is wrong with the file.
pub fn bundle_roots(path: &Path) -> Result<RootCertStore, String> {
    let pem = std::fs::read(path)
        .map_err(|error| format!("the CA bundle cannot be read ({})", system_text(&error)))?;
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(&pem).filter_map(Result::ok) {
        if let Err(error) = roots.add(certificate) {
            tracing::debug!(%error, "a certificate of the CA bundle is left out");
        }
    }
    if roots.is_empty() {
        return Err("the CA bundle holds no usable certificate".to_owned());
    }
    Ok(roots)
}

fn system_roots() -> Result<RootCertStore, String> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    let (added, _) = roots.add_parsable_certificates(found.certs);
    match (added, found.errors.first()) {
        (0, Some(error)) => Err(display_text(&error.to_string())),
        (0, None) => Err("no certificate is in there".to_owned()),
        (_, _) => Ok(roots),
    }
}

fn config(roots: RootCertStore) -> Result<Arc<ClientConfig>, String> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| error.to_string())?;
    Ok(Arc::new(
        builder.with_root_certificates(roots).with_no_client_auth(),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A self-signed certificate made for the tests of crates/aws; its key was thrown away.
    const CERTIFICATE: &str = include_str!("../../aws/tests/data/ca.pem");

    #[test]
    fn a_bundle_may_hold_certificates_that_cannot_be_used() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        let broken = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        std::fs::write(&path, format!("# ours\n{broken}{CERTIFICATE}")).unwrap();
        assert!(Trust::read(Some(&path)).is_ok());
    }

    #[test]
    fn a_bundle_without_certificates_is_named_with_its_reason() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("ca.pem");
        std::fs::write(&path, "nothing here").unwrap();
        let reason = |path: &Path| match Trust::read(Some(path)) {
            Err(DialError::Certificates {
                path: Some(of),
                detail,
            }) => (of, detail),
            other => panic!("{other:?}"),
        };
        assert_eq!(
            reason(&path),
            (
                path.clone(),
                "the CA bundle holds no usable certificate".to_owned()
            )
        );
        let (_, detail) = reason(&folder.path().join("none.pem"));
        assert!(detail.starts_with("the CA bundle cannot be read"), "{detail}");
    }
}
