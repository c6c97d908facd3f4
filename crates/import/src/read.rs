//! Reads a file of any format.

use secrecy::SecretString;

use crate::{ColumnMap, Format, ImportError, ImportFile, csv_table, mremoteng, network_manager, own, ssh};

/// The largest file that is read, in bytes: a hundred times what 5,000 profiles of NETworkManager need.
pub const MAX_BYTES: u64 = 32 * 1024 * 1024;

/// What a person says about a file.
#[derive(Debug, Default)]
pub struct ReadOptions {
    /// What it is; none finds out.
    pub format: Option<Format>,
    /// What opens it, where it is encrypted.
    pub password: Option<SecretString>,
    /// Which column of a table is what; what it does not name is found by the names of the columns.
    pub columns: ColumnMap,
}

/// Reads what the file called `name` holds.
///
/// # Errors
/// [`ImportError`] where nothing of it can be used; a bad entry is in [`ImportFile::unusable`] and hides no other.
pub fn read(name: &str, bytes: &[u8], options: &ReadOptions) -> Result<ImportFile, ImportError> {
    let size = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if size > MAX_BYTES {
        return Err(ImportError::TooLarge {
            bytes: size,
            limit: MAX_BYTES,
        });
    }
    if bytes.is_empty() {
        return Err(ImportError::Empty);
    }
    let password = options.password.as_ref();
    match options.format.unwrap_or_else(|| Format::detect(name, bytes)) {
        Format::Postern => own::read(bytes),
        Format::NetworkManager => network_manager::read(bytes, password),
        Format::MRemoteNg => mremoteng::read(bytes, password),
        Format::Csv => csv_table::read(bytes, &options.columns),
        Format::SshConfig => ssh::read(bytes),
    }
}
