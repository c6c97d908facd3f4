//! The arguments of `postern forward`, `ssh-proxy` and `ssh-config`.

use std::net::IpAddr;
use std::path::PathBuf;

use clap::Args;
use postern_forward::{DeclaredForward, LocalEnd};
use postern_model::{ProfileName, Region, Target};

/// Forward local ports to a node, or to hosts behind it, until Ctrl-C.
#[derive(Debug, Args)]
#[command(after_long_help = FORWARD)]
pub(crate) struct ForwardArguments {
    /// Instance id (i-...), hybrid node (mi-...) or ECS target (ecs:cluster_task_container).
    #[arg(value_parser = Target::parse)]
    pub(crate) target: Target,
    /// PORT, LOCAL:PORT, HOST:PORT or LOCAL:HOST:PORT; LOCAL is a port, 0 for any free one, or the path of a Unix socket.
    #[arg(value_name = "FORWARD", required = true, value_parser = DeclaredForward::parse)]
    forwards: Vec<DeclaredForward>,
    #[command(flatten)]
    pub(crate) scope: ScopeArguments,
    /// Listen on this address of the computer instead of loopback, so that others reach the forward; asks first.
    #[arg(long, value_name = "ADDRESS")]
    pub(crate) bind: Option<IpAddr>,
    /// One line of JSON on standard output for each forward, when it is open.
    #[arg(long)]
    pub(crate) json: bool,
}

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

impl ForwardArguments {
    /// The forwards, with the address that was asked for.
    pub(crate) fn forwards(&self) -> Vec<DeclaredForward> {
        let exposed = |local: &LocalEnd| match (local, self.bind) {
            (LocalEnd::Port(port), Some(address)) => LocalEnd::Exposed(address, *port),
            (local, _) => local.clone(),
        };
        let forwards = self.forwards.iter().map(|forward| DeclaredForward {
            local: exposed(&forward.local),
            destination: forward.destination.clone(),
            is_web: forward.is_web,
        });
        forwards.collect()
    }
}

// Paragraphs are one line each, because clap wraps them to the terminal.
const FORWARD: &str = "\
  postern forward i-0a1b2c3d4e5f67890 5432
  postern forward i-0a1b2c3d4e5f67890 15432:5432 6379:cache.internal:6379 0:db.internal:5432
  postern forward i-0a1b2c3d4e5f67890 /run/user/1000/db.sock:5432

Every forward listens on 127.0.0.1 and on ::1, with the same port, or on a Unix socket that only you can use. Other users \
of this computer are refused where the system tells whose a connection is (Linux). The local port stays open, and the same, \
while the link is resumed and when the session is replaced; new connections wait up to 30 seconds for it.

HOST is resolved on the node, and reached from there. An IPv6 address stands in brackets.

With --bind, whoever reaches ADDRESS reaches the destination. The usual reason is a container of this computer. You are \
asked to type the address again, so this needs a terminal.

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
}

const SSH_PROXY: &str = "\
  ssh -o ProxyCommand='postern ssh-proxy %h %p --profile acme-prod' ec2-user@i-0a1b2c3d4e5f67890

`postern ssh-config` prints the lines for ssh_config that do this for every node. Every byte arrives as it is. A lost link \
is resumed, and ssh sees nothing of it.

Exit status: 0 when the connection ended, 1 when it could not be opened or was lost.";

/// Print the lines of ssh_config that let ssh, scp, sftp, rsync and editors reach nodes by their ids, or install them.
#[derive(Debug, Args)]
#[command(after_long_help = SSH_CONFIG)]
pub(crate) struct SshConfigArguments {
    #[command(flatten)]
    pub(crate) scope: ScopeArguments,
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
        let line = ["postern", "i-0a1b2c3d4e5f67890"].iter().chain(line);
        Line::try_parse_from(line).map(|line| line.forward)
    }

    #[test]
    fn an_address_is_that_of_every_port_and_of_no_socket() {
        let forwards = read(&["5432", "/run/db.sock:5432", "--bind", "172.17.0.1"])
            .unwrap()
            .forwards();
        let address = "172.17.0.1".parse().unwrap();
        assert_eq!(forwards[0].local, LocalEnd::Exposed(address, 5432));
        assert_eq!(forwards[1].local, LocalEnd::UnixSocket("/run/db.sock".into()));
        assert_eq!(
            read(&["0:db:5432"]).unwrap().forwards()[0].local,
            LocalEnd::Port(0)
        );
    }

    #[test]
    fn wrong_forwards_name_their_rule() {
        for (line, rule) in [
            (&[][..], "required"),
            (&["0"], "A port is a number"),
            (&["a:b:c:d"], "A forward looks like 5432"),
            (&["5432", "--bind", "everywhere"], "invalid IP address"),
        ] {
            let error = read(line).unwrap_err().to_string();
            assert!(error.contains(rule), "{error}");
        }
    }
}
