// The Rust lints: a task of its own for whoever writes code, part of the compile that the tests need anyhow for CI.

/** With POSTERN_LINT=build the tests' own compile lints, which spares CI to compile every dependency twice. */
export const lintsWhileBuilding = process.env.POSTERN_LINT === "build";

/** What makes Cargo hand the crates of this workspace, and no others, to Clippy, which compiles them too. */
export const lintingCompiler = lintsWhileBuilding
  ? { RUSTC_WORKSPACE_WRAPPER: "clippy-driver", CLIPPY_ARGS: "-D__CLIPPY_HACKERY__warnings__CLIPPY_HACKERY__" }
  : {};
