//! The registry of live sessions: every session that runs, whoever shows or uses it.
//!
//! The registry knows no tabs, terminals or windows. [`LiveSessions::open`] is the one place where a session begins, and
//! whoever opens it hands in the first of its watchers ([`SessionWatcher`]). A watcher sees the session's progress and
//! receives what comes from it, and holds it back while it has no room. A tab is one; a forward, which has no terminal,
//! would be another. What is there for every session (a journal, a board) adds its watcher in [`LiveSessions::open`];
//! what comes later to one that runs (a recorder, a second view) uses [`LiveSession::watch`].

mod run;
mod session;
mod watcher;

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use postern_model::ControlPlane;
use postern_session::SessionOptions;
use tokio::{sync::watch, time::timeout};
use tokio_util::task::TaskTracker;

use super::{destination::Destination, number::SessionNumber};
use crate::{contract::ErrorView, lock::Lock, sign_ins::LoginWaits};

pub(crate) use session::LiveSession;
pub(crate) use watcher::SessionWatcher;

/// How long the sessions may take to be terminated at AWS when the window goes on to something else; they go on with it.
const TERMINATION: Duration = Duration::from_secs(3);
/// The same when the program ends and nothing goes on. Nobody sees it: the window is gone already.
const LAST_TERMINATION: Duration = Duration::from_secs(8);

/// What sessions need of the world that they belong to.
#[derive(Clone)]
pub(crate) struct SessionWorld {
    pub(crate) control: Arc<dyn ControlPlane>,
    /// Where they wait for somebody to sign in.
    pub(crate) logins: LoginWaits,
    /// Changes when another way leads to AWS: what lost its link tries at once.
    pub(crate) way_changes: watch::Receiver<()>,
}

/// Every session that runs, by its number. Clones are handles of the same registry.
#[derive(Debug, Clone, Default)]
pub struct LiveSessions {
    shared: Arc<Registry>,
}

#[derive(Debug, Default)]
struct Registry {
    open: Lock<Registered>,
    tasks: TaskTracker,
}

#[derive(Debug, Default)]
struct Registered {
    sessions: BTreeMap<SessionNumber, Arc<LiveSession>>,
    last_number: u64,
    /// The program ends: what would be opened now would be left behind.
    closed_for_good: bool,
}

impl LiveSessions {
    /// Opens a session that `owner` watches from its beginning; answers at once.
    ///
    /// # Errors
    /// `closing` when the program ends.
    pub(crate) fn open(
        &self,
        destination: Destination,
        options: SessionOptions,
        world: SessionWorld,
        owner: Arc<dyn SessionWatcher>,
    ) -> Result<Arc<LiveSession>, ErrorView> {
        let SessionWorld {
            control,
            logins,
            way_changes,
        } = world;
        let session = self.enter(destination, options, logins)?;
        session.watch(owner);
        let (registry, running) = (self.clone(), Arc::clone(&session));
        self.shared.tasks.spawn(async move {
            tokio::select! {
                () = running.run(control) => {}
                never = running.retry_on_changes(way_changes) => match never {},
            }
            registry.shared.open.lock().sessions.remove(&running.number);
        });
        Ok(session)
    }

    /// The network is back: every session whose link is lost tries at once.
    pub fn retry_lost(&self) {
        for session in self.all() {
            session.retry_if_lost();
        }
    }

    /// Whether a session would end with the program.
    pub fn has_live(&self) -> bool {
        self.all().iter().any(|session| session.is_live())
    }

    /// From now on no session can be opened.
    pub(crate) fn refuse_new(&self) {
        self.shared.open.lock().closed_for_good = true;
    }

    /// Closes every session and waits, not for ever, until AWS has been told.
    pub(crate) async fn close_all(&self) {
        let closed_for_good = self.shared.open.lock().closed_for_good;
        let limit = if closed_for_good {
            LAST_TERMINATION
        } else {
            TERMINATION
        };
        for session in self.all() {
            session.close();
        }
        self.shared.tasks.close();
        if timeout(limit, self.shared.tasks.wait()).await.is_err() {
            tracing::warn!("AWS did not confirm in time that every session is terminated");
        }
        self.shared.tasks.reopen();
    }

    fn enter(
        &self,
        destination: Destination,
        options: SessionOptions,
        logins: LoginWaits,
    ) -> Result<Arc<LiveSession>, ErrorView> {
        let mut open = self.shared.open.lock();
        if open.closed_for_good {
            return Err(closing());
        }
        open.last_number += 1;
        let number = SessionNumber(open.last_number);
        let session = LiveSession::new(number, destination, options, logins);
        let session = Arc::new(session);
        open.sessions.insert(number, Arc::clone(&session));
        Ok(session)
    }

    fn all(&self) -> Vec<Arc<LiveSession>> {
        self.shared.open.lock().sessions.values().cloned().collect()
    }
}

fn closing() -> ErrorView {
    ErrorView::new(
        "closing",
        "Postern is ending its sessions and opens no new ones.",
        "Start it again.",
    )
}
