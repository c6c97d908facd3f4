//! What the store keeps of forwards, and what each goes by.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use postern_forward::{
    DeclaredForward, ForwardDestination, ForwardError, LocalEnd, NodeOptions, PortDestination, SocksRules,
};
use postern_model::{
    Connection, ConnectionId, ControlPlane, Defaults, DraftDestination, EffectiveConnection,
    EncryptionPolicy, ForwardDraft, ForwardVia, Group, GroupTree, ProfileName, Region, SavedForward,
};
use postern_store::{Opened, Settings, Store, StoreError};

use crate::arguments::ForwardGoal;
use crate::console;
use crate::failure::Failure;
use crate::forward::{PlannedForward, via};

/// The folder of the sockets, beside the store.
const RUNNING: &str = "running";

/// The declared forwards, and what they inherit from.
pub(super) struct KeptForwards {
    folder: PathBuf,
    /// By name.
    pub(super) forwards: Vec<SavedForward>,
    connections: Vec<Connection>,
    groups: Vec<Group>,
    settings: Settings,
}

/// Where a forward's sessions are opened.
struct KeptPlace {
    profile: Option<ProfileName>,
    region: Option<Region>,
    goal: ForwardGoal,
    encryption: EncryptionPolicy,
}

impl KeptForwards {
    /// Reads them from the store of this user.
    ///
    /// # Errors
    /// [`Failure::Store`].
    pub(super) fn open() -> Result<Self, Failure> {
        let path = Store::default_path()?;
        let folder = path.with_file_name(RUNNING);
        let store = if path.exists() {
            let Opened { store, notices } = Store::open(&path)?;
            for notice in notices {
                console::to_stderr(&format!("postern: {notice}\n"));
            }
            store
        } else {
            Store::in_memory()?
        };
        Ok(Self::of(&store, folder)?)
    }

    fn of(store: &Store, folder: PathBuf) -> Result<Self, StoreError> {
        Ok(Self {
            folder,
            forwards: store.forwards()?,
            connections: store.connections()?,
            groups: store.groups()?,
            settings: store.settings()?,
        })
    }

    /// Where programs ask one another for what runs.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// A forward with what opens its sessions.
    ///
    /// # Errors
    /// [`Failure::NoConnection`], and any of the AWS configuration.
    pub(super) async fn planned(
        &self,
        saved: &SavedForward,
        control: &Arc<dyn ControlPlane>,
        reason: Option<String>,
    ) -> Result<PlannedForward, Failure> {
        let place = self.place(saved)?;
        let scope = control.resolve(place.profile, place.region).await?;
        let options = NodeOptions {
            reason,
            encryption: place.encryption,
        };
        Ok(PlannedForward {
            name: Some(saved.draft.name.clone()),
            declared: declared(&saved.draft)?,
            via: via(control, scope, &place.goal, options),
            target: place.goal.target(),
        })
    }

    fn place(&self, saved: &SavedForward) -> Result<KeptPlace, Failure> {
        let of_pair = |profile: &ProfileName, region: &Region, goal| KeptPlace {
            profile: Some(profile.clone()),
            region: Some(region.clone()),
            goal,
            encryption: EncryptionPolicy::default(),
        };
        match &saved.draft.via {
            ForwardVia::Node {
                profile,
                region,
                node,
            } => Ok(of_pair(profile, region, ForwardGoal::Target(node.clone().into()))),
            ForwardVia::Tags {
                profile,
                region,
                query,
            } => Ok(of_pair(profile, region, ForwardGoal::Tagged(query.clone()))),
            ForwardVia::Connection(id) => {
                let place = self.of_connection(*id);
                place.ok_or_else(|| Failure::NoConnection(saved.draft.name.clone()))
            }
        }
    }

    /// A saved connection with what it inherits.
    fn of_connection(&self, id: ConnectionId) -> Option<KeptPlace> {
        let found = self.connections.iter().find(|connection| connection.id == id)?;
        let defaults = Defaults {
            profile: self.settings.default_profile.clone(),
            region: self.settings.default_region.clone(),
        };
        let effective = EffectiveConnection::of(&found.draft, &GroupTree::new(&self.groups), &defaults);
        Some(KeptPlace {
            profile: effective.profile.map(|inherited| inherited.value),
            region: effective.region.map(|inherited| inherited.value),
            // What a query finds may be another machine each time; the window says so where it is chosen.
            goal: ForwardGoal::Target(found.draft.goal.target()?.clone()),
            encryption: effective
                .encryption
                .map_or_else(EncryptionPolicy::default, |inherited| inherited.value),
        })
    }
}

/// The store takes no forward that breaks a rule, so only a later rule could refuse one.
fn declared(draft: &ForwardDraft) -> Result<DeclaredForward, Failure> {
    let local = match draft.bind_address {
        Some(address) => LocalEnd::Exposed(address, draft.local_port),
        None => LocalEnd::Port(draft.local_port),
    };
    let broken = |_rule| Failure::Forward(Arc::new(ForwardError::Crashed));
    let destination = match &draft.destination {
        DraftDestination::Port { host: None, port } => {
            ForwardDestination::Port(PortDestination::node(port.get()))
        }
        DraftDestination::Port {
            host: Some(host),
            port,
        } => ForwardDestination::Port(PortDestination::host(host.as_str(), port.get()).map_err(broken)?),
        DraftDestination::Socks { allowed } => {
            ForwardDestination::Socks(SocksRules::parse(allowed).map_err(broken)?)
        }
    };
    Ok(DeclaredForward {
        local,
        destination,
        is_web: draft.is_web,
    })
}
