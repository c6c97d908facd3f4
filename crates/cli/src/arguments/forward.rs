//! The arguments of `postern forward`, `ssh-proxy` and `ssh-config`.

use std::error::Error;
use std::net::IpAddr;
use std::path::PathBuf;

use clap::error::ErrorKind;
use clap::{ArgMatches, Args, FromArgMatches};
use postern_forward::{DeclaredForward, LocalEnd};
use postern_model::{ProfileName, Region, TagFilter, TagQuery, Target};

/// Forward local ports to a node, or to hosts behind it, until Ctrl-C.
#[derive(Debug, Args)]
#[command(after_long_help = FORWARD, override_usage = USAGE)]
struct TypedForward {
    /// Instance id (i-...), hybrid node (mi-...) or ECS target (ecs:cluster_task_container), unless --tag chooses the node.
    /// Behind it the forwards: PORT, LOCAL:PORT, HOST:PORT or LOCAL:HOST:PORT; LOCAL is a port, 0 for any free one, or the path
    /// of a Unix socket.
    #[arg(value_name = "TARGET and FORWARD", required = true, value_parser = ForwardWord::parse)]
    words: Vec<ForwardWord>,
    /// Go by a node with this tag that takes sessions, and by another one when it fails; repeat it for nodes that have several.
    #[arg(long = "tag", value_name = "KEY=VALUE,...", value_parser = TagFilter::parse)]
    tags: Vec<TagFilter>,
    #[command(flatten)]
    scope: ScopeArguments,
    /// Listen on this address of the computer instead of loopback, so that others reach the forward; asks first.
    #[arg(long, value_name = "ADDRESS")]
    bind: Option<IpAddr>,
    /// Browsers are what uses these forwards: pages of other sites are kept out, and nothing but HTTP goes through.
    #[arg(long)]
    web: bool,
    /// One line of JSON on standard output for each forward, when it is open.
    #[arg(long)]
    json: bool,
}

/// What `postern forward` was asked for.
#[derive(Debug)]
pub(crate) struct ForwardArguments {
    /// What the forwards go by.
    pub(crate) goal: ForwardGoal,
    /// The forwards, with the address that was asked for.
    pub(crate) declared: Vec<DeclaredForward>,
    pub(crate) scope: ScopeArguments,
    pub(crate) json: bool,
}

/// What the sessions of forwards are opened to.
#[derive(Debug, Clone)]
pub(crate) enum ForwardGoal {
    /// Always the same.
    Target(Target),
    /// A healthy node with these tags.
    Tagged(TagQuery),
}

/// One argument that is no option.
#[derive(Debug, Clone)]
enum ForwardWord {
    Target(Target),
    Forward(DeclaredForward),
}

impl ForwardWord {
    /// What begins like the id of a node or a container is one.
    fn parse(text: &str) -> Result<Self, Box<dyn Error + Send + Sync>> {
        if ["i-", "mi-", "ecs:"].iter().any(|start| text.starts_with(start)) {
            return Ok(Self::Target(Target::parse(text)?));
        }
        Ok(Self::Forward(DeclaredForward::parse(text)?))
    }
}

impl ForwardGoal {
    /// What is always the same, if it is.
    pub(crate) fn target(&self) -> Option<Target> {
        match self {
            Self::Target(target) => Some(target.clone()),
            Self::Tagged(_) => None,
        }
    }
}

impl ForwardArguments {
    fn of(typed: TypedForward) -> Result<Self, clap::Error> {
        let (mut targets, mut forwards) = (Vec::new(), Vec::new());
        for word in typed.words {
            match word {
                ForwardWord::Target(target) => targets.push(target),
                ForwardWord::Forward(forward) => forwards.push(forward),
            }
        }
        let goal = goal(targets, typed.tags)?;
        if forwards.is_empty() {
            return Err(missing(
                "Name at least one forward, such as 5432 or 6379:cache.internal:6379.",
            ));
        }
        let declared = forwards.into_iter().map(|forward| DeclaredForward {
            local: bound(forward.local, typed.bind),
            is_web: typed.web,
            ..forward
        });
        Ok(Self {
            goal,
            declared: declared.collect(),
            scope: typed.scope,
            json: typed.json,
        })
    }
}

/// One target, or at least one tag.
pub(super) fn goal(targets: Vec<Target>, tags: Vec<TagFilter>) -> Result<ForwardGoal, clap::Error> {
    let mut targets = targets.into_iter();
    match (targets.next(), targets.next(), tags.is_empty()) {
        (Some(target), None, true) => Ok(ForwardGoal::Target(target)),
        (None, _, true) => Err(missing(
            "Name the node, such as i-0a1b2c3d4e5f67890, or its tags with --tag.",
        )),
        (None, _, false) => {
            let query = TagQuery::new(tags).map_err(|rule| missing(&rule.to_string()))?;
            Ok(ForwardGoal::Tagged(query))
        }
        (Some(_), Some(_), _) => Err(missing("Name one node; for several, run it several times.")),
        (Some(_), None, false) => Err(missing("Name a node or tags, not both.")),
    }
}

