//! Where a tab goes: every way of connecting becomes one checked destination.

use postern_fleet::Node;
use postern_model::{
    Connection, DocumentName, Group, InvalidName, Pair, ProfileName, Region, StartRequest, Target,
    display_text, inherit, is_hidden_control,
};

use crate::view::{ErrorView, ParameterView};

/// Where a tab goes, and again at each reconnect. What is none is left to the AWS configuration.
#[derive(Debug, Clone)]
pub(crate) struct Destination {
    pub(crate) title: String,
    pub(crate) profile: Option<ProfileName>,
    pub(crate) region: Option<Region>,
    pub(crate) start: StartRequest,
    /// The synced node it was opened from.
    pub(crate) node_key: Option<String>,
}

/// The settings' own profile and Region.
#[derive(Debug, Clone, Default)]
pub(crate) struct Defaults {
    pub(crate) profile: Option<ProfileName>,
    pub(crate) region: Option<Region>,
}

/// What was typed into the connect dialog.
#[derive(Debug)]
pub(crate) struct Typed {
    pub(crate) target: String,
    pub(crate) profile: Option<String>,
    pub(crate) region: Option<String>,
    pub(crate) document: Option<String>,
    pub(crate) parameters: Vec<ParameterView>,
    pub(crate) reason: Option<String>,
}

impl Destination {
    /// A shell on a synced node.
    pub(crate) fn node(key: &str, pair: &Pair, node: &Node) -> Self {
        let title = if node.name.is_empty() {
            node.id.to_string()
        } else {
            node.name.clone()
        };
        Self {
            title,
            profile: Some(pair.profile.clone()),
            region: Some(pair.region.clone()),
            start: StartRequest::shell(Target::from(node.id.clone())),
            node_key: Some(key.to_owned()),
        }
    }

    /// A saved connection with what it inherits.
    pub(crate) fn saved(connection: &Connection, group: Option<&Group>, defaults: &Defaults) -> Self {
        let draft = &connection.draft;
        let group = group.map(|group| &group.draft);
        let profile = inherit(
            draft.profile.clone(),
            group.and_then(|g| g.profile.clone()),
            defaults.profile.clone(),
        );
        let region = inherit(
            draft.region.clone(),
            group.and_then(|g| g.region.clone()),
            defaults.region.clone(),
        );
        let mut start = StartRequest::shell(draft.target.clone());
        start.document = draft.document.clone();
        Self {
            title: display_text(&draft.name),
            profile: profile.map(|inherited| inherited.value),
            region: region.map(|inherited| inherited.value),
            start,
            node_key: None,
        }
    }

    /// What was typed; what was left empty falls back to the defaults.
    ///
    /// # Errors
    /// `bad-<field>` with the rule that the field breaks.
    pub(crate) fn typed(typed: &Typed, defaults: &Defaults) -> Result<Self, ErrorView> {
        let target = parse("target", Target::parse, &typed.target)?;
        let profile = parse_optional("profile", ProfileName::parse, typed.profile.as_deref())?;
        let region = parse_optional("region", Region::parse, typed.region.as_deref())?;
        let document = parse_optional("document", DocumentName::parse, typed.document.as_deref())?;
        let parameters = parse_parameters(&typed.parameters)?;
        let reason = parse_reason(typed.reason.as_deref())?;
        Ok(Self {
            title: target.to_string(),
            profile: profile.or_else(|| defaults.profile.clone()),
            region: region.or_else(|| defaults.region.clone()),
            start: StartRequest {
                target,
                document,
                parameters,
                reason,
            },
            node_key: None,
        })
    }
}

/// The text of a field that must be filled.
pub(crate) fn parse<T>(
    field: &str,
    parse: impl Fn(&str) -> Result<T, InvalidName>,
    text: &str,
) -> Result<T, ErrorView> {
    parse(text).map_err(|error| ErrorView::bad_field(field, &error))
}

/// The text of a field that may be left empty.
pub(crate) fn parse_optional<T>(
    field: &str,
    parse: impl Fn(&str) -> Result<T, InvalidName>,
    text: Option<&str>,
) -> Result<Option<T>, ErrorView> {
    let filled = text.map(str::trim).filter(|text| !text.is_empty());
    filled.map(|text| self::parse(field, parse, text)).transpose()
}

