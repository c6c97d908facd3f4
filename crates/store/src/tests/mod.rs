//! The whole store, on real files.

mod damage;
mod forwards;
mod import;
mod keeping;
mod killed;
mod migrating;
mod own_profiles;
mod refused;
mod saved;
mod sharing;
mod team_files;

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use postern_model::{
    ConnectionDraft, ConnectionGoal, DocumentName, GroupDraft, Pair, ProfileName, Region, SavedItem, Target,
};
use time::OffsetDateTime;

use crate::{Opened, Store, StoreError, backup::CurrentTime, open};

fn profile(text: &str) -> ProfileName {
    ProfileName::parse(text).unwrap()
}

fn region(text: &str) -> Region {
    Region::parse(text).unwrap()
}

fn target(text: &str) -> Target {
    Target::parse(text).unwrap()
}

fn pair(profile_name: &str, region_name: &str) -> Pair {
    Pair {
        profile: profile(profile_name),
        region: region(region_name),
    }
}

fn group(name: &str) -> GroupDraft {
    GroupDraft {
        name: name.into(),
        profile: Some(profile("acme-prod")),
        description: "all of\nthem".into(),
        ..GroupDraft::default()
    }
}

fn connection(name: &str) -> ConnectionDraft {
    ConnectionDraft {
        region: Some(region("eu-central-1")),
        document: Some(DocumentName::parse("acme-Shell").unwrap()),
        description: "the \u{202e}one".into(),
        tags: vec!["web".into(), "front, end".into()],
        ..ConnectionDraft::new(name, ConnectionGoal::Target(target("i-0a1b2c3d4e5f67890")))
    }
}

/// A folder with a store in it, and a calendar that only the test turns.
struct Home {
    folder: tempfile::TempDir,
    day: Arc<AtomicI64>,
}

impl Home {
    fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            day: Arc::new(AtomicI64::new(0)),
        }
    }

    fn file(&self) -> PathBuf {
        self.folder.path().join("data").join("postern.db")
    }

    fn open(&self) -> Result<Opened, StoreError> {
        open::open(&self.file(), self.clock())
    }

    /// Opens it on a normal day.
    fn store(&self) -> Store {
        let Opened { store, notices } = self.open().unwrap();
        assert!(notices.is_empty(), "{notices:?}");
        store
    }

    fn clock(&self) -> CurrentTime {
        let day = Arc::clone(&self.day);
        Arc::new(move || {
            OffsetDateTime::from_unix_timestamp(1_700_000_000 + day.load(Ordering::SeqCst) * 86_400).unwrap()
        })
    }

    fn next_day(&self) {
        self.day.fetch_add(1, Ordering::SeqCst);
    }
}

/// The names of what is in a folder, in order.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    let mut names: Vec<String> = entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
