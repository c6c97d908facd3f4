//! ECS as far as sessions in containers need it: clusters, tasks, ExecuteCommand.

mod answer;
mod cluster;
mod execute;
mod listing;

pub(crate) use answer::answer;
