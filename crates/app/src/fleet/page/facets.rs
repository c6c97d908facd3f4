//! Facets: how often each value is found, and which nodes the chosen ones let pass.

use super::{field::NodeField, natural::natural_key, order::NodePlace, part::PairPart, values::FacetValues};
use crate::contract::{FacetChoice, FacetValueView, FacetView};

/// More values than this are for nobody to choose from; they are found by their name.
const MOST_SHOWN: usize = 60;

/// One facet of an ask, while nodes are counted.
#[derive(Debug)]
pub(super) struct Facet<'a> {
    field: &'a NodeField,
    /// The numbers of the nodes' values, part by part.
    columns: Vec<&'a [u32]>,
    /// Of each value by its number: whether it was chosen. Empty if none was.
    chosen: Vec<bool>,
    counts: Vec<u32>,
}

impl<'a> Facet<'a> {
    pub(super) fn new(
        field: &'a NodeField,
        parts: &'a [PairPart],
        values: &FacetValues,
        choices: &[FacetChoice],
    ) -> Self {
        let name = field.to_string();
        let mut chosen = Vec::new();
        for value in chosen_in(choices, &name) {
            chosen.resize(values.len(), false);
            if let Some(flag) = values.known(value).and_then(|number| chosen.get_mut(number)) {
                *flag = true;
            }
        }
        Self {
            field,
            columns: parts.iter().map(|part| part.numbers(field)).collect(),
            chosen,
            counts: vec![0; values.len()],
        }
    }

    fn number_at(&self, place: NodePlace) -> Option<usize> {
        let number = self.columns.get(place.part)?.get(place.at)?;
        usize::try_from(*number).ok()
    }

    fn lets_pass(&self, place: NodePlace) -> bool {
        self.chosen.is_empty()
            || self.number_at(place).and_then(|number| self.chosen.get(number)) == Some(&true)
    }

    fn count(&mut self, place: NodePlace) {
        if let Some(count) = self
            .number_at(place)
            .and_then(|number| self.counts.get_mut(number))
        {
            *count += 1;
        }
    }

    /// For the page: those that were chosen, then the most frequent.
    pub(super) fn view(&self, values: &FacetValues, choices: &[FacetChoice], find: &str) -> FacetView {
        let facet = self.field.to_string();
        let find = find.trim().to_lowercase();
        let chosen: Vec<&String> = chosen_in(choices, &facet).collect();
        let is_chosen = |value: &str| chosen.iter().any(|one| *one == value);
        let counted = values.iter().zip(&self.counts);
        let offered = counted.filter(|(value, count)| {
            !is_chosen(value) && **count > 0 && (find.is_empty() || value.to_lowercase().contains(&find))
        });
        let mut offered: Vec<FacetValueView> =
            offered.map(|(value, count)| value_view(value, *count)).collect();
        offered.sort_by_cached_key(|one| (u32::MAX - one.count, natural_key(&one.value)));
        let more = offered.len().saturating_sub(MOST_SHOWN);
        offered.truncate(MOST_SHOWN);
        let count_of = |value: &str| {
            values
                .known(value)
                .and_then(|number| self.counts.get(number).copied())
        };
        let first = chosen
            .iter()
            .map(|value| value_view(value, count_of(value).unwrap_or(0)));
        FacetView {
            values: first.chain(offered).collect(),
            more: u32::try_from(more).unwrap_or(u32::MAX),
            facet,
        }
    }
}

fn value_view(value: &str, count: u32) -> FacetValueView {
    FacetValueView {
        value: value.to_owned(),
        count,
    }
}

fn chosen_in<'a>(choices: &'a [FacetChoice], facet: &'a str) -> impl Iterator<Item = &'a String> {
    let of_it = choices.iter().filter(move |choice| choice.facet == facet);
    of_it.flat_map(|choice| &choice.values)
}

/// Counts a node whose other conditions hold, and says whether every facet lets it pass. A value is counted by what all the
/// other facets let pass, so that it says what choosing it would give.
pub(super) fn count(facets: &mut [Facet<'_>], place: NodePlace) -> bool {
    let mut stopping = facets.iter_mut().filter(|facet| !facet.lets_pass(place));
    match (stopping.next(), stopping.next()) {
        (None, _) => {
            facets.iter_mut().for_each(|facet| facet.count(place));
            true
        }
        (Some(only), None) => {
            only.count(place);
            false
        }
        (Some(_), Some(_)) => false,
    }
}
