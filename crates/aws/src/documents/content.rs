//! The content of a Session document (schema 1.0) as far as a client has to know it.

use std::fmt;
use std::marker::PhantomData;

use postern_model::{
    DocumentName, DocumentParameter, DocumentSessionType, ParameterKind, SeparateOutput, SessionDocument,
    display_text, is_hidden_control,
};
use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::Value;

/// SSM takes documents of up to 64 KiB.
const LONGEST_CONTENT_BYTES: usize = 256 * 1024;
/// SSM takes up to 200 parameters.
const MOST_PARAMETERS: usize = 200;
/// Legal values of one parameter.
const MOST_VALUES: usize = 500;
/// A value that a parameter may have.
const LONGEST_VALUE: usize = 4096;
/// The one schema of Session documents.
const SCHEMA: &str = "1.0";

/// A parameter as DescribeDocument has it.
pub(super) struct Described<'a> {
    pub(super) name: &'a str,
    pub(super) kind: &'a str,
    pub(super) description: &'a str,
    pub(super) default: Option<&'a str>,
}

/// Reads the JSON of a document.
///
/// # Errors
/// What makes it no Session document; never its text.
pub(super) fn parse(name: &DocumentName, json: &str) -> Result<SessionDocument, String> {
    if json.len() > LONGEST_CONTENT_BYTES {
        return Err("Its content is longer than AWS allows.".to_owned());
    }
    let content: Content = serde_json::from_str(json).map_err(|error| {
        format!(
            "Its content cannot be read (line {}, column {}).",
            error.line(),
            error.column()
        )
    })?;
    if content.schema_version.as_ref().and_then(text).as_deref() != Some(SCHEMA) {
        return Err("It has not the schema 1.0 of Session documents.".to_owned());
    }
    let Some(session_type) = content.session_type else {
        return Err("It names no session type.".to_owned());
    };
    Ok(SessionDocument {
        name: name.clone(),
        description: display_text(&content.description.unwrap_or_default()),
        session_type: Some(session_type_of(&session_type, content.properties.as_ref())),
        parameters: parameters(content.parameters.unwrap_or_default()),
        kms_key: content.inputs.as_ref().and_then(kms_key),
    })
}

/// What can be known of a document without its content.
pub(super) fn described<'a>(
    name: &DocumentName,
    description: &str,
    parameters: impl Iterator<Item = Described<'a>>,
) -> SessionDocument {
    let parameter = |parameter: Described<'_>| {
        let kind = kind(parameter.kind);
        DocumentParameter {
            name: display_text(parameter.name),
            kind,
            description: display_text(parameter.description),
            default: parameter.default.map(|text| default_in_words(kind, text)),
            allowed_values: Vec::new(),
            allowed_pattern: None,
            min_chars: None,
            max_chars: None,
        }
    };
    SessionDocument {
        name: name.clone(),
        description: display_text(description),
        session_type: None,
        parameters: parameters.take(MOST_PARAMETERS).map(parameter).collect(),
        kms_key: None,
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Content {
    schema_version: Option<Value>,
    description: Option<String>,
    session_type: Option<String>,
    inputs: Option<Value>,
    parameters: Option<InOrder<Parameter>>,
    properties: Option<Value>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Parameter {
    r#type: Option<String>,
    description: Option<String>,
    default: Option<Value>,
    allowed_values: Option<Vec<Value>>,
    allowed_pattern: Option<String>,
    min_chars: Option<Value>,
    max_chars: Option<Value>,
}

/// An object whose members keep their order.
struct InOrder<T>(Vec<(String, T)>);

impl<T> Default for InOrder<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for InOrder<T> {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_map(Members(PhantomData))
    }
}

struct Members<T>(PhantomData<T>);

impl<'de, T: Deserialize<'de>> Visitor<'de> for Members<T> {
    type Value = InOrder<T>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<InOrder<T>, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(InOrder(members))
    }
}

fn session_type_of(name: &str, properties: Option<&Value>) -> DocumentSessionType {
    match name {
        "Standard_Stream" => DocumentSessionType::Shell,
        "InteractiveCommands" => DocumentSessionType::InteractiveCommands,
        "NonInteractiveCommands" => DocumentSessionType::NonInteractiveCommands {
            separate_output: separate_output(properties),
        },
        "Port" => DocumentSessionType::Port,
        other => DocumentSessionType::Other(display_text(other)),
    }
}

/// Of the first platform that the document is made for.
fn separate_output(properties: Option<&Value>) -> SeparateOutput {
    let platforms = ["linux", "macos", "windows"];
    let of = |name: &&str| member(properties?.as_object()?, name);
    let platform = platforms.iter().find_map(of);
    let Some(said) = platform
        .and_then(|platform| platform.get("separateOutputStream"))
        .and_then(text)
    else {
        return SeparateOutput::No;
    };
    match reference(&said) {
        Some(parameter) => SeparateOutput::ByParameter(display_text(parameter)),
        None if said.trim().eq_ignore_ascii_case("true") => SeparateOutput::Yes,
        None => SeparateOutput::No,
    }
}

