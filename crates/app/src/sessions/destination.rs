//! Where a session goes: every way of connecting becomes one checked destination.

use postern_fleet::Node;
use postern_model::{
    Connection, ConnectionId, Defaults, DocumentName, EffectiveConnection, EncryptionPolicy, Pair,
    ProfileName, Region, StartRequest, Target, UsedGoal, display_text,
};

use crate::{
    contract::{EncryptionPolicyView, ErrorView, ParameterView, RunRequest},
    fields::{parse, parse_optional, parse_parameters, parse_policy, parse_reason},
    fleet::NodeKey,
};

/// The document of a session that names none.
const REGION_SHELL: &str = "SSM-SessionManagerRunShell";

/// Where a session goes, and again at each reconnect. What is none is left to the AWS configuration.
#[derive(Debug, Clone)]
pub(crate) struct Destination {
    pub(crate) title: String,
    pub(crate) profile: Option<ProfileName>,
    pub(crate) region: Option<Region>,
    pub(crate) start: StartRequest,
    pub(crate) encryption: EncryptionPolicy,
    /// The synced node it was opened from.
    pub(crate) node_key: Option<String>,
    /// The saved connection it was opened from.
    pub(crate) connection: Option<ConnectionId>,
    /// Whether its instance is started first, if it is stopped. Only its first session does that.
    pub(crate) raise: bool,
}

/// What was typed into the connect dialog.
#[derive(Debug)]
pub(crate) struct TypedTarget {
    pub(crate) target: String,
    pub(crate) profile: Option<String>,
    pub(crate) region: Option<String>,
    pub(crate) document: Option<String>,
    pub(crate) parameters: Vec<ParameterView>,
    pub(crate) reason: Option<String>,
    pub(crate) encryption: Option<EncryptionPolicyView>,
}

impl Destination {
    /// A shell on a synced node.
    pub(crate) fn node(key: &NodeKey, pair: &Pair, node: &Node) -> Self {
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
            encryption: EncryptionPolicy::default(),
            node_key: Some(key.to_string()),
            connection: None,
            raise: false,
        }
    }

    /// A saved connection with what it inherits, at `target`.
    pub(crate) fn saved(connection: &Connection, effective: EffectiveConnection, target: Target) -> Self {
        let parameters = effective.parameter_values();
        Self {
            title: display_text(&connection.draft.name),
            profile: effective.profile.map(|inherited| inherited.value),
            region: effective.region.map(|inherited| inherited.value),
            start: StartRequest {
                target,
                parameters,
                document: effective.document.map(|inherited| inherited.value),
                reason: None,
            },
            encryption: effective
                .encryption
                .map_or_else(EncryptionPolicy::default, |inherited| inherited.value),
            node_key: None,
            connection: Some(connection.id),
            raise: false,
        }
    }

    /// What was typed; what was left empty falls back to the defaults.
    ///
    /// # Errors
    /// `bad-<field>` with the rule that the field breaks.
    pub(crate) fn typed(typed: &TypedTarget, defaults: &Defaults) -> Result<Self, ErrorView> {
        let target = parse("target", Target::parse, &typed.target)?;
        let profile = parse_optional("profile", ProfileName::parse, typed.profile.as_deref())?;
        let region = parse_optional("region", Region::parse, typed.region.as_deref())?;
        let document = parse_optional("document", DocumentName::parse, typed.document.as_deref())?;
        let parameters = parse_parameters(&typed.parameters)?;
        let reason = parse_reason(typed.reason.as_deref())?;
        let encryption = parse_policy(typed.encryption.as_ref())?.unwrap_or_default();
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
            encryption,
            node_key: None,
            connection: None,
            raise: false,
        })
    }

    /// The same destination, whose instance is started first if it is stopped.
    pub(crate) fn raised(self) -> Self {
        Self { raise: true, ..self }
    }

    /// The same destination for another session: nothing is started again.
    pub(crate) fn again(self) -> Self {
        Self { raise: false, ..self }
    }

    /// The same destination with another document, if there is one to run.
    ///
    /// # Errors
    /// `bad-document`, `bad-parameters`, `bad-reason`.
    pub(crate) fn running(mut self, run: Option<&RunRequest>) -> Result<Self, ErrorView> {
        if let Some(run) = run {
            self.start.document = Some(parse("document", DocumentName::parse, &run.document)?);
            self.start.parameters = parse_parameters(&run.parameters)?;
            self.start.reason = parse_reason(run.reason.as_deref())?;
        }
        Ok(self)
    }

    /// By what it is remembered as used.
    pub(crate) fn used(&self) -> UsedGoal {
        match self.connection {
            Some(id) => UsedGoal::Connection(id),
            None => UsedGoal::Target {
                profile: self.profile.clone(),
                region: self.region.clone(),
                target: self.start.target.clone(),
            },
        }
    }

    /// The document, where it is not the Region's shell.
    pub(crate) fn document(&self) -> Option<String> {
        let document = self.start.document.as_ref()?.to_string();
        (document != REGION_SHELL).then_some(document)
    }

    /// The command line, safe to show, of a document that takes one.
    pub(crate) fn command(&self) -> Option<String> {
        let (_, values) = self.start.parameters.iter().find(|(name, _)| name == "command")?;
        Some(display_text(&values.join(" "))).filter(|command| !command.is_empty())
    }
}

