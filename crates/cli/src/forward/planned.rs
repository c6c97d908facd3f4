//! Forwards that are to be opened in the foreground, each with what it goes by.

use std::sync::Arc;

use postern_forward::{DeclaredForward, ThroughNode, Via};
use postern_model::Target;

/// A forward that is to be opened.
pub(crate) struct PlannedForward {
    /// What it is called; none for one that was not declared before.
    pub(crate) name: Option<String>,
    /// Where connections come in, and where they go.
    pub(crate) declared: DeclaredForward,
    /// What it goes by.
    pub(crate) via: Arc<dyn Via>,
    /// What its sessions are opened to, where that is always the same.
    pub(crate) target: Option<Target>,
}

impl PlannedForward {
    /// What its sessions are opened to now, as AWS calls it.
    pub(crate) fn target(&self) -> String {
        let through = self.via.through().map(|through| through.node.to_string());
        let fixed = self.target.as_ref().map(ToString::to_string);
        fixed.or(through).unwrap_or_default()
    }

    /// The same for people, with the name where AWS said one.
    pub(crate) fn through(&self) -> String {
        match self.via.through() {
            Some(ThroughNode {
                node,
                name: Some(name),
            }) => format!("{name} ({node})"),
            Some(_) | None => self.target(),
        }
    }
}
