//! The end of a session's processes: the shell, its jobs, and what they started in the background.

use uuid::Uuid;

/// Kills the process `leader` and everything that was started from it, and returns when the kernel has the orders.
/// `mark` finds processes that left the leader's session (Linux only).
#[cfg(target_os = "linux")]
pub(crate) fn kill_all_of(leader: u32, mark: Uuid) {
    // Session 0 is the kernel's own, and 1 may be that of a container.
    linux::kill_all(|process| (leader > 1 && process.session == leader) || process.has_mark(mark));
}

#[cfg(all(unix, not(target_os = "linux")))]
pub(crate) fn kill_all_of(leader: u32, _mark: Uuid) {
    other_unix::kill_tree(leader);
}

/// On Windows the closing pseudo console ends its processes; this ends those of commands without one too.
#[cfg(windows)]
pub(crate) fn kill_all_of(leader: u32, _mark: Uuid) {
    use std::process::{Command, Stdio};
    let tree = [
        "/T".to_owned(),
        "/F".to_owned(),
        "/PID".to_owned(),
        leader.to_string(),
    ];
    if let Err(error) = Command::new("taskkill")
        .args(tree)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
    {
        tracing::warn!(%error, "the processes of a simulated session could not be ended");
    }
}

/// Asks `leader` to stop, and nothing that it started: so does the real agent.
#[cfg(unix)]
pub(super) fn signal(leader: u32, quit: bool) {
    use nix::sys::signal::{Signal, kill};
    let signal = if quit { Signal::SIGQUIT } else { Signal::SIGINT };
    if let Some(process) = pid(leader) {
        // It may be gone already, which is what was wanted.
        let _ = kill(process, signal);
    }
}

/// Windows has no signals: the real agent kills the command.
#[cfg(windows)]
pub(super) fn signal(leader: u32, _quit: bool) {
    kill_all_of(leader, Uuid::nil());
}

#[cfg(unix)]
fn pid(number: u32) -> Option<nix::unistd::Pid> {
    i32::try_from(number)
        .ok()
        .filter(|number| *number > 1)
        .map(nix::unistd::Pid::from_raw)
}

#[cfg(target_os = "linux")]
mod linux {
    use std::fs;
    use std::path::PathBuf;

    use nix::sys::signal::{Signal, kill};
    use uuid::Uuid;

    use crate::agent::program_context::MARK_VARIABLE;

    /// A process that forks while it is being killed is found by the next look.
    const LOOKS: usize = 10;

    pub(super) struct Process {
        number: u32,
        pub(super) session: u32,
        folder: PathBuf,
    }

    impl Process {
        /// Whether the process inherited the mark. Only our own user's processes can be read, and only those matter.
        pub(super) fn has_mark(&self, mark: Uuid) -> bool {
            let wanted = format!("{MARK_VARIABLE}={mark}");
            fs::read(self.folder.join("environ"))
                .is_ok_and(|all| all.split(|byte| *byte == 0).any(|one| one == wanted.as_bytes()))
        }
    }

    pub(super) fn kill_all(is_ours: impl Fn(&Process) -> bool) {
        for _ in 0..LOOKS {
            let ours: Vec<Process> = living().filter(&is_ours).collect();
            if ours.is_empty() {
                return;
            }
            for process in ours {
                if let Some(pid) = super::pid(process.number) {
                    // It may have ended since; nothing else can go wrong with our own processes.
                    let _ = kill(pid, Signal::SIGKILL);
                }
            }
            std::thread::yield_now();
        }
    }

    fn living() -> impl Iterator<Item = Process> {
        let entries = fs::read_dir("/proc").into_iter().flatten().flatten();
        entries.filter_map(|entry| {
            let number = entry.file_name().to_str()?.parse().ok()?;
            let folder = entry.path();
            let session = session_of_living(&fs::read_to_string(folder.join("stat")).ok()?)?;
            Some(Process {
                number,
                session,
                folder,
            })
        })
    }

    /// The session id in `/proc/PID/stat`: the fourth field after the command's name, which is in parentheses and may
    /// hold any character. None for a process that is dead and only waits to be noticed.
    fn session_of_living(stat: &str) -> Option<u32> {
        let mut fields = stat.rsplit_once(") ")?.1.split(' ');
        let state = fields.next()?;
        let session = fields.nth(2)?.parse().ok()?;
        (!matches!(state, "Z" | "X")).then_some(session)
    }

    #[cfg(test)]
    mod tests {
        use super::*;

        #[test]
        fn the_session_is_found_behind_a_hostile_command_name() {
            assert_eq!(
                session_of_living("12 (a) R 1 (b) S 1 12 7 34817 12 4194304"),
                Some(7)
            );
            assert_eq!(session_of_living("12 (sh) Z 1 12 7 0"), None);
            assert_eq!(session_of_living("12"), None);
        }
    }
}

#[cfg(all(unix, not(target_os = "linux")))]
mod other_unix {
    use std::process::Command;

    use nix::sys::signal::{Signal, kill, killpg};

    /// Kills the leader's group and all its descendants, as `ps` knows them.
    pub(super) fn kill_tree(leader: u32) {
        for number in descendants(leader) {
            if let Some(pid) = super::pid(number) {
                let _ = kill(pid, Signal::SIGKILL);
            }
        }
        if let Some(group) = super::pid(leader) {
            let _ = killpg(group, Signal::SIGKILL);
        }
    }

    fn descendants(leader: u32) -> Vec<u32> {
        let listed = Command::new("ps")
            .args(["-A", "-o", "pid=,ppid="])
            .output()
            .map(|output| output.stdout);
        let text = String::from_utf8_lossy(&listed.unwrap_or_default()).into_owned();
        let pairs: Vec<(u32, u32)> = text
            .lines()
            .filter_map(|line| {
                let mut numbers = line.split_whitespace().map(str::parse);
                Some((numbers.next()?.ok()?, numbers.next()?.ok()?))
            })
            .collect();
        let mut found = vec![leader];
        let mut next = 0;
        while let Some(parent) = found.get(next).copied() {
            let children = pairs
                .iter()
                .filter(|(pid, of)| *of == parent && !found.contains(pid))
                .map(|(pid, _)| *pid);
            let children: Vec<u32> = children.collect();
            found.extend(children);
            next += 1;
        }
        found
    }
}
