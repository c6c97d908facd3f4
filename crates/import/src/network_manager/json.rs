//! The JSON of NETworkManager since 2026: groups in an object with a version, or of the first days the groups alone.

use serde::Deserialize;
use serde_json::Value;

use super::profile::GroupInfo;

/// The version of the object that is known.
const VERSION: u64 = 1;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ProfileFile {
    version: Option<u64>,
    groups: Vec<GroupInfo>,
}

pub(super) fn read(text: &str) -> Result<Vec<GroupInfo>, String> {
    let value: Value = serde_json::from_str(text).map_err(|error| described(&error))?;
    if value.is_array() {
        return serde_json::from_value(value).map_err(|error| described(&error));
    }
    let file: ProfileFile = serde_json::from_value(value).map_err(|error| described(&error))?;
    match file.version {
        Some(version) if version > VERSION => {
            Err(format!("it is of version {version}, and {VERSION} is known."))
        }
        Some(_) | None => Ok(file.groups),
    }
}

fn described(error: &serde_json::Error) -> String {
    postern_model::ended(&error.to_string())
}
