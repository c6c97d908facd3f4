//! The one place where a driver waits: whatever may happen in any phase, and what the phase itself waits for.

use postern_protocol::SnapshotMark;

use super::data_key::{Encryption, SessionKey};
use super::requests::Requests;
use super::save_points::SavePoints;
use crate::leave::Leave;
use crate::network::NetworkUps;
use crate::outlet::Outlet;
use crate::wake::WakeWatch;
use crate::{SessionError, SessionInput};

/// What is waited for in every phase.
pub(super) struct Sources<'a> {
    pub(super) requests: &'a mut Requests,
    pub(super) outlet: &'a mut Outlet,
    pub(super) encryption: &'a mut Encryption,
    pub(super) save_points: Option<&'a mut SavePoints>,
    pub(super) wake: &'a mut WakeWatch,
    pub(super) network: &'a mut NetworkUps,
    /// Whether another piece of input has a place to go.
    pub(super) takes_input: bool,
}

/// One thing that happened.
pub(super) enum Happening<T> {
    /// What the phase itself waits for.
    Own(T),
    /// The user, a computer that woke up or a network that came back: what seems to be up may be down, and what is down
    /// may be tried again.
    CheckLink,
    /// What is dealt with alike in every phase.
    Common(Common),
}

/// What is dealt with alike in every phase.
pub(super) enum Common {
    /// Events went to the consumer; there may be room for more.
    Delivered,
    /// The user, or everybody who held a handle, leaves.
    Leave(Leave),
    /// The user typed, or sends a flag.
    Input(SessionInput),
    /// The terminal has another size.
    Resized,
    /// KMS answered.
    DataKey(Result<SessionKey, SessionError>),
    /// The consumer wrote a save point down.
    Written(SnapshotMark),
}

impl Sources<'_> {
    /// Waits for the next thing that happens. Cancel safe where `own` is.
    pub(super) async fn next<T>(self, own: impl Future<Output = T>) -> Happening<T> {
        let Self {
            requests,
            outlet,
            encryption,
            save_points,
            wake,
            network,
            takes_input,
        } = self;
        let common = tokio::select! {
            own = own => return Happening::Own(own),
            how = requests.leave.wait() => Common::Leave(how),
            delivered = outlet.deliver() => match delivered {
                Ok(()) => Common::Delivered,
                Err(_gone) => Common::Leave(requests.leave.how()),
            },
            Some(input) = requests.input.recv(), if takes_input => Common::Input(input),
            Ok(()) = requests.size.changed() => Common::Resized,
            key = encryption.key() => Common::DataKey(key),
            mark = SavePoints::written(save_points) => Common::Written(mark),
            () = requests.retry.notified() => return Happening::CheckLink,
            () = wake.woke() => return Happening::CheckLink,
            Ok(()) = network.changed() => return Happening::CheckLink,
        };
        Happening::Common(common)
    }
}
