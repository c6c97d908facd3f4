//! Signing in at the console, as `aws login` does it: addresses that wait for the browser of this computer.

use std::{collections::BTreeMap, fmt, sync::Arc};

use postern_model::{ControlError, ControlPlane, ProfileName};
use tokio::sync::{Mutex as AsyncMutex, oneshot};
use tokio_util::sync::CancellationToken;

use super::waits::{LoginWaits, Woken};
use crate::{
    background::Background,
    contract::{AppEvent, ConsoleSignInView, ErrorView},
    events::EventBus,
    fields::parse,
    lock::Lock,
};

/// The sign-ins to the console of one world.
pub struct ConsoleSigningIn {
    control: Arc<dyn ControlPlane>,
    events: EventBus,
    background: Background,
    waits: LoginWaits,
    open: Lock<BTreeMap<ProfileName, OpenPage>>,
    /// A second click on the same button waits for the address of the first.
    starting: AsyncMutex<()>,
}

/// A page that waits for somebody.
struct OpenPage {
    view: ConsoleSignInView,
    given_up: CancellationToken,
}

/// Who waits for the address, until there is one or none will come.
type WhoStarts = Lock<Option<oneshot::Sender<Result<ConsoleSignInView, ControlError>>>>;

impl ConsoleSigningIn {
    pub(super) fn new(
        control: &Arc<dyn ControlPlane>,
        events: &EventBus,
        background: &Background,
        waits: &LoginWaits,
    ) -> Self {
        Self {
            control: Arc::clone(control),
            events: events.clone(),
            background: background.clone(),
            waits: waits.clone(),
            open: Lock::default(),
            starting: AsyncMutex::default(),
        }
    }

    /// Those that wait for the browser.
    pub(crate) fn views(&self) -> Vec<ConsoleSignInView> {
        self.open.lock().values().map(|page| page.view.clone()).collect()
    }

    /// Begins to sign in: the answer is where. The window learns how it ends. An address that waits already is answered
    /// again.
    ///
    /// # Errors
    /// `bad-profile`, and why there is no such sign-in.
    pub async fn start(self: &Arc<Self>, profile: &str) -> Result<ConsoleSignInView, ErrorView> {
        let profile = parse("profile", ProfileName::parse, profile)?;
        let _one_at_a_time = self.starting.lock().await;
        if let Some(page) = self.open.lock().get(&profile) {
            return Ok(page.view.clone());
        }
        let (starts, started) = oneshot::channel();
        let signing_in = Arc::clone(self);
        self.background.spawn_until_closed(async move {
            signing_in.run(profile, Lock::new(Some(starts))).await;
        });
        let started = started.await.map_err(|_| ErrorView::gone("sign-in"))?;
        Ok(started?)
    }

    /// Gives a sign-in up. What the browser brings later is not heard.
    ///
    /// # Errors
    /// `bad-profile`.
    pub fn cancel(&self, profile: &str) -> Result<(), ErrorView> {
        let profile = parse("profile", ProfileName::parse, profile)?;
        if let Some(page) = self.open.lock().remove(&profile) {
            page.given_up.cancel();
        }
        Ok(())
    }

    async fn run(&self, profile: ProfileName, starts: WhoStarts) {
        let given_up = CancellationToken::new();
        let show = |address: &str| {
            let view = self.opened(&profile, address, &given_up);
            answer(&starts, Ok(view));
        };
        let signing_in = self.control.sign_in_to_console(Some(&profile), &show);
        let Some(finished) = given_up.run_until_cancelled(signing_in).await else {
            return;
        };
        self.open.lock().remove(&profile);
        match finished {
            Ok(()) => self.waits.consoles_renewed().into_iter().for_each(Woken::wake),
            // Who waits for the address is told; everybody else hears of it.
            Err(error) if answer(&starts, Err(error.clone())) => return,
            Err(error) => return self.emit_finished(&profile, Some(error)),
        }
        self.emit_finished(&profile, None);
    }

    fn opened(
        &self,
        profile: &ProfileName,
        address: &str,
        given_up: &CancellationToken,
    ) -> ConsoleSignInView {
        let view = ConsoleSignInView {
            profile: profile.to_string(),
            // Whole: it is the address, and longer than what is cut to be shown.
            address: address.to_owned(),
        };
        let page = OpenPage {
            view: view.clone(),
            given_up: given_up.clone(),
        };
        self.open.lock().insert(profile.clone(), page);
        view
    }

    fn emit_finished(&self, profile: &ProfileName, error: Option<ControlError>) {
        self.events.emit(AppEvent::ConsoleSignInFinished {
            profile: profile.to_string(),
            error: error.map(ErrorView::from),
        });
    }
}

/// False when it was answered before.
fn answer(starts: &WhoStarts, answer: Result<ConsoleSignInView, ControlError>) -> bool {
    let waiting = starts.lock().take();
    let Some(waiting) = waiting else { return false };
    // Who asked may have left; the sign-in goes on.
    let _left = waiting.send(answer);
    true
}

impl fmt::Debug for ConsoleSigningIn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConsoleSigningIn").finish_non_exhaustive()
    }
}
