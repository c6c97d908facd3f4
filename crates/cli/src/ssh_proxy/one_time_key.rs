//! A key pair that is made for one connection: the public half goes to the instance, the private one to a file that ssh reads.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use ring::rand::{SecureRandom, SystemRandom};
use ring::signature::{Ed25519KeyPair, KeyPair};
use ssh_key::private::{Ed25519Keypair, Ed25519PrivateKey, KeypairData};
use ssh_key::public::Ed25519PublicKey;
use ssh_key::{LineEnding, PrivateKey};
use tempfile::NamedTempFile;
use zeroize::Zeroizing;

use crate::ssh_key_error::SshKeyError;

/// What such keys are called, in the logs of sshd too.
const COMMENT: &str = "postern, for one connection";

/// Both halves, in OpenSSH's form.
pub(super) struct OneTimeKey {
    pub(super) public: String,
    private: Zeroizing<String>,
}

/// A private key in its file, which goes with it.
#[derive(Debug)]
pub(super) struct IdentityFile {
    path: PathBuf,
    private: Zeroizing<String>,
}

impl OneTimeKey {
    /// A new one.
    pub(super) fn make() -> Result<Self, SshKeyError> {
        let mut seed = Zeroizing::new([0; 32]);
        let filled = SystemRandom::new().fill(seed.as_mut());
        filled.map_err(|_| SshKeyError::NotMade)?;
        Self::of_seed(&seed).ok_or(SshKeyError::NotMade)
    }

    fn of_seed(seed: &[u8; 32]) -> Option<Self> {
        let pair = Ed25519KeyPair::from_seed_unchecked(seed).ok()?;
        let public = pair.public_key().as_ref().try_into().ok()?;
        let pair = Ed25519Keypair {
            public: Ed25519PublicKey(public),
            private: Ed25519PrivateKey::from_bytes(seed),
        };
        let key = PrivateKey::new(KeypairData::Ed25519(pair), COMMENT).ok()?;
        Some(Self {
            public: key.public_key().to_openssh().ok()?,
            private: key.to_openssh(LineEnding::LF).ok()?,
        })
    }

    /// Puts the private half into a file for this user only, in one step: ssh may look at any moment.
    pub(super) fn write(self, path: &Path) -> Result<IdentityFile, SshKeyError> {
        let written = self.written(path).map_err(|error| SshKeyError::NotWritten {
            path: path.to_owned(),
            error,
        });
        written.map(|()| IdentityFile {
            path: path.to_owned(),
            private: self.private,
        })
    }

    fn written(&self, path: &Path) -> std::io::Result<()> {
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.unwrap_or(Path::new("."));
        make_folder(folder)?;
        // On Unix such a file is this user's only from its first moment.
        let mut file = NamedTempFile::new_in(folder)?;
        file.write_all(self.private.as_bytes())?;
        file.as_file().sync_all()?;
        file.persist(path).map_err(|error| error.error)?;
        Ok(())
    }
}

/// Removes the file, unless another connection has put its own key there meanwhile.
impl Drop for IdentityFile {
    fn drop(&mut self) {
        let found = fs::read_to_string(&self.path).map(Zeroizing::new);
        if found.is_ok_and(|found| *found == *self.private)
            && let Err(error) = fs::remove_file(&self.path)
        {
            tracing::warn!(%error, "the key of this connection stays in its file");
        }
    }
}

#[cfg(unix)]
fn make_folder(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn make_folder(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_connections_have_the_same_key() {
        let (one, other) = (OneTimeKey::make().unwrap(), OneTimeKey::make().unwrap());
        assert_ne!(one.public, other.public);
        assert!(one.public.starts_with("ssh-ed25519 ") && one.public.ends_with(COMMENT));
        let read = PrivateKey::from_openssh(&*one.private).unwrap();
        assert_eq!(read.public_key().to_openssh().unwrap(), one.public);
    }

    #[test]
    fn the_file_goes_with_its_connection_and_not_with_another() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys").join("ec2-user@i-0a1b2c3d");
        let first = OneTimeKey::make().unwrap().write(&path).unwrap();
        let second = OneTimeKey::make().unwrap().write(&path).unwrap();
        drop(first);
        assert_eq!(fs::read_to_string(&path).unwrap(), *second.private);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&path), mode(path.parent().unwrap())), (0o600, 0o700));
        }
        drop(second);
        assert!(!path.exists());
        let nowhere = OneTimeKey::make().unwrap().write(Path::new("/proc/nothing/key"));
        assert!(nowhere.unwrap_err().to_string().contains("cannot be written"));
    }
}
