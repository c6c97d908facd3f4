//! The `PATH` of the user's login shell. A program that is started from a menu gets a bare one, in which the programs that
//! bring AWS credentials are not found.

use std::{
    env,
    ffi::{OsStr, OsString},
    io::{self, IsTerminal},
    os::unix::ffi::OsStringExt,
    path::Path,
    time::Duration,
};

use async_trait::async_trait;
use postern_aws::SearchPath;
use postern_subprocess::Subprocess;
use tokio::sync::OnceCell;

/// A shell that reads much at its start takes a second or two; one that waits for something never ends.
const LIMIT: Duration = Duration::from_secs(8);

/// Stands before and after the variables, because shells print greetings at their start.
const MARK: &str = "_postern_variables_";

/// The user's login shell, asked once, when its answer is first needed.
#[derive(Default)]
pub(crate) struct LoginShell {
    path: OnceCell<Option<OsString>>,
}

#[async_trait]
impl SearchPath for LoginShell {
    async fn path(&self) -> Option<OsString> {
        // Who starts the program in a terminal has given it the variables of a shell.
        let shell = env::var_os("SHELL").filter(|_| !io::stdin().is_terminal());
        let asked = self.path.get_or_init(|| async { path_of(&shell?, LIMIT).await });
        asked.await.clone()
    }
}

/// The `PATH` of `shell` as a login shell that somebody types into, which reads all of its files.
async fn path_of(shell: &OsStr, limit: Duration) -> Option<OsString> {
    if !Path::new(shell).is_absolute() {
        return None;
    }
    let script = format!("echo {MARK}; /usr/bin/env; echo {MARK}");
    let asked = Subprocess::new(shell, ["-i", "-l", "-c", &script], limit)
        .run()
        .await;
    let path = match asked {
        Ok(finished) => path_in(&finished.stdout),
        Err(error) => {
            tracing::warn!(%error, "the login shell did not say its PATH");
            return None;
        }
    };
    if path.is_none() {
        tracing::warn!("the login shell said no PATH");
    }
    path
}

/// The value of `PATH` among the variables between the marks.
fn path_in(printed: &[u8]) -> Option<OsString> {
    let mut lines = printed.split(|byte| *byte == b'\n');
    lines.find(|line| line.ends_with(MARK.as_bytes()))?;
    let path = lines
        .take_while(|line| !line.starts_with(MARK.as_bytes()))
        .find_map(|line| line.strip_prefix(b"PATH="))?;
    Some(OsString::from_vec(path.to_vec())).filter(|path| !path.is_empty())
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use super::*;

    /// A shell of the test's own, which does what `text` says.
    fn shell(text: &str) -> (tempfile::TempDir, OsString) {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("shell");
        fs::write(&file, format!("#!/bin/sh\n{text}\n")).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o700)).unwrap();
        (folder, file.into_os_string())
    }

    #[tokio::test]
    async fn a_shell_that_greets_and_sets_its_path_is_understood() {
        let text = "echo Welcome; echo PATH=/wrong; PATH=/opt/bin:/usr/bin:/bin; export PATH\n\
            [ \"$1$2$3\" = -i-l-c ] && eval \"$4\"; echo PATH=/late";
        let (_folder, shell) = shell(text);
        assert_eq!(
            path_of(&shell, LIMIT).await,
            Some("/opt/bin:/usr/bin:/bin".into())
        );
    }

    #[tokio::test]
    async fn a_real_shell_is_understood() {
        let path = path_of(OsStr::new("/bin/sh"), LIMIT).await.unwrap();
        assert!(path.to_string_lossy().contains("/bin"), "{path:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_shell_that_hangs_fails_or_says_nothing_changes_nothing() {
        for text in ["sleep 1000", "exit 1", "echo hello"] {
            let (_folder, shell) = shell(text);
            assert_eq!(path_of(&shell, LIMIT).await, None, "{text}");
        }
        assert_eq!(path_of(OsStr::new("nologin"), LIMIT).await, None);
        assert_eq!(path_of(OsStr::new("/nowhere/shell"), LIMIT).await, None);
    }

    #[test]
    fn only_what_stands_between_the_marks_counts() {
        let text = format!("PATH=/a\nhi{MARK}\nX=1\nPATH=/b\n{MARK}\nPATH=/c\n");
        assert_eq!(path_in(text.as_bytes()), Some("/b".into()));
        assert_eq!(path_in(format!("{MARK}\nPATH=\n{MARK}\n").as_bytes()), None);
        assert_eq!(path_in(b"PATH=/a\n"), None);
    }
}
