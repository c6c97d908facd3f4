//! The source files of our crates, parsed, with the test code taken out.

use std::{
    collections::HashSet,
    fs, io,
    path::{Path, PathBuf},
};

use syn::{File, Item};

use crate::testing::{is_test, without_tests};

/// A library or a program, and the files that are compiled into it.
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) files: Vec<SourceFile>,
}

/// One file, with the module that it is.
pub(crate) struct SourceFile {
    /// Below the root of the repository, with `/`.
    pub(crate) path: String,
    /// Names from the crate's root; none for the root itself.
    pub(crate) module: Vec<String>,
    /// Lines of the whole file, its tests included.
    pub(crate) lines: usize,
    pub(crate) syntax: File,
}

/// The crates below `crates/` and the window's program. Each file of `src/bin` and a `main.rs` beside a `lib.rs` is a package of
/// its own.
///
/// # Errors
/// A file that cannot be read or parsed, with its path.
pub(crate) fn packages(root: &Path) -> io::Result<Vec<Package>> {
    let mut folders = sorted(&root.join("crates"))?;
    folders.push(root.join("src-tauri"));
    let mut packages = Vec::new();
    for folder in folders.iter().filter(|folder| folder.join("Cargo.toml").exists()) {
        packages.extend(of_folder(root, folder)?);
    }
    Ok(packages)
}

fn of_folder(root: &Path, folder: &Path) -> io::Result<Vec<Package>> {
    let name = folder
        .file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned();
    let source = folder.join("src");
    let has_library = source.join("lib.rs").exists();
    let mut library = Vec::new();
    let mut packages = Vec::new();
    for path in rust_files(&source)? {
        let inside = path.strip_prefix(&source).unwrap_or(&path).to_owned();
        let file = parse(root, &path, &inside)?;
        if inside.starts_with("bin") || (has_library && inside == Path::new("main.rs")) {
            packages.push(Package {
                name: format!("{name}/{}", inside.display()),
                files: vec![file],
            });
        } else {
            library.push(file);
        }
    }
    packages.insert(
        0,
        Package {
            name,
            files: product(library),
        },
    );
    Ok(packages)
}

fn parse(root: &Path, path: &Path, inside: &Path) -> io::Result<SourceFile> {
    let text = fs::read_to_string(path)?;
    let shown = path
        .strip_prefix(root)
        .unwrap_or(path)
        .to_string_lossy()
        .replace('\\', "/");
    let syntax = syn::parse_file(&text).map_err(|error| io::Error::other(format!("{shown}: {error}")))?;
    Ok(SourceFile {
        path: shown,
        module: module_of(inside),
        lines: text.lines().count(),
        syntax,
    })
}

/// Leaves out the files of test modules, and the test code in the others.
fn product(files: Vec<SourceFile>) -> Vec<SourceFile> {
    let tests: HashSet<Vec<String>> = files.iter().flat_map(test_modules).collect();
    let of_tests = |module: &[String]| {
        (0..=module.len()).any(|end| tests.contains(module.get(..end).unwrap_or_default()))
    };
    files
        .into_iter()
        .filter(|file| !of_tests(&file.module) && !file.module.iter().any(|name| name == "tests"))
        .map(|file| SourceFile {
            syntax: without_tests(file.syntax),
            ..file
        })
        .collect()
}

/// The modules that a file declares for tests only.
fn test_modules(file: &SourceFile) -> Vec<Vec<String>> {
    let declared = file.syntax.items.iter().filter_map(|item| match item {
        Item::Mod(module) if module.content.is_none() && is_test(&module.attrs) => {
            Some(module.ident.to_string())
        }
        _ => None,
    });
    declared
        .map(|name| file.module.iter().cloned().chain([name]).collect())
        .collect()
}

/// `tab.rs` and `tab/mod.rs` are `tab`; `lib.rs` and `main.rs` are the root.
fn module_of(inside: &Path) -> Vec<String> {
    let mut names: Vec<String> = inside
        .with_extension("")
        .iter()
        .map(|name| name.to_string_lossy().into_owned())
        .collect();
    let root = names.len() == 1 && names.iter().all(|name| name == "lib" || name == "main");
    if root || names.last().is_some_and(|name| name == "mod") {
        names.pop();
    }
    names
}

fn rust_files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for path in sorted(folder)? {
        if path.is_dir() {
            files.extend(rust_files(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            files.push(path);
        }
    }
    Ok(files)
}

fn sorted(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = fs::read_dir(folder)?
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}

#[cfg(test)]
impl Package {
    /// A crate of files given as path below `src` and text.
    pub(crate) fn sample(files: &[(&str, &str)]) -> Self {
        let files = files
            .iter()
            .map(|(path, text)| SourceFile {
                path: (*path).to_owned(),
                module: module_of(Path::new(path)),
                lines: text.lines().count(),
                syntax: syn::parse_file(text).unwrap(),
            })
            .collect();
        Self {
            name: "sample".to_owned(),
            files: product(files),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_the_module_that_its_path_says() {
        assert_eq!(module_of(Path::new("lib.rs")), Vec::<String>::new());
        assert_eq!(module_of(Path::new("tab.rs")), ["tab"]);
        assert_eq!(module_of(Path::new("tab/mod.rs")), ["tab"]);
        assert_eq!(module_of(Path::new("tab/life.rs")), ["tab", "life"]);
    }

    #[test]
    fn files_of_test_modules_are_left_out() {
        let package = Package::sample(&[
            ("lib.rs", "mod tab; #[cfg(test)] mod double;"),
            ("double.rs", "mod deep;"),
            ("double/deep.rs", ""),
            ("tab.rs", "#[cfg(test)] mod tests;"),
            ("tab/tests.rs", ""),
        ]);
        let paths: Vec<&str> = package.files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["lib.rs", "tab.rs"]);
    }
}
