//! Signing in to IAM Identity Center: the list of sign-ins, codes that wait for the browser, accounts and their roles.

use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, SystemTime},
};

use postern_model::{ControlError, ControlPlane, DeviceCode, SignInKey};
use tokio::{sync::Mutex as AsyncMutex, time::sleep};
use tokio_util::sync::CancellationToken;

use super::{
    console::ConsoleSigningIn,
    login::Login,
    views::{account_view, code_view, sign_ins_view},
    waits::LoginWaits,
};
use crate::{
    background::Background,
    contract::{
        AppEvent, CenterAccountView, DeviceCodeView, ErrorView, SignInStateView, SignInView, SignInsView,
    },
    events::EventBus,
    fields::parse,
    lock::Lock,
};

/// The cache of the AWS CLI is looked at this often: another program may sign in, and tokens run out.
const LOOK: Duration = Duration::from_secs(60);
/// The same while something waits for a sign-in.
const LOOK_WHILE_WAITED_FOR: Duration = Duration::from_secs(3);

/// The sign-ins of one world.
pub struct SigningIn {
    control: Arc<dyn ControlPlane>,
    events: EventBus,
    background: Background,
    waits: LoginWaits,
    console: Arc<ConsoleSigningIn>,
    /// As they were read last.
    known: Lock<SignInsView>,
    /// Codes that wait for the user's word in the browser.
    codes: Lock<BTreeMap<SignInKey, OpenCode>>,
    /// A second click on the same button waits for the code of the first.
    starting: AsyncMutex<()>,
}

struct OpenCode {
    view: DeviceCodeView,
    expires_at: SystemTime,
    given_up: CancellationToken,
}

