//! What is under version control, for tests that look at all of it.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder of the workspace.
#[must_use]
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// All tracked files, from the root of the repository.
///
/// # Panics
/// Without git, or outside a repository.
#[must_use]
pub fn tracked() -> Vec<String> {
    let listed = Command::new("git")
        .arg("-C")
        .arg(root())
        .args(["ls-files", "-z"])
        .output();
    let listed = listed.expect("this test needs git, to know what is under version control");
    assert!(
        listed.status.success(),
        "this test needs a git repository: {}",
        String::from_utf8_lossy(&listed.stderr)
    );
    let names = String::from_utf8(listed.stdout).unwrap();
    let names: Vec<_> = names.split_terminator('\0').map(str::to_owned).collect();
    assert!(
        names.iter().any(|name| name == "Cargo.toml"),
        "git lists another folder: {names:?}"
    );
    names
}
