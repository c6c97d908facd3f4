//! Public docs of one line that say nothing but the name.

use syn::{
    Attribute, Expr, Field, File, Ident, ImplItemFn, ItemConst, ItemEnum, ItemFn, ItemImpl, ItemStruct,
    ItemTrait, ItemType, Lit, Meta, TraitItemFn, Type, Variant, Visibility,
    visit::{self, Visit},
};

/// A doc that a reader could write from the name alone.
#[derive(Debug, PartialEq)]
pub(crate) struct Echo {
    pub(crate) name: String,
    pub(crate) line: usize,
    pub(crate) text: String,
}

/// Words that carry nothing by themselves.
const EMPTY: &[&str] = &[
    "a", "an", "the", "of", "to", "in", "on", "at", "by", "for", "from", "with", "as", "and", "or", "is",
    "are", "was", "be", "it", "its", "this", "that", "which", "what", "whether", "one", "all", "has", "have",
    "does", "do", "here", "there", "new", "returns", "gets", "sets", "makes", "gives", "value", "type",
    "who", "whose", "s", // of "the stream's"
];

/// The docs of public things whose every word stands in the thing's own name or in its owner's.
pub(crate) fn echoes(file: &File) -> Vec<Echo> {
    let mut reader = Reader {
        owner: String::new(),
        found: Vec::new(),
    };
    reader.visit_file(file);
    reader.found
}

struct Reader {
    /// The type or trait that members belong to.
    owner: String,
    found: Vec<Echo>,
}

impl Reader {
    fn check(&mut self, name: &Ident, attributes: &[Attribute]) {
        let docs: Vec<String> = attributes.iter().filter_map(doc).collect();
        let [text] = docs.as_slice() else { return };
        let known: Vec<String> = words(&name.to_string()).chain(words(&self.owner)).collect();
        if words(text)
            .filter(|word| !EMPTY.contains(&word.as_str()))
            .all(|word| is_known(&word, &known))
        {
            let line = name.span().start().line;
            self.found.push(Echo {
                name: name.to_string(),
                line,
                text: text.trim().to_owned(),
            });
        }
    }

    fn inside(&mut self, owner: String, read: impl FnOnce(&mut Self)) {
        let before = std::mem::replace(&mut self.owner, owner);
        read(self);
        self.owner = before;
    }
}

fn doc(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => match &pair.value {
            Expr::Lit(value) => match &value.lit {
                Lit::Str(text) => Some(text.value()),
                _ => None,
            },
            _ => None,
        },
        _ => None,
    }
}

/// Lower-case words: `StreamUrl`, `stream_url` and "stream URL" have the same.
fn words(text: &str) -> impl Iterator<Item = String> {
    let mut spaced = String::new();
    let mut before = ' ';
    for letter in text.chars() {
        if letter.is_uppercase() && before.is_lowercase() {
            spaced.push(' ');
        }
        spaced.push(if letter.is_alphanumeric() { letter } else { ' ' });
        before = letter;
    }
    spaced
        .to_lowercase()
        .split_whitespace()
        .map(str::to_owned)
        .collect::<Vec<_>>()
        .into_iter()
}

/// The same word in another form counts: "nodes" for `node`, "starts" for `started`.
fn is_known(word: &str, known: &[String]) -> bool {
    known.iter().any(|name| stem(name) == stem(word))
}

fn stem(word: &str) -> &str {
    let endings = ["ing", "ed", "es", "s", "e"];
    let cut = endings
        .iter()
        .find_map(|ending| word.strip_suffix(ending))
        .filter(|stem| stem.len() > 2);
    cut.unwrap_or(word)
}

fn is_public(visibility: &Visibility) -> bool {
    !matches!(visibility, Visibility::Inherited)
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item_struct(&mut self, item: &'ast ItemStruct) {
        if is_public(&item.vis) {
            self.check(&item.ident, &item.attrs);
        }
        self.inside(item.ident.to_string(), |reader| {
            visit::visit_item_struct(reader, item)
        });
    }

    fn visit_item_enum(&mut self, item: &'ast ItemEnum) {
        if is_public(&item.vis) {
            self.check(&item.ident, &item.attrs);
            self.inside(item.ident.to_string(), |reader| {
                visit::visit_item_enum(reader, item)
            });
        }
    }

    fn visit_item_trait(&mut self, item: &'ast ItemTrait) {
        if is_public(&item.vis) {
            self.check(&item.ident, &item.attrs);
            self.inside(item.ident.to_string(), |reader| {
                visit::visit_item_trait(reader, item)
            });
        }
    }

    fn visit_item_impl(&mut self, item: &'ast ItemImpl) {
        let owner = match item.self_ty.as_ref() {
            Type::Path(path) => path.path.segments.last().map(|segment| segment.ident.to_string()),
            _ => None,
        };
        self.inside(owner.unwrap_or_default(), |reader| {
            visit::visit_item_impl(reader, item)
        });
    }

    fn visit_item_type(&mut self, item: &'ast ItemType) {
        if is_public(&item.vis) {
            self.check(&item.ident, &item.attrs);
        }
    }

    fn visit_item_const(&mut self, item: &'ast ItemConst) {
        if is_public(&item.vis) {
            self.check(&item.ident, &item.attrs);
        }
    }

    fn visit_item_fn(&mut self, item: &'ast ItemFn) {
        if is_public(&item.vis) {
            self.check(&item.sig.ident, &item.attrs);
        }
    }

    fn visit_impl_item_fn(&mut self, item: &'ast ImplItemFn) {
        if is_public(&item.vis) {
            self.check(&item.sig.ident, &item.attrs);
        }
    }

    fn visit_trait_item_fn(&mut self, item: &'ast TraitItemFn) {
        self.check(&item.sig.ident, &item.attrs);
    }

    fn visit_field(&mut self, field: &'ast Field) {
        if let Some(name) = field.ident.as_ref().filter(|_| is_public(&field.vis)) {
            self.check(name, &field.attrs);
        }
    }

    fn visit_variant(&mut self, variant: &'ast Variant) {
        self.check(&variant.ident, &variant.attrs);
        visit::visit_variant(self, variant);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        echoes(&syn::parse_file(text).unwrap())
            .into_iter()
            .map(|echo| echo.name)
            .collect()
    }

    #[test]
    fn a_doc_of_the_names_own_words_is_an_echo() {
        assert_eq!(
            found("/// The stream's URL.\npub struct StreamUrl;"),
            ["StreamUrl"]
        );
        assert_eq!(
            found("pub struct Node {\n/// The name of the node.\npub name: String }"),
            ["name"]
        );
        assert_eq!(
            found("impl Node {\n/// The tags.\npub fn tags(&self) {} }"),
            ["tags"]
        );
    }

    #[test]
    fn a_doc_with_a_word_more_is_none() {
        assert_eq!(
            found("/// Where a session's bytes come from.\npub struct StreamUrl;"),
            Vec::<String>::new()
        );
        assert_eq!(
            found("/// The tags.\n/// At most fifty.\npub fn tags() {}"),
            Vec::<String>::new()
        );
        assert_eq!(
            found("/// The tags.\nfn tags() {}"),
            Vec::<String>::new(),
            "not public"
        );
        assert_eq!(found("pub fn tags() {}"), Vec::<String>::new(), "no doc");
    }
}
