//! A search: which things answer a question, in which order, and which of them is meant.

use std::{
    cmp::{Ordering, Reverse},
    collections::BTreeMap,
    hash::Hash,
    ops::Range,
};

use super::{
    FleetQuery,
    field::Field,
    fit::Fit,
    fuzzy::NameLetters,
    index::{SearchIndex, compare_entries, place},
    prepared::Prepared,
    recency::Recency,
};

/// The answers to a question, by group and in order, as of one revision of the index.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers<G> {
    revision: u64,
    has_words: bool,
    groups: Vec<GroupAnswers<G>>,
}

/// The answers of one group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GroupAnswers<G> {
    /// The group.
    pub group: G,
    /// How many things it has, not counting those that were left out beforehand.
    pub total: usize,
    hits: Vec<Hit>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Hit {
    slot: u32,
    fit: Fit,
}

/// One of the best answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Best<'a, K> {
    /// What answers.
    pub key: &'a K,
    /// How well.
    pub fit: Fit,
}

impl<G> Answers<G> {
    /// Of which revision of the index it is.
    #[must_use]
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// Every group of the index in order, those without an answer, too.
    #[must_use]
    pub fn groups(&self) -> &[GroupAnswers<G>] {
        &self.groups
    }

    /// How many things answer.
    #[must_use]
    pub fn matching(&self) -> usize {
        self.groups.iter().map(GroupAnswers::matching).sum()
    }

    /// How many there are, not counting those that were left out beforehand.
    #[must_use]
    pub fn total(&self) -> usize {
        self.groups.iter().map(|group| group.total).sum()
    }

    fn hits(&self) -> impl Iterator<Item = Hit> {
        self.groups.iter().flat_map(|group| group.hits.iter().copied())
    }
}

impl<G: PartialEq> Answers<G> {
    /// The answers of one group.
    #[must_use]
    pub fn group(&self, group: &G) -> Option<&GroupAnswers<G>> {
        self.groups.iter().find(|found| found.group == *group)
    }
}

impl<G> GroupAnswers<G> {
    /// How many things of the group answer.
    #[must_use]
    pub fn matching(&self) -> usize {
        self.hits.len()
    }
}

impl<G: Clone + Ord, K: Clone + Eq + Hash> SearchIndex<G, K> {
    /// Asks every thing; with `only_running` those that are stopped, or on their way there, are left out beforehand.
    #[must_use]
    pub fn find(&self, query: &FleetQuery, only_running: bool) -> Answers<G> {
        let prepared = Prepared::new(query.expression(), &self.symbols);
        let mut buffer = NameLetters::default();
        let groups = self.groups.iter().map(|(group, order)| {
            let (mut total, mut hits) = (0, Vec::new());
            for slot in order.iter().copied() {
                let Some(entry) = self.slot(slot).map(|slot| &slot.entry) else {
                    continue;
                };
                if only_running && entry.stopped {
                    continue;
                }
                total += 1;
                hits.extend(prepared.fit(entry, &mut buffer).map(|fit| Hit { slot, fit }));
            }
            GroupAnswers {
                group: group.clone(),
                total,
                hits,
            }
        });
        Answers {
            revision: self.revision(),
            has_words: prepared.has_words,
            groups: groups.collect(),
        }
    }

    /// Whether nothing has changed since.
    #[must_use]
    pub fn is_current(&self, answers: &Answers<G>) -> bool {
        self.revision() == answers.revision
    }

    /// The keys of some answers of a group, in order; none of an index that has changed since.
    #[must_use]
    pub fn keys(&self, answers: &Answers<G>, group: &G, range: Range<usize>) -> Vec<&K> {
        let group = answers.group(group).filter(|_| self.is_current(answers));
        let hits = group.map_or(&[][..], |group| &group.hits);
        let hits = hits.iter().skip(range.start).take(range.len());
        hits.filter_map(|hit| Some(&self.slot(hit.slot)?.key)).collect()
    }

    /// The place of an answer in its group.
    #[must_use]
    pub fn place(&self, answers: &Answers<G>, key: &K) -> Option<(G, usize)> {
        let number = self.slot_of(key).filter(|_| self.is_current(answers))?;
        let slot = self.slot(number)?;
        let place = answers
            .group(&slot.group)?
            .hits
            .iter()
            .position(|hit| hit.slot == number)?;
        Some((slot.group.clone(), place))
    }

