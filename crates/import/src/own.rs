//! Postern's own file of connections: JSON that people can read and write, with a version and without secrets.

mod export;
mod form;

use serde_json::Value;

pub use export::export;
use form::{ConnectionForm, GroupForm};

use crate::{
    Format, ImportError, ImportField, ImportFile,
    collect::{Collector, RawConnection, RawGroup},
    text::decode,
};

/// What the file says that it is.
const FORMAT: &str = "postern-connections";
/// The version that is written, and the newest that is read.
const VERSION: u64 = 1;

pub(crate) fn read(bytes: &[u8]) -> Result<ImportFile, ImportError> {
    let text = decode(bytes)?;
    let root: Value = serde_json::from_str(&text).map_err(|error| malformed(&error.to_string()))?;
    check(&root)?;
    let mut collector = Collector::new(Format::Postern, ImportField::ALL.to_vec());
    inside(&root, &[], &mut collector)?;
    Ok(collector.finish())
}

fn check(root: &Value) -> Result<(), ImportError> {
    if root.get("format").and_then(Value::as_str) != Some(FORMAT) {
        return Err(malformed(&format!("it does not say \"format\": {FORMAT:?}")));
    }
    match root.get("version").and_then(Value::as_u64) {
        Some(VERSION) => Ok(()),
        Some(found) if found > VERSION => Err(ImportError::Newer {
            found,
            known: VERSION,
        }),
        Some(_) | None => Err(malformed("it does not say of which version it is")),
    }
}

fn malformed(detail: &str) -> ImportError {
    ImportError::Malformed {
        format: Format::Postern,
        detail: postern_model::ended(detail),
    }
}

/// The JSON reader bounds how deep groups stand in one another.
fn inside(value: &Value, path: &[String], collector: &mut Collector) -> Result<(), ImportError> {
    for (number, connection) in (1_usize..).zip(list(value, "connections")?) {
        let place = format!("{}connection {number}", prefix(path));
        match serde_json::from_value::<ConnectionForm>(connection.clone()) {
            Ok(form) => collector.connection(RawConnection {
                place,
                group: path.to_vec(),
                ..form.raw()
            })?,
            Err(error) => collector.unusable(
                name_of(connection),
                place,
                postern_model::ended(&error.to_string()),
            ),
        }
    }
    for (number, group) in (1_usize..).zip(list(value, "groups")?) {
        let below: Vec<String> = path.iter().cloned().chain([name_of(group).to_owned()]).collect();
        let place = format!("{}group {number}", prefix(path));
        match GroupForm::parse(group) {
            Ok(form) => {
                collector.group(RawGroup {
                    path: below.clone(),
                    place,
                    ..form.raw()
                })?;
                inside(group, &below, collector)?;
            }
            Err(reason) => collector.unusable(name_of(group), place, reason),
        }
    }
    Ok(())
}

fn list<'a>(value: &'a Value, name: &str) -> Result<&'a [Value], ImportError> {
    match value.get(name) {
        None | Some(Value::Null) => Ok(&[]),
        Some(Value::Array(items)) => Ok(items),
        Some(_) => Err(malformed(&format!("{name:?} is no list"))),
    }
}

fn name_of(value: &Value) -> &str {
    value.get("name").and_then(Value::as_str).unwrap_or_default()
}

fn prefix(path: &[String]) -> String {
    if path.is_empty() {
        String::new()
    } else {
        format!("{}, ", path.join(" / "))
    }
}

#[cfg(test)]
mod tests;
