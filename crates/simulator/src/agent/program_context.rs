//! Where a simulated node's programs run: a scratch home, a clean environment, and marks to find them again.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::{fs, io};

use uuid::Uuid;

use crate::network::NodeNetwork;

/// The variable that marks every process of a session.
pub(super) const MARK_VARIABLE: &str = "POSTERN_SIMULATED_SESSION";

/// What the demo's shell says before its first prompt.
const DEMO_NOTICE: &str = "This is a demo shell on your own computer, in a scratch folder.";
const WINDOWS_NOTICE: &str = "This is a simulated Windows node: the demo has no PowerShell for it, this is the shell of your own computer.";

/// Everything about a program's surroundings that is not the program.
#[derive(Debug, Clone)]
pub(crate) struct ProgramContext {
    /// `i-…` or `mi-…`.
    pub(crate) node_id: String,
    /// What the prompt calls the node.
    pub(crate) node_name: String,
    /// Whether the node claims to run Windows.
    pub(crate) windows_node: bool,
    /// The simulator's private folder.
    pub(crate) scratch: PathBuf,
    /// Who the programs run as, by name only: they are this computer's user's.
    pub(crate) user: String,
    /// Unique to the session; in the environment of all its processes.
    pub(crate) mark: Uuid,
    /// What the node's port sessions reach.
    pub(crate) network: NodeNetwork,
}

impl ProgramContext {
    /// The node's home folder, made if it is not there. Sessions on one node share it.
    pub(super) fn home(&self) -> io::Result<PathBuf> {
        let home = self.node_folder().join("home").join(&self.user);
        fs::create_dir_all(&home)?;
        // Keeps the hints that some distributions print at a first login out of the demo.
        fs::write(home.join(".hushlogin"), "")?;
        Ok(home)
    }

    /// A new empty file for the output of a command, outside the home.
    pub(super) fn output_file(&self) -> io::Result<PathBuf> {
        let folder = self.node_folder();
        fs::create_dir_all(&folder)?;
        let path = folder.join(format!("output-{}", self.mark));
        fs::write(&path, "")?;
        Ok(path)
    }

    /// The file that an interactive shell reads at its start, written anew.
    #[cfg(unix)]
    pub(super) fn start_file(&self, is_bash: bool) -> io::Result<PathBuf> {
        let path = self.node_folder().join("shellrc");
        fs::create_dir_all(self.node_folder())?;
        fs::write(&path, self.start_commands(is_bash))?;
        Ok(path)
    }

    /// The whole environment of a program of this session; nothing else of ours is passed on.
    pub(super) fn environment(&self, home: &Path) -> Vec<(OsString, OsString)> {
        let mut variables: Vec<(OsString, OsString)> = kept_variables()
            .filter_map(|name| Some((OsString::from(name), std::env::var_os(name)?)))
            .collect();
        let own = [
            ("HOME", home.as_os_str().to_owned()),
            ("USER", (&self.user).into()),
            ("LOGNAME", (&self.user).into()),
            ("TERM", "xterm-256color".into()),
            (
                "LANG",
                std::env::var_os("LANG")
                    .filter(|lang| !lang.is_empty())
                    .unwrap_or_else(|| "C.UTF-8".into()),
            ),
            ("HOSTNAME", self.shown_name().into()),
            ("BASH_SILENCE_DEPRECATION_WARNING", "1".into()),
            (MARK_VARIABLE, self.mark.to_string().into()),
        ];
        variables.extend(own.map(|(name, value)| (name.into(), value)));
        variables
    }

    /// What an interactive shell says before its first prompt, one line each.
    pub(super) fn notices(&self) -> Vec<String> {
        let node = format!("{} ({}) is a made-up node.", self.shown_name(), self.node_id);
        let windows = self.windows_node.then(|| WINDOWS_NOTICE.to_owned());
        [node, DEMO_NOTICE.to_owned()]
            .into_iter()
            .chain(windows)
            .collect()
    }

    /// The node's name with nothing in it that a shell or a terminal would act on.
    pub(super) fn shown_name(&self) -> String {
        let plain = |c: char| {
            if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') {
                c
            } else {
                '-'
            }
        };
        let name: String = self.node_name.chars().take(63).map(plain).collect();
        if name.is_empty() {
            self.node_id.clone()
        } else {
            name
        }
    }

    #[cfg(unix)]
    fn start_commands(&self, is_bash: bool) -> String {
        let name = self.shown_name();
        let notices: String = self
            .notices()
            .iter()
            .map(|line| format!("printf '%s\\n' '{line}'\n"))
            .collect();
        // The user of the story is not root, whoever runs the simulator.
        let user = &self.user;
        let folder = if is_bash { r"\w" } else { "$PWD" };
        format!(
            "unset HISTFILE ENV\nhostname() {{ printf '%s\\n' '{name}'; }}\nPS1='{user}@{name}:{folder}$ '\n{notices}"
        )
    }

    fn node_folder(&self) -> PathBuf {
        let id: String = self
            .node_id
            .chars()
            .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
            .collect();
        self.scratch.join("nodes").join(id)
    }
}

/// What a program needs from the real environment to run at all.
fn kept_variables() -> impl Iterator<Item = &'static str> {
    let windows: &[&str] = if cfg!(windows) {
        &[
            "SystemRoot",
            "SystemDrive",
            "ComSpec",
            "PATHEXT",
            "windir",
            "TEMP",
            "TMP",
        ]
    } else {
        &[]
    };
    ["PATH"].into_iter().chain(windows.iter().copied())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::network::NodeListeners;

    fn context(name: &str) -> ProgramContext {
        ProgramContext {
            node_id: "i-0a1b2c3d4e5f60718".to_owned(),
            node_name: name.to_owned(),
            windows_node: false,
            user: "ssm-user".to_owned(),
            scratch: PathBuf::from("unused"),
            mark: Uuid::nil(),
            network: NodeNetwork::new(Arc::new(NodeListeners::new()), "i-0a1b2c3d4e5f60718", "10.9.0.4"),
        }
    }

    #[test]
    fn a_hostile_name_cannot_reach_the_shell_or_the_terminal() {
        assert_eq!(
            context("a'; rm -rf ~ #\u{1b}[2J$(id)").shown_name(),
            "a---rm--rf------2J--id-"
        );
        assert_eq!(context("").shown_name(), "i-0a1b2c3d4e5f60718");
    }

    #[test]
    fn a_simulated_windows_node_says_that_its_shell_is_another() {
        let mut node = context("web");
        assert_eq!(node.notices().len(), 2);
        node.windows_node = true;
        let notices = node.notices();
        assert!(
            notices
                .iter()
                .any(|line| line.contains("demo shell on your own computer, in a scratch folder"))
        );
        assert!(
            notices
                .iter()
                .any(|line| line.starts_with("This is a simulated Windows node"))
        );
    }

    #[test]
    fn nothing_of_our_environment_is_passed_on_but_the_path_and_the_language() {
        let names: Vec<OsString> = context("web")
            .environment(Path::new("home"))
            .into_iter()
            .map(|(name, _)| name)
            .collect();
        let ours = [
            "HOME",
            "USER",
            "LOGNAME",
            "TERM",
            "LANG",
            "HOSTNAME",
            "BASH_SILENCE_DEPRECATION_WARNING",
        ];
        assert!(std::env::vars_os().count() > 2);
        for name in names {
            let text = name.to_str().unwrap();
            assert!(
                ours.contains(&text) || text == MARK_VARIABLE || kept_variables().any(|kept| kept == text),
                "{text}"
            );
        }
    }
}
