//! The same document in all dialects.

use serde_json::json;

use super::Document;
use crate::people;

fn sample() -> Document {
    serde_json::from_value(json!([
        { "heading": { "level": 2, "text": "What happens" } },
        ["Ask ", { "mention": "ben" }, " about the ", { "strong": "second" }, " click."],
        { "bullets": ["one", { "text": "two", "below": ["two a"] }] },
        { "table": [["Browser", "Result"], ["Firefox", "fails"]] },
        { "code": { "language": "json", "text": "{}" } },
        { "tasks": [{ "done": true, "text": "reproduce" }] }
    ]))
    .unwrap()
}

#[test]
fn wiki_markup_has_headings_mentions_nested_lists_tables_and_code() {
    let expected = "h2. What happens\r\n\r\nAsk [~ben] about the *second* click.\r\n\r\n\
        * one\r\n* two\r\n** two a\r\n\r\n||Browser||Result||\r\n|Firefox|fails|\r\n\r\n\
        {code:json}\r\n{}\r\n{code}\r\n\r\n* (/) reproduce";
    assert_eq!(sample().to_wiki(), expected);
}

#[test]
fn adf_mentions_people_by_account_id_and_nests_lists() {
    let adf = sample().to_adf(&people::all());
    assert_eq!(
        adf["content"][1]["content"][1]["attrs"]["id"],
        json!(people::ben().account_id)
    );
    assert_eq!(
        adf["content"][2]["content"][1]["content"][1]["type"],
        "bulletList"
    );
    assert_eq!(
        adf["content"][3]["content"][0]["content"][0]["type"],
        "tableHeader"
    );
    assert_eq!(adf["content"][5]["content"][0]["attrs"]["state"], "DONE");
}

#[test]
fn plain_text_and_html_keep_every_word() {
    assert!(
        sample()
            .to_plain()
            .contains("two\ntwo a\nBrowser Result\nFirefox fails")
    );
    assert!(
        sample()
            .to_html()
            .starts_with("<p>What happens</p>\n<p>Ask @ben")
    );
}
