//! The AWS configuration and credentials files: where they are, when they changed, what they say.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use aws_runtime::env_config::error::EnvConfigFileLoadError;
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_runtime::env_config::section::EnvConfigSections;
use aws_runtime::env_config::source;
use aws_types::os_shim_internal::{Env, Fs};
use postern_model::{ControlError, system_text};

use crate::variables::Variables;

/// The two files; neither needs to exist.
#[derive(Debug, Clone)]
pub(crate) struct AwsFiles {
    config: PathBuf,
    credentials: PathBuf,
}

/// What tells one state of the files from another: time of change and size, `None` while there is no file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stamp([Option<(SystemTime, u64)>; 2]);

/// The text of both files; it holds keys and is never shown.
pub(crate) struct AwsText {
    pub(crate) config: String,
    pub(crate) credentials: String,
}

impl AwsFiles {
    pub(crate) fn at(config: PathBuf, credentials: PathBuf) -> Self {
        Self { config, credentials }
    }

    /// Where `AWS_CONFIG_FILE` and `AWS_SHARED_CREDENTIALS_FILE` say, else below `~/.aws`.
    pub(crate) fn of(environment: &Variables) -> Self {
        let home = environment.home();
        let path = |variable, usual| expand_home(environment.get(variable).unwrap_or(usual), home.as_deref());
        Self::at(
            path("AWS_CONFIG_FILE", "~/.aws/config"),
            path("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"),
        )
    }

    /// The files in the form that the SDK's loader takes.
    pub(crate) fn as_sdk(&self) -> Result<EnvConfigFiles, ControlError> {
        Ok(sdk_files(&self.read()?))
    }

    /// A path in the folder of the configuration file.
    pub(crate) fn beside(&self, path: &str) -> Option<PathBuf> {
        Some(self.config.parent()?.join(path))
    }

    pub(crate) fn stamp(&self) -> Stamp {
        let of = |path: &Path| {
            let metadata = std::fs::metadata(path).ok()?;
            Some((metadata.modified().ok()?, metadata.len()))
        };
        Stamp([of(&self.config), of(&self.credentials)])
    }

    /// The text of both; a missing file is empty, as for the AWS CLI.
    pub(crate) fn read(&self) -> Result<AwsText, ControlError> {
        Ok(AwsText {
            config: read(&self.config)?,
            credentials: read(&self.credentials)?,
        })
    }

    /// The text as the SDK understands it, with `profile` selected. An error names the file and the line.
    pub(crate) async fn parse(
        &self,
        text: &AwsText,
        profile: &str,
    ) -> Result<EnvConfigSections, ControlError> {
        match sections(sdk_files(text), profile).await {
            Ok(sections) => Ok(sections),
            Err(error) => Err(self.malformed(text, &error).await),
        }
    }

    /// The parser does not say in which of the texts it stopped, so the first is tried alone.
    async fn malformed(&self, text: &AwsText, error: &EnvConfigFileLoadError) -> ControlError {
        let config = EnvConfigFiles::builder().with_contents(EnvConfigFileKind::Config, text.config.as_str());
        let in_config = sections(config.build(), "default").await.is_err();
        let path = if in_config {
            &self.config
        } else {
            &self.credentials
        };
        let (line, detail) = place_and_reason(error);
        ControlError::MalformedConfiguration {
            path: path.clone(),
            line,
            detail,
        }
    }
}

/// `~/` at the start of a path becomes the home folder; without one the path stays as it is.
pub(crate) fn expand_home(path: &str, home: Option<&str>) -> PathBuf {
    let below = path.strip_prefix("~/").or_else(|| path.strip_prefix("~\\"));
    match (below, home) {
        (Some(below), Some(home)) => below
            .split('/')
            .fold(PathBuf::from(home), |path, part| path.join(part)),
        (Some(_) | None, _) => PathBuf::from(path),
    }
}

fn read(path: &Path) -> Result<String, ControlError> {
    let malformed = |line, detail: String| ControlError::MalformedConfiguration {
        path: path.into(),
        line,
        detail,
    };
    match std::fs::read(path) {
        Ok(bytes) => String::from_utf8(bytes).map_err(|error| {
            let good = error.as_bytes().iter().take(error.utf8_error().valid_up_to());
            let line = good.filter(|byte| **byte == b'\n').count() + 1;
            malformed(Some(line), "it is not UTF-8 text".into())
        }),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
        Err(error) => Err(malformed(None, system_text(&error))),
    }
}

