//! EC2 DescribeInstances and SSM DescribeInstanceInformation as pages of nodes.

use std::sync::Arc;

use async_trait::async_trait;
use aws_sdk_ec2::types::{Filter, Instance as Ec2Instance, Reservation};
use aws_sdk_ssm::types::{InstanceInformation, InstanceInformationStringFilter};
use postern_model::{
    AgentInformation, ControlError, Instance, InstanceState, NodeId, Nodes, Page, PageToken, PingStatus,
    Platform, Scope, Tag, TagQuery, TaggedNodes,
};

use crate::AwsControlPlane;
use crate::call::Call;
use crate::clients::Clients;
use crate::hybrid_tags::hybrid_tags;
use crate::retry::ThrottlingIsTold;
use crate::service::Service;
use crate::subject::Subject;

#[async_trait]
impl Nodes for AwsControlPlane {
    async fn make_ready(&self, scope: &Scope, waits: &(dyn Fn() + Send + Sync)) -> Result<(), ControlError> {
        self.load_ahead(scope, waits).await
    }

    async fn instances(
        &self,
        scope: &Scope,
        only_running: bool,
        page: Option<PageToken>,
    ) -> Result<Page<Instance>, ControlError> {
        let page = page.as_ref();
        let ask = |clients: Arc<Clients>| async move {
            instances(&clients, scope, only_running, page.cloned()).await
        };
        self.call(scope, ask).await
    }

    async fn agents(
        &self,
        scope: &Scope,
        page: Option<PageToken>,
    ) -> Result<Page<AgentInformation>, ControlError> {
        let page = page.as_ref();
        self.call(scope, |clients| async move {
            agents(&clients, scope, None, page.cloned()).await
        })
        .await
    }

    async fn hybrid_tags(&self, scope: &Scope, node: &NodeId) -> Result<Vec<Tag>, ControlError> {
        self.call(scope, |clients| async move {
            hybrid_tags(&clients, scope, node).await
        })
        .await
    }
}

#[async_trait]
impl TaggedNodes for AwsControlPlane {
    async fn tagged_agents(
        &self,
        scope: &Scope,
        query: &TagQuery,
        page: Option<PageToken>,
    ) -> Result<Page<AgentInformation>, ControlError> {
        let page = page.as_ref();
        self.call(scope, |clients| async move {
            agents(&clients, scope, Some(tag_filters(query)), page.cloned()).await
        })
        .await
    }

    async fn instances_of(&self, scope: &Scope, ids: &[NodeId]) -> Result<Vec<Instance>, ControlError> {
        let mut instances = Vec::new();
        for some in ids.chunks(VALUES_OF_FILTER) {
            let of_ids = |clients: Arc<Clients>| async move { instances_of(&clients, scope, some).await };
            instances.extend(self.call(scope, of_ids).await?);
        }
        Ok(instances)
    }

    async fn agents_of(&self, scope: &Scope, ids: &[NodeId]) -> Result<Vec<AgentInformation>, ControlError> {
        let mut agents = Vec::new();
        for some in ids.chunks(AGENTS_PER_FILTER) {
            let of_ids = |clients: Arc<Clients>| async move { agents_of(&clients, scope, some).await };
            agents.extend(self.call(scope, of_ids).await?);
        }
        Ok(agents)
    }
}

/// The most that EC2 gives in one page.
const INSTANCES_PER_PAGE: i32 = 1000;
/// The most values that EC2 takes in one filter; so many instances always are one page.
const VALUES_OF_FILTER: usize = 200;
/// The most that SSM gives in one page.
const AGENTS_PER_PAGE: i32 = 50;
/// So many agents always are one page.
const AGENTS_PER_FILTER: usize = 50;

/// One page of instances.
async fn instances(
    clients: &Clients,
    scope: &Scope,
    only_running: bool,
    page: Option<PageToken>,
) -> Result<Page<Instance>, ControlError> {
    let call = Call {
        scope,
        service: Service::Ec2,
        operation: "DescribeInstances",
        subject: Subject::Listing,
        clients,
    };
    let running = Filter::builder()
        .name("instance-state-name")
        .values("running")
        .build();
    let request = clients
        .ec2
        .describe_instances()
        .max_results(INSTANCES_PER_PAGE)
        .set_filters(only_running.then(|| vec![running]))
        .set_next_token(page.map(|token| token.0))
        .customize()
        .config_override(aws_sdk_ec2::config::Builder::new().retry_classifier(ThrottlingIsTold));
    let answer = request.send().await.map_err(|error| call.failed(&error))?;
    Ok(Page {
        items: answer.reservations().iter().flat_map(instances_in).collect(),
        next: next_page(answer.next_token()),
    })
}

