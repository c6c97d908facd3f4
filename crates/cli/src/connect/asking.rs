//! What is asked before a question opens a session: which node, and whether production is meant.

use std::io::{self, BufRead, IsTerminal};

use postern_fleet::{Node, ping_word};
use postern_model::Pair;

use crate::columns::{aligned, cut};
use crate::console;
use crate::failure::Failure;

/// More than anybody chooses from by number.
const SHOWN: usize = 20;

/// Has the user choose one of several nodes by its number. `places` are those to choose from, the best first.
///
/// # Errors
/// [`Failure::SeveralNodes`] where nobody can be asked, [`Failure::ConnectNotConfirmed`] where nobody chose.
pub(super) fn choose<'a>(
    question: &str,
    nodes: &'a [(Pair, Node)],
    places: &[usize],
) -> Result<Option<&'a (Pair, Node)>, Failure> {
    let offered: Vec<&(Pair, Node)> = places.iter().filter_map(|place| nodes.get(*place)).collect();
    if offered.is_empty() {
        return Ok(None);
    }
    console::to_stderr(&offer(&offered));
    if !io::stdin().is_terminal() {
        return Err(Failure::SeveralNodes {
            question: question.to_owned(),
            count: offered.len(),
        });
    }
    let chosen = number(&answer()).and_then(|number| offered.get(number.checked_sub(1)?));
    chosen.copied().map(Some).ok_or(Failure::ConnectNotConfirmed)
}

/// Has the user say yes to production.
///
/// # Errors
/// [`Failure::ConnectNotConfirmed`].
pub(super) fn confirm(pair: &Pair, node: &Node) -> Result<(), Failure> {
    console::to_stderr(&format!(
        "{} ({}) is production: {pair}. Type yes to open a session: ",
        title(node),
        node.id
    ));
    let is_yes = |text: &str| matches!(text.trim().to_lowercase().as_str(), "y" | "yes");
    if io::stdin().is_terminal() && is_yes(&answer()) {
        Ok(())
    } else {
        Err(Failure::ConnectNotConfirmed)
    }
}

/// What to call a node: its name, or its id where it has none.
pub(super) fn title(node: &Node) -> String {
    if node.name.is_empty() {
        node.id.to_string()
    } else {
        node.name.clone()
    }
}

fn offer(nodes: &[&(Pair, Node)]) -> String {
    let shown = nodes.iter().take(SHOWN).zip(1..);
    let rows: Vec<[String; 6]> = shown
        .map(|((pair, node), number)| {
            [
                format!("{number}."),
                cut(&title(node)),
                node.id.to_string(),
                ping_word(node.ping).to_owned(),
                pair.profile.to_string(),
                pair.region.to_string(),
            ]
        })
        .collect();
    let more = nodes.len().saturating_sub(SHOWN);
    let more = if more == 0 {
        String::new()
    } else {
        format!("and {more} more\n")
    };
    format!("{}{more}Which one? [1-{}]: ", aligned(&rows), rows.len())
}

fn answer() -> String {
    let mut typed = String::new();
    let _nothing_typed = io::stdin().lock().read_line(&mut typed);
    typed
}

fn number(text: &str) -> Option<usize> {
    text.trim()
        .trim_end_matches('.')
        .parse()
        .ok()
        .filter(|number| *number <= SHOWN)
}

#[cfg(test)]
mod tests {
    use postern_model::{InstanceState, NodeId, NodeKind, ProfileName, Region};

    use super::*;

    fn node(name: &str, number: usize) -> (Pair, Node) {
        let pair = Pair {
            profile: ProfileName::parse("acme-dev").unwrap(),
            region: Region::parse("eu-central-1").unwrap(),
        };
        let node = Node {
            id: NodeId::parse(&format!("i-{number:017x}")).unwrap(),
            name: name.to_owned(),
            kind: NodeKind::Ec2,
            state: InstanceState::Running,
            ping: None,
            last_ping_at_ms: None,
            agent_version: None,
            platform: None,
            platform_name: None,
            instance_type: None,
            zone: None,
            private_ip: None,
            public_ip: None,
            role: None,
            launched_at_ms: None,
            account: None,
            tags: Vec::new(),
        };
        (pair, node)
    }

    #[test]
    fn nodes_are_offered_by_number_and_only_so_many() {
        let nodes: Vec<_> = (0..23)
            .map(|number| node(if number == 0 { "" } else { "web" }, number))
            .collect();
        let text = offer(&nodes.iter().collect::<Vec<_>>());
        assert!(
            text.starts_with(
                "1.   i-00000000000000000  i-00000000000000000  unknown  acme-dev  eu-central-1\n"
            ),
            "{text}"
        );
        assert!(text.contains("\n20.  web "), "{text}");
        assert!(text.ends_with("and 3 more\nWhich one? [1-20]: "), "{text}");
    }

    #[test]
    fn a_number_that_is_not_offered_is_none() {
        assert_eq!(number(" 3.\n"), Some(3));
        for text in ["", "21", "-1", "x", "3 4"] {
            assert_eq!(number(text), None, "{text}");
        }
    }
}
