//! The parameters of a document: whether what the caller gives is legal, and the texts with their values put in.

use std::collections::BTreeMap;

use regex::Regex;
use serde_json::Value;
use thiserror::Error;

use super::Document;

/// The values of all parameters of a document, defaults included.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct ParameterValues(BTreeMap<String, Vec<String>>);

/// What is wrong with a parameter. Its code is `InvalidParameters`. AWS's own words are known of patterns and of allowed
/// values only.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub(crate) enum ParameterError {
    /// The document does not have it.
    #[error("The parameter {name} is not defined in the document {document}.")]
    Unknown { document: String, name: String },
    /// It has no default and was not given.
    #[error("The document {document} needs a value for the parameter {name}.")]
    Missing { document: String, name: String },
    /// Only a StringList may have several values.
    #[error("The parameter {name} takes exactly one value, not {count}.")]
    Count { name: String, count: usize },
    /// It is not one of the allowed values.
    #[error("Parameter \"{name}\" has value \"{value}\" not found in [{allowed}].")]
    NotAllowed {
        name: String,
        value: String,
        allowed: String,
    },
    /// It does not have the allowed form.
    #[error("Parameter \"{name}\" has value \"{value}\" not matching \"{pattern}\".")]
    Pattern {
        name: String,
        value: String,
        pattern: String,
    },
}

/// The values of all of a document's parameters.
pub(crate) fn arguments(
    document: &Document,
    given: &[(String, Vec<String>)],
) -> Result<ParameterValues, ParameterError> {
    let declared = document.content.get("parameters").and_then(Value::as_object);
    let is_declared = |name: &str| declared.is_some_and(|declared| declared.contains_key(name));
    if let Some((name, _)) = given.iter().find(|(name, _)| !is_declared(name)) {
        return Err(ParameterError::Unknown {
            document: document.name.clone(),
            name: name.clone(),
        });
    }
    let values = declared.into_iter().flatten().map(|(name, parameter)| {
        let given = given.iter().find(|(own, _)| own == name);
        let values = match given {
            Some((_, values)) => check(name, parameter, values)?,
            None => default(parameter).ok_or_else(|| ParameterError::Missing {
                document: document.name.clone(),
                name: name.clone(),
            })?,
        };
        Ok((name.clone(), values))
    });
    Ok(ParameterValues(values.collect::<Result<_, _>>()?))
}

impl ParameterValues {
    /// `template` with each `{{ name }}` replaced by the parameter's value, those of a list with a space between them
    /// (which is not checked against AWS). What is put in is not looked at again.
    pub(crate) fn put_into(&self, template: &str) -> String {
        let mut parts = template.split("{{");
        let mut text = parts.next().unwrap_or("").to_owned();
        for part in parts {
            let named = part.split_once("}}");
            let value = named.and_then(|(name, rest)| Some((self.0.get(name.trim())?, rest)));
            match value {
                Some((values, rest)) => {
                    text.push_str(&values.join(" "));
                    text.push_str(rest);
                }
                None => {
                    text.push_str("{{");
                    text.push_str(part);
                }
            }
        }
        text
    }
}

fn check(name: &str, parameter: &Value, values: &[String]) -> Result<Vec<String>, ParameterError> {
    let is_list = parameter.get("type").and_then(Value::as_str) == Some("StringList");
    if !is_list && values.len() != 1 {
        return Err(ParameterError::Count {
            name: name.to_owned(),
            count: values.len(),
        });
    }
    for value in values {
        check_allowed(name, parameter, value)?;
        check_pattern(name, parameter, value)?;
    }
    Ok(values.to_vec())
}

fn check_allowed(name: &str, parameter: &Value, value: &str) -> Result<(), ParameterError> {
    let allowed = parameter.get("allowedValues").and_then(Value::as_array);
    let Some(allowed) = allowed.map(|allowed| allowed.iter().map(plain).collect::<Vec<String>>()) else {
        return Ok(());
    };
    if allowed.iter().any(|own| own == value) {
        return Ok(());
    }
    Err(ParameterError::NotAllowed {
        name: name.to_owned(),
        value: value.to_owned(),
        allowed: allowed.join(", "),
    })
}

