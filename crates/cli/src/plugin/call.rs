//! How the AWS CLI calls its plugin.

use postern_model::{ProfileName, Region, SessionGrant};
use serde_json::Value;
use url::Url;

use super::grant;
use crate::failure::Failure;

/// The only operation that there is.
const START_SESSION: &str = "StartSession";
/// The first argument names an environment variable when it begins so; older AWS CLIs give the JSON itself.
const VARIABLE: &str = "AWS_SSM_START_SESSION_RESPONSE";

/// What the program is called for.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Call {
    /// Without arguments: `aws ecs execute-command` looks whether the plugin is there.
    Probe,
    /// `--version`: the AWS CLI compares it with what AWS needs.
    Version,
    /// Too few arguments for a session.
    Unknown {
        /// The first argument.
        operation: String,
    },
    /// A session to take over.
    Session(Handover),
}

/// The arguments of a session, unread.
#[derive(PartialEq, Eq)]
pub(super) struct Handover {
    response: String,
    region: String,
    operation: String,
    profile: String,
    request: String,
    endpoint: String,
}

/// The session to take over.
pub(super) struct Taken {
    pub(super) grant: SessionGrant,
    pub(super) region: Region,
    pub(super) profile: Option<ProfileName>,
    /// The target of StartSession, as it was sent; old AWS CLIs do not tell it.
    pub(super) target: Option<String>,
    /// Of Systems Manager.
    pub(super) endpoint: Option<Url>,
}

impl Call {
    /// Sorts the arguments (without the program's name) by their number, as the official program does.
    pub(super) fn read(arguments: &[String]) -> Self {
        let argument = |index: usize| arguments.get(index).cloned().unwrap_or_default();
        match arguments {
            [] => Self::Probe,
            [only] if only == "--version" => Self::Version,
            [operation] | [operation, _] => Self::Unknown {
                operation: operation.clone(),
            },
            [_, _, _, ..] => Self::Session(Handover {
                response: argument(0),
                region: argument(1),
                operation: argument(2),
                profile: argument(3),
                request: argument(4),
                endpoint: argument(5),
            }),
        }
    }
}

impl Handover {
    /// Reads the arguments; `variable` looks up the environment. The variable stays set in this process, which starts
    /// no other.
    ///
    /// # Errors
    /// [`Failure::Operation`], or [`Failure::Handover`] with what is wrong.
    pub(super) fn parse(self, variable: impl Fn(&str) -> Option<String>) -> Result<Taken, Failure> {
        if self.operation != START_SESSION {
            return Err(Failure::Operation(postern_model::display_text(&self.operation)));
        }
        let response = if self.response.starts_with(VARIABLE) {
            variable(&self.response).ok_or(Failure::Handover {
                what: "a session",
                why: format!("The variable {} is not set.", self.response),
            })?
        } else {
            self.response
        };
        let target = target(&self.request);
        let endpoint = given(&self.endpoint, Url::parse);
        let wrong = |what| move |why: String| Failure::Handover { what, why };
        Ok(Taken {
            grant: grant::parse(&response).map_err(wrong("a session"))?,
            region: Region::parse(&self.region).map_err(|rule| wrong("a Region")(rule.to_string()))?,
            profile: given(&self.profile, ProfileName::parse)
                .map_err(|rule| wrong("a profile")(rule.to_string()))?,
            endpoint: endpoint
                .map_err(|error| wrong("an endpoint")(format!("It is no URL: {error}.")))?
                .filter(|url| !is_of_ecs(url)),
            target,
        })
    }
}

/// Only the target is read of the request, and only encrypted sessions need it, so whatever else it holds is no reason
/// to fail.
fn target(request: &str) -> Option<String> {
    let request: Value = serde_json::from_str(request).ok()?;
    let members = request.as_object()?;
    let (_, target) = members
        .iter()
        .find(|(name, _)| name.eq_ignore_ascii_case("Target"))?;
    target
        .as_str()
        .filter(|target| !target.is_empty())
        .map(ToOwned::to_owned)
}

/// `aws ecs execute-command` hands over the endpoint of its own service, which knows no sessions.
fn is_of_ecs(endpoint: &Url) -> bool {
    let host = endpoint.host_str().unwrap_or_default();
    host.split('.').any(|label| matches!(label, "ecs" | "ecs-fips"))
}

fn given<T, E>(text: &str, parse: impl Fn(&str) -> Result<T, E>) -> Result<Option<T>, E> {
    if text.trim().is_empty() {
        Ok(None)
    } else {
        parse(text).map(Some)
    }
}

impl std::fmt::Debug for Handover {
    /// Without the response, which holds the token.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Handover")
            .field("region", &self.region)
            .field("operation", &self.operation)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    const RESPONSE: &str = r#"{"SessionId":"ops-1","TokenValue":"canary","StreamUrl":"wss://x/1"}"#;
    const ENDPOINT: &str = "https://ssm.eu-central-1.amazonaws.com";

    fn read(arguments: &[&str]) -> Call {
        Call::read(
            &arguments
                .iter()
                .map(|text| (*text).to_owned())
                .collect::<Vec<_>>(),
        )
    }

