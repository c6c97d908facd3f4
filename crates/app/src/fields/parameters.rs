//! The parameters and the reason of a session, checked before AWS sees them.

use std::collections::HashSet;

use postern_model::is_hidden_control;

use crate::contract::{ErrorView, ParameterView};

/// Characters of a parameter's name (StartSession).
const LONGEST_NAME: usize = 255;
/// Characters of a parameter's value (StartSession).
const LONGEST_VALUE: usize = 65_535;
/// Characters of a reason (StartSession).
const LONGEST_REASON: usize = 256;

/// The parameters in the user's order. AWS knows what the document demands of them; here only what no document can take,
/// and what a person cannot see, is refused.
///
/// # Errors
/// `bad-parameters` with the name of the one that breaks a rule.
pub(crate) fn parse_parameters(
    parameters: &[ParameterView],
) -> Result<Vec<(String, Vec<String>)>, ErrorView> {
    let mut names = HashSet::new();
    let mut parsed = Vec::with_capacity(parameters.len());
    for ParameterView { name, values } in parameters {
        let name = name.trim();
        check_name(name)?;
        if !names.insert(name) {
            return Err(bad_parameters(format!("The parameter {name} is given twice.")));
        }
        check_values(name, values)?;
        parsed.push((name.to_owned(), values.clone()));
    }
    Ok(parsed)
}

/// What [`parse_parameters`] reads.
pub(crate) fn parameter_views(parameters: &[(String, Vec<String>)]) -> Vec<ParameterView> {
    let view = |(name, values): &(String, Vec<String>)| ParameterView {
        name: name.clone(),
        values: values.clone(),
    };
    parameters.iter().map(view).collect()
}

/// StartSession takes 1 to 256 characters; it is kept in AWS's records, so nothing hidden goes in.
///
/// # Errors
/// `bad-reason`.
pub(crate) fn parse_reason(reason: Option<&str>) -> Result<Option<String>, ErrorView> {
    let Some(reason) = reason.map(str::trim).filter(|reason| !reason.is_empty()) else {
        return Ok(None);
    };
    if reason.chars().count() > LONGEST_REASON || reason.chars().any(is_hidden_control) {
        let message = "A reason has at most 256 characters and no control characters.";
        return Err(ErrorView::new(
            "bad-reason",
            message,
            "Shorten it, then try again.",
        ));
    }
    Ok(Some(reason.to_owned()))
}

fn check_name(name: &str) -> Result<(), ErrorView> {
    let length = name.chars().count();
    if length == 0 || length > LONGEST_NAME || name.chars().any(is_hidden_control) {
        let message = "A parameter's name has 1 to 255 characters and no control characters.";
        return Err(bad_parameters(message));
    }
    Ok(())
}

fn check_values(name: &str, values: &[String]) -> Result<(), ErrorView> {
    if values.iter().any(|value| value.chars().count() > LONGEST_VALUE) {
        return Err(bad_parameters(format!(
            "A value of {name} has more than 65,535 characters."
        )));
    }
    if values.iter().any(|value| value.chars().any(is_unseen)) {
        return Err(bad_parameters(format!(
            "A value of {name} holds hidden characters."
        )));
    }
    Ok(())
}

/// Scripts have lines and tabs, and some writings and emoji join with U+200C and U+200D.
fn is_unseen(c: char) -> bool {
    is_hidden_control(c) && !matches!(c, '\t' | '\n' | '\r' | '\u{200c}' | '\u{200d}')
}

fn bad_parameters(message: impl Into<String>) -> ErrorView {
    ErrorView::new("bad-parameters", message, "Correct it, then try again.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parameter(name: &str, values: &[&str]) -> ParameterView {
        ParameterView {
            name: name.into(),
            values: values.iter().map(ToString::to_string).collect(),
        }
    }

    #[test]
    fn scripts_and_every_writing_go_through_as_they_are() {
        let given = [
            parameter("z", &["set -e\n\tls \"$HOME\"\r\n", "", "é 東京 👩‍💻"]),
            parameter("a", &[]),
        ];
        let parsed = parse_parameters(&given).unwrap();
        assert_eq!(parameter_views(&parsed), given);
    }

    #[test]
    fn what_no_document_takes_or_nobody_sees_is_refused() {
        for (parameters, word) in [
            (vec![parameter(" ", &[])], "1 to 255"),
            (vec![parameter(&"x".repeat(256), &[])], "1 to 255"),
            (vec![parameter("a\u{202e}b", &[])], "1 to 255"),
            (
                vec![parameter("a", &["1"]), parameter(" a ", &["2"])],
                "a is given twice",
            ),
            (vec![parameter("a", &["x\u{0}y"])], "hidden"),
            (vec![parameter("a", &["rm \u{202e}x"])], "hidden"),
            (vec![parameter("a", &["x".repeat(65_536).as_str()])], "65,535"),
        ] {
            let error = parse_parameters(&parameters).unwrap_err();
            assert_eq!(error.code, "bad-parameters");
            assert!(error.message.contains(word), "{}", error.message);
        }
    }

    #[test]
    fn a_reason_is_short_and_plain() {
        assert_eq!(parse_reason(Some(" ")).unwrap(), None);
        assert_eq!(
            parse_reason(Some(" ticket 42 ")).unwrap().as_deref(),
            Some("ticket 42")
        );
        for reason in ["x".repeat(257), "a\u{202e}b".into()] {
            assert_eq!(parse_reason(Some(&reason)).unwrap_err().code, "bad-reason");
        }
    }
}
