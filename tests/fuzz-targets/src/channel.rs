//! The whole channel: any sequence of sockets, cuts, time, typing, keys and frames, held against a simple model.

mod model;
mod received;
mod script;
mod sent;

use arbitrary::{Arbitrary as _, Unstructured};

use model::Model;
use script::Script;

/// Plays any bytes as a script.
pub fn channel(data: &[u8]) {
    let Ok(script) = Script::arbitrary_take_rest(Unstructured::new(data)) else {
        return;
    };
    let mut model = Model::new(script.config);
    for step in script.steps {
        model.play(step);
        model.check();
    }
    model.end_well();
}
