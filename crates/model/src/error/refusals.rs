//! What helps where AWS said no, or did not say what it should.

use crate::Region;

/// The keys are of another part of AWS, or mistyped, or gone.
pub(super) const CHECK_THE_KEY: &str = "Check the access key of the profile, and that it belongs to this part of AWS: keys of GovCloud and China work only there.";

/// AWS has one error for a node that is not there, is elsewhere, or does not answer.
pub(super) const CHECK_THE_NODE: &str = "Check that the node runs, that the id, profile and Region belong together, and that its SSM agent is online.";

/// AWS does not say which of the two it is.
pub(super) const CHECK_THE_DOCUMENT: &str = "Check the document's name and parameters.";

/// The account's preferences name the key of its sessions.
pub(super) const CHECK_THE_KMS_KEY: &str =
    "Check the KMS key in the session preferences, its state and its key policy, then retry.";

/// Nothing of ours can bring it back.
pub(super) const OPEN_ANOTHER_SESSION: &str = "Open a new session.";

/// It passes by itself.
pub(super) const WAIT: &str = "Wait a moment, then retry.";

/// AWS's own words are all there is.
pub(super) const READ_WHAT_AWS_SAYS: &str = "Read AWS's message; the request was not carried out.";

/// A captive portal or a proxy may have answered.
pub(super) const CHECK_WHO_ANSWERED: &str = "Check that the endpoint is really AWS, then retry.";

/// Why keys that are known elsewhere are not in a Region; a session token may be the reason.
pub(super) fn not_enabled(temporary: bool) -> &'static str {
    if temporary {
        "its account has not enabled the Region, or the session token comes from the global endpoint of STS and is not valid there"
    } else {
        "its account has not enabled the Region"
    }
}

/// What makes them known there.
pub(super) fn enable(region: &Region, temporary: bool) -> String {
    let or_sts = if temporary {
        ", or get the token from a Regional endpoint of STS (sts_regional_endpoints = regional)"
    } else {
        ""
    };
    format!("Enable {region} for the account in the AWS console{or_sts}, or remove the Region here.")
}
