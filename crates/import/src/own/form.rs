//! Connections and groups as they stand in Postern's own file.

use postern_model::{Colour, EncryptionPolicy, Guard, KmsKey};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::collect::{RawConnection, RawGroup};

/// What is said of both; what is left out is inherited.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct SettingsForm {
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) profile: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) region: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) document: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) parameters: Vec<ParameterForm>,
    /// `prefer`, `off`, `require`, or `require=KEY`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) encryption: Option<Demand>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) colour: Option<Colour>,
    #[serde(skip_serializing_if = "asks_nothing")]
    pub(super) guard: Guard,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) description: String,
}

/// A connection.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(super) struct ConnectionForm {
    /// What knows it again although its name changes; only in files that people write.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) id: String,
    pub(super) name: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) target: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) query: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    pub(super) pick: String,
    #[serde(flatten)]
    pub(super) settings: SettingsForm,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) tags: Vec<String>,
}

/// A group, with what is in it.
#[derive(Debug, Default, Serialize)]
pub(super) struct GroupForm {
    pub(super) name: String,
    #[serde(flatten)]
    pub(super) settings: SettingsForm,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) connections: Vec<ConnectionForm>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) groups: Vec<GroupForm>,
}

/// A parameter of a document.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ParameterForm {
    pub(super) name: String,
    pub(super) values: Vec<String>,
}

/// A demand on encryption as one word.
#[derive(Debug, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub(super) struct Demand(pub(super) EncryptionPolicy);

impl Clone for Demand {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl TryFrom<String> for Demand {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        let policy = match (text.as_str(), text.strip_prefix("require=")) {
            ("prefer", _) => EncryptionPolicy::Prefer,
            ("off", _) => EncryptionPolicy::Off,
            ("require", _) => EncryptionPolicy::Require { key: None },
            (_, Some(key)) => EncryptionPolicy::Require {
                key: Some(KmsKey::parse(key).map_err(|rule| rule.to_string())?),
            },
            (_, None) => return Err("encryption is require, require=KEY, prefer or off".to_owned()),
        };
        Ok(Self(policy))
    }
}

impl From<Demand> for String {
    fn from(demand: Demand) -> Self {
        match demand.0 {
            EncryptionPolicy::Prefer => "prefer".to_owned(),
            EncryptionPolicy::Off => "off".to_owned(),
            EncryptionPolicy::Require { key: None } => "require".to_owned(),
            EncryptionPolicy::Require { key: Some(key) } => format!("require={key}"),
        }
    }
}

impl ConnectionForm {
    pub(super) fn raw(self) -> RawConnection {
        let settings = self.settings;
        RawConnection {
            id: self.id,
            name: self.name,
            target: self.target,
            query: self.query,
            pick: self.pick,
            parameters: settings.parameter_values(),
            encryption: settings.encryption.map(|demand| demand.0),
            profile: settings.profile,
            region: settings.region,
            document: settings.document,
            colour: settings.colour,
            guard: settings.guard,
            description: settings.description,
            tags: self.tags,
            ..RawConnection::default()
        }
    }
}

impl GroupForm {
    /// Reads what a group says of itself; what is in it is read one by one.
    pub(super) fn parse(value: &Value) -> Result<Self, String> {
        let name = value
            .get("name")
            .and_then(Value::as_str)
            .map(str::trim)
            .unwrap_or_default();
        if name.is_empty() {
            return Err("The group has no name.".to_owned());
        }
        let settings = serde_json::from_value(value.clone())
            .map_err(|error| postern_model::ended(&error.to_string()))?;
        Ok(Self {
            name: name.to_owned(),
            settings,
            ..Self::default()
        })
    }

    pub(super) fn raw(self) -> RawGroup {
        let settings = self.settings;
        RawGroup {
            parameters: settings.parameter_values(),
            encryption: settings.encryption.map(|demand| demand.0),
            profile: settings.profile,
            region: settings.region,
            document: settings.document,
            colour: settings.colour,
            guard: settings.guard,
            description: settings.description,
            ..RawGroup::default()
        }
    }
}

impl SettingsForm {
    fn parameter_values(&self) -> Vec<(String, Vec<String>)> {
        let parameters = self.parameters.iter();
        parameters
            .map(|parameter| (parameter.name.clone(), parameter.values.clone()))
            .collect()
    }
}

#[allow(clippy::trivially_copy_pass_by_ref)] // What serde wants.
fn asks_nothing(guard: &Guard) -> bool {
    *guard == Guard::default()
}
