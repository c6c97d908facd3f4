//! Files after the real formats; the encrypted ones are made by Python (`data/make.py`).
#![allow(clippy::unwrap_used, clippy::indexing_slicing, missing_docs)]

use std::{fs, path::PathBuf};

use postern_import::{Format, ImportError, ImportFile, ReadOptions, read};
use secrecy::SecretString;

const PASSWORD: &str = "pässword 1";

fn bytes(name: &str) -> Vec<u8> {
    fs::read(
        PathBuf::from(env!("CARGO_MANIFEST_DIR"))
            .join("tests/data")
            .join(name),
    )
    .unwrap()
}

fn read_with(name: &str, password: Option<&str>) -> Result<ImportFile, ImportError> {
    let options = ReadOptions {
        password: password.map(SecretString::from),
        ..ReadOptions::default()
    };
    read(name, &bytes(name), &options)
}

fn lines(file: &ImportFile) -> Vec<String> {
    let text = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
    let groups = file.groups.iter().map(|group| {
        let draft = &group.draft;
        let (profile, region) = (
            draft.profile.clone().map(String::from),
            draft.region.clone().map(String::from),
        );
        format!(
            "[{}] {} {} {}",
            group.path,
            text(profile),
            text(region),
            draft.description
        )
    });
    let connections = file.connections.iter().map(|one| {
        let draft = &one.draft;
        let (profile, region) = (
            draft.profile.clone().map(String::from),
            draft.region.clone().map(String::from),
        );
        let target = draft.goal.target().unwrap();
        format!(
            "{} / {} {target} {} {} {} {}",
            one.group,
            draft.name,
            text(profile),
            text(region),
            draft.tags.join("+"),
            draft.description
        )
    });
    let unusable = file
        .unusable
        .iter()
        .map(|one| format!("- {}: {}", one.name, one.reason));
    groups.chain(connections).chain(unusable).collect()
}

const NETWORK_MANAGER: [&str; 7] = [
    "[Shop] acme-prod eu-central-1 The shop & its database",
    "Shop / web-1 i-0123456789abcdef0 - - web+blue ",
    "Shop / db-1 mi-0123456789abcdef0 acme-db us-east-1 db+old Primary",
    "- router: It is for other tools: it has no instance ID.",
    "- switched off: Session Manager is switched off in it.",
    "- typo: A target looks like i-0123456789abcdef0, mi-0123456789abcdef0 or ecs:cluster_task_container.",
    "- ~ [acme\\eu-west-1]: It was synced from AWS; Postern syncs it itself.",
];

#[test]
fn profiles_of_networkmanager_with_their_groups_and_overrides() {
    let file = read_with("networkmanager-2025.xml", None).unwrap();
    assert_eq!(file.format, Format::NetworkManager);
    assert_eq!(lines(&file), NETWORK_MANAGER);
    let json = read_with("networkmanager-2026.json", None).unwrap();
    assert_eq!(
        lines(&json),
        [
            "[Shop] - - The shop & its database",
            "Shop / web-1 i-0123456789abcdef0 - - web+blue ",
            "- router: It is for other tools: it has no instance ID.",
        ]
    );
}

#[test]
fn encrypted_profiles_open_with_their_password_only() {
    let name = "networkmanager-2025.encrypted";
    assert_eq!(read_with(name, None), Err(ImportError::NeedsPassword));
    assert_eq!(read_with(name, Some("wrong")), Err(ImportError::WrongPassword));
    assert_eq!(lines(&read_with(name, Some(PASSWORD)).unwrap()), NETWORK_MANAGER);
    let json = read_with("networkmanager-2026.encrypted", Some(PASSWORD)).unwrap();
    assert_eq!(
        json.connections,
        read_with("networkmanager-2026.json", None).unwrap().connections
    );
}

const MREMOTENG: [&str; 6] = [
    "[Shop] - eu-central-1 The shop",
    "[Shop / Inner] - - ",
    "Shop / web-1 i-0123456789abcdef0 - eu-west-1  By its own attribute",
    "Shop / Inner / db-1 i-0123456789abcdef1 - -  ",
    "- printer: It goes to an address; Session Manager needs the id of the instance (EC2 Instance ID).",
    "- switch: It has no host.",
];

#[test]
fn connections_of_mremoteng_plain_and_encrypted_as_a_whole() {
    let plain = read_with("mremoteng-2.8.xml", None).unwrap();
    assert_eq!(
        (plain.format, lines(&plain)),
        (Format::MRemoteNg, MREMOTENG.map(str::to_owned).to_vec())
    );
    assert!(
        plain.connections[0]
            .key
            .ends_with("#6e9a0a4e-96b5-4d8e-9b3c-000000000002")
    );
    assert_eq!(read_with("mremoteng-whole.xml", None), Ok(plain.clone()));
    assert_eq!(
        read_with("mremoteng-password.xml", None),
        Err(ImportError::NeedsPassword)
    );
    assert_eq!(
        read_with("mremoteng-password.xml", Some("wrong")),
        Err(ImportError::WrongPassword)
    );
    assert_eq!(read_with("mremoteng-password.xml", Some(PASSWORD)), Ok(plain));
}

#[test]
fn ciphers_and_rounds_that_are_not_read_are_named() {
    let text = String::from_utf8(bytes("mremoteng-whole.xml")).unwrap();
    let options = ReadOptions::default();
    let with = |from: &str, to: &str| read("x.xml", text.replace(from, to).as_bytes(), &options);
    assert_eq!(
        with("\"GCM\"", "\"CCM\""),
        Err(ImportError::Cipher("AES/CCM".into()))
    );
    assert!(matches!(
        with("KdfIterations=\"1000\"", "KdfIterations=\"4294967295\""),
        Err(ImportError::Malformed { .. })
    ));
    assert!(matches!(
        with("ConfVersion=\"2.8\"", "ConfVersion=\"2.9\""),
        Err(ImportError::Malformed { .. })
    ));
    assert!(matches!(
        with("ConfVersion=\"2.8\"", "ConfVersion=\"2.5\""),
        Err(ImportError::Cipher(_))
    ));
}

/// Passwords of other tools stand in these files.
#[test]
fn no_secret_of_another_tool_is_kept() {
    for name in [
        "networkmanager-2025.xml",
        "networkmanager-2026.json",
        "mremoteng-2.8.xml",
    ] {
        let shown = format!("{:?}", read_with(name, None).unwrap());
        for secret in ["canary", "c2VjcmV0IGNhbmFyeQ", "sudo"] {
            assert!(!shown.contains(secret), "{secret} of {name}");
        }
    }
}
