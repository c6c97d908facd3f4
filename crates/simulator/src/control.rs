//! Faults on command, and a look at the sessions: for tests and for the demo.

mod accounts;
mod instances;
mod ports;
mod sign_ins;

use std::time::Duration;

use bytes::Bytes;

use crate::cloud::Cloud;
use crate::gateway::{AgentBehaviour, SessionRecord};

/// A handle on a running simulator; clones act on the same one. The same orders exist over HTTP below
/// `/_simulator/` on the simulator's port.
#[derive(Clone)]
pub struct Control {
    cloud: Cloud,
}

impl std::fmt::Debug for Control {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Control").finish_non_exhaustive()
    }
}

impl Control {
    pub(crate) fn new(cloud: Cloud) -> Self {
        Self { cloud }
    }

    /// All sessions of this run, live and ended, the oldest first.
    #[must_use]
    pub fn sessions(&self) -> Vec<SessionRecord> {
        self.cloud.sessions.list()
    }

    /// The session with this id.
    #[must_use]
    pub fn session(&self, id: &str) -> Option<SessionRecord> {
        self.sessions().into_iter().find(|session| session.id == id)
    }

    /// Drops a session's socket without a close frame, as a lost network does; false when it has none.
    pub fn cut_link(&self, session: &str) -> bool {
        self.cloud.sessions.cut_link(session)
    }

    /// Drops every session's socket without a close frame; answers how many.
    pub fn cut_all_links(&self) -> usize {
        self.cloud.sessions.cut_all_links()
    }

    /// Closes every session's socket with a close frame, as the gateway does once an hour; answers how many.
    pub fn close_links(&self, code: u16, reason: &str) -> usize {
        self.cloud.sessions.close_links(code, reason)
    }

    /// A half-open link stays connected but is neither read nor written, and pings are not answered, as behind a dead
    /// path (true), or goes on (false). False when the session has no link.
    pub fn half_open_link(&self, session: &str, half_open: bool) -> bool {
        self.cloud.sessions.half_open_link(session, half_open)
    }

    /// Links that open from now on are closed with `1000 "Bye"` at this age, as AWS does each hour; none means never.
    pub fn set_link_lifetime(&self, lifetime: Option<Duration>) {
        self.cloud.sessions.set_link_lifetime(lifetime);
    }

    /// From now on StartSession and ResumeSession answer with this StreamUrl; none means the true one again.
    pub fn misdirect_streams(&self, stream_url: Option<String>) {
        self.cloud.sessions.misdirect(stream_url);
    }

    /// Sends these bytes to a session's client as one binary message, such as a malformed frame. False when the
    /// session has no link or its client does not read.
    pub fn inject_frame(&self, session: &str, frame: Bytes) -> bool {
        self.cloud.sessions.inject_frame(session, frame)
    }

    /// Sends a text message to a session's client. False as for [`Control::inject_frame`].
    pub fn inject_text(&self, session: &str, text: &str) -> bool {
        self.cloud.sessions.inject_text(session, text)
    }

    /// From now on no data channel can be opened.
    pub fn refuse_links(&self) {
        self.cloud.sessions.refuse_links(true);
    }

    /// Data channels can be opened again.
    pub fn allow_links(&self) {
        self.cloud.sessions.refuse_links(false);
    }

    /// The node's agent falls silent: its sessions pause and no new one can be started. False when there is no such
    /// node.
    pub fn stop_agent(&self, node: &str) -> bool {
        self.silence_agent(node, true)
    }

    /// The node's agent is back. False when there is no such node.
    pub fn start_agent(&self, node: &str) -> bool {
        self.silence_agent(node, false)
    }

    /// Ends a session from the node's side; `output` is the text of its `channel_closed`. False when it is not alive.
    pub fn end_session(&self, session: &str, output: &str) -> bool {
        self.cloud.sessions.end(session, output)
    }

    /// The worker of a session dies, as of `kill -9`: nothing comes any more, and after `told_after` (with the real agent
    /// 60 s) the session is closed with the agent's words. False when it is not alive.
    pub fn crash_worker(&self, session: &str, told_after: Duration) -> bool {
        self.cloud.sessions.crash(session, told_after)
    }

    /// The next `calls` API calls are throttled.
    pub fn throttle(&self, calls: usize) {
        self.cloud.faults.throttle(calls);
    }

    /// Every API call waits this long before it is answered; zero ends it.
    pub fn delay(&self, delay: Duration) {
        self.cloud.faults.delay(delay);
    }

    /// Denies every call of a profile (true), or allows what the world allows (false). False when there is no such
    /// profile.
    pub fn deny(&self, profile: &str, denied: bool) -> bool {
        self.cloud.faults.deny(profile, denied);
        self.cloud.world.company().profile(profile).is_some()
    }

    /// The credentials of a profile are expired (true) or good again (false). False when there is no such profile.
    pub fn expire_credentials(&self, profile: &str, expired: bool) -> bool {
        self.cloud.faults.expire(profile, expired);
        self.cloud.world.company().profile(profile).is_some()
    }

    /// The next `calls` calls of one operation, such as `ResumeSession`, are throttled.
    pub fn throttle_operation(&self, operation: &str, calls: usize) {
        self.cloud.faults.throttle_operation(operation, calls);
    }

    /// Every call of one operation waits this long; zero ends it. `Decrypt` also delays the agents' own calls.
    pub fn delay_operation(&self, operation: &str, delay: Duration) {
        self.cloud.faults.delay_operation(operation, delay);
    }

    /// Denies one operation, such as `ResumeSession` or `GenerateDataKey`, to a profile or without one to all (true), or
    /// allows it again (false). `Decrypt` without a profile is denied to the agents, too. False when there is no such
    /// profile.
    pub fn deny_operation(&self, operation: &str, profile: Option<&str>, denied: bool) -> bool {
        self.cloud.faults.deny_operation(operation, profile, denied);
        profile.is_none_or(|profile| self.cloud.world.company().profile(profile).is_some())
    }

    /// Every call of one operation, such as `DescribeInstanceInformation`, fails with HTTP 500 (true), or works again.
    pub fn break_operation(&self, operation: &str, broken: bool) {
        self.cloud.faults.break_operation(operation, broken);
    }

    /// ResumeSession answers without a token, as AWS does for a session that timed out (true), or with one (false).
    pub fn withhold_tokens(&self, withheld: bool) {
        self.cloud.faults.withhold_tokens(withheld);
    }

    /// From now on the shells of a pair are encrypted with this KMS key, by id, ARN or alias; none ends that. The key need
    /// not exist. False when there is no such pair.
    pub fn set_session_key(&self, profile: &str, region: &str, key: Option<&str>) -> bool {
        let known = self.cloud.world.company().profile(profile);
        let pair = known.filter(|profile| profile.regions.iter().any(|own| own == region));
        if let Some(profile) = pair {
            self.cloud.preferences.set_key(&profile.account, region, key);
        }
        pair.is_some()
    }

    /// How the agents of sessions behave that are granted from now on.
    pub fn set_agent_behaviour(&self, behaviour: AgentBehaviour) {
        self.cloud.sessions.set_behaviour(behaviour);
    }

    fn silence_agent(&self, node: &str, silent: bool) -> bool {
        let known = self.cloud.world.silence_agent(node, silent);
        if known {
            self.cloud.sessions.silence_agent(node, silent);
        }
        known
    }
}
