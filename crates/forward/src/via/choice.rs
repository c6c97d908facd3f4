//! Which of several healthy nodes a forward goes by. Always the same one for the same answers of AWS.

use std::time::Duration;

use postern_model::NodeId;
use tokio::time::Instant;

use super::ThroughNode;

/// How long a node that failed stands behind all others: longer than AWS goes on calling an agent online that is gone.
const STANDS_BACK: Duration = Duration::from_secs(600);

/// Nodes that failed lately, and when.
#[derive(Debug, Default)]
pub(super) struct FailedNodes(Vec<(NodeId, Instant)>);

impl FailedNodes {
    fn forget_old(&mut self, now: Instant) {
        self.0.retain(|(_, at)| now.duration_since(*at) < STANDS_BACK);
    }

    fn add(&mut self, node: NodeId, now: Instant) {
        self.0.retain(|(other, _)| *other != node);
        self.0.push((node, now));
    }

    fn failed_at(&self, node: &NodeId) -> Option<Instant> {
        let failed = self.0.iter().find(|(other, _)| other == node);
        failed.map(|(_, at)| *at)
    }
}

/// What one way goes by, and what it may go by. Which nodes failed is known to all ways together.
#[derive(Debug, Default)]
pub(super) struct NodeChoice {
    current: Option<ThroughNode>,
    /// Healthy ones of the last look, the current one among them.
    healthy: Vec<NodeId>,
}

impl NodeChoice {
    /// Stays with the node that it has while that is healthy and has not failed, else takes the first by name. When all have
    /// failed, the one whose failure is the longest ago; none when none is healthy.
    pub(super) fn choose(
        &mut self,
        mut healthy: Vec<ThroughNode>,
        failed: &mut FailedNodes,
        now: Instant,
    ) -> Option<ThroughNode> {
        failed.forget_old(now);
        self.healthy = healthy.iter().map(|node| node.node.clone()).collect();
        let current = self.current.take().map(|node| node.node);
        healthy.sort_by_cached_key(|node| {
            let is_other = Some(&node.node) != current.as_ref();
            (
                failed.failed_at(&node.node),
                is_other,
                node.name.clone(),
                node.node.clone(),
            )
        });
        self.current = healthy.into_iter().next();
        self.current.clone()
    }

    /// The node failed that this way chose last. Whether there is one that has not.
    pub(super) fn failed(&mut self, failed: &mut FailedNodes, now: Instant) -> bool {
        let Some(current) = &self.current else {
            return false;
        };
        failed.add(current.node.clone(), now);
        self.healthy.iter().any(|node| failed.failed_at(node).is_none())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn nodes(names: &[(&str, char)]) -> Vec<ThroughNode> {
        let node = |(name, digit): &(&str, char)| ThroughNode {
            node: NodeId::parse(&format!("i-0000000{digit}")).unwrap(),
            name: Some((*name).to_owned()),
        };
        names.iter().map(node).collect()
    }

    fn name(chosen: Option<ThroughNode>) -> String {
        chosen.and_then(|node| node.name).unwrap_or_default()
    }

    const THREE: &[(&str, char)] = &[("c", '1'), ("a", '3'), ("b", '2')];

    #[test]
    fn it_takes_the_first_by_name_and_stays_there() {
        let (mut choice, mut failed) = (NodeChoice::default(), FailedNodes::default());
        let now = Instant::now();
        let mut choose = |names: &[(&str, char)]| name(choice.choose(nodes(names), &mut failed, now));
        assert_eq!(choose(&[]), "");
        assert_eq!(choose(&[("c", '1'), ("b", '2')]), "b");
        assert_eq!(choose(THREE), "b", "another one is no reason to move");
        assert_eq!(choose(&[("c", '1'), ("a", '3')]), "a", "it is gone");
    }

    #[test]
    fn what_failed_stands_back_for_a_while_and_not_for_ever() {
        let (mut choice, mut failed) = (NodeChoice::default(), FailedNodes::default());
        let mut now = Instant::now();
        assert!(!choice.failed(&mut failed, now), "nothing was chosen");
        choice.choose(nodes(THREE), &mut failed, now);
        for next in ["b", "c"] {
            now += Duration::from_secs(1);
            assert!(choice.failed(&mut failed, now), "there is another");
            assert_eq!(name(choice.choose(nodes(THREE), &mut failed, now)), next);
        }
        now += Duration::from_secs(1);
        assert!(!choice.failed(&mut failed, now), "all have failed");
        let chosen = choice.choose(nodes(THREE), &mut failed, now);
        assert_eq!(name(chosen), "a", "the longest ago");
        now += STANDS_BACK;
        let chosen = choice.choose(nodes(THREE), &mut failed, now);
        assert_eq!(name(chosen), "a", "none stands back any more");
    }

    #[test]
    fn one_alone_is_taken_again_although_it_failed() {
        let (mut choice, mut failed) = (NodeChoice::default(), FailedNodes::default());
        let now = Instant::now();
        choice.choose(nodes(&[("a", '1')]), &mut failed, now);
        assert!(!choice.failed(&mut failed, now));
        assert_eq!(name(choice.choose(nodes(&[("a", '1')]), &mut failed, now)), "a");
    }

    #[test]
    fn two_ways_blame_the_node_that_each_of_them_went_by() {
        let (mut one, mut other) = (NodeChoice::default(), NodeChoice::default());
        let (mut failed, now) = (FailedNodes::default(), Instant::now());
        one.choose(nodes(THREE), &mut failed, now);
        other.choose(nodes(THREE), &mut failed, now);
        assert!(one.failed(&mut failed, now));
        assert_eq!(name(one.choose(nodes(THREE), &mut failed, now)), "b");
        assert!(
            other.failed(&mut failed, now),
            "that was the first node once more"
        );
        let chosen = other.choose(nodes(THREE), &mut failed, now);
        assert_eq!(name(chosen), "b", "the node of the other way is not blamed");
    }
}
