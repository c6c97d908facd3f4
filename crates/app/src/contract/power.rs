//! Instances that are told to start, stop or reboot.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::ErrorView;
#[cfg(doc)]
use super::NodeView;

/// What instances are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum PowerOrderView {
    /// From stopped to running, until the agent answers.
    Start,
    /// From running to stopped.
    Stop,
    /// The system starts anew.
    Reboot,
}

/// One order to some nodes, from its beginning to the last of them.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PowerTaskView {
    /// Its number in this run.
    pub id: u32,
    /// What they are told.
    pub order: PowerOrderView,
    /// The name of the node, where it is one.
    pub name: Option<String>,
    /// How many nodes are told.
    pub total: u32,
    /// How many have done it.
    pub done: u32,
    /// Those that did not do it.
    pub failures: Vec<PowerFailureView>,
    /// Nothing comes any more.
    pub over: bool,
}

/// A node that did not do as it was told.
#[derive(Debug, Clone, PartialEq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct PowerFailureView {
    /// [`NodeView::key`].
    pub key: String,
    /// Its name, or its id.
    pub name: String,
    /// Why.
    pub error: ErrorView,
}
