//! SSM StartSession, ResumeSession and TerminateSession.

use std::collections::HashMap;
use std::time::SystemTime;

use async_trait::async_trait;
use postern_model::{
    ControlError, NodeId, Scope, SessionGrant, SessionId, Sessions, StartRequest, TaggedNodes, Target,
};

use crate::AwsControlPlane;
use crate::call::Call;
use crate::clients::Clients;
use crate::service::Service;
use crate::subject::Subject;

#[async_trait]
impl Sessions for AwsControlPlane {
    async fn start_session(
        &self,
        scope: &Scope,
        request: &StartRequest,
    ) -> Result<SessionGrant, ControlError> {
        self.call(
            scope,
            |clients| async move { start(&clients, scope, request).await },
        )
        .await
    }

    async fn has_just_started(&self, scope: &Scope, target: &Target) -> bool {
        let Some(id) = NodeId::parse(target.as_str()).ok().filter(|id| !id.is_hybrid()) else {
            return false;
        };
        let now_ms = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        let now_ms = now_ms.map_or(0, |now| i64::try_from(now.as_millis()).unwrap_or(i64::MAX));
        let found = self.instances_of(scope, &[id]).await;
        let found = found.inspect_err(|error| tracing::debug!(%error, "nobody says since when it runs"));
        found.is_ok_and(|found| found.iter().any(|instance| instance.has_just_started(now_ms)))
    }

    async fn resume_session(&self, scope: &Scope, session: &SessionId) -> Result<SessionGrant, ControlError> {
        self.call(
            scope,
            |clients| async move { resume(&clients, scope, session).await },
        )
        .await
    }

    async fn terminate_session(&self, scope: &Scope, session: &SessionId) -> Result<(), ControlError> {
        self.call(scope, |clients| async move {
            terminate(&clients, scope, session).await
        })
        .await
    }
}

/// Starts a session.
async fn start(
    clients: &Clients,
    scope: &Scope,
    request: &StartRequest,
) -> Result<SessionGrant, ControlError> {
    let call = Call {
        scope,
        service: Service::Ssm,
        operation: "StartSession",
        subject: Subject::Start(request),
        clients,
    };
    let asked = clients
        .ssm
        .start_session()
        .target(request.target.as_str())
        .set_document_name(
            request
                .document
                .as_ref()
                .map(|document| document.as_str().to_owned()),
        )
        .set_parameters(parameters(request))
        .set_reason(request.reason.clone());
    let answer = asked.send().await.map_err(|error| call.failed(&error))?;
    let session = SessionId::parse(answer.session_id().unwrap_or_default());
    let session = session.map_err(|rule| call.malformed(rule.to_string()))?;
    match (filled(answer.token_value), filled(answer.stream_url)) {
        (Some(token), Some(stream_url)) => Ok(SessionGrant {
            session,
            token: token.into(),
            stream_url,
        }),
        (None, _) => Err(call.malformed("it has no token")),
        (_, None) => Err(call.malformed("it has no stream URL")),
    }
}

/// Asks for a new token; an answer without one means that the session is over (protocol §10).
async fn resume(clients: &Clients, scope: &Scope, session: &SessionId) -> Result<SessionGrant, ControlError> {
    let call = Call {
        scope,
        service: Service::Ssm,
        operation: "ResumeSession",
        subject: Subject::Session(session),
        clients,
    };
    let asked = clients.ssm.resume_session().session_id(session.as_str());
    let answer = asked.send().await.map_err(|error| call.failed(&error))?;
    match (filled(answer.token_value), filled(answer.stream_url)) {
        (Some(token), Some(stream_url)) => Ok(SessionGrant {
            session: session.clone(),
            token: token.into(),
            stream_url,
        }),
        (None, _) => Err(ControlError::SessionGone {
            session: session.clone(),
        }),
        (_, None) => Err(call.malformed("it has no stream URL")),
    }
}

/// Ends a session; one that is gone is ended.
async fn terminate(clients: &Clients, scope: &Scope, session: &SessionId) -> Result<(), ControlError> {
    let operation = "TerminateSession";
    let call = Call {
        scope,
        service: Service::Ssm,
        operation,
        subject: Subject::Session(session),
        clients,
    };
    let answer = clients
        .ssm
        .terminate_session()
        .session_id(session.as_str())
        .send()
        .await;
    let refused = answer.err().map(|error| call.failed(&error));
    refused
        .filter(|error| !matches!(error, ControlError::SessionGone { .. }))
        .map_or(Ok(()), Err)
}

fn filled(text: Option<String>) -> Option<String> {
    text.filter(|text| !text.is_empty())
}

/// Values of a name that is given twice are joined in their order.
fn parameters(request: &StartRequest) -> Option<HashMap<String, Vec<String>>> {
    let mut joined: HashMap<String, Vec<String>> = HashMap::new();
    for (name, values) in &request.parameters {
        joined
            .entry(name.clone())
            .or_default()
            .extend(values.iter().cloned());
    }
    (!joined.is_empty()).then_some(joined)
}

#[cfg(test)]
mod tests {
    use postern_model::Target;

    use super::*;

    #[test]
    fn parameters_of_the_same_name_are_joined() {
        let mut request = StartRequest::shell(Target::parse("i-0a1b2c3d").unwrap());
        assert_eq!(parameters(&request), None);
        request.parameters = vec![
            ("command".into(), vec!["a".into()]),
            ("command".into(), vec!["b".into()]),
        ];
        assert_eq!(parameters(&request).unwrap()["command"], ["a", "b"]);
    }
}
