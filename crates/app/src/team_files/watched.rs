//! One team file: what it holds, what it held last, and when it has to be read again.

use std::{fs, io, path::Path, time::SystemTime};

use postern_import::{ReadOptions, TeamConnections, Unusable, export};
use postern_model::{Connection, Defaults, EffectiveConnection, GroupTree, LastGood, TeamFile};

use crate::{
    clock::{for_page, now_ms},
    contract::{ErrorView, TeamFileView},
    import::{read_file, unusable_views},
    saved::{connection_view, group_view},
};

/// A team file as it is known.
#[derive(Debug, Clone)]
pub(super) struct WatchedFile {
    pub(super) file: TeamFile,
    shown: TeamConnections,
    problem: Option<ErrorView>,
    /// As the file was when it was read last, whatever came of it.
    stamp: Option<FileStamp>,
}

/// What tells that a file is another one. Contents alone would cost a reading each time; times alone miss a file that was put in
/// place of another.
#[derive(Debug, Clone, PartialEq, Eq)]
enum FileStamp {
    There {
        modified: Option<SystemTime>,
        bytes: u64,
    },
    Missing(io::ErrorKind),
}

impl FileStamp {
    fn of(path: &Path) -> Self {
        match fs::metadata(path) {
            Ok(metadata) => Self::There {
                modified: metadata.modified().ok(),
                bytes: metadata.len(),
            },
            Err(error) => Self::Missing(error.kind()),
        }
    }
}

impl WatchedFile {
    /// With what the store kept; nothing is read yet.
    pub(super) fn kept(file: TeamFile) -> Self {
        let shown = file
            .last_good
            .as_ref()
            .map(|good| shown(&good.text))
            .unwrap_or_default();
        Self {
            file,
            shown,
            problem: None,
            stamp: None,
        }
    }

    /// Reads the file where it is another one than before, where blocking is allowed. Says what is to be kept of it; none where
    /// nothing changed.
    pub(super) fn look(&mut self) -> Option<Looked> {
        let stamp = FileStamp::of(&self.file.path);
        if self.stamp.as_ref() == Some(&stamp) {
            return None;
        }
        let read = read_file(&self.file.path, &ReadOptions::default());
        // Written while it was read: the next look reads it again.
        self.stamp = Some(stamp).filter(|stamp| *stamp == FileStamp::of(&self.file.path));
        match read {
            Ok(file) => {
                self.shown = file.into_team();
                self.problem = None;
                let good = LastGood {
                    text: export(&self.shown.groups, &self.shown.connections),
                    at_ms: now_ms(),
                };
                let kept = self.file.last_good.as_ref().map(|kept| &kept.text);
                let is_new = kept != Some(&good.text);
                self.file.last_good = Some(good.clone());
                Some(Looked {
                    keep: is_new.then_some(good),
                })
            }
            Err(problem) => {
                self.problem = Some(problem);
                Some(Looked { keep: None })
            }
        }
    }

    pub(super) fn connection(
        &self,
        id: i64,
        defaults: &Defaults,
    ) -> Option<(Connection, EffectiveConnection)> {
        let found = self
            .shown
            .connections
            .iter()
            .find(|connection| connection.id.0 == id)?;
        let effective = EffectiveConnection::of(&found.draft, &GroupTree::new(&self.shown.groups), defaults);
        Some((found.clone(), effective))
    }

    pub(super) fn view(&self, defaults: &Defaults) -> Option<TeamFileView> {
        let tree = GroupTree::new(&self.shown.groups);
        let path = &self.file.path;
        let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy();
        let groups = self
            .shown
            .groups
            .iter()
            .filter_map(|group| group_view(group, &tree, defaults));
        let connections = self.shown.connections.iter();
        Some(TeamFileView {
            id: i32::try_from(self.file.id.0).ok()?,
            path: path.to_string_lossy().into_owned(),
            name: postern_model::display_text(&name),
            collapsed: self.file.collapsed,
            groups: groups.collect(),
            connections: connections
                .map(|connection| connection_view(connection, &tree, defaults))
                .collect(),
            unusable: unusable_views(&self.shown.left_out),
            read_at: self.file.last_good.as_ref().map(|good| for_page(good.at_ms)),
            problem: self.problem.clone(),
        })
    }
}

/// That a file was read, or that it cannot be.
pub(super) struct Looked {
    /// What the store is to keep.
    pub(super) keep: Option<LastGood>,
}

/// What the store kept; a later version may have written what this one does not read.
fn shown(text: &str) -> TeamConnections {
    let options = ReadOptions {
        format: Some(postern_import::Format::Postern),
        ..ReadOptions::default()
    };
    let read = postern_import::read("", text.as_bytes(), &options);
    let read = read.map(postern_import::ImportFile::into_team);
    read.unwrap_or_else(|error| TeamConnections {
        left_out: vec![Unusable {
            name: String::new(),
            place: String::new(),
            reason: error.to_string(),
        }],
        ..TeamConnections::default()
    })
}
