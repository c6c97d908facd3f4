//! How long functions are.

use proc_macro2::Span;
use syn::{
    Block, File, ImplItemFn, ItemFn, Signature, TraitItemFn,
    spanned::Spanned,
    visit::{self, Visit},
};

/// A function or method with a body. Closures count as part of it, functions inside it also by themselves.
#[derive(Debug, PartialEq)]
pub(crate) struct Function {
    pub(crate) name: String,
    /// Where its signature begins, from 1.
    pub(crate) line: usize,
    /// From the first line of the signature to the closing brace, both counted; attributes and docs are not.
    pub(crate) lines: usize,
}

/// All functions of a file, in order.
pub(crate) fn functions(file: &File) -> Vec<Function> {
    let mut found = Found(Vec::new());
    found.visit_file(file);
    found.0
}

struct Found(Vec<Function>);

impl Found {
    fn add(&mut self, start: Span, signature: &Signature, body: &Block) {
        let line = start.start().line;
        let end = body.brace_token.span.close().end().line;
        self.0.push(Function {
            name: signature.ident.to_string(),
            line,
            lines: end - line + 1,
        });
    }
}

impl<'ast> Visit<'ast> for Found {
    fn visit_item_fn(&mut self, function: &'ast ItemFn) {
        self.add(function.sig.span(), &function.sig, &function.block);
        visit::visit_item_fn(self, function);
    }

    fn visit_impl_item_fn(&mut self, function: &'ast ImplItemFn) {
        self.add(function.sig.span(), &function.sig, &function.block);
        visit::visit_impl_item_fn(self, function);
    }

    fn visit_trait_item_fn(&mut self, function: &'ast TraitItemFn) {
        if let Some(body) = &function.default {
            self.add(function.sig.span(), &function.sig, body);
        }
        visit::visit_trait_item_fn(self, function);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lengths(text: &str) -> Vec<(String, usize)> {
        functions(&syn::parse_file(text).unwrap())
            .into_iter()
            .map(|found| (found.name, found.lines))
            .collect()
    }

    #[test]
    fn a_function_counts_from_its_signature_to_its_closing_brace() {
        assert_eq!(
            lengths("/// Doc.\n#[inline]\npub fn one() {}"),
            [("one".to_owned(), 1)]
        );
        assert_eq!(
            lengths("pub async fn two(\n    a: u8,\n) -> u8 {\n    a\n}"),
            [("two".to_owned(), 5)]
        );
    }

    #[test]
    fn methods_count_and_a_promise_of_a_trait_without_a_body_does_not() {
        let text = "trait T { fn a(&self); fn b(&self) {\n} }\nimpl S { fn c() {\n fn d() {}\n} }";
        let expected = [("b".to_owned(), 2), ("c".to_owned(), 3), ("d".to_owned(), 1)];
        assert_eq!(lengths(text), expected);
    }
}
