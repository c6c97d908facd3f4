//! The command line `postern`, and `session-manager-plugin`, the drop-in for AWS's plugin.

mod arguments;
mod attach;
mod columns;
mod connect;
mod console;
mod control_plane;
mod exec;
mod failure;
mod foreground;
mod forward;
mod forwards;
mod import;
mod import_failure;
mod keyring;
mod logging;
mod login;
mod logout;
mod mfa;
mod nodes;
mod parameters;
mod plugin;
mod postern;
mod power;
mod rdp;
mod remote_hosts;
mod runtime;
mod simulate;
mod ssh_config;
mod ssh_key_error;
mod ssh_proxy;
mod time_left;
mod which_sign_in;
mod whoami;
mod wording;

pub use plugin::session_manager_plugin;
pub use postern::postern;
