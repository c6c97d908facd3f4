//! Instances that come up, fall, are late, or are gone, in virtual time.

use std::sync::{Arc, Mutex};

use postern_model::{AgentInformation, Instance, ProfileName, Region};
use postern_scripted::ScriptedControlPlane;

use super::*;

fn id() -> NodeId {
    NodeId::parse("i-0a1b2c3d4e5f67890").unwrap()
}

fn scope() -> Scope {
    Scope {
        profile: Some(ProfileName::parse("acme-prod").unwrap()),
        region: Region::parse("eu-central-1").unwrap(),
    }
}

fn instance(state: InstanceState) -> Instance {
    Instance {
        id: id(),
        name: None,
        state,
        instance_type: None,
        zone: None,
        private_ip: None,
        public_ip: None,
        instance_profile: None,
        platform: None,
        launched_at_ms: None,
        account: None,
        tags: Vec::new(),
    }
}

fn agent(ping: PingStatus) -> AgentInformation {
    AgentInformation {
        id: id(),
        ping,
        last_ping_at_ms: None,
        agent_version: None,
        platform: None,
        platform_name: None,
        platform_version: None,
        computer_name: None,
        name: None,
        ip_address: None,
        iam_role: None,
    }
}

/// An EC2 whose only instance shows one of `states` at each look, then the last for ever; its agent answers after so many looks.
fn aws(states: &[InstanceState], agent_answers_after: usize) -> ScriptedControlPlane {
    let control = ScriptedControlPlane::default();
    let left = Mutex::new(states.to_vec());
    control.instances_of.answers(move |_| {
        let mut left = left.lock().unwrap();
        let state = if left.len() > 1 { left.remove(0) } else { left[0] };
        Ok(vec![instance(state)])
    });
    let looks = Mutex::new(0);
    control.agents_of.answers(move |_| {
        let mut looks = looks.lock().unwrap();
        *looks += 1;
        let answers = *looks > agent_answers_after;
        let ping = if answers {
            PingStatus::Online
        } else {
            PingStatus::ConnectionLost
        };
        Ok(vec![agent(ping)])
    });
    control.power.answers(|_| Ok(Vec::new()));
    control
}

/// How it ended, and the steps on the way.
async fn raised(control: &ScriptedControlPlane) -> (Result<(), NotRaised>, Vec<RaisingStep>) {
    let steps = Arc::new(Mutex::new(Vec::new()));
    let outcome = raise(control, &scope(), &id(), |step| steps.lock().unwrap().push(step)).await;
    let mut steps = steps.lock().unwrap().clone();
    steps.dedup();
    (outcome, steps)
}

use InstanceState::{Pending, Running, Stopped, Stopping, Terminated};

#[tokio::test(start_paused = true)]
async fn a_stopped_instance_is_started_and_its_agent_waited_for() {
    let control = aws(&[Stopped, Stopped, Pending, Running], 2);
    let (outcome, steps) = raised(&control).await;
    assert_eq!(outcome, Ok(()));
    assert_eq!(steps, [RaisingStep::Starting, RaisingStep::Agent]);
    let ordered = control.power.requests();
    assert_eq!(
        ordered.len(),
        1,
        "it is told once, however long EC2 shows the state before"
    );
    assert_eq!(ordered[0].request, (PowerOrder::Start, vec![id()]));
}

#[tokio::test(start_paused = true)]
async fn one_that_runs_is_only_looked_at_and_one_that_stops_is_awaited_first() {
    let control = aws(&[Running], 0);
    assert_eq!(raised(&control).await, (Ok(()), vec![]));
    assert_eq!(control.power.count(), 0);
    let control = aws(&[Stopping, Stopped, Pending, Running], 0);
    let (outcome, steps) = raised(&control).await;
    assert_eq!((outcome, control.power.count()), (Ok(()), 1));
    assert_eq!(steps, [RaisingStep::Stopping, RaisingStep::Starting]);
}

#[tokio::test(start_paused = true)]
async fn one_that_stops_by_itself_or_is_terminated_has_fallen() {
    let fell = |state| Err(NotRaised::Fell { id: id(), state });
    let control = aws(&[Stopped, Pending, Stopped], 0);
    let (outcome, _) = raised(&control).await;
    assert_eq!(outcome, fell(Stopped));
    assert_eq!(control.power.count(), 1, "it is not started over and over");
    assert_eq!(raised(&aws(&[Terminated], 0)).await.0, fell(Terminated));
    let words = fell(Stopped).unwrap_err().to_string();
    assert_eq!(words, "i-0a1b2c3d4e5f67890 did not come up: it is stopped now.");
}

#[tokio::test(start_paused = true)]
async fn a_refused_start_and_an_instance_that_is_gone_are_named() {
    let control = aws(&[Stopped], 0);
    let denied = ControlError::Denied {
        who: "a".into(),
        action: "ec2:StartInstances".into(),
        detail: String::new(),
    };
    control.power.next([Err(denied.clone())]);
    assert_eq!(raised(&control).await.0, Err(NotRaised::Control(denied)));
    control.instances_of.answers(|_| Ok(Vec::new()));
    assert_eq!(raised(&control).await.0, Err(NotRaised::Gone { id: id() }));
}

#[tokio::test(start_paused = true)]
async fn an_agent_that_never_comes_is_given_up() {
    let control = aws(&[Running], usize::MAX);
    let begun = Instant::now();
    let (outcome, _) = raised(&control).await;
    let late = NotRaised::Late {
        id: id(),
        step: RaisingStep::Agent,
    };
    assert_eq!(outcome, Err(late));
    assert!(begun.elapsed() >= RAISING_LIMIT && begun.elapsed() < RAISING_LIMIT + BETWEEN_LOOKS * 2);
}

#[tokio::test(start_paused = true)]
async fn trouble_that_passes_is_waited_out_and_who_may_not_see_agents_tries_the_session() {
    let control = aws(&[Running], 0);
    let throttled = ControlError::Throttled {
        operation: "x".into(),
    };
    control.instances_of.next([Err(throttled.clone())]);
    control.agents_of.next([Err(throttled)]);
    assert_eq!(raised(&control).await.0, Ok(()));
    let denied = ControlError::Denied {
        who: "a".into(),
        action: "ssm:DescribeInstanceInformation".into(),
        detail: String::new(),
    };
    control.agents_of.answers(move |_| Err(denied.clone()));
    assert_eq!(raised(&control).await.0, Ok(()));
}

#[tokio::test(start_paused = true)]
async fn an_order_is_looked_after_until_all_have_settled() {
    let control = aws(&[Running, Stopping, Stopped], 0);
    let seen = Mutex::new(Vec::new());
    let states = |states: &[(NodeId, InstanceState)]| seen.lock().unwrap().push(states[0].1);
    let outcome = settled(&control, &scope(), PowerOrder::Stop, &[id()], states).await;
    assert_eq!(outcome, Ok(()));
    assert_eq!(*seen.lock().unwrap(), [Running, Stopping, Stopped]);
}
