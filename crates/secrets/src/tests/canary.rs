//! No secret shows where people or programs look: logs, Debug, errors.

use std::{
    io,
    sync::{Mutex, PoisonError},
};

use postern_model::SecretSource;
use tracing_subscriber::fmt::MakeWriter;

use super::*;
use crate::SecretPlace;

/// A log that the test reads.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl io::Write for Log {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn no_secret_is_logged_at_trace_or_printed_by_debug() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(tracing::Level::TRACE)
        .with_writer(log.clone())
        .finish();
    let _quiet = tracing::subscriber::set_default(subscriber);
    let (mock, none) = (Mock::new(), Secrets::of_this_run());
    let key = name("access-key:1");
    for secrets in [&mock.secrets, &none] {
        secrets
            .keep(&key, "Postern: a", secret("canary"), SecretPlace::Keyring)
            .await
            .unwrap();
        let _read = secrets.secret(&key).await.unwrap();
        secrets.sealer().await.unwrap().seal(b"canary", b"").unwrap();
        let states = secrets.states(std::slice::from_ref(&key)).await;
        assert!(!format!("{secrets:?} {states:?}").contains("canary"));
    }
    mock.fail(&key, broken());
    let error = mock.secrets.secret(&key).await.unwrap_err();
    assert!(!format!("{error:?} {error}").contains("canary"));
    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    assert!(
        text.contains("there is no keyring") && !text.contains("canary"),
        "{text}"
    );
}
