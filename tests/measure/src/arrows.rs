//! Which file of a crate needs which other.

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    ItemMod, ItemUse, Macro, Path, Visibility,
    spanned::Spanned,
    visit::{self, Visit},
};

use crate::{
    modules::{Found, ModulePath, Modules, imports},
    source::Package,
};

/// One file names something that another file of the crate defines.
#[derive(Debug, PartialEq)]
pub(crate) struct Arrow {
    pub(crate) from: String,
    pub(crate) line: usize,
    pub(crate) to: String,
    pub(crate) name: String,
}

/// All arrows between the files of a crate. A name that is re-exported leads to the file that defines it. A re-export itself is
/// no arrow, nor is naming a module without anything in it. Calls of methods are not seen.
pub(crate) fn arrows(package: &Package) -> Vec<Arrow> {
    let modules = Modules::of(package);
    let mut arrows = Vec::new();
    for (file, source) in package.files.iter().enumerate() {
        let mut reader = Reader {
            package,
            modules: &modules,
            file,
            module: source.module.clone(),
            arrows: &mut arrows,
        };
        reader.visit_file(&source.syntax);
    }
    arrows
}

struct Reader<'a> {
    package: &'a Package,
    modules: &'a Modules,
    file: usize,
    module: ModulePath,
    arrows: &'a mut Vec<Arrow>,
}

impl Reader<'_> {
    fn note(&mut self, path: &[String], line: usize) {
        if let Some(Found::DefinedIn(module)) = self.modules.resolve(&self.module, path) {
            self.point_to(&module, path, line);
        }
    }

    fn point_to(&mut self, module: &[String], path: &[String], line: usize) {
        let to = self.modules.file(module).filter(|to| *to != self.file);
        let from = self.package.files.get(self.file);
        if let (Some(from), Some(to)) = (from, to.and_then(|to| self.package.files.get(to))) {
            let name = path.last().cloned().unwrap_or_default();
            self.arrows.push(Arrow {
                from: from.path.clone(),
                line,
                to: to.path.clone(),
                name,
            });
        }
    }

    /// A name alone is local or imported, and its import is counted; only what is given on is counted where it is used.
    fn names_something(&self, path: &[String]) -> bool {
        match path {
            [name] => self.modules.re_exports(&self.module, name),
            _ => true,
        }
    }

    /// Paths in the arguments of a macro, which are not parsed.
    fn read_tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            let line = token.span().start().line;
            match token {
                TokenTree::Ident(name) if colons == 2 => path.push(name.to_string()),
                TokenTree::Ident(name) => {
                    self.finish(std::mem::replace(&mut path, vec![name.to_string()]), line)
                }
                TokenTree::Punct(mark) if mark.as_char() == ':' => {
                    colons += 1;
                    continue;
                }
                TokenTree::Group(group) => self.read_tokens(group.stream()),
                TokenTree::Punct(_) | TokenTree::Literal(_) => self.finish(std::mem::take(&mut path), line),
            }
            colons = 0;
        }
        self.finish(path, 0);
    }

    fn finish(&mut self, path: Vec<String>, line: usize) {
        if path.len() > 1 {
            self.note(&path, line);
        }
    }
}

impl<'ast> Visit<'ast> for Reader<'_> {
    fn visit_item_mod(&mut self, module: &'ast ItemMod) {
        self.module.push(module.ident.to_string());
        visit::visit_item_mod(self, module);
        self.module.pop();
    }

    fn visit_item_use(&mut self, item: &'ast ItemUse) {
        if !matches!(item.vis, Visibility::Inherited) {
            return;
        }
        let line = item.span().start().line;
        for import in imports(&item.tree) {
            match (import.name, self.modules.resolve(&self.module, &import.path)) {
                (None, Some(Found::Module(module))) => self.point_to(&module, &["*".to_owned()], line),
                _ => self.note(&import.path, line),
            }
        }
    }

    fn visit_path(&mut self, path: &'ast Path) {
        let names: Vec<String> = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string())
            .collect();
        if path.leading_colon.is_none() && self.names_something(&names) {
            self.note(&names, path.span().start().line);
        }
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, called: &'ast Macro) {
        self.read_tokens(called.tokens.clone());
        visit::visit_macro(self, called);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(files: &[(&str, &str)]) -> Vec<(String, String)> {
        arrows(&Package::sample(files))
            .into_iter()
            .map(|arrow| (arrow.from, arrow.to))
            .collect()
    }

    fn arrow(from: &str, to: &str) -> (String, String) {
        (from.to_owned(), to.to_owned())
    }

    #[test]
    fn an_import_is_an_arrow_to_the_file_that_defines() {
        let files = [
            ("lib.rs", "mod a; mod b; pub use b::B;"),
            ("a.rs", "use crate::B; fn f(b: B) {}"),
            ("b.rs", "pub struct B;"),
        ];
        assert_eq!(
            pairs(&files),
            [arrow("a.rs", "b.rs")],
            "the re-export itself is none"
        );
    }

    #[test]
    fn a_path_is_an_arrow_where_it_is_used() {
        let files = [
            ("lib.rs", "mod a; mod b;"),
            (
                "a.rs",
                "use crate::b; fn f() { b::g(); format!(\"{}\", super::b::g()); }",
            ),
            ("b.rs", "pub fn g() {}"),
        ];
        assert_eq!(
            pairs(&files),
            [arrow("a.rs", "b.rs"), arrow("a.rs", "b.rs")],
            "the import of a module is none"
        );
    }

    #[test]
    fn what_is_given_on_counts_where_it_is_used_in_its_own_file() {
        let files = [
            ("lib.rs", "mod a; pub use a::A; fn f(a: A) {}"),
            ("a.rs", "pub struct A;"),
        ];
        assert_eq!(pairs(&files), [arrow("lib.rs", "a.rs")]);
    }

    #[test]
    fn tests_are_no_arrows() {
        let files = [
            ("lib.rs", "mod a; struct L;"),
            ("a.rs", "#[cfg(test)] mod tests { use crate::L; }"),
        ];
        assert_eq!(pairs(&files), []);
    }
}
