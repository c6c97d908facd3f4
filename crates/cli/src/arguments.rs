//! The arguments of `postern`, and the texts of its `--help`.

mod exec;
mod forward;
mod forwards;
mod import;
mod power;
mod rdp;
mod remote_hosts;
mod session;
mod sign_in;
mod socks;
mod sync;

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use postern_model::{DocumentName, PickRule, ProfileName, Region};

pub(crate) use exec::ExecArguments;
pub(crate) use forward::{
    ForwardArguments, ForwardGoal, ScopeArguments, SendKeyArguments, SshConfigArguments, SshProxyArguments,
};
pub(crate) use forwards::{ForwardsArguments, ForwardsCommand, StartArguments, StopArguments};
pub(crate) use import::{ExportArguments, ImportArguments};
pub(crate) use power::{PowerArguments, RebootArguments, WaitingPowerArguments};
pub(crate) use rdp::RdpArguments;
pub(crate) use remote_hosts::RemoteHostsArguments;
pub(crate) use session::SessionArguments;
pub(crate) use sign_in::{LoginArguments, LogoutArguments, WhichSignIn, WhoamiArguments};
pub(crate) use socks::SocksArguments;
pub(crate) use sync::SyncArguments;

/// Shells on EC2 instances and managed nodes through AWS Session Manager.
#[derive(Debug, Parser)]
#[command(name = "postern", version, after_help = LOG)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Command,
}

// Paragraphs are one line each, because clap wraps them to the terminal.
const LOG: &str = "\
Profiles, Regions, credentials, endpoints and AWS_CA_BUNDLE are those of the AWS configuration, as for the AWS CLI.

POSTERN_LOG=postern_session=debug writes a log to standard error; it never holds keys, input or output.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Connect(ConnectArguments),
    Exec(ExecArguments),
    Forward(ForwardArguments),
    Socks(SocksArguments),
    Forwards(ForwardsArguments),
    SshProxy(SshProxyArguments),
    SshConfig(SshConfigArguments),
    Nodes(NodesArguments),
    Sync(SyncArguments),
    #[command(about = power::START_ABOUT, after_long_help = power::START)]
    Start(WaitingPowerArguments),
    #[command(about = power::STOP_ABOUT, after_long_help = power::STOP)]
    Stop(WaitingPowerArguments),
    Reboot(RebootArguments),
    RemoteHosts(RemoteHostsArguments),
    Rdp(RdpArguments),
    Import(ImportArguments),
    Export(ExportArguments),
    Login(LoginArguments),
    Logout(LogoutArguments),
    Whoami(WhoamiArguments),
    Simulate(SimulateArguments),
}

/// Open a session on a node, in this terminal.
#[derive(Debug, Args)]
#[command(after_long_help = CONNECT)]
pub(crate) struct ConnectArguments {
    /// Instance id (i-...), hybrid node (mi-...) or ECS target (ecs:cluster_task_container), or a query as of `postern nodes`.
    #[arg(required = true, value_name = "TARGET|QUERY")]
    pub(crate) query: Vec<String>,
    /// Which of several nodes that the query finds: newest, healthiest or ask.
    #[arg(long, value_name = "RULE", default_value = "ask", value_parser = one_node)]
    pub(crate) pick: PickRule,
    /// Look for the query among what the window knows of its pairs, and read nothing from AWS for that.
    #[arg(long)]
    pub(crate) cached: bool,
    /// Ask nothing before a query opens a session in production.
    #[arg(long, short)]
    pub(crate) yes: bool,
    /// Session document [default: the shell of the Region's preferences].
    #[arg(long, value_parser = DocumentName::parse)]
    pub(crate) document: Option<DocumentName>,
    #[command(flatten)]
    pub(crate) session: SessionArguments,
}

const CONNECT: &str = "\
  postern connect i-0a1b2c3d4e5f67890
  postern connect tag:app=web profile:prod --pick newest --profile acme-prod

A query finds the running nodes of a profile in a Region, or of all pairs of the window with --cached. Nothing is guessed: a mistyped \
name is answered with those that are like it. Of several nodes --pick takes the one that was started last, or the one whose agent \
answers best, and only of those whose agent answers if there is one. In production it asks first.

