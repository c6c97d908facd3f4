//! The system's question for the keyring's password, with a stand-in for the program that shows it.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use postern_model::{SecretError, SecretSource};
use postern_secrets::{SecretPlace, Secrets};
use tokio::{runtime::Handle, sync::Notify};
use zbus::{
    Connection, interface,
    message::Header,
    names::OwnedUniqueName,
    object_server::ResponseDispatchNotifier,
    zvariant::{ObjectPath, OwnedObjectPath, OwnedValue, Value},
};

use crate::desk::{Bus, is_inside, lock_keyring, name, secret};

/// The program of the desktop that asks for passwords: it shows the question and waits for its user, who is the test.
#[derive(Clone)]
struct Prompter {
    /// The bus calls from a thread of its own.
    runtime: Handle,
    questions: Arc<AtomicUsize>,
    shown: Arc<Notify>,
    asker: Arc<Mutex<Option<(OwnedUniqueName, OwnedObjectPath)>>>,
}

#[interface(name = "org.gnome.keyring.internal.Prompter")]
impl Prompter {
    async fn begin_prompting(
        &self,
        #[zbus(connection)] bus: &Connection,
        #[zbus(header)] header: Header<'_>,
        callback: ObjectPath<'_>,
    ) -> ResponseDispatchNotifier<()> {
        self.questions.fetch_add(1, Ordering::SeqCst);
        *self.asker.lock().unwrap() = Some((header.sender().unwrap().to_owned().into(), callback.into()));
        let (prompter, bus) = (self.clone(), bus.clone());
        let (answer, sent) = ResponseDispatchNotifier::new(());
        // The keyring does not listen for it before it has the answer to this call.
        self.runtime.spawn(async move {
            sent.await;
            prompter.ready(&bus, "").await;
        });
        answer
    }

    async fn perform_prompt(
        &self,
        _callback: ObjectPath<'_>,
        _kind: &str,
        _properties: HashMap<String, OwnedValue>,
        _exchange: &str,
    ) {
        self.shown.notify_one();
    }

    async fn stop_prompting(&self, _callback: ObjectPath<'_>) {}
}

impl Prompter {
    /// Ready to ask, or with a reply: what the user chose.
    async fn ready(&self, bus: &Connection, reply: &str) {
        let (keyring, callback) = self.asker.lock().unwrap().clone().unwrap();
        let interface = "org.gnome.keyring.internal.Prompter.Callback";
        let body = (reply, HashMap::<&str, Value<'_>>::new(), "");
        bus.call_method(Some(keyring), callback, Some(interface), "PromptReady", &body)
            .await
            .unwrap();
    }
}

#[tokio::test]
async fn there_is_one_question_whoever_stops_waiting_or_asks_again() {
    let test = "prompts::there_is_one_question_whoever_stops_waiting_or_asks_again";
    if !is_inside(test, Bus::Unlocked).await {
        return;
    }
    let prompter = Prompter {
        runtime: Handle::current(),
        questions: Arc::default(),
        shown: Arc::default(),
        asker: Arc::default(),
    };
    let desktop = zbus::connection::Builder::session()
        .unwrap()
        .name("org.gnome.keyring.SystemPrompter")
        .unwrap()
        .serve_at("/org/gnome/keyring/Prompter", prompter.clone())
        .unwrap()
        .build()
        .await
        .unwrap();
    let secrets = Secrets::of_system();
    let key = name("access-key:1");
    let kept = secrets
        .keep(&key, "x", secret("canary"), SecretPlace::Keyring)
        .await;
    assert_eq!(kept, Ok(SecretPlace::Keyring));
    lock_keyring().await;

    let mut unlock = Box::pin(secrets.unlock());
    tokio::select! {
        answer = &mut unlock => panic!("{answer:?} before anybody answered"),
        () = prompter.shown.notified() => {}
    }
    // While the question is open, everything else is answered at once.
    assert_eq!(secrets.secret(&key).await.unwrap_err(), SecretError::Locked);
    drop(unlock);
    assert_eq!(secrets.secret(&key).await.unwrap_err(), SecretError::Locked);
    let (answer, ()) = tokio::join!(secrets.unlock(), prompter.ready(&desktop, "no"));
    assert_eq!(answer, Err(SecretError::Dismissed));
    assert_eq!(prompter.questions.load(Ordering::SeqCst), 1);
    assert_eq!(secrets.secret(&key).await.unwrap_err(), SecretError::Locked);
}
