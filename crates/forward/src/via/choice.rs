//! Which of several healthy nodes a forward goes by. Always the same one for the same answers of AWS.

use std::time::Duration;

use postern_model::NodeId;
use tokio::time::Instant;

use super::ThroughNode;

/// How long a node that failed stands behind all others: longer than AWS goes on calling an agent online that is gone.
const STANDS_BACK: Duration = Duration::from_secs(600);

/// What is known of the nodes that a forward may go by.
#[derive(Debug, Default)]
pub(super) struct NodeChoice {
    current: Option<ThroughNode>,
    /// Healthy ones of the last look, the current one among them.
    healthy: Vec<NodeId>,
    failed: Vec<(NodeId, Instant)>,
}

impl NodeChoice {
    /// Stays with the node that it has while that is healthy and has not failed, else takes the first by name. When all have
    /// failed, the one whose failure is the longest ago; none when none is healthy.
    pub(super) fn choose(&mut self, mut healthy: Vec<ThroughNode>, now: Instant) -> Option<ThroughNode> {
        self.failed
            .retain(|(_, at)| now.duration_since(*at) < STANDS_BACK);
        self.healthy = healthy.iter().map(|node| node.node.clone()).collect();
        let current = self.current.take().map(|node| node.node);
        healthy.sort_by_cached_key(|node| {
            let is_other = Some(&node.node) != current.as_ref();
            (
                self.failed_at(&node.node),
                is_other,
                node.name.clone(),
                node.node.clone(),
            )
        });
        self.current = healthy.into_iter().next();
        self.current.clone()
    }

    /// The node failed that was chosen last. Whether there is one that has not.
    pub(super) fn failed(&mut self, now: Instant) -> bool {
        let Some(current) = &self.current else {
            return false;
        };
        let node = current.node.clone();
        self.failed.retain(|(other, _)| *other != node);
        self.failed.push((node, now));
        self.healthy.iter().any(|node| self.failed_at(node).is_none())
    }

    /// The node that was chosen last.
    pub(super) fn current(&self) -> Option<ThroughNode> {
        self.current.clone()
    }

    fn failed_at(&self, node: &NodeId) -> Option<Instant> {
        let failed = self.failed.iter().find(|(other, _)| other == node);
        failed.map(|(_, at)| *at)
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
        let (mut choice, now) = (NodeChoice::default(), Instant::now());
        assert_eq!(choice.choose(Vec::new(), now), None);
        assert_eq!(name(choice.choose(nodes(&[("c", '1'), ("b", '2')]), now)), "b");
        assert_eq!(
            name(choice.choose(nodes(THREE), now)),
            "b",
            "another one is no reason to move"
        );
        assert_eq!(
            name(choice.choose(nodes(&[("c", '1'), ("a", '3')]), now)),
            "a",
            "it is gone"
        );
        assert_eq!(name(choice.current()), "a");
    }

    #[test]
    fn what_failed_stands_back_for_a_while_and_not_for_ever() {
        let (mut choice, mut now) = (NodeChoice::default(), Instant::now());
        assert!(!choice.failed(now), "nothing was chosen");
        choice.choose(nodes(THREE), now);
        for next in ["b", "c"] {
            now += Duration::from_secs(1);
            assert!(choice.failed(now), "there is another");
            assert_eq!(name(choice.choose(nodes(THREE), now)), next);
        }
        now += Duration::from_secs(1);
        assert!(!choice.failed(now), "all have failed");
        assert_eq!(name(choice.choose(nodes(THREE), now)), "a", "the longest ago");
        now += STANDS_BACK;
        assert_eq!(
            name(choice.choose(nodes(THREE), now)),
            "a",
            "none stands back any more"
        );
    }

    #[test]
    fn one_alone_is_taken_again_although_it_failed() {
        let (mut choice, now) = (NodeChoice::default(), Instant::now());
        choice.choose(nodes(&[("a", '1')]), now);
        assert!(!choice.failed(now));
        assert_eq!(name(choice.choose(nodes(&[("a", '1')]), now)), "a");
    }
}
