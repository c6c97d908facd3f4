//! AWS as all commands reach it: by the user's own configuration.

use std::sync::Arc;

use postern_aws::AwsControlPlane;

use crate::mfa::PersonAtTerminal;

/// The user's AWS. Whoever sits at this terminal is asked for the codes of MFA devices until a session reads it.
pub(crate) fn of_user() -> AwsControlPlane {
    let control = AwsControlPlane::from_environment();
    match PersonAtTerminal::find() {
        Some(person) => control.asking(Arc::new(person)),
        None => control,
    }
}
