//! The AWS configuration and credentials files of the simulated company.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};

use secrecy::ExposeSecret;

use super::every_kind::{endpoint_line, every_kind};
use super::private::write_private_file;
use crate::cloud::CloudState;
use crate::services::ec2::WINDOWS_KEY;

/// Where the simulator wrote its AWS files. They go away with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientFiles {
    /// For `AWS_CONFIG_FILE`: every profile with its Region and, unless AWS's own names lead here, `endpoint_url`, and the `sso-session` sections.
    pub config: PathBuf,
    /// For `AWS_SHARED_CREDENTIALS_FILE`: every profile's keys.
    pub credentials: PathBuf,
    /// The private key of the key pair that Windows instances were started with: it decrypts their passwords.
    pub windows_key: PathBuf,
}

/// Writes both files into the private folder; with profiles of every kind of credentials, if that is asked for.
pub(crate) fn write_aws_files(
    cloud: &CloudState,
    folder: &Path,
    endpoint: Option<&str>,
    with_every_kind: bool,
) -> io::Result<ClientFiles> {
    let files = ClientFiles {
        config: folder.join("config"),
        credentials: folder.join("credentials"),
        windows_key: folder.join("acme-windows.pem"),
    };
    let mut config = config_text(cloud, endpoint);
    if with_every_kind {
        config.push_str(&every_kind(cloud, folder, endpoint)?);
    }
    write_private_file(&files.config, &config)?;
    write_private_file(&files.windows_key, WINDOWS_KEY)?;
    write_private_file(&files.credentials, &credentials_text(cloud))?;
    Ok(files)
}

fn config_text(cloud: &CloudState, endpoint: Option<&str>) -> String {
    let mut text = String::from("# Written by Postern's simulator; goes away with it.\n");
    for profile in cloud.world.company().profiles() {
        let region = profile.regions.first().map_or("", String::as_str);
        let _infallible = write!(
            text,
            "\n[profile {}]\nregion = {region}\noutput = json\n{}",
            profile.name,
            endpoint_line(endpoint)
        );
    }
    text
}

fn credentials_text(cloud: &CloudState) -> String {
    let mut text = String::from("# Keys of this run only; they open nothing but Postern's simulator.\n");
    let profiles = cloud.world.company().profiles().iter();
    for credentials in profiles.filter_map(|profile| cloud.access_keys.of_profile(&profile.name)) {
        let _infallible = write!(
            text,
            "\n[{}]\naws_access_key_id = {}\naws_secret_access_key = {}\n",
            credentials.profile.name,
            credentials.access_key_id,
            credentials.secret.expose_secret()
        );
        if let Some(token) = &credentials.token {
            let _infallible = writeln!(text, "aws_session_token = {}", token.expose_secret());
        }
    }
    text
}
