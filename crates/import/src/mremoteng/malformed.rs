//! A file that is no `confCons.xml`.

use crate::{Format, ImportError};

pub(super) fn malformed(detail: String) -> ImportError {
    ImportError::Malformed {
        format: Format::MRemoteNg,
        detail,
    }
}
