//! How a command becomes the parameters of a document's session.

use postern_model::{DocumentName, DocumentSessionType, SeparateOutput, SessionDocument};

use crate::command_line::{self, NodeShell};
use crate::error::ExecError;
use crate::trailer::Trailer;

/// What documents for commands call the command, AWS's own first.
const COMMAND_PARAMETERS: [&str; 2] = ["command", "commands"];
/// How a parameter asks for separate output.
const TRUE: &str = "True";

/// What is to be run, and how.
#[derive(Debug, Clone)]
pub struct ExecRequest {
    /// One word is a line of the node's shell, several are a program and its arguments.
    pub command: Vec<String>,
    /// What runs it.
    pub shell: NodeShell,
    /// Only with the two outputs kept apart; else they are where the document can.
    pub separate: bool,
    /// Other parameters of the document.
    pub parameters: Vec<(String, Vec<String>)>,
}

/// What its session is asked for, and how its exit status is found.
#[derive(Debug)]
pub struct ExecPlan {
    /// All parameters of StartSession.
    pub parameters: Vec<(String, Vec<String>)>,
    /// What takes the exit status out of an output, where the command line puts it.
    pub trailer: Trailer,
}

/// How the two outputs travel.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Travel {
    /// Each on its own.
    Apart,
    /// Each on its own if this parameter is set.
    ApartBy { parameter: String, value: String },
    /// Together, when the command is over.
    Together,
}

impl ExecPlan {
    /// The plan for `request` with `document`, of which `known` is known, if anything. `mark` is a random word that no
    /// output holds by chance.
    ///
    /// # Errors
    /// Every [`ExecError`] that is known before the command runs.
    pub fn make(
        document: &DocumentName,
        known: Option<&SessionDocument>,
        request: ExecRequest,
        mark: &str,
    ) -> Result<Self, ExecError> {
        if request.command.iter().any(|word| word.contains('\0')) {
            return Err(ExecError::Nul);
        }
        let travel = travel(document, known, &request)?;
        let name = command_parameter(document, known)?;
        let mut parameters = request.parameters.clone();
        if parameters.iter().any(|(given, _)| *given == name) {
            return Err(ExecError::CommandTwice { name });
        }
        if let Travel::ApartBy { parameter, value } = travel {
            parameters.push((parameter, vec![value]));
        }
        let line = command_line::supervised(request.shell, &request.command, mark);
        parameters.push((name, vec![line]));
        Ok(Self {
            parameters,
            trailer: Trailer::new(mark),
        })
    }
}

fn command_parameter(document: &DocumentName, known: Option<&SessionDocument>) -> Result<String, ExecError> {
    let Some(known) = known else {
        let [usual, ..] = COMMAND_PARAMETERS;
        return Ok(usual.to_owned());
    };
    let has = |name: &&str| known.parameters.iter().any(|one| one.name == *name);
    let found = COMMAND_PARAMETERS.into_iter().find(has);
    found
        .map(ToOwned::to_owned)
        .ok_or_else(|| ExecError::NoCommandParameter {
            document: document.clone(),
            parameters: known.parameters.iter().map(|one| one.name.clone()).collect(),
        })
}

fn travel(
    document: &DocumentName,
    known: Option<&SessionDocument>,
    request: &ExecRequest,
) -> Result<Travel, ExecError> {
    let Some(kind) = known.and_then(|known| known.session_type.as_ref()) else {
        // Nobody may look: whoever asks for separate output is taken to know the document.
        return Ok(if request.separate {
            Travel::Apart
        } else {
            Travel::Together
        });
    };
    let together = || {
        if request.separate {
            Err(ExecError::CannotSeparate {
                document: document.clone(),
            })
        } else {
            Ok(Travel::Together)
        }
    };
    match kind {
        DocumentSessionType::NonInteractiveCommands { separate_output } => match separate_output {
            SeparateOutput::Yes => Ok(Travel::Apart),
            SeparateOutput::No => together(),
            SeparateOutput::ByParameter(name) => match given(request, name) {
                Some(true) => Ok(Travel::Apart),
                Some(false) => together(),
                None => Ok(Travel::ApartBy {
                    parameter: name.clone(),
                    value: truth(known, name),
                }),
            },
        },
        DocumentSessionType::Shell => Err(not_for_commands(document, "Standard_Stream")),
        DocumentSessionType::InteractiveCommands => Err(not_for_commands(document, "InteractiveCommands")),
        DocumentSessionType::Port => Err(not_for_commands(document, "Port")),
        DocumentSessionType::Other(kind) => Err(not_for_commands(document, kind)),
    }
}

/// Whether the user set the parameter, and to what.
fn given(request: &ExecRequest, parameter: &str) -> Option<bool> {
    let (_, values) = request.parameters.iter().find(|(name, _)| name == parameter)?;
    Some(values.iter().any(|value| value.trim().eq_ignore_ascii_case(TRUE)))
}

/// As the document spells it.
fn truth(known: Option<&SessionDocument>, parameter: &str) -> String {
    let parameter = known.and_then(|known| known.parameters.iter().find(|one| one.name == parameter));
    let spelled = parameter.and_then(|parameter| {
        let mut values = parameter.allowed_values.iter();
        values.find(|value| value.eq_ignore_ascii_case(TRUE))
    });
    spelled.map_or_else(|| TRUE.to_owned(), Clone::clone)
}

