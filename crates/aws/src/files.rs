//! The AWS configuration and credentials files: where they are, when they changed, what they say.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use postern_aws_files::{AwsFile, FileProblem, Sections};
use postern_model::{ControlError, system_text};

use crate::variables::Variables;

/// What an error names in place of a file.
const OWN_PROFILES: &str = "the profiles of Postern's own";

/// The two files; neither needs to exist.
#[derive(Debug, Clone)]
pub(crate) struct AwsFiles {
    config: PathBuf,
    credentials: PathBuf,
}

/// What tells one state of the files from another: time of change and size, `None` while there is no file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stamp([Option<(SystemTime, u64)>; 2]);

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

    /// What both say; a missing file is empty, as for the AWS CLI.
    pub(crate) fn sections(&self) -> Result<Sections, ControlError> {
        let (config, credentials) = (read(&self.config)?, read(&self.credentials)?);
        Sections::read(&config, &credentials).map_err(|problem| self.error(&problem))
    }

    /// A problem of a section, or of a whole file, as an error that names the file.
    pub(crate) fn error(&self, problem: &FileProblem) -> ControlError {
        let path = match problem.file {
            AwsFile::Config => self.config.as_path(),
            AwsFile::Credentials => self.credentials.as_path(),
            AwsFile::Own => Path::new(OWN_PROFILES),
        };
        ControlError::MalformedConfiguration {
            path: path.into(),
            line: problem.line.filter(|_| problem.file != AwsFile::Own),
            detail: problem.to_string(),
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

fn read(path: &Path) -> Result<Vec<u8>, ControlError> {
    match std::fs::read(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(Vec::new()),
        read => read.map_err(|error| ControlError::MalformedConfiguration {
            path: path.into(),
            line: None,
            detail: system_text(&error),
        }),
    }
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

    #[test]
    fn an_error_names_the_file_and_the_line_but_not_its_text() {
        let (_folder, files) = files(
            "[default]\nregion = eu-central-1\n",
            "[default]\naws_secret_access_key canary\n",
        );
        let sections = files.sections().unwrap();
        let error = files.error(sections.profile("default").unwrap().problem().unwrap());
        assert_eq!(
            error.to_string(),
            format!(
                "The AWS configuration cannot be used: {}, line 2: this line is neither a section nor a setting; write \
                 `name = value`, or put # in front of a comment.",
                files.credentials.display()
            )
        );
    }

    #[test]
    fn missing_files_are_empty_and_unreadable_ones_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let files = AwsFiles::at(folder.path().join("none"), folder.path().to_path_buf());
        let Err(ControlError::MalformedConfiguration { path, .. }) = files.sections() else {
            panic!()
        };
        assert_eq!(path, folder.path(), "a folder cannot be read as a file");
        let files = AwsFiles::at(folder.path().join("none"), folder.path().join("neither"));
        assert!(files.sections().unwrap().profiles().is_empty());
    }

    #[test]
    fn a_file_of_another_form_is_named_with_the_form_that_it_should_have() {
        let (_folder, files) = files("", "");
        std::fs::write(&files.config, b"\xff\xfe[\0d\0").unwrap();
        let error = files.sections().unwrap_err().to_string();
        let expected = format!(
            "The AWS configuration cannot be used: {}: it is saved as UTF-16; save it as UTF-8.",
            files.config.display()
        );
        assert_eq!(error, expected);
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
