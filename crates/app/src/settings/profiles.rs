//! The AWS profiles of one world: read, remembered, and announced when the files say something new.

use std::sync::Arc;

use postern_model::{ControlError, ControlPlane};
use tokio::sync::watch;

use super::profile_views::profiles_view;
use crate::{
    contract::{AppEvent, ProfilesView},
    events::EventBus,
};

/// The AWS profiles as they were read last.
pub struct Profiles {
    control: Arc<dyn ControlPlane>,
    events: EventBus,
    known: watch::Sender<Arc<ProfilesView>>,
}

impl Profiles {
    pub(crate) fn new(control: &Arc<dyn ControlPlane>, events: &EventBus) -> Self {
        let none = ProfilesView {
            profiles: Vec::new(),
            error: None,
        };
        Self {
            control: Arc::clone(control),
            events: events.clone(),
            known: watch::Sender::new(Arc::new(none)),
        }
    }

    /// Reads the AWS files; the window learns of it if they say something new.
    pub async fn refresh(&self) -> ProfilesView {
        let read = self.control.profiles().await;
        let view = profiles_view(read.as_deref().map_err(ControlError::clone));
        let is_new = self.known.send_if_modified(|known| {
            let is_new = **known != view;
            if is_new {
                *known = Arc::new(view.clone());
            }
            is_new
        });
        if is_new {
            self.events.emit(AppEvent::ProfilesChanged {
                profiles: view.clone(),
            });
        }
        view
    }

    /// As they were read last.
    pub(crate) fn known(&self) -> Arc<ProfilesView> {
        Arc::clone(&self.known.borrow())
    }

    /// As they were read last, and each time that they are others.
    pub(crate) fn subscribe(&self) -> watch::Receiver<Arc<ProfilesView>> {
        self.known.subscribe()
    }
}
