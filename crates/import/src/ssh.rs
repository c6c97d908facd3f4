//! Hosts of an OpenSSH client configuration that are reached through Session Manager. Nothing in it is run: a host whose target
//! comes from a command cannot be used.

mod config;
mod pattern;
mod proxy_command;

use config::{Config, Host};
use proxy_command::{SsmCommand, Unreadable};

use crate::{
    Format, ImportError, ImportField, ImportFile,
    collect::{Collector, RawConnection},
    text::decode,
};

/// What such a file speaks of.
const FIELDS: [ImportField; 5] = [
    ImportField::Name,
    ImportField::Goal,
    ImportField::Profile,
    ImportField::Region,
    ImportField::Document,
];

pub(crate) fn read(bytes: &[u8]) -> Result<ImportFile, ImportError> {
    let text = decode(bytes)?;
    let config = Config::parse(&text);
    if config.is_empty() {
        return Err(ImportError::Malformed {
            format: Format::SshConfig,
            detail: "it names no host.".to_owned(),
        });
    }
    let mut collector = Collector::new(Format::SshConfig, FIELDS.to_vec());
    for remark in config.remarks() {
        collector.remark(remark);
    }
    for (alias, line) in config.aliases() {
        let place = format!("line {line}");
        if pattern::is_pattern(alias) {
            collector.unusable(
                alias,
                place,
                "It stands for many hosts; a connection is one.".to_owned(),
            );
            continue;
        }
        match command(&config.host(alias)) {
            Ok(command) => collector.connection(connection(alias, place, command))?,
            Err(reason) => collector.unusable(alias, place, reason.to_string()),
        }
    }
    Ok(collector.finish())
}

fn command(host: &Host<'_>) -> Result<SsmCommand, Unreadable> {
    match host.value("proxycommand") {
        Some(command) => SsmCommand::parse(command, host),
        None => Err(Unreadable::NotThroughSsm),
    }
}

/// The document of the tunnel is left out: Postern opens a shell on the node itself.
fn connection(alias: &str, place: String, command: SsmCommand) -> RawConnection {
    let is_tunnel = |document: &String| {
        document.starts_with("AWS-StartSSHSession") || document.starts_with("AWS-StartPortForwarding")
    };
    RawConnection {
        id: alias.to_owned(),
        place,
        name: alias.to_owned(),
        target: command.target,
        profile: command.profile.unwrap_or_default(),
        region: command.region.unwrap_or_default(),
        document: command
            .document
            .filter(|document| !is_tunnel(document))
            .unwrap_or_default(),
        ..RawConnection::default()
    }
}

#[cfg(test)]
mod tests;
