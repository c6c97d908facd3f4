//! Hosts that a node may forward to: those that were used before, then what AWS lists.

use std::{sync::Arc, time::Duration};

use postern_forward::{KnownHosts, known_hosts};
use postern_model::{ControlPlane, ListedHost, RemoteHostService};
use tokio::time::timeout;

use crate::{
    background::Background,
    contract::{ErrorView, ForwardViaView, RemoteHostServiceView, RemoteHostView, RemoteHostsView},
    forwards::{Forwards, UsedHost},
};

/// Somebody waits for the list. Each call has a limit of its own; this is that of all of them.
const LONGEST_READING: Duration = Duration::from_secs(60);

/// The remote hosts that one world knows. Clones read from the same world.
#[derive(Clone)]
pub struct OfferedHosts {
    control: Arc<dyn ControlPlane>,
    background: Background,
    forwards: Arc<Forwards>,
}

impl OfferedHosts {
    pub(crate) fn new(
        control: &Arc<dyn ControlPlane>,
        background: &Background,
        forwards: &Arc<Forwards>,
    ) -> Self {
        Self {
            control: Arc::clone(control),
            background: background.clone(),
            forwards: Arc::clone(forwards),
        }
    }

    /// The hosts of the pair that a forward goes by.
    ///
    /// # Errors
    /// `bad-via`, `unknown-connection`, `timed-out`, `world-left`, and any of the AWS configuration.
    pub async fn list(&self, via: &ForwardViaView) -> Result<RemoteHostsView, ErrorView> {
        let place = self.forwards.scope_of(via).await?;
        let used = self.forwards.used_hosts(&place).await;
        let (profile, region) = place;
        let reading = async {
            let scope = self.control.resolve(profile, region).await?;
            Ok(known_hosts(self.control.as_ref(), &scope).await)
        };
        let answer = self
            .background
            .unless_closed(timeout(LONGEST_READING, reading))
            .await;
        let known: Result<KnownHosts, ErrorView> = answer.ok_or_else(left)?.map_err(|_| timed_out())?;
        Ok(view(known?, &used))
    }
}

/// What was used before comes first, be it listed or not.
fn view(known: KnownHosts, used: &[UsedHost]) -> RemoteHostsView {
    let is_used = |host: &ListedHost| {
        used.iter()
            .any(|used| used.host == host.host && used.port == host.port.get())
    };
    let (first, rest): (Vec<_>, Vec<_>) = known.hosts.into_iter().partition(is_used);
    let unlisted = used.iter().filter(|used| {
        let mut listed = first.iter();
        !listed.any(|host| used.host == host.host && used.port == host.port.get())
    });
    let unlisted: Vec<RemoteHostView> = unlisted.map(used_view).collect();
    let listed = first.iter().chain(&rest).map(host_view);
    let (before, behind) = {
        let mut listed: Vec<RemoteHostView> = listed.collect();
        let behind = listed.split_off(first.len());
        (listed, behind)
    };
    RemoteHostsView {
        hosts: before.into_iter().chain(unlisted).chain(behind).collect(),
        refusals: known.refusals.iter().map(ErrorView::from).collect(),
    }
}

fn host_view(host: &ListedHost) -> RemoteHostView {
    RemoteHostView {
        service: match host.service {
            RemoteHostService::Rds => RemoteHostServiceView::Rds,
            RemoteHostService::ElastiCache => RemoteHostServiceView::Elasticache,
            RemoteHostService::Eks => RemoteHostServiceView::Eks,
            RemoteHostService::OpenSearch => RemoteHostServiceView::Opensearch,
        },
        name: host.name.clone(),
        host: host.host.to_string(),
        port: host.port.get().into(),
    }
}

fn used_view(used: &UsedHost) -> RemoteHostView {
    RemoteHostView {
        service: RemoteHostServiceView::Forward,
        name: used.name.clone(),
        host: used.host.to_string(),
        port: used.port.into(),
    }
}

fn left() -> ErrorView {
    ErrorView::new(
        "world-left",
        "The hosts were not read to the end, because the window shows something else now.",
        "Open the list again.",
    )
}

fn timed_out() -> ErrorView {
    ErrorView::new(
        "timed-out",
        "AWS did not list the hosts in a minute.",
        "Write the host yourself, or open the list again.",
    )
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU16;

    use postern_model::RemoteHost;

    use super::*;

    fn listed(name: &str, port: u16) -> ListedHost {
        ListedHost {
            service: RemoteHostService::Rds,
            name: name.into(),
            host: RemoteHost::parse(&format!("{name}.internal")).unwrap(),
            port: NonZeroU16::new(port).unwrap(),
        }
    }

    #[test]
    fn what_was_used_before_comes_first_and_once() {
        let known = KnownHosts {
            hosts: vec![
                listed("billing", 3306),
                listed("orders", 5432),
                listed("zeta", 5432),
            ],
            refusals: Vec::new(),
        };
        let used = ["orders:5432", "typed:80", "zeta:9999"].map(|text| {
            let (host, port) = text.split_once(':').unwrap();
            UsedHost {
                name: format!("forward to {host}"),
                host: RemoteHost::parse(&format!("{host}.internal")).unwrap(),
                port: port.parse().unwrap(),
            }
        });
        let hosts = view(known, &used).hosts;
        let names: Vec<_> = hosts.iter().map(|host| (host.name.as_str(), host.port)).collect();
        let expected = [
            ("orders", 5432),
            ("forward to typed", 80),
            ("forward to zeta", 9999),
            ("billing", 3306),
            ("zeta", 5432),
        ];
        assert_eq!(names, expected);
    }
}
