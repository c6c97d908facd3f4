//! Generates the window's context; the commands themselves are listed in `src/lib.rs`.
fn main() {
    println!("cargo:rerun-if-changed=tauri.conf.json");
}
