//! A table with a connection in each row, from a spreadsheet, a script or another program.

mod columns;
mod delimiter;

use csv::{ReaderBuilder, StringRecord};

pub use columns::{ColumnMap, InvalidColumns};
use columns::{Layout, region};

use crate::{
    Format, ImportError, ImportField, ImportFile,
    collect::{Collector, RawConnection},
    text::decode,
};

/// What parts the names of nested groups in a cell.
const GROUPS: char = '/';

pub(crate) fn read(bytes: &[u8], map: &ColumnMap) -> Result<ImportFile, ImportError> {
    let text = decode(bytes)?;
    let mut builder = ReaderBuilder::new();
    builder
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter::of(&text));
    let mut reader = builder.from_reader(text.as_bytes());
    let mut rows = reader.records();
    let first = rows
        .next()
        .ok_or(ImportError::Empty)?
        .map_err(|error| malformed(&error))?;
    let layout = Layout::of(&first, map)?;
    let mut collector = Collector::new(Format::Csv, layout.fields());
    if !layout.has_header {
        row(&text, &first, &layout, &mut collector)?;
    }
    for record in rows {
        let record = record.map_err(|error| malformed(&error))?;
        row(&text, &record, &layout, &mut collector)?;
    }
    Ok(collector.finish())
}

fn malformed(error: &csv::Error) -> ImportError {
    ImportError::Malformed {
        format: Format::Csv,
        detail: postern_model::ended(&error.to_string()),
    }
}

fn row(
    text: &str,
    record: &StringRecord,
    layout: &Layout,
    collector: &mut Collector,
) -> Result<(), ImportError> {
    if record.iter().all(|cell| cell.trim().is_empty()) {
        return Ok(());
    }
    let cell = |field| layout.cell(record, field).to_owned();
    let target = cell(ImportField::Goal);
    collector.connection(RawConnection {
        id: String::new(),
        place: place(text, record),
        name: cell(ImportField::Name),
        group: cell(ImportField::Group)
            .split(GROUPS)
            .map(str::to_owned)
            .collect(),
        target,
        query: layout.query(record).to_owned(),
        pick: layout.pick(record).to_owned(),
        profile: cell(ImportField::Profile),
        region: region(&cell(ImportField::Region)),
        document: cell(ImportField::Document),
        description: cell(ImportField::Description),
        tags: cell(ImportField::Tags)
            .split([',', ';'])
            .map(str::to_owned)
            .collect(),
        ..RawConnection::default()
    })
}

/// The line on which a row begins: the reader counts empty lines in front of a row as part of it.
fn place(text: &str, record: &StringRecord) -> String {
    let Some(at) = record.position() else {
        return String::new();
    };
    let rest = usize::try_from(at.byte())
        .ok()
        .and_then(|byte| text.get(byte..))
        .unwrap_or_default();
    let empty = rest
        .bytes()
        .take_while(|byte| matches!(byte, b'\r' | b'\n'))
        .filter(|byte| *byte == b'\n')
        .count();
    format!(
        "line {}",
        at.line().saturating_add(u64::try_from(empty).unwrap_or_default())
    )
}

#[cfg(test)]
mod tests;
