//! The team files of a world, and how they are watched.

use std::{path::PathBuf, sync::Arc, time::Duration};

use postern_model::{Connection, EffectiveConnection, TeamFileId};
use postern_store::Store;
use tokio::time::sleep;

use super::watched::WatchedFile;
use crate::{
    contract::{AppEvent, ErrorView, TeamFileView},
    events::EventBus,
    lock::Lock,
    settings::CurrentSettings,
    storage::Storage,
};

/// How long a change may go unseen. Files are looked at and not listened for: a git checkout and a synced folder replace files,
/// and shares of other computers tell nobody of changes.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// Files of connections that others keep.
pub struct TeamFiles {
    storage: Storage,
    settings: Arc<CurrentSettings>,
    events: EventBus,
    files: Lock<Vec<WatchedFile>>,
    /// Held while files are added, removed or read.
    changing: tokio::sync::Mutex<()>,
}

impl TeamFiles {
    /// With what they held last; [`Self::watch`] reads them.
    ///
    /// # Errors
    /// Any of the store.
    pub(crate) async fn open(
        storage: &Storage,
        settings: &Arc<CurrentSettings>,
        events: &EventBus,
    ) -> Result<Self, ErrorView> {
        let files = storage.run(Store::team_files).await?;
        Ok(Self {
            storage: storage.clone(),
            settings: Arc::clone(settings),
            events: events.clone(),
            files: Lock::new(files.into_iter().map(WatchedFile::kept).collect()),
            changing: tokio::sync::Mutex::default(),
        })
    }

    /// All of them, in the order in which they were added.
    pub fn views(&self) -> Vec<TeamFileView> {
        let defaults = self.settings.defaults();
        self.files
            .lock()
            .iter()
            .filter_map(|file| file.view(&defaults))
            .collect()
    }

    /// Adds a file, which need not be there yet.
    ///
    /// # Errors
    /// `empty-path`, `path-not-text`, and any of the store.
    pub async fn add(&self, path: &str) -> Result<(), ErrorView> {
        let path = PathBuf::from(path.trim());
        if path.as_os_str().is_empty() {
            return Err(ErrorView::new(
                "empty-path",
                "The file has no name.",
                "Name a file of connections.",
            ));
        }
        let path = std::path::absolute(&path).unwrap_or(path);
        let changing = self.changing.lock().await;
        let file = self.storage.run(move |store| store.add_team_file(&path)).await?;
        {
            let mut files = self.files.lock();
            if files.iter().all(|known| known.file.id != file.id) {
                files.push(WatchedFile::kept(file));
            }
        }
        drop(changing);
        self.look().await;
        Ok(())
    }

    /// Forgets a file; the file itself is not touched.
    ///
    /// # Errors
    /// `unknown-team-file`, and any of the store.
    pub async fn remove(&self, id: i32) -> Result<(), ErrorView> {
        let id = TeamFileId(i64::from(id));
        let changing = self.changing.lock().await;
        self.storage.run(move |store| store.remove_team_file(id)).await?;
        self.files.lock().retain(|known| known.file.id != id);
        drop(changing);
        self.emit();
        Ok(())
    }

    /// Remembers whether the tree shows a file folded.
    ///
    /// # Errors
    /// `unknown-team-file`, and any of the store.
    pub async fn set_collapsed(&self, id: i32, collapsed: bool) -> Result<(), ErrorView> {
        let id = TeamFileId(i64::from(id));
        self.storage
            .run(move |store| store.set_team_file_collapsed(id, collapsed))
            .await?;
        for known in self.files.lock().iter_mut().filter(|known| known.file.id == id) {
            known.file.collapsed = collapsed;
        }
        self.emit();
        Ok(())
    }

    /// A connection of a file, with what applies to it.
    ///
    /// # Errors
    /// `unknown-connection`.
    pub(crate) fn find(&self, file: i32, id: i32) -> Result<(Connection, EffectiveConnection), ErrorView> {
        let defaults = self.settings.defaults();
        let files = self.files.lock();
        let found = files.iter().find(|known| known.file.id.0 == i64::from(file));
        let found = found.and_then(|known| known.connection(i64::from(id), &defaults));
        found.ok_or_else(|| ErrorView::gone("connection"))
    }

    /// Tells the window all of them; also when only what they inherit changed.
    pub(crate) fn emit(&self) {
        self.events
            .emit(AppEvent::TeamFilesChanged { files: self.views() });
    }

    /// Reads for ever what changed.
    pub(crate) async fn watch(self: Arc<Self>) {
        loop {
            self.look().await;
            sleep(LOOK_EVERY).await;
        }
    }

    /// Reads what changed since the last look.
    async fn look(&self) {
        let _changing = self.changing.lock().await;
        let mut files = self.files.lock().clone();
        let looked = tokio::task::spawn_blocking(move || {
            let looked: Vec<_> = files.iter_mut().map(WatchedFile::look).collect();
            (files, looked)
        });
        let Ok((files, looked)) = looked.await else { return };
        if looked.iter().all(Option::is_none) {
            return;
        }
        for (file, looked) in files.iter().zip(looked) {
            if let Some(good) = looked.and_then(|looked| looked.keep) {
                let id = file.file.id;
                // What cannot be kept is shown all the same, and kept after the next change.
                if let Err(error) = self
                    .storage
                    .run(move |store| store.keep_team_file(id, &good))
                    .await
                {
                    tracing::warn!(code = error.code, "what a team file holds could not be kept");
                }
            }
        }
        self.put(files);
        self.emit();
    }

    /// A file that was folded while it was read stays so.
    fn put(&self, files: Vec<WatchedFile>) {
        let mut known = self.files.lock();
        for mut file in files {
            if let Some(known) = known.iter_mut().find(|known| known.file.id == file.file.id) {
                file.file.collapsed = known.file.collapsed;
                *known = file;
            }
        }
    }
}
