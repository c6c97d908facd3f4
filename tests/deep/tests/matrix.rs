//! The fault matrix: 324 cells, each way 1 MiB, whole and once, without too many repeats and without a standstill.

use postern_deep::{Campaign, Cell, Session, converse};

fn campaign(session: Session, test: &'static str, seeds: u64) -> Campaign<Cell> {
    Campaign {
        title: "fault matrix",
        test,
        cells: Cell::all(session)
            .into_iter()
            .map(|cell| (cell.name(), cell))
            .collect(),
        seeds: 0..seeds,
    }
}

fn prove(campaign: Campaign<Cell>) {
    let outcome = campaign.run(|cell, seed| cell.judge(converse(&cell.plan(seed))?));
    assert!(
        outcome.failures.is_empty(),
        "{} runs failed",
        outcome.failures.len()
    );
    assert!(!outcome.reports.is_empty());
}

#[test]
fn the_matrix_has_324_cells_with_names_of_their_own() {
    let names: std::collections::BTreeSet<_> = Cell::all(Session::Shell).iter().map(Cell::name).collect();
    assert_eq!(names.len(), 324);
}

/// A few cells from everywhere in the matrix, for every day.
#[test]
fn a_shell_loses_nothing_in_a_sample_of_the_matrix() {
    let mut campaign = campaign(Session::Shell, "--test matrix", 1);
    campaign.cells = campaign.cells.into_iter().step_by(23).collect();
    prove(campaign);
}

#[test]
fn a_command_with_separate_streams_loses_nothing_in_a_sample_of_the_matrix() {
    let mut campaign = campaign(Session::SeparateCommand, "--test matrix", 1);
    campaign.cells = campaign.cells.into_iter().step_by(47).collect();
    prove(campaign);
}

#[test]
fn an_encrypted_shell_loses_nothing_in_a_sample_of_the_matrix() {
    let mut campaign = campaign(Session::EncryptedShell, "--test matrix", 1);
    campaign.cells = campaign.cells.into_iter().step_by(47).collect();
    prove(campaign);
}

#[test]
#[ignore = "long; part of npm run test:deep"]
fn a_shell_loses_nothing_in_the_whole_matrix() {
    prove(
        campaign(Session::Shell, "--test matrix a_shell", 30)
            .from_environment()
            .unwrap(),
    );
}

#[test]
#[ignore = "long; part of npm run test:deep"]
fn a_command_with_separate_streams_loses_nothing_in_the_whole_matrix() {
    prove(
        campaign(Session::SeparateCommand, "--test matrix a_command", 2)
            .from_environment()
            .unwrap(),
    );
}

#[test]
#[ignore = "long; part of npm run test:deep"]
fn an_encrypted_shell_loses_nothing_in_the_whole_matrix() {
    prove(
        campaign(Session::EncryptedShell, "--test matrix an_encrypted", 2)
            .from_environment()
            .unwrap(),
    );
}
