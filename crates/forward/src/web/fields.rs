//! The fields of a request head.

use httparse::Header;

/// The values of a field, without the space around them.
pub(super) fn values<'a>(fields: &'a [Header<'_>], name: &'a str) -> impl Iterator<Item = String> + 'a {
    fields
        .iter()
        .filter(move |field| field.name.eq_ignore_ascii_case(name))
        .map(|field| String::from_utf8_lossy(field.value).trim().to_owned())
}