/// The agent reads names of members without regard to case, and AWS's own documents write `macOS`.
fn member<'a>(object: &'a serde_json::Map<String, Value>, wanted: &str) -> Option<&'a Value> {
    let found = object.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
    found.map(|(_, value)| value)
}

/// The name in `{{ name }}`.
fn reference(text: &str) -> Option<&str> {
    let name = text.trim().strip_prefix("{{")?.strip_suffix("}}")?;
    Some(name.trim())
}

fn kms_key(inputs: &Value) -> Option<String> {
    let key = inputs.get("kmsKeyId").and_then(text)?;
    Some(display_text(&key)).filter(|key| !key.is_empty())
}

fn parameters(found: InOrder<Parameter>) -> Vec<DocumentParameter> {
    let some = found.0.into_iter().take(MOST_PARAMETERS);
    some.map(|(name, parameter)| parameter.named(&name)).collect()
}

impl Parameter {
    fn named(self, name: &str) -> DocumentParameter {
        let values = self.allowed_values.unwrap_or_default();
        DocumentParameter {
            name: display_text(name),
            kind: kind(self.r#type.as_deref().unwrap_or_default()),
            description: display_text(&self.description.unwrap_or_default()),
            default: self.default.as_ref().map(texts),
            allowed_values: values.iter().take(MOST_VALUES).filter_map(shown_text).collect(),
            allowed_pattern: self.allowed_pattern.filter(|pattern| shown(pattern) == *pattern),
            min_chars: self.min_chars.as_ref().and_then(number),
            max_chars: self.max_chars.as_ref().and_then(number),
        }
    }
}

fn kind(name: &str) -> ParameterKind {
    match name {
        "StringList" => ParameterKind::List,
        "Boolean" => ParameterKind::Boolean,
        _ => ParameterKind::Text,
    }
}

/// DescribeDocument writes a list as JSON.
fn default_in_words(kind: ParameterKind, words: &str) -> Vec<String> {
    let list = (kind == ParameterKind::List)
        .then(|| serde_json::from_str::<Vec<Value>>(words).ok())
        .flatten();
    list.map_or_else(|| vec![shown(words)], |list| texts(&Value::Array(list)))
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::Array(values) => values.iter().take(MOST_VALUES).filter_map(shown_text).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Object(_) => {
            shown_text(value).into_iter().collect()
        }
    }
}

fn shown_text(value: &Value) -> Option<String> {
    text(value).map(|text| shown(&text))
}

