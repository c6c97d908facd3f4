//! `postern ssh-config`: the lines that let ssh reach nodes by their ids.

mod install;

use std::env;
use std::process::ExitCode;

use crate::arguments::{ScopeArguments, SshConfigArguments};
use crate::console;
use crate::failure::{Failure, word};
use install::{BEGIN, END};

/// Prints the lines, or puts them into ssh's file.
pub(crate) fn ssh_config(arguments: &SshConfigArguments) -> Result<ExitCode, Failure> {
    let lines = lines(&program(), &arguments.scope);
    if arguments.install {
        install::install(&lines, arguments.file.clone(), arguments.yes)?;
    } else {
        console::to_stdout(&lines).map_err(Failure::Output)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// This program, so that ssh finds it whatever the PATH is where it runs.
fn program() -> String {
    let path = env::current_exe().ok();
    let path = path.and_then(|path| path.to_str().map(ToOwned::to_owned));
    path.unwrap_or_else(|| "postern".to_owned())
}

/// ssh hands the command to the shell, and reads `%` itself.
fn lines(program: &str, scope: &ScopeArguments) -> String {
    let mut command = word(&program.replace('%', "%%"));
    command.push_str(" ssh-proxy %h %p");
    let profile = scope
        .profile
        .as_ref()
        .map(|profile| ("profile", profile.as_str()));
    let region = scope.region.as_ref().map(|region| ("region", region.as_str()));
    let reason = scope.reason.as_ref().map(|reason| ("reason", reason.as_str()));
    for (name, value) in [profile, region, reason].into_iter().flatten() {
        command.push_str(&format!(" --{name} {}", word(&value.replace('%', "%%"))));
    }
    format!("{BEGIN}\nHost i-* mi-*\n    ProxyCommand {command}\n{END}\n")
}

#[cfg(test)]
mod tests {
    use postern_model::{ProfileName, Region};

    use super::*;

    #[test]
    fn the_command_needs_no_environment_and_survives_the_shell_and_ssh() {
        let scope = ScopeArguments {
            profile: Some(ProfileName::parse("acme prod").unwrap()),
            region: Some(Region::parse("eu-central-1").unwrap()),
            reason: Some("100% needed".into()),
        };
        assert_eq!(
            lines("/opt/my tools/postern", &scope),
            "# >>> postern: nodes by their ids >>>\nHost i-* mi-*\n    ProxyCommand '/opt/my tools/postern' ssh-proxy \
%h %p --profile 'acme prod' --region eu-central-1 --reason '100%% needed'\n# <<< postern <<<\n"
        );
    }
}
