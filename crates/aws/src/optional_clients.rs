//! The SDK clients of services that are asked now and then, each made when it is.

use aws_config::SdkConfig;
use aws_sdk_ssm::config::retry::RetryPartition;
use postern_model::{ControlError, Scope};
use url::Url;

use crate::configuration::ProfileSettings;
use crate::retry::BriefWaits;
use crate::service::Service;

/// What these clients are made of. An endpoint that is out of order is in the way of its own service only.
pub(crate) struct OptionalClients {
    sdk: SdkConfig,
    scope: Scope,
    services: Vec<OptionalService>,
}

struct OptionalService {
    service: Service,
    endpoint: Result<Option<Url>, ControlError>,
    host: String,
}

/// A client of one of them, told its endpoint as all clients are.
macro_rules! optional_client {
    ($(#[$doc:meta])* $name:ident, $library:ident, $service:expr) => {
        $(#[$doc])*
        pub(crate) fn $name(&self) -> Result<$library::Client, ControlError> {
            let mut builder = $library::config::Builder::from(&self.sdk)
                .retry_partition(self.quota($service))
                .retry_classifier(BriefWaits);
            if let Some(url) = self.endpoint($service)? {
                builder.set_endpoint_url(Some(url));
                builder.set_use_fips(Some(false));
                builder.set_use_dual_stack(Some(false));
            }
            Ok($library::Client::from_conf(builder.build()))
        }
    };
}

impl OptionalClients {
    const SERVICES: [Service; 6] = [
        Service::Rds,
        Service::ElastiCache,
        Service::Ecs,
        Service::Eks,
        Service::OpenSearch,
        Service::InstanceConnect,
    ];

    /// `sdk` names no endpoint.
    pub(crate) fn of(sdk: SdkConfig, settings: &ProfileSettings<'_>, scope: &Scope) -> Self {
        let services = Self::SERVICES.map(|service| OptionalService {
            service,
            endpoint: settings.endpoint_in(scope, service),
            host: settings.host_in(scope, service).unwrap_or_default(),
        });
        Self {
            sdk,
            scope: scope.clone(),
            services: services.into(),
        }
    }

    /// The host that calls of `service` go to.
    pub(crate) fn host(&self, service: Service) -> &str {
        let host = self.find(service).map(|one| one.host.as_str());
        host.filter(|host| !host.is_empty()).unwrap_or("the endpoint")
    }

    optional_client!(
        /// Databases.
        rds, aws_sdk_rds, Service::Rds
    );
    optional_client!(
        /// Caches.
        elasticache, aws_sdk_elasticache, Service::ElastiCache
    );
    optional_client!(
        /// Containers.
        ecs, aws_sdk_ecs, Service::Ecs
    );
    optional_client!(
        /// Kubernetes clusters.
        eks, aws_sdk_eks, Service::Eks
    );
    optional_client!(
        /// Search domains.
        opensearch, aws_sdk_opensearch, Service::OpenSearch
    );
    optional_client!(
        /// Keys for ssh.
        instance_connect, aws_sdk_ec2instanceconnect, Service::InstanceConnect
    );

    fn quota(&self, service: Service) -> RetryPartition {
        RetryPartition::new(format!("{} {}", service.prefix(), self.scope))
    }

    fn endpoint(&self, service: Service) -> Result<Option<String>, ControlError> {
        let Some(found) = self.find(service) else {
            return Ok(None);
        };
        let endpoint = found.endpoint.clone()?;
        Ok(endpoint.map(|url| url.as_str().trim_end_matches('/').to_owned()))
    }

    fn find(&self, service: Service) -> Option<&OptionalService> {
        self.services.iter().find(|one| one.service == service)
    }
}
