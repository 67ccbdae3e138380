//! What arguments ask for, and what a page becomes by them.

use serde_json::{Value, json};

use super::*;

const PAGE: &str =
    "<ac:structured-macro ac:name=\"toc\" /><h1>A</h1><p>a</p><h1>B</h1><p>b &amp; c</p>";

fn arguments(mut given: Value) -> UpdateConfluencePage {
    given["page_id"] = json!("1");
    serde_json::from_value(given).unwrap()
}

fn changed(given: Value) -> Result<String, String> {
    let arguments = arguments(given);
    let change =
        Change::of(&arguments).and_then(|change| change.applied_to(PAGE, Deployment::Cloud));
    change.map_err(|failure| failure.text().to_owned())
}

/// B-53: every change replaced the whole page.
#[test]
fn b_53_a_part_is_changed_and_all_else_stays_as_it_is() {
    for (given, from, to) in [
        (
            json!({"section": "A", "content": "*x*"}),
            "<p>a</p>",
            "<p><em>x</em></p>",
        ),
        (
            json!({"section": "A", "append": true, "content": "x"}),
            "<p>a</p>",
            "<p>a</p><p>x</p>",
        ),
        (
            json!({"find": "b & c", "content": "d < e"}),
            "b &amp; c",
            "d &lt; e",
        ),
        (json!({"find": "b &", "content": ""}), "b &amp;", ""),
    ] {
        assert_eq!(
            changed(given.clone()).unwrap(),
            PAGE.replace(from, to),
            "{given}"
        );
    }
    let appended = changed(json!({"append": true, "content": "x"})).unwrap();
    assert_eq!(appended, format!("{PAGE}<p>x</p>"));
    assert_eq!(changed(json!({"title": "T"})).unwrap(), PAGE);
}

/// Hosts send empty texts for what a model left out: a new title must not empty the page.
#[test]
fn an_empty_content_empties_nothing_unless_forced() {
    let every_text_empty = json!({"title": "T", "content": "", "section": "", "find": ""});
    assert_eq!(changed(every_text_empty).unwrap(), PAGE);
    for nothing in ["null", "None", " undefined "] {
        let refused = changed(json!({"content": nothing})).unwrap_err();
        assert!(refused.starts_with("nothing to write"), "{refused}");
    }
    let found = changed(json!({"find": "a", "content": "null"}));
    assert_eq!(found.unwrap(), PAGE.replace("<p>a</p>", "<p>null</p>"));
    let forced = changed(json!({"content": "", "section": "A", "force": true}));
    assert_eq!(forced.unwrap(), PAGE.replace("<p>a</p>", ""));
    assert_eq!(changed(json!({"content": "", "force": true})).unwrap(), "");
}

#[test]
fn a_whole_page_that_would_lose_macros_is_refused_unless_forced() {
    let refused = changed(json!({"content": "x"})).unwrap_err();
    assert!(
        refused.contains("would lose these macros: toc"),
        "{refused}"
    );
    assert!(refused.contains("force true"), "{refused}");
    let forced = changed(json!({"content": "x", "force": true}));
    assert_eq!(forced.unwrap(), "<p>x</p>");
    let kept = json!({
        "content": "<ac:structured-macro ac:name=\"toc\" />", "content_format": "storage",
    });
    assert!(changed(kept).is_ok());
    // What a reader of the page is shown in place of the macro stands for it in what they write.
    let shown = storage::to_markdown(PAGE).replace("b & c", "new");
    let written = changed(json!({"content": shown}));
    assert_eq!(written.unwrap(), PAGE.replace("b &amp; c", "new"));
}

#[test]
fn arguments_that_ask_for_nothing_or_for_two_things_are_refused() {
    for (given, why) in [
        (json!({}), "nothing to write"),
        (json!({"title": " "}), "nothing to write"),
        (json!({"title": "T", "section": "A"}), "nothing to write"),
        (json!({"content": " \n"}), "written with force only"),
        (json!({"content": "", "section": "A"}), "nothing to write"),
        (json!({"content": "", "append": true}), "nothing to write"),
        (
            json!({"find": "a", "section": "A", "content": ""}),
            "cannot be combined",
        ),
        (
            json!({"find": "a", "append": true, "content": ""}),
            "cannot be combined",
        ),
        (
            json!({"section": "C", "content": "x"}),
            "no section is called \"C\"; the page's headings are: A, B",
        ),
        (
            json!({"find": "zz", "content": "x"}),
            "does not contain \"zz\"",
        ),
        (
            json!({"content": "<p>", "content_format": "storage"}),
            "line 1, column 1",
        ),
    ] {
        let refused = changed(given.clone()).unwrap_err();
        assert!(refused.contains(why), "{given}: {refused}");
    }
}

/// B-53: a version came as a float and was taken.
#[test]
fn b_53_a_version_is_a_whole_number_and_its_two_names_mean_the_same() {
    for version in [json!(4.0), json!("4"), json!(-1)] {
        let arguments: Result<UpdateConfluencePage, _> =
            serde_json::from_value(json!({"page_id": "1", "version": version}));
        assert!(arguments.is_err(), "{version}");
    }
    let expected = |given: Value| arguments(given).expected().ok();
    assert_eq!(expected(json!({"version": 4})), Some(Some(4)));
    assert_eq!(expected(json!({"expected_version": 4})), Some(Some(4)));
    assert_eq!(
        expected(json!({"expected_version": 4, "version": 4})),
        Some(Some(4))
    );
    assert_eq!(expected(json!({"expected_version": 4, "version": 5})), None);
    assert_eq!(expected(json!({})), Some(None));
}
