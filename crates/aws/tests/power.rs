//! What the SDK sends to start, stop and reboot instances, and how its answers and errors come out.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a failed assumption of a test is a failed test"
)]

#[allow(dead_code, reason = "each test file uses its part")]
mod canned;

use canned::{Canned, ec2_error, ok, scope, with_keys};
use postern_model::{InstanceState, NodeId, PingStatus, Power, PowerChange, PowerOrder, TaggedNodes};

fn instances(count: usize) -> Vec<NodeId> {
    let id = |number| NodeId::parse(&format!("i-{number:017x}")).unwrap();
    (0..count).map(id).collect()
}

#[tokio::test]
async fn an_order_names_all_its_instances_in_one_call_and_the_answer_says_how_they_stand() {
    let answer = "<StopInstancesResponse><instancesSet><item><instanceId>i-00000000000000001</instanceId>\
        <currentState><code>64</code><name>stopping</name></currentState>\
        <previousState><code>16</code><name>running</name></previousState></item></instancesSet></StopInstancesResponse>";
    let aws = Canned::start(move |_, _| ok(answer)).await;
    let files = with_keys(format!("http://{}", aws.address));
    let control = files.control();
    let changes = control
        .order_power(&scope(), PowerOrder::Stop, &instances(2))
        .await;
    let stopping = PowerChange {
        id: instances(2).remove(1),
        before: InstanceState::Running,
        now: InstanceState::Stopping,
    };
    assert_eq!(changes.unwrap(), [stopping]);
    let body = &aws.requests()[0].body;
    for part in [
        "Action=StopInstances",
        "InstanceId.1=i-00000000000000000",
        "InstanceId.2=i-00000000000000001",
    ] {
        assert!(body.contains(part), "{part} in {body}");
    }
}

#[tokio::test]
async fn nobody_is_asked_for_nothing_and_a_reboot_answers_with_nothing() {
    let aws =
        Canned::start(|_, _| ok("<RebootInstancesResponse><return>true</return></RebootInstancesResponse>"))
            .await;
    let files = with_keys(format!("http://{}", aws.address));
    let control = files.control();
    for (count, calls) in [(0, 0), (1, 1)] {
        let changes = control
            .order_power(&scope(), PowerOrder::Reboot, &instances(count))
            .await;
        assert_eq!((changes.unwrap(), aws.requests().len()), (Vec::new(), calls));
    }
}

#[tokio::test]
async fn an_order_that_ec2_refuses_is_not_repeated_and_names_its_cause() {
    for (code, expected) in [
        ("UnauthorizedOperation", "a may not call ec2:StartInstances."),
        (
            "IncorrectInstanceState",
            "AWS refused ec2:StartInstances (IncorrectInstanceState): said AWS.",
        ),
    ] {
        let aws = Canned::start(move |_, _| ec2_error(code, "said AWS")).await;
        let files = with_keys(format!("http://{}", aws.address));
        let refused = files
            .control()
            .order_power(&scope(), PowerOrder::Start, &instances(1))
            .await;
        assert_eq!(
            (refused.unwrap_err().to_string().as_str(), aws.requests().len()),
            (expected, 1)
        );
    }
}

#[tokio::test]
async fn agents_by_their_ids_are_asked_for_in_calls_that_are_one_page_each() {
    let page = r#"{"InstanceInformationList":[{"InstanceId":"i-00000000000000001","PingStatus":"Online"}]}"#;
    let aws = Canned::start(move |_, _| ok(page)).await;
    let files = with_keys(format!("http://{}", aws.address));
    let agents = files.control().agents_of(&scope(), &instances(51)).await.unwrap();
    assert_eq!(
        agents.iter().map(|agent| agent.ping).collect::<Vec<_>>(),
        [PingStatus::Online; 2]
    );
    let asked = aws.requests();
    assert_eq!(asked.len(), 2);
    assert!(
        asked[0].body.contains(r#""Key":"InstanceIds""#),
        "{}",
        asked[0].body
    );
    assert!(
        asked[1].body.contains(r#""Values":["i-00000000000000032"]"#),
        "{}",
        asked[1].body
    );
}