fn check_pattern(name: &str, parameter: &Value, value: &str) -> Result<(), ParameterError> {
    let Some(pattern) = parameter.get("allowedPattern").and_then(Value::as_str) else {
        return Ok(());
    };
    // A test compiles every pattern of every document, so none is ever left unchecked.
    let passes = Regex::new(pattern).is_ok_and(|regex| regex.is_match(value));
    if passes {
        return Ok(());
    }
    Err(ParameterError::Pattern {
        name: name.to_owned(),
        value: value.to_owned(),
        pattern: pattern.to_owned(),
    })
}

fn default(parameter: &Value) -> Option<Vec<String>> {
    let default = parameter.get("default")?;
    Some(match default.as_array() {
        Some(values) => values.iter().map(plain).collect(),
        None => vec![plain(default)],
    })
}

/// Texts as they are, booleans and numbers in JSON's form.
fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::services::ssm::{documents, find};

    fn document(name: &str) -> Document {
        find(documents("eu-central-1", None), Some(name)).unwrap()
    }

    fn checked(name: &str, given: &[(&str, &[&str])]) -> Result<ParameterValues, ParameterError> {
        let given: Vec<(String, Vec<String>)> = given
            .iter()
            .map(|(name, values)| {
                let values = values.iter().map(|value| (*value).to_owned()).collect();
                ((*name).to_owned(), values)
            })
            .collect();
        arguments(&document(name), &given)
    }

    #[test]
    fn every_pattern_of_every_document_is_a_pattern_and_every_default_is_legal() {
        let mut patterns = 0;
        for document in documents("eu-central-1", None) {
            let declared = document.content.get("parameters").and_then(Value::as_object);
            for (name, parameter) in declared.into_iter().flatten() {
                if let Some(pattern) = parameter.get("allowedPattern").and_then(Value::as_str) {
                    assert!(Regex::new(pattern).is_ok(), "{pattern}");
                    patterns += 1;
                }
                if let Some(values) = default(parameter) {
                    assert_eq!(check(name, parameter, &values), Ok(values.clone()));
                }
            }
        }
        assert!(patterns >= 8);
    }

    #[test]
    fn unknown_missing_and_illegal_values_are_refused_by_name() {
        let restart = "Acme-RestartService";
        let says = |given: &[(&str, &[&str])]| checked(restart, given).unwrap_err().to_string();
        assert!(says(&[]).contains("needs a value for the parameter service"));
        assert!(says(&[("service", &["nginx"]), ("speed", &["fast"])]).contains("speed is not defined"));
        assert!(says(&[("service", &["mysql"])]).contains("checkout-api, nginx"));
        assert!(says(&[("service", &["nginx", "worker"])]).contains("exactly one value, not 2"));
        assert!(says(&[("service", &[])]).contains("exactly one value, not 0"));
        let path = checked("Acme-TailLog", &[("path", &["/var/log; rm -rf /"])]).unwrap_err();
        assert!(matches!(path, ParameterError::Pattern { .. }), "{path}");
        assert!(checked("Acme-DiskReport", &[("inodes", &["maybe"])]).is_err());
        assert!(checked("SSM-SessionManagerRunShell", &[("command", &["ls"])]).is_err());
    }

    #[test]
    fn values_and_defaults_are_put_into_the_command() {
        let tail = checked("Acme-TailLog", &[("path", &["/x/y.log"])]).unwrap();
        assert_eq!(
            tail.put_into("tail -n {{ lines }} {{path}} {{ other }} {{"),
            "tail -n 10 /x/y.log {{ other }} {{"
        );
        let disk = checked(
            "Acme-DiskReport",
            &[("paths", &["/", "/tmp"]), ("inodes", &["true"])],
        )
        .unwrap();
        assert_eq!(disk.put_into("{{ inodes }} {{ paths }}"), "true / /tmp");
        let command = checked(
            "AWS-StartInteractiveCommand",
            &[("command", &["echo '{{ command }}'"])],
        )
        .unwrap();
        assert_eq!(command.put_into("{{ command }}"), "echo '{{ command }}'");
    }
}
