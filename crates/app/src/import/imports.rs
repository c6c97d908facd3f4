//! The import that is under review.

use std::{collections::BTreeSet, path::PathBuf, sync::Arc};

use postern_import::{Choice, ColumnMap, GroupPath, ImportFile, ReadOptions, Review, export};
use postern_store::{Reviewed, Store};

use super::{
    file::read_file,
    views::{format_of, review_view},
};
use crate::{
    contract::{ErrorView, ImportRequest, ImportReviewView, SavedChangeView},
    lock::Lock,
    saved::SavedConnections,
    storage::Storage,
};

/// Imports into the saved connections of one world. One review is kept at a time: the last.
pub struct Imports {
    storage: Storage,
    saved: Arc<SavedConnections>,
    under_review: Lock<UnderReview>,
}

#[derive(Default)]
struct UnderReview {
    last: u32,
    review: Option<(Review, Reviewed)>,
}

impl Imports {
    pub(crate) fn new(storage: &Storage, saved: &Arc<SavedConnections>) -> Self {
        Self {
            storage: storage.clone(),
            saved: Arc::clone(saved),
            under_review: Lock::default(),
        }
    }

    /// Reads a file and lays it beside what is there.
    ///
    /// # Errors
    /// `bad-columns`, `import-unreadable`, those of reading a file (`import-…`), and any of the store.
    pub async fn review(&self, request: ImportRequest) -> Result<ImportReviewView, ErrorView> {
        let into = group_path(&request.into);
        let file = read(request).await?;
        let reviewed = self.storage.run(Store::reviewed).await?;
        let review = Review::of(&file, &into, &reviewed.groups, &reviewed.connections);
        let mut kept = self.under_review.lock();
        kept.last = kept.last.wrapping_add(1);
        let view = review_view(kept.last, &file, &review);
        kept.review = Some((review, reviewed));
        Ok(view)
    }

    /// Writes what was chosen of the review `id`, by the places in its lists; all of it or nothing.
    ///
    /// # Errors
    /// `unknown-review` where another one was made since, `changed-since-review`, and any of the store.
    pub async fn apply(
        &self,
        id: u32,
        groups: &[u32],
        connections: &[u32],
    ) -> Result<SavedChangeView, ErrorView> {
        let choice = Choice {
            groups: places(groups),
            connections: places(connections),
        };
        let (plan, reviewed) = {
            let kept = self.under_review.lock();
            let review = kept.review.as_ref().filter(|_| kept.last == id);
            let (review, reviewed) = review.ok_or_else(|| ErrorView::gone("review"))?;
            (review.plan(&choice), reviewed.clone())
        };
        self.saved
            .change(move |store| store.import(&plan, &reviewed))
            .await
    }

    /// The review is not wanted any more.
    pub fn forget(&self) {
        self.under_review.lock().review = None;
    }

    /// Writes all groups and connections into a new file.
    ///
    /// # Errors
    /// `export-unwritable`, and any of the store.
    pub async fn export(&self, path: String) -> Result<(), ErrorView> {
        let all = self.storage.run(Store::reviewed).await?;
        let text = export(&all.groups, &all.connections);
        let written = tokio::fs::write(&path, text).await;
        written.map_err(|error| {
            let message = format!(
                "{} cannot be written: {}",
                postern_model::display_text(&path),
                postern_model::ended(&postern_model::system_text(&error))
            );
            ErrorView::new("export-unwritable", message, "Check the folder and its rights.")
        })
    }
}

async fn read(request: ImportRequest) -> Result<ImportFile, ErrorView> {
    let columns = request.columns.parse::<ColumnMap>().map_err(|rule| {
        let message = format!("Of the columns, {rule}.");
        ErrorView::new(
            "bad-columns",
            message,
            "Write it as name=Server,target=\"Instance ID\".",
        )
    })?;
    let options = ReadOptions {
        format: request.format.map(format_of),
        password: request.password.map(|secret| secret.0),
        columns,
    };
    let path = PathBuf::from(request.path.trim());
    let read = tokio::task::spawn_blocking(move || read_file(&path, &options));
    read.await.unwrap_or_else(|_| {
        Err(ErrorView::new(
            "import-crashed",
            "Postern made a mistake while it read the file.",
            "Report it with what kind of file it is.",
        ))
    })
}

fn group_path(text: &str) -> GroupPath {
    let names = text.split('/').map(str::trim).filter(|name| !name.is_empty());
    GroupPath(names.map(str::to_owned).collect())
}

fn places(numbers: &[u32]) -> BTreeSet<usize> {
    numbers
        .iter()
        .filter_map(|number| usize::try_from(*number).ok())
        .collect()
}
