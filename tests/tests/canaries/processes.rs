//! What any user of the computer can see of processes: their arguments; and what their owner can: their variables.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::needles::Needles;

/// Between two looks.
const PAUSE: Duration = Duration::from_millis(10);

/// One process as it was seen.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct Seen {
    arguments: Vec<u8>,
    variables: Vec<u8>,
}

/// Looks at every process of the computer, all the time.
pub(crate) struct Lookout {
    seen: Arc<Mutex<HashSet<Seen>>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Lookout {
    /// A process that wants to be sure that it was seen makes a file in `asks/` of the folder, and waits for one of the
    /// same name in `answers/`.
    pub(crate) fn start(folder: &Path) -> Self {
        let [asks, answers] = ["asks", "answers"].map(|name| folder.join(name));
        fs::create_dir_all(&asks).unwrap();
        fs::create_dir_all(&answers).unwrap();
        let (seen, stop) = (
            Arc::<Mutex<HashSet<Seen>>>::default(),
            Arc::<AtomicBool>::default(),
        );
        let (into, until) = (Arc::clone(&seen), Arc::clone(&stop));
        let thread = thread::spawn(move || {
            while !until.load(Ordering::SeqCst) {
                look_once(&asks, &answers, &into);
                thread::park_timeout(PAUSE);
            }
        });
        Self {
            seen,
            stop,
            thread: Some(thread),
        }
    }

    /// Everything that was seen so far.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        self.seen.lock().unwrap().iter().cloned().collect()
    }
}

impl Drop for Lookout {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::SeqCst);
        if let Some(thread) = self.thread.take() {
            let _its_panic_is_told_already = thread.join();
        }
    }
}

fn look_once(asks: &Path, answers: &Path, into: &Mutex<HashSet<Seen>>) {
    let asked: Vec<PathBuf> = fs::read_dir(asks)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    let now = all();
    into.lock().unwrap().extend(now);
    for ask in asked {
        fs::write(answers.join(ask.file_name().unwrap()), "").unwrap();
        fs::remove_file(ask).unwrap();
    }
}

/// Every process that can be read. One that ends meanwhile is not there any more.
fn all() -> Vec<Seen> {
    let of = |folder: PathBuf| {
        Some(Seen {
            arguments: fs::read(folder.join("cmdline")).ok()?,
            variables: fs::read(folder.join("environ")).ok()?,
        })
    };
    let entries = fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    let processes = entries.filter(|entry| entry.file_name().as_encoded_bytes()[0].is_ascii_digit());
    processes.filter_map(|entry| of(entry.path())).collect()
}

impl Seen {
    /// Its arguments as one line.
    pub(crate) fn line(&self) -> String {
        String::from_utf8_lossy(&self.arguments).replace('\0', " ")
    }

    /// Its variables, `NAME=value`.
    pub(crate) fn variables(&self) -> impl Iterator<Item = &[u8]> {
        self.variables.split(|byte| *byte == 0)
    }

    /// Whether it was started by this name.
    pub(crate) fn is(&self, program: &str) -> bool {
        let first = self.arguments.split(|byte| *byte == 0).next().unwrap_or_default();
        String::from_utf8_lossy(first).rsplit('/').next() == Some(program)
    }

    /// What is wrong with it. A variable that is `given`, as the user set it, is right; and so is, in the plugin of the AWS
    /// CLI, the one by which the AWS CLI hands a session over.
    pub(crate) fn wrongs(&self, needles: &Needles, given: &HashSet<Vec<u8>>) -> Vec<String> {
        let mut wrongs = Vec::new();
        let in_arguments = needles.found_in(&self.arguments);
        if !in_arguments.is_empty() && !self.is_own_argument(&in_arguments) {
            wrongs.push(format!("{in_arguments:?} in the arguments of {}", self.name()));
        }
        for variable in self.variables().filter(|variable| !given.contains(*variable)) {
            let name =
                String::from_utf8_lossy(variable.split(|byte| *byte == b'=').next().unwrap_or_default());
            let found = needles.found_in(variable);
            let is_handover =
                name.starts_with("AWS_SSM_START_SESSION_RESPONSE") && self.is_or_becomes_plugin();
            if !found.is_empty() && !is_handover {
                wrongs.push(format!("{found:?} in the variable {name} of {}", self.name()));
            }
        }
        wrongs
    }

    /// The plugin, or the shell of the tests' terminal in the moment before it turns into it.
    fn is_or_becomes_plugin(&self) -> bool {
        let is_starting = self.is("sh") && self.line().contains("/session-manager-plugin' ");
        self.is("session-manager-plugin") || is_starting
    }

    /// What the user wrote into `credential_process` is an argument of that program.
    fn is_own_argument(&self, found: &std::collections::BTreeSet<&str>) -> bool {
        self.line().contains("/bin/vault")
            && found
                .iter()
                .all(|kind| *kind == "argument of a credential process")
    }

    fn name(&self) -> String {
        let first = self.arguments.split(|byte| *byte == 0).next().unwrap_or_default();
        String::from_utf8_lossy(first).into_owned()
    }
}