pub(super) fn bound(local: LocalEnd, address: Option<IpAddr>) -> LocalEnd {
    match (local, address) {
        (LocalEnd::Port(port), Some(address)) => LocalEnd::Exposed(address, port),
        (local, _) => local,
    }
}

fn missing(rule: &str) -> clap::Error {
    clap::Error::raw(ErrorKind::MissingRequiredArgument, rule)
}

/// Which words are which is known only when all are read.
impl FromArgMatches for ForwardArguments {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Self::of(TypedForward::from_arg_matches(matches)?)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for ForwardArguments {
    fn augment_args(command: clap::Command) -> clap::Command {
        TypedForward::augment_args(command)
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        TypedForward::augment_args_for_update(command)
    }
}

const USAGE: &str = "\
postern forward [OPTIONS] <TARGET> <FORWARD>...
       postern forward [OPTIONS] --tag <KEY=VALUE,...> <FORWARD>...";

/// Whose session, and where.
#[derive(Debug, Args)]
pub(crate) struct ScopeArguments {
    /// AWS profile [default: as for the AWS CLI].
    #[arg(long, value_parser = ProfileName::parse)]
    pub(crate) profile: Option<ProfileName>,
    /// Region [default: the profile's].
    #[arg(long, value_parser = Region::parse)]
    pub(crate) region: Option<Region>,
    /// Recorded by AWS with the session, up to 256 characters.
    #[arg(long, value_name = "TEXT", value_parser = super::session::reason)]
    pub(crate) reason: Option<String>,
}

// Paragraphs are one line each, because clap wraps them to the terminal.
const FORWARD: &str = "\
  postern forward i-0a1b2c3d4e5f67890 5432
  postern forward i-0a1b2c3d4e5f67890 15432:5432 6379:cache.internal:6379 0:db.internal:5432
  postern forward i-0a1b2c3d4e5f67890 /run/user/1000/db.sock:5432
  postern forward --tag role=bastion --tag env=prod,stage 5432:db.internal:5432
  postern forward i-0a1b2c3d4e5f67890 8080:grafana.internal:3000 --web

Every forward listens on 127.0.0.1 and on ::1, with the same port, or on a Unix socket that only you can use. Other users \
of this computer are refused where the system tells whose a connection is (Linux). The local port stays open, and the same, \
while the link is resumed and when the session is replaced; new connections wait up to 30 seconds for it.

With --tag AWS is asked for nodes whose tags all match, each with any of its values, at the start and for each new session. \
The first by name is taken that runs and whose agent answers; when it fails, the next one, and the port stays. KEY alone is \
any value.

HOST is resolved on the node, and reached from there. An IPv6 address stands in brackets.

With --bind, whoever reaches ADDRESS reaches the destination. The usual reason is a container of this computer. You are \
asked to type the address again, so this needs a terminal.

With --web every request must be meant for the forward: its Host is localhost, 127.0.0.1 or [::1] with the local port, or the \
destination's own name, and no page of another site has sent it. Others are refused (421 and 403) and do not reach the node.

With --json each forward that is open is one line: {\"local\":[\"127.0.0.1:15432\",\"[::1]:15432\"],\"port\":15432,...}.

Exit status: 0 after Ctrl-C or a signal, 1 when a forward could not be opened or kept, or AWS could not be told of the end, \
2 when the arguments are wrong.";

/// Carry one connection to a port of a node between standard input and output: a ProxyCommand for ssh.
#[derive(Debug, Args)]
#[command(after_long_help = SSH_PROXY)]
pub(crate) struct SshProxyArguments {
    /// Instance id (i-...) or hybrid node (mi-...): ssh's %h.
    #[arg(value_parser = Target::parse)]
    pub(crate) target: Target,
    /// The port on the node: ssh's %p.
    #[arg(default_value_t = 22, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) port: u16,
    #[command(flatten)]
    pub(crate) scope: ScopeArguments,
    #[command(flatten)]
    pub(crate) key: SendKeyArguments,
}

/// Which key an instance is sent before ssh connects.
#[derive(Debug, Args)]
pub(crate) struct SendKeyArguments {
    /// Have the instance take this public key for a minute (EC2 Instance Connect), or without a file one made for this connection.
    #[arg(long, value_name = "PUBLIC_KEY_FILE", num_args = 0..=1, require_equals = true, requires = "user")]
    pub(crate) send_key: Option<Option<PathBuf>>,
    /// The user of the instance's system that takes it: ssh's %r.
    #[arg(long, value_name = "USER", requires = "send_key")]
    pub(crate) user: Option<String>,
    /// Where the private half of a key made for this connection is put while it lasts: ssh's IdentityFile.
    #[arg(long, value_name = "FILE", requires = "send_key")]
    pub(crate) identity_file: Option<PathBuf>,
}

const SSH_PROXY: &str = "\
  ssh -o ProxyCommand='postern ssh-proxy %h %p --profile acme-prod' ec2-user@i-0a1b2c3d4e5f67890

`postern ssh-config` prints the lines for ssh_config that do this for every node. Every byte arrives as it is. A lost link \
is resumed, and ssh sees nothing of it.

With --send-key an instance that knows no key of yours lets you in all the same: AWS hands it the key, for one minute and \
one user, where your policy allows ec2-instance-connect:SendSSHPublicKey and the image has EC2 Instance Connect. A key that \
is made for the connection is removed with it. `postern ssh-config --send-key` prints all lines that this takes.

Exit status: 0 when the connection ended, 1 when it could not be opened or was lost.";

/// Print the lines of ssh_config that let ssh, scp, sftp, rsync and editors reach nodes by their ids, or install them.
#[derive(Debug, Args)]
#[command(after_long_help = SSH_CONFIG)]
pub(crate) struct SshConfigArguments {
    #[command(flatten)]
    pub(crate) scope: ScopeArguments,
    /// Have instances take this public key for a minute, or without a file one made for each connection.
    #[arg(long, value_name = "PUBLIC_KEY_FILE", num_args = 0..=1, require_equals = true)]
    pub(crate) send_key: Option<Option<PathBuf>>,
    /// Put them into the file, after showing what changes and asking.
    #[arg(long)]
    pub(crate) install: bool,
    /// The file [default: ~/.ssh/config].
    #[arg(long, value_name = "FILE")]
    pub(crate) file: Option<PathBuf>,
    /// Do not ask.
    #[arg(long, requires = "install")]
    pub(crate) yes: bool,
}

const SSH_CONFIG: &str = "\
  postern ssh-config --profile acme-prod
  postern ssh-config --profile acme-prod --install
  postern ssh-config --profile acme-prod --send-key
  postern ssh-config --profile acme-prod --send-key=$HOME/.ssh/id_ed25519.pub

The lines stand between two marks, at the beginning of the file, where they apply to everything behind them. A second \
--install replaces them; nothing else in the file is touched.";

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        forward: ForwardArguments,
    }