fn not_for_commands(document: &DocumentName, kind: &str) -> ExecError {
    ExecError::NotForCommands {
        document: document.clone(),
        kind: kind.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use postern_model::{DocumentParameter, ParameterKind};

    use super::*;

    const MARK: &str = "0123456789abcdef";

    fn name() -> DocumentName {
        DocumentName::parse("Acme-Run").unwrap()
    }

    fn parameter(name: &str, allowed: &[&str]) -> DocumentParameter {
        DocumentParameter {
            name: name.into(),
            kind: ParameterKind::Text,
            description: String::new(),
            default: None,
            allowed_values: allowed.iter().map(|value| (*value).to_owned()).collect(),
            allowed_pattern: None,
            min_chars: None,
            max_chars: None,
        }
    }

    fn document(session_type: Option<DocumentSessionType>, parameters: &[&str]) -> SessionDocument {
        SessionDocument {
            name: name(),
            description: String::new(),
            session_type,
            parameters: parameters.iter().map(|name| parameter(name, &[])).collect(),
            kms_key: None,
        }
    }

    fn commands(separate_output: SeparateOutput) -> Option<DocumentSessionType> {
        Some(DocumentSessionType::NonInteractiveCommands { separate_output })
    }

    fn request(separate: bool, parameters: &[(&str, &str)]) -> ExecRequest {
        let parameters = parameters.iter();
        ExecRequest {
            command: vec!["echo".into(), "a b".into()],
            shell: NodeShell::Sh,
            separate,
            parameters: parameters
                .map(|(name, value)| ((*name).to_owned(), vec![(*value).to_owned()]))
                .collect(),
        }
    }

    fn plan(known: Option<&SessionDocument>, request: ExecRequest) -> Result<ExecPlan, ExecError> {
        ExecPlan::make(&name(), known, request, MARK)
    }

    fn pair(name: &str, value: &str) -> (String, Vec<String>) {
        (name.to_owned(), vec![value.to_owned()])
    }

    fn names(plan: &ExecPlan) -> Vec<&str> {
        plan.parameters.iter().map(|(name, _)| name.as_str()).collect()
    }

    #[test]
    fn a_document_that_separates_needs_no_parameter_but_the_command() {
        let known = document(commands(SeparateOutput::Yes), &["command"]);
        for separate in [false, true] {
            let plan = plan(Some(&known), request(separate, &[])).unwrap();
            assert_eq!(names(&plan), ["command"]);
            assert!(plan.parameters[0].1[0].ends_with("echo 'a b'"));
        }
    }

    #[test]
    fn a_document_that_separates_on_demand_is_asked_to() {
        let by = commands(SeparateOutput::ByParameter("apart".into()));
        let mut known = document(by, &["commands", "apart"]);
        let asked = plan(Some(&known), request(false, &[("user", "ops")])).unwrap();
        assert_eq!(names(&asked), ["user", "apart", "commands"]);
        assert_eq!(asked.parameters[1], pair("apart", "True"));
        known.parameters = vec![parameter("command", &[]), parameter("apart", &["false", "true"])];
        let asked = plan(Some(&known), request(false, &[])).unwrap();
        assert_eq!(asked.parameters[0], pair("apart", "true"));
        let declined = plan(Some(&known), request(false, &[("apart", "False")])).unwrap();
        assert_eq!(names(&declined), ["apart", "command"]);
        let refused = plan(Some(&known), request(true, &[("apart", "False")])).unwrap_err();
        assert_eq!(refused, ExecError::CannotSeparate { document: name() });
    }

    #[test]
    fn a_document_that_mixes_is_taken_or_refused() {
        let known = document(commands(SeparateOutput::No), &["command"]);
        let mixed = plan(Some(&known), request(false, &[])).unwrap();
        assert!(mixed.parameters[0].1[0].contains(MARK));
        let refused = plan(Some(&known), request(true, &[])).unwrap_err();
        assert_eq!(refused, ExecError::CannotSeparate { document: name() });
    }

    #[test]
    fn without_leave_to_look_the_outputs_are_taken_together_unless_the_user_knows_better() {
        let described = document(None, &["command"]);
        for known in [None, Some(&described)] {
            for separate in [false, true] {
                assert_eq!(names(&plan(known, request(separate, &[])).unwrap()), ["command"]);
            }
        }
    }

    #[test]
    fn documents_of_other_kinds_are_refused_by_name() {
        for (kind, named) in [
            (DocumentSessionType::Shell, "Standard_Stream"),
            (DocumentSessionType::InteractiveCommands, "InteractiveCommands"),
            (DocumentSessionType::Port, "Port"),
            (DocumentSessionType::Other("New".into()), "New"),
        ] {
            let known = document(Some(kind), &["command"]);
            let error = plan(Some(&known), request(false, &[])).unwrap_err();
            assert!(
                error.to_string().ends_with(&format!("of the type {named}.")),
                "{error}"
            );
        }
    }

    #[test]
    fn the_command_needs_a_parameter_of_its_own() {
        let known = document(commands(SeparateOutput::Yes), &["file", "lines"]);
        let error = plan(Some(&known), request(false, &[])).unwrap_err();
        assert_eq!(
            error.to_string(),
            "The document Acme-Run has no parameter named command: it has file, lines."
        );
        let twice = plan(None, request(false, &[("command", "uptime")])).unwrap_err();
        assert_eq!(
            twice,
            ExecError::CommandTwice {
                name: "command".into()
            }
        );
        let mut nul = request(false, &[]);
        nul.command.push("\0".into());
        assert_eq!(plan(None, nul).unwrap_err(), ExecError::Nul);
    }
}