    /// The best answers: by fit, then production last, then what was used lately and often, then by name, group and id.
    #[must_use]
    pub fn best(&self, answers: &Answers<G>, recency: &Recency<K>, limit: usize) -> Vec<Best<'_, K>> {
        if !self.is_current(answers) || limit == 0 {
            return Vec::new();
        }
        let weights = self.weights(recency);
        let mut ranked = self.candidates(answers, &weights, limit);
        ranked.sort_by(|a, b| self.compare_ranked(a, b));
        ranked.truncate(limit);
        let best = ranked.into_iter().filter_map(|ranked| {
            let key = &self.slot(ranked.hit.slot)?.key;
            Some(Best {
                key,
                fit: ranked.hit.fit,
            })
        });
        best.collect()
    }

    /// Those that may be among the best, few enough to be put in order: of those that stand where the last one of the best
    /// does, each group's first ones, because its answers are in order already.
    fn candidates(&self, answers: &Answers<G>, weights: &[u32], limit: usize) -> Vec<Ranked> {
        let rank = |group: &GroupAnswers<G>| -> Vec<Ranked> {
            group
                .hits
                .iter()
                .filter_map(|hit| self.rank(*hit, weights))
                .collect()
        };
        let groups: Vec<Vec<Ranked>> = answers.groups.iter().map(rank).collect();
        let mut standings: Vec<AnswerStanding> =
            groups.iter().flatten().map(|ranked| ranked.standing).collect();
        let last = match standings.len().checked_sub(1) {
            Some(last) => *standings.select_nth_unstable(last.min(limit - 1)).1,
            None => return Vec::new(),
        };
        let of_group = groups.into_iter().flat_map(|group| {
            let mut room = limit;
            group.into_iter().filter(move |ranked| {
                let is_taken = ranked.standing == last && room > 0;
                room -= usize::from(is_taken);
                is_taken || ranked.standing < last
            })
        });
        of_group.collect()
    }

    /// The answer that leaves no choice: the only one, or the only one whose whole name or id was typed. A guess is none.
    #[must_use]
    pub fn sure(&self, answers: &Answers<G>) -> Option<&K> {
        if !self.is_current(answers) {
            return None;
        }
        let mut exact = answers
            .hits()
            .filter(|hit| answers.has_words && hit.fit == Fit::EXACT);
        let hit = match (exact.next(), exact.next()) {
            (Some(hit), None) => hit,
            (Some(_), Some(_)) => return None,
            (None, _) => {
                let mut all = answers.hits();
                all.next()
                    .filter(|hit| hit.fit.is_literal() && all.next().is_none())?
            }
        };
        Some(&self.slot(hit.slot)?.key)
    }

    /// The first condition that nothing meets, as it stands in the question `text`.
    #[must_use]
    pub fn unmet<'q>(&self, query: &'q FleetQuery, only_running: bool) -> Option<&'q str> {
        query.parts().into_iter().find_map(|(part, text)| {
            let prepared = Prepared::new(Some(part), &self.symbols);
            let mut buffer = NameLetters::default();
            let mut entries = self.slots.iter().flatten().map(|slot| &slot.entry);
            let is_met = entries
                .any(|entry| !(only_running && entry.stopped) && prepared.fit(entry, &mut buffer).is_some());
            (!is_met).then_some(text)
        })
    }

    /// The values of a field among the answers, each with how many have it.
    #[must_use]
    pub fn facet(&self, answers: &Answers<G>, field: Field) -> BTreeMap<&str, usize> {
        if !self.is_current(answers) {
            return BTreeMap::new();
        }
        self.count_of(field, answers.hits().filter_map(|hit| self.slot(hit.slot)))
    }

    /// How much each slot was used.
    fn weights(&self, recency: &Recency<K>) -> Vec<u32> {
        let mut weights = vec![0; self.slots.len()];
        for (key, weight) in recency.iter() {
            let slot = self.slot_of(key).map(place);
            if let Some(known) = slot.and_then(|slot| weights.get_mut(slot)) {
                *known = weight;
            }
        }
        weights
    }

    fn rank(&self, hit: Hit, weights: &[u32]) -> Option<Ranked> {
        let entry = &self.slot(hit.slot)?.entry;
        let weight = weights.get(place(hit.slot)).copied().unwrap_or_default();
        Some(Ranked {
            standing: (hit.fit, entry.production, Reverse(weight)),
            hit,
        })
    }

    fn compare_ranked(&self, a: &Ranked, b: &Ranked) -> Ordering {
        a.standing.cmp(&b.standing).then_with(|| {
            let (Some(first), Some(second)) = (self.slot(a.hit.slot), self.slot(b.hit.slot)) else {
                return Ordering::Equal;
            };
            compare_entries(&first.entry, &second.entry)
                .then_with(|| first.group.cmp(&second.group))
                .then_with(|| a.hit.slot.cmp(&b.hit.slot))
        })
    }
}

/// The first is best.
type AnswerStanding = (Fit, bool, Reverse<u32>);

#[derive(Debug)]
struct Ranked {
    standing: AnswerStanding,
    hit: Hit,
}
