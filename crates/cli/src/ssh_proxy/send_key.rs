//! EC2 Instance Connect: the instance takes a key for a minute, in which ssh connects with it.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use postern_model::{InstanceAccess, NodeId, Scope, Target, system_text};
use ssh_key::{Algorithm, PublicKey};

use super::one_time_key::{IdentityFile, OneTimeKey};
use crate::arguments::SendKeyArguments;
use crate::failure::Failure;
use crate::ssh_key_error::SshKeyError;

/// No public key is longer; whatever is was named by mistake.
const LONGEST: u64 = 16 * 1024;

/// Sends the key that was asked for. What comes back is the file of a key that was made for this, to be kept as long as the
/// connection.
pub(super) async fn send_key(
    control: &dyn InstanceAccess,
    scope: &Scope,
    target: &Target,
    wanted: &SendKeyArguments,
) -> Result<Option<IdentityFile>, Failure> {
    let (Some(key), Some(user)) = (&wanted.send_key, &wanted.user) else {
        return Ok(None);
    };
    let instance = instance(target)?;
    let Some(path) = key else {
        let file = wanted
            .identity_file
            .as_deref()
            .ok_or(SshKeyError::NoIdentityFile)?;
        let made = OneTimeKey::make()?;
        control.send_ssh_key(scope, &instance, user, &made.public).await?;
        return Ok(Some(made.write(file)?));
    };
    let public = public_key(path)?;
    control.send_ssh_key(scope, &instance, user, &public).await?;
    Ok(None)
}

fn instance(target: &Target) -> Result<NodeId, SshKeyError> {
    let node = NodeId::parse(target.as_str())
        .ok()
        .filter(|node| !node.is_hybrid());
    node.ok_or_else(|| SshKeyError::NotAnInstance(target.clone()))
}

/// A public key of the kinds that instances take this way.
fn public_key(path: &Path) -> Result<String, SshKeyError> {
    let wrong = |why: String| SshKeyError::PublicKey {
        path: path.to_owned(),
        why,
    };
    let file = File::open(path).map_err(|error| wrong(system_text(&error)))?;
    let mut text = String::new();
    let read = file.take(LONGEST).read_to_string(&mut text);
    read.map_err(|error| wrong(system_text(&error)))?;
    if text.contains("PRIVATE KEY-----") {
        return Err(wrong("it is the private half".into()));
    }
    let of_kind = PublicKey::from_openssh(text.trim())
        .ok()
        .filter(|key| matches!(key.algorithm(), Algorithm::Ed25519 | Algorithm::Rsa { .. }));
    let line = of_kind.and_then(|key| key.to_openssh().ok());
    line.ok_or_else(|| wrong("it is no RSA or Ed25519 key in OpenSSH's form".into()))
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use postern_model::{ControlError, ProfileName, Region};
    use postern_scripted::ScriptedControlPlane;

    use super::*;

    fn scope() -> Scope {
        Scope {
            profile: Some(ProfileName::parse("acme-prod").unwrap()),
            region: Region::parse("eu-central-1").unwrap(),
        }
    }

    fn made(kind: &[&str]) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("key");
        let mut command = Command::new("ssh-keygen");
        command
            .args(["-q", "-N", "", "-C", "ada@acme", "-t"])
            .args(kind)
            .arg("-f")
            .arg(&path);
        assert!(command.status().unwrap().success());
        (folder, path)
    }

    fn wanted(key: Option<&Path>, file: Option<&Path>) -> SendKeyArguments {
        SendKeyArguments {
            send_key: Some(key.map(Path::to_owned)),
            user: Some("ec2-user".into()),
            identity_file: file.map(Path::to_owned),
        }
    }

    fn target(text: &str) -> Target {
        Target::parse(text).unwrap()
    }

    #[tokio::test]
    async fn the_users_own_key_is_sent_as_it_is() {
        let control = ScriptedControlPlane::default();
        control.send_ssh_key.answers(|_| Ok(()));
        let (_folder, path) = made(&["ed25519"]);
        let public = path.with_extension("pub");
        let sent = send_key(
            &control,
            &scope(),
            &target("i-0a1b2c3d"),
            &wanted(Some(&public), None),
        )
        .await;
        assert!(sent.unwrap().is_none());
        let request = control.send_ssh_key.requests().remove(0).request;
        assert_eq!(request.user, "ec2-user");
        assert_eq!(
            request.public_key,
            std::fs::read_to_string(public).unwrap().trim()
        );
    }

    #[tokio::test]
    async fn a_key_that_aws_does_not_take_leaves_no_file() {
        let control = ScriptedControlPlane::default();
        control.send_ssh_key.answers(|_| {
            Err(ControlError::Denied {
                who: "acme-prod".into(),
                action: "ec2-instance-connect:SendSSHPublicKey".into(),
                detail: String::new(),
            })
        });
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("key");
        let refused = send_key(
            &control,
            &scope(),
            &target("i-0a1b2c3d"),
            &wanted(None, Some(&file)),
        )
        .await;
        assert!(matches!(
            refused,
            Err(Failure::Control(ControlError::Denied { .. }))
        ));
        assert!(!file.exists());
    }

    #[tokio::test]
    async fn what_cannot_be_sent_is_named_before_aws_is_asked() {
        let control = ScriptedControlPlane::default();
        let (_folder, path) = made(&["ecdsa"]);
        let elliptic = path.with_extension("pub");
        let missing = Path::new("/nonexistent.pub");
        for (target_text, wanted, words) in [
            (
                "mi-0a1b2c3d",
                wanted(None, Some(missing)),
                "to EC2 instances only",
            ),
            (
                "i-0a1b2c3d",
                wanted(None, None),
                "needs a file from which ssh reads it",
            ),
            ("i-0a1b2c3d", wanted(Some(&path), None), "it is the private half"),
            (
                "i-0a1b2c3d",
                wanted(Some(&elliptic), None),
                "no RSA or Ed25519 key",
            ),
            ("i-0a1b2c3d", wanted(Some(missing), None), "No such file"),
            (
                "i-0a1b2c3d",
                wanted(Some(Path::new("/etc/hostname")), None),
                "no RSA or Ed25519 key",
            ),
        ] {
            let error = send_key(&control, &scope(), &target(target_text), &wanted)
                .await
                .unwrap_err();
            assert!(error.to_string().contains(words), "{error}");
        }
    }
}
