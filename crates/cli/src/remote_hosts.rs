//! `postern remote-hosts`: what nodes may forward to, as the services list it.

use std::process::ExitCode;

use postern_forward::{KnownHosts, known_hosts};
use postern_model::{ListedHost, Profiles};
use serde::Serialize;
use unicode_width::UnicodeWidthStr;

use crate::arguments::RemoteHostsArguments;
use crate::console;
use crate::control_plane;
use crate::failure::{Failure, next_step};

/// The exit status when some listings could be read and others not.
const INCOMPLETE: u8 = 3;

/// One host, for programs.
#[derive(Serialize)]
struct HostRow<'a> {
    service: &'a str,
    name: &'a str,
    host: &'a str,
    port: u16,
}

/// Lists the hosts. A listing that is refused is reported and hides no other.
pub(crate) async fn remote_hosts(arguments: RemoteHostsArguments) -> Result<ExitCode, Failure> {
    let control = control_plane::of_user().await;
    let scope = control.resolve(arguments.profile, arguments.region).await?;
    let known = known_hosts(&control, &scope).await;
    let text = match (arguments.json, known.hosts.is_empty()) {
        (true, _) => json(&known.hosts),
        // Nobody knows whether there are none.
        (false, true) if !known.refusals.is_empty() => String::new(),
        (false, true) => "No hosts.\n".to_owned(),
        (false, false) => table(&known.hosts),
    };
    report(&known);
    console::to_stdout(&text).map_err(Failure::Output)?;
    Ok(match (known.are_none(), known.refusals.is_empty()) {
        (true, _) => ExitCode::FAILURE,
        (false, false) => ExitCode::from(INCOMPLETE),
        (false, true) => ExitCode::SUCCESS,
    })
}

fn report(known: &KnownHosts) {
    for error in &known.refusals {
        let detail = error.detail().map(|detail| format!("  {detail}\n"));
        let detail = detail.unwrap_or_default();
        console::to_stderr(&format!("postern: {error}\n{detail}  {}\n", next_step(error)));
    }
}

/// The list, one host per line.
fn json(hosts: &[ListedHost]) -> String {
    let rows = hosts.iter().filter_map(|host| {
        let row = HostRow {
            service: host.service.name(),
            name: &host.name,
            host: host.host.as_str(),
            port: host.port.get(),
        };
        serde_json::to_string(&row).ok()
    });
    let rows: Vec<String> = rows.collect();
    if rows.is_empty() {
        "[]\n".to_owned()
    } else {
        format!("[\n{}\n]\n", rows.join(",\n"))
    }
}

/// Two columns, and behind them what `postern forward` takes.
fn table(hosts: &[ListedHost]) -> String {
    let width = |cells: &mut dyn Iterator<Item = &str>| cells.map(UnicodeWidthStr::width).max().unwrap_or(0);
    let services = width(&mut hosts.iter().map(|host| host.service.name()).chain(["SERVICE"]));
    let names = width(&mut hosts.iter().map(|host| host.name.as_str()).chain(["NAME"]));
    let pad = |cell: &str, width: usize| format!("{cell}{}", " ".repeat(width + 2 - cell.width()));
    let mut text = format!("{}{}HOST:PORT\n", pad("SERVICE", services), pad("NAME", names));
    for host in hosts {
        let (service, name) = (pad(host.service.name(), services), pad(&host.name, names));
        text.push_str(&format!("{service}{name}{}:{}\n", host.host, host.port));
    }
    text
}

#[cfg(test)]
mod tests {
    use std::num::NonZeroU16;

    use postern_model::{RemoteHost, RemoteHostService};

    use super::*;

    fn hosts() -> Vec<ListedHost> {
        let host = |service, name: &str, host: &str, port| ListedHost {
            service,
            name: name.into(),
            host: RemoteHost::parse(host).unwrap(),
            port: NonZeroU16::new(port).unwrap(),
        };
        vec![
            host(RemoteHostService::Rds, "orders", "orders.rds.internal", 5432),
            host(RemoteHostService::ElastiCache, "東京", "10.0.0.7", 6379),
        ]
    }

    #[test]
    fn columns_are_aligned_and_the_last_is_what_forward_takes() {
        let expected = "\
SERVICE      NAME    HOST:PORT
RDS          orders  orders.rds.internal:5432
ElastiCache  東京    10.0.0.7:6379
";
        assert_eq!(table(&hosts()), expected);
    }

    #[test]
    fn the_list_is_json() {
        let list: serde_json::Value = serde_json::from_str(&json(&hosts())).unwrap();
        assert_eq!(
            (&list[0]["service"], &list[1]["port"]),
            (&"RDS".into(), &6379.into())
        );
        assert_eq!(json(&[]), "[]\n");
    }
}
