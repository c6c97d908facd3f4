//! The environment variables of the AWS CLI and SDKs, and the file that a shell reads them from.

use std::io;
use std::path::Path;

use secrecy::ExposeSecret;

use super::aws::ClientFiles;
use super::private::write_private_file;
use crate::cloud::CloudState;

/// Hosts that no proxy may see.
const NO_PROXY: &str = "127.0.0.1,localhost,::1";

/// Name and value of each variable. Empty ones put out of force what would win over the profile. There is no Region
/// among them: every profile in the configuration file has its own, and a variable would win over it (`aws --profile
/// acme-dev` would look into the Region of another profile). An empty one is no way out either: the AWS CLI takes it
/// for a Region.
pub(crate) fn environment(
    cloud: &CloudState,
    files: &ClientFiles,
    endpoint: &str,
    with_every_kind: bool,
) -> Vec<(String, String)> {
    let first = cloud.world.company().profiles().first();
    let profile = first.map_or("", |profile| profile.name.as_str());
    let (config, credentials) = (
        files.config.to_string_lossy(),
        files.credentials.to_string_lossy(),
    );
    let mut variables = vec![
        ("AWS_CONFIG_FILE", config.into_owned()),
        ("AWS_SHARED_CREDENTIALS_FILE", credentials.into_owned()),
        ("AWS_PROFILE", profile.to_owned()),
        ("AWS_ACCESS_KEY_ID", String::new()),
        ("AWS_SECRET_ACCESS_KEY", String::new()),
        ("AWS_SESSION_TOKEN", String::new()),
        ("AWS_PAGER", String::new()),
        ("NO_PROXY", NO_PROXY.to_owned()),
        ("no_proxy", NO_PROXY.to_owned()),
    ];
    if !cloud.at_aws_hosts {
        variables.push(("AWS_ENDPOINT_URL", endpoint.to_owned()));
    }
    if with_every_kind {
        variables.extend(surroundings(cloud, endpoint));
    } else {
        variables.push(("AWS_EC2_METADATA_DISABLED", "true".to_owned()));
    }
    let owned = variables.into_iter();
    owned.map(|(name, value)| (name.to_owned(), value)).collect()
}

/// What a program finds on a node and in a container.
fn surroundings(cloud: &CloudState, endpoint: &str) -> [(&'static str, String); 3] {
    let token = cloud.surroundings.container_token().expose_secret().to_owned();
    [
        ("AWS_EC2_METADATA_SERVICE_ENDPOINT", endpoint.to_owned()),
        (
            "AWS_CONTAINER_CREDENTIALS_FULL_URI",
            format!("{endpoint}/container/credentials"),
        ),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN", token),
    ]
}

/// Writes lines `NAME=value` for a POSIX shell (`set -a; . FILE`).
pub(crate) fn write_environment_file(path: &Path, environment: &[(String, String)]) -> io::Result<()> {
    let lines: String = environment
        .iter()
        .map(|(name, value)| format!("{name}={}\n", quote(value)))
        .collect();
    write_private_file(path, &lines)
}

/// Single quotes around whatever a shell might read otherwise.
fn quote(value: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_-./:@%+,".contains(c);
    if value.chars().all(plain) {
        value.to_owned()
    } else {
        format!("'{}'", value.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_quoted_when_a_shell_could_read_them_otherwise() {
        assert_eq!(quote("http://127.0.0.1:80"), "http://127.0.0.1:80");
        assert_eq!(quote(""), "");
        assert_eq!(quote("/tmp/a b$(id)"), "'/tmp/a b$(id)'");
        assert_eq!(quote("it's"), r"'it'\''s'");
        assert_eq!(quote("C:\\Users\\x"), r"'C:\Users\x'");
    }

    #[cfg(unix)]
    #[test]
    fn a_shell_reads_the_values_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("with space");
        let odd = "a b'c\"d$(echo no)`\\\n;&|<>*?~#";
        write_environment_file(&path, &[("ODD".to_owned(), odd.to_owned())]).unwrap();
        let script = format!(". '{}'; printf %s \"$ODD\"", path.display());
        let output = std::process::Command::new("sh")
            .args(["-c", &script])
            .output()
            .unwrap();
        assert_eq!(String::from_utf8(output.stdout).unwrap(), odd);
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(
            std::fs::metadata(&path).unwrap().permissions().mode() & 0o777,
            0o600
        );
    }
}
