//! Nodes as comma-separated values, for spreadsheets.

use postern_fleet::{Node, ping_word, platform_word, spreadsheet_text, state_word};
use postern_model::Pair;

const HEADER: [&str; 15] = [
    "name",
    "id",
    "state",
    "agent",
    "agent version",
    "platform",
    "platform name",
    "type",
    "zone",
    "private address",
    "public address",
    "account",
    "profile",
    "region",
    "tags",
];

/// The table with its header; the tags of a node are in one cell, `key=value` with semicolons between them.
pub(super) fn render(nodes: &[(Pair, Node)]) -> String {
    let mut table = csv::Writer::from_writer(Vec::new());
    // Writing to memory does not fail.
    let _written = table.write_record(HEADER);
    for (pair, node) in nodes {
        let _written = table.write_record(row(pair, node).map(spreadsheet_text));
    }
    let bytes = table.into_inner().unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

fn row(pair: &Pair, node: &Node) -> [String; 15] {
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let tags: Vec<String> = node
        .tags
        .iter()
        .map(|tag| format!("{}={}", tag.key, tag.value))
        .collect();
    [
        node.name.clone(),
        node.id.to_string(),
        state_word(node.state).to_owned(),
        ping_word(node.ping).to_owned(),
        text(&node.agent_version),
        node.platform.map(platform_word).unwrap_or_default().to_owned(),
        text(&node.platform_name),
        text(&node.instance_type),
        text(&node.zone),
        text(&node.private_ip),
        text(&node.public_ip),
        text(&node.account),
        pair.profile.to_string(),
        pair.region.to_string(),
        tags.join(";"),
    ]
}

#[cfg(test)]
mod tests {
    use super::super::table::tests::node;
    use super::*;

    #[test]
    fn names_with_commas_quotes_and_formulas_stay_one_cell_of_text() {
        let nodes = [
            node("web, \"1\"", "i-0a1b2c3d4e5f67890"),
            node("=1+1", "mi-0a1b2c3d4e5f67890"),
        ];
        let text = render(&nodes);
        let mut table = csv::Reader::from_reader(text.as_bytes());
        assert_eq!(table.headers().unwrap().iter().collect::<Vec<_>>(), HEADER);
        let rows: Vec<csv::StringRecord> = table.records().map(Result::unwrap).collect();
        assert_eq!(rows[0].get(0), Some("web, \"1\""));
        assert_eq!(rows[0].get(14), Some("env=prod"));
        assert_eq!(rows[1].get(0), Some("'=1+1"));
    }
}