    fn read(line: &[&str]) -> Result<ForwardArguments, clap::Error> {
        let line = ["postern"].iter().chain(line);
        Line::try_parse_from(line).map(|line| line.forward)
    }

    const NODE: &str = "i-0a1b2c3d4e5f67890";

    #[test]
    fn an_address_is_that_of_every_port_and_of_no_socket() {
        let read = |line: &[&str]| read(line).unwrap().declared;
        let forwards = read(&[NODE, "5432", "/run/db.sock:5432", "--bind", "172.17.0.1"]);
        let address = "172.17.0.1".parse().unwrap();
        assert_eq!(forwards[0].local, LocalEnd::Exposed(address, 5432));
        assert_eq!(forwards[1].local, LocalEnd::UnixSocket("/run/db.sock".into()));
        assert_eq!(read(&[NODE, "0:db:5432"])[0].local, LocalEnd::Port(0));
    }

    #[test]
    fn tags_take_the_place_of_the_node() {
        let read = read(&["--tag", "role=bastion", "5432", "--tag", "env=prod,stage", "6379"]).unwrap();
        let ForwardGoal::Tagged(query) = read.goal else {
            panic!("{read:?}")
        };
        assert_eq!(
            (query.to_string().as_str(), read.declared.len()),
            ("role=bastion env=prod,stage", 2)
        );
    }

    #[test]
    fn wrong_forwards_name_their_rule() {
        for (line, rule) in [
            (&[][..], "required"),
            (&[NODE], "Name at least one forward"),
            (&["5432"], "Name the node"),
            (&[NODE, NODE, "5432"], "Name one node"),
            (&[NODE, "5432", "--tag", "role=bastion"], "not both"),
            (&["5432", "--tag", "=bastion"], "The key of a tag"),
            (&["5432", "--tag", "a=1", "--tag", "a=2"], "there twice"),
            (&["i-1", "5432"], "A target looks like"),
            (&[NODE, "0"], "A port is a number"),
            (&[NODE, "a:b:c:d"], "A forward looks like 5432"),
            (&[NODE, "5432", "--bind", "everywhere"], "invalid IP address"),
        ] {
            let error = read(line).unwrap_err();
            assert!(error.to_string().contains(rule), "{error}");
            assert_eq!(error.exit_code(), 2, "{error}");
        }
    }
}