/// Instances by their ids. They are a filter, because EC2 refuses a call that names one that is gone.
async fn instances_of(
    clients: &Clients,
    scope: &Scope,
    ids: &[NodeId],
) -> Result<Vec<Instance>, ControlError> {
    let call = Call {
        scope,
        service: Service::Ec2,
        operation: "DescribeInstances",
        subject: Subject::Listing,
        clients,
    };
    let values = ids.iter().map(|id| id.as_str().to_owned()).collect();
    let of_ids = Filter::builder()
        .name("instance-id")
        .set_values(Some(values))
        .build();
    let request = clients.ec2.describe_instances().max_results(INSTANCES_PER_PAGE);
    let answer = request.filters(of_ids).send().await;
    let answer = answer.map_err(|error| call.failed(&error))?;
    Ok(answer.reservations().iter().flat_map(instances_in).collect())
}

/// Agents by their ids.
async fn agents_of(
    clients: &Clients,
    scope: &Scope,
    ids: &[NodeId],
) -> Result<Vec<AgentInformation>, ControlError> {
    let values = ids.iter().map(|id| id.as_str().to_owned()).collect();
    let of_ids = InstanceInformationStringFilter::builder()
        .key("InstanceIds")
        .set_values(Some(values));
    let filters = of_ids.build().into_iter().collect();
    Ok(agents(clients, scope, Some(filters), None).await?.items)
}

/// One page of agents, of all or of those that pass some filters.
async fn agents(
    clients: &Clients,
    scope: &Scope,
    filters: Option<Vec<InstanceInformationStringFilter>>,
    page: Option<PageToken>,
) -> Result<Page<AgentInformation>, ControlError> {
    let operation = "DescribeInstanceInformation";
    let call = Call {
        scope,
        service: Service::Ssm,
        operation,
        subject: Subject::Listing,
        clients,
    };
    let request = clients
        .ssm
        .describe_instance_information()
        .max_results(AGENTS_PER_PAGE)
        .set_next_token(page.map(|token| token.0));
    let answer = match filters {
        None => {
            let told = aws_sdk_ssm::config::Builder::new().retry_classifier(ThrottlingIsTold);
            request.customize().config_override(told).send().await
        }
        filters => request.set_filters(filters).send().await,
    };
    let answer = answer.map_err(|error| call.failed(&error))?;
    let items = answer
        .instance_information_list()
        .iter()
        .filter_map(agent)
        .collect();
    Ok(Page {
        items,
        next: next_page(answer.next_token()),
    })
}

/// What SSM is asked for. A filter that it cannot take is left out: who asked looks at the tags once more.
fn tag_filters(query: &TagQuery) -> Vec<InstanceInformationStringFilter> {
    let filters = query.filters().iter().map(|filter| {
        let (key, values) = match filter.values.as_slice() {
            [] => ("tag-key".to_owned(), vec![filter.key.clone()]),
            values => (format!("tag:{}", filter.key), values.to_vec()),
        };
        InstanceInformationStringFilter::builder()
            .key(key)
            .set_values(Some(values))
            .build()
    });
    filters.filter_map(Result::ok).collect()
}

fn next_page(token: Option<&str>) -> Option<PageToken> {
    token
        .filter(|token| !token.is_empty())
        .map(|token| PageToken(token.to_owned()))
}

/// A reservation tells who owns its instances.
fn instances_in(reservation: &Reservation) -> impl Iterator<Item = Instance> {
    let owner = reservation.owner_id();
    let instances = reservation.instances().iter();
    instances.filter_map(move |from| instance(from, owner))
}

fn instance(from: &Ec2Instance, owner: Option<&str>) -> Option<Instance> {
    let tags: Vec<Tag> = from.tags().iter().filter_map(tag).collect();
    let name = tags
        .iter()
        .find(|tag| tag.key == "Name" && !tag.value.is_empty())
        .map(|tag| tag.value.clone());
    let profile = from.iam_instance_profile().and_then(|profile| profile.arn());
    Some(Instance {
        id: node_id(from.instance_id())?,
        name,
        state: state(
            from.state()
                .and_then(|state| state.name())
                .map(|name| name.as_str()),
        ),
        instance_type: from.instance_type().map(|kind| kind.as_str().to_owned()),
        zone: from
            .placement()
            .and_then(|placement| text(placement.availability_zone())),
        private_ip: text(from.private_ip_address()),
        public_ip: text(from.public_ip_address()),
        instance_profile: profile.and_then(|arn| text(arn.rsplit('/').next())),
        platform: from.platform().and_then(|platform| family(platform.as_str())),
        launched_at_ms: from.launch_time().and_then(|time| time.to_millis().ok()),
        account: text(owner),
        tags,
    })
}

