//! The arguments of `postern rdp`.

use std::path::PathBuf;

use clap::Args;
use postern_model::NodeId;

use super::ScopeArguments;

/// Open the desktop of a Windows node in the system's remote desktop client.
#[derive(Debug, Args)]
#[command(after_long_help = RDP)]
pub(crate) struct RdpArguments {
    /// Instance id (i-...) or hybrid node (mi-...).
    #[arg(value_parser = NodeId::parse)]
    pub(crate) target: NodeId,
    #[command(flatten)]
    pub(crate) scope: ScopeArguments,
    /// Put the Administrator's password on the clipboard for 30 seconds; the file is that of the instance's key pair.
    #[arg(long, value_name = "KEY_FILE")]
    pub(crate) password: Option<PathBuf>,
    /// Print the password on standard output instead.
    #[arg(long, requires = "password")]
    pub(crate) show_password: bool,
    /// Open no desktop.
    #[arg(long, requires = "password")]
    pub(crate) only_password: bool,
}

const RDP: &str = "\
  postern rdp i-0a1b2c3d4e5f67890 --profile acme-prod
  postern rdp i-0a1b2c3d4e5f67890 --password ~/keys/acme-windows.pem
  postern rdp i-0a1b2c3d4e5f67890 --password ~/keys/acme-windows.pem --only-password --show-password

The client is mstsc on Windows, Windows App on macOS, and Remmina or FreeRDP elsewhere: what is installed. It connects to a \
free port of this computer, from which a session leads to port 3389 of the node. The file that tells it so names the node, \
holds no password, and is removed afterwards. The certificate is the node's own, so that the client may ask about it. The \
desktop ends with the client, or with Ctrl-C.

The password is the one that Windows made at its first start (ec2:GetPasswordData). It is decrypted on this computer, and \
neither written nor printed; after 30 seconds it is taken from the clipboard, if it is still there. The key file is an RSA key \
in PEM or OpenSSH's form without a passphrase.

Exit status: 0 when the desktop was closed or the password was had, 1 when not, 2 when the arguments are wrong.";
