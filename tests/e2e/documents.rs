//! The documents tell the truth about the repository. Fault B-61: they named metrics, variables and a
//! test script that did not exist. Metrics are compared where they are counted, variables where they are read.

mod tables;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use tests::programs::Program;
use tests::repository::{root, tracked};

/// The tracked files of one kind, and what is in them.
fn files(suffix: &str) -> Vec<(String, String)> {
    let names = tracked().into_iter().filter(|name| name.ends_with(suffix));
    // A file may be deleted and not yet committed so.
    let read = |name: String| Some((fs::read_to_string(root().join(&name)).ok()?, name));
    names
        .filter_map(read)
        .map(|(text, name)| (name, text))
        .collect()
}

/// What stands between backticks.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

#[test]
fn b_61_every_test_that_the_inventory_names_exists() {
    let functions: BTreeSet<String> = files(".rs")
        .iter()
        .flat_map(|(_, text)| text.split("fn ").skip(1))
        .filter_map(|after| Some(after.split_once('(')?.0.to_owned()))
        .collect();
    let inventory = fs::read_to_string(root().join("docs/inventory.md")).unwrap();
    let rows = inventory.lines().filter(|line| line.starts_with('|'));
    let tests: Vec<_> = rows
        .filter_map(|row| row.trim_end_matches('|').rsplit('|').next())
        .flat_map(quoted)
        .collect();
    assert!(tests.len() > 80, "the last column names tests: {tests:?}");
    let missing: Vec<_> = tests
        .iter()
        .filter(|name| !functions.contains(**name) && !root().join(name).is_file())
        .collect();
    assert!(missing.is_empty(), "no such tests: {missing:#?}");
}

#[test]
fn b_61_every_link_between_documents_leads_somewhere() {
    let mut broken = Vec::new();
    for (name, text) in files(".md") {
        let folder = root().join(&name);
        let folder = folder.parent().unwrap();
        // What stands in code is not a link but may show one.
        let prose: String = text.split('`').step_by(2).collect();
        for link in prose.split("](").skip(1) {
            let link = link.split([')', '#', ' ']).next().unwrap();
            let leads_outside = link.contains("://") || link.starts_with("mailto:");
            if !link.is_empty() && !leads_outside && !folder.join(link).exists() {
                broken.push(format!("{name}: {link}"));
            }
        }
    }
    assert!(broken.is_empty(), "{broken:#?}");
}

/// Paths, in the documents that are maps of the repository; `a/{b,c}` and `a/b*` are none.
#[test]
fn b_61_every_path_that_the_maps_name_exists() {
    let mut missing = Vec::new();
    for map in ["ARCHITECTURE.md", "SECURITY.md"] {
        let text = fs::read_to_string(root().join(map)).unwrap();
        let begins = ["bridge/", "server/", "shared/", "tests/", "docs/", "fuzz/"];
        let paths = quoted(&text).filter(|quoted| begins.iter().any(|it| quoted.starts_with(it)));
        let paths: Vec<_> = paths
            .filter(|path| !path.contains(['{', '*', ' ', '<']))
            .collect();
        assert!(!paths.is_empty(), "{map}");
        for path in paths {
            let exists = |path: &str| Path::new(&root().join(path)).exists();
            if !exists(path) && !exists(&format!("{path}.rs")) {
                missing.push(format!("{map}: {path}"));
            }
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn b_62_every_fault_has_a_test_with_its_number() {
    let inventory = fs::read_to_string(root().join("docs/inventory.md")).unwrap();
    for number in 1..=62 {
        let row = format!("| B-{number:02} |");
        let row = inventory.lines().find(|line| line.starts_with(&row));
        let row = row.unwrap_or_else(|| panic!("no row for B-{number:02}"));
        let part = format!("b_{number:02}_");
        assert!(quoted(row).any(|name| name.contains(&part)), "{row}");
    }
}

#[test]
fn b_61_the_token_to_try_the_sample_site_with_is_one_of_its_own() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    let tokens: Vec<_> = quoted(&readme)
        .filter(|word| word.starts_with("sample-"))
        .collect();
    assert_eq!(tokens, [sandbox::people::ana().personal_access_token]);
}

#[tokio::test]
async fn b_61_every_flag_that_is_documented_is_one_of_the_program() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    for (program, heading) in [
        (Program::Server, "\n## Settings of the server\n"),
        (Program::Bridge, "\n## Settings of the bridge\n"),
    ] {
        let help = program.command().arg("--help").output().await.unwrap();
        let help = String::from_utf8(help.stdout).unwrap();
        let (_, section) = readme.split_once(heading).unwrap();
        let section = section.split("\n## ").next().unwrap();
        let cells = section.lines().filter_map(|row| row.split('|').nth(1));
        let flags: BTreeSet<_> = cells
            .flat_map(quoted)
            .filter_map(|flag| flag.split(' ').next())
            .filter(|word| word.starts_with("--") && !word.contains('…'))
            .collect();
        assert!(flags.len() >= 10, "{heading}: {flags:?}");
        for flag in flags {
            let ends = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '-');
            let is_there = help.split(flag).skip(1).any(ends);
            assert!(is_there, "{flag} is in README.md and not in --help");
        }
    }
}
