//! The question before a forward listens where others can reach it.

use std::io::{self, IsTerminal};

use postern_forward::LocalEnd;

use crate::console;
use crate::failure::Failure;

/// Has the user type the address again. Nothing is asked where nobody else can reach a forward.
pub(crate) fn exposed<'a>(mut ends: impl Iterator<Item = &'a LocalEnd>) -> Result<(), Failure> {
    let Some(address) = ends.find_map(LocalEnd::exposed_address) else {
        return Ok(());
    };
    if !io::stdin().is_terminal() {
        return Err(Failure::NotConfirmed(address));
    }
    console::to_stderr(&format!(
        "Whoever can reach {address} will reach the other end of these forwards as you do, without any login of \
Postern's.\nThe usual reason is a container of this computer that must reach it. Type the address again to go on: "
    ));
    let mut typed = String::new();
    let read = io::stdin().read_line(&mut typed);
    if read.is_ok() && typed.trim().parse() == Ok(address) {
        Ok(())
    } else {
        Err(Failure::NotConfirmed(address))
    }
}