fn agent(from: &InstanceInformation) -> Option<AgentInformation> {
    Some(AgentInformation {
        id: node_id(from.instance_id())?,
        ping: ping(from.ping_status().map(|ping| ping.as_str())),
        last_ping_at_ms: from.last_ping_date_time().and_then(|time| time.to_millis().ok()),
        agent_version: text(from.agent_version()),
        platform: from
            .platform_type()
            .and_then(|platform| family(platform.as_str())),
        platform_name: text(from.platform_name()),
        platform_version: text(from.platform_version()),
        computer_name: text(from.computer_name()),
        name: text(from.name()),
        ip_address: text(from.ip_address()),
        iam_role: text(from.iam_role()),
    })
}

pub(crate) fn node_id(text: Option<&str>) -> Option<NodeId> {
    let id = NodeId::parse(text.unwrap_or_default());
    id.inspect_err(|error| tracing::debug!(%error, "AWS listed something that is no node"))
        .ok()
}

fn tag(from: &aws_sdk_ec2::types::Tag) -> Option<Tag> {
    Some(Tag {
        key: from.key()?.to_owned(),
        value: from.value().unwrap_or_default().to_owned(),
    })
}

fn text(value: Option<&str>) -> Option<String> {
    value.filter(|value| !value.is_empty()).map(ToOwned::to_owned)
}

pub(crate) fn state(name: Option<&str>) -> InstanceState {
    match name {
        Some("pending") => InstanceState::Pending,
        Some("running") => InstanceState::Running,
        Some("stopping") => InstanceState::Stopping,
        Some("stopped") => InstanceState::Stopped,
        Some("shutting-down") => InstanceState::ShuttingDown,
        Some("terminated") => InstanceState::Terminated,
        Some(_) | None => InstanceState::Unknown,
    }
}

/// A state that this version does not know counts as not to be reached.
fn ping(status: Option<&str>) -> PingStatus {
    match status {
        Some("Online") => PingStatus::Online,
        Some("ConnectionLost") => PingStatus::ConnectionLost,
        Some(_) | None => PingStatus::Inactive,
    }
}

/// EC2 writes `windows`, the API's documentation `Windows`, SSM `Linux`, `Windows` and `MacOS`.
fn family(platform: &str) -> Option<Platform> {
    match platform.to_ascii_lowercase().as_str() {
        "linux" => Some(Platform::Linux),
        "windows" => Some(Platform::Windows),
        "macos" => Some(Platform::MacOs),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use postern_model::TagFilter;

    use super::*;

    #[test]
    fn an_instance_with_nothing_but_an_id_is_listed() {
        let made = instance(
            &Ec2Instance::builder().instance_id("i-0a1b2c3d4e5f67890").build(),
            None,
        )
        .unwrap();
        assert_eq!(
            (made.name, made.state, made.platform),
            (None, InstanceState::Unknown, None)
        );
        assert!(instance(&Ec2Instance::builder().instance_id("r-1").build(), None).is_none());
        assert!(instance(&Ec2Instance::builder().build(), None).is_none());
    }

    #[test]
    fn a_key_without_values_asks_for_any() {
        let filters = ["role=bastion,jump", "owner"].map(|text| TagFilter::parse(text).unwrap());
        let asked = tag_filters(&TagQuery::new(filters.into()).unwrap());
        let asked: Vec<_> = asked
            .iter()
            .map(|filter| (filter.key(), filter.values().join(" ")))
            .collect();
        assert_eq!(
            asked,
            [
                ("tag:role", "bastion jump".to_owned()),
                ("tag-key", "owner".to_owned())
            ]
        );
    }

    #[test]
    fn the_instance_profile_is_the_last_part_of_its_arn() {
        let profile = aws_sdk_ec2::types::IamInstanceProfile::builder()
            .arn("arn:aws:iam::111122223333:instance-profile/team/ssm-node")
            .build();
        let from = Ec2Instance::builder()
            .instance_id("i-0a1b2c3d")
            .iam_instance_profile(profile)
            .build();
        assert_eq!(
            instance(&from, None).unwrap().instance_profile.unwrap(),
            "ssm-node"
        );
    }

    #[test]
    fn words_of_aws_that_are_new_to_us_are_not_fatal() {
        assert_eq!(state(Some("hibernating")), InstanceState::Unknown);
        assert_eq!(ping(Some("Sleeping")), PingStatus::Inactive);
        assert_eq!(family("BeOS"), None);
        assert_eq!(family("windows"), Some(Platform::Windows));
    }
}
