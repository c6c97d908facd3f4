//! A link that is down: its reason is told once, and again when it changes.

use postern_session::SessionError;

/// Whether the link is down, and which reason was told last.
#[derive(Debug, Default)]
pub(crate) struct Outage {
    /// The code of the reason.
    told: Option<&'static str>,
}

/// What a failed attempt tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OutageReport {
    /// The link was lost just now.
    Begins,
    /// It is still down, for another reason.
    ReasonChanged,
    /// Nothing that was not told.
    Known,
}

impl Outage {
    pub(crate) fn failed(&mut self, error: &SessionError) -> OutageReport {
        match self.told.replace(error.code()) {
            None => OutageReport::Begins,
            Some(code) if code == error.code() => OutageReport::Known,
            Some(_) => OutageReport::ReasonChanged,
        }
    }

    pub(crate) fn is_over(&mut self) {
        self.told = None;
    }

    pub(crate) fn lasts(&self) -> bool {
        self.told.is_some()
    }
}
