//! The private key that an instance was launched with, as a file of the user's.

use std::env;
use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use postern_model::{NodeId, system_text};
use rsa::pkcs1::DecodeRsaPrivateKey;
use rsa::pkcs8::DecodePrivateKey;
use rsa::{BigUint, Pkcs1v15Encrypt, RsaPrivateKey};
use secrecy::SecretString;
use ssh_key::private::RsaKeypair;
use zeroize::Zeroizing;

use crate::{DesktopError, KeyProblem};

/// No key is longer; whatever is was chosen by mistake.
const LONGEST: u64 = 64 * 1024;

/// A key that passwords can be decrypted with. It is wiped when it is dropped.
pub struct KeyFile {
    path: PathBuf,
    key: RsaPrivateKey,
}

impl KeyFile {
    /// Reads a file: PEM (PKCS #1, as EC2 gives them out, or PKCS #8), or OpenSSH's form. `~/` is this user's home.
    ///
    /// # Errors
    /// [`DesktopError::KeyFile`].
    pub fn read(path: &Path) -> Result<Self, DesktopError> {
        let path = at_home(path);
        match read(&path).and_then(|text| parse(&text)) {
            Ok(key) => Ok(Self { path, key }),
            Err(problem) => Err(DesktopError::KeyFile { path, problem }),
        }
    }

    /// The password of an instance, from what EC2 gives for it.
    ///
    /// # Errors
    /// [`DesktopError::NoPassword`] without data, [`DesktopError::WrongKey`].
    pub fn decrypt(&self, node: &NodeId, data: Option<&[u8]>) -> Result<SecretString, DesktopError> {
        let data = data.ok_or_else(|| DesktopError::NoPassword(node.clone()))?;
        let wrong = || DesktopError::WrongKey {
            path: self.path.clone(),
            node: node.clone(),
        };
        let bytes = self.key.decrypt(Pkcs1v15Encrypt, data).map_err(|_| wrong())?;
        let bytes = Zeroizing::new(bytes);
        let text = std::str::from_utf8(&bytes).map_err(|_| wrong())?;
        Ok(SecretString::from(text))
    }
}

impl std::fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("KeyFile")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

fn at_home(path: &Path) -> PathBuf {
    match (path.strip_prefix("~"), env::home_dir()) {
        (Ok(rest), Some(home)) => home.join(rest),
        _ => path.to_owned(),
    }
}

fn read(path: &Path) -> Result<Zeroizing<String>, KeyProblem> {
    let unreadable = |error: &io::Error| KeyProblem::Unreadable(system_text(error));
    let file = File::open(path).map_err(|error| unreadable(&error))?;
    let mut text = Zeroizing::new(String::new());
    match file.take(LONGEST).read_to_string(&mut text) {
        Ok(_) => Ok(text),
        Err(error) if error.kind() == io::ErrorKind::InvalidData => Err(KeyProblem::NoPrivateKey),
        Err(error) => Err(unreadable(&error)),
    }
}

fn parse(text: &str) -> Result<RsaPrivateKey, KeyProblem> {
    if text.contains("-----BEGIN OPENSSH PRIVATE KEY-----") {
        return of_openssh(text);
    }
    if text.contains("-----BEGIN ENCRYPTED PRIVATE KEY-----") || text.contains("Proc-Type: 4,ENCRYPTED") {
        return Err(KeyProblem::Locked);
    }
    if let Some(der) = pem(text, "RSA PRIVATE KEY") {
        return RsaPrivateKey::from_pkcs1_der(&der?).map_err(|_| KeyProblem::Damaged);
    }
    if let Some(der) = pem(text, "PRIVATE KEY") {
        return of_pkcs8(&der?);
    }
    let is_other = text.contains("PRIVATE KEY-----");
    Err(if is_other {
        KeyProblem::NotRsa
    } else {
        KeyProblem::NoPrivateKey
    })
}

fn of_pkcs8(der: &[u8]) -> Result<RsaPrivateKey, KeyProblem> {
    use rsa::pkcs8::{Error, spki};
    RsaPrivateKey::from_pkcs8_der(der).map_err(|error| {
        let is_other = matches!(error, Error::PublicKey(spki::Error::OidUnknown { .. }));
        if is_other {
            KeyProblem::NotRsa
        } else {
            KeyProblem::Damaged
        }
    })
}

/// The bytes between the marks of PEM. Lines may have any length: older keys of EC2 have 76 characters in each.
fn pem(text: &str, label: &str) -> Option<Result<Zeroizing<Vec<u8>>, KeyProblem>> {
    let (_, rest) = text.split_once(&format!("-----BEGIN {label}-----"))?;
    let Some((body, _)) = rest.split_once("-----END ") else {
        return Some(Err(KeyProblem::Damaged));
    };
    let body: Zeroizing<String> = Zeroizing::new(body.split_ascii_whitespace().collect());
    let bytes = STANDARD.decode(body.as_bytes()).map(Zeroizing::new);
    Some(bytes.map_err(|_| KeyProblem::Damaged))
}

fn of_openssh(text: &str) -> Result<RsaPrivateKey, KeyProblem> {
    let key = ssh_key::PrivateKey::from_openssh(text).map_err(|_| KeyProblem::Damaged)?;
    if key.is_encrypted() {
        return Err(KeyProblem::Locked);
    }
    let pair = key.key_data().rsa().ok_or(KeyProblem::NotRsa)?;
    of_pair(pair).ok_or(KeyProblem::Damaged)
}

fn of_pair(pair: &RsaKeypair) -> Option<RsaPrivateKey> {
    let number = |number: &ssh_key::Mpint| number.as_positive_bytes().map(BigUint::from_bytes_be);
    RsaPrivateKey::from_components(
        number(&pair.public.n)?,
        number(&pair.public.e)?,
        number(&pair.private.d)?,
        vec![number(&pair.private.p)?, number(&pair.private.q)?],
    )
    .ok()
}

#[cfg(test)]
mod tests;
