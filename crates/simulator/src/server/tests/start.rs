//! The start of a simulator: its address, its files, its environment.

use super::fleet::simulator;
use crate::{Simulator, SimulatorConfig, SimulatorError};

#[tokio::test]
async fn the_files_hold_every_profile_and_only_this_user_reads_them() {
    let simulator = simulator().await;
    let files = simulator.aws_files();
    let config = std::fs::read_to_string(&files.config).unwrap();
    let credentials = std::fs::read_to_string(&files.credentials).unwrap();
    for profile in simulator.profiles() {
        assert!(config.contains(&format!("[profile {}]\n", profile.name)));
        assert!(credentials.contains(&format!(
            "[{}]\naws_access_key_id = {}",
            profile.name, profile.access_key_id
        )));
    }
    assert_eq!(
        config
            .matches(&format!("endpoint_url = {}\n", simulator.endpoint()))
            .count(),
        simulator.profiles().len()
    );
    #[cfg(unix)]
    for (path, mode) in [
        (files.config.as_path(), 0o600),
        (files.credentials.as_path(), 0o600),
        (files.config.parent().unwrap(), 0o700),
    ] {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(
            std::fs::metadata(path).unwrap().permissions().mode() & 0o777,
            mode,
            "{}",
            path.display()
        );
    }
    simulator.shutdown().await;
    assert!(!files.config.exists());
}

#[tokio::test]
async fn the_environment_names_the_files_and_keeps_other_keys_out_of_force() {
    let simulator = simulator().await;
    let environment: std::collections::HashMap<String, String> =
        simulator.environment().into_iter().collect();
    assert_eq!(environment["AWS_ENDPOINT_URL"], simulator.endpoint());
    assert_eq!(
        environment["AWS_CONFIG_FILE"],
        simulator.aws_files().config.display().to_string()
    );
    assert_eq!(environment["AWS_PROFILE"], "acme-prod");
    assert!(
        !environment.contains_key("AWS_REGION") && !environment.contains_key("AWS_DEFAULT_REGION"),
        "it would win over the Region of another profile"
    );
    assert_eq!(
        (
            environment["AWS_ACCESS_KEY_ID"].as_str(),
            environment["AWS_SESSION_TOKEN"].as_str()
        ),
        ("", "")
    );
    let nowhere = std::path::Path::new("/nowhere/at/all");
    let error = simulator.write_environment_file(nowhere).unwrap_err();
    let said = format!("{error} {}", error.next_step());
    assert!(
        said.contains("/nowhere/at/all") && said.contains("folder"),
        "{said}"
    );
    assert!(!said.contains(".tmp") && !said.contains("os error"), "{said}");
}

#[tokio::test]
async fn it_listens_on_loopback_only_and_names_a_busy_port() {
    let outside = SimulatorConfig {
        listen: "0.0.0.0:0".parse().unwrap(),
        ..SimulatorConfig::default()
    };
    assert!(matches!(
        Simulator::start(outside).await,
        Err(SimulatorError::NotLoopback { .. })
    ));
    // Other tests get a port that was given back at once, but not at this address.
    let own = if cfg!(target_os = "linux") {
        "127.77.0.1:0"
    } else {
        "127.0.0.1:0"
    };
    let first = SimulatorConfig {
        listen: own.parse().unwrap(),
        ..SimulatorConfig::default()
    };
    let first = Simulator::start(first).await.unwrap();
    let again = SimulatorConfig {
        listen: first.address(),
        ..SimulatorConfig::default()
    };
    let error = Simulator::start(again).await.unwrap_err();
    assert!(matches!(error, SimulatorError::AddressInUse { .. }));
    assert!(error.to_string().contains(&first.address().to_string()) && error.next_step().contains("port 0"));
    let address = first.address();
    first.shutdown().await;
    assert!(
        tokio::net::TcpStream::connect(address).await.is_err(),
        "nothing listens after the shutdown"
    );
    let none = SimulatorConfig {
        pairs: 0,
        ..SimulatorConfig::default()
    };
    assert!(matches!(
        Simulator::start(none).await,
        Err(SimulatorError::NoPairs)
    ));
    let vast = SimulatorConfig {
        nodes: usize::MAX,
        ..SimulatorConfig::default()
    };
    assert!(matches!(
        Simulator::start(vast).await,
        Err(SimulatorError::TooLarge)
    ));
}
