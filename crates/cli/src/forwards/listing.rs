//! The declared forwards as a table for people and a list for scripts.

use postern_forward::BoardAnswer;
use postern_model::{DraftDestination, ForwardDraft, ForwardVia, SavedForward};
use serde::Serialize;

use crate::columns::{aligned, cut};

/// A forward with how it stands.
#[derive(Debug, Serialize)]
pub(super) struct ListedForward<'a> {
    id: i64,
    name: &'a str,
    group: Option<&'a str>,
    /// In one word; "off" when no program runs it.
    state: &'a str,
    /// Where it listens, or will.
    local: Vec<String>,
    destination: String,
    via: String,
    /// The node that it goes by now.
    through: Option<&'a str>,
    /// What runs it, such as "the window".
    program: Option<&'a str>,
    process: Option<u32>,
    starts_with_postern: bool,
}

/// The forwards as they are kept, with what the programs say that run some of them.
pub(super) fn rows<'a>(forwards: &'a [SavedForward], answers: &'a [BoardAnswer]) -> Vec<ListedForward<'a>> {
    forwards.iter().map(|saved| row(saved, answers)).collect()
}

fn row<'a>(saved: &'a SavedForward, answers: &'a [BoardAnswer]) -> ListedForward<'a> {
    let draft = &saved.draft;
    let running = answers.iter().find_map(|answer| {
        let of_it = answer.forwards.iter().find(|running| running.id == saved.id.0);
        of_it.map(|running| (answer, running))
    });
    let (answer, running) = running.unzip();
    let local = running.map(|running| running.local.clone());
    ListedForward {
        id: saved.id.0,
        name: &draft.name,
        group: Some(draft.group.as_str()).filter(|group| !group.is_empty()),
        state: running.map_or("off", |running| &running.state),
        local: local
            .filter(|local| !local.is_empty())
            .unwrap_or_else(|| vec![local_end(draft)]),
        destination: destination(&draft.destination),
        via: via_words(&draft.via),
        through: running.and_then(|running| running.through.as_deref()),
        program: answer.map(|answer| answer.program.as_str()),
        process: answer.map(|answer| answer.process),
        starts_with_postern: draft.starts_with_postern,
    }
}

fn local_end(draft: &ForwardDraft) -> String {
    let host = draft.bind_address.map_or_else(
        || "localhost".to_owned(),
        |address| {
            if address.is_ipv6() {
                format!("[{address}]")
            } else {
                address.to_string()
            }
        },
    );
    match draft.local_port {
        0 => format!("{host}, any port"),
        port => format!("{host}:{port}"),
    }
}

fn destination(destination: &DraftDestination) -> String {
    match destination {
        DraftDestination::Port { host: None, port } => format!("port {port}"),
        DraftDestination::Port {
            host: Some(host),
            port,
        } => format!("{host}:{port}"),
        DraftDestination::Socks { allowed } if allowed.is_empty() => "SOCKS, any host".to_owned(),
        DraftDestination::Socks { allowed } => format!("SOCKS, {}", allowed.join(", ")),
    }
}

fn via_words(via: &ForwardVia) -> String {
    match via {
        ForwardVia::Node { node, profile, .. } => format!("{node} ({profile})"),
        ForwardVia::Tags { query, profile, .. } => format!("{query} ({profile})"),
        ForwardVia::Connection(id) => format!("saved connection {}", id.0),
    }
}

/// For scripts.
pub(super) fn json(rows: &[ListedForward<'_>]) -> String {
    let text = serde_json::to_string_pretty(rows).unwrap_or_default();
    format!("{text}\n")
}

const HEADER: [&str; 6] = ["NAME", "GROUP", "STATE", "LOCAL", "DESTINATION", "VIA"];

/// For people.
pub(super) fn table(rows: &[ListedForward<'_>]) -> String {
    let mut cells = vec![HEADER.map(str::to_owned)];
    cells.extend(rows.iter().map(|row| {
        let local = row.local.first().cloned().unwrap_or_default();
        [
            cut(row.name),
            cut(row.group.unwrap_or("-")),
            row.state.to_owned(),
            local,
            cut(&row.destination),
            row.through.map_or_else(|| row.via.clone(), str::to_owned),
        ]
    }));
    aligned(&cells)
}

#[cfg(test)]
pub(super) mod tests {
    use std::num::NonZeroU16;

    use postern_forward::ReportedForward;
    use postern_model::{ConnectionId, SavedForwardId};

    use super::*;

    pub(in crate::forwards) fn saved(id: i64, name: &str, group: &str) -> SavedForward {
        let draft = ForwardDraft {
            name: name.into(),
            group: group.into(),
            via: ForwardVia::Connection(ConnectionId(7)),
            local_port: 15432,
            bind_address: None,
            destination: DraftDestination::Port {
                host: None,
                port: NonZeroU16::MIN,
            },
            starts_with_postern: false,
            is_web: false,
        };
        SavedForward {
            id: SavedForwardId(id),
            draft,
        }
    }

    #[test]
    fn what_runs_is_told_with_the_program_that_runs_it() {
        let forwards = [saved(1, "Ledger", "DB"), saved(2, "Audit", "")];
        let running = ReportedForward {
            id: 2,
            name: "Audit".into(),
            group: String::new(),
            state: "up".into(),
            local: vec!["127.0.0.1:50123".into(), "[::1]:50123".into()],
            through: Some("i-0a1b2c3d".into()),
            open: 0,
        };
        let answers = [BoardAnswer {
            program: "the window".into(),
            process: 812,
            forwards: vec![running],
        }];
        let rows = rows(&forwards, &answers);
        let expected = "\
NAME    GROUP  STATE  LOCAL            DESTINATION  VIA
Ledger  DB     off    localhost:15432  port 1       saved connection 7
Audit   -      up     127.0.0.1:50123  port 1       i-0a1b2c3d
";
        assert_eq!(table(&rows), expected);
        let list: serde_json::Value = serde_json::from_str(&json(&rows)).unwrap();
        assert_eq!(
            (&list[0]["state"], &list[0]["process"]),
            (&"off".into(), &serde_json::Value::Null)
        );
        assert_eq!(
            (&list[1]["program"], &list[1]["process"]),
            (&"the window".into(), &812.into())
        );
    }
}
