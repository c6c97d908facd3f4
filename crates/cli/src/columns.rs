//! Rows as a table for people.

use unicode_width::UnicodeWidthStr;

/// Between two columns.
const GAP: usize = 2;
/// Longer names are cut; what stands beside them tells them apart.
const WIDEST_NAME: usize = 40;

/// The rows, columns aligned by what a terminal shows.
pub(crate) fn aligned<const COLUMNS: usize>(rows: &[[String; COLUMNS]]) -> String {
    let widths: Vec<usize> = (0..COLUMNS)
        .map(|column| {
            rows.iter()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.width())
                .max()
                .unwrap_or(0)
        })
        .collect();
    rows.iter().map(|row| line(row, &widths)).collect()
}

fn line(row: &[String], widths: &[usize]) -> String {
    let cells = row.iter().zip(widths).map(|(cell, width)| {
        let padding = width.saturating_sub(cell.width()) + GAP;
        format!("{cell}{}", " ".repeat(padding))
    });
    format!("{}\n", cells.collect::<String>().trim_end())
}

/// A name that leaves room for the other columns.
pub(crate) fn cut(name: &str) -> String {
    if name.width() <= WIDEST_NAME {
        return name.to_owned();
    }
    let mut shown = String::new();
    for c in name.chars() {
        if shown.width() + c.to_string().width() >= WIDEST_NAME {
            break;
        }
        shown.push(c);
    }
    shown + "…"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut_on_characters() {
        let cut = cut(&"京".repeat(100));
        assert!(cut.width() <= WIDEST_NAME, "{cut}");
        assert!(cut.ends_with('…'));
    }
}
