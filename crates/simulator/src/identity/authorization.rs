//! Sign-ins that were begun: device codes that wait for a person, and what the person said.

use std::collections::HashMap;
use std::time::{Duration, SystemTime};

use super::refusal::invalid_grant;
use crate::wire::ApiError;
use crate::world::{CODE_ALPHABET, PLAIN_ALPHABET, random_text};

/// What becomes of sign-ins that are begun from now on.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum SignInAnswer {
    /// They wait until somebody confirms or denies them.
    #[default]
    Ask,
    /// They are confirmed at once.
    Confirm,
    /// They are denied at once.
    Deny,
}

/// A sign-in that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PendingSignIn {
    /// What the person is to compare, such as `BCDF-GHJK`.
    pub user_code: String,
    /// The client's own name.
    pub client: String,
    /// Where it wants to sign in.
    pub start_url: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Decision {
    Waiting,
    Confirmed,
    Denied,
}

/// A device code and what is known of it.
#[derive(Debug)]
pub(super) struct DeviceSignIn {
    pub(super) device_code: String,
    pub(super) user_code: String,
    pub(super) client_id: String,
    /// The index of the Identity Center.
    pub(super) center: usize,
    pub(super) expires: SystemTime,
    decision: Decision,
    /// When the client asked last, and before that.
    asked: [Option<SystemTime>; 2],
}

/// All sign-ins by device code.
#[derive(Debug, Default)]
pub(super) struct DeviceSignIns(HashMap<String, DeviceSignIn>);

impl DeviceSignIns {
    pub(super) fn begin(
        &mut self,
        client_id: &str,
        center: usize,
        expires: SystemTime,
        answer: SignInAnswer,
    ) -> &DeviceSignIn {
        let rng = &mut rand::rng();
        let device_code = random_text(rng, PLAIN_ALPHABET, 86);
        let [front, back] = [(); 2].map(|()| random_text(rng, CODE_ALPHABET, 4));
        self.0.entry(device_code.clone()).or_insert(DeviceSignIn {
            device_code,
            user_code: format!("{front}-{back}"),
            client_id: client_id.to_owned(),
            center,
            expires,
            decision: match answer {
                SignInAnswer::Ask => Decision::Waiting,
                SignInAnswer::Confirm => Decision::Confirmed,
                SignInAnswer::Deny => Decision::Denied,
            },
            asked: [None; 2],
        })
    }

    /// What a person says to a code; false when it does not wait for that (any more).
    pub(super) fn decide(&mut self, user_code: &str, confirmed: bool, now: SystemTime) -> bool {
        let waits = self.0.values_mut().find(|one| {
            one.decision == Decision::Waiting && one.expires > now && is_same_code(&one.user_code, user_code)
        });
        let decision = if confirmed {
            Decision::Confirmed
        } else {
            Decision::Denied
        };
        waits.map(|one| one.decision = decision).is_some()
    }

    /// Those that wait for a person.
    pub(super) fn waiting(&self, now: SystemTime) -> impl Iterator<Item = &DeviceSignIn> {
        let waits = move |one: &&DeviceSignIn| one.decision == Decision::Waiting && one.expires > now;
        self.0.values().filter(waits)
    }

    /// A client asks whether its code was confirmed; a code that was is spent.
    pub(super) fn redeem(
        &mut self,
        device_code: &str,
        client_id: &str,
        interval: Duration,
        now: SystemTime,
    ) -> Result<DeviceSignIn, ApiError> {
        let own = self
            .0
            .get_mut(device_code)
            .filter(|one| one.client_id == client_id);
        let one = own.ok_or_else(|| invalid_grant("Invalid device code provided"))?;
        let too_soon = one.asks_too_soon(interval, now);
        let refusal = match one.decision {
            Decision::Denied => Some(("AccessDeniedException", "The user denied the request")),
            _ if one.expires <= now => Some(("ExpiredTokenException", "Device code expired")),
            _ if too_soon => Some(("SlowDownException", "Slow down to the given interval")),
            Decision::Waiting => Some(("AuthorizationPendingException", "Authorization is still pending")),
            Decision::Confirmed => None,
        };
        match refusal {
            Some((code, text)) => Err(ApiError::new(code, text)),
            None => self
                .0
                .remove(device_code)
                .ok_or_else(|| invalid_grant("Invalid device code provided")),
        }
    }