Escapes, at the beginning of a line, while standard input is a terminal:
  ~.  end the session
  ~?  show the escapes
  ~~  type a tilde
  ~-  no more escapes

A lost link is resumed for as long as AWS has the session; what is typed meanwhile is kept and sent.

When standard input is not a terminal, it is typed into the session as it comes. At its end, Ctrl-D is typed whenever \
the output pauses for a second, until the session ends by itself (after a newline, if the input did not end with one). \
So `echo uptime | postern connect TARGET` prints what a shell prints, prompts and echo included.

Documents that run a command without a terminal take no input: Ctrl-C interrupts the command, a second one leaves. \
`postern exec` is made for them.

Exit status: 0 when the session ended, 1 when it could not be started or was lost, 2 for wrong usage. Documents that \
report the exit status of their program give that, and 137 for a program that a signal killed.";

/// List the nodes of one or more pairs of profile and Region.
#[derive(Debug, Args)]
#[command(after_long_help = NODES)]
pub(crate) struct NodesArguments {
    /// Words of the name, id, address, account, profile, Region, type or tags, and keys such as state: or tag:KEY=VALUE.
    pub(crate) query: Vec<String>,
    /// AWS profile; repeat it for several [default: as for the AWS CLI].
    #[arg(long, value_parser = ProfileName::parse)]
    pub(crate) profile: Vec<ProfileName>,
    /// Region; repeat it for several [default: each profile's own].
    #[arg(long, value_parser = Region::parse)]
    pub(crate) region: Vec<Region>,
    /// Instances in every state, not only running ones (implied by a state: in the query).
    #[arg(long)]
    pub(crate) all_states: bool,
    /// A JSON list instead of a table.
    #[arg(long)]
    pub(crate) json: bool,
    /// Comma-separated values instead of a table.
    #[arg(long, conflicts_with = "json")]
    pub(crate) csv: bool,
    /// What the window knows of its pairs, without reading anything from AWS.
    #[arg(long)]
    pub(crate) cached: bool,
}

const NODES: &str = "\
  postern nodes web tag:env=prod
  postern nodes 'agent<3.2 not (state:stopped or platform:windows)'

All words of the query must match, without regard to case. Plain words may be anywhere in the name, id, address, account, profile, \
Region, type or a tag's value. name: id: account: profile: region: type: ip: ask for a part of one of these (ip: also for a network, \
ip:10.0.0.0/16), state: ping: platform: for the beginning of a word, tag:KEY or tag:KEY=VALUE for a tag (VALUE may end with *), \
agent>=3.2 for a version. With = instead of the colon it is the whole text. Commas separate alternatives: \
state:pending,running. not or - means the opposite, or either, parentheses group, and quotation marks take the meaning from all of these. \
Where nothing matches, initials (kb1 for kafka-broker-1) and mistyped names are tried.

Every profile is read in every Region given, by EC2 and by Systems Manager. What cannot be read is named on standard \
error, and all that could be read is listed all the same. Where only Systems Manager could be read, the nodes are those \
that it manages.

Exit status: 0 when everything was read, 3 when something is missing, 1 when nothing could be read, 2 when the arguments \
are wrong.";

/// Run a made-up AWS on this computer, to try Postern and the AWS CLI with.
#[derive(Debug, Args)]
#[command(after_long_help = SIMULATE)]
pub(crate) struct SimulateArguments {
    /// Loopback address and port; port 0 means any free one.
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:0", value_parser = address)]
    pub(crate) listen: SocketAddr,
    /// How many nodes the made-up company has.
    #[arg(long, value_name = "N", default_value_t = 240, value_parser = nodes)]
    pub(crate) nodes: usize,
    /// How many pairs of profile and Region.
    #[arg(long, value_name = "P", default_value_t = 8, value_parser = pairs)]
    pub(crate) pairs: usize,
    /// The same seed makes the same world.
    #[arg(long, value_name = "S", default_value_t = 1, value_parser = seed)]
    pub(crate) seed: u64,
    /// Write the variables for the AWS CLI and SDKs there, as shell lines NAME=value, readable by you only.
    #[arg(long, value_name = "FILE")]
    pub(crate) env_file: Option<PathBuf>,
    /// Take data channels whose upgrade is not signed, for an official session-manager-plugin of before 1.2.764.
    #[arg(long)]
    pub(crate) accept_unsigned: bool,
    /// Write profiles of every kind of credentials too: IAM Identity Center, roles, MFA, web identity, a process.
    #[arg(long)]
    pub(crate) every_kind: bool,
    /// Instances take as long as at AWS to start, stop and reboot, instead of fractions of a second.
    #[arg(long)]
    pub(crate) lifelike: bool,
    /// What becomes of sign-ins to the simulated IAM Identity Center.
    #[arg(long, value_name = "ANSWER", value_enum, default_value_t = AnswerToSignIns::Ask)]
    pub(crate) sign_ins: AnswerToSignIns,
}

