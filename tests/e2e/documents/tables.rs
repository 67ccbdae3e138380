//! Tables and maps have every row they should have, and no other. Fault B-61 from its other side: what
//! was added to the programs was missing in the documents.

use std::collections::BTreeSet;
use std::fs;

use serde_json::{Value, json};
use tests::programs::{Program, RunningServer};
use tests::repository::root;
use tests::world::http_client;

use super::{files, quoted};

fn read(name: &str) -> String {
    fs::read_to_string(root().join(name)).unwrap()
}

/// What the first cells of the rows of all tables have between backticks.
fn named_in_first_cells(text: &str) -> BTreeSet<&str> {
    let rows = text.lines().filter(|line| line.starts_with('|'));
    rows.filter_map(|row| row.split('|').nth(1))
        .flat_map(quoted)
        .collect()
}

/// The part of a document below a heading of the second level.
fn section<'a>(text: &'a str, heading: &str) -> &'a str {
    let (_, below) = text.split_once(&format!("\n## {heading}\n")).unwrap();
    below.split("\n## ").next().unwrap()
}

fn is_word(text: &str) -> bool {
    text.chars()
        .all(|c| c.is_ascii_lowercase() || c == '-' || c == '_')
}

#[tokio::test]
async fn b_61_every_tool_is_in_each_table_of_tools() {
    let server = RunningServer::start(&["--demo"], &[]).await;
    let list = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"});
    let request = http_client().post(format!("{}/mcp", server.url()));
    let answer = request.json(&list).send().await.unwrap();
    let answer: Value = answer.json().await.unwrap();
    let tools = answer["result"]["tools"].as_array().unwrap().iter();
    let tools: BTreeSet<_> = tools.map(|it| it["name"].as_str().unwrap()).collect();
    let (readme, permissions) = (read("README.md"), read("docs/permissions.md"));
    assert_eq!(named_in_first_cells(section(&readme, "Tools")), tools);
    assert_eq!(named_in_first_cells(&permissions), tools);
    let changes = read("CHANGELOG.md");
    let told: BTreeSet<_> = quoted(&changes).collect();
    let untold: Vec<_> = tools.difference(&told).collect();
    assert!(untold.is_empty(), "not in CHANGELOG.md: {untold:?}");
}

#[test]
fn b_61_every_recipe_is_in_the_table_of_recipes() {
    let justfile = read("justfile");
    let names = justfile.lines().filter(|line| !line.contains(":="));
    let recipes: BTreeSet<_> = names
        .filter_map(|line| line.split_once(':')?.0.split(' ').next())
        .filter(|name| !name.is_empty() && is_word(name) && *name != "default")
        .collect();
    let contributing = read("CONTRIBUTING.md");
    let told: BTreeSet<_> = named_in_first_cells(&contributing)
        .into_iter()
        .filter_map(|command| command.strip_prefix("just ")?.split(' ').next())
        .collect();
    assert_eq!(told, recipes);
}

#[test]
fn b_61_every_fuzz_target_is_told_run_at_night_and_has_its_dictionary() {
    let manifest = read("fuzz/Cargo.toml");
    let targets: BTreeSet<_> = manifest
        .split("[[bin]]\nname = \"")
        .skip(1)
        .filter_map(|after| after.split('"').next())
        .collect();
    assert!(targets.len() > 5, "{targets:?}");
    assert_eq!(named_in_first_cells(&read("fuzz/README.md")), targets);
    let workflow = read(".github/workflows/ci.yml");
    let (_, nightly) = workflow.split_once("        target: [").unwrap();
    let nightly = nightly.split(']').next().unwrap().split(", ").collect();
    assert_eq!(targets, nightly);
    let dictionaries = files(".dict");
    let dictionaries = dictionaries
        .iter()
        .filter_map(|(name, _)| name.strip_prefix("fuzz/")?.strip_suffix(".dict"))
        .collect();
    assert_eq!(targets, dictionaries);
}

/// The value after `[what: ` in the help of one flag.
fn told<'a>(help: &'a str, what: &str) -> Option<&'a str> {
    help.split_once(&format!("[{what}: "))?.1.split(']').next()
}

