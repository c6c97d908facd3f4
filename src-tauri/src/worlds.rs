//! The two worlds that the window can work on: AWS by the user's configuration, and the simulator.

use std::{env, sync::Arc, time::Duration};

use async_trait::async_trait;
use postern_app::{Demo, MfaPrompts, OwnProfileKeeping, Worlds, contract::ErrorView};
use postern_aws::AwsControlPlane;
use postern_model::{ControlPlane, OwnProfiles, Pair, ProfileName, Region, SessionId};
use postern_secrets::Secrets;
use postern_simulator::{
    Control, InstanceTiming, SimulatedProfile, Simulator, SimulatorConfig, SimulatorError,
};
use tokio::{sync::Mutex, time::sleep};

/// Long enough to see the tab resume, short enough not to wait.
const NETWORK_LOST: Duration = Duration::from_secs(4);

/// The user's AWS, and a simulator on demand.
pub(crate) struct DesktopWorlds {
    aws: Arc<AwsControlPlane>,
    own: OwnProfileKeeping,
}

impl DesktopWorlds {
    /// `mfa` asks the person at the window.
    pub(crate) fn new(mfa: &MfaPrompts) -> Self {
        let secrets = Secrets::of_system();
        let profiles = OwnProfiles::new(Arc::new(secrets.clone()));
        let aws = of_user()
            .with_own_profiles(profiles.clone())
            .asking(Arc::new(mfa.clone()));
        Self {
            aws: Arc::new(aws),
            own: OwnProfileKeeping { profiles, secrets },
        }
    }
}

/// The user's AWS, whose credential processes are found where the user's own shell finds them.
fn of_user() -> AwsControlPlane {
    let aws = AwsControlPlane::from_environment();
    #[cfg(unix)]
    let aws = aws.searching(Arc::new(crate::login_shell::LoginShell::default()));
    aws
}

#[async_trait]
impl Worlds for DesktopWorlds {
    fn aws(&self) -> Arc<dyn ControlPlane> {
        Arc::clone(&self.aws) as Arc<dyn ControlPlane>
    }

    fn aws_config_path(&self) -> String {
        let own = env::var("AWS_CONFIG_FILE").ok().filter(|path| !path.is_empty());
        own.unwrap_or_else(|| "~/.aws/config".to_owned())
    }

    fn own_profiles(&self) -> Option<OwnProfileKeeping> {
        Some(self.own.clone())
    }

    async fn demo(&self) -> Result<Arc<dyn Demo>, ErrorView> {
        let lifelike = SimulatorConfig {
            instances: InstanceTiming::lifelike(),
            ..SimulatorConfig::default()
        };
        let simulator = Simulator::start(lifelike)
            .await
            .map_err(|error| no_demo(&error))?;
        Ok(Arc::new(SimulatedFleet::new(simulator)))
    }
}

/// Why there is no demo. Its port is any free one, so a system that lets nobody listen there needs other words than the
/// simulator's own, which speak of ports.
fn no_demo(error: &SimulatorError) -> ErrorView {
    let next_step = if matches!(error, SimulatorError::Listen { .. }) {
        "Check that programs may listen on this computer's loopback address, then try again."
    } else {
        error.next_step()
    };
    ErrorView {
        code: "no-demo".into(),
        message: "The demo fleet could not be started.".into(),
        next_step: next_step.into(),
        detail: Some(error.to_string()),
    }
}

/// The simulator, reached over loopback by the same SDK client as AWS.
struct SimulatedFleet {
    aws: Arc<AwsControlPlane>,
    endpoint: String,
    pairs: Vec<Pair>,
    faults: Control,
    simulator: Mutex<Option<Simulator>>,
}

impl SimulatedFleet {
    fn new(simulator: Simulator) -> Self {
        let files = simulator.aws_files();
        Self {
            aws: Arc::new(AwsControlPlane::isolated(files.config, files.credentials)),
            endpoint: simulator.endpoint(),
            pairs: simulator.profiles().iter().flat_map(pairs_of).collect(),
            faults: simulator.control(),
            simulator: Mutex::new(Some(simulator)),
        }
    }
}

#[async_trait]
impl Demo for SimulatedFleet {
    fn control(&self) -> Arc<dyn ControlPlane> {
        Arc::clone(&self.aws) as Arc<dyn ControlPlane>
    }

    fn endpoint(&self) -> String {
        self.endpoint.clone()
    }

    fn pairs(&self) -> Vec<Pair> {
        self.pairs.clone()
    }

    fn drop_network(&self, session: &SessionId) {
        let faults = self.faults.clone();
        faults.refuse_links();
        faults.cut_link(session.as_str());
        tokio::spawn(async move {
            sleep(NETWORK_LOST).await;
            faults.allow_links();
        });
    }

    async fn shut_down(&self) {
        if let Some(simulator) = self.simulator.lock().await.take() {
            simulator.shutdown().await;
        }
    }
}

fn pairs_of(profile: &SimulatedProfile) -> Vec<Pair> {
    let Ok(name) = ProfileName::parse(&profile.name) else {
        return Vec::new();
    };
    let regions = profile
        .regions
        .iter()
        .filter_map(|region| Region::parse(region).ok());
    regions
        .map(|region| Pair {
            profile: name.clone(),
            region,
        })
        .collect()
}

#[cfg(all(test, target_os = "linux"))]
mod demo_alone;
