//! `postern rdp`: the desktop of a Windows node in the system's client, and the Administrator's password.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use postern_forward::{NodeOptions, NodeVia};
use postern_model::{ControlPlane, InstanceAccess, NodeId, Scope};
use postern_remote_desktop::{
    DesktopClient, DesktopNode, KeyFile, PASSWORD_TIME, PasswordOnClipboard, RemoteDesktop, WhereItAsks,
};
use secrecy::{ExposeSecret, SecretString};

use crate::arguments::RdpArguments;
use crate::console;
use crate::control_plane;
use crate::failure::Failure;
use crate::foreground::LeaveSignals;

/// Gets the password where it is asked for, then opens the desktop and stays with it.
pub(crate) async fn rdp(arguments: RdpArguments) -> Result<ExitCode, Failure> {
    let mut signals = LeaveSignals::listen().map_err(Failure::Terminal)?;
    // Before AWS is asked for anything.
    let client = (!arguments.only_password).then(|| DesktopClient::find(WhereItAsks::Terminal));
    let client = client.transpose()?;
    let key = arguments.password.as_deref().map(KeyFile::read).transpose()?;
    let control: Arc<dyn ControlPlane> = Arc::new(control_plane::of_user().await);
    let wanted = arguments.scope;
    let scope = control.resolve(wanted.profile, wanted.region).await?;
    let copied = match key {
        None => None,
        Some(key) => {
            let password = password(control.as_ref(), &scope, &arguments.target, &key).await?;
            hand_over(password, arguments.show_password).await?
        }
    };
    let Some(client) = client else {
        wait_for_clipboard(copied, &mut signals).await;
        return Ok(ExitCode::SUCCESS);
    };
    let options = NodeOptions {
        reason: wanted.reason,
        ..NodeOptions::default()
    };
    let via = NodeVia::new(control, scope, arguments.target.clone().into(), options);
    let node = DesktopNode {
        id: arguments.target,
        name: String::new(),
    };
    let desktop = tokio::select! {
        opened = RemoteDesktop::open(&node, Arc::new(via), client.clone()) => opened?,
        _ = signals.next() => return Ok(ExitCode::SUCCESS),
    };
    say_opened(&node.id, client.program(), desktop.port());
    stay(desktop, &mut signals).await
}

/// Until the client ends, or a signal comes. A second signal does not wait for AWS.
async fn stay(mut desktop: RemoteDesktop, signals: &mut LeaveSignals) -> Result<ExitCode, Failure> {
    let over = tokio::select! {
        over = desktop.until_over() => over,
        _ = signals.next() => Ok(()),
    };
    let told = tokio::select! {
        told = desktop.close() => told,
        _ = signals.next() => return Err(Failure::LeftAtOnce),
    };
    over?;
    if told {
        Ok(ExitCode::SUCCESS)
    } else {
        Err(Failure::LeftBehind { signal: None })
    }
}

async fn password(
    control: &dyn InstanceAccess,
    scope: &Scope,
    node: &NodeId,
    key: &KeyFile,
) -> Result<SecretString, Failure> {
    let data = control.password_data(scope, node).await?;
    Ok(key.decrypt(node, data.as_deref())?)
}

/// Prints it where that was asked for, else puts it on the clipboard.
async fn hand_over(password: SecretString, show: bool) -> Result<Option<PasswordOnClipboard>, Failure> {
    if show {
        let line = password.expose_secret().to_owned() + "\n";
        console::to_stdout(&line).map_err(Failure::Output)?;
        return Ok(None);
    }
    let put = tokio::task::spawn_blocking(|| PasswordOnClipboard::put(password, PASSWORD_TIME));
    let copied = put.await.map_err(|_| Failure::LeftAtOnce)??;
    console::to_stderr(&format!(
        "The password of Administrator is on the clipboard for {} seconds.\n",
        PASSWORD_TIME.as_secs()
    ));
    Ok(Some(copied))
}

/// The clipboard of Linux is served by this program, so that it stays for as long as the password may be pasted.
async fn wait_for_clipboard(copied: Option<PasswordOnClipboard>, signals: &mut LeaveSignals) {
    let Some(copied) = copied else { return };
    let leaving = copied.leaving();
    let waiting = tokio::task::spawn_blocking(move || copied.until_taken_away());
    tokio::pin!(waiting);
    tokio::select! {
        _ = &mut waiting => return,
        _ = signals.next() => drop(leaving),
    }
    let _taken_away = waiting.await;
}

fn say_opened(node: &NodeId, client: &Path, port: Option<u16>) {
    let client = client.file_name().unwrap_or(client.as_os_str()).to_string_lossy();
    let port = port.unwrap_or_default();
    console::to_stderr(&format!(
        "The desktop of {node} is at 127.0.0.1:{port}; {client} opens it.\n"
    ));
}