/// Names as the StartSession API has them; values may be anything but hidden, for they go to a document of the user.
fn parse_parameters(parameters: &[ParameterView]) -> Result<Vec<(String, Vec<String>)>, ErrorView> {
    const LONGEST_NAME: usize = 255;
    let named =
        |parameter: &ParameterView| !parameter.name.trim().is_empty() && parameter.name.len() <= LONGEST_NAME;
    if !parameters.iter().all(named) {
        let message = "A parameter's name has 1 to 255 characters.";
        return Err(ErrorView::new(
            "bad-parameters",
            message,
            "Correct it, then try again.",
        ));
    }
    Ok(parameters
        .iter()
        .map(|parameter| (parameter.name.trim().to_owned(), parameter.values.clone()))
        .collect())
}

/// StartSession takes 1 to 256 characters; it is kept in AWS's records, so nothing hidden goes in.
fn parse_reason(reason: Option<&str>) -> Result<Option<String>, ErrorView> {
    const LONGEST: usize = 256;
    let Some(reason) = reason.map(str::trim).filter(|reason| !reason.is_empty()) else {
        return Ok(None);
    };
    if reason.chars().count() > LONGEST || reason.chars().any(is_hidden_control) {
        let message = "A reason has at most 256 characters and no control characters.";
        return Err(ErrorView::new(
            "bad-reason",
            message,
            "Shorten it, then try again.",
        ));
    }
    Ok(Some(reason.to_owned()))
}

#[cfg(test)]
mod tests {
    use postern_model::{ConnectionDraft, ConnectionId, GroupDraft, GroupId};

    use super::*;

    fn typed(target: &str) -> Typed {
        Typed {
            target: target.into(),
            profile: None,
            region: None,
            document: None,
            parameters: Vec::new(),
            reason: None,
        }
    }

    fn defaults() -> Defaults {
        Defaults {
            profile: Some(ProfileName::parse("acme-default").unwrap()),
            region: Some(Region::parse("us-east-1").unwrap()),
        }
    }

    #[test]
    fn a_bad_field_is_named_with_its_rule() {
        let code = |typed: &Typed| Destination::typed(typed, &Defaults::default()).unwrap_err().code;
        assert_eq!(code(&typed("$(reboot)")), "bad-target");
        assert_eq!(
            code(&Typed {
                region: Some("Frankfurt".into()),
                ..typed("i-0a1b2c3d")
            }),
            "bad-region"
        );
        assert_eq!(
            code(&Typed {
                profile: Some("a]b".into()),
                ..typed("i-0a1b2c3d")
            }),
            "bad-profile"
        );
        assert_eq!(
            code(&Typed {
                document: Some("x y".into()),
                ..typed("i-0a1b2c3d")
            }),
            "bad-document"
        );
        assert_eq!(
            code(&Typed {
                reason: Some("a\u{202e}b".into()),
                ..typed("i-0a1b2c3d")
            }),
            "bad-reason"
        );
        let nameless = ParameterView {
            name: " ".into(),
            values: Vec::new(),
        };
        assert_eq!(
            code(&Typed {
                parameters: vec![nameless],
                ..typed("i-0a1b2c3d")
            }),
            "bad-parameters"
        );
    }

    #[test]
    fn empty_fields_fall_back_to_the_defaults_and_then_to_the_aws_configuration() {
        let blank = Typed {
            profile: Some(" ".into()),
            region: Some(String::new()),
            ..typed(" i-0a1b2c3d ")
        };
        let with_defaults = Destination::typed(&blank, &defaults()).unwrap();
        assert_eq!(with_defaults.profile.unwrap().as_str(), "acme-default");
        assert_eq!(with_defaults.region.unwrap().as_str(), "us-east-1");
        let without = Destination::typed(&blank, &Defaults::default()).unwrap();
        assert!(without.profile.is_none() && without.region.is_none());
    }

    #[test]
    fn a_saved_connection_inherits_profile_and_region_separately() {
        let connection = Connection {
            id: ConnectionId(1),
            draft: ConnectionDraft {
                name: "ledger\u{202e} db".into(),
                group: Some(GroupId(1)),
                target: Target::parse("i-0a1b2c3d").unwrap(),
                profile: None,
                region: None,
                document: None,
                parameters: Vec::new(),
                encryption: None,
                description: String::new(),
                tags: Vec::new(),
            },
        };
        let group = Group {
            id: GroupId(1),
            draft: GroupDraft {
                name: "ledger".into(),
                profile: Some(ProfileName::parse("acme-prod").unwrap()),
                region: None,
                encryption: None,
                description: String::new(),
            },
            collapsed: false,
        };
        let destination = Destination::saved(&connection, Some(&group), &defaults());
        assert_eq!(destination.profile.unwrap().as_str(), "acme-prod");
        assert_eq!(destination.region.unwrap().as_str(), "us-east-1");
        assert_eq!(destination.title, "ledger db");
    }
}
