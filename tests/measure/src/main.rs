//! Reads the Rust code below a folder and prints one line for each thing that `npm run measure` counts, parts split by tabs.
//!
//! ```text
//! file      crate  path  lines
//! function  path  line  name  lines
//! type      path  line  name
//! echo      path  line  name  text          (a public doc line that only repeats the name)
//! arrow     crate  path  line  path  name   (the file of the second path defines the name)
//! ```
//!
//! Test code is left out: what stands behind `#[cfg(test)]`, `tests.rs`, and folders called `tests`.

// What Rust may be is in enums of syn, which grow with the language: most of a program matters to no count.
#![allow(clippy::wildcard_enum_match_arm)]

mod arrows;
mod echoes;
mod functions;
mod modules;
mod source;
mod testing;
mod types;

use std::{env, path::Path, process::ExitCode};

#[allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "printing is what this program is for"
)]
fn main() -> ExitCode {
    let root = env::args().nth(1).unwrap_or_else(|| ".".to_owned());
    match source::packages(Path::new(&root)) {
        Ok(packages) => {
            for line in packages.iter().flat_map(facts) {
                println!("{line}");
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn facts(package: &source::Package) -> Vec<String> {
    let mut lines = Vec::new();
    for file in &package.files {
        let path = &file.path;
        lines.push(format!("file\t{}\t{path}\t{}", package.name, file.lines));
        for function in functions::functions(&file.syntax) {
            lines.push(format!(
                "function\t{path}\t{}\t{}\t{}",
                function.line, function.name, function.lines
            ));
        }
        for named in types::types(&file.syntax) {
            lines.push(format!("type\t{path}\t{}\t{}", named.line, named.name));
        }
        for echo in echoes::echoes(&file.syntax) {
            lines.push(format!(
                "echo\t{path}\t{}\t{}\t{}",
                echo.line, echo.name, echo.text
            ));
        }
    }
    lines.extend(arrows::arrows(package).into_iter().map(|arrow| {
        format!(
            "arrow\t{}\t{}\t{}\t{}\t{}",
            package.name, arrow.from, arrow.line, arrow.to, arrow.name
        )
    }));
    lines
}
