//! The way to AWS: what the environment says of proxies, and what Postern's own settings say of the rest.

use std::sync::{Arc, PoisonError, RwLock};

use postern_model::{
    ControlError, EndpointOverride, InvalidProxy, Network, OverridableService, ProfileName, Proxies,
    ProxyChoice, Scope,
};

use crate::endpoints::wrong;
use crate::http::Detour;

/// Both, shared by everything that asks for the way.
#[derive(Debug, Clone)]
pub(crate) struct Networks {
    of_environment: Result<Proxies, ControlError>,
    own: Arc<RwLock<Arc<Network>>>,
}

impl Default for Networks {
    fn default() -> Self {
        Self {
            of_environment: Ok(Proxies::default()),
            own: Arc::default(),
        }
    }
}

impl Networks {
    /// With the proxies of these variables.
    pub(crate) fn of_environment(variable: impl Fn(&str) -> Option<String>) -> Self {
        let named = |(name, why): (&str, InvalidProxy)| wrong(name, why.to_string());
        Self {
            of_environment: Proxies::of_environment(variable).map_err(named),
            ..Self::default()
        }
    }

    /// What Postern's settings say now. The same until they say something else, by its address too.
    pub(crate) fn current(&self) -> Arc<Network> {
        Arc::clone(&self.own.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Says something else from now on; what says the same keeps its address.
    pub(crate) fn replace(&self, network: Network) {
        let mut own = self.own.write().unwrap_or_else(PoisonError::into_inner);
        if **own != network {
            *own = Arc::new(network);
        }
    }

    /// The proxies to use. Variables that are wrong are no error while they are not asked for.
    pub(crate) fn proxies(&self) -> Result<Proxies, ControlError> {
        match &self.current().proxy {
            ProxyChoice::Environment => self.of_environment.clone(),
            ProxyChoice::None => Ok(Proxies::default()),
            ProxyChoice::These(proxies) => Ok(proxies.clone()),
        }
    }

    /// The places that were set for the pairs of `profile`.
    pub(crate) fn detours(&self, profile: Option<&ProfileName>) -> Vec<Detour> {
        let network = self.current();
        let of_profile = network
            .overrides
            .iter()
            .filter(|(scope, _)| scope.profile.as_ref() == profile);
        let mut detours: Vec<Detour> = of_profile
            .flat_map(|(scope, places)| {
                places.iter().map(|(service, to)| Detour {
                    service,
                    region: scope.region.clone(),
                    to: to.clone(),
                })
            })
            .collect();
        detours.sort_by(|one, other| (&one.region, one.service).cmp(&(&other.region, other.service)));
        detours
    }

    /// The place that was set for one service of a pair.
    pub(crate) fn place(&self, scope: &Scope, service: OverridableService) -> Option<EndpointOverride> {
        self.current().overrides.get(scope)?.get(service).cloned()
    }
}
