//! Tells test code from the product's.

use proc_macro2::{TokenStream, TokenTree};
use syn::{Attribute, File, ImplItem, Item, Meta};

/// A file without the items that exist in tests only.
pub(crate) fn without_tests(file: File) -> File {
    File {
        items: product_items(file.items),
        ..file
    }
}

fn product_items(items: Vec<Item>) -> Vec<Item> {
    items
        .into_iter()
        .filter(|item| !is_test(attributes(item)))
        .map(product_inside)
        .collect()
}

fn product_inside(item: Item) -> Item {
    match item {
        Item::Mod(mut module) => {
            module.content = module.content.map(|(brace, items)| (brace, product_items(items)));
            Item::Mod(module)
        }
        Item::Impl(mut block) => {
            block
                .items
                .retain(|item| !matches!(item, ImplItem::Fn(function) if is_test(&function.attrs)));
            Item::Impl(block)
        }
        other => other,
    }
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(item) => &item.attrs,
        Item::Enum(item) => &item.attrs,
        Item::Fn(item) => &item.attrs,
        Item::Impl(item) => &item.attrs,
        Item::Macro(item) => &item.attrs,
        Item::Mod(item) => &item.attrs,
        Item::Static(item) => &item.attrs,
        Item::Struct(item) => &item.attrs,
        Item::Trait(item) => &item.attrs,
        Item::Type(item) => &item.attrs,
        Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

/// Whether the attributes keep something to tests: `#[cfg(test)]`, `#[cfg(any(test, …))]` or a `#[test]` of any kind.
pub(crate) fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        let named_test = attribute
            .path()
            .segments
            .last()
            .is_some_and(|segment| segment.ident == "test");
        named_test
            || (attribute.path().is_ident("cfg")
                && matches!(&attribute.meta, Meta::List(list) if asks_for_test(list.tokens.clone())))
    })
}

/// Whether a condition names `test`, other than in `not(…)`.
fn asks_for_test(condition: TokenStream) -> bool {
    let mut negated = false;
    condition.into_iter().any(|token| match token {
        TokenTree::Ident(name) => {
            negated = name == "not";
            name == "test"
        }
        TokenTree::Group(group) => !negated && asks_for_test(group.stream()),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(text: &str) -> Vec<String> {
        let functions = |item: &Item| match item {
            Item::Fn(function) => Some(function.sig.ident.to_string()),
            _ => None,
        };
        without_tests(syn::parse_file(text).unwrap())
            .items
            .iter()
            .filter_map(functions)
            .collect()
    }

    #[test]
    fn what_only_tests_have_is_left_out() {
        assert_eq!(
            names("#[cfg(test)] fn a() {} #[test] fn b() {} #[tokio::test] fn c() {} fn d() {}"),
            ["d"]
        );
        assert_eq!(
            names("#[cfg(any(test, feature = \"double\"))] fn a() {} #[cfg(unix)] fn b() {}"),
            ["b"]
        );
        assert_eq!(names("#[cfg(not(test))] fn a() {}"), ["a"]);
    }
}
