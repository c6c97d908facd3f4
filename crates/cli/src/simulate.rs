//! `postern simulate`: a made-up AWS on loopback, until Ctrl-C or SIGTERM.

use std::fmt::Write as _;
use std::path::Path;
use std::process::ExitCode;

use postern_simulator::{InstanceTiming, SignInAnswer, Simulator, SimulatorConfig};

use crate::arguments::{AnswerToSignIns, SimulateArguments};
use crate::console;
use crate::failure::Failure;
use crate::foreground::LeaveSignals;

const UNSIGNED: &str = "A data channel was refused because its upgrade is not signed: the official session-manager-plugin \
signs it since 1.2.764, and an older one hangs now. Update it, use Postern's, or start this with --accept-unsigned.\n";

/// Runs the simulator.
pub(crate) async fn simulate(arguments: SimulateArguments) -> Result<ExitCode, Failure> {
    // Heard from here on, so that an early Ctrl-C shuts down in order too.
    let mut signals = LeaveSignals::listen().map_err(Failure::Terminal)?;
    let config = SimulatorConfig {
        listen: arguments.listen,
        seed: arguments.seed,
        nodes: arguments.nodes,
        pairs: arguments.pairs,
        accept_unsigned: arguments.accept_unsigned,
        every_kind: arguments.every_kind,
        instances: if arguments.lifelike {
            InstanceTiming::lifelike()
        } else {
            InstanceTiming::quick()
        },
        sign_ins: match arguments.sign_ins {
            AnswerToSignIns::Ask => SignInAnswer::Ask,
            AnswerToSignIns::Confirm => SignInAnswer::Confirm,
            AnswerToSignIns::Deny => SignInAnswer::Deny,
        },
        ..SimulatorConfig::default()
    };
    let simulator = Simulator::start(config).await?;
    if let Some(path) = &arguments.env_file
        && let Err(error) = simulator.write_environment_file(path)
    {
        simulator.shutdown().await;
        return Err(error.into());
    }
    let _nobody_reads = console::to_stdout(&greeting(
        &simulator,
        arguments.env_file.as_deref(),
        arguments.every_kind,
    ));
    until_signal(&simulator, &mut signals).await;
    simulator.shutdown().await;
    Ok(ExitCode::SUCCESS)
}

/// Says of each refusal that the other side cannot explain what it is about.
async fn until_signal(simulator: &Simulator, signals: &mut LeaveSignals) {
    loop {
        tokio::select! {
            _ = signals.next() => return,
            () = simulator.refused_unsigned() => {
                let _nobody_reads = console::to_stdout(UNSIGNED);
            }
        }
    }
}

fn greeting(simulator: &Simulator, env_file: Option<&Path>, every_kind: bool) -> String {
    let mut text = format!("Simulated AWS at {}\n", simulator.endpoint());
    let has_region = ["AWS_REGION", "AWS_DEFAULT_REGION"]
        .iter()
        .any(|name| std::env::var_os(name).is_some());
    text.push_str(&match env_file {
        Some(path) => how_to_use(path, has_region),
        None => "For the variables of the AWS CLI, start it with --env-file FILE.\n".to_owned(),
    });
    let profiles: Vec<String> = simulator
        .profiles()
        .into_iter()
        .map(|profile| profile.name)
        .collect();
    let _infallible = writeln!(text, "Profiles: {}", profiles.join(", "));
    if every_kind {
        let endpoint = simulator.endpoint();
        let _infallible = writeln!(
            text,
            "And one of every other kind; sign-ins are confirmed at {endpoint}/device, MFA codes are at {endpoint}/mfa"
        );
    }
    text.push_str("Ctrl-C ends it.\n");
    text
}

/// The file cannot take a Region out of force (an empty one is a Region to the AWS CLI), so the user does it, if there
/// is one.
fn how_to_use(env_file: &Path, has_region: bool) -> String {
    let unset = if has_region {
        "  unset AWS_REGION AWS_DEFAULT_REGION   # they would win over the Region of each profile\n"
    } else {
        ""
    };
    format!(
        "Use it from another terminal:\n{unset}  set -a; . {}; set +a\n  aws ec2 describe-instances\n  postern nodes\n",
        quoted(env_file)
    )
}

/// The path as one word of a POSIX shell; a file name without a slash would be looked up in `PATH`.
fn quoted(path: &Path) -> String {
    let text = path.display().to_string();
    let text = if text.contains('/') {
        text
    } else {
        format!("./{text}")
    };
    let plain = text
        .bytes()
        .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'/' | b'.' | b'_' | b'-'));
    if plain {
        text
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_of_the_user_s_own_is_put_out_of_the_way() {
        let path = Path::new("/tmp/aws.env");
        assert!(!how_to_use(path, false).contains("unset"));
        let usage = how_to_use(path, true);
        let (unset, source) = (
            usage.find("unset AWS_REGION AWS_DEFAULT_REGION"),
            usage.find(". /tmp/aws.env"),
        );
        assert!(unset.is_some() && unset < source, "{usage}");
    }

    #[test]
    fn paths_are_one_word_of_a_shell() {
        assert_eq!(quoted(Path::new("aws.env")), "./aws.env");
        assert_eq!(quoted(Path::new("/tmp/my aws.env")), "'/tmp/my aws.env'");
        assert_eq!(quoted(Path::new("/tmp/it's")), r"'/tmp/it'\''s'");
    }
}
