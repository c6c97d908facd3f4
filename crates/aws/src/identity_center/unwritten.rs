//! Tokens that could not be written into the AWS CLI's cache: good for as long as this program runs.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use postern_model::SignInKey;

use super::token::Token;

/// The token of a sign-in, with the one that its file had then.
struct Unwritten {
    before: Option<Token>,
    token: Token,
}

/// One for each sign-in at most. As soon as its file holds another token, that one counts.
#[derive(Default)]
pub(super) struct UnwrittenTokens(Mutex<HashMap<SignInKey, Unwritten>>);

impl UnwrittenTokens {
    /// Keeps a token whose file has `before`, or nothing that can be used.
    pub(super) fn remember(&self, key: &SignInKey, before: Option<Token>, token: &Token) {
        let token = token.clone();
        self.all().insert(key.clone(), Unwritten { before, token });
    }

    /// What counts in place of what the file has now.
    pub(super) fn instead_of(&self, key: &SignInKey, kept: Option<&Token>) -> Option<Token> {
        let all = self.all();
        let unwritten = all.get(key)?;
        let is_as_before = match (&unwritten.before, kept) {
            (Some(before), Some(kept)) => before.is(kept),
            (None, None) => true,
            (_, _) => false,
        };
        is_as_before.then(|| unwritten.token.clone())
    }

    /// Somebody signed out.
    pub(super) fn forget(&self, key: &SignInKey) {
        self.all().remove(key);
    }

    fn all(&self) -> MutexGuard<'_, HashMap<SignInKey, Unwritten>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for UnwrittenTokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnwrittenTokens").finish_non_exhaustive()
    }
}
