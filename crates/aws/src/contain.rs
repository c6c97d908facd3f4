//! A panic of a library ends the call that it happened in, and nothing else.

use std::any::Any;
use std::cell::Cell;
use std::future::{Future, poll_fn};
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::pin::pin;
use std::sync::Once;
use std::task::Poll;

use postern_model::display_text;

thread_local! {
    /// Whether this thread is inside of [`contained`], whose caller hears of a panic.
    static INSIDE: Cell<bool> = const { Cell::new(false) };
}

/// What a library said when it gave up.
#[derive(Debug)]
pub(crate) struct LibraryPanic(pub(crate) String);

/// Runs `work`; its panic is an answer. Whatever `work` used may be in disorder then and must not be used again.
pub(crate) async fn contained<T>(work: impl Future<Output = T>) -> Result<T, LibraryPanic> {
    quiet_the_hook();
    let mut work = pin!(work);
    poll_fn(|context| {
        let before = INSIDE.replace(true);
        let polled = panic::catch_unwind(AssertUnwindSafe(|| work.as_mut().poll(context)));
        INSIDE.set(before);
        match polled {
            Ok(polled) => polled.map(Ok),
            Err(payload) => Poll::Ready(Err(LibraryPanic(words(payload.as_ref())))),
        }
    })
    .await
}

/// A panic that is contained is logged; on a terminal it would look as if the program had crashed.
fn quiet_the_hook() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if INSIDE.get() {
                log(info);
            } else {
                before(info);
            }
        }));
    });
}

fn log(info: &PanicHookInfo<'_>) {
    let place = info.location().map(ToString::to_string).unwrap_or_default();
    tracing::warn!(place, said = words(info.payload()), "a library panicked");
}

fn words(payload: &(dyn Any + Send)) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    display_text(text.unwrap_or("it did not say why"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panic_is_an_answer_with_its_words_also_after_a_pause() {
        assert_eq!(contained(async { 7 }).await.unwrap(), 7);
        let LibraryPanic(said) = contained(async { panic!("no\u{1b}pe {}", 1) }).await.unwrap_err();
        assert_eq!(said, "nope 1");
        let later = async {
            tokio::task::yield_now().await;
            panic!("later")
        };
        let LibraryPanic(said) = contained::<()>(later).await.unwrap_err();
        assert_eq!(said, "later");
        assert!(!INSIDE.get());
    }

    #[tokio::test]
    async fn a_panic_of_another_kind_still_has_words() {
        let LibraryPanic(said) = contained::<()>(async { panic::panic_any(7) }).await.unwrap_err();
        assert_eq!(said, "it did not say why");
    }

    /// Runs itself as a program of its own, whose standard error is looked at.
    #[tokio::test]
    async fn a_contained_panic_says_nothing_on_a_terminal_and_any_other_still_does() {
        const CHILD: &str = "POSTERN_TEST_PANICS";
        if std::env::var_os(CHILD).is_some() {
            contained::<()>(async { panic!("of a library") })
                .await
                .unwrap_err();
            panic!("of our own");
        }
        let name = "contain::tests::a_contained_panic_says_nothing_on_a_terminal_and_any_other_still_does";
        let run = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["--exact", name, "--nocapture"])
            .env(CHILD, "yes")
            .output()
            .unwrap();
        let said = String::from_utf8(run.stderr).unwrap();
        assert!(
            said.contains("of our own") && !said.contains("of a library"),
            "{said}"
        );
    }
}
