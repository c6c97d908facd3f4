//! A password on the clipboard for a limited time. Histories of clipboards are asked to leave it out.

use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use secrecy::{ExposeSecret, SecretString};

use crate::DesktopError;

/// How long a password stays there.
pub const PASSWORD_TIME: Duration = Duration::from_secs(30);

/// The clipboard as a place for one text.
trait TextPlace {
    fn put(&mut self, text: &str) -> Result<(), String>;

    fn text(&mut self) -> Option<String>;

    fn clear(&mut self);
}

/// A password that is on the clipboard. It is taken away when its time is over, or when this is dropped; what somebody else
/// put there meanwhile stays.
#[derive(Debug)]
pub struct PasswordOnClipboard {
    /// Ends the wait.
    leave: Sender<()>,
    keeper: Option<JoinHandle<()>>,
}

impl PasswordOnClipboard {
    /// Puts a password there. The clipboard is asked from a thread of its own, because it may take its time and, on Linux, is
    /// served by whoever filled it.
    ///
    /// # Errors
    /// [`DesktopError::Clipboard`]: there is none, or it takes nothing.
    pub fn put(password: SecretString, time: Duration) -> Result<Self, DesktopError> {
        Self::put_on(SystemClipboard::open, password, time)
    }

    fn put_on<Place: TextPlace>(
        open: impl FnOnce() -> Result<Place, String> + Send + 'static,
        password: SecretString,
        time: Duration,
    ) -> Result<Self, DesktopError> {
        let (leave, leaves) = mpsc::channel();
        let (told, answer) = mpsc::channel();
        let keep = move || {
            let put = open().and_then(|mut place| place.put(password.expose_secret()).map(|()| place));
            match put {
                Ok(place) => {
                    let _nobody_waits = told.send(Ok(()));
                    take_away(place, &password, &leaves, time);
                }
                Err(why) => {
                    let _nobody_waits = told.send(Err(why));
                }
            }
        };
        let keeper = thread::Builder::new().name("clipboard".into()).spawn(keep);
        let keeper = keeper.map_err(|error| DesktopError::Clipboard(error.to_string()))?;
        let put = answer.recv().unwrap_or_else(|_| Err("it gave no answer".into()));
        put.map_err(DesktopError::Clipboard)?;
        Ok(Self {
            leave,
            keeper: Some(keeper),
        })
    }

    /// Whoever drops this ends the wait of [`Self::until_taken_away`].
    #[must_use]
    pub fn leaving(&self) -> LeavingClipboard {
        LeavingClipboard(self.leave.clone())
    }

    /// Waits until its time is over, or somebody leaves.
    pub fn until_taken_away(mut self) {
        self.join();
    }

    fn join(&mut self) {
        if let Some(keeper) = self.keeper.take() {
            let _panicked = keeper.join();
        }
    }
}

impl Drop for PasswordOnClipboard {
    fn drop(&mut self) {
        let _over_already = self.leave.send(());
        self.join();
    }
}

/// Ends a wait for the clipboard when it is dropped.
#[derive(Debug)]
pub struct LeavingClipboard(Sender<()>);

impl Drop for LeavingClipboard {
    fn drop(&mut self) {
        let _over_already = self.0.send(());
    }
}

/// Waits for the end of the time or of the interest in it.
fn take_away(mut place: impl TextPlace, password: &SecretString, leaves: &Receiver<()>, time: Duration) {
    let _over_or_left = leaves.recv_timeout(time);
    if place.text().as_deref() == Some(password.expose_secret()) {
        place.clear();
    }
}

/// The system's clipboard.
struct SystemClipboard(arboard::Clipboard);

impl SystemClipboard {
    fn open() -> Result<Self, String> {
        arboard::Clipboard::new()
            .map(Self)
            .map_err(|error| error.to_string())
    }
}

impl TextPlace for SystemClipboard {
    fn put(&mut self, text: &str) -> Result<(), String> {
        unlisted(self.0.set())
            .text(text.to_owned())
            .map_err(|error| error.to_string())
    }

    fn text(&mut self) -> Option<String> {
        self.0.get_text().ok()
    }

    fn clear(&mut self) {
        if let Err(error) = self.0.clear() {
            tracing::warn!(%error, "a password may still be on the clipboard");
        }
    }
}

#[cfg(target_os = "linux")]
fn unlisted(set: arboard::Set<'_>) -> arboard::Set<'_> {
    use arboard::SetExtLinux;
    set.exclude_from_history()
}

#[cfg(target_os = "macos")]
fn unlisted(set: arboard::Set<'_>) -> arboard::Set<'_> {
    use arboard::SetExtApple;
    set.exclude_from_history()
}

#[cfg(windows)]
fn unlisted(set: arboard::Set<'_>) -> arboard::Set<'_> {
    use arboard::SetExtWindows;
    set.exclude_from_monitoring()
        .exclude_from_cloud()
        .exclude_from_history()
}

#[cfg(not(any(target_os = "linux", target_os = "macos", windows)))]
fn unlisted(set: arboard::Set<'_>) -> arboard::Set<'_> {
    set
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};

    use super::*;

    /// Shows the test what is on it.
    #[derive(Clone, Default)]
    struct Desk(Arc<Mutex<String>>);

    impl TextPlace for Desk {
        fn put(&mut self, text: &str) -> Result<(), String> {
            *self.0.lock().unwrap() = text.to_owned();
            Ok(())
        }

        fn text(&mut self) -> Option<String> {
            Some(self.0.lock().unwrap().clone())
        }

        fn clear(&mut self) {
            self.0.lock().unwrap().clear();
        }
    }

    fn put(desk: &Desk, time: Duration) -> PasswordOnClipboard {
        let place = desk.clone();
        PasswordOnClipboard::put_on(move || Ok(place), SecretString::from("canary"), time).unwrap()
    }

    fn on(desk: &Desk) -> String {
        desk.0.lock().unwrap().clone()
    }

    #[test]
    fn it_is_there_until_it_is_dropped() {
        let desk = Desk::default();
        let password = put(&desk, Duration::from_secs(3600));
        assert_eq!(on(&desk), "canary");
        drop(password);
        assert_eq!(on(&desk), "");
    }

    #[test]
    fn who_leaves_ends_the_wait() {
        let desk = Desk::default();
        let password = put(&desk, Duration::from_secs(3600));
        let leaving = password.leaving();
        let waiting = thread::spawn(|| password.until_taken_away());
        drop(leaving);
        waiting.join().unwrap();
        assert_eq!(on(&desk), "");
    }

    #[test]
    fn it_goes_when_its_time_is_over() {
        let desk = Desk::default();
        put(&desk, Duration::ZERO).until_taken_away();
        assert_eq!(on(&desk), "");
    }

    #[test]
    fn what_was_copied_meanwhile_stays() {
        let desk = Desk::default();
        let password = put(&desk, Duration::from_secs(3600));
        *desk.0.lock().unwrap() = "a shopping list".into();
        drop(password);
        assert_eq!(on(&desk), "a shopping list");
    }

    #[test]
    fn without_a_clipboard_the_reason_is_told() {
        let none = || Err::<Desk, _>("no display".to_owned());
        let error =
            PasswordOnClipboard::put_on(none, SecretString::from("canary"), PASSWORD_TIME).unwrap_err();
        assert_eq!(
            error.to_string(),
            "The password cannot be put on the clipboard: no display."
        );
    }
}
