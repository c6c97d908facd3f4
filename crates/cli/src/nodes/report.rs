//! What could not be read, on standard error.

use postern_model::ControlError;

use crate::console;
use crate::failure::next_step;

/// Says that `place`, a profile or a pair, could not be read, why, and the next step.
pub(crate) fn report(place: &str, error: &ControlError) {
    let detail = error
        .detail()
        .map(|detail| format!("  {detail}\n"))
        .unwrap_or_default();
    console::to_stderr(&format!(
        "postern: {place}: {error}\n{detail}  {}\n",
        next_step(error)
    ));
}
