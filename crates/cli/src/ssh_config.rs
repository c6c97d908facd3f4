//! `postern ssh-config`: the lines that let ssh reach nodes by their ids.

mod install;

use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use crate::arguments::{ScopeArguments, SshConfigArguments};
use crate::console;
use crate::failure::{Failure, word};
use install::{BEGIN, END};

/// Prints the lines, or puts them into ssh's file.
pub(crate) fn ssh_config(arguments: &SshConfigArguments) -> Result<ExitCode, Failure> {
    let key = match &arguments.send_key {
        None => None,
        Some(Some(file)) => Some(SentKey::Own(file.clone())),
        Some(None) => Some(SentKey::Made(key_folder()?)),
    };
    let lines = lines(&program(), &arguments.scope, key.as_ref());
    if arguments.install {
        install::install(&lines, arguments.file.clone(), arguments.yes)?;
    } else {
        console::to_stdout(&lines).map_err(Failure::Output)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// The key that instances are sent, when somebody connects.
enum SentKey {
    /// The user's own, by its public half.
    Own(PathBuf),
    /// One that is made for each connection; its private half lies in this folder.
    Made(PathBuf),
}

/// This program, so that ssh finds it whatever the PATH is where it runs.
fn program() -> String {
    let path = env::current_exe().ok();
    let path = path.and_then(|path| path.to_str().map(ToOwned::to_owned));
    path.unwrap_or_else(|| "postern".to_owned())
}

/// Where the system keeps what is gone after a restart, for this user; else beside ssh's own keys.
fn key_folder() -> Result<PathBuf, Failure> {
    let runtime = env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    let runtime = runtime.filter(|folder| folder.is_absolute() && folder.is_dir());
    match (runtime, env::home_dir()) {
        (Some(folder), _) => Ok(folder.join("postern-ssh")),
        (None, Some(home)) => Ok(home.join(".ssh").join("postern")),
        (None, None) => Err(Failure::NoHome),
    }
}

/// Instances are sent a key where that is asked for; hybrid nodes cannot be.
fn lines(program: &str, scope: &ScopeArguments, key: Option<&SentKey>) -> String {
    let command = proxy_command(program, scope);
    let hosts = match key {
        None => format!("Host i-* mi-*\n    ProxyCommand {command}\n"),
        Some(key) => format!(
            "Host i-*\n    ProxyCommand {command}{}\nHost mi-*\n    ProxyCommand {command}\n",
            key_options(key)
        ),
    };
    format!("{BEGIN}\n{hosts}{END}\n")
}

/// ssh hands the command to the shell, and reads `%` itself.
fn proxy_command(program: &str, scope: &ScopeArguments) -> String {
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
    command
}

/// The rest of the command, and the lines that have ssh use that key and no other.
fn key_options(key: &SentKey) -> String {
    match key {
        SentKey::Own(file) => {
            let option = word(&format!("--send-key={}", escaped(file)));
            let private = identity_file(&escaped(&file.with_extension("")));
            format!(" {option} --user %r\n{private}")
        }
        SentKey::Made(folder) => {
            let file = format!("{}/%r@%h", escaped(folder));
            let option = word(&file);
            format!(
                " --send-key --user %r --identity-file {option}\n{}",
                identity_file(&file)
            )
        }
    }
}

fn identity_file(file: &str) -> String {
    format!("    IdentityFile \"{file}\"\n    IdentitiesOnly yes")
}

fn escaped(path: &Path) -> String {
    path.to_string_lossy().replace('%', "%%")
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
            lines("/opt/my tools/postern", &scope, None),
            "# >>> postern: nodes by their ids >>>\nHost i-* mi-*\n    ProxyCommand '/opt/my tools/postern' ssh-proxy \
%h %p --profile 'acme prod' --region eu-central-1 --reason '100%% needed'\n# <<< postern <<<\n"
        );
    }

    fn with_key(key: &SentKey) -> String {
        let scope = ScopeArguments {
            profile: None,
            region: None,
            reason: None,
        };
        lines("postern", &scope, Some(key))
    }

    #[test]
    fn a_key_that_is_made_is_read_where_it_is_written() {
        let expected = "\
# >>> postern: nodes by their ids >>>
Host i-*
    ProxyCommand postern ssh-proxy %h %p --send-key --user %r --identity-file '/run/my user/%r@%h'
    IdentityFile \"/run/my user/%r@%h\"
    IdentitiesOnly yes
Host mi-*
    ProxyCommand postern ssh-proxy %h %p
# <<< postern <<<
";
        assert_eq!(with_key(&SentKey::Made("/run/my user".into())), expected);
    }

    #[test]
    fn the_users_own_key_is_sent_by_its_public_half_and_used_by_its_private_one() {
        let text = with_key(&SentKey::Own("/home/ada/.ssh/id_rsa.pub".into()));
        assert!(
            text.contains("--send-key=/home/ada/.ssh/id_rsa.pub' --user %r\n"),
            "{text}"
        );
        assert!(
            text.contains("    IdentityFile \"/home/ada/.ssh/id_rsa\"\n"),
            "{text}"
        );
    }
}
