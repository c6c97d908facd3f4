//! What outside hands ordered to go wrong with API calls.

use std::collections::HashSet;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// The orders that stand.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    orders: Mutex<Orders>,
}

#[derive(Debug, Default)]
struct Orders {
    throttled_calls: usize,
    delay: Duration,
    denied: HashSet<String>,
    expired: HashSet<String>,
}

impl Faults {
    /// The next `calls` API calls are throttled.
    pub(crate) fn throttle(&self, calls: usize) {
        self.orders().throttled_calls = calls;
    }

    /// Every API call waits this long before it is answered; zero ends it.
    pub(crate) fn delay(&self, delay: Duration) {
        self.orders().delay = delay;
    }

    /// Denies every call of a profile, or allows them again.
    pub(crate) fn deny(&self, profile: &str, denied: bool) {
        set(&mut self.orders().denied, profile, denied);
    }

    /// Calls the credentials of a profile expired, or good again.
    pub(crate) fn expire(&self, profile: &str, expired: bool) {
        set(&mut self.orders().expired, profile, expired);
    }

    /// How long a call waits now.
    pub(crate) fn current_delay(&self) -> Duration {
        self.orders().delay
    }

    /// Whether this call is throttled; each question counts as a call.
    pub(crate) fn takes_throttled_call(&self) -> bool {
        let mut orders = self.orders();
        let throttled = orders.throttled_calls > 0;
        orders.throttled_calls = orders.throttled_calls.saturating_sub(1);
        throttled
    }

    /// Whether the profile is denied by order.
    pub(crate) fn is_denied(&self, profile: &str) -> bool {
        self.orders().denied.contains(profile)
    }

    /// Whether the profile's credentials are expired by order.
    pub(crate) fn is_expired(&self, profile: &str) -> bool {
        self.orders().expired.contains(profile)
    }

    fn orders(&self) -> MutexGuard<'_, Orders> {
        self.orders.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn set(names: &mut HashSet<String>, name: &str, member: bool) {
    if member {
        names.insert(name.to_owned());
    } else {
        names.remove(name);
    }
}
