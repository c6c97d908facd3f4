//! Where the services of a pair are dialled: between the page's fields and the model.

use postern_model::{EndpointOverride, EndpointOverrides, OverridableService};

use crate::contract::{EndpointsView, ErrorView};

/// The endpoints that the page writes; the code of an error names the service's field.
pub(crate) fn parse_endpoints(view: &EndpointsView) -> Result<EndpointOverrides, ErrorView> {
    let mut endpoints = EndpointOverrides::default();
    for service in OverridableService::ALL {
        let text = text_of(view, service).trim();
        if text.is_empty() {
            continue;
        }
        let place = EndpointOverride::parse(text).map_err(|rule| {
            ErrorView::new(
                &format!("bad-{}", service.prefix()),
                rule.to_string(),
                "Correct it, then try again.",
            )
        })?;
        endpoints.set(service, place);
    }
    Ok(endpoints)
}

fn text_of(view: &EndpointsView, service: OverridableService) -> &str {
    match service {
        OverridableService::SsmMessages => &view.ssmmessages,
        OverridableService::Ssm => &view.ssm,
        OverridableService::Ec2 => &view.ec2,
        OverridableService::Kms => &view.kms,
        OverridableService::Sts => &view.sts,
    }
}

impl From<&EndpointOverrides> for EndpointsView {
    fn from(endpoints: &EndpointOverrides) -> Self {
        let text = |service| {
            endpoints
                .get(service)
                .map(ToString::to_string)
                .unwrap_or_default()
        };
        Self {
            ssmmessages: text(OverridableService::SsmMessages),
            ssm: text(OverridableService::Ssm),
            ec2: text(OverridableService::Ec2),
            kms: text(OverridableService::Kms),
            sts: text(OverridableService::Sts),
        }
    }
}
