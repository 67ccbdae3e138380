//! The table of the smart builder: every vector of the program before this one, and the faults
//! it had.

use proptest::prelude::*;

use super::*;

fn built(query: &str, space: Option<&str>) -> String {
    let space = space.map(|key| SpaceKey::parse(key).unwrap());
    Cql::from_user_query(query, space.as_ref()).to_string()
}

fn both(words: &str) -> String {
    let words = quote(words);
    format!("type = page AND (title ~ {words} OR text ~ {words})")
}

#[test]
fn vectors_that_were_right_stay_the_same() {
    assert_eq!(
        built("API docs", Some("DEV")),
        r#"type = page AND (title ~ "API docs" OR text ~ "API docs") AND space.key = "DEV""#
    );
    assert_eq!(
        built("creator = bob", None),
        "type = page AND (creator = bob)"
    );
    assert_eq!(built(" ", None), "type = page");
}

#[test]
fn vectors_that_changed_on_purpose() {
    // Was text only beyond four words: a title match is worth as much with five.
    let long = "how to set up the database server";
    assert_eq!(built(long, None), both(long));
    // Was `text ~ "exact phrase"`, which finds the words anywhere: quotes mean a phrase.
    assert_eq!(
        built(r#""exact phrase""#, None),
        r#"type = page AND (title ~ "\"exact phrase\"" OR text ~ "\"exact phrase\"")"#
    );
}

#[test]
fn b_55_vectors_that_were_invalid_cql_are_searches_now() {
    assert_eq!(built("it's a thing", None), both("it's a thing"));
    assert_eq!(built("recreated stuff", None), both("recreated stuff"));
    assert_eq!(built("search and rescue", None), both("search and rescue"));
    // The `type` guard saw the word inside `prototype`, which is no field: these are words.
    assert_eq!(built("prototype = x", None), both("prototype x"));
}

#[test]
fn order_by_stays_last_and_outside_the_brackets() {
    for (query, space, cql) in [
        (
            "creator = bob OR label = x ORDER BY created DESC",
            Some("DEV"),
            r#"type = page AND (creator = bob OR label = x) AND space.key = "DEV" ORDER BY created DESC"#,
        ),
        (
            "order by lastmodified",
            None,
            "type = page order by lastmodified",
        ),
        (
            "type = blogpost order by title",
            Some("DEV"),
            r#"(type = blogpost) AND space.key = "DEV" order by title"#,
        ),
        (
            r#"title ~ "order by me""#,
            None,
            r#"type = page AND (title ~ "order by me")"#,
        ),
    ] {
        assert_eq!(built(query, space), cql, "{query}");
    }
    assert_eq!(
        built("how do I order by date", None),
        both("how do I order by date")
    );
}

#[test]
fn a_clause_of_the_query_replaces_ours() {
    for (query, cql) in [
        (
            "type in (page, blogpost)",
            r#"(type in (page, blogpost)) AND space.key = "DEV""#,
        ),
        (
            "TYPE=blogpost and Space = OPS",
            "TYPE=blogpost and Space = OPS",
        ),
        (
            "space.key not in (A)",
            "type = page AND (space.key not in (A))",
        ),
        (
            "space.title ~ Ops",
            r#"type = page AND (space.title ~ Ops) AND space.key = "DEV""#,
        ),
        (
            r#"text ~ "type = page""#,
            r#"type = page AND (text ~ "type = page") AND space.key = "DEV""#,
        ),
        (
            "NOT (label = a) and lastmodified >= now('-7d')",
            r#"type = page AND (NOT (label = a) and lastmodified >= now('-7d')) AND space.key = "DEV""#,
        ),
    ] {
        assert_eq!(built(query, Some("DEV")), cql, "{query}");
    }
}

#[test]
fn b_12_nothing_breaks_out_of_the_brackets() {
    for (query, words) in [
        (
            r#"title ~ "a") OR (type = blogpost"#,
            r#"title "a" or type blogpost"#,
        ),
        ("title ~ a)", "title a"),
        ("(title ~ a", "title a"),
        (r#"title ~ "a"#, "title a"),
        ("title =", "title"),
        (
            r#"a" OR type = blogpost OR title ~ "b"#,
            r#"a" or type blogpost or title "b"#,
        ),
    ] {
        assert_eq!(built(query, None), both(words), "{query}");
    }
}

#[test]
fn words_cannot_trip_the_text_index() {
    for (query, words) in [
        ("foo (bar", "foo bar"),
        ("C++ & R&D", "C++ R&D"),
        ("-draft +final pre-sales", "draft final pre-sales"),
        ("*ing what? fix*", "ing what? fix*"),
        ("foo AND NOT bar", "foo and not bar"),
        ("error: null / void", "error null void"),
        (r#"5" disk"#, "5 disk"),
    ] {
        assert_eq!(built(query, None), both(words), "{query}");
    }
    for query in ["???", "()", "&&", "\\"] {
        assert_eq!(built(query, None), "type = page", "{query}");
    }
}

proptest! {
    #[test]
    fn brackets_and_quotes_of_every_built_query_match(query in "\\PC{0,40}|[\"'()=~ a-e\\\\*]{0,24}") {
        let cql = built(&query, Some("DEV"));
        let found = tokens(&cql).expect("literals end");
        let balanced = Query { query: &cql, tokens: &found }.order_by().is_some();
        prop_assert!(balanced, "{}", cql);
    }

    #[test]
    fn a_query_without_type_never_leaves_the_pages(query in "[\"'()=~ a-e\\\\*]{0,24}") {
        prop_assert!(built(&query, None).starts_with("type = page"));
    }
}