/// What becomes of sign-ins to the simulated IAM Identity Center.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum AnswerToSignIns {
    /// A person confirms or denies them on the verification page
    Ask,
    /// They are confirmed at once
    Confirm,
    /// They are denied at once
    Deny,
}

const SIMULATE: &str = "\
EC2, Systems Manager, KMS, ECS, STS, IAM Identity Center and the session gateway answer on one loopback port, over the real protocols. \
Shells run on this computer, in a scratch folder, and end with the simulator. Use it from another terminal:
  set -a; . FILE; set +a
  aws ec2 describe-instances
  postern nodes

The shells of acme-data are encrypted, and so are those of the document Acme-Shell-Encrypted. The cluster acme-shop has \
containers to run commands in.

Port sessions reach nothing of this computer. Every node has echo on port 7, a web site on 80 and a database that speaks \
first on 3306; and nodes reach the hosts web.internal (80), db.internal (5432) and cache.internal (6379). Put a program that \
listens on loopback behind a node's port (or, with \"host\", behind a port of a host) like this:
  curl -H 'X-Postern-Simulator: 1' -d '{\"port\":22,\"server\":\"loopback\",\"to\":2222}' http://ADDR/_simulator/ports/open
The databases, caches, clusters and search domains that postern remote-hosts lists are such hosts, too.

Instances are started, stopped, rebooted and terminated with aws ec2 start-instances and so on. To have one replaced by another of its name, as a group that scales does, and to see calls throttled (a burst of 100, then 20 in a second, for each account, Region and service) or a Region in trouble (slow, silence, fail, mend):
  curl -H 'X-Postern-Simulator: 1' -d '{\"node\":\"ID\"}' http://ADDR/_simulator/instances/replace
  curl -H 'X-Postern-Simulator: 1' -d '{\"calls\":100,\"per_second\":20}' http://ADDR/_simulator/faults/limit
  curl -H 'X-Postern-Simulator: 1' -d '{\"region\":\"us-east-1\",\"milliseconds\":3000}' http://ADDR/_simulator/regions/slow

Windows instances have an Administrator password; its key lies beside the file of AWS_CONFIG_FILE:
  aws ec2 get-password-data --instance-id ID --priv-launch-key FOLDER/acme-windows.pem
Keys that are pushed with aws ec2-instance-connect send-ssh-public-key are at /_simulator/ssh-keys for a minute.

With --every-kind there are also profiles that sign in to IAM Identity Center (sso-acme-prod-node-operator and others, \
sso-legacy), and that get their credentials from STS (role, role-mfa, role-chain, role-external-id, role-of-sso, \
web-identity, container, instance), from the console (console, for aws login) or from a program (process). The page that a sign-in leads to is /device on the \
simulator's port; /mfa there shows the codes of the MFA devices, each good once:
  postern simulate --env-file FILE --every-kind --sign-ins confirm
  aws sso login --sso-session acme --use-device-code --no-browser
  aws ec2 describe-instances --profile sso-acme-prod-node-operator

The file then sets AWS_CONTAINER_CREDENTIALS_FULL_URI and AWS_EC2_METADATA_SERVICE_ENDPOINT, too.

Every profile has a Region of its own. AWS_REGION and AWS_DEFAULT_REGION, if you have set them, would win: unset them.

It runs until Ctrl-C or SIGTERM. The file stays; its keys open nothing once the simulator has ended.";

/// A terminal has room for one session.
fn one_node(text: &str) -> Result<PickRule, &'static str> {
    let rule = text.parse().ok().filter(|rule| *rule != PickRule::All);
    rule.ok_or("it is newest, healthiest or ask")
}

