//! Cells of tables that a spreadsheet will open.

/// Spreadsheets take what begins so for a formula and would run it: names and tags are whatever their owner wrote.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// The cell as text: where it could be a formula, an apostrophe in front has spreadsheets read it as text.
#[must_use]
pub fn spreadsheet_text(cell: String) -> String {
    if cell.starts_with(FORMULA) {
        format!("'{cell}")
    } else {
        cell
    }
}
