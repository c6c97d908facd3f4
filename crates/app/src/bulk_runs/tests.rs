use super::*;

fn command(line: &str) -> BulkRunWhat {
    BulkRunWhat::Command { line: line.into() }
}

#[test]
fn what_cannot_be_run_is_refused_before_anything_runs() {
    assert_eq!(work_of(&command(" \t")).unwrap_err().code, "bad-command");
    let document = BulkRunWhat::Document {
        document: "two words".into(),
        parameters: Vec::new(),
    };
    assert_eq!(work_of(&document).unwrap_err().code, "bad-document");
    assert!(work_of(&command("uptime")).is_ok());
    assert_eq!(title_of(&command("echo \u{202e}hi")), "echo hi");
}