impl SigningIn {
    pub(crate) fn new(
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
            console: Arc::new(ConsoleSigningIn::new(control, events, background, waits)),
            known: Lock::default(),
            codes: Lock::default(),
            starting: AsyncMutex::default(),
        }
    }

    /// Reads the sign-ins anew; the window learns of it if they are others. What waits for one that is there now goes on.
    pub async fn refresh(&self) -> SignInsView {
        let read = self.control.sign_ins().await;
        let view = sign_ins_view(read.as_deref().map_err(ControlError::clone));
        let before = std::mem::replace(&mut *self.known.lock(), view.clone());
        if before != view {
            self.events.emit(AppEvent::SignInsChanged {
                sign_ins: view.clone(),
            });
        }
        for sign_in in view.sign_ins.iter().filter(|sign_in| is_news(sign_in, &before)) {
            if let Ok(key) = SignInKey::parse(&sign_in.key) {
                self.waits.worked(&Login::SignIn(key)).wake();
            }
        }
        view
    }

    /// Signing in at the console, as `aws login` does it.
    pub fn console(&self) -> &Arc<ConsoleSigningIn> {
        &self.console
    }

    /// Codes that wait for the user's word in the browser.
    pub(crate) fn codes(&self) -> Vec<DeviceCodeView> {
        self.codes.lock().values().map(|code| code.view.clone()).collect()
    }

    /// Begins to sign in: the answer is what the user confirms in the browser. The window learns how it ends. A code that
    /// waits already is answered again.
    ///
    /// # Errors
    /// `bad-sign-in`, and why Identity Center gives no code.
    pub async fn start(self: &Arc<Self>, key: &str) -> Result<DeviceCodeView, ErrorView> {
        let key = parse("sign-in", SignInKey::parse, key)?;
        let _one_at_a_time = self.starting.lock().await;
        if let Some(view) = self.open_code(&key) {
            return Ok(view);
        }
        let code = self.control.start_sign_in(&key).await?;
        let open = OpenCode {
            view: code_view(&key, &code),
            expires_at: code.expires_at,
            given_up: CancellationToken::new(),
        };
        let (view, given_up) = (open.view.clone(), open.given_up.clone());
        self.codes.lock().insert(key.clone(), open);
        let signing_in = Arc::clone(self);
        self.background.spawn_until_closed(async move {
            signing_in.finish(key, code, given_up).await;
        });
        Ok(view)
    }

    /// Gives a code up. What the browser says of it later changes nothing.
    ///
    /// # Errors
    /// `bad-sign-in`.
    pub fn cancel(&self, key: &str) -> Result<(), ErrorView> {
        let key = parse("sign-in", SignInKey::parse, key)?;
        self.give_up(&key);
        Ok(())
    }

    /// Signs out, here and at Identity Center.
    ///
    /// # Errors
    /// `bad-sign-in`, and why it did not work.
    pub async fn sign_out(&self, key: &str) -> Result<(), ErrorView> {
        let key = parse("sign-in", SignInKey::parse, key)?;
        self.give_up(&key);
        let signed_out = self.control.sign_out(&key).await;
        self.refresh().await;
        Ok(signed_out?)
    }

    /// The accounts that somebody who is signed in may use, by their names.
    ///
    /// # Errors
    /// `bad-sign-in`, and why they cannot be read.
    pub async fn accounts(&self, key: &str) -> Result<Vec<CenterAccountView>, ErrorView> {
        let key = parse("sign-in", SignInKey::parse, key)?;
        let mut accounts = self.control.accounts(&key).await?;
        accounts.sort_by_cached_key(|account| (account.name.to_lowercase(), account.id.clone()));
        Ok(accounts.iter().map(account_view).collect())
    }

    /// The roles that they may take in one of them.
    ///
    /// # Errors
    /// `bad-sign-in`, and why they cannot be read.
    pub async fn roles(&self, key: &str, account: &str) -> Result<Vec<String>, ErrorView> {
        let key = parse("sign-in", SignInKey::parse, key)?;
        let mut roles = self.control.account_roles(&key, account).await?;
        roles.sort_by_cached_key(|role| role.to_lowercase());
        Ok(roles)
    }

    /// Looks for ever at what other programs do, and at what runs out.
    pub(crate) async fn watch_for_ever(self: Arc<Self>) {
        let mut waited_for = self.waits.count();
        loop {
            let pause = if *waited_for.borrow_and_update() == 0 {
                LOOK
            } else {
                LOOK_WHILE_WAITED_FOR
            };
            tokio::select! {
                () = sleep(pause) => { self.refresh().await; }
                changed = waited_for.changed() => if changed.is_err() { return },
            }
        }
    }

    async fn finish(&self, key: SignInKey, code: DeviceCode, given_up: CancellationToken) {
        let finishing = self.control.finish_sign_in(&key, code);
        let Some(finished) = given_up.run_until_cancelled(finishing).await else {
            return;
        };
        self.codes.lock().remove(&key);
        self.refresh().await;
        if matches!(finished, Ok(_) | Err(ControlError::SignInNotKept { .. })) {
            self.waits.renewed(&Login::SignIn(key.clone())).wake();
        }
        self.emit_finished(&key, finished.err());
    }

    fn emit_finished(&self, key: &SignInKey, error: Option<ControlError>) {
        self.events.emit(AppEvent::SignInFinished {
            key: key.to_string(),
            error: error.map(ErrorView::from),
        });
    }

    /// One that the user may still confirm.
    fn open_code(&self, key: &SignInKey) -> Option<DeviceCodeView> {
        let codes = self.codes.lock();
        let open = codes.get(key).filter(|code| code.expires_at > SystemTime::now());
        open.map(|code| code.view.clone())
    }

    fn give_up(&self, key: &SignInKey) {
        if let Some(code) = self.codes.lock().remove(key) {
            code.given_up.cancel();
        }
    }
}

/// Whether somebody signed in since, here or in another program. A token that AWS refuses all the same is none.
fn is_news(now: &SignInView, before: &SignInsView) -> bool {
    let is_signed_in = matches!(now.state, SignInStateView::SignedIn { .. });
    let known = before.sign_ins.iter().find(|known| known.key == now.key);
    is_signed_in && known.is_none_or(|known| known.state != now.state)
}
