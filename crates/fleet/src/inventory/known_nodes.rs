//! One pair's nodes in order, and where each is.

use std::collections::{HashMap, HashSet, hash_map::Entry};

use postern_model::NodeId;

use crate::{Arrived, Difference, Listing, Node, Ping, Times, listing::account_of};

/// The nodes of one pair.
#[derive(Debug, Clone, Default)]
pub(super) struct KnownNodes {
    pub(super) nodes: Vec<Node>,
    pub(super) places: HashMap<NodeId, usize>,
    pub(super) times: Times,
    /// The hybrid nodes whose tags were read by this run, those that were read longest ago first.
    pub(super) tagged: Vec<NodeId>,
}

impl KnownNodes {
    pub(super) fn new(mut nodes: Vec<Node>, times: Times) -> Self {
        nodes.sort_by_cached_key(order);
        let mut places = HashMap::with_capacity(nodes.len());
        nodes.retain(|node| {
            let place = places.len();
            match places.entry(node.id.clone()) {
                Entry::Vacant(free) => free.insert(place) == &place,
                Entry::Occupied(_) => false,
            }
        });
        Self {
            nodes,
            places,
            times,
            tagged: Vec::new(),
        }
    }

    /// The account that the pair's profile belongs to, once an instance told.
    pub(super) fn account(&self) -> Option<&str> {
        account_of(&self.nodes)
    }

    pub(super) fn get(&self, id: &NodeId) -> Option<&Node> {
        self.nodes.get(*self.places.get(id)?)
    }

    /// What is known after a reading that has come to its end.
    pub(super) fn next(&self, listing: Listing, account: Option<&str>, times: Times) -> Self {
        let tagged = self.tagged_with(&listing.tagged);
        let mut next = Self::new(self.completed(listing, account), times);
        next.tagged = tagged;
        next.tagged.retain(|id| next.places.contains_key(id));
        next
    }

    /// The nodes of one page as they are known from now on, without those that are as they were.
    pub(super) fn arriving(&self, arrived: Arrived, account: Option<&str>) -> Vec<Node> {
        let told = arrived.nodes.into_iter();
        let told = told.map(|node| self.with_former(node.of_account(account)));
        let agents = arrived.only_agents.into_iter();
        let agents = agents.filter_map(|agent| Some(self.former(&agent)?.clone().with_agent_of(&agent)));
        // The last word of a page counts.
        let last: HashMap<NodeId, Node> = told.chain(agents).map(|node| (node.id.clone(), node)).collect();
        let changed = |node: &Node| self.get(&node.id) != Some(node);
        let mut nodes: Vec<Node> = last.into_values().filter(changed).collect();
        nodes.sort_by_cached_key(order);
        nodes
    }

    /// Puts these nodes, which are in order, where they belong.
    pub(super) fn take(&mut self, nodes: &[Node]) {
        let mut moved = Vec::new();
        for node in nodes {
            let place = self.places.get(&node.id);
            match place.and_then(|place| self.nodes.get_mut(*place)) {
                Some(former) if former.name == node.name => former.clone_from(node),
                Some(_) | None => moved.push(node.clone()),
            }
        }
        if moved.is_empty() {
            return;
        }
        let moving: HashSet<NodeId> = moved.iter().map(|node| node.id.clone()).collect();
        self.nodes.retain(|node| !moving.contains(&node.id));
        self.nodes.extend(moved);
        self.nodes.sort_by_cached_key(order);
        self.find_places();
    }

    fn find_places(&mut self) {
        for (place, node) in self.nodes.iter().enumerate() {
            match self.places.get_mut(&node.id) {
                Some(known) => *known = place,
                None => {
                    self.places.insert(node.id.clone(), place);
                }
            }
        }
    }

    /// The former state of a node: one of another account is another node.
    fn former(&self, node: &Node) -> Option<&Node> {
        let former = self.get(&node.id)?;
        let accounts = former.account.as_ref().zip(node.account.as_ref());
        accounts
            .is_none_or(|(before, now)| before == now)
            .then_some(former)
    }

    /// A node that was read, with what this reading did not tell of it as it was known.
    fn with_former(&self, node: Node) -> Node {
        match self.former(&node) {
            Some(former) if node.ping.is_none() => node.with_agent_of(former),
            // Tags of hybrid nodes are read by themselves, later or not at all.
            Some(former) if node.id.is_hybrid() => Node {
                tags: former.tags.clone(),
                ..node
            },
            Some(_) | None => node,
        }
    }

    /// Which hybrid nodes' tags were read, when those of `now` were, too.
    fn tagged_with(&self, now: &HashSet<NodeId>) -> Vec<NodeId> {
        let mut read: Vec<NodeId> = now.iter().cloned().collect();
        read.sort();
        let before = self.tagged.iter().filter(|id| !now.contains(*id));
        before.cloned().chain(read).collect()
    }

    /// The nodes of `listing`, and what it does not tell as it was known.
    fn completed(&self, mut listing: Listing, account: Option<&str>) -> Vec<Node> {
        let accounts = listing.account().zip(self.account());
        if accounts.is_some_and(|(now, before)| now != before) {
            // The profile is another account's now: nothing that was known is of these machines.
            return listing.into_nodes();
        }
        listing.belong_to(account);
        let kept = self.kept(&listing);
        let tagged = listing.tagged;
        let read = listing.nodes.into_iter().map(|node| {
            if tagged.contains(&node.id) {
                node
            } else {
                self.with_former(node)
            }
        });
        let only_agents = listing.only_agents.into_iter();
        let only_agents = only_agents.filter_map(|node| match self.get(&node.id) {
            Some(former) => Some(former.clone().with_agent_of(&node)),
            // Systems Manager also remembers instances that are gone, or that the filter keeps out.
            None => (node.ping == Some(Ping::Online)).then_some(node),
        });
        read.chain(only_agents).chain(kept).collect()
    }

    /// Nodes that `listing` does not name, because what would have named them failed.
    fn kept(&self, listing: &Listing) -> Vec<Node> {
        let (no_instances, no_agents) = (listing.instances_error.is_some(), listing.agents_error.is_some());
        let listed: HashSet<&NodeId> = listing.ids().collect();
        let missing = self.nodes.iter().filter(|node| !listed.contains(&node.id));
        let kept = missing.filter(|node| {
            if node.id.is_hybrid() {
                no_agents
            } else {
                no_instances
            }
        });
        let kept = kept.map(|node| {
            if no_agents {
                node.clone()
            } else {
                node.clone().without_agent()
            }
        });
        kept.collect()
    }

    pub(super) fn difference_from(&self, before: &Self) -> Difference {
        let changed = |node: &&Node| before.get(&node.id) != Some(node);
        let gone = |node: &&Node| !self.places.contains_key(&node.id);
        Difference {
            upserts: self.nodes.iter().filter(changed).cloned().collect(),
            removals: before
                .nodes
                .iter()
                .filter(gone)
                .map(|node| node.id.clone())
                .collect(),
        }
    }
}

/// By name (compared without case), those without a name last, then by id.
fn order(node: &Node) -> (bool, String, NodeId) {
    (node.name.is_empty(), node.name.to_lowercase(), node.id.clone())
}
