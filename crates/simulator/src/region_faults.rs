//! Regions in trouble: slow ones, and dead ones.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::wire::ApiError;

/// What is wrong with a Region.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RegionFault {
    /// Every answer takes this long.
    Slow(Duration),
    /// No call is ever answered.
    Silent,
    /// Every call fails with HTTP 500.
    Failing,
}

/// What is wrong, by Region.
#[derive(Debug, Default)]
pub(crate) struct RegionFaults(Mutex<HashMap<String, RegionFault>>);

impl RegionFaults {
    /// A Region is in this trouble from now on, or in none.
    pub(crate) fn set(&self, region: &str, fault: Option<RegionFault>) {
        let mut faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match fault {
            Some(fault) => faults.insert(region.to_owned(), fault),
            None => faults.remove(region),
        };
    }

    /// Suffers what the Region of a call suffers.
    pub(crate) async fn suffer(&self, region: &str) -> Result<(), ApiError> {
        match self.of(region) {
            None => Ok(()),
            Some(RegionFault::Slow(delay)) => {
                tokio::time::sleep(delay).await;
                Ok(())
            }
            // Until the caller hangs up, or the simulator ends.
            Some(RegionFault::Silent) => std::future::pending().await,
            Some(RegionFault::Failing) => Err(ApiError::internal()),
        }
    }

    fn of(&self, region: &str) -> Option<RegionFault> {
        let faults = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        faults.get(region).copied()
    }
}
