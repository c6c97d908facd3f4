//! The environment variables of the AWS CLI and SDKs, and the file that a shell reads them from.

use std::io;
use std::path::Path;

use super::aws::ClientFiles;
use super::private::write_private_file;
use crate::cloud::CloudState;

/// Hosts that no proxy may see.
const NO_PROXY: &str = "127.0.0.1,localhost,::1";

/// Name and value of each variable. Empty ones put out of force what would win over the profile. There is no Region
/// among them: every profile in the configuration file has its own, and a variable would win over it (`aws --profile
/// acme-dev` would look into the Region of another profile). An empty one is no way out either: the AWS CLI takes it
/// for a Region.
pub(crate) fn environment(cloud: &CloudState, files: &ClientFiles, endpoint: &str) -> Vec<(String, String)> {
    let first = cloud.world.company().profiles().first();
    let profile = first.map_or("", |profile| profile.name.as_str());
    let (config, credentials) = (
        files.config.to_string_lossy(),
        files.credentials.to_string_lossy(),
    );
    [
        ("AWS_ENDPOINT_URL", endpoint),
        ("AWS_CONFIG_FILE", &config),
        ("AWS_SHARED_CREDENTIALS_FILE", &credentials),
        ("AWS_PROFILE", profile),
        ("AWS_EC2_METADATA_DISABLED", "true"),
        ("AWS_ACCESS_KEY_ID", ""),
        ("AWS_SECRET_ACCESS_KEY", ""),
        ("AWS_SESSION_TOKEN", ""),
        ("AWS_PAGER", ""),
        ("NO_PROXY", NO_PROXY),
        ("no_proxy", NO_PROXY),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .to_vec()
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
