//! The task of a forward that is on: from the switch until it is off, or cannot go on.

use std::sync::Arc;

use postern_forward::{
    DeclaredForward, Forward, ForwardDestination, ForwardError, ForwardNotice, ForwardNotices,
    ForwardOptions, ForwardPhase, ForwardState, InvalidForward, PortDestination, SocksRules, ThroughNode,
    Via,
};
use postern_model::{ControlError, DraftDestination, ForwardDraft};
use tokio::sync::watch;

use super::{
    declared::Forwards,
    drafts::local_end,
    errors::{ForwardFailure, of_aws},
    place::ForwardPlace,
    status::ForwardStatus,
    table::Switched,
};
use crate::{
    clock::{for_page, now_ms},
    contract::{ErrorView, ThroughView},
    sign_ins::{Login, Retry, Waiter},
};

/// One forward while it is on.
struct RunningForward<'a> {
    forwards: &'a Forwards,
    id: i32,
    draft: &'a ForwardDraft,
    switched: &'a Arc<Switched>,
    /// The port of the attempt before: it stays the same, also where any would do.
    port: u16,
}

/// What was started.
struct Started {
    forward: Forward,
    notices: ForwardNotices,
    place: ForwardPlace,
    via: Arc<dyn Via>,
    login: Login,
}

impl Forwards {
    pub(super) async fn run(&self, id: i32, draft: &ForwardDraft, switched: &Arc<Switched>) {
        let port = draft.local_port;
        let mut running = RunningForward {
            forwards: self,
            id,
            draft,
            switched,
            port,
        };
        running.until_off().await;
        self.logins.leave(Waiter::Forward(id));
    }
}

