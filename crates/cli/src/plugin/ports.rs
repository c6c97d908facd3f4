//! A session of ports that the AWS CLI handed over: listened on here, in the official program's words.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use postern_forward::{
    AdoptedSession, DeclaredForward, Forward, ForwardDestination, ForwardError, ForwardNotice,
    ForwardNotices, ForwardOptions, ForwardPhase, ForwardState, LocalAddress, LocalEnd, PortDestination, Via,
};
use postern_model::SessionId;
use postern_session::{Session, SessionEnd, SessionError};
use tokio::sync::watch;

use crate::attach::PortHandover;
use crate::console;
use crate::failure::Failure;
use crate::foreground::LeaveSignals;
use crate::wording::{LINK_IS_BACK, Wording};

/// Listens until the session ends or a signal ends it.
pub(super) async fn forward(handover: PortHandover) -> Result<ExitCode, Failure> {
    let PortHandover {
        session,
        id,
        events,
        mut signals,
        properties,
    } = handover;
    let declared = declared(&properties).map_err(|why| Failure::Handover { what: "a port", why })?;
    let via = Arc::new(AdoptedSession::new(session.clone(), events));
    let options = ForwardOptions::default();
    let (forward, notices) = match Forward::start(&declared, via.clone(), options).await {
        Ok(started) => started,
        Err(error) => return Err(left(&session, via.as_ref(), &declared, error).await),
    };
    drop(session);
    let mut ports = Ports {
        states: forward.state(),
        notices,
        id,
        is_open: false,
        accepted: false,
        is_away: false,
    };
    ports.until_end(&forward, &mut signals).await
}

/// Ends a session whose port cannot be listened on.
async fn left(session: &Session, via: &dyn Via, declared: &DeclaredForward, error: ForwardError) -> Failure {
    session.terminate();
    if let Some(port) = declared.destination.port()
        && let Ok((_, mut events)) = via.open(port, None).await
    {
        while events.next().await.is_some() {}
    }
    Failure::Forward(Arc::new(error))
}

/// What is asked for, by the document's parameters as the agent has resolved them.
fn declared(properties: &BTreeMap<String, String>) -> Result<DeclaredForward, String> {
    let text = |name: &str| {
        properties
            .get(name)
            .map(|value| value.trim())
            .filter(|value| !value.is_empty())
    };
    let port = |name: &str| match text(name) {
        None => Ok(0),
        Some(text) => text.parse::<u16>().map_err(|_| format!("Its {name} is no port.")),
    };
    let local = match (text("localConnectionType"), text("localUnixSocket")) {
        (Some(kind), Some(path)) if kind.eq_ignore_ascii_case("unix") => {
            LocalEnd::UnixSocket(PathBuf::from(path))
        }
        _ => LocalEnd::Port(port("localPortNumber")?),
    };
    let mut destination = PortDestination::node(port("portNumber")?);
    destination.host = text("host").map(ToOwned::to_owned);
    Ok(DeclaredForward {
        local,
        destination: ForwardDestination::Port(destination),
        is_web: false,
    })
}

/// The forward as the AWS CLI's user sees it.
struct Ports {
    states: watch::Receiver<ForwardState>,
    notices: ForwardNotices,
    id: SessionId,
    is_open: bool,
    accepted: bool,
    is_away: bool,
}

impl Ports {
    async fn until_end(
        &mut self,
        forward: &Forward,
        signals: &mut LeaveSignals,
    ) -> Result<ExitCode, Failure> {
        let mut leaving = false;
        loop {
            tokio::select! {
                changed = self.states.changed() => {
                    let state = self.states.borrow_and_update().clone();
                    if let Some(outcome) = self.state(&state) {
                        return outcome;
                    }
                    if changed.is_err() {
                        return Err(SessionError::Crashed.into());
                    }
                }
                Some(notice) = self.notices.next() => self.notice(&notice),
                _ = signals.next() => {
                    if leaving {
                        return Err(Failure::LeftAtOnce);
                    }
                    leaving = true;
                    say("Terminate signal received, exiting.\n");
                    forward.stop();
                }
            }
        }
    }

