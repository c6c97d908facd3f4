//! The keyring as commands use it: where it is locked, and somebody sits at a terminal, the system asks for its password.

use std::io::{IsTerminal, stderr};

use async_trait::async_trait;
use postern_model::{SecretError, SecretName, SecretSource};
use postern_secrets::Secrets;
use secrecy::SecretString;
use tokio::sync::Mutex;

use crate::console;

/// What is said before the system asks: its question is a window of its own, perhaps behind this one.
const SAID: &str = "postern: the keyring is locked, so your system asks for its password. Ctrl-C leaves; the system's question may stay \
                    open.\n";

/// A keyring that can be unlocked by its user.
#[async_trait]
pub(crate) trait LockedKeyring: SecretSource {
    /// Has the system ask, and waits for the answer.
    async fn unlock(&self) -> Result<(), SecretError>;
}

#[async_trait]
impl LockedKeyring for Secrets {
    async fn unlock(&self) -> Result<(), SecretError> {
        Self::unlock(self).await
    }
}

/// The secrets of a command: who needs the first one has the keyring unlocked for all.
pub(crate) struct UnlockedOnDemand<K> {
    keyring: K,
    say: fn(&str),
    /// The answer to the one question, once it was no. Held while the question is open.
    refused: Mutex<Option<SecretError>>,
}

impl<K: LockedKeyring> UnlockedOnDemand<K> {
    fn new(keyring: K, say: fn(&str)) -> Self {
        Self {
            keyring,
            say,
            refused: Mutex::default(),
        }
    }

    async fn unlock_and_read(&self, name: &SecretName) -> Result<Option<SecretString>, SecretError> {
        let mut refused = self.refused.lock().await;
        if let Some(error) = refused.as_ref() {
            return Err(error.clone());
        }
        // Whoever asked before may have been given the password.
        let answer = self.keyring.secret(name).await;
        if !is_locked(&answer) {
            return answer;
        }
        (self.say)(SAID);
        if let Err(error) = self.keyring.unlock().await {
            return Err(refused.insert(error).clone());
        }
        self.keyring.secret(name).await
    }
}

#[async_trait]
impl<K: LockedKeyring> SecretSource for UnlockedOnDemand<K> {
    async fn secret(&self, name: &SecretName) -> Result<Option<SecretString>, SecretError> {
        let answer = self.keyring.secret(name).await;
        if is_locked(&answer) {
            self.unlock_and_read(name).await
        } else {
            answer
        }
    }
}

/// The keyring of the system; it is unlocked on demand where somebody reads what is said about that.
pub(crate) fn of_system() -> std::sync::Arc<dyn SecretSource> {
    let secrets = Secrets::of_system();
    if stderr().is_terminal() {
        std::sync::Arc::new(UnlockedOnDemand::new(secrets, console::to_stderr))
    } else {
        std::sync::Arc::new(secrets)
    }
}

fn is_locked<T>(answer: &Result<T, SecretError>) -> bool {
    matches!(answer, Err(SecretError::Locked))
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    use secrecy::ExposeSecret;

    use super::*;

    /// A locked keyring whose user answers as the test says.
    struct Locked {
        answer: Result<(), SecretError>,
        is_open: AtomicBool,
        questions: AtomicUsize,
    }

    impl Locked {
        fn whose_user_says(answer: Result<(), SecretError>) -> UnlockedOnDemand<Self> {
            let keyring = Self {
                answer,
                is_open: AtomicBool::new(false),
                questions: AtomicUsize::new(0),
            };
            UnlockedOnDemand::new(keyring, |said| assert!(said.contains("Ctrl-C leaves")))
        }
    }

    #[async_trait]
    impl SecretSource for Locked {
        async fn secret(&self, _: &SecretName) -> Result<Option<SecretString>, SecretError> {
            let is_open = self.is_open.load(Ordering::SeqCst);
            if is_open {
                Ok(Some("canary".to_owned().into()))
            } else {
                Err(SecretError::Locked)
            }
        }
    }

    #[async_trait]
    impl LockedKeyring for Locked {
        async fn unlock(&self) -> Result<(), SecretError> {
            self.questions.fetch_add(1, Ordering::SeqCst);
            tokio::task::yield_now().await;
            self.is_open.store(self.answer.is_ok(), Ordering::SeqCst);
            self.answer.clone()
        }
    }

    fn name(text: &str) -> SecretName {
        SecretName::parse(text).unwrap()
    }

    #[tokio::test]
    async fn one_question_unlocks_it_for_everybody() {
        let secrets = Locked::whose_user_says(Ok(()));
        let (own, proxy) = (name("access-key:1"), name("proxy-password"));
        let (own, proxy) = tokio::join!(secrets.secret(&own), secrets.secret(&proxy));
        for secret in [own, proxy] {
            assert_eq!(secret.unwrap().unwrap().expose_secret(), "canary");
        }
        assert_eq!(secrets.keyring.questions.load(Ordering::SeqCst), 1);
    }

    #[tokio::test]
    async fn who_says_no_is_not_asked_again() {
        let secrets = Locked::whose_user_says(Err(SecretError::Dismissed));
        for _ in 0..3 {
            let refused = secrets.secret(&name("access-key:1")).await.unwrap_err();
            assert_eq!(refused, SecretError::Dismissed);
        }
        assert_eq!(secrets.keyring.questions.load(Ordering::SeqCst), 1);
    }
}
