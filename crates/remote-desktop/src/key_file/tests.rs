use std::fs;
use std::process::Command;

use secrecy::ExposeSecret;

use super::*;

/// What OpenSSL and ssh-keygen make is what users have.
fn made(commands: &[&[&str]]) -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    for line in commands {
        let made = Command::new(line[0])
            .args(&line[1..])
            .current_dir(&folder)
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    }
    let path = folder.path().join("key");
    (folder, path)
}

fn node() -> NodeId {
    NodeId::parse("i-0a1b2c3d4e5f67890").unwrap()
}

const RSA: &[&str] = &["openssl", "genrsa", "-traditional", "-out", "key", "2048"];

/// Encrypts as EC2 does, with OpenSSL and the public half.
fn encrypted(folder: &tempfile::TempDir, password: &str) -> Vec<u8> {
    fs::write(folder.path().join("plain"), password).unwrap();
    for line in [
        &["openssl", "rsa", "-in", "first", "-pubout", "-out", "public"][..],
        &[
            "openssl", "pkeyutl", "-encrypt", "-pubin", "-inkey", "public", "-in", "plain", "-out", "data",
        ],
    ] {
        let made = Command::new(line[0])
            .args(&line[1..])
            .current_dir(folder)
            .output()
            .unwrap();
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    }
    fs::read(folder.path().join("data")).unwrap()
}

#[test]
fn keys_of_every_form_decrypt_what_openssl_encrypted() {
    let copy: &[&str] = &["cp", "key", "first"];
    let forms: [&[&[&str]]; 4] = [
        &[RSA, copy],
        &[
            RSA,
            copy,
            &[
                "openssl", "pkcs8", "-topk8", "-nocrypt", "-in", "first", "-out", "key",
            ],
        ],
        &[
            RSA,
            copy,
            &["chmod", "600", "key"],
            &["ssh-keygen", "-q", "-p", "-N", "", "-f", "key"],
        ],
        // Lines of 76 characters and of Windows, as older files have them.
        &[
            RSA,
            copy,
            &[
                "sh",
                "-c",
                "(head -1 first; grep -v -- ----- first | tr -d '\\n' | fold -w 76; echo; tail -1 first) | sed 's/$/\\r/' > key",
            ],
        ],
    ];
    for commands in forms {
        let (folder, path) = made(commands);
        let data = encrypted(&folder, "Zürich;8(canary)%");
        let key = KeyFile::read(&path).unwrap();
        let password = key.decrypt(&node(), Some(&data)).unwrap();
        assert_eq!(password.expose_secret(), "Zürich;8(canary)%");
        assert!(matches!(
            key.decrypt(&node(), None),
            Err(DesktopError::NoPassword(_))
        ));
        for wrong in [&data[1..], &[][..], &[7; 256]] {
            assert!(matches!(
                key.decrypt(&node(), Some(wrong)),
                Err(DesktopError::WrongKey { .. })
            ));
        }
        assert!(
            !format!("{key:?}").contains("prime"),
            "nothing of the key is shown"
        );
    }
}

#[test]
fn what_is_no_usable_key_is_named() {
    let cases: [(&[&[&str]], KeyProblem); 7] = [
        (&[&["sh", "-c", "echo hello > key"]], KeyProblem::NoPrivateKey),
        (
            &[&["sh", "-c", "printf '\\377\\376' > key"]],
            KeyProblem::NoPrivateKey,
        ),
        (
            &[&["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", "key"]],
            KeyProblem::NotRsa,
        ),
        (
            &[&[
                "openssl",
                "ecparam",
                "-genkey",
                "-name",
                "prime256v1",
                "-noout",
                "-out",
                "key",
            ]],
            KeyProblem::NotRsa,
        ),
        (
            &[&["openssl", "genpkey", "-algorithm", "ed25519", "-out", "key"]],
            KeyProblem::NotRsa,
        ),
        (
            &[&[
                "ssh-keygen",
                "-q",
                "-t",
                "rsa",
                "-b",
                "2048",
                "-N",
                "secret",
                "-f",
                "key",
            ]],
            KeyProblem::Locked,
        ),
        (
            &[
                RSA,
                &["sh", "-c", "(head -5 key; tail -1 key) > half && mv half key"],
            ],
            KeyProblem::Damaged,
        ),
    ];
    for (commands, expected) in cases {
        let (_folder, path) = made(commands);
        match KeyFile::read(&path) {
            Err(DesktopError::KeyFile { problem, .. }) => assert_eq!(problem, expected),
            other => panic!("{expected:?}: {other:?}"),
        }
    }
    let locked = [
        RSA,
        &[
            "openssl",
            "rsa",
            "-aes128",
            "-traditional",
            "-passout",
            "pass:x1y2z3",
            "-in",
            "key",
            "-out",
            "key",
        ],
    ];
    let (_folder, path) = made(&locked);
    let error = KeyFile::read(&path).unwrap_err();
    assert!(error.to_string().contains("locked with a passphrase"), "{error}");
    assert!(
        error.next_step().contains("ssh-keygen -p -f "),
        "{}",
        error.next_step()
    );
    let missing = KeyFile::read(Path::new("/nonexistent/key")).unwrap_err();
    assert!(missing.to_string().contains("No such file"), "{missing}");
}
