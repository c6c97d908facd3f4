//! SSM ListTagsForResource: the tags of hybrid nodes, one node at a time.

use aws_sdk_ssm::types::ResourceTypeForTagging;
use postern_model::{ControlError, NodeId, Scope, Tag};

use crate::call::Call;
use crate::clients::Clients;
use crate::retry::ThrottlingIsTold;
use crate::service::Service;
use crate::subject::Subject;

/// The tags of one hybrid node.
pub(crate) async fn hybrid_tags(
    clients: &Clients,
    scope: &Scope,
    node: &NodeId,
) -> Result<Vec<Tag>, ControlError> {
    let call = Call {
        scope,
        service: Service::Ssm,
        operation: "ListTagsForResource",
        subject: Subject::Listing,
        clients,
    };
    let request = clients
        .ssm
        .list_tags_for_resource()
        .resource_type(ResourceTypeForTagging::ManagedInstance)
        .resource_id(node.as_str())
        .customize()
        .config_override(aws_sdk_ssm::config::Builder::new().retry_classifier(ThrottlingIsTold));
    let answer = request.send().await.map_err(|error| call.failed(&error))?;
    let tags = answer.tag_list().iter().map(|tag| Tag {
        key: tag.key().to_owned(),
        value: tag.value().to_owned(),
    });
    Ok(tags.collect())
}
