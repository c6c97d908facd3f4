//! Fields of one text.

use postern_model::InvalidName;

use crate::contract::ErrorView;

/// The text of a field that must be filled.
///
/// # Errors
/// `bad-<field>` with the rule that the text breaks.
pub(crate) fn parse<T>(
    field: &str,
    parse: impl Fn(&str) -> Result<T, InvalidName>,
    text: &str,
) -> Result<T, ErrorView> {
    parse(text).map_err(|error| ErrorView::bad_field(field, &error))
}

/// The text of a field that may be left empty.
///
/// # Errors
/// `bad-<field>` with the rule that the text breaks.
pub(crate) fn parse_optional<T>(
    field: &str,
    parse: impl Fn(&str) -> Result<T, InvalidName>,
    text: Option<&str>,
) -> Result<Option<T>, ErrorView> {
    let filled = text.map(str::trim).filter(|text| !text.is_empty());
    filled.map(|text| self::parse(field, parse, text)).transpose()
}