/// A scalar as text: documents write numbers and truth values either way.
fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Bool(truth) => Some(truth.to_string()),
        Value::Number(number) => Some(number.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn number(value: &Value) -> Option<u32> {
    text(value)?.trim().parse().ok()
}

/// A value that is sent back as it is shown, so only what cannot be shown is left out of it.
fn shown(value: &str) -> String {
    let visible = value.chars().filter(|c| !is_hidden_control(*c));
    visible.take(LONGEST_VALUE).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name() -> DocumentName {
        DocumentName::parse("Acme-Run").unwrap()
    }

    fn read(json: &str) -> SessionDocument {
        parse(&name(), json).unwrap()
    }

    fn separate(value: &str) -> SeparateOutput {
        let json = format!(
            r#"{{"schemaVersion":"1.0","sessionType":"NonInteractiveCommands",
                "properties":{{"linux":{{"commands":"{{{{ command }}}}","separateOutputStream":{value}}}}}}}"#
        );
        let Some(DocumentSessionType::NonInteractiveCommands { separate_output }) = read(&json).session_type
        else {
            panic!("it is a document for commands")
        };
        separate_output
    }

    #[test]
    fn a_document_with_parameters_is_read_whole_and_in_order() {
        let document = read(
            r#"{"schemaVersion":"1.0","description":"Look at a log.","sessionType":"InteractiveCommands",
            "inputs":{"kmsKeyId":"alias/ops","s3BucketName":""},
            "parameters":{
              "zeta":{"type":"String","description":"Which file.","allowedPattern":"^[a-z]+$","minChars":1,"maxChars":"64"},
              "alpha":{"type":"StringList","default":["one","two"]},
              "level":{"type":"String","default":"3","allowedValues":["1",2,"3"]},
              "follow":{"type":"Boolean","default":true}},
            "properties":{"linux":{"commands":"less {{ zeta }}","runAsElevated":true}}}"#,
        );
        assert_eq!(document.description, "Look at a log.");
        assert_eq!(
            document.session_type,
            Some(DocumentSessionType::InteractiveCommands)
        );
        assert_eq!(document.kms_key.as_deref(), Some("alias/ops"));
        let [zeta, alpha, level, follow] = &document.parameters[..] else {
            panic!("{:?}", document.parameters)
        };
        assert_eq!(
            (zeta.name.as_str(), zeta.kind, &zeta.default),
            ("zeta", ParameterKind::Text, &None)
        );
        assert_eq!(zeta.allowed_pattern.as_deref(), Some("^[a-z]+$"));
        assert_eq!((zeta.min_chars, zeta.max_chars), (Some(1), Some(64)));
        assert_eq!(alpha.kind, ParameterKind::List);
        assert_eq!(alpha.default.as_deref().unwrap(), ["one", "two"]);
        assert_eq!(level.allowed_values, ["1", "2", "3"]);
        assert_eq!(
            (follow.kind, follow.default.as_deref().unwrap()),
            (ParameterKind::Boolean, &["true".to_owned()][..])
        );
    }

    #[test]
    fn separate_output_is_a_truth_value_or_a_parameter() {
        assert_eq!(separate("true"), SeparateOutput::Yes);
        assert_eq!(separate("\"True\""), SeparateOutput::Yes);
        assert_eq!(separate("false"), SeparateOutput::No);
        assert_eq!(separate("null"), SeparateOutput::No);
        let by_parameter = SeparateOutput::ByParameter("apart".into());
        assert_eq!(separate("\"{{ apart }}\""), by_parameter);
        assert_eq!(separate("\"{{apart}}\""), by_parameter);
    }

    #[test]
    fn the_platform_that_comes_first_decides() {
        let json = r#"{"schemaVersion":"1.0","sessionType":"NonInteractiveCommands","properties":{
            "windows":{"commands":"x","separateOutputStream":true},"macOS":{"commands":"x"}}}"#;
        let expected = DocumentSessionType::NonInteractiveCommands {
            separate_output: SeparateOutput::No,
        };
        assert_eq!(read(json).session_type, Some(expected));
    }

    #[test]
    fn what_is_no_session_document_is_refused_with_its_reason() {
        for (json, reason) in [
            ("", "cannot be read"),
            ("[]", "cannot be read"),
            (r#"{"schemaVersion":"1.0""#, "cannot be read"),
            (r#"{"schemaVersion":"2.2","mainSteps":[]}"#, "schema 1.0"),
            (r#"{"schemaVersion":"1.0"}"#, "no session type"),
            (
                r#"{"schemaVersion":"1.0","sessionType":"Port","parameters":[]}"#,
                "cannot be read",
            ),
        ] {
            let error = parse(&name(), json).unwrap_err();
            assert!(error.contains(reason), "{json}: {error}");
        }
        let long = format!(r#"{{"description":"{}"}}"#, "x".repeat(LONGEST_CONTENT_BYTES));
        assert!(parse(&name(), &long).unwrap_err().contains("longer"));
    }

    #[test]
    fn texts_of_a_document_are_safe_to_show_and_bounded() {
        let document = read(
            r#"{"schemaVersion":"1.0","sessionType":"New\u001b[31mKind","description":"a\u202eb",
            "parameters":{"p\u0007":{"type":"String","description":"\u001b[2Jc","default":"d\u200be",
            "allowedPattern":"\u001b"}}}"#,
        );
        assert_eq!(document.description, "ab");
        assert_eq!(
            document.session_type,
            Some(DocumentSessionType::Other("New[31mKind".into()))
        );
        let parameter = &document.parameters[0];
        assert_eq!(
            (parameter.name.as_str(), parameter.description.as_str()),
            ("p", "[2Jc")
        );
        assert_eq!(parameter.default.as_deref().unwrap(), ["de"]);
        assert_eq!(parameter.allowed_pattern, None);
        let many: Vec<String> = (0..300)
            .map(|n| format!(r#""p{n}":{{"type":"String"}}"#))
            .collect();
        let json = format!(
            r#"{{"schemaVersion":"1.0","sessionType":"Port","parameters":{{{}}}}}"#,
            many.join(",")
        );
        assert_eq!(read(&json).parameters.len(), MOST_PARAMETERS);
    }

    #[test]
    fn a_description_gives_the_parameters_and_nothing_of_the_session() {
        let parameters = [
            Described {
                name: "command",
                kind: "StringList",
                description: "What to run.",
                default: Some(r#"["a","b"]"#),
            },
            Described {
                name: "user",
                kind: "String",
                description: "",
                default: None,
            },
        ];
        let document = described(&name(), "Run it.", parameters.into_iter());
        assert_eq!(document.session_type, None);
        assert_eq!(document.parameters[0].default.as_deref().unwrap(), ["a", "b"]);
        assert_eq!(document.parameters[1].default, None);
    }
}
