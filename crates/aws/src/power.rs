//! EC2 StartInstances, StopInstances and RebootInstances.

use async_trait::async_trait;
use aws_sdk_ec2::types::InstanceStateChange;
use postern_model::{ControlError, NodeId, Power, PowerChange, PowerOrder, Scope};

use crate::AwsControlPlane;
use crate::call::Call;
use crate::clients::Clients;
use crate::nodes::{node_id, state};
use crate::service::Service;
use crate::subject::Subject;

#[async_trait]
impl Power for AwsControlPlane {
    async fn order_power(
        &self,
        scope: &Scope,
        order: PowerOrder,
        instances: &[NodeId],
    ) -> Result<Vec<PowerChange>, ControlError> {
        if instances.is_empty() {
            return Ok(Vec::new());
        }
        self.call(scope, |clients| async move {
            give(&clients, scope, order, instances).await
        })
        .await
    }
}

async fn give(
    clients: &Clients,
    scope: &Scope,
    order: PowerOrder,
    instances: &[NodeId],
) -> Result<Vec<PowerChange>, ControlError> {
    let call = Call {
        scope,
        service: Service::Ec2,
        operation: operation(order),
        subject: Subject::Listing,
        clients,
    };
    let ids: Vec<String> = instances.iter().map(|id| id.as_str().to_owned()).collect();
    match order {
        PowerOrder::Start => {
            let request = clients.ec2.start_instances().set_instance_ids(Some(ids));
            let answer = request.send().await.map_err(|error| call.failed(&error))?;
            Ok(changes(answer.starting_instances()))
        }
        PowerOrder::Stop => {
            let request = clients.ec2.stop_instances().set_instance_ids(Some(ids));
            let answer = request.send().await.map_err(|error| call.failed(&error))?;
            Ok(changes(answer.stopping_instances()))
        }
        PowerOrder::Reboot => {
            let request = clients.ec2.reboot_instances().set_instance_ids(Some(ids));
            request.send().await.map_err(|error| call.failed(&error))?;
            Ok(Vec::new())
        }
    }
}

fn operation(order: PowerOrder) -> &'static str {
    match order {
        PowerOrder::Start => "StartInstances",
        PowerOrder::Stop => "StopInstances",
        PowerOrder::Reboot => "RebootInstances",
    }
}

fn changes(from: &[InstanceStateChange]) -> Vec<PowerChange> {
    from.iter().filter_map(change).collect()
}

fn change(from: &InstanceStateChange) -> Option<PowerChange> {
    let named = |found: Option<&aws_sdk_ec2::types::InstanceState>| {
        state(found.and_then(|found| found.name()).map(|name| name.as_str()))
    };
    Some(PowerChange {
        id: node_id(from.instance_id())?,
        before: named(from.previous_state()),
        now: named(from.current_state()),
    })
}