fn address(text: &str) -> Result<SocketAddr, &'static str> {
    let text = text
        .strip_prefix("localhost:")
        .map_or_else(|| text.to_owned(), |port| format!("127.0.0.1:{port}"));
    let rule = "it looks like 127.0.0.1:4566; port 0 means any free one";
    text.parse().map_err(|_| rule)
}

fn nodes(text: &str) -> Result<usize, &'static str> {
    number(text, 1..=100_000).ok_or("it is a number from 1 to 100000")
}

fn pairs(text: &str) -> Result<usize, &'static str> {
    number(text, 1..=500).ok_or("it is a number from 1 to 500")
}

fn seed(text: &str) -> Result<u64, &'static str> {
    text.parse()
        .map_err(|_| "it is a number from 0 to 18446744073709551615")
}

fn number(text: &str, legal: std::ops::RangeInclusive<usize>) -> Option<usize> {
    text.parse().ok().filter(|number| legal.contains(number))
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    fn parse(line: &[&str]) -> Result<Command, clap::Error> {
        Arguments::try_parse_from(["postern"].iter().chain(line)).map(|arguments| arguments.command)
    }

    #[test]
    fn the_definition_is_sound() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn a_connect_takes_everything_that_start_session_takes() {
        let line = [
            "connect",
            "i-0a1b2c3d4e5f67890",
            "--profile",
            "acme-prod",
            "--region",
            "eu-central-1",
            "--document",
            "AWS-StartInteractiveCommand",
            "--parameters",
            r#"{"command":["uptime"]}"#,
            "--reason",
            "on call",
        ];
        let Ok(Command::Connect(arguments)) = parse(&line) else {
            panic!("it is a connect")
        };
        assert_eq!(arguments.query, ["i-0a1b2c3d4e5f67890"]);
        assert_eq!(
            arguments.session.parameters(),
            [("command".to_owned(), vec!["uptime".to_owned()])]
        );
        assert_eq!(arguments.session.reason.as_deref(), Some("on call"));
    }

    #[test]
    fn wrong_values_name_their_rule() {
        for (line, rule) in [
            (
                &["connect", "web", "--pick", "all"][..],
                "it is newest, healthiest or ask",
            ),
            (
                &["connect", "i-0a1b2c3d4e5f67890", "--region", "Frankfurt"],
                "A Region looks like",
            ),
            (
                &["connect", "i-0a1b2c3d4e5f67890", "--parameters", "x"],
                "it looks like",
            ),
            (&["connect", "i-0a1b2c3d4e5f67890", "--reason", ""], "1 to 256"),
            (
                &["connect", "i-0a1b2c3d4e5f67890", "--parameter", "uptime"],
                "it looks like command=uptime",
            ),
            (
                &["connect", "i-0a1b2c3d4e5f67890", "--encryption", "maybe"],
                "require, require=KEY, prefer or off",
            ),
            (
                &["simulate", "--listen", "everywhere"],
                "it looks like 127.0.0.1:",
            ),
            (
                &["simulate", "--listen", "127.0.0.1"],
                "port 0 means any free one",
            ),
            (&["simulate", "--nodes", "0"], "from 1 to 100000"),
            (&["simulate", "--nodes=-5"], "from 1 to 100000"),
            (&["simulate", "--pairs", "501"], "from 1 to 500"),
            (&["simulate", "--seed", "x"], "it is a number"),
        ] {
            let error = parse(line).unwrap_err();
            assert_eq!(error.exit_code(), 2);
            assert!(error.to_string().contains(rule), "{error}");
        }
    }

    #[test]
    fn localhost_is_the_loopback_address() {
        let Ok(Command::Simulate(arguments)) = parse(&["simulate", "--listen", "localhost:4566"]) else {
            panic!("it is simulate")
        };
        assert_eq!(arguments.listen.to_string(), "127.0.0.1:4566");
    }

    #[test]
    fn profiles_and_regions_repeat() {
        let line = [
            "nodes",
            "--profile",
            "a",
            "--profile",
            "b",
            "--region",
            "eu-west-1",
            "web",
            "tag:env=prod",
        ];
        let Ok(Command::Nodes(arguments)) = parse(&line) else {
            panic!("it is nodes")
        };
        assert_eq!(arguments.profile.len(), 2);
        assert_eq!(arguments.query, ["web", "tag:env=prod"]);
    }
}
