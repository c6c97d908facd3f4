//! What the page may do, as tests: a new permission, a wider policy or a forgotten command fails the build.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::{bindings, command_names::COMMANDS, window};

/// What the title bar and the one event need.
const CORE_PERMISSIONS: [&str; 9] = [
    "core:event:allow-listen",
    "core:event:allow-unlisten",
    "core:window:allow-close",
    "core:window:allow-internal-toggle-maximize",
    "core:window:allow-is-maximized",
    "core:window:allow-minimize",
    "core:window:allow-start-dragging",
    "core:window:allow-start-resize-dragging",
    "core:window:allow-toggle-maximize",
];

fn config() -> Value {
    serde_json::from_str(include_str!("../tauri.conf.json")).unwrap()
}

fn capability() -> Value {
    serde_json::from_str(include_str!("../capabilities/main.json")).unwrap()
}

#[test]
fn the_content_security_policy_is_the_hardened_one() {
    let wanted = serde_json::json!({
        "default-src": "'self'",
        "script-src": "'self'",
        "style-src": "'self' 'unsafe-inline'",
        "img-src": "'self' data:",
        "font-src": "'self'",
        "connect-src": "ipc: http://ipc.localhost",
        "frame-src": "'none'",
        "object-src": "'none'",
        "base-uri": "'none'",
        "form-action": "'none'",
    });
    let security = &config()["app"]["security"];
    assert_eq!(security["csp"], wanted);
    // A nonce would switch 'unsafe-inline' off, and with it the terminal's own style sheet.
    assert_eq!(
        security["dangerousDisableAssetCspModification"],
        serde_json::json!(["style-src"])
    );
    // Tauri's own freeze breaks xterm.js; `freeze.js` does it without that.
    assert_eq!(security["freezePrototype"], false);
    assert!(window::FREEZE.contains("freeze(prototype);"));
    assert_eq!(security["assetProtocol"]["enable"], false);
    assert_eq!(security["capabilities"], serde_json::json!(["main"]));
    assert_eq!(config()["app"]["withGlobalTauri"], false);
}

#[test]
fn the_page_of_the_main_window_has_exactly_these_permissions() {
    let own = COMMANDS
        .iter()
        .map(|command| format!("allow-{}", command.replace('_', "-")));
    let wanted: BTreeSet<String> = CORE_PERMISSIONS
        .iter()
        .map(ToString::to_string)
        .chain(own)
        .collect();
    let capability = capability();
    let listed = capability["permissions"].as_array().unwrap();
    let granted: BTreeSet<String> = listed
        .iter()
        .map(|name| name.as_str().unwrap().to_owned())
        .collect();
    assert_eq!(granted, wanted);
    assert_eq!(listed.len(), granted.len(), "each once");
    assert_eq!(capability["windows"], serde_json::json!(["main"]));
    assert_eq!(capability["local"], true);
    for absent in ["remote", "webviews", "platforms"] {
        assert!(capability.get(absent).is_none(), "{absent}");
    }
}

#[test]
fn there_is_one_capability() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/capabilities");
    let files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|file| file.unwrap().file_name())
        .collect();
    assert_eq!(files, ["main.json"]);
}

#[test]
fn every_served_command_has_a_permission_and_every_permission_a_command() {
    let typescript = bindings::typescript();
    let typed = typescript
        .split("__TAURI_INVOKE(\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next());
    let served: BTreeSet<&str> = typed.chain(["terminal_attach", "terminal_input"]).collect();
    assert_eq!(served, COMMANDS.iter().copied().collect());
}

#[test]
fn nothing_that_widens_the_page_is_compiled_in() {
    let manifest = include_str!("../Cargo.toml");
    for feature in [
        "devtools",
        "macos-private-api",
        "protocol-asset",
        "isolation",
        "webview-data-url",
    ] {
        assert!(!manifest.contains(feature), "{feature}");
    }
}