    /// Says what is new; gives how it ended.
    fn state(&mut self, state: &ForwardState) -> Option<Result<ExitCode, Failure>> {
        match &state.phase {
            ForwardPhase::Open => {
                if !std::mem::replace(&mut self.is_open, true) {
                    self.opened(&state.local);
                }
                if std::mem::take(&mut self.is_away) {
                    console::to_stderr(&format!("[postern] {LINK_IS_BACK}\n"));
                }
                None
            }
            ForwardPhase::Resuming { error } => {
                if !std::mem::replace(&mut self.is_away, true) {
                    let why = error.as_ref().map_or_else(String::new, ToString::to_string);
                    console::to_stderr(&format!("[postern] No link, resuming. {why}\n"));
                }
                None
            }
            ForwardPhase::Opening | ForwardPhase::Replacing { .. } | ForwardPhase::Asleep => None,
            ForwardPhase::Stopped { error: None } => Some(self.ended(&SessionEnd::TerminatedByUser)),
            ForwardPhase::Stopped { error: Some(_) } => Some(Err(Failure::LeftBehind { signal: None })),
            ForwardPhase::Failed(error) => Some(self.failed(error)),
        }
    }

    fn opened(&self, local: &[LocalAddress]) {
        let place = match local.first() {
            Some(LocalAddress::Socket(address)) => format!("Port {}", address.port()),
            Some(LocalAddress::Path(path)) => format!("Unix socket {}", path.display()),
            None => "Port".to_owned(),
        };
        say(&format!(
            "{place} opened for sessionId {}.\nWaiting for connections...\n",
            self.id
        ));
    }

    fn notice(&mut self, notice: &ForwardNotice) {
        match notice {
            ForwardNotice::Accepted => {
                if !std::mem::replace(&mut self.accepted, true) {
                    say(&format!("\nConnection accepted for session [{}]\n", self.id));
                }
            }
            ForwardNotice::ConnectionLost(error) if matches!(**error, ForwardError::DialFailed { .. }) => {
                say("\nConnection to destination port failed, check SSM Agent logs.\n");
            }
            ForwardNotice::ConnectionLost(error) => console::to_stderr(&format!("[postern] {error}\n")),
            ForwardNotice::OneAtATime => {
                console::to_stderr("[postern] The agent is old: it carries one connection at a time.\n");
            }
        }
    }

    fn ended(&self, end: &SessionEnd) -> Result<ExitCode, Failure> {
        let _nobody_reads = Wording::Plugin.exiting(&self.id, end).now();
        Ok(ExitCode::SUCCESS)
    }

    fn failed(&self, error: &Arc<ForwardError>) -> Result<ExitCode, Failure> {
        if let ForwardError::End(end) = error.as_ref() {
            return self.ended(end);
        }
        if let ForwardError::HostDenied { words, .. } = error.as_ref() {
            let output = words.clone();
            let _nobody_reads = Wording::Plugin
                .exiting(&self.id, &SessionEnd::Closed { output })
                .now();
        }
        Err(Failure::Forward(Arc::clone(error)))
    }
}

fn say(text: &str) {
    let _nobody_reads = console::to_stdout(text);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(properties: &[(&str, &str)]) -> Result<DeclaredForward, String> {
        let texts = properties
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
        declared(&texts.collect())
    }

    #[test]
    fn the_local_end_is_what_the_document_was_given() {
        for (properties, expected) in [
            (&[("localPortNumber", "8080")][..], LocalEnd::Port(8080)),
            (&[("localPortNumber", "0")], LocalEnd::Port(0)),
            (&[("localPortNumber", "")], LocalEnd::Port(0)),
            (&[], LocalEnd::Port(0)),
            (
                &[
                    ("localConnectionType", "unix"),
                    ("localUnixSocket", "/run/x.sock"),
                ],
                LocalEnd::UnixSocket("/run/x.sock".into()),
            ),
            (
                &[("localConnectionType", "tcp"), ("localUnixSocket", "x")],
                LocalEnd::Port(0),
            ),
        ] {
            assert_eq!(read(properties).unwrap().local, expected);
        }
        assert!(read(&[("localPortNumber", "http")]).is_err());
        let remote = read(&[("portNumber", "5432"), ("host", "db")]).unwrap();
        assert_eq!(remote.destination.to_string(), "db:5432");
    }
}
