//! What `postern connect` and `postern exec` have in common.

use clap::Args;
use postern_model::{EncryptionPolicy, KmsKey, ProfileName, Region};

use crate::parameters::{self, Parameters};

/// Whose session, where, and how.
#[derive(Debug, Args)]
pub(crate) struct SessionArguments {
    /// AWS profile [default: as for the AWS CLI].
    #[arg(long, value_parser = ProfileName::parse)]
    pub(crate) profile: Option<ProfileName>,
    /// Region [default: the profile's].
    #[arg(long, value_parser = Region::parse)]
    pub(crate) region: Option<Region>,
    /// The document's parameters, as for the AWS CLI: portNumber=22,host=db or '{"command":["uptime"]}'.
    #[arg(long, value_name = "PARAMETERS", value_parser = parameters::parse)]
    parameters: Option<Parameters>,
    /// One more value of a parameter, as it is, commas and quotes included; repeat it for several.
    #[arg(long, value_name = "NAME=VALUE", value_parser = parameters::parse_one)]
    parameter: Vec<(String, String)>,
    /// Recorded by AWS with the session, up to 256 characters.
    #[arg(long, value_name = "TEXT", value_parser = reason)]
    pub(crate) reason: Option<String>,
    /// Encryption with a KMS key on top of TLS: require, require=KEY, prefer or off.
    #[arg(long, value_name = "DEMAND", default_value = "prefer", value_parser = encryption)]
    pub(crate) encryption: EncryptionPolicy,
}

impl SessionArguments {
    /// All parameters in the order given: those of `--parameters` first, and values of the same name in one list.
    pub(crate) fn parameters(&self) -> Vec<(String, Vec<String>)> {
        let mut all = self.parameters.clone().unwrap_or_default().0;
        for (name, value) in &self.parameter {
            match all.iter_mut().find(|(known, _)| known == name) {
                Some((_, values)) => values.push(value.clone()),
                None => all.push((name.clone(), vec![value.clone()])),
            }
        }
        all
    }
}

fn encryption(text: &str) -> Result<EncryptionPolicy, String> {
    match text.split_once('=') {
        None if text == "prefer" => Ok(EncryptionPolicy::Prefer),
        None if text == "off" => Ok(EncryptionPolicy::Off),
        None if text == "require" => Ok(EncryptionPolicy::Require { key: None }),
        Some(("require", key)) => {
            let key = KmsKey::parse(key).map_err(|rule| rule.to_string())?;
            Ok(EncryptionPolicy::Require { key: Some(key) })
        }
        Some(_) | None => Err("it is require, require=KEY, prefer or off".to_owned()),
    }
}

pub(super) fn reason(text: &str) -> Result<String, &'static str> {
    let length = text.chars().count();
    if (1..=256).contains(&length) {
        Ok(text.to_owned())
    } else {
        Err("it has 1 to 256 characters")
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        session: SessionArguments,
    }

    fn read(line: &[&str]) -> SessionArguments {
        Line::try_parse_from(["postern"].iter().chain(line))
            .unwrap()
            .session
    }

    #[test]
    fn parameters_of_both_forms_come_together() {
        let session = read(&[
            "--parameter",
            "b=2",
            "--parameters",
            r#"{"a":["1"],"c":"3"}"#,
            "--parameter",
            "a=x=y",
            "--parameter",
            "b=",
        ]);
        let expected = [("a", vec!["1", "x=y"]), ("c", vec!["3"]), ("b", vec!["2", ""])];
        let found = session.parameters();
        let found: Vec<_> = found
            .iter()
            .map(|(name, values)| {
                (
                    name.as_str(),
                    values.iter().map(String::as_str).collect::<Vec<_>>(),
                )
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[test]
    fn encryption_is_preferred_unless_said_otherwise() {
        let key = |text: &str| Some(KmsKey::parse(text).unwrap());
        for (line, expected) in [
            (&[][..], EncryptionPolicy::Prefer),
            (&["--encryption", "off"], EncryptionPolicy::Off),
            (
                &["--encryption", "require"],
                EncryptionPolicy::Require { key: None },
            ),
            (
                &["--encryption", "require=alias/ops"],
                EncryptionPolicy::Require {
                    key: key("alias/ops"),
                },
            ),
        ] {
            assert_eq!(read(line).encryption, expected);
        }
        for wrong in ["", "Require", "prefer=alias/ops", "require="] {
            assert!(
                Line::try_parse_from(["postern", "--encryption", wrong]).is_err(),
                "{wrong}"
            );
        }
    }
}
