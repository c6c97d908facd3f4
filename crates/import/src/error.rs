//! Why nothing of a file can be used, with what to do next.

use thiserror::Error;

use crate::Format;

/// Why a file gave nothing. `Display` says what is wrong, [`Self::next_step`] what helps.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ImportError {
    /// There is not a byte in it.
    #[error("The file is empty.")]
    Empty,
    /// It is larger than any list of connections.
    #[error("The file has {bytes} bytes; at most {limit} are read.")]
    TooLarge {
        /// How many bytes it has.
        bytes: u64,
        /// How many are read.
        limit: u64,
    },
    /// It holds more entries than are read.
    #[error("The file has more than {0} entries.")]
    TooMany(usize),
    /// It is encrypted, and no password was given.
    #[error("The file is encrypted.")]
    NeedsPassword,
    /// The password opens nothing.
    #[error("The password does not open the file, or the file is damaged.")]
    WrongPassword,
    /// It is encrypted in a way that is not read.
    #[error("The file is encrypted with {0}, which Postern does not read.")]
    Cipher(String),
    /// It is text in no encoding that is read.
    #[error("The file is no text in UTF-8 or UTF-16.")]
    Encoding,
    /// It does not follow the rules of its format, such as a file that was cut off.
    #[error("This is no file of {format}: {detail}", format = format.title())]
    Malformed {
        /// The format that it was read as.
        format: Format,
        /// Where and what, in a sentence.
        detail: String,
    },
    /// A newer program wrote it.
    #[error("The file is of version {found}; this Postern reads up to {known}.")]
    Newer {
        /// The version that it names.
        found: u64,
        /// The newest that is read.
        known: u64,
    },
    /// A table in which no column leads anywhere.
    #[error("No column of the table holds targets. It has: {}.", columns.join(", "))]
    NoTargets {
        /// The names of its columns.
        columns: Vec<String>,
    },
    /// The column map names a column that the table does not have.
    #[error("The table has no column {wanted:?}. It has: {}.", columns.join(", "))]
    NoColumn {
        /// The name or number that was asked for.
        wanted: String,
        /// The names of its columns.
        columns: Vec<String>,
    },
}

impl ImportError {
    /// What helps, in a sentence.
    #[must_use]
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::Empty => "Choose another file.",
            Self::TooLarge { .. } | Self::TooMany(_) => "Split it, or choose the file that was meant.",
            Self::NeedsPassword => "Give the password that the file was encrypted with.",
            Self::WrongPassword => "Check the password; where it is right, take a backup of the file.",
            Self::Cipher(_) => {
                "Save it with AES and GCM, or without encryption, in the program that wrote it."
            }
            Self::Encoding => "Save it as UTF-8 and read it again.",
            Self::Malformed { .. } => "Check that it is whole, or say of which format it is.",
            Self::Newer { .. } => "Update Postern.",
            Self::NoTargets { .. } | Self::NoColumn { .. } => {
                "Say which column is which, such as target=\"Instance ID\"."
            }
        }
    }

    /// A short name for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Empty => "import-empty",
            Self::TooLarge { .. } | Self::TooMany(_) => "import-too-large",
            Self::NeedsPassword => "import-needs-password",
            Self::WrongPassword => "import-wrong-password",
            Self::Cipher(_) => "import-cipher",
            Self::Encoding => "import-encoding",
            Self::Malformed { .. } => "import-malformed",
            Self::Newer { .. } => "import-newer",
            Self::NoTargets { .. } | Self::NoColumn { .. } => "import-columns",
        }
    }
}