impl RunningForward<'_> {
    /// Where nothing but a sign-in is missing, it starts again when somebody signs in.
    async fn until_off(&mut self) {
        loop {
            let stop = self.switched.stop.clone();
            let failure = match stop.run_until_cancelled(self.start()).await {
                None => return,
                Some(Ok(started)) => match self.follow(started).await {
                    None => return,
                    Some(error) => ForwardFailure::Forward(error),
                },
                Some(Err(failure)) => failure,
            };
            if !self.until_signed_in(&failure).await {
                self.update(|status| status.failed(&failure));
                return;
            }
        }
    }

    async fn start(&self) -> Result<Started, ForwardFailure> {
        let Forwards { control, saved, .. } = self.forwards;
        let place = ForwardPlace::find(&self.draft.via, saved).await;
        let place = place.map_err(ForwardFailure::Place)?;
        let scope = control.resolve(place.profile.clone(), place.region.clone()).await;
        let scope = scope.map_err(ForwardFailure::Scope)?;
        let login = Login::of(control, scope.profile.as_ref()).await;
        let declared = self
            .declared()
            .map_err(|error| ForwardFailure::Place(no_forward(&error)))?;
        let via = place.in_scope(control, scope);
        let options = ForwardOptions {
            waits_for_sign_in: true,
            ..ForwardOptions::default()
        };
        let started = Forward::start(&declared, Arc::clone(&via), options).await;
        let (forward, notices) = started.map_err(|error| ForwardFailure::Forward(Arc::new(error)))?;
        Ok(Started {
            forward,
            notices,
            place,
            via,
            login,
        })
    }

    fn declared(&self) -> Result<DeclaredForward, InvalidForward> {
        Ok(DeclaredForward {
            local: local_end(self.draft.bind_address, self.port),
            destination: destination(&self.draft.destination)?,
            is_web: self.draft.is_web,
        })
    }

    /// Shows how it stands until its end; why it could not go on, unless it was switched off.
    async fn follow(&mut self, mut started: Started) -> Option<Arc<ForwardError>> {
        let mut state = started.forward.state();
        let mut is_told = false;
        loop {
            let now = state.borrow_and_update().clone();
            self.note(&now, &started);
            if let ForwardPhase::Failed(error) = now.phase {
                return Some(error);
            }
            if now.phase.is_last() {
                return None;
            }
            if !self.until_changed(&mut state, &mut started, &mut is_told).await {
                return (!self.switched.stop.is_cancelled()).then(|| Arc::new(ForwardError::Crashed));
            }
        }
    }

    /// False when nothing more comes. `is_told` is whether the forward knows that it was switched off.
    async fn until_changed(
        &self,
        state: &mut watch::Receiver<ForwardState>,
        started: &mut Started,
        is_told: &mut bool,
    ) -> bool {
        loop {
            tokio::select! {
                () = self.switched.stop.cancelled(), if !*is_told => {
                    *is_told = true;
                    started.forward.stop();
                }
                () = self.switched.retry.notified() => started.forward.retry_now(),
                Some(notice) = started.notices.next() => self.lost(&notice),
                changed = state.changed() => return changed.is_ok(),
            }
        }
    }

    fn lost(&self, notice: &ForwardNotice) {
        if let ForwardNotice::ConnectionLost(error) = notice {
            self.update(|status| status.lost(error));
        }
    }

    fn note(&mut self, state: &ForwardState, started: &Started) {
        let port = state.local.iter().find_map(postern_forward::LocalAddress::port);
        self.port = port.unwrap_or(self.port);
        let waits = self.note_login(&state.phase, started);
        let through = started.via.through().map(through_view);
        self.update(|status| {
            status.goes_through(through);
            status.advance(state, waits, for_page(now_ms()));
        });
    }

    /// Whether it waits for a sign-in; where it has just shown that the credentials work, others that wait try too.
    fn note_login(&self, phase: &ForwardPhase, started: &Started) -> bool {
        let logins = &self.forwards.logins;
        match phase {
            ForwardPhase::Resuming { error: Some(error) } | ForwardPhase::Replacing { error, .. } => {
                let Some(error) = of_aws(error).filter(|error| lacks_credentials(error)) else {
                    logins.leave(self.waiter());
                    return false;
                };
                let login = Login::named_by(error).unwrap_or_else(|| started.login.clone());
                let forward = started.forward.clone();
                self.wait(
                    &login,
                    started.place.profile.as_ref(),
                    error,
                    Arc::new(move || forward.retry_now()),
                );
                true
            }
            ForwardPhase::Open => {
                logins.leave(self.waiter());
                logins.worked(&started.login).wake();
                false
            }
            ForwardPhase::Opening
            | ForwardPhase::Resuming { error: None }
            | ForwardPhase::Asleep
            | ForwardPhase::Stopped { .. }
            | ForwardPhase::Failed(_) => false,
        }
    }

    /// False where signing in would not help, or when it was switched off meanwhile.
    async fn until_signed_in(&self, failure: &ForwardFailure) -> bool {
        let Some(error) = failure.of_aws() else {
            return false;
        };
        let place = ForwardPlace::find(&self.draft.via, &self.forwards.saved).await;
        let profile = place.ok().and_then(|place| place.profile);
        let Some(login) = Login::that_mends(&self.forwards.control, profile.as_ref(), error).await else {
            return false;
        };
        let switched = Arc::downgrade(self.switched);
        let retry: Retry = Arc::new(move || {
            if let Some(switched) = switched.upgrade() {
                switched.signed_in.notify_one();
            }
        });
        self.update(ForwardStatus::waits_for_login);
        self.wait(&login, profile.as_ref(), error, retry);
        let signed_in = self.switched.signed_in.notified();
        self.switched.stop.run_until_cancelled(signed_in).await.is_some()
    }

    fn wait(
        &self,
        login: &Login,
        profile: Option<&postern_model::ProfileName>,
        error: &ControlError,
        retry: Retry,
    ) {
        let error = ErrorView::from(error);
        self.forwards
            .logins
            .wait(login, self.waiter(), profile, error, Some(retry));
    }

    fn waiter(&self) -> Waiter {
        Waiter::Forward(self.id)
    }

    fn update(&self, change: impl FnOnce(&mut ForwardStatus)) {
        self.forwards
            .change(|table| table.update(self.id, self.switched, change));
    }
}

fn lacks_credentials(error: &ControlError) -> bool {
    Login::named_by(error).is_some() || matches!(error, ControlError::CredentialsExpired { .. })
}

fn destination(draft: &DraftDestination) -> Result<ForwardDestination, InvalidForward> {
    Ok(match draft {
        DraftDestination::Port { host: None, port } => {
            ForwardDestination::Port(PortDestination::node(port.get()))
        }
        DraftDestination::Port {
            host: Some(host),
            port,
        } => ForwardDestination::Port(PortDestination::host(host.as_str(), port.get())?),
        DraftDestination::Socks { allowed } => ForwardDestination::Socks(SocksRules::parse(allowed)?),
    })
}

fn through_view(through: ThroughNode) -> ThroughView {
    ThroughView {
        node: through.node.to_string(),
        name: through.name,
    }
}

/// The store takes no such forward, so only a later rule could refuse it.
fn no_forward(error: &InvalidForward) -> ErrorView {
    ErrorView::new("forward", error.to_string(), "Edit the forward.")
}
