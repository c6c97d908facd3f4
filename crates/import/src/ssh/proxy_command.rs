//! A `ProxyCommand` that goes through Session Manager: the AWS CLI or `postern ssh-proxy`, plain or in a shell. It is read, never
//! run.

use thiserror::Error;

use super::config::Host;

/// What a command goes to.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct SsmCommand {
    pub(super) target: String,
    pub(super) profile: Option<String>,
    pub(super) region: Option<String>,
    pub(super) document: Option<String>,
}

/// Why a host gives no connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub(super) enum Unreadable {
    #[error("It does not go through Session Manager.")]
    NotThroughSsm,
    #[error("It goes through EC2 Instance Connect Endpoint, not Session Manager.")]
    InstanceConnectEndpoint,
    #[error("Its target comes from a command, and Postern runs none of a file.")]
    Computed,
    #[error("Its quotes are not closed.")]
    Quotes,
    #[error("It names no target.")]
    NoTarget,
}

/// Shells that a command is put into.
const SHELLS: [&str; 8] = ["sh", "bash", "zsh", "dash", "fish", "powershell", "pwsh", "cmd"];
/// A shell in a shell in a shell is no command that people write.
const MOST_SHELLS: usize = 4;

impl SsmCommand {
    /// Reads the command of `host`, with ssh's `%h` and `%n` as they are for it.
    pub(super) fn parse(command: &str, host: &Host<'_>) -> Result<Self, Unreadable> {
        let mut words = split(&expand(command, host))?;
        for _ in 0..MOST_SHELLS {
            match in_shell(&words) {
                Some(inner) => words = split(&inner)?,
                None => break,
            }
        }
        Self::of_words(&words)
    }

    fn of_words(words: &[String]) -> Result<Self, Unreadable> {
        let mut found = Self::default();
        let mut rest = words
            .iter()
            .map(String::as_str)
            .skip_while(|word| *word == "exec" || *word == "env")
            .peekable();
        while let Some((name, value)) = rest.peek().and_then(|word| assignment(word)) {
            found.environment(name, value);
            rest.next();
        }
        let rest: Vec<&str> = rest.collect();
        match rest.split_first() {
            Some((program, arguments)) if stem(program) == "aws" => found.aws(arguments)?,
            Some((program, arguments)) if stem(program) == "postern" => found.postern(arguments)?,
            Some(_) | None => return Err(Unreadable::NotThroughSsm),
        }
        if found.target.contains(['$', '`']) {
            return Err(Unreadable::Computed);
        }
        if found.target.is_empty() {
            Err(Unreadable::NoTarget)
        } else {
            Ok(found)
        }
    }

    fn aws(&mut self, arguments: &[&str]) -> Result<(), Unreadable> {
        if arguments.contains(&"ec2-instance-connect") {
            return Err(Unreadable::InstanceConnectEndpoint);
        }
        if !arguments.contains(&"ssm") || !arguments.contains(&"start-session") {
            return Err(Unreadable::NotThroughSsm);
        }
        self.options(arguments);
        Ok(())
    }

    fn postern(&mut self, arguments: &[&str]) -> Result<(), Unreadable> {
        let [subcommand, rest @ ..] = arguments else {
            return Err(Unreadable::NotThroughSsm);
        };
        if *subcommand != "ssh-proxy" {
            return Err(Unreadable::NotThroughSsm);
        }
        self.options(rest);
        let target = rest
            .iter()
            .find(|word| postern_model::Target::parse(word).is_ok());
        self.target = target.map(|target| (*target).to_owned()).unwrap_or_default();
        Ok(())
    }

    fn options(&mut self, arguments: &[&str]) {
        for (at, word) in arguments.iter().enumerate() {
            let Some(option) = word.strip_prefix("--") else {
                continue;
            };
            let (name, value) = match option.split_once('=') {
                Some((name, value)) => (name, value),
                None => (option, arguments.get(at + 1).copied().unwrap_or_default()),
            };
            self.option(name, value);
        }
    }

    fn option(&mut self, name: &str, value: &str) {
        let value = value.to_owned();
        match name {
            "target" => self.target = value,
            "profile" => self.profile = Some(value),
            "region" => self.region = Some(value),
            "document-name" => self.document = Some(value),
            _ => {}
        }
    }

    fn environment(&mut self, name: &str, value: &str) {
        match name {
            "AWS_PROFILE" => self.profile = Some(value.to_owned()),
            "AWS_REGION" | "AWS_DEFAULT_REGION" => self.region = Some(value.to_owned()),
            _ => {}
        }
    }
}

/// ssh's own marks; others are of no use here and stay.
fn expand(command: &str, host: &Host<'_>) -> String {
    let mut expanded = String::new();
    let mut rest = command.chars();
    while let Some(c) = rest.next() {
        match (c, if c == '%' { rest.clone().next() } else { None }) {
            ('%', Some(mark @ ('h' | 'n' | '%'))) => {
                rest.next();
                match mark {
                    'h' => expanded.push_str(&host.host_name()),
                    'n' => expanded.push_str(host.alias),
                    _ => expanded.push('%'),
                }
            }
            _ => expanded.push(c),
        }
    }
    expanded
}

fn split(command: &str) -> Result<Vec<String>, Unreadable> {
    // A path of Windows has backslashes that quote nothing.
    let command = if command.contains(":\\") {
        command.replace('\\', "/")
    } else {
        command.to_owned()
    };
    shell_words::split(&command).map_err(|_| Unreadable::Quotes)
}

/// The command that a shell is given, where the program is one.
fn in_shell(words: &[String]) -> Option<String> {
    let (program, arguments) = words.split_first()?;
    if !SHELLS.contains(&stem(program).as_str()) {
        return None;
    }
    let given = arguments.iter().skip_while(|word| word.starts_with(['-', '/']));
    let given: Vec<&str> = given.map(String::as_str).collect();
    match given.as_slice() {
        [] => None,
        [whole] => Some((*whole).to_owned()),
        several => Some(shell_words::join(several)),
    }
}

/// The name of a program without folder and ending, in lower case.
fn stem(program: &str) -> String {
    let name = program
        .rsplit(['/', '\\'])
        .next()
        .unwrap_or(program)
        .to_ascii_lowercase();
    name.strip_suffix(".exe").map(str::to_owned).unwrap_or(name)
}

fn assignment(word: &str) -> Option<(&str, &str)> {
    let (name, value) = word.split_once('=')?;
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    is_name.then_some((name, value))
}
