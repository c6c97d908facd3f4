//! One order to many instances: EC2 takes all of a call or none, people want an answer for each.

use postern_model::{ControlError, InstanceState, NodeId, Power, PowerOrder, Scope};

/// The most that one call names.
const AT_ONCE: usize = 100;

/// What became of one instance by an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PowerOutcome {
    /// The instance.
    pub id: NodeId,
    /// Its state at once, where AWS says it, or why it does not do as it is told.
    pub result: Result<Option<InstanceState>, ControlError>,
}

/// Tells instances of one scope what to do. Where some of them cannot, or may not be told, the others are told all the same:
/// a refusal is narrowed down by halves.
pub async fn order_each(
    control: &(impl Power + ?Sized),
    scope: &Scope,
    order: PowerOrder,
    instances: &[NodeId],
) -> Vec<PowerOutcome> {
    let mut outcomes = Vec::with_capacity(instances.len());
    let mut waiting: Vec<&[NodeId]> = instances.chunks(AT_ONCE).rev().collect();
    while let Some(some) = waiting.pop() {
        match control.order_power(scope, order, some).await {
            Err(error) if some.len() > 1 && is_about_some(&error) => {
                let (first, second) = some.split_at(some.len() / 2);
                waiting.extend([second, first]);
            }
            answer => outcomes.extend(some.iter().map(|id| PowerOutcome {
                id: id.clone(),
                result: answer.as_ref().map_err(Clone::clone).map(|changes| {
                    let own = changes.iter().find(|change| change.id == *id);
                    own.map(|change| change.now)
                }),
            })),
        }
    }
    outcomes
}

/// Whether the same call may be taken without some of its instances.
fn is_about_some(error: &ControlError) -> bool {
    matches!(error, ControlError::Rejected { .. } | ControlError::Denied { .. })
}

#[cfg(test)]
mod tests {
    use postern_model::{PowerChange, ProfileName, Region};
    use postern_scripted::ScriptedControlPlane;

    use super::*;

    fn scope() -> Scope {
        Scope {
            profile: Some(ProfileName::parse("acme-prod").unwrap()),
            region: Region::parse("eu-central-1").unwrap(),
        }
    }

    fn instances(count: usize) -> Vec<NodeId> {
        let id = |number| NodeId::parse(&format!("i-{number:017x}")).unwrap();
        (0..count).map(id).collect()
    }

    fn rejected() -> ControlError {
        ControlError::Rejected {
            operation: "ec2:StopInstances".into(),
            code: "IncorrectInstanceState".into(),
            message: "no".into(),
        }
    }

    /// Stops all, but none of a call that names one of these.
    fn refusing(refused: Vec<NodeId>, error: ControlError) -> ScriptedControlPlane {
        let control = ScriptedControlPlane::default();
        control.power.answers(move |asked| {
            let ids = &asked.request.1;
            if ids.iter().any(|id| refused.contains(id)) {
                return Err(error.clone());
            }
            let change = |id: &NodeId| PowerChange {
                id: id.clone(),
                before: InstanceState::Running,
                now: InstanceState::Stopping,
            };
            Ok(ids.iter().map(change).collect())
        });
        control
    }

    #[tokio::test]
    async fn those_that_can_are_told_and_those_that_cannot_are_named() {
        let all = instances(40);
        let bad = vec![all[3].clone(), all[29].clone()];
        let control = refusing(bad.clone(), rejected());
        let outcomes = order_each(&control, &scope(), PowerOrder::Stop, &all).await;
        let ids: Vec<_> = outcomes.iter().map(|outcome| outcome.id.clone()).collect();
        assert_eq!(ids, all, "each once, in order");
        for outcome in outcomes {
            let expected = if bad.contains(&outcome.id) {
                Err(rejected())
            } else {
                Ok(Some(InstanceState::Stopping))
            };
            assert_eq!(outcome.result, expected, "{}", outcome.id);
        }
        assert!(control.power.count() < 25, "{}", control.power.count());
    }

    #[tokio::test]
    async fn what_is_about_the_call_is_asked_once_for_all() {
        let control = ScriptedControlPlane::default();
        let expired = ControlError::Throttled {
            operation: "ec2:StopInstances".into(),
        };
        let error = expired.clone();
        control.power.answers(move |_| Err(error.clone()));
        let outcomes = order_each(&control, &scope(), PowerOrder::Stop, &instances(150)).await;
        assert_eq!(outcomes.len(), 150);
        assert!(
            outcomes
                .iter()
                .all(|outcome| outcome.result == Err(expired.clone()))
        );
        assert_eq!(control.power.count(), 2, "a call names a hundred at most");
    }
}