fn sdk_files(text: &AwsText) -> EnvConfigFiles {
    EnvConfigFiles::builder()
        .with_contents(EnvConfigFileKind::Config, text.config.as_str())
        .with_contents(EnvConfigFileKind::Credentials, text.credentials.as_str())
        .build()
}

async fn sections(files: EnvConfigFiles, profile: &str) -> Result<EnvConfigSections, EnvConfigFileLoadError> {
    let mut source = source::load(&Env::from_slice(&[]), &Fs::from_slice(&[]), &files).await?;
    source.profile = profile.to_owned().into();
    Ok(EnvConfigSections::parse(source)?)
}

/// Line and reason out of the parser's text `error parsing <path> on line <n>:\n  <reason>`. The reason never quotes
/// the line. With another text only the line number is lost.
fn place_and_reason(error: &EnvConfigFileLoadError) -> (Option<usize>, String) {
    let text = std::error::Error::source(error).map_or_else(|| error.to_string(), ToString::to_string);
    let Some((place, reason)) = text.split_once(":\n") else {
        return (None, "it cannot be parsed".into());
    };
    let line = place
        .rsplit_once(" on line ")
        .and_then(|(_, line)| line.parse().ok());
    let reason = reason.trim();
    let mut letters = reason.chars();
    let first = letters.next().map(|first| first.to_ascii_lowercase());
    (line, first.into_iter().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(config: &str, credentials: &str) -> (tempfile::TempDir, AwsFiles) {
        let folder = tempfile::tempdir().unwrap();
        let files = AwsFiles::at(folder.path().join("config"), folder.path().join("credentials"));
        std::fs::write(&files.config, config).unwrap();
        std::fs::write(&files.credentials, credentials).unwrap();
        (folder, files)
    }

    async fn failure(files: &AwsFiles) -> ControlError {
        files.parse(&files.read().unwrap(), "default").await.unwrap_err()
    }

    #[tokio::test]
    async fn an_error_names_the_file_and_the_line_but_not_its_text() {
        let (_folder, files) = files(
            "[default]\nregion = eu-central-1\n",
            "[default]\naws_secret_access_key canary\n",
        );
        let ControlError::MalformedConfiguration { path, line, detail } = failure(&files).await else {
            panic!()
        };
        assert_eq!((path, line), (files.credentials.clone(), Some(2)));
        assert_eq!(detail, "expected an '=' sign defining a property");
    }

    #[tokio::test]
    async fn an_error_in_the_first_file_is_not_blamed_on_the_second() {
        let (_folder, files) = files("[default]\n\n[profile a\n", "[default]\n");
        let ControlError::MalformedConfiguration { path, line, .. } = failure(&files).await else {
            panic!()
        };
        assert_eq!((path, line), (files.config.clone(), Some(3)));
    }

    #[test]
    fn missing_files_are_empty_and_unreadable_ones_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let files = AwsFiles::at(folder.path().join("none"), folder.path().to_path_buf());
        let Err(ControlError::MalformedConfiguration { path, .. }) = files.read() else {
            panic!()
        };
        assert_eq!(path, folder.path(), "a folder cannot be read as a file");
        let files = AwsFiles::at(folder.path().join("none"), folder.path().join("neither"));
        assert!(files.read().unwrap().config.is_empty());
    }

    #[test]
    fn bytes_that_are_not_text_are_found_by_line() {
        let (_folder, files) = files("", "");
        std::fs::write(&files.config, b"[default]\nregion = \xff\n").unwrap();
        let Err(ControlError::MalformedConfiguration { line, .. }) = files.read() else {
            panic!()
        };
        assert_eq!(line, Some(2));
    }

    #[test]
    fn the_stamp_changes_when_a_file_does() {
        let (_folder, files) = files("", "");
        let before = files.stamp();
        assert_eq!(before, files.stamp());
        std::fs::write(&files.credentials, "[default]\n").unwrap();
        assert_ne!(before, files.stamp());
        std::fs::remove_file(&files.config).unwrap();
        assert_eq!(files.stamp().0[0], None);
    }

    #[test]
    fn paths_come_from_the_environment_and_start_at_home() {
        let environment = Variables::of([
            ("HOME", "/h"),
            ("AWS_SHARED_CREDENTIALS_FILE", "~/c"),
            ("AWS_CONFIG_FILE", "/x/y"),
        ]);
        let files = AwsFiles::of(&environment);
        assert_eq!(
            (files.config, files.credentials),
            ("/x/y".into(), Path::new("/h").join("c"))
        );
        let files = AwsFiles::of(&Variables::of([("HOME", "/h")]));
        assert_eq!(files.config, Path::new("/h").join(".aws").join("config"));
    }
}
