//! XML as far as these files use it: elements, attributes and text. Entities are the five of XML and characters by number; a
//! document type is refused, so nothing can expand.

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};

/// Elements may stand this deep in one another.
const MAX_DEPTH: usize = 64;

/// One element with those of its parts that were wanted.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Element {
    /// Its name without a prefix.
    pub(crate) name: String,
    /// Its attributes, names without prefixes.
    pub(crate) attributes: Vec<(String, String)>,
    /// The text directly in it.
    pub(crate) text: String,
    /// The elements in it.
    pub(crate) children: Vec<Element>,
}

impl Element {
    /// The first child of a name.
    pub(crate) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// An attribute; empty where there is none.
    pub(crate) fn attribute(&self, name: &str) -> &str {
        let found = self.attributes.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value.as_str())
    }
}

/// Reads `text`, which has one root, and keeps elements and attributes that `wanted` names.
pub(crate) fn read(text: &str, wanted: fn(&str) -> bool) -> Result<Element, String> {
    let mut tree = Tree {
        open: vec![Element::default()],
        skipped: 0,
        wanted,
    };
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = true;
    loop {
        let event = reader
            .read_event()
            .map_err(|error| malformed(&error, reader.error_position()))?;
        if !tree.take(event)? {
            break;
        }
    }
    tree.root()
}

fn malformed(error: &quick_xml::Error, at: u64) -> String {
    format!(
        "at byte {at}, {}.",
        postern_model::ended(&error.to_string()).trim_end_matches('.')
    )
}

struct Tree {
    /// The document itself, then the elements that are open.
    open: Vec<Element>,
    /// How many elements are open inside one that is not wanted.
    skipped: usize,
    wanted: fn(&str) -> bool,
}

impl Tree {
    /// False at the end of the document.
    fn take(&mut self, event: Event<'_>) -> Result<bool, String> {
        match event {
            Event::Start(start) => self.start(&start)?,
            Event::Empty(start) => {
                self.start(&start)?;
                self.end();
            }
            Event::End(_) => self.end(),
            Event::Text(text) => self.text(&text.xml10_content()),
            Event::CData(text) => self.text(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                let written = format!("&{};", &*reference);
                let text = quick_xml::escape::unescape(&written).map_err(|error| error.to_string())?;
                self.text(&text);
            }
            Event::DocType(_) => return Err("it has a document type, which no such file needs.".to_owned()),
            Event::Decl(_) | Event::PI(_) | Event::Comment(_) => {}
            Event::Eof => return Ok(false),
        }
        Ok(true)
    }

    fn start(&mut self, start: &BytesStart<'_>) -> Result<(), String> {
        if self.open.len() + self.skipped > MAX_DEPTH {
            return Err(format!(
                "its elements stand more than {MAX_DEPTH} deep in one another."
            ));
        }
        let name = start.local_name().as_ref().to_owned();
        if self.skipped > 0 || !(self.wanted)(&name) {
            self.skipped += 1;
            return Ok(());
        }
        let attributes = self.attributes(start)?;
        self.open.push(Element {
            name,
            attributes,
            ..Element::default()
        });
        Ok(())
    }

    fn attributes(&self, start: &BytesStart<'_>) -> Result<Vec<(String, String)>, String> {
        let mut attributes = Vec::new();
        for attribute in start.attributes().with_checks(false) {
            let attribute = attribute.map_err(|error| error.to_string())?;
            let name = attribute.key.local_name().as_ref().to_owned();
            if (self.wanted)(&name) {
                let value = attribute.normalized_value(XmlVersion::Implicit1_0);
                attributes.push((name, value.map_err(|error| error.to_string())?.into_owned()));
            }
        }
        Ok(attributes)
    }

    fn end(&mut self) {
        if self.skipped > 0 {
            self.skipped -= 1;
            return;
        }
        let closed = if self.open.len() > 1 {
            self.open.pop()
        } else {
            None
        };
        if let (Some(closed), Some(parent)) = (closed, self.open.last_mut()) {
            parent.children.push(closed);
        }
    }

    fn text(&mut self, text: &str) {
        if self.skipped == 0
            && let Some(element) = self.open.last_mut()
        {
            element.text.push_str(text);
        }
    }

    fn root(mut self) -> Result<Element, String> {
        if self.open.len() != 1 || self.skipped > 0 {
            return Err("it is cut off: elements are not closed.".to_owned());
        }
        let document = self.open.pop().unwrap_or_default();
        let root = document.children.into_iter().next();
        root.ok_or_else(|| "it has no element that is known.".to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(_: &str) -> bool {
        true
    }

    #[test]
    fn elements_attributes_text_and_characters_are_read() {
        let root = read("<?xml version=\"1.0\"?><!-- x --><p:a k=\"1 &amp; 2\"><b>x &lt;&#x41;<![CDATA[<y>]]></b><c/></p:a>", all).unwrap();
        assert_eq!(
            (
                root.name.as_str(),
                root.attribute("k"),
                root.child("b").unwrap().text.as_str()
            ),
            ("a", "1 & 2", "x <A<y>")
        );
        assert_eq!(root.children.len(), 2);
    }

    #[test]
    fn what_is_not_wanted_is_not_kept() {
        let root = read("<a x=\"1\"><secret><a>t</a></secret><a>u</a></a>", |name| {
            name == "a"
        })
        .unwrap();
        assert_eq!((root.children.len(), root.attributes.len()), (1, 0));
        assert_eq!(root.child("a").unwrap().text, "u");
    }

    #[test]
    fn nothing_expands_and_nothing_goes_deep() {
        let bomb = "<!DOCTYPE a [<!ENTITY b \"bbbbbbbb\"><!ENTITY c \"&b;&b;&b;\">]><a>&c;</a>";
        assert!(read(bomb, all).unwrap_err().contains("document type"));
        assert!(read("<a>&c;</a>", all).is_err());
        assert!(read("<a k=\"&c;\"/>", all).is_err());
        let deep = "<a>".repeat(100_000);
        assert!(read(&deep, all).unwrap_err().contains("deep"));
        assert!(
            read(&format!("<a>{deep}"), |name| name != "a")
                .unwrap_err()
                .contains("deep")
        );
    }

    #[test]
    fn what_is_cut_off_or_crossed_is_told() {
        for bad in ["", "<a>", "<a><b></a></b>", "<a", "<a></a", "text", "</a>"] {
            assert!(read(bad, all).is_err(), "{bad}");
        }
    }
}