    fn parse(arguments: &[&str]) -> Result<Taken, Failure> {
        let Call::Session(handover) = read(arguments) else {
            panic!("{arguments:?} is no session")
        };
        handover.parse(|name| (name == "AWS_SSM_START_SESSION_RESPONSE_7").then(|| RESPONSE.to_owned()))
    }

    #[test]
    fn the_number_of_arguments_decides() {
        assert_eq!(read(&[]), Call::Probe);
        assert_eq!(read(&["--version"]), Call::Version);
        assert_eq!(
            read(&["--help"]),
            Call::Unknown {
                operation: "--help".into()
            }
        );
        assert_eq!(
            read(&["--version", "x"]),
            Call::Unknown {
                operation: "--version".into()
            }
        );
        assert!(matches!(
            read(&[RESPONSE, "eu-central-1", "StartSession"]),
            Call::Session(_)
        ));
    }

    #[test]
    fn the_json_on_the_command_line_is_taken() {
        let request = r#"{"Target":"i-0a1b2c3d4e5f67890"}"#;
        let taken = parse(&[
            RESPONSE,
            "eu-central-1",
            "StartSession",
            "acme",
            request,
            ENDPOINT,
        ])
        .unwrap();
        assert_eq!(taken.grant.token.expose_secret(), "canary");
        assert_eq!(taken.grant.stream_url, "wss://x/1");
        assert_eq!(taken.region.as_str(), "eu-central-1");
        assert_eq!(taken.profile.unwrap().as_str(), "acme");
        assert_eq!(taken.target.as_deref(), Some("i-0a1b2c3d4e5f67890"));
        assert_eq!(
            taken.endpoint.unwrap().as_str(),
            "https://ssm.eu-central-1.amazonaws.com/"
        );
    }

    #[test]
    fn the_json_in_a_variable_is_taken() {
        let variable = "AWS_SSM_START_SESSION_RESPONSE_7";
        let taken = parse(&[variable, "eu-central-1", "StartSession", "", "{}", ENDPOINT]).unwrap();
        assert_eq!(taken.grant.session.as_str(), "ops-1");
        assert_eq!(
            taken.profile, None,
            "an empty profile means the default credentials"
        );
        let error = parse(&["AWS_SSM_START_SESSION_RESPONSE", "eu-central-1", "StartSession"])
            .err()
            .unwrap();
        assert!(
            error
                .to_string()
                .contains("AWS_SSM_START_SESSION_RESPONSE is not set."),
            "{error}"
        );
    }

    #[test]
    fn the_target_is_read_without_case_and_may_be_missing() {
        for (request, expected) in [
            (
                r#"{"target":"ecs:web_1_2","Parameters":{"command":["x"]}}"#,
                Some("ecs:web_1_2"),
            ),
            (r#"{"Target":""}"#, None),
            (r#"{"Target":7}"#, None),
            ("[]", None),
            ("", None),
        ] {
            assert_eq!(target(request).as_deref(), expected, "{request}");
        }
    }

    #[test]
    fn the_endpoint_of_ecs_is_not_that_of_systems_manager() {
        for (endpoint, expected) in [
            ("https://ecs.eu-central-1.amazonaws.com", None),
            ("https://ecs-fips.us-east-1.amazonaws.com", None),
            ("https://vpce-1-2.ecs.eu-west-1.vpce.amazonaws.com", None),
            ("http://127.0.0.1:4566", Some("http://127.0.0.1:4566/")),
            (ENDPOINT, Some("https://ssm.eu-central-1.amazonaws.com/")),
        ] {
            let taken = parse(&[RESPONSE, "eu-central-1", "StartSession", "", "{}", endpoint]).unwrap();
            assert_eq!(taken.endpoint.as_ref().map(Url::as_str), expected);
        }
    }

    #[test]
    fn the_old_form_and_a_missing_or_broken_request_are_taken() {
        assert!(
            parse(&[RESPONSE, "eu-central-1", "StartSession"])
                .unwrap()
                .endpoint
                .is_none()
        );
        assert!(parse(&[RESPONSE, "eu-central-1", "StartSession", "", "no json", ""]).is_ok());
    }

    #[test]
    fn wrong_arguments_are_named_and_never_quote_the_token() {
        for (arguments, named) in [
            (
                &[RESPONSE, "eu-central-1", "DescribeSessions"][..],
                "Invalid Operation DescribeSessions",
            ),
            (&[RESPONSE, "", "StartSession"], "a Region"),
            (&[RESPONSE, "eu-central-1", "StartSession", "x\u{7}"], "a profile"),
            (
                &[RESPONSE, "eu-central-1", "StartSession", "", "{}", "no url"],
                "an endpoint",
            ),
            (
                &[r#"{"TokenValue":"canary"}"#, "eu-central-1", "StartSession"],
                "a session",
            ),
            (&[r#"{"canary"}"#, "eu-central-1", "StartSession"], "a session"),
        ] {
            let error = parse(arguments).err().unwrap().to_string();
            assert!(error.contains(named), "{error}");
            assert!(!error.contains("canary"), "{error}");
        }
        assert!(!format!("{:?}", read(&[RESPONSE, "eu-central-1", "StartSession"])).contains("canary"));
    }
}
