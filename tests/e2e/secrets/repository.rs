//! What is under version control holds no secret. Fault B-14: a `.env` with tokens was committed.

use std::path::Path;

use tests::repository::{root, tracked};

/// The beginnings of tokens that can be told by them, in two parts so that they are not found here.
const BEGINNINGS: [(&str, &str); 9] = [
    ("ATA", "TT3x"),
    ("ATC", "TT3x"),
    ("gh", "p_"),
    ("github_", "pat_"),
    ("glp", "at-"),
    ("xox", "b-"),
    ("AKI", "AQ"),
    ("sk-", "ant-"),
    ("-----BEGIN ", "PRIVATE KEY"),
];

/// How long a personal access token of Data Center is: 33 bytes in base64.
const DATA_CENTER_TOKEN: usize = 44;

/// What looks like a token in a text.
fn token_like(text: &str) -> Option<&str> {
    let by_beginning = BEGINNINGS.iter().find_map(|(one, two)| {
        let at = text.find(&format!("{one}{two}"))?;
        text.get(at..).and_then(|rest| rest.lines().next())
    });
    let in_base64 = |char: char| char.is_ascii_alphanumeric() || "+/".contains(char);
    let mut words = text.split(|char| !in_base64(char));
    by_beginning.or_else(|| words.find(|word| is_data_center_token(word)))
}

/// It begins with the digits of its number, so in base64 with these letters; a path or a long name
/// lacks digits or letters of one kind.
fn is_data_center_token(word: &str) -> bool {
    let has = |kind: fn(&u8) -> bool| word.bytes().filter(kind).count() > 2;
    word.len() == DATA_CENTER_TOKEN
        && word.starts_with(['M', 'N', 'O'])
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
}

#[test]
fn b_14_no_env_file_is_under_version_control() {
    let is_env_file = |name: &&String| {
        let file = Path::new(name.as_str()).file_name().unwrap();
        let file = file.to_str().unwrap();
        (file == ".env" || file.starts_with(".env.")) && file != ".env.example"
    };
    let tracked = tracked();
    let found: Vec<_> = tracked.iter().filter(is_env_file).collect();
    assert!(found.is_empty(), "{found:?}");
}

#[test]
fn b_14_no_tracked_file_holds_what_looks_like_a_token() {
    let mut read = 0;
    for name in tracked() {
        // A file may be listed and deleted, or be no text.
        let Ok(text) = std::fs::read_to_string(root().join(&name)) else {
            continue;
        };
        read += 1;
        let found = token_like(&text).map(|found| found.get(..8));
        assert_eq!(found, None, "{name} holds what looks like a token");
    }
    assert!(read > 100, "only {read} files were read");
}

#[test]
fn b_14_the_example_of_an_env_file_has_no_values_for_secrets() {
    let example = std::fs::read_to_string(root().join(".env.example")).unwrap();
    let assignments = example.lines().filter(|line| !line.starts_with('#'));
    let secrets: Vec<_> = assignments
        .filter_map(|line| line.split_once('='))
        .filter(|(name, _)| name.contains("TOKEN"))
        .collect();
    assert!(secrets.len() >= 4, "{secrets:?}");
    assert!(
        secrets.iter().all(|(_, value)| value.trim().is_empty()),
        "{secrets:?}"
    );
}

#[test]
fn a_token_is_told_by_its_beginning_or_its_form() {
    let cloud = format!("token = \"{}{}FfGF0123\"", BEGINNINGS[0].0, BEGINNINGS[0].1);
    let data_center = ["NjQ2MzU3", "ODc2NDA4Or0HkX7xLq", "Zs2vT9wQe1YbUaPcRd"].concat();
    assert!(token_like(&cloud).is_some());
    assert_eq!(
        token_like(&format!("pat: {data_center};")),
        Some(&*data_center)
    );
    let sample = "sample-pat-ana-0123456789 and tests/src/programs/running/of/a/long/path.rs";
    assert_eq!(token_like(sample), None);
}
