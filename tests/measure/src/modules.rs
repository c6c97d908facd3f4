//! The modules of a crate: what each defines, what it imports, and where a path leads.

use std::collections::{HashMap, HashSet};

use syn::{Ident, Item, UseTree, Visibility};

use crate::source::Package;

/// Names from the crate's root.
pub(crate) type ModulePath = Vec<String>;

/// What a path names: something that a module defines, or a module itself.
#[derive(Debug, PartialEq)]
pub(crate) enum Found {
    DefinedIn(ModulePath),
    Module(ModulePath),
}

/// Every module of a crate, those that stand in the file of another included.
pub(crate) struct Modules(HashMap<ModulePath, Module>);

#[derive(Default)]
struct Module {
    /// The file that it stands in, as an index into the package's files.
    file: usize,
    defines: HashSet<String>,
    /// What `use` gives another name here, with the path as written.
    imports: HashMap<String, Vec<String>>,
    /// Of those, what is given on.
    re_exports: HashSet<String>,
    /// What `use …::*` opens.
    globs: Vec<Vec<String>>,
}

/// Names that lead in circles end the search.
const DEPTH: usize = 16;

impl Modules {
    pub(crate) fn of(package: &Package) -> Self {
        let mut modules = Self(HashMap::new());
        for (index, file) in package.files.iter().enumerate() {
            modules.add(index, &file.module, &file.syntax.items);
        }
        modules
    }

    fn add(&mut self, file: usize, path: &[String], items: &[Item]) {
        let mut module = Module {
            file,
            ..Module::default()
        };
        for item in items {
            module.take(item);
            if let Item::Mod(inner) = item
                && let Some((_, items)) = &inner.content
            {
                self.add(file, &[path, &[inner.ident.to_string()]].concat(), items);
            }
        }
        self.0.insert(path.to_vec(), module);
    }

    /// The index of the file that a module stands in.
    pub(crate) fn file(&self, module: &[String]) -> Option<usize> {
        self.0.get(module).map(|module| module.file)
    }

    pub(crate) fn re_exports(&self, module: &[String], name: &str) -> bool {
        self.0
            .get(module)
            .is_some_and(|module| module.re_exports.contains(name))
    }

    /// Where a path leads that is written in a module; nothing for another crate's.
    pub(crate) fn resolve(&self, from: &[String], path: &[String]) -> Option<Found> {
        self.follow(from, path, DEPTH)
    }

    fn follow(&self, from: &[String], path: &[String], depth: usize) -> Option<Found> {
        let depth = depth.checked_sub(1)?;
        let mut here = from.to_vec();
        let mut names = path;
        while let [first, rest @ ..] = names {
            match first.as_str() {
                "crate" => here.clear(),
                "self" => {}
                "super" => drop(here.pop()?),
                name => match self.look_up(&here, name, rest.is_empty(), depth)? {
                    Found::Module(module) => here = module,
                    found @ Found::DefinedIn(_) => return Some(found),
                },
            }
            names = rest;
        }
        Some(Found::Module(here))
    }

    /// A name in a module. The last name of a path is rather a thing than a module of the same name.
    fn look_up(&self, here: &[String], name: &str, last: bool, depth: usize) -> Option<Found> {
        let module = self.0.get(here)?;
        let child = [here, &[name.to_owned()]].concat();
        let child = || self.0.contains_key(&child).then(|| Found::Module(child.clone()));
        let defined = || {
            module
                .defines
                .contains(name)
                .then(|| Found::DefinedIn(here.to_vec()))
        };
        let imported = || {
            module
                .imports
                .get(name)
                .and_then(|path| self.follow(here, path, depth))
        };
        let found = if last {
            defined().or_else(imported).or_else(child)
        } else {
            child().or_else(imported).or_else(defined)
        };
        found.or_else(|| {
            module
                .globs
                .iter()
                .find_map(|glob| self.in_glob(here, glob, name, last, depth))
        })
    }

    fn in_glob(
        &self,
        here: &[String],
        glob: &[String],
        name: &str,
        last: bool,
        depth: usize,
    ) -> Option<Found> {
        match self.follow(here, glob, depth)? {
            Found::Module(module) if module != here => {
                self.look_up(&module, name, last, depth.checked_sub(1)?)
            }
            _ => None,
        }
    }
}

impl Module {
    fn take(&mut self, item: &Item) {
        match item {
            Item::Use(item) => {
                let given_on = !matches!(item.vis, Visibility::Inherited);
                for import in imports(&item.tree) {
                    self.import(import, given_on);
                }
            }
            other => self.defines.extend(defined(other).map(Ident::to_string)),
        }
    }

