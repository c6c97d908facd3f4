//! The kinds of files that are read, and how a file is told to be of one.

use std::{fmt, str::FromStr};

use thiserror::Error;

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Postern's own export.
    Postern,
    /// Profiles of NETworkManager: `.xml`, `.json` or `.encrypted`.
    NetworkManager,
    /// `confCons.xml` of mRemoteNG.
    MRemoteNg,
    /// A table.
    Csv,
    /// An OpenSSH client configuration.
    SshConfig,
}

/// A word that names no format.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("it is postern, networkmanager, mremoteng, csv or ssh")]
pub struct UnknownFormat;

impl Format {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 5] = [
        Self::Postern,
        Self::NetworkManager,
        Self::MRemoteNg,
        Self::Csv,
        Self::SshConfig,
    ];

    /// As it is typed and kept.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Postern => "postern",
            Self::NetworkManager => "networkmanager",
            Self::MRemoteNg => "mremoteng",
            Self::Csv => "csv",
            Self::SshConfig => "ssh",
        }
    }

    /// As it is called in a sentence.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Postern => "Postern connections",
            Self::NetworkManager => "NETworkManager profiles",
            Self::MRemoteNg => "mRemoteNG connections",
            Self::Csv => "a CSV table",
            Self::SshConfig => "an SSH configuration",
        }
    }

    /// What the file is by its name and its first bytes. Of a text without marks the name decides, and what is left is a table.
    #[must_use]
    pub fn detect(name: &str, bytes: &[u8]) -> Self {
        let name = name
            .rsplit(['/', '\\'])
            .next()
            .unwrap_or(name)
            .to_ascii_lowercase();
        let start = Start::of(bytes);
        match start {
            Start::Xml if contains(bytes, b"<Connections") || contains(bytes, b":Connections") => {
                Self::MRemoteNg
            }
            Start::Xml => Self::NetworkManager,
            Start::Json if contains(bytes, b"postern-connections") => Self::Postern,
            Start::Json if name.ends_with(".postern.json") => Self::Postern,
            Start::Json => Self::NetworkManager,
            Start::Other if name.ends_with(".encrypted") => Self::NetworkManager,
            Start::Other if is_ssh_config(&name, bytes) => Self::SshConfig,
            Start::Other => Self::Csv,
        }
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.title())
    }
}

impl FromStr for Format {
    type Err = UnknownFormat;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = Self::ALL.into_iter().find(|format| format.word() == text);
        found.ok_or(UnknownFormat)
    }
}

/// What the first visible byte says.
enum Start {
    Xml,
    Json,
    Other,
}

impl Start {
    fn of(bytes: &[u8]) -> Self {
        let visible = bytes.iter().filter(|byte| {
            !matches!(
                byte,
                0 | b'\t' | b'\n' | b'\r' | b' ' | 0xef | 0xbb | 0xbf | 0xfe | 0xff
            )
        });
        match visible.take(1).next() {
            Some(b'<') => Self::Xml,
            Some(b'{' | b'[') => Self::Json,
            Some(_) | None => Self::Other,
        }
    }
}

fn is_ssh_config(name: &str, bytes: &[u8]) -> bool {
    let by_name =
        name == "config" || name == "ssh_config" || name.ends_with(".conf") || name.ends_with(".sshconfig");
    let is_table = [".csv", ".tsv", ".txt"].iter().any(|end| name.ends_with(end));
    by_name
        || (!is_table
            && String::from_utf8_lossy(bytes.get(..4096).unwrap_or(bytes))
                .lines()
                .any(begins_host))
}

fn begins_host(line: &str) -> bool {
    let line = line.trim_start().to_ascii_lowercase();
    line.strip_prefix("host")
        .is_some_and(|rest| rest.starts_with([' ', '\t', '=']))
}

/// Looks at the first bytes only, because the root stands there.
fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    let start = bytes.get(..4096).unwrap_or(bytes);
    let without_nul: Vec<u8> = start.iter().copied().filter(|byte| *byte != 0).collect();
    without_nul.windows(wanted.len()).any(|window| window == wanted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_known_by_its_start_and_else_by_its_name() {
        for (name, bytes, format) in [
            (
                "x",
                &b"<?xml version=\"1.0\"?><ArrayOfGroupInfoSerializable/>"[..],
                Format::NetworkManager,
            ),
            (
                "x",
                b"\xef\xbb\xbf<?xml?>\n<Connections Name=\"a\">",
                Format::MRemoteNg,
            ),
            (
                "x",
                b"<mrng:Connections xmlns:mrng=\"http://mremoteng.org\">",
                Format::MRemoteNg,
            ),
            ("x", b"{\n \"format\": \"postern-connections\"", Format::Postern),
            ("team.postern.json", b"{", Format::Postern),
            ("Default.json", b"{\"Version\":1", Format::NetworkManager),
            ("Default.json", b"[", Format::NetworkManager),
            ("/home/me/Default.encrypted", b"\x10\x99", Format::NetworkManager),
            ("/home/me/.ssh/config", b"# mine", Format::SshConfig),
            ("hosts", b"# mine\n  Host web\n", Format::SshConfig),
            ("list.csv", b"Host;Name", Format::Csv),
            ("list.csv", b"Host web", Format::Csv),
            ("", b"", Format::Csv),
        ] {
            assert_eq!(Format::detect(name, bytes), format, "{name}");
        }
    }

    #[test]
    fn every_format_is_read_back_from_its_word() {
        for format in Format::ALL {
            assert_eq!(format.word().parse(), Ok(format));
        }
        assert_eq!("xml".parse::<Format>(), Err(UnknownFormat));
    }
}
