//! What every part of the simulator shares: the made-up world, keys, the granted sessions, faults.

use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::Notify;

use crate::call_counts::CallCounts;
use crate::call_faults::CallFaults;
use crate::call_rates::CallRates;
use crate::config::SimulatorConfig;
use crate::gateway::Sessions;
use crate::identity::{Console, IdentityCenters, IdentityProvider, MfaDevices, SimulatedRole, Surroundings};
use crate::kms::{Kms, SessionPreferences};
use crate::network::NodeListeners;
use crate::pushed_keys::PushedKeys;
use crate::region_faults::RegionFaults;
use crate::service_clock::ServiceClock;
use crate::world::{AccessKeys, World, data_stores};

/// The one shared state; a clone is a handle.
pub(crate) type Cloud = Arc<CloudState>;

/// See [`Cloud`].
pub(crate) struct CloudState {
    /// The made-up company.
    pub(crate) world: World,
    /// Access keys of this run.
    pub(crate) access_keys: AccessKeys,
    /// Who signs in, and what for.
    pub(crate) identity: IdentityCenters,
    /// Who signed in to the console, for `aws login`.
    pub(crate) console: Console,
    /// The roles of every account.
    pub(crate) roles: Vec<SimulatedRole>,
    /// What users show to be let into some roles.
    pub(crate) mfa: MfaDevices,
    /// Who says which pipeline somebody is.
    pub(crate) provider: IdentityProvider,
    /// The role that nodes and containers have.
    pub(crate) surroundings: Surroundings,
    /// Sessions that were granted.
    pub(crate) sessions: Arc<Sessions>,
    /// The keys that EC2 Instance Connect holds for instances.
    pub(crate) pushed_keys: PushedKeys,
    /// What nodes reach over TCP.
    pub(crate) listeners: Arc<NodeListeners>,
    /// The keys of KMS.
    pub(crate) kms: Arc<Kms>,
    /// The key of each Region's preferences.
    pub(crate) preferences: SessionPreferences,
    /// What outside hands ordered to go wrong.
    pub(crate) faults: Arc<CallFaults>,
    /// How fast accounts may call.
    pub(crate) rates: CallRates,
    /// Which Regions are in trouble.
    pub(crate) regions: RegionFaults,
    /// How often each operation was called.
    pub(crate) calls: CallCounts,
    /// Data channels without a signature.
    pub(crate) unsigned: Unsigned,
    /// Whether AWS's own host names are answered too.
    pub(crate) at_aws_hosts: bool,
}

impl CloudState {
    /// All of it for one configuration; the shells of sessions live below `scratch`.
    pub(crate) fn new(config: &SimulatorConfig, scratch: PathBuf) -> Self {
        let clock = Arc::new(ServiceClock::default());
        let size = (config.nodes, config.pairs);
        let world = World::new(config.seed, size, config.instances, &clock);
        let faults = Arc::new(CallFaults::new(&clock));
        let kms = Arc::new(Kms::new(world.company(), config.seed, Arc::clone(&faults)));
        let company = world.company();
        let listeners = Arc::new(NodeListeners::new());
        for (profile, region) in company.pairs() {
            let stores = data_stores(&profile.account, region);
            stores.iter().for_each(|store| listeners.open_data_store(store));
        }
        let sessions = Sessions::new(
            config.timing,
            scratch,
            config.seed,
            Arc::clone(&kms),
            Arc::clone(&listeners),
        );
        Self {
            access_keys: AccessKeys::new(company, &mut rand::rng()),
            identity: IdentityCenters::new(
                &config.identity_centers,
                company,
                config.lifetimes,
                config.sign_ins,
            ),
            console: Console::default(),
            roles: config.roles.clone(),
            mfa: MfaDevices::new(company),
            provider: IdentityProvider::new(),
            surroundings: Surroundings::new(company),
            sessions: Arc::new(sessions),
            pushed_keys: PushedKeys::default(),
            listeners,
            preferences: SessionPreferences::new(Arc::clone(&kms)),
            kms,
            faults,
            rates: CallRates::default(),
            regions: RegionFaults::default(),
            calls: CallCounts::default(),
            unsigned: Unsigned::new(config.accept_unsigned),
            at_aws_hosts: config.at_aws_hosts,
            world,
        }
    }
}

/// What is done with data channels whose upgrade carries no signature. The official plugin signs it since 1.2.764, and
/// an older one hangs without a word when it is refused.
pub(crate) struct Unsigned {
    accepted: bool,
    refused: Notify,
}

impl Unsigned {
    pub(crate) fn new(accepted: bool) -> Self {
        Self {
            accepted,
            refused: Notify::new(),
        }
    }

    pub(crate) fn are_accepted(&self) -> bool {
        self.accepted
    }

    /// One was refused.
    pub(crate) fn refuse(&self) {
        self.refused.notify_one();
    }

    /// Returns when one more was refused; several at once may count as one.
    pub(crate) async fn refused(&self) {
        self.refused.notified().await;
    }
}
