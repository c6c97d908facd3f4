//! `postern import` and `postern export`: saved connections from files, and into one.

mod listing;
mod password;

use std::fs::{self, File, OpenOptions};
use std::io::{self, IsTerminal, Read as _, Write as _};
use std::path::Path;
use std::process::ExitCode;

use postern_import::{
    Choice, GroupPath, ImportError, ImportFile, MAX_BYTES, ReadOptions, Review, export, read,
};
use postern_model::ImportPlan;
use postern_store::{Opened, Store};

use crate::arguments::{ExportArguments, ImportArguments};
use crate::console;
use crate::failure::Failure;

use crate::import_failure::ImportFailure;

/// Shows what a file holds, and takes it when the user says so.
pub(crate) fn import(arguments: &ImportArguments) -> Result<ExitCode, Failure> {
    let file = file(arguments)?;
    let store = store()?;
    let reviewed = store.reviewed()?;
    let into = GroupPath(
        arguments
            .into
            .iter()
            .flat_map(|path| path.split('/'))
            .map(|name| name.trim().to_owned())
            .filter(|name| !name.is_empty())
            .collect(),
    );
    let review = Review::of(&file, &into, &reviewed.groups, &reviewed.connections);
    let text = if arguments.json {
        listing::json(&file, &review)
    } else {
        listing::table(&file, &review)
    };
    console::to_stdout(&text).map_err(Failure::Output)?;
    let choice = chosen(&review, arguments.with_parameters);
    let plan = review.plan(&choice);
    if choice == Choice::default() {
        return keep_keys(&store, &plan, &reviewed);
    }
    if !arguments.yes && !confirmed(&choice)? {
        return Err(ImportFailure::NotConfirmed.into());
    }
    store.import(&plan, &reviewed)?;
    console::to_stderr(&format!("Imported {}.\n", listing::counted(&choice)));
    Ok(ExitCode::SUCCESS)
}

/// Nothing is new: what is there is only to be known again under another name.
fn keep_keys(
    store: &Store,
    plan: &ImportPlan,
    reviewed: &postern_store::Reviewed,
) -> Result<ExitCode, Failure> {
    if !plan.is_empty() {
        store.import(plan, reviewed)?;
    }
    console::to_stderr("Nothing to import.\n");
    Ok(ExitCode::SUCCESS)
}

/// Writes all saved connections as Postern's own file.
pub(crate) fn export_all(arguments: &ExportArguments) -> Result<ExitCode, Failure> {
    let store = store()?;
    let text = export(&store.groups()?, &store.connections()?);
    let Some(path) = &arguments.file else {
        console::to_stdout(&text).map_err(Failure::Output)?;
        return Ok(ExitCode::SUCCESS);
    };
    let write = || {
        let mut file = OpenOptions::new().write(true).create_new(true).open(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    write().map_err(|error| ImportFailure::Unwritable {
        path: path.clone(),
        error,
    })?;
    Ok(ExitCode::SUCCESS)
}

fn store() -> Result<Store, Failure> {
    let Opened { store, notices } = Store::open(&Store::default_path()?)?;
    for notice in notices {
        console::to_stderr(&format!("postern: {notice}\n"));
    }
    Ok(store)
}

/// Reads the file; where it is encrypted the password comes from the variable, or the user is asked.
fn file(arguments: &ImportArguments) -> Result<ImportFile, ImportFailure> {
    let path = &arguments.file;
    let bytes = bytes(path)?;
    let name = path.to_string_lossy();
    let mut options = ReadOptions {
        format: arguments.format,
        password: None,
        columns: arguments.columns.clone().unwrap_or_default(),
    };
    if let Some(variable) = &arguments.password_env {
        options.password = Some(password::of_variable(variable)?);
    }
    match read(&name, &bytes, &options) {
        Err(ImportError::NeedsPassword) => {
            options.password = Some(password::asked(path)?);
            Ok(read(&name, &bytes, &options)?)
        }
        other => Ok(other?),
    }
}

/// A file that is too large is not read into memory first.
fn bytes(path: &Path) -> Result<Vec<u8>, ImportFailure> {
    let unreadable = |error| ImportFailure::Unreadable {
        path: path.to_owned(),
        error,
    };
    if fs::metadata(path).map_err(unreadable)?.is_dir() {
        return Err(unreadable(io::Error::from(io::ErrorKind::IsADirectory)));
    }
    let mut bytes = Vec::new();
    let file = File::open(path).map_err(unreadable)?;
    file.take(MAX_BYTES + 1)
        .read_to_end(&mut bytes)
        .map_err(unreadable)?;
    Ok(bytes)
}

/// All that is new or changed; what a person should look at first only where they said that they did.
fn chosen(review: &Review, with_parameters: bool) -> Choice {
    if with_parameters {
        review.every_change()
    } else {
        review.default_choice()
    }
}

fn confirmed(choice: &Choice) -> Result<bool, ImportFailure> {
    if !io::stdin().is_terminal() {
        return Err(ImportFailure::NobodyToAsk);
    }
    console::to_stderr(&format!("Import {}? [y/N] ", listing::counted(choice)));
    let mut typed = String::new();
    let read = io::stdin().read_line(&mut typed);
    Ok(read.is_ok() && matches!(typed.trim(), "y" | "Y" | "yes"))
}
