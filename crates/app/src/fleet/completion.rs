//! What a question may go on with, in the places of the page.

use postern_fleet::Suggestion;

use super::search::{FleetSearch, number};
use crate::contract::{CompletionView, SuggestionView};

/// As many as a list under the field shows.
const MOST_SUGGESTIONS: usize = 12;

/// `cursor` is in UTF-16 units, as the page counts.
pub(super) fn completion(search: &FleetSearch, text: &str, cursor: u32) -> CompletionView {
    let completion = search
        .index()
        .complete(text, byte_place(text, cursor), MOST_SUGGESTIONS);
    CompletionView {
        from: page_place(text, completion.range.start),
        to: page_place(text, completion.range.end),
        suggestions: completion.suggestions.into_iter().map(suggestion).collect(),
    }
}

fn suggestion(suggestion: Suggestion) -> SuggestionView {
    SuggestionView {
        text: suggestion.text,
        shown: suggestion.shown,
        count: suggestion.count.map(number),
        meaning: suggestion.meaning.to_owned(),
    }
}

fn byte_place(text: &str, units: u32) -> usize {
    let mut left = super::found::place(units);
    for (at, character) in text.char_indices() {
        if left == 0 {
            return at;
        }
        left = left.saturating_sub(character.len_utf16());
    }
    text.len()
}

fn page_place(text: &str, bytes: usize) -> u32 {
    let before = text.get(..bytes).unwrap_or(text);
    number(before.encode_utf16().count())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_those_of_the_page_and_a_cursor_within_a_sign_is_behind_it() {
        let text = "aü😀b";
        for (units, bytes) in [(0, 0), (1, 1), (2, 3), (4, 7), (5, 8), (9, 8)] {
            assert_eq!(byte_place(text, units), bytes, "{units}");
        }
        assert_eq!(byte_place(text, 3), 7);
        assert_eq!(
            [0, 1, 3, 7, 8].map(|bytes| page_place(text, bytes)),
            [0, 1, 2, 4, 5]
        );
    }

    #[test]
    fn a_key_is_completed_in_its_place() {
        let view = completion(&FleetSearch::default(), "😀 stat", 7);
        assert_eq!((view.from, view.to), (3, 7));
        assert_eq!(view.suggestions.first().unwrap().text, "state:");
    }
}
