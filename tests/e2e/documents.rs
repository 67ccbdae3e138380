//! What our documents name exists: the Python project's told of metrics, variables and a test program that
//! were not there (B-61), and had no tests (B-62).

use std::collections::BTreeSet;
use std::path::Path;

use tests::programs::Program;

fn read(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(name);
    std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// What stands between backquotes in a cell of each row of the tables in a text.
fn cells(text: &str, column: usize) -> impl Iterator<Item = &str> {
    let rows = text.lines().filter(|line| line.starts_with('|'));
    rows.filter_map(move |row| row.split('|').nth(column))
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
}

/// The part of a document below a heading.
fn section<'a>(document: &'a str, heading: &str) -> &'a str {
    let (_, behind) = document.split_once(&format!("\n## {heading}\n")).unwrap();
    behind.split("\n## ").next().unwrap()
}

#[tokio::test]
async fn b_61_every_flag_that_is_documented_is_one_of_the_program() {
    let readme = read("README.md");
    for (program, heading, fewest) in [
        (Program::Server, "Settings of the server", 10),
        (Program::Bridge, "Settings of the bridge", 10),
    ] {
        let help = program.command().arg("--help").output().await.unwrap();
        let help = String::from_utf8(help.stdout).unwrap();
        let is_flag = |word: &&str| word.len() > 2 && word.starts_with("--") && !word.contains('…');
        let documented = cells(section(&readme, heading), 1);
        let flags: BTreeSet<_> = documented
            .filter_map(|cell| cell.split(' ').next())
            .filter(is_flag)
            .collect();
        assert!(flags.len() >= fewest, "{flags:?}");
        for flag in flags {
            let ends = |rest: &str| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '-');
            let is_there = help.split(flag).skip(1).any(ends);
            assert!(is_there, "{flag} is in README.md and not in --help");
        }
    }
}

/// Adds the names of the functions of all Rust files below a folder.
fn collect_functions(folder: &Path, into: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            collect_functions(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let names = text
                .split("fn ")
                .skip(1)
                .filter_map(|it| it.split_once('('));
            into.extend(names.map(|(name, _)| name.to_owned()));
        }
    }
}

#[test]
fn b_62_every_fault_has_a_test_with_its_number_and_every_test_that_is_named_is_there() {
    let mut functions = BTreeSet::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    for folder in ["bridge", "server", "shared", "tests"] {
        collect_functions(&root.join(folder), &mut functions);
    }
    let inventory = read("docs/inventory.md");
    let named: Vec<_> = cells(&inventory, 4).collect();
    for name in &named {
        assert!(functions.contains(*name), "there is no test {name}");
    }
    for number in 1..=62 {
        let number = format!("b_{number:02}_");
        let is_tested = named.iter().any(|name| name.contains(&number));
        assert!(is_tested, "no test is named for {number}");
    }
}
