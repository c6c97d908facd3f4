//! XML in the few shapes that AWS uses; the library escapes, and what XML cannot carry becomes U+FFFD.

use std::borrow::Cow;
use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

/// Writes into memory.
pub(crate) type XmlWriter = Writer<Vec<u8>>;

/// A whole document with one root.
pub(crate) fn document(
    root: &str,
    namespace: Option<&str>,
    content: impl FnOnce(&mut XmlWriter) -> io::Result<()>,
) -> io::Result<Vec<u8>> {
    let mut xml = Writer::new(Vec::new());
    xml.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let element = xml.create_element(root);
    let element = match namespace {
        Some(namespace) => element.with_attribute(("xmlns", namespace)),
        None => element,
    };
    element.write_inner_content(content)?;
    Ok(xml.into_inner())
}

/// An element with elements in it.
pub(crate) fn element(
    xml: &mut XmlWriter,
    name: &str,
    content: impl FnOnce(&mut XmlWriter) -> io::Result<()>,
) -> io::Result<()> {
    xml.create_element(name).write_inner_content(content).map(drop)
}

/// An element with text in it.
pub(crate) fn text(xml: &mut XmlWriter, name: &str, value: &str) -> io::Result<()> {
    xml.create_element(name)
        .write_text_content(BytesText::new(&legal(value)))
        .map(drop)
}

fn legal(value: &str) -> Cow<'_, str> {
    if value.chars().all(is_legal) {
        Cow::Borrowed(value)
    } else {
        Cow::Owned(
            value
                .chars()
                .map(|c| {
                    if is_legal(c) {
                        c
                    } else {
                        char::REPLACEMENT_CHARACTER
                    }
                })
                .collect(),
        )
    }
}

/// XML 1.0, production `Char`.
fn is_legal(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use quick_xml::Reader;

    use super::*;

    fn read_back(bytes: &[u8]) -> String {
        let mut reader = Reader::from_reader(bytes);
        let mut buffer = Vec::new();
        let mut found = String::new();
        loop {
            match reader.read_event_into(&mut buffer).unwrap() {
                Event::Text(part) => found.push_str(&String::from_utf8_lossy(part.as_bytes())),
                Event::GeneralRef(name) => {
                    let name = String::from_utf8_lossy(name.as_bytes()).into_owned();
                    found.push_str(&quick_xml::escape::unescape(&format!("&{name};")).unwrap());
                }
                Event::Eof => return found,
                Event::Start(_)
                | Event::End(_)
                | Event::Empty(_)
                | Event::CData(_)
                | Event::Comment(_)
                | Event::Decl(_)
                | Event::PI(_)
                | Event::DocType(_) => {}
            }
            buffer.clear();
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read_back_but_for_what_xml_cannot_carry(value in any::<String>()) {
            let bytes = document("a", None, |xml| text(xml, "b", &value)).unwrap();
            prop_assert_eq!(read_back(&bytes), legal(&value).into_owned());
        }
    }

    #[test]
    fn escape_sequences_do_not_reach_the_document() {
        let bytes = document("a", Some("urn:x"), |xml| text(xml, "b", "\u{1b}[2J\0<&>\u{9b}")).unwrap();
        let text = String::from_utf8(bytes).unwrap();
        assert!(
            text.contains("<b>\u{fffd}[2J\u{fffd}&lt;&amp;&gt;\u{9b}</b>"),
            "{text}"
        );
    }
}