    /// Every code that waits has expired; answers how many.
    pub(super) fn expire(&mut self, now: SystemTime) -> usize {
        let living = self.0.values_mut().filter(|one| one.expires > now);
        living.map(|one| one.expires = now).count()
    }
}

impl DeviceSignIn {
    /// The AWS CLI asks twice at once at the beginning, so three questions within one interval are too many, and not two.
    fn asks_too_soon(&mut self, interval: Duration, now: SystemTime) -> bool {
        let [last, before] = self.asked;
        self.asked = [Some(now), last];
        let age = before.and_then(|before| now.duration_since(before).ok());
        age.is_some_and(|age| age < interval.mul_f32(0.9))
    }
}

/// People type codes in small letters and without the line.
fn is_same_code(own: &str, typed: &str) -> bool {
    let letters = |text: &str| -> String {
        let letters = text.chars().filter(char::is_ascii_alphanumeric);
        letters.map(|letter| letter.to_ascii_uppercase()).collect()
    };
    letters(own) == letters(typed)
}

#[cfg(test)]
mod tests {
    use super::*;

    const INTERVAL: Duration = Duration::from_secs(1);

    fn code(of: Result<DeviceSignIn, ApiError>) -> &'static str {
        of.map_or_else(|error| error.code, |_| "confirmed")
    }

    #[test]
    fn a_code_waits_for_its_person_and_is_good_once() {
        let mut all = DeviceSignIns::default();
        let start = SystemTime::now();
        let end = start + Duration::from_secs(600);
        let begun = all.begin("client", 0, end, SignInAnswer::Ask);
        let (device, user) = (begun.device_code.clone(), begun.user_code.clone());
        let ask = |all: &mut DeviceSignIns, client: &str, seconds: u64| {
            code(all.redeem(&device, client, INTERVAL, start + Duration::from_secs(seconds)))
        };
        assert_eq!(ask(&mut all, "client", 0), "AuthorizationPendingException");
        assert_eq!(ask(&mut all, "another", 1), "InvalidGrantException");
        assert!(!all.decide("BBBB-BBBB", true, start));
        assert!(all.decide(&user.to_lowercase().replace('-', " "), true, start));
        assert!(!all.decide(&user, false, start), "it is decided");
        assert_eq!(ask(&mut all, "client", 2), "confirmed");
        assert_eq!(ask(&mut all, "client", 3), "InvalidGrantException");
    }

    #[test]
    fn who_asks_too_often_is_told_to_slow_down_but_the_double_question_of_the_aws_cli_is_not() {
        let mut all = DeviceSignIns::default();
        let start = SystemTime::now();
        let device = all
            .begin("client", 0, start + Duration::from_secs(600), SignInAnswer::Ask)
            .device_code
            .clone();
        let asked = [0, 10, 1000, 2000, 2100, 2200, 4000].map(|milliseconds| {
            let now = start + Duration::from_millis(milliseconds);
            code(all.redeem(&device, "client", INTERVAL, now))
        });
        let pending = "AuthorizationPendingException";
        let slow = "SlowDownException";
        assert_eq!(
            asked,
            [pending, pending, pending, pending, pending, slow, pending]
        );
    }

    #[test]
    fn a_code_expires_and_can_be_denied_without_anybody() {
        let mut all = DeviceSignIns::default();
        let start = SystemTime::now();
        let device = all
            .begin("client", 0, start, SignInAnswer::Ask)
            .device_code
            .clone();
        assert_eq!(
            code(all.redeem(&device, "client", INTERVAL, start)),
            "ExpiredTokenException"
        );
        let late = start + Duration::from_secs(1);
        let denied = all
            .begin("client", 0, late, SignInAnswer::Deny)
            .device_code
            .clone();
        assert_eq!(
            code(all.redeem(&denied, "client", INTERVAL, start)),
            "AccessDeniedException"
        );
    }
}
