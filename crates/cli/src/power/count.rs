//! What each instance does, told one by one and counted for the exit status.

use std::process::ExitCode;

use postern_model::{ControlError, InstanceState, PowerOrder};

use super::chosen::ChosenInstance;
use crate::console;
use crate::failure::next_step;

/// The exit status when some instances do as they are told and others not.
const SOME_DO_NOT: u8 = 3;

/// How many instances do as they were told, or are there already, and how many do not.
#[derive(Debug, Default)]
pub(super) struct Count {
    pub(super) done: usize,
    pub(super) not: usize,
}

impl Count {
    pub(super) fn does(&mut self, instance: &ChosenInstance, what: &str) {
        self.done += 1;
        say(&format!("{instance}: {what}\n"));
    }

    pub(super) fn refuses(&mut self, instance: &ChosenInstance, error: &ControlError) {
        let detail = error.detail().map(|detail| format!("  {detail}\n"));
        self.fails(
            instance,
            &format!("{error}\n{}  {}", detail.unwrap_or_default(), next_step(error)),
        );
    }

    pub(super) fn fails(&mut self, instance: &ChosenInstance, why: &str) {
        self.not += 1;
        console::to_stderr(&format!("postern: {instance}: {why}\n"));
    }

    /// One that is there already is no failure.
    pub(super) fn leave_out(&mut self, order: PowerOrder, instance: &ChosenInstance) {
        let state = state_words(instance.state);
        let is_there = match order {
            PowerOrder::Start => matches!(instance.state, InstanceState::Running | InstanceState::Pending),
            PowerOrder::Stop => matches!(instance.state, InstanceState::Stopped | InstanceState::Stopping),
            PowerOrder::Reboot => false,
        };
        if is_there {
            self.does(instance, &format!("{state} already"));
        } else {
            self.fails(
                instance,
                &format!("it is {state}, so it cannot {}.", order.word()),
            );
        }
    }

    pub(super) fn status(&self) -> ExitCode {
        match (self.done, self.not) {
            (_, 0) => ExitCode::SUCCESS,
            (0, _) => ExitCode::FAILURE,
            _ => ExitCode::from(SOME_DO_NOT),
        }
    }
}

/// Who reads no more is still answered by the exit status.
pub(super) fn say(text: &str) {
    let _nobody_reads = console::to_stdout(text);
}

pub(super) fn state_words(state: InstanceState) -> &'static str {
    match state {
        InstanceState::Pending => "starting",
        InstanceState::Running => "running",
        InstanceState::Stopping => "stopping",
        InstanceState::Stopped => "stopped",
        InstanceState::ShuttingDown => "shutting down",
        InstanceState::Terminated => "terminated",
        InstanceState::Unknown => "in a state that Postern does not know",
    }
}
