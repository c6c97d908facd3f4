//! What outside hands ordered to go wrong with API calls.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, SystemTime};

use crate::service_clock::ServiceClock;

/// The orders that stand.
#[derive(Debug, Default)]
pub(crate) struct CallFaults {
    orders: Mutex<Orders>,
    clock: Arc<ServiceClock>,
}

#[derive(Debug, Default)]
struct Orders {
    throttled_calls: usize,
    delay: Duration,
    denied: HashSet<String>,
    expired: HashSet<String>,
    /// By the operation's name, such as `ResumeSession`.
    operations: HashMap<String, OperationOrders>,
    tokens_withheld: bool,
    /// Profiles that a policy of the organisation denies everything.
    denied_by_organization: HashSet<String>,
    /// Regions in which STS is not activated.
    sts_off: HashSet<String>,
}

#[derive(Debug, Default)]
struct OperationOrders {
    throttled_calls: usize,
    delay: Duration,
    denied_to_all: bool,
    broken: bool,
    /// Profiles.
    denied_to: HashSet<String>,
}

impl CallFaults {
    /// None yet, by the clock of the services.
    pub(crate) fn new(clock: &Arc<ServiceClock>) -> Self {
        Self {
            clock: Arc::clone(clock),
            ..Self::default()
        }
    }

    /// The next `calls` API calls are throttled.
    pub(crate) fn throttle(&self, calls: usize) {
        self.orders().throttled_calls = calls;
    }

    /// The next `calls` calls of one operation are throttled.
    pub(crate) fn throttle_operation(&self, operation: &str, calls: usize) {
        self.order(operation, |orders| orders.throttled_calls = calls);
    }

    /// Every API call waits this long before it is answered; zero ends it.
    pub(crate) fn delay(&self, delay: Duration) {
        self.orders().delay = delay;
    }

    /// Every call of one operation waits this long on top; zero ends it.
    pub(crate) fn delay_operation(&self, operation: &str, delay: Duration) {
        self.order(operation, |orders| orders.delay = delay);
    }

    /// Denies every call of a profile, or allows them again.
    pub(crate) fn deny(&self, profile: &str, denied: bool) {
        set(&mut self.orders().denied, profile, denied);
    }

    /// Denies one operation to a profile, or to all; or allows it again.
    pub(crate) fn deny_operation(&self, operation: &str, profile: Option<&str>, denied: bool) {
        self.order(operation, |orders| match profile {
            Some(profile) => set(&mut orders.denied_to, profile, denied),
            None => orders.denied_to_all = denied,
        });
    }

    /// One operation fails as a service in trouble does, or works again.
    pub(crate) fn break_operation(&self, operation: &str, broken: bool) {
        self.order(operation, |orders| orders.broken = broken);
    }

    /// Calls the credentials of a profile expired, or good again.
    pub(crate) fn expire(&self, profile: &str, expired: bool) {
        set(&mut self.orders().expired, profile, expired);
    }

    /// ResumeSession answers without a token, as it does for a session that timed out; or with one again.
    pub(crate) fn withhold_tokens(&self, withheld: bool) {
        self.orders().tokens_withheld = withheld;
    }

    /// A policy of the organisation denies a profile everything, or no longer does.
    pub(crate) fn deny_by_organization(&self, profile: &str, denied: bool) {
        set(&mut self.orders().denied_by_organization, profile, denied);
    }

    /// STS is not activated in a Region, or is again.
    pub(crate) fn turn_sts_off(&self, region: &str, off: bool) {
        set(&mut self.orders().sts_off, region, off);
    }

    /// The service's clock is this many seconds ahead of this computer's.
    pub(crate) fn set_clock_ahead(&self, seconds: i64) {
        self.clock.set_ahead(seconds);
    }

    /// What time it is for the service.
    pub(crate) fn now(&self) -> SystemTime {
        self.clock.now()
    }

    /// Whether a policy of the organisation denies the profile everything.
    pub(crate) fn is_denied_by_organization(&self, profile: &str) -> bool {
        self.orders().denied_by_organization.contains(profile)
    }

    /// Whether STS is not activated in a Region.
    pub(crate) fn is_sts_off(&self, region: &str) -> bool {
        self.orders().sts_off.contains(region)
    }

    /// How long a call of `operation` waits now.
    pub(crate) fn current_delay(&self, operation: &str) -> Duration {
        let orders = self.orders();
        let own = orders.operations.get(operation);
        orders.delay + own.map_or(Duration::ZERO, |own| own.delay)
    }

    /// Whether this call is throttled; each question counts as a call.
    pub(crate) fn takes_throttled_call(&self, operation: &str) -> bool {
        let mut orders = self.orders();
        let all = take(&mut orders.throttled_calls);
        let own = orders.operations.get_mut(operation);
        own.is_some_and(|own| take(&mut own.throttled_calls)) || all
    }

    /// Whether the profile is denied everything by order.
    pub(crate) fn is_denied(&self, profile: &str) -> bool {
        self.orders().denied.contains(profile)
    }

    /// Whether one operation is denied by order, to all or to this profile.
    pub(crate) fn is_operation_denied(&self, operation: &str, profile: Option<&str>) -> bool {
        let orders = self.orders();
        orders.operations.get(operation).is_some_and(|own| {
            own.denied_to_all || profile.is_some_and(|profile| own.denied_to.contains(profile))
        })
    }

    /// Whether one operation fails by order.
    pub(crate) fn is_operation_broken(&self, operation: &str) -> bool {
        self.orders()
            .operations
            .get(operation)
            .is_some_and(|own| own.broken)
    }

    /// Whether the profile's credentials are expired by order.
    pub(crate) fn is_expired(&self, profile: &str) -> bool {
        self.orders().expired.contains(profile)
    }

    /// Whether ResumeSession gives no token.
    pub(crate) fn withholds_tokens(&self) -> bool {
        self.orders().tokens_withheld
    }

    fn order(&self, operation: &str, change: impl FnOnce(&mut OperationOrders)) {
        change(self.orders().operations.entry(operation.to_owned()).or_default());
    }

    fn orders(&self) -> MutexGuard<'_, Orders> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn take(calls: &mut usize) -> bool {
    let taken = *calls > 0;
    *calls = calls.saturating_sub(1);
    taken
}

fn set(names: &mut HashSet<String>, name: &str, member: bool) {
    if member {
        names.insert(name.to_owned());
    } else {
        names.remove(name);
    }
}
