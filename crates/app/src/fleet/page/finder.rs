//! Answers to the fleet page: windows of the table, keys of its nodes, facets.

use super::{
    facets::{Facet, count},
    field::NodeField,
    order::NodePlace,
    part::TagUse,
    table::NodeTable,
};
use crate::{
    contract::{ErrorView, ExclusionView, FacetView, FleetAsk, FleetPageAsk, FleetPageView, TagKeyView},
    fleet::{
        known::{Changes, Fleet},
        search::FleetSearch,
    },
};

/// The facets that are always there.
const FACETS: [NodeField; 5] = [
    NodeField::Profile,
    NodeField::State,
    NodeField::Region,
    NodeField::Platform,
    NodeField::Type,
];
/// So many keys of tags are facets without being chosen.
const PROPOSED_TAGS: usize = 2;
/// Keys of tags that are named for choosing.
const MOST_TAG_KEYS: usize = 100;
/// The longest window of the table that is answered at once.
const LONGEST_WINDOW: usize = 500;

/// Finds what the fleet page asks for. Asking twice costs little.
#[derive(Debug, Default)]
pub(crate) struct PageFinder {
    table: NodeTable,
    last: Option<(FleetPageAsk, FoundRows)>,
}

/// What an ask found.
#[derive(Debug, Default)]
struct FoundRows {
    places: Vec<NodePlace>,
    facets: Vec<FacetView>,
    tag_keys: Vec<TagKeyView>,
    unknown_keys: Vec<String>,
    excluded_by: Option<ExclusionView>,
    total: usize,
}

impl PageFinder {
    /// Nodes changed; they are looked at when somebody asks.
    pub(crate) fn note(&mut self, changes: &Changes) {
        self.table.note(changes);
    }

    /// A window of the table, `count` nodes behind `from`, with what stands beside it.
    ///
    /// # Errors
    /// `bad-column`.
    pub(crate) fn page(
        &mut self,
        fleet: &Fleet,
        search: &mut FleetSearch,
        ask: &FleetPageAsk,
        from: usize,
        count: usize,
    ) -> Result<FleetPageView, ErrorView> {
        let (table, found) = self.find(fleet, search, ask)?;
        let window = found.places.iter().skip(from).take(count.min(LONGEST_WINDOW));
        let rows = window.filter_map(|place| fleet.node_view(&table.key_at(fleet, *place)?));
        Ok(FleetPageView {
            total: number(found.total),
            matching: number(found.places.len()),
            from: number(from),
            rows: rows.collect(),
            facets: found.facets.clone(),
            tag_keys: found.tag_keys.clone(),
            unknown_keys: found.unknown_keys.clone(),
            excluded_by: found.excluded_by,
        })
    }

    /// The keys of `count` nodes behind `from`, in the order of the table.
    ///
    /// # Errors
    /// `bad-column`.
    pub(crate) fn keys(
        &mut self,
        fleet: &Fleet,
        search: &mut FleetSearch,
        ask: &FleetPageAsk,
        from: usize,
        count: usize,
    ) -> Result<Vec<String>, ErrorView> {
        let (table, found) = self.find(fleet, search, ask)?;
        let places = found.places.iter().skip(from).take(count);
        let keys = places.filter_map(|place| table.key_at(fleet, *place));
        Ok(keys.map(|key| key.to_string()).collect())
    }

    fn find(
        &mut self,
        fleet: &Fleet,
        search: &mut FleetSearch,
        ask: &FleetPageAsk,
    ) -> Result<(&NodeTable, &FoundRows), ErrorView> {
        let sort = NodeField::parse(&ask.sort).ok_or_else(|| bad_column(&ask.sort))?;
        let before = self.last.take();
        let found = match before {
            Some((last, found)) if last == *ask && self.table.is_fresh() => found,
            Some(_) | None => self.search(fleet, search, ask, sort),
        };
        let (_, found) = self.last.insert((ask.clone(), found));
        Ok((&self.table, found))
    }

    fn search(
        &mut self,
        fleet: &Fleet,
        search: &mut FleetSearch,
        ask: &FleetPageAsk,
        sort: NodeField,
    ) -> FoundRows {
        let asked = FleetAsk {
            query: ask.query.clone(),
            only_running: ask.only_running,
        };
        let answers = search.search(&asked);
        self.table.look_again(fleet, sort);
        self.table.match_nodes(search.index(), &answers.found, &asked);
        let tags = self.table.tags();
        let fields = facet_fields(ask, &tags);
        self.table.have_columns(fleet, &fields);
        let unknown = answers
            .query
            .unknown_keys()
            .iter()
            .map(|unknown| unknown.key.clone());
        FoundRows {
            tag_keys: tags.into_iter().take(MOST_TAG_KEYS).map(tag_key).collect(),
            unknown_keys: unknown.collect(),
            ..self.counted(&fields, ask)
        }
    }

    fn counted(&self, fields: &[NodeField], ask: &FleetPageAsk) -> FoundRows {
        let (mut facets, values): (Vec<Facet<'_>>, Vec<_>) =
            fields.iter().map(|field| self.table.facet(field, ask)).unzip();
        let mut found = FoundRows::default();
        let mut any_matched = false;
        for (place, is_matched) in self.table.places(ask.descending) {
            found.total += 1;
            any_matched |= is_matched;
            if is_matched && count(&mut facets, place) {
                found.places.push(place);
            }
        }
        let views = facets.iter().zip(values);
        found.facets = views
            .map(|(facet, values)| facet.view(values, &ask.chosen, &ask.find_value))
            .collect();
        if found.places.is_empty() {
            found.excluded_by = Some(exclusion(found.total, any_matched));
        }
        found
    }
}

fn exclusion(total: usize, any_matched: bool) -> ExclusionView {
    match (total, any_matched) {
        (0, _) => ExclusionView::Empty,
        (_, true) => ExclusionView::Facets,
        (_, false) => ExclusionView::Query,
    }
}

/// The facets of an ask: those that are always there, then tags, and whatever a choice was made in.
fn facet_fields(ask: &FleetPageAsk, tags: &[(String, TagUse)]) -> Vec<NodeField> {
    let mut fields = FACETS.to_vec();
    let telling = tags.iter().filter(|(_, one)| one.tells_apart());
    let proposed = telling.take(PROPOSED_TAGS).map(|(key, _)| key);
    let tags: Vec<&String> = ask
        .tag_facets
        .as_ref()
        .map_or_else(|| proposed.collect(), |keys| keys.iter().collect());
    fields.extend(tags.into_iter().map(|key| NodeField::Tag(key.clone())));
    let chosen = ask.chosen.iter().filter(|choice| !choice.values.is_empty());
    for field in chosen.filter_map(|choice| NodeField::parse(&choice.facet)) {
        if !fields.contains(&field) {
            fields.push(field);
        }
    }
    fields
}

fn tag_key((key, one): (String, TagUse)) -> TagKeyView {
    TagKeyView {
        key,
        nodes: number(one.nodes),
    }
}

fn number(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

pub(super) fn bad_column(column: &str) -> ErrorView {
    ErrorView::new(
        "bad-column",
        format!(
            "The fleet has no column \u{201c}{}\u{201d}.",
            postern_model::display_text(column)
        ),
        "Sort by another column.",
    )
}

#[cfg(test)]
mod tests;
