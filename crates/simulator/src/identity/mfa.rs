//! The MFA devices of the company's users. Each shows one code until it is used, and then the next.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use axum::http::StatusCode;

use crate::wire::ApiError;
use crate::world::{Company, DIGITS, random_text};

/// All devices, by their ARN.
#[derive(Debug)]
pub(crate) struct MfaDevices(Mutex<HashMap<String, Device>>);

#[derive(Debug)]
struct Device {
    /// The ARN of the user who has it.
    owner: String,
    code: String,
}

impl MfaDevices {
    /// One for each user of the company.
    pub(crate) fn new(company: &Company) -> Self {
        let users = company.profiles().iter().filter(|profile| !profile.temporary);
        let devices = users.map(|profile| {
            let owner = profile.principal().arn;
            (
                profile.mfa_device(),
                Device {
                    owner,
                    code: new_code(),
                },
            )
        });
        Self(Mutex::new(devices.collect()))
    }

    /// What the display of a device shows now.
    pub(crate) fn code(&self, device: &str) -> Option<String> {
        self.devices().get(device).map(|device| device.code.clone())
    }

    /// Every device and what it shows, in order.
    pub(crate) fn all(&self) -> Vec<(String, String)> {
        let devices = self.devices();
        let mut all: Vec<(String, String)> = devices
            .iter()
            .map(|(arn, device)| (arn.clone(), device.code.clone()))
            .collect();
        all.sort();
        all
    }

    /// Whether `user` shows the code of a device of their own. A code is good once.
    pub(crate) fn check(&self, user: &str, device: Option<&str>, code: Option<&str>) -> Result<(), ApiError> {
        let (Some(device), Some(code)) = (device, code) else {
            return Err(failed(
                ", must provide both MFA serial number and one time pass code.",
            ));
        };
        let mut devices = self.devices();
        let Some(device) = devices.get_mut(device).filter(|device| device.owner == user) else {
            return Err(failed(
                ", unable to validate MFA code.  Please verify your MFA serial number is valid and associated with this \
                 user.",
            ));
        };
        if device.code != code {
            return Err(failed(" with invalid MFA one time pass code. "));
        }
        device.code = new_code();
        Ok(())
    }

    fn devices(&self) -> MutexGuard<'_, HashMap<String, Device>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn new_code() -> String {
    random_text(&mut rand::rng(), DIGITS, 6)
}

fn failed(how: &str) -> ApiError {
    let text = format!("MultiFactorAuthentication failed{how}");
    ApiError::with_status(StatusCode::FORBIDDEN, "AccessDenied", text)
}
