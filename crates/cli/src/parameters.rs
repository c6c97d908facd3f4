//! The parameters of a Session document: `--parameters` is a JSON object of text to text or list of texts, in the order
//! given; `--parameter` is one value.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};

/// A document's parameters.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Parameters(pub(crate) Vec<(String, Vec<String>)>);

/// Reads `--parameters`; the error says what is wrong and shows the form.
pub(crate) fn parse(text: &str) -> Result<Parameters, String> {
    serde_json::from_str(text).map_err(|error| format!(r#"{error}; it looks like {{"command":["uptime"]}}"#))
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
        from.deserialize_map(InOrder)
    }
}

struct InOrder;

impl<'de> Visitor<'de> for InOrder {
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
            ("", "EOF"),
            ("command=uptime", "expected value"),
            ("[]", "an object whose values are texts"),
            (r#"{"a":1}"#, "neither a text nor a list"),
            (r#"{"a":[1]}"#, "neither a text nor a list"),
            (r#"{"a":null}"#, "neither a text nor a list"),
            (r#"{"a":"b","a":"c"}"#, "twice"),
            (r#"{"a":"b"} tail"#, "trailing"),
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
