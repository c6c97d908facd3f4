//! The password of an encrypted file: never an argument, which every program of the computer could read.

use std::env;
use std::path::Path;

use postern_model::display_text;
use secrecy::SecretString;

use crate::import_failure::ImportFailure;

/// The value of a variable.
pub(super) fn of_variable(name: &str) -> Result<SecretString, ImportFailure> {
    let value = env::var(name).map_err(|_| ImportFailure::NoVariable(name.to_owned()))?;
    Ok(value.into())
}

/// Asks in the terminal that the program was started in, without showing what is typed.
pub(super) fn asked(path: &Path) -> Result<SecretString, ImportFailure> {
    let name = path.file_name().unwrap_or(path.as_os_str());
    let question = format!("Password of {}: ", display_text(&name.to_string_lossy()));
    let typed = rpassword::prompt_password(question).map_err(|_| ImportFailure::NoPassword)?;
    Ok(typed.into())
}