#[tokio::test]
async fn b_61_the_example_file_has_the_variables_and_defaults_of_the_help() {
    let help = Program::Server.command().arg("--help").output().await;
    let help = String::from_utf8(help.unwrap().stdout).unwrap();
    let example = read(".env.example");
    let mut defaults = 0;
    for flag in help.split("\n\n") {
        let flag = flag.replace("\n          ", " ");
        let Some(variable) = told(&flag, "env").and_then(|it| it.split([',', '=']).next()) else {
            continue;
        };
        let line = format!("\n{variable}=");
        let (_, value) = example.split_once(&line).expect(variable);
        if let Some(default) = told(&flag, "default") {
            assert_eq!(value.lines().next(), Some(default), "{variable}");
            defaults += 1;
        }
    }
    assert!(defaults > 20, "{defaults}: {help}");
}

#[tokio::test]
async fn b_61_help_names_every_variable_of_a_service_and_none_that_is_not_read() {
    let help = Program::Server.command().arg("--help").output().await;
    let help = String::from_utf8(help.unwrap().stdout).unwrap();
    let is_variable = |word: &&str| {
        word.contains('_')
            && !word.ends_with('_')
            && word.chars().all(|c| c.is_ascii_uppercase() || c == '_')
    };
    let told: BTreeSet<_> = words(&help).into_iter().filter(is_variable).collect();
    let example = read(".env.example");
    let names = example
        .lines()
        .filter_map(|line| Some(line.split_once('=')?.0));
    let (known, mut wanted) = (words(&example), names.filter(|it| it.starts_with("JIRA_")));
    let unknown: Vec<_> = told.difference(&known).collect();
    assert!(unknown.is_empty(), "{unknown:?}");
    assert!(wanted.all(|it| told.contains(it)), "{told:?}");
}

#[test]
fn b_61_every_decision_has_its_number_its_parts_and_a_line_in_the_list() {
    let list = read("docs/decisions/README.md");
    let pages = files(".md");
    let pages = pages
        .iter()
        .filter_map(|(name, text)| Some((name.strip_prefix("docs/decisions/0")?, text)));
    let mut wrong = Vec::new();
    for (name, text) in pages {
        let number = name.split('-').next().unwrap().trim_start_matches('0');
        let parts = ["\n## Context\n", "\n## Decision\n", "\n## Consequences\n"];
        let is_whole = text.starts_with(&format!("# {number}. "))
            && parts.iter().all(|part| text.contains(part));
        let row = list
            .lines()
            .find(|it| it.starts_with(&format!("| {number} |")));
        if !is_whole || !row.is_some_and(|row| row.contains(&format!("(0{name})"))) {
            wrong.push(name);
        }
    }
    assert!(wrong.is_empty(), "{wrong:?}");
}

/// The modules that a file declares for every build.
fn modules(code: &str) -> Vec<&str> {
    let lines: Vec<_> = code.lines().collect();
    let pairs = lines.windows(2).filter(|it| !it[0].starts_with("#[cfg("));
    pairs
        .filter_map(|it| it[1].rsplit_once("mod ")?.1.strip_suffix(';'))
        .collect()
}

fn words(text: &str) -> BTreeSet<&str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .collect()
}

#[test]
fn b_61_every_module_is_on_the_map_of_its_crate() {
    let crates = files("src/lib.rs");
    assert!(crates.len() > 5, "{crates:?}");
    let mut missing = Vec::new();
    for (name, text) in &crates {
        let map = text.lines().filter(|line| line.starts_with("//!"));
        // A type or function that is called after it tells as much.
        let map = map.collect::<String>().to_lowercase();
        let modules = modules(text).into_iter().filter(|it| !map.contains(it));
        missing.extend(modules.map(|module| format!("{name}: {module}")));
    }
    assert!(missing.is_empty(), "{missing:#?}");
}

#[test]
fn b_61_every_module_of_the_server_is_on_the_map_of_the_repository() {
    let architecture = read("ARCHITECTURE.md");
    let words = words(section(&architecture, "Folders"));
    for name in ["shared/src/lib.rs", "server/src/lib.rs"] {
        let text = read(name);
        let modules = modules(&text).into_iter();
        let missing: Vec<_> = modules.filter(|it| !words.contains(it)).collect();
        assert!(missing.is_empty(), "{name}: {missing:?}");
    }
}
