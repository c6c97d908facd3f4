//! Ends a process group when this program ends without having done so: killed, crashed, or interrupted in its terminal.

use std::fs::File;
use std::io::Write;
use std::process::Stdio;

use process_wrap::tokio::{CommandWrap, ProcessSession};

/// Its first line is the group; another line says that all is well. The end of its input says that whoever could have
/// written it is gone.
const SCRIPT: &str = "read -r group || exit; read -r well || kill -KILL \"-$group\"";

/// A shell that waits for the end of this program.
pub(crate) struct Watchdog(File);

impl Watchdog {
    /// Started before the group, so that there is no moment in which nobody watches. Without a shell nobody does; the
    /// group still ends with whoever waits for it.
    pub(crate) fn start() -> Option<Self> {
        let mut shell = CommandWrap::with_new("/bin/sh", |shell| {
            shell
                .args(["-c", SCRIPT])
                .env_clear()
                .current_dir("/")
                .stdin(Stdio::piped())
                .stdout(Stdio::null())
                .stderr(Stdio::null());
        });
        // A key that interrupts this program must not end it too.
        shell.wrap(ProcessSession);
        let started = shell.spawn().and_then(|mut shell| {
            let input = shell.stdin().take();
            input.map(|input| input.into_owned_fd()).transpose()
        });
        match started {
            Ok(input) => input.map(|input| Self(File::from(input))),
            Err(error) => {
                tracing::debug!(%error, "a subprocess has no watchdog");
                None
            }
        }
    }

    /// Watches over `group` from now on.
    pub(crate) fn watch(&mut self, group: u32) {
        self.write(&group.to_string());
    }

    /// The group is over.
    pub(crate) fn dismiss(mut self) {
        self.write("");
    }

    fn write(&mut self, line: &str) {
        if let Err(error) = self.0.write_all(format!("{line}\n").as_bytes()) {
            tracing::debug!(%error, "the watchdog of a subprocess is gone");
        }
    }
}