    fn import(&mut self, import: Import, given_on: bool) {
        match import.name {
            None => self.globs.push(import.path),
            Some(name) => {
                if given_on {
                    self.re_exports.insert(name.clone());
                }
                self.imports.insert(name, import.path);
            }
        }
    }
}

fn defined(item: &Item) -> Option<&Ident> {
    match item {
        Item::Const(item) => Some(&item.ident),
        Item::Enum(item) => Some(&item.ident),
        Item::Fn(item) => Some(&item.sig.ident),
        Item::Macro(item) => item.ident.as_ref(),
        Item::Static(item) => Some(&item.ident),
        Item::Struct(item) => Some(&item.ident),
        Item::Trait(item) => Some(&item.ident),
        Item::Type(item) => Some(&item.ident),
        Item::Union(item) => Some(&item.ident),
        _ => None,
    }
}

/// One name that `use` brings, or all of a module where it has no name.
pub(crate) struct Import {
    pub(crate) name: Option<String>,
    pub(crate) path: Vec<String>,
}

/// Each name of a `use` with its whole path; `{self}` is the module before it.
pub(crate) fn imports(tree: &UseTree) -> Vec<Import> {
    let mut found = Vec::new();
    collect(tree, &mut Vec::new(), &mut found);
    found
}

fn collect(tree: &UseTree, before: &mut Vec<String>, found: &mut Vec<Import>) {
    match tree {
        UseTree::Path(path) => {
            before.push(path.ident.to_string());
            collect(&path.tree, before, found);
            before.pop();
        }
        UseTree::Group(group) => group.items.iter().for_each(|tree| collect(tree, before, found)),
        UseTree::Name(name) if name.ident == "self" => found.push(Import {
            name: before.last().cloned(),
            path: before.clone(),
        }),
        UseTree::Name(name) => found.push(one(before, &name.ident, &name.ident)),
        UseTree::Rename(rename) => found.push(one(before, &rename.ident, &rename.rename)),
        UseTree::Glob(_) => found.push(Import {
            name: None,
            path: before.clone(),
        }),
    }
}

fn one(before: &[String], name: &Ident, called: &Ident) -> Import {
    Import {
        name: Some(called.to_string()),
        path: [before, &[name.to_string()]].concat(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn leads(files: &[(&str, &str)], from: &[&str], path: &str) -> Option<Found> {
        let modules = Modules::of(&Package::sample(files));
        modules.resolve(
            &names(from),
            &path.split("::").map(str::to_owned).collect::<Vec<_>>(),
        )
    }

    fn names(path: &[&str]) -> Vec<String> {
        path.iter().map(|name| (*name).to_owned()).collect()
    }

    const CRATE: &[(&str, &str)] = &[
        (
            "lib.rs",
            "mod inherit; mod wire; pub use inherit::inherit; pub use wire::*; pub use wire::Frame as Sheet;",
        ),
        ("inherit.rs", "pub fn inherit() {}"),
        ("wire/mod.rs", "mod frame; pub use frame::Frame; pub struct Wire;"),
        (
            "wire/frame.rs",
            "use crate::inherit as other; pub struct Frame; pub enum Kind { A } mod inner { pub struct Deep; }",
        ),
    ];

    #[test]
    fn a_re_export_leads_to_the_file_that_defines() {
        let frame = Some(Found::DefinedIn(names(&["wire", "frame"])));
        assert_eq!(leads(CRATE, &["inherit"], "crate::wire::Frame"), frame);
        assert_eq!(
            leads(CRATE, &["inherit"], "crate::Frame"),
            frame,
            "through a glob"
        );
        assert_eq!(
            leads(CRATE, &["inherit"], "super::Sheet"),
            frame,
            "under another name"
        );
        assert_eq!(
            leads(CRATE, &["wire"], "frame::Kind::A"),
            frame,
            "a variant is its enum's"
        );
    }

    #[test]
    fn a_thing_may_be_called_like_its_module() {
        assert_eq!(
            leads(CRATE, &["wire"], "crate::inherit"),
            Some(Found::DefinedIn(names(&["inherit"])))
        );
        assert_eq!(
            leads(CRATE, &[], "inherit::inherit"),
            Some(Found::DefinedIn(names(&["inherit"])))
        );
    }

    #[test]
    fn a_module_inside_a_file_stands_in_that_file() {
        let modules = Modules::of(&Package::sample(CRATE));
        assert_eq!(
            modules.file(&names(&["wire", "frame", "inner"])),
            modules.file(&names(&["wire", "frame"]))
        );
    }

    #[test]
    fn other_crates_and_names_in_circles_lead_nowhere() {
        assert_eq!(leads(CRATE, &[], "std::fmt::Debug"), None);
        assert_eq!(
            leads(&[("lib.rs", "use self::a as b; use self::b as a;")], &[], "a"),
            None
        );
    }
}
