//! The documents that the made-up company wrote, with parameters of every kind, and one that a partner shares with it.

use serde_json::{Value, json};

use super::Document;
use super::amazon::{on_every_system, shell};
use super::document::Owner;

/// The partner's account.
const PARTNER: &str = "740915384726";

/// All of them.
pub(super) fn documents(region: &str) -> Vec<Document> {
    vec![
        // AWS has no document whose output is always separate; customers make them, and so did acme.
        Document::own("Acme-NonInteractiveCommand-SeparateOutput", separate_output()),
        Document::own(
            "Acme-Shell-Encrypted",
            shell(
                "A shell that is encrypted with the sessions' key.",
                "alias/acme-sessions",
                None,
            ),
        ),
        Document::own(
            "Acme-RunAs",
            shell("A shell as the deployment's user.", "", Some("deploy")),
        ),
        Document::own("Acme-RestartService", restart_service()),
        Document::own("Acme-TailLog", tail_log()),
        Document::own("Acme-DiskReport", disk_report()),
        Document {
            name: format!("arn:aws:ssm:{region}:{PARTNER}:document/Partner-Diagnose"),
            owner: Owner::Shared {
                account: PARTNER.to_owned(),
            },
            content: diagnose(),
        },
    ]
}

fn separate_output() -> Value {
    json!({
        "schemaVersion": "1.0",
        "description": "Runs a command without a terminal and keeps its two outputs apart.",
        "sessionType": "NonInteractiveCommands",
        "parameters": { "command": { "type": "String", "description": "The command to run." } },
        "properties": on_every_system(json!({
            "commands": "{{ command }}",
            "runAsElevated": false,
            "separateOutputStream": "true",
        })),
    })
}

fn restart_service() -> Value {
    json!({
        "schemaVersion": "1.0",
        "description": "Restarts one service of the node and says how it went.",
        "sessionType": "NonInteractiveCommands",
        "parameters": {
            "service": {
                "type": "String",
                "description": "The service to restart.",
                "allowedValues": ["checkout-api", "nginx", "worker", "legacy-batch"],
            },
            "mode": {
                "type": "String",
                "description": "How the service's connections end.",
                "default": "graceful",
                "allowedValues": ["graceful", "at once"],
            },
        },
        "properties": on_every_system(json!({
            // One service always fails, so that an exit status can be seen.
            "commands": "sh -c 'if [ \"$1\" = legacy-batch ]; then echo \"$1.service: start limit reached\" >&2; exit 5; fi; \
                         echo \"Restarted $1.service ($2).\"; echo \"1 connection was drained.\" >&2' restart \
                         \"{{ service }}\" \"{{ mode }}\"",
            "runAsElevated": true,
            "separateOutputStream": true,
        })),
    })
}

fn tail_log() -> Value {
    json!({
        "schemaVersion": "1.0",
        "description": "Shows the end of a log file.",
        "sessionType": "InteractiveCommands",
        "parameters": {
            "path": {
                "type": "String",
                "description": "The log file.",
                "default": "/var/log/acme/app.log",
                "allowedPattern": "^/[A-Za-z0-9._/-]{1,200}$",
            },
            "lines": {
                "type": "String",
                "description": "How many lines to show at first.",
                "default": "10",
                "allowedPattern": "^[1-9][0-9]{0,3}$",
            },
            "follow": {
                "type": "String",
                "description": "Whether to show new lines as they come.",
                "default": "false",
                "allowedValues": ["true", "false"],
            },
        },
        "properties": on_every_system(json!({
            // The demo's nodes have no such file, so the lines are made up.
            "commands": "if [ -r {{ path }} ]; then tail -n {{ lines }} {{ path }}; else seq -f 'made-up line %g of {{ path }}' \
                         {{ lines }}; fi; if [ {{ follow }} = true ]; then while sleep 1; do date '+made-up line of %T'; done; fi",
            "runAsElevated": false,
        })),
    })
}

fn disk_report() -> Value {
    json!({
        "schemaVersion": "1.0",
        "description": "Says how full file systems are.",
        "sessionType": "NonInteractiveCommands",
        "parameters": {
            "paths": {
                "type": "StringList",
                "description": "Where to look.",
                "default": ["/"],
                "allowedPattern": "^/[A-Za-z0-9._/-]{0,200}$",
            },
            "inodes": {
                "type": "Boolean",
                "description": "Whether to count inodes instead of blocks.",
                "default": false,
                "allowedValues": [true, false],
            },
        },
        "properties": on_every_system(json!({
            "commands": "sh -c 'inodes=$1; shift; if [ \"$inodes\" = true ]; then df -i \"$@\"; else df -k \"$@\"; fi' report \
                         {{ inodes }} {{ paths }}",
            "runAsElevated": false,
        })),
    })
}

fn diagnose() -> Value {
    json!({
        "schemaVersion": "1.0",
        "description": "Collects what the partner's support asks for.",
        "sessionType": "InteractiveCommands",
        "parameters": {
            "ticket": {
                "type": "String",
                "description": "The number of the ticket.",
                "allowedPattern": "^[A-Z]{2,5}-[0-9]{1,6}$",
            },
        },
        "properties": on_every_system(json!({
            "commands": "echo 'Diagnosis for {{ ticket }}:'; uname -s; uptime",
            "runAsElevated": false,
        })),
    })
}