#[cfg(test)]
mod tests {
    use postern_model::{ConnectionDraft, ConnectionGoal, Group, GroupDraft, GroupId, GroupTree};

    use super::*;

    fn typed(target: &str) -> TypedTarget {
        TypedTarget {
            target: target.into(),
            profile: None,
            region: None,
            document: None,
            parameters: Vec::new(),
            reason: None,
            encryption: None,
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
        let code = |typed: &TypedTarget| Destination::typed(typed, &Defaults::default()).unwrap_err().code;
        assert_eq!(code(&typed("$(reboot)")), "bad-target");
        assert_eq!(
            code(&TypedTarget {
                region: Some("Frankfurt".into()),
                ..typed("i-0a1b2c3d")
            }),
            "bad-region"
        );
        assert_eq!(
            code(&TypedTarget {
                profile: Some("a\u{7}b".into()),
                ..typed("i-0a1b2c3d")
            }),
            "bad-profile"
        );
        assert_eq!(
            code(&TypedTarget {
                document: Some("x y".into()),
                ..typed("i-0a1b2c3d")
            }),
            "bad-document"
        );
        assert_eq!(
            code(&TypedTarget {
                reason: Some("a\u{202e}b".into()),
                ..typed("i-0a1b2c3d")
            }),
            "bad-reason"
        );
        assert_eq!(
            code(&TypedTarget {
                encryption: Some(EncryptionPolicyView::Require {
                    key: Some("two words".into())
                }),
                ..typed("i-0a1b2c3d")
            }),
            "bad-encryption"
        );
        let nameless = ParameterView {
            name: " ".into(),
            values: Vec::new(),
        };
        assert_eq!(
            code(&TypedTarget {
                parameters: vec![nameless],
                ..typed("i-0a1b2c3d")
            }),
            "bad-parameters"
        );
    }

    #[test]
    fn empty_fields_fall_back_to_the_defaults_and_then_to_the_aws_configuration() {
        let blank = TypedTarget {
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
    fn a_saved_connection_inherits_each_thing_separately() {
        let target = Target::parse("i-0a1b2c3d").unwrap();
        let connection = Connection {
            id: ConnectionId(1),
            draft: ConnectionDraft {
                group: Some(GroupId(1)),
                document: Some(DocumentName::parse("ops-Report").unwrap()),
                parameters: vec![("command".into(), vec!["df\u{7}".into(), "-h".into()])],
                ..ConnectionDraft::new("ledger\u{202e} db", ConnectionGoal::Target(target.clone()))
            },
            position: None,
            import_key: None,
        };
        let groups = [Group {
            id: GroupId(1),
            draft: GroupDraft {
                name: "ledger".into(),
                profile: Some(ProfileName::parse("acme-prod").unwrap()),
                encryption: Some(EncryptionPolicy::Off),
                ..GroupDraft::default()
            },
            collapsed: false,
            position: None,
            import_key: None,
        }];
        let in_groups = |groups: &[Group]| {
            let effective = EffectiveConnection::of(&connection.draft, &GroupTree::new(groups), &defaults());
            Destination::saved(&connection, effective, target.clone())
        };
        let destination = in_groups(&groups);
        assert_eq!(destination.encryption, EncryptionPolicy::Off);
        assert_eq!(in_groups(&[]).encryption, EncryptionPolicy::Prefer);
        assert_eq!(destination.document().as_deref(), Some("ops-Report"));
        assert_eq!(destination.command().as_deref(), Some("df -h"));
        assert_eq!(destination.profile.unwrap().as_str(), "acme-prod");
        assert_eq!(destination.region.unwrap().as_str(), "us-east-1");
        assert_eq!(destination.title, "ledger db");
        assert_eq!(destination.connection, Some(ConnectionId(1)));
    }
}
