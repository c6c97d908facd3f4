//! [`ControlError`]: every way in which something between Postern and AWS fails, each with its sentence.

use std::path::PathBuf;

use thiserror::Error;

use super::refusals::not_enabled;
use super::words::{at_start, credentials_of, none_for, without_secret};
use crate::{Partition, ProfileName, ProxyError, Region, SecretError, SessionId, SignInKey, Target, ended};

/// Why a call to AWS, or the reading of the AWS configuration, failed. Texts that came from AWS went through
/// [`crate::display_text`].
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum ControlError {
    /// The profile is in no AWS file.
    #[error("There is no AWS profile named {profile}.")]
    UnknownProfile {
        /// The profile that was asked for.
        profile: ProfileName,
        /// The profiles that exist.
        known: Vec<String>,
    },
    /// An AWS file cannot be read or parsed, or a setting has no legal value.
    #[error("The AWS configuration cannot be used: {path}{}: {}", line.map(|n| format!(", line {n}")).unwrap_or_default(), ended(detail))]
    MalformedConfiguration {
        /// The file, or the name of the setting.
        path: PathBuf,
        /// The line, counted from 1, where it is known.
        line: Option<usize>,
        /// What is wrong there; never the line's text, which may hold a key.
        detail: String,
    },
    /// Neither the user nor the AWS configuration names a Region.
    #[error("No Region is set for {}.", profile.as_ref().map_or("the default credentials".to_owned(), |p| format!("AWS profile {p}")))]
    NoRegion {
        /// The profile without a Region.
        profile: Option<ProfileName>,
    },
    /// No credentials could be had.
    #[error("{}: {}", none_for(who), ended(detail))]
    NoCredentials {
        /// The profile, or "the default credentials".
        who: String,
        /// What the provider said.
        detail: String,
    },
    /// The secret half of an access key that was typed into Postern cannot be had.
    #[error("{}", without_secret(profile, why.as_ref()))]
    NoSecret {
        /// The profile of Postern's own.
        profile: ProfileName,
        /// Why it cannot be read; none if there is none.
        why: Option<SecretError>,
    },
    /// The program that brings the credentials (`credential_process`) failed.
    #[error("The credential process of {who} failed: {}", ended(problem))]
    CredentialProcess {
        /// The profile, or "the default credentials".
        who: String,
        /// What went wrong, in few words, without anything secret.
        problem: String,
        /// More of it: all that the program said, or the `PATH` that was searched.
        detail: Option<String>,
        /// The command to try out, without anything secret; none where that could not help.
        command: Option<String>,
    },
    /// Credentials, or the sign-in behind them, are expired.
    #[error("The sign-in of {who} has expired.")]
    CredentialsExpired {
        /// The profile, or "the default credentials".
        who: String,
        /// What AWS or the provider said.
        detail: String,
    },
    /// The credentials come from the console's sign-in, as `aws login` makes one, and there is none, or none any more.
    #[error("{} needs a sign-in of `aws login` (profile {profile}).", at_start(who))]
    ConsoleSignInNeeded {
        /// The profile whose credentials were wanted, or "the default credentials".
        who: String,
        /// The profile that is signed in: the same, or one that it takes its credentials from.
        profile: String,
        /// Whether it is missing, over or no longer accepted.
        detail: String,
    },
    /// A sign-in to the console did not come about.
    #[error("The sign-in of profile {profile} failed: {}", ended(reason))]
    ConsoleSignInFailed {
        /// The profile.
        profile: String,
        /// Why.
        reason: String,
    },
    /// A role asks for the code of an MFA device, and there is none.
    #[error("A code of the MFA device {device} is needed for {who}, {}.", if *given_up { "and none was given" } else { "and nobody can be asked for it here" })]
    MfaCodeNeeded {
        /// The profile, or "the default credentials".
        who: String,
        /// The device's serial number or ARN.
        device: String,
        /// Whether a person was asked and gave none.
        given_up: bool,
    },
    /// The credentials come from IAM Identity Center, and nobody is signed in there, or no longer.
    #[error("{} needs a sign-in to IAM Identity Center ({sign_in}).", at_start(who))]
    SignInNeeded {
        /// The profile, or "the default credentials", or what else was to be done with the sign-in.
        who: String,
        /// The sign-in, which any number of profiles may share.
        sign_in: SignInKey,
        /// Whether it is missing, over or no longer accepted.
        detail: String,
    },
    /// A sign-in did not come about.
    #[error("The sign-in to {sign_in} failed: {}", ended(reason))]
    SignInFailed {
        /// The sign-in.
        sign_in: SignInKey,
        /// Why.
        reason: String,
    },
    /// Somebody signed in, but that cannot be kept for later.
    #[error(
        "You are signed in to {sign_in} only until this program ends: that cannot be kept in {}",
        ended(detail)
    )]
    SignInNotKept {
        /// The sign-in.
        sign_in: SignInKey,
        /// The file, and what the system says.
        detail: String,
    },
    /// The AWS configuration has no such sign-in.
    #[error("The AWS configuration has no sign-in {sign_in}.")]
    UnknownSignIn {
        /// What was asked for.
        sign_in: SignInKey,
        /// Those that exist.
        known: Vec<String>,
    },
    /// AWS says that the key or its signature is wrong.
    #[error("AWS does not accept {}: {}", credentials_of(who), ended(detail))]
    InvalidCredentials {
        /// The profile, or "the default credentials".
        who: String,
        /// What AWS said.
        detail: String,
    },
    /// AWS knows the keys, but not in this Region.
    #[error("AWS does not accept {} in {region}, and elsewhere it does: {}.", credentials_of(who), not_enabled(*temporary))]
    RegionNotEnabled {
        /// The profile, or "the default credentials".
        who: String,
        /// The Region.
        region: Region,
        /// The keys came with a session token, which may be the reason.
        temporary: bool,
    },
    /// The keys seem to belong to another part of AWS than the Region.
    #[error("AWS does not accept {} in {region}: they seem to belong to {}, whose keys no other part of AWS knows.", credentials_of(who), home.name())]
    OtherPartition {
        /// The profile, or "the default credentials".
        who: String,
        /// The Region that was asked.
        region: Region,
        /// Where the profile's own settings say that it belongs.
        home: Partition,
        /// What AWS said.
        detail: String,
    },
    /// The caller may not do this.
    #[error("{} may not call {action}.", at_start(who))]
    Denied {
        /// The profile, or "the default credentials".
        who: String,
        /// The IAM action, such as `ssm:StartSession`.
        action: String,
        /// What AWS said.
        detail: String,
    },
    /// The node does not exist there or its agent does not answer: AWS has one error for both.
    #[error("{target} is not connected to Systems Manager in {place}.")]
    TargetNotConnected {
        /// The node.
        target: Target,
        /// `profile / region`.
        place: String,
    },
    /// The document does not exist, or its parameters are wrong.
    #[error("AWS does not accept the document {document}: {}", ended(detail))]
    InvalidDocument {
        /// The document asked for.
        document: String,
        /// What AWS said.
        detail: String,
    },
    /// KMS cannot make a data key with this key: it does not exist, is disabled, is of another kind, or does not accept
    /// the encryption context.
    #[error("KMS cannot use the key {key}: {}", ended(detail))]
    KeyUnusable {
        /// The key as it was named.
        key: String,
        /// What KMS said.
        detail: String,
    },
    /// AWS no longer has the session.
    #[error("AWS no longer has the session {session}.")]
    SessionGone {
        /// The session.
        session: SessionId,
    },
    /// AWS asked to slow down, and retrying did not help.
    #[error("AWS asked us to slow down ({operation}).")]
    Throttled {
        /// The operation, such as `ec2:DescribeInstances`.
        operation: String,
    },
    /// The endpoint could not be reached.
    #[error("{endpoint} cannot be reached: {}", ended(detail))]
    Unreachable {
        /// Host, or what is known of it.
        endpoint: String,
        /// DNS, TCP, TLS or time-out, in words.
        detail: String,
    },
    /// A proxy on the way did not connect.
    #[error(transparent)]
    Proxy(#[from] ProxyError),
    /// The clocks of this computer and of AWS differ too much.
    #[error("The clock of this computer differs from AWS: {}", ended(detail))]
    ClockSkew {
        /// What AWS said.
        detail: String,
    },
    /// AWS refused the call for another reason.
    #[error("AWS refused {operation} ({code}): {}", ended(message))]
    Rejected {
        /// The operation.
        operation: String,
        /// AWS's error code.
        code: String,
        /// AWS's message.
        message: String,
    },
    /// AWS, or what stands in front of it, failed. Whether the call had an effect is not known.
    #[error("AWS could not carry out {operation} (HTTP {status}): {}", ended(detail))]
    ServerError {
        /// The operation.
        operation: String,
        /// The HTTP status, 500 or above.
        status: u16,
        /// AWS's message, or what came instead of one.
        detail: String,
    },
    /// A library that makes the calls or brings the credentials gave up in the middle of its work.
    #[error("A library of Postern failed during {operation}: {}", ended(detail))]
    LibraryFailed {
        /// What was being done.
        operation: String,
        /// What the library said.
        detail: String,
    },
    /// The answer is not what the API promises.
    #[error(
        "AWS sent an answer to {operation} that cannot be understood: {}",
        ended(detail)
    )]
    MalformedAnswer {
        /// The operation.
        operation: String,
        /// What is wrong with it.
        detail: String,
    },
}
