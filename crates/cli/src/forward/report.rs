//! What `postern forward` says of its forwards: where they are on standard output, what happens on standard error.

use std::collections::HashMap;

use postern_forward::{
    ForwardDestination, ForwardError, ForwardNotice, ForwardPhase, ForwardState, LocalAddress,
    PortDestination,
};
use serde::Serialize;

use super::PlannedForward;
use crate::console;
use crate::failure::forward_next_step;
use crate::foreground::Write;
use crate::wording::notice;

/// Says what is new.
pub(super) struct Reporter {
    json: bool,
    /// What was said of each forward, by what it is called.
    said: HashMap<String, Said>,
}

#[derive(Default)]
struct Said {
    is_open: bool,
    trouble: Option<String>,
    /// The node that it went by.
    through: String,
}

/// A forward that is open, for scripts.
#[derive(Serialize)]
struct OpenForward<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<&'a str>,
    local: Vec<String>,
    port: Option<u16>,
    target: String,
    host: Option<&'a str>,
    remote_port: Option<u16>,
    session: Option<&'a str>,
    /// Only for a SOCKS proxy: what it lets through; nothing is everything.
    #[serde(skip_serializing_if = "Option::is_none")]
    allowed: Option<Vec<String>>,
}

impl Reporter {
    pub(super) fn new(json: bool) -> Self {
        Self {
            json,
            said: HashMap::new(),
        }
    }

    /// Says what is new in a state.
    pub(super) fn state(&mut self, planned: &PlannedForward, state: &ForwardState) {
        let name = name(state);
        let said = self.said.entry(name.clone()).or_default();
        let trouble = match &state.phase {
            ForwardPhase::Open if !said.is_open => {
                *said = Said {
                    is_open: true,
                    trouble: None,
                    through: planned.through(),
                };
                return self.opened(planned, state);
            }
            ForwardPhase::Open => {
                let through = planned.through();
                let by = if through == said.through {
                    String::new()
                } else {
                    format!(", by {through}")
                };
                if said.trouble.take().is_some() || !by.is_empty() {
                    say(&format!("{name} is open again{by}."));
                }
                said.through = through;
                return;
            }
            ForwardPhase::Opening
            | ForwardPhase::Stopped { .. }
            | ForwardPhase::Failed(_)
            | ForwardPhase::Resuming { error: None } => return,
            ForwardPhase::Resuming { error: Some(error) } => format!("{name} has no link, resuming: {error}"),
            ForwardPhase::Replacing { error, .. } => format!("{name} gets a new session: {error}"),
            ForwardPhase::Asleep => {
                format!("AWS closed the session of {name}; the next connection opens another.")
            }
        };
        if said.trouble.as_ref() != Some(&trouble) {
            say(&trouble);
            said.trouble = Some(trouble);
        }
    }

    fn opened(&self, planned: &PlannedForward, state: &ForwardState) {
        let declared = &planned.declared;
        let text = if self.json {
            let opened = OpenForward {
                name: planned.name.as_deref(),
                local: state.local.iter().map(ToString::to_string).collect(),
                port: state.local.iter().find_map(LocalAddress::port),
                target: planned.target(),
                host: declared.destination.port().and_then(|port| port.host.as_deref()),
                remote_port: declared.destination.port().map(|port| port.port),
                session: state.session.as_ref().map(|session| session.as_str()),
                allowed: allowed(&declared.destination),
            };
            serde_json::to_string(&opened).unwrap_or_default()
        } else {
            let seen = if declared.local.exposed_address().is_some() {
                " (others can reach it)"
            } else {
                ""
            };
            let (kind, way) = match &declared.destination {
                ForwardDestination::Port(PortDestination { host: None, .. }) => ("", "on"),
                ForwardDestination::Port(_) => ("", "through"),
                ForwardDestination::Socks(_) => ("SOCKS5 on ", "through"),
            };
            let called = planned
                .name
                .as_ref()
                .map_or_else(String::new, |name| format!("{name}: "));
            let (name, destination, through) = (name(state), &declared.destination, planned.through());
            format!("{called}{kind}{name}{seen} -> {destination} {way} {through}")
        };
        let _nobody_reads = console::to_stdout(&(text + "\n"));
    }

    /// Says what happened to a connection.
    pub(super) fn notice(&self, _planned: &PlannedForward, notice: &ForwardNotice) {
        match notice {
            ForwardNotice::Accepted => {}
            ForwardNotice::ConnectionLost(error) => say(&format!("{error} {}", forward_next_step(error))),
            ForwardNotice::OneAtATime => say(
                "The SSM agent of the node is old: it carries one connection at a time, and others wait for it to end.",
            ),
        }
    }

    /// Says that one of several forwards has failed.
    pub(super) fn failed(&self, planned: &PlannedForward, error: &ForwardError) {
        let destination = &planned.declared.destination;
        say(&format!(
            "The forward to {destination} is over: {error} {}",
            forward_next_step(error)
        ));
    }
}

fn allowed(destination: &ForwardDestination) -> Option<Vec<String>> {
    match destination {
        ForwardDestination::Port(_) => None,
        ForwardDestination::Socks(rules) => Some(rules.allowed.iter().map(ToString::to_string).collect()),
    }
}

/// Where it listens.
fn name(state: &ForwardState) -> String {
    let addresses: Vec<_> = state.local.iter().map(ToString::to_string).collect();
    addresses.join(" and ")
}

fn say(text: &str) {
    let written = match notice(text, false) {
        Write::Out(bytes) | Write::Err(bytes) => bytes,
    };
    console::to_stderr(String::from_utf8_lossy(&written).trim_start_matches('\n'));
}
