//! The values of a facet, each with a number.

use std::collections::HashMap;

/// FacetValues in the order in which they were first seen. They stay while the facet is shown.
#[derive(Debug, Default)]
pub(super) struct FacetValues {
    texts: Vec<String>,
    numbers: HashMap<String, u32>,
}

impl FacetValues {
    /// The number of a value, which is new perhaps.
    pub(super) fn number(&mut self, text: &str) -> u32 {
        if let Some(number) = self.numbers.get(text) {
            return *number;
        }
        let number = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.texts.push(text.to_owned());
        self.numbers.insert(text.to_owned(), number);
        number
    }

    /// The number of a value that was seen.
    pub(super) fn known(&self, text: &str) -> Option<usize> {
        self.numbers
            .get(text)
            .and_then(|number| usize::try_from(*number).ok())
    }

    pub(super) fn len(&self) -> usize {
        self.texts.len()
    }

    /// Every value in the order of the numbers.
    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        self.texts.iter().map(String::as_str)
    }
}
