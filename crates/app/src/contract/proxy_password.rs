//! The one thing of a proxy that only goes in.

use serde::Deserialize;
use specta::Type;

use super::{ProxyView, SecretText};

/// The password of the user's own proxy. It goes in only.
#[derive(Debug, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ProxyPasswordDraft {
    /// The proxy that it is for, as it will be saved. Nothing is kept while that is none.
    pub proxy: ProxyView,
    /// The password; an empty one is forgotten.
    #[specta(type = String)]
    pub password: SecretText,
    /// Whether it is kept for this run only, and not in the keyring.
    pub this_run: bool,
}
