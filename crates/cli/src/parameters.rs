//! The parameters of a Session document: `--parameters` is a JSON object of text to text or list of texts, or the AWS
//! CLI's shorthand for it, in the order given; `--parameter` is one value as it is.

mod shorthand;

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

/// A document's parameters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Parameters(pub(crate) Vec<(String, Vec<String>)>);

/// Reads `--parameters`: what begins with a brace or a bracket is JSON. The error says what is wrong and shows the form.
pub(crate) fn parse(text: &str) -> Result<Parameters, String> {
    if text.trim_start().starts_with(['{', '[']) {
        let read = serde_json::from_str(text);
        return read.map_err(|error| format!(r#"{}; it looks like {{"command":["uptime"]}}"#, why(&error)));
    }
    let read = shorthand::parse(text).map(Parameters);
    read.map_err(|error| format!(r#"{error}; it looks like portNumber=22 or {{"portNumber":["22"]}}"#))
}

/// Our own words as they are; the parser's only by their place.
fn why(error: &serde_json::Error) -> String {
    let (line, column) = (error.line(), error.column());
    if error.is_data() {
        let text = error.to_string();
        text.split(" at line ").next().unwrap_or(&text).to_owned()
    } else {
        format!("it is no JSON at line {line}, column {column}")
    }
}

/// Reads a `--parameter`: a name and, behind the first `=`, one value as it is.
pub(crate) fn parse_one(text: &str) -> Result<(String, String), &'static str> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        Some(_) | None => Err("it looks like command=uptime"),
    }
}

impl<'de> Deserialize<'de> for Parameters {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(ParametersVisitor)
    }
}

struct ParametersVisitor;

impl<'de> Visitor<'de> for ParametersVisitor {
    type Value = Parameters;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object whose values are texts or lists of texts")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Parameters, A::Error> {
        let mut parameters: Vec<(String, Vec<String>)> = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            if parameters.iter().any(|(known, _)| *known == name) {
                return Err(serde::de::Error::custom(format_args!("{name:?} is there twice")));
            }
            parameters.push((name, map.next_value::<Values>()?.into()));
        }
        Ok(Parameters(parameters))
    }
}

#[derive(Deserialize)]
#[serde(untagged, expecting = "a value is neither a text nor a list of texts")]
enum Values {
    One(String),
    Many(Vec<String>),
}

impl From<Values> for Vec<String> {
    fn from(values: Values) -> Self {
        match values {
            Values::One(one) => vec![one],
            Values::Many(many) => many,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_lists_are_taken_in_the_order_given() {
        let parameters = parse(r#" {"z":"one", "a":["two","thrée"], "empty":[]} "#).unwrap();
        let expected = [
            ("z".to_owned(), vec!["one".to_owned()]),
            ("a".to_owned(), vec!["two".to_owned(), "thrée".to_owned()]),
            ("empty".to_owned(), Vec::new()),
        ];
        assert_eq!(parameters.0, expected);
        assert_eq!(parse("{}").unwrap(), Parameters::default());
        let shorthand = parse("portNumber=22,host=db").unwrap();
        assert_eq!(shorthand, parse(r#"{"portNumber":"22","host":["db"]}"#).unwrap());
        assert!(
            parse("uptime")
                .unwrap_err()
                .contains("it looks like portNumber=22 or")
        );
    }

    #[test]
    fn one_parameter_has_its_value_behind_the_first_sign() {
        let one = |name: &str, value: &str| Ok((name.to_owned(), value.to_owned()));
        assert_eq!(parse_one("command=a=b c"), one("command", "a=b c"));
        assert_eq!(parse_one("empty="), one("empty", ""));
        assert!(parse_one("=x").is_err() && parse_one("x").is_err());
    }

    #[test]
    fn everything_else_is_refused_with_its_reason() {
        for (text, reason) in [
            ("[]", "an object whose values are texts"),
            (r#"{"a":1}"#, "neither a text nor a list"),
            (r#"{"a":[1]}"#, "neither a text nor a list"),
            (r#"{"a":null}"#, "neither a text nor a list"),
            (r#"{"a":"b","a":"c"}"#, "twice"),
            (r#"{"a":"b"} tail"#, "it is no JSON at line 1, column 11"),
            ("{", "it is no JSON at line 1, column 1"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(reason), "{text}: {error}");
            assert!(
                error.contains(r#"{"command":["uptime"]}"#),
                "the form is shown: {error}"
            );
        }
    }
}
