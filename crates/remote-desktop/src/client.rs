//! The clients that open remote desktops, as each system has them.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use tokio::process::Command;

use crate::DesktopError;

/// Where a client may ask its user for the password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhereItAsks {
    /// In a dialog of its own: there is no terminal.
    Window,
    /// In this terminal, too.
    Terminal,
}

/// A client that is installed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DesktopClient {
    kind: ClientKind,
    program: PathBuf,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum ClientKind {
    /// Takes the connection file.
    Mstsc,
    /// `open`, which starts the app that was found.
    MacApp(&'static str),
    Remmina,
    /// Takes the connection file; asks in a dialog.
    SdlFreeRdp,
    /// Takes the connection file; asks in its terminal.
    FreeRdp,
}

/// On Linux and the BSDs, the best first.
const UNIX: [(&str, ClientKind); 5] = [
    ("remmina", ClientKind::Remmina),
    ("sdl-freerdp3", ClientKind::SdlFreeRdp),
    ("sdl-freerdp", ClientKind::SdlFreeRdp),
    ("xfreerdp3", ClientKind::FreeRdp),
    ("xfreerdp", ClientKind::FreeRdp),
];

/// On macOS, under its name of today and the one before.
const MAC_APPS: [&str; 2] = ["Windows App", "Microsoft Remote Desktop"];

impl DesktopClient {
    /// The best client of this system that can ask where it is to ask.
    ///
    /// # Errors
    /// [`DesktopError::NoClient`], [`DesktopError::NeedsTerminal`].
    pub fn find(asks: WhereItAsks) -> Result<Self, DesktopError> {
        if cfg!(windows) {
            let system = env::var_os("SystemRoot").unwrap_or_else(|| "C:\\Windows".into());
            let program = Path::new(&system).join("System32").join("mstsc.exe");
            let found = program.is_file().then_some(Self {
                kind: ClientKind::Mstsc,
                program,
            });
            found.ok_or(DesktopError::NoClient)
        } else if cfg!(target_os = "macos") {
            let own = env::home_dir().map(|home| home.join("Applications"));
            let folders = [Some(PathBuf::from("/Applications")), own];
            mac_app(folders.into_iter().flatten()).ok_or(DesktopError::NoClient)
        } else {
            on_path(env::var_os("PATH"), asks)
        }
    }

    /// Its file.
    #[must_use]
    pub fn program(&self) -> &Path {
        &self.program
    }

    /// The call that opens a connection file.
    pub(crate) fn command(&self, file: &Path) -> Command {
        let mut command = Command::new(&self.program);
        match self.kind {
            ClientKind::Mstsc | ClientKind::SdlFreeRdp | ClientKind::FreeRdp => command.arg(file),
            ClientKind::Remmina => command.arg("-c").arg(file),
            // Waits until the app has ended.
            ClientKind::MacApp(name) => command.args(["-W", "-a", name]).arg(file),
        };
        command
    }
}

fn mac_app(folders: impl Iterator<Item = PathBuf>) -> Option<DesktopClient> {
    let folders: Vec<PathBuf> = folders.collect();
    let is_there = |name: &&&str| {
        folders
            .iter()
            .any(|folder| folder.join(format!("{name}.app")).is_dir())
    };
    let name = MAC_APPS.iter().find(is_there)?;
    Some(DesktopClient {
        kind: ClientKind::MacApp(name),
        program: "/usr/bin/open".into(),
    })
}

fn on_path(path: Option<OsString>, asks: WhereItAsks) -> Result<DesktopClient, DesktopError> {
    let path = path.unwrap_or_default();
    let folders: Vec<PathBuf> = env::split_paths(&path).collect();
    let installed = UNIX.iter().filter_map(|(name, kind)| {
        let files = folders.iter().map(|folder| folder.join(name));
        let program = files.into_iter().find(|file| file.is_file())?;
        Some(DesktopClient { kind: *kind, program })
    });
    let (asking_there, others): (Vec<_>, Vec<_>) =
        installed.partition(|client| asks == WhereItAsks::Terminal || client.kind != ClientKind::FreeRdp);
    match (asking_there.into_iter().next(), others.into_iter().next()) {
        (Some(client), _) => Ok(client),
        (None, Some(in_terminal)) => Err(DesktopError::NeedsTerminal(in_terminal.program)),
        (None, None) => Err(DesktopError::NoClient),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn folder_with(programs: &[&str]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for program in programs {
            fs::write(folder.path().join(program), "").unwrap();
        }
        folder
    }

    fn found(programs: &[&str], asks: WhereItAsks) -> Result<DesktopClient, DesktopError> {
        on_path(Some(folder_with(programs).path().into()), asks)
    }

    #[test]
    fn the_best_client_that_can_ask_is_chosen() {
        for (programs, asks, chosen) in [
            (&["xfreerdp", "remmina"][..], WhereItAsks::Terminal, "remmina"),
            (&["xfreerdp", "xfreerdp3"], WhereItAsks::Terminal, "xfreerdp3"),
            (&["xfreerdp", "sdl-freerdp"], WhereItAsks::Window, "sdl-freerdp"),
        ] {
            assert!(
                found(programs, asks).unwrap().program().ends_with(chosen),
                "{programs:?}"
            );
        }
        let in_terminal = found(&["xfreerdp"], WhereItAsks::Window).unwrap_err();
        assert_eq!(
            in_terminal.to_string(),
            "xfreerdp asks for the password in a terminal, and the window has none."
        );
        assert!(matches!(
            found(&[], WhereItAsks::Terminal),
            Err(DesktopError::NoClient)
        ));
        assert!(matches!(
            on_path(None, WhereItAsks::Window),
            Err(DesktopError::NoClient)
        ));
    }

    #[test]
    fn each_client_is_called_in_its_own_way() {
        let arguments = |kind| {
            let client = DesktopClient {
                kind,
                program: "client".into(),
            };
            let command = client.command(Path::new("web.rdp"));
            let arguments = command.as_std().get_args();
            arguments
                .map(|one| one.to_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(arguments(ClientKind::Mstsc), ["web.rdp"]);
        assert_eq!(arguments(ClientKind::FreeRdp), ["web.rdp"]);
        assert_eq!(arguments(ClientKind::Remmina), ["-c", "web.rdp"]);
        assert_eq!(
            arguments(ClientKind::MacApp("Windows App")),
            ["-W", "-a", "Windows App", "web.rdp"]
        );
    }

    #[test]
    fn an_app_of_macos_is_found_under_either_name() {
        let folder = tempfile::tempdir().unwrap();
        let find = || mac_app([folder.path().to_owned()].into_iter());
        assert_eq!(find(), None);
        fs::create_dir(folder.path().join("Microsoft Remote Desktop.app")).unwrap();
        assert_eq!(
            find().unwrap().kind,
            ClientKind::MacApp("Microsoft Remote Desktop")
        );
        fs::create_dir(folder.path().join("Windows App.app")).unwrap();
        assert_eq!(find().unwrap().kind, ClientKind::MacApp("Windows App"));
    }
}
