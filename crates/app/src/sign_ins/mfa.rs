//! Codes of MFA devices: what the control plane asks for, answered by the person at the window.

use std::{collections::BTreeMap, fmt, sync::Arc};

use async_trait::async_trait;
use postern_model::{AskMfa, InvalidMfaCode, MfaCode, MfaQuestion, display_text};
use tokio::sync::{oneshot, watch};

use crate::{
    contract::{ErrorView, MfaQuestionView},
    lock::Lock,
};

/// The questions that wait for somebody at the window. Clones are handles of the same ones: whoever composes the program
/// gives one to each control plane, and one to the application.
#[derive(Debug, Clone, Default)]
pub struct MfaPrompts {
    shared: Arc<Questions>,
}

#[derive(Default)]
struct Questions {
    open: Lock<Open>,
    views: watch::Sender<Vec<MfaQuestionView>>,
}

#[derive(Default)]
struct Open {
    last_id: u32,
    asked: BTreeMap<u32, Asked>,
}

struct Asked {
    view: MfaQuestionView,
    /// None is the answer of somebody who gave up.
    answer: oneshot::Sender<Option<MfaCode>>,
}

impl MfaPrompts {
    /// Answers a question; without a code the person gives up, and what needed it fails.
    ///
    /// # Errors
    /// `bad-code` with the rule, `unknown-question` when nobody waits for it any more.
    pub fn answer(&self, id: u32, code: Option<&str>) -> Result<(), ErrorView> {
        let code = code.map(MfaCode::parse).transpose().map_err(bad_code)?;
        let asked = self.shared.open.lock().asked.remove(&id);
        let asked = asked.ok_or_else(|| ErrorView::gone("question"))?;
        self.publish();
        // Who asked may have gone this very moment.
        let _ = asked.answer.send(code);
        Ok(())
    }

    /// The open questions, the oldest first.
    pub(crate) fn views(&self) -> Vec<MfaQuestionView> {
        self.shared.views.borrow().clone()
    }

    /// The same, each time that they are others.
    pub(crate) fn subscribe(&self) -> watch::Receiver<Vec<MfaQuestionView>> {
        self.shared.views.subscribe()
    }

    /// Nobody answers any more.
    pub(crate) fn give_up(&self) {
        self.shared.open.lock().asked.clear();
        self.publish();
    }

    fn enter(&self, question: &MfaQuestion) -> (u32, oneshot::Receiver<Option<MfaCode>>) {
        let (answer, answered) = oneshot::channel();
        let mut open = self.shared.open.lock();
        open.last_id += 1;
        let id = open.last_id;
        let view = question_view(id, question);
        open.asked.insert(id, Asked { view, answer });
        drop(open);
        self.publish();
        (id, answered)
    }

    fn publish(&self) {
        let views = |open: &Open| open.asked.values().map(|asked| asked.view.clone()).collect();
        let open = self.shared.open.lock();
        self.shared.views.send_replace(views(&open));
    }
}

#[async_trait]
impl AskMfa for MfaPrompts {
    async fn mfa_code(&self, question: MfaQuestion) -> Option<MfaCode> {
        let (id, answered) = self.enter(&question);
        let _open = OpenQuestion { id, questions: self };
        answered.await.ok().flatten()
    }
}

/// Takes the question away when nobody waits for its answer any more.
struct OpenQuestion<'a> {
    id: u32,
    questions: &'a MfaPrompts,
}

impl Drop for OpenQuestion<'_> {
    fn drop(&mut self) {
        let gone = self.questions.shared.open.lock().asked.remove(&self.id);
        if gone.is_some() {
            self.questions.publish();
        }
    }
}

fn question_view(id: u32, question: &MfaQuestion) -> MfaQuestionView {
    // arn:aws:iam::<account>:role/<path>/<name>
    let arn: Vec<&str> = question.role.splitn(6, ':').collect();
    let account = arn.get(4).filter(|account| !account.is_empty());
    let role = arn.get(5).and_then(|role| role.rsplit('/').next());
    MfaQuestionView {
        id,
        device: display_text(&question.device),
        profile: question.profile.to_string(),
        role: display_text(role.unwrap_or(&question.role)),
        account: account.map(|account| display_text(account)),
        retry: question.retry.as_deref().map(display_text),
    }
}

fn bad_code(error: InvalidMfaCode) -> ErrorView {
    ErrorView::new("bad-code", error.to_string(), "Correct it, then try again.")
}

impl fmt::Debug for Questions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Questions")
            .field("open", &*self.views.borrow())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use postern_model::ProfileName;

    use super::*;

    fn question(device: &str) -> MfaQuestion {
        MfaQuestion {
            device: device.into(),
            profile: ProfileName::parse("acme-prod").unwrap(),
            role: "arn:aws:iam::444455556666:role/teams/ops".into(),
            retry: None,
        }
    }

    #[tokio::test]
    async fn a_code_reaches_who_asked_and_the_question_goes() {
        let questions = MfaPrompts::default();
        let asked = question("arn:aws:iam::111122223333:mfa/ops\u{202e}");
        let answering = async {
            let mut views = questions.subscribe();
            let open = views.wait_for(|open| !open.is_empty()).await.unwrap().clone();
            assert_eq!(open[0].device, "arn:aws:iam::111122223333:mfa/ops");
            assert_eq!(
                (open[0].role.as_str(), open[0].account.as_deref()),
                ("ops", Some("444455556666"))
            );
            assert_eq!(
                questions.answer(open[0].id, Some("12 34")).unwrap_err().code,
                "bad-code"
            );
            questions.answer(open[0].id, Some("123456")).unwrap();
            open[0].id
        };
        let (code, id) = tokio::join!(questions.mfa_code(asked), answering);
        assert!(code.is_some() && questions.views().is_empty());
        assert_eq!(
            questions.answer(id, Some("123456")).unwrap_err().code,
            "unknown-question"
        );
    }

    #[tokio::test]
    async fn who_gives_up_ends_the_question_and_so_does_who_asks_no_more() {
        let questions = MfaPrompts::default();
        let giving_up = async {
            let mut views = questions.subscribe();
            let id = views.wait_for(|open| !open.is_empty()).await.unwrap()[0].id;
            questions.answer(id, None).unwrap();
        };
        let (code, ()) = tokio::join!(questions.mfa_code(question("GAHT12345678")), giving_up);
        assert!(code.is_none());
        {
            let asking = questions.mfa_code(question("GAHT12345678"));
            tokio::pin!(asking);
            assert!(futures_util::poll!(&mut asking).is_pending());
            assert_eq!(questions.views().len(), 1);
        }
        assert!(questions.views().is_empty(), "nobody waits for it any more");
    }

    #[tokio::test]
    async fn every_question_ends_with_the_window() {
        let questions = MfaPrompts::default();
        let leaving = async {
            let mut views = questions.subscribe();
            views.wait_for(|open| open.len() == 2).await.unwrap();
            questions.give_up();
        };
        let (first, second, ()) = tokio::join!(
            questions.mfa_code(question("GAHT1")),
            questions.mfa_code(question("GAHT2")),
            leaving
        );
        assert!(first.is_none() && second.is_none() && questions.views().is_empty());
    }
}
