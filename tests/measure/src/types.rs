//! The names of types that a file defines at its top level.

use syn::{File, Ident, Item};

/// A struct, enum, union, trait or alias.
#[derive(Debug, PartialEq)]
pub(crate) struct NamedType {
    pub(crate) name: String,
    /// Where the name stands, from 1.
    pub(crate) line: usize,
}

/// All types at the top level of a file, whatever their visibility.
pub(crate) fn types(file: &File) -> Vec<NamedType> {
    file.items.iter().filter_map(name_of).map(named).collect()
}

fn name_of(item: &Item) -> Option<&Ident> {
    match item {
        Item::Struct(item) => Some(&item.ident),
        Item::Enum(item) => Some(&item.ident),
        Item::Union(item) => Some(&item.ident),
        Item::Trait(item) => Some(&item.ident),
        Item::Type(item) => Some(&item.ident),
        _ => None,
    }
}

fn named(name: &Ident) -> NamedType {
    NamedType {
        name: name.to_string(),
        line: name.span().start().line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_count_at_the_top_level_only() {
        let text = "struct A;\nenum B {}\ntrait C {}\ntype D = u8;\nfn e() { struct Inner; }\nimpl T for A { type Out = u8; }";
        let names: Vec<String> = types(&syn::parse_file(text).unwrap())
            .into_iter()
            .map(|found| found.name)
            .collect();
        assert_eq!(names, ["A", "B", "C", "D"]);
    }
}
