//! The arguments of `postern socks`.

use std::net::IpAddr;

use clap::{ArgMatches, Args, FromArgMatches};
use postern_forward::{AllowedHost, DeclaredForward, ForwardDestination, LocalEnd, SocksRules};
use postern_model::{TagFilter, Target};

use super::forward::{bound, goal};
use super::{ForwardGoal, ScopeArguments};

/// Run a SOCKS5 proxy whose connections go to hosts that a node reaches, until Ctrl-C.
#[derive(Debug, Args)]
#[command(after_long_help = SOCKS)]
struct TypedSocks {
    /// Instance id (i-...), hybrid node (mi-...) or ECS target (ecs:cluster_task_container), unless --tag chooses the node.
    #[arg(value_parser = Target::parse, required_unless_present = "tags", conflicts_with = "tags")]
    target: Option<Target>,
    /// Go by a node with this tag that takes sessions, and by another one when it fails; repeat it for nodes that have several.
    #[arg(long = "tag", value_name = "KEY=VALUE,...", value_parser = TagFilter::parse)]
    tags: Vec<TagFilter>,
    /// The local port; 0 takes any free one.
    #[arg(long, default_value_t = 1080)]
    port: u16,
    /// Let clients reach this and nothing else: a network, an address, a name, or *.SUFFIX; repeat it, or separate by commas.
    #[arg(long, value_name = "HOST", value_delimiter = ',', value_parser = AllowedHost::parse)]
    allow: Vec<AllowedHost>,
    #[command(flatten)]
    scope: ScopeArguments,
    /// Listen on this address of the computer instead of loopback, so that others reach the proxy; asks first.
    #[arg(long, value_name = "ADDRESS")]
    bind: Option<IpAddr>,
    /// One line of JSON on standard output, when the proxy is open.
    #[arg(long)]
    json: bool,
}

/// What `postern socks` was asked for.
#[derive(Debug)]
pub(crate) struct SocksArguments {
    /// What the sessions go by.
    pub(crate) goal: ForwardGoal,
    /// The SOCKS proxy as a forward.
    pub(crate) declared: DeclaredForward,
    pub(crate) scope: ScopeArguments,
    pub(crate) json: bool,
}

impl SocksArguments {
    fn of(typed: TypedSocks) -> Result<Self, clap::Error> {
        let rules = SocksRules { allowed: typed.allow };
        Ok(Self {
            goal: goal(typed.target.into_iter().collect(), typed.tags)?,
            declared: DeclaredForward {
                local: bound(LocalEnd::Port(typed.port), typed.bind),
                destination: ForwardDestination::Socks(rules),
                is_web: false,
            },
            scope: typed.scope,
            json: typed.json,
        })
    }
}

/// Whether tags make a query is known only when all are read.
impl FromArgMatches for SocksArguments {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        Self::of(TypedSocks::from_arg_matches(matches)?)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for SocksArguments {
    fn augment_args(command: clap::Command) -> clap::Command {
        TypedSocks::augment_args(command)
    }

    fn augment_args_for_update(command: clap::Command) -> clap::Command {
        TypedSocks::augment_args_for_update(command)
    }
}

// Paragraphs are one line each, because clap wraps them to the terminal.
const SOCKS: &str = "\
  postern socks i-0a1b2c3d4e5f67890
  postern socks i-0a1b2c3d4e5f67890 --port 11080 --allow 10.88.0.0/16 --allow '*.internal'
  curl --proxy socks5h://localhost:1080 http://web.internal/

Clients ask for a host and a port by CONNECT, without a login; names are resolved on the node (socks5h). Each destination has \
a session of its own, which is opened when a client first asks for it and ended when nobody has used it for 5 minutes. There \
are 16 at most: a client of a seventeenth destination takes the place of a session that nobody uses, or waits up to 30 seconds.

The proxy listens on 127.0.0.1 and on ::1, for you only, as `postern forward` does. --allow lets names through by their name and addresses by their \
network: whether a name leads into a network is known on the node only.

The agent tells when it cannot connect, but not when it can. So the first client of a destination is told that it is \
connected half a second later, unless it was refused by then.

Exit status: 0 after Ctrl-C or a signal, 1 when the proxy could not be opened, or AWS could not be told of the end, 2 when \
the arguments are wrong.";

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        socks: SocksArguments,
    }

    fn read(line: &[&str]) -> Result<SocksArguments, clap::Error> {
        read_without_target(&[&["i-0a1b2c3d4e5f67890"], line].concat())
    }

    fn read_without_target(line: &[&str]) -> Result<SocksArguments, clap::Error> {
        let line = ["postern"].iter().chain(line);
        Line::try_parse_from(line).map(|line| line.socks)
    }

    #[test]
    fn a_proxy_lets_through_what_is_allowed() {
        let open = read(&[]).unwrap().declared;
        assert_eq!(open.local, LocalEnd::Port(1080));
        assert_eq!(open.destination.to_string(), "any host the node can reach");
        let line = [
            "--port",
            "0",
            "--allow",
            "10.88.0.0/16,db.internal",
            "--allow",
            "*.acme.test",
            "--bind",
            "172.17.0.1",
        ];
        let narrow = read(&line).unwrap().declared;
        assert_eq!(narrow.local, LocalEnd::Exposed("172.17.0.1".parse().unwrap(), 0));
        assert_eq!(
            narrow.destination.to_string(),
            "10.88.0.0/16, db.internal, *.acme.test only"
        );
    }

    #[test]
    fn a_proxy_goes_by_a_node_or_by_tags() {
        let goal = |line: &[&str]| read_without_target(line).map(|read| read.goal.target().is_some());
        assert!(matches!(goal(&["i-0a1b2c3d4e5f67890"]), Ok(true)));
        assert!(matches!(goal(&["--tag", "role=bastion"]), Ok(false)));
        assert!(goal(&[]).is_err() && goal(&["i-0a1b2c3d4e5f67890", "--tag", "role=bastion"]).is_err());
    }

    #[test]
    fn wrong_rules_name_what_is_right() {
        let error = read(&["--allow", "everything here"]).unwrap_err().to_string();
        assert!(error.contains("write a network such as 10.88.0.0/16"), "{error}");
    }
}
