//! Texts as an attacker would write them into tags and names, planted in a few nodes of the first pair.

use super::node::{Kind, NodeTag, SimulatedNode};

/// Markup, a right-to-left override, a C1 control sequence introducer (the only control characters that XML 1.0 lets
/// through unescaped), shell syntax and a very long text.
pub(super) fn plant(nodes: &mut [SimulatedNode]) {
    if let Some(node) = nodes.get_mut(3) {
        rename(node, "<b>legacy</b> \"billing\" & <img src=x onerror=alert(1)>");
    }
    if let Some(node) = nodes.get_mut(5) {
        node.tags
            .push(tag("note", "<script>alert(document.domain)</script>&amp;]]>"));
        node.tags
            .push(tag("contact", "ops\u{202e}gnp.exe\u{2066}\u{200f}"));
    }
    if let Some(node) = nodes.get_mut(7) {
        node.tags
            .push(tag("motd", "\u{9b}31mred\u{9b}0m\u{9b}2J\u{85}end"));
        node.tags
            .push(tag("deploy", "$(touch /tmp/owned); `id` | 'x' \"y\"\n\\"));
        node.tags.push(tag("essay", &"long ".repeat(51)));
    }
    if let Some(node) = nodes.iter_mut().find(|node| matches!(node.kind, Kind::Hybrid(_))) {
        // JSON carries what XML cannot: escape sequences that clear a terminal and set its title.
        node.name = "till\u{1b}[2J\u{1b}]0;owned\u{7} \u{202e}7".to_owned();
    }
}

fn rename(node: &mut SimulatedNode, name: &str) {
    node.name = name.to_owned();
    if let Some(tag) = node.tags.iter_mut().find(|tag| tag.key == "Name") {
        tag.value = name.to_owned();
    }
}

fn tag(key: &str, value: &str) -> NodeTag {
    NodeTag {
        key: key.to_owned(),
        value: value.to_owned(),
    }
}
