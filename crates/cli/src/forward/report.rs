//! What `postern forward` says of its forwards: where they are on standard output, what happens on standard error.

use std::collections::HashMap;

use postern_forward::{
    DeclaredForward, ForwardError, ForwardNotice, ForwardPhase, ForwardState, LocalAddress, PortDestination,
};
use postern_model::Target;
use serde::Serialize;

use crate::console;
use crate::failure::forward_next_step;
use crate::foreground::Write;
use crate::wording::notice;

/// Says what is new.
pub(super) struct Reporter {
    target: Target,
    json: bool,
    /// What was said of each forward, by what it is called.
    said: HashMap<String, Said>,
}

#[derive(Default)]
struct Said {
    is_open: bool,
    trouble: Option<String>,
}

/// A forward that is open, for scripts.
#[derive(Serialize)]
struct OpenForward<'a> {
    local: Vec<String>,
    port: Option<u16>,
    target: &'a str,
    host: Option<&'a str>,
    remote_port: Option<u16>,
    session: Option<&'a str>,
}

impl Reporter {
    pub(super) fn new(target: Target, json: bool) -> Self {
        Self {
            target,
            json,
            said: HashMap::new(),
        }
    }

    /// Says what is new in a state.
    pub(super) fn state(&mut self, declared: &DeclaredForward, state: &ForwardState) {
        let name = name(state);
        let said = self.said.entry(name.clone()).or_default();
        let trouble = match &state.phase {
            ForwardPhase::Open if !said.is_open => {
                *said = Said {
                    is_open: true,
                    trouble: None,
                };
                return self.opened(declared, state);
            }
            ForwardPhase::Open => {
                if said.trouble.take().is_some() {
                    say(&format!("{name} is open again."));
                }
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

    fn opened(&self, declared: &DeclaredForward, state: &ForwardState) {
        let text = if self.json {
            let opened = OpenForward {
                local: state.local.iter().map(ToString::to_string).collect(),
                port: state.local.iter().find_map(LocalAddress::port),
                target: self.target.as_str(),
                host: declared.destination.port().and_then(|port| port.host.as_deref()),
                remote_port: declared.destination.port().map(|port| port.port),
                session: state.session.as_ref().map(|session| session.as_str()),
            };
            serde_json::to_string(&opened).unwrap_or_default()
        } else {
            let seen = if declared.local.exposed_address().is_some() {
                " (others can reach it)"
            } else {
                ""
            };
            let way = match declared.destination.port() {
                Some(PortDestination { host: None, .. }) => format!("on {}", self.target),
                Some(_) | None => format!("through {}", self.target),
            };
            format!("{}{seen} -> {} {way}", name(state), declared.destination)
        };
        let _nobody_reads = console::to_stdout(&(text + "\n"));
    }

    /// Says what happened to a connection.
    pub(super) fn notice(&self, _declared: &DeclaredForward, notice: &ForwardNotice) {
        match notice {
            ForwardNotice::Accepted => {}
            ForwardNotice::ConnectionLost(error) => say(&format!("{error} {}", forward_next_step(error))),
            ForwardNotice::OneAtATime => say(
                "The SSM agent of the node is old: it carries one connection at a time, and others wait for it to end.",
            ),
        }
    }

    /// Says that one of several forwards has failed.
    pub(super) fn failed(&self, declared: &DeclaredForward, error: &ForwardError) {
        let destination = &declared.destination;
        say(&format!(
            "The forward to {destination} is over: {error} {}",
            forward_next_step(error)
        ));
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
