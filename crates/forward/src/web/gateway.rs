//! What a browser is told of a destination that cannot be reached.

use crate::ForwardError;
use crate::web_refusal::text;

/// The answer to a request that could not be carried.
pub(crate) fn bad_gateway(error: &ForwardError) -> Vec<u8> {
    text(
        "502 Bad Gateway",
        &format!("Postern: {error} {}\n", error.next_step()),
    )
}
