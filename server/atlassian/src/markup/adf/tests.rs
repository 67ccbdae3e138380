//! ADF nodes as Markdown, and that no JSON at all can make the reader fail or lose words.

use proptest::prelude::*;
use serde_json::json;

use super::*;

fn doc(content: &Value) -> String {
    to_markdown(&json!({ "type": "doc", "version": 1, "content": content }))
}

fn line(content: &Value) -> String {
    doc(&json!([{ "type": "paragraph", "content": content }]))
}

fn text(text: &str) -> Value {
    json!({ "type": "text", "text": text })
}

fn p(words: &str) -> Value {
    json!({ "type": "paragraph", "content": [text(words)] })
}

#[test]
fn marks_become_markdown() {
    for (marks, written) in [
        (json!(["strong"]), "**x**"),
        (json!(["em"]), "*x*"),
        (json!(["strike"]), "~~x~~"),
        (json!(["code"]), "`x`"),
        (json!(["underline"]), "x"),
        (json!(["strong", "em"]), "**_x_**"),
        (json!(["code", "strong"]), "**`x`**"),
    ] {
        let marks: Vec<_> = marks
            .as_array()
            .unwrap()
            .iter()
            .map(|mark| json!({ "type": mark }))
            .collect();
        assert_eq!(
            line(&json!([{ "type": "text", "text": "x", "marks": marks }])),
            written
        );
    }
    let href = json!([{ "type": "link", "attrs": { "href": "https://a.example" } }]);
    let link = json!([text("see "), { "type": "text", "text": "this", "marks": href }]);
    assert_eq!(line(&link), "see [this](https://a.example)");
}

#[test]
fn inline_nodes_become_text() {
    for (node, written) in [
        (
            json!({"type": "mention", "attrs": {"id": "1", "text": "@Ann"}}),
            "[@Ann](accountid:1)",
        ),
        (
            json!({"type": "mention", "attrs": {"id": "1"}}),
            "[@1](accountid:1)",
        ),
        (
            json!({"type": "mention", "attrs": {"text": "@Ann"}}),
            "@Ann",
        ),
        (
            json!({"type": "emoji", "attrs": {"shortName": ":tada:", "text": "🎉"}}),
            "🎉",
        ),
        (
            json!({"type": "emoji", "attrs": {"shortName": ":own:"}}),
            "<emoji:own>",
        ),
        (
            json!({"type": "inlineCard", "attrs": {"url": "https://a.example"}}),
            "<https://a.example>",
        ),
    ] {
        assert_eq!(line(&json!([node])), written, "{node}");
    }
}

#[test]
fn dates_statuses_and_media_become_text() {
    for (node, written) in [
        (
            json!({"type": "date", "attrs": {"timestamp": "1789344000000"}}),
            "<date:2026-09-14>",
        ),
        (
            json!({"type": "status", "attrs": {"text": "DONE", "color": "green"}}),
            "[DONE](status:green)",
        ),
        (
            json!({"type": "media", "attrs": {"id": "7", "alt": "a.png"}}),
            "[attachment: a.png]",
        ),
        (
            json!({"type": "media", "attrs": {"url": "https://a.example/b.png"}}),
            "![](https://a.example/b.png)",
        ),
        (
            json!({"type": "newThing", "text": "words"}),
            "[newThing]words",
        ),
    ] {
        assert_eq!(line(&json!([node])), written, "{node}");
    }
    assert_eq!(
        line(&json!([text("a"), {"type": "hardBreak"}, text("b")])),
        "a  \nb"
    );
}

#[test]
fn blocks_become_markdown() {
    for (node, written) in [
        (
            json!({"type": "heading", "attrs": {"level": 3}, "content": [text("T")]}),
            "### T",
        ),
        (json!({"type": "rule"}), "---"),
        (
            json!({"type": "blockquote", "content": [p("a"), p("b")]}),
            "> a\n>\n> b",
        ),
        (
            json!({"type": "codeBlock", "attrs": {"language": "rust"}, "content": [text("fn\n")]}),
            "```rust\nfn\n```",
        ),
        (
            json!({"type": "panel", "attrs": {"panelType": "warning"}, "content": [p("hot")]}),
            "> [!WARNING]\n> hot",
        ),
        (
            json!({"type": "expand", "attrs": {"title": "More"}, "content": [p("inner")]}),
            "> [!EXPAND] More\n> inner",
        ),
        (
            json!({"type": "mediaSingle", "content": [{"type": "media", "attrs": {"alt": "x"}}]}),
            "[attachment: x]",
        ),
        (
            json!({"type": "bodiedExtension", "attrs": {"extensionKey": "toc"}, "content": [p("in")]}),
            "[toc]\n\nin",
        ),
        (
            json!({"type": "newBlock", "content": [p("kept")]}),
            "[newBlock]\n\nkept",
        ),
    ] {
        assert_eq!(doc(&json!([node])), written, "{node}");
    }
}

#[test]
fn lists_nest_and_tasks_keep_their_state() {
    let item = |content: Value| json!({ "type": "listItem", "content": content });
    let inner =
        json!({"type": "orderedList", "attrs": {"order": 3}, "content": [item(json!([p("b")]))]});
    let outer = json!({"type": "bulletList", "content": [item(json!([p("a"), inner])), item(json!([p("c")]))]});
    assert_eq!(doc(&json!([outer])), "- a\n\n  3. b\n- c");
    let task = |state: &str, words: &str| json!({ "type": "taskItem", "attrs": { "state": state }, "content": [text(words)] });
    let nested = json!({"type": "taskList", "content": [task("TODO", "b")]});
    let tasks = json!({"type": "taskList", "content": [task("DONE", "a"), nested]});
    assert_eq!(doc(&json!([tasks])), "- [x] a\n  - [ ] b");
}

#[test]
fn tables_keep_their_structure() {
    let cell = |kind: &str, words: &str| json!({ "type": kind, "content": [p(words)] });
    let row = |cells: Value| json!({ "type": "tableRow", "content": cells });
    let table = json!({"type": "table", "content": [
        row(json!([cell("tableHeader", "A"), cell("tableHeader", "B")])),
        row(json!([cell("tableCell", "1|2"), cell("tableCell", "3")])),
    ]});
    assert_eq!(
        doc(&json!([table])),
        "| A | B |\n| --- | --- |\n| 1\\|2 | 3 |"
    );
}

#[test]
fn b_35_null_and_odd_documents_are_empty_or_plain() {
    assert_eq!(to_markdown(&Value::Null), "");
    assert_eq!(to_markdown(&json!({"type": "doc", "content": null})), "");
    assert_eq!(
        to_markdown(&json!({"type": "doc", "content": [{"type": "paragraph"}]})),
        ""
    );
    assert_eq!(to_markdown(&json!("just words")), "just words");
    assert_eq!(to_markdown(&json!(5)), "");
}

fn any_node() -> impl Strategy<Value = Value> {
    let kinds = prop::sample::select(vec![
        "doc",
        "paragraph",
        "heading",
        "bulletList",
        "listItem",
        "orderedList",
        "taskList",
        "taskItem",
        "codeBlock",
        "panel",
        "table",
        "tableRow",
        "tableCell",
        "tableHeader",
        "expand",
        "blockquote",
        "mediaSingle",
        "media",
        "mention",
        "inlineCard",
        "odd",
    ]);
    let leaf = prop_oneof![
        "[a-z]{1,8}".prop_map(|words| json!({ "type": "text", "text": format!("w{words}w") })),
        Just(Value::Null),
        Just(json!({ "type": 7, "attrs": [], "content": "x" })),
    ];
    leaf.prop_recursive(6, 64, 5, move |inner| {
        (kinds.clone(), prop::collection::vec(inner, 0..5)).prop_map(|(kind, content)| {
            json!({ "type": kind, "attrs": { "level": 99, "order": null }, "content": content })
        })
    })
}

fn words(node: &Value, found: &mut Vec<String>) {
    if let Some(text) = node["text"].as_str() {
        found.push(text.to_owned());
    }
    // Neither mentions nor cards nor media have content in real documents.
    if !matches!(kind(node), "mention" | "inlineCard" | "media") {
        children(node).for_each(|child| words(child, found));
    }
}

proptest! {
    #[test]
    fn no_tree_makes_the_reader_fail_or_lose_words(node in any_node()) {
        let written = to_markdown(&node);
        let mut expected = Vec::new();
        if !inline::is_inline(&node) {
            words(&node, &mut expected);
        }
        for word in expected {
            prop_assert!(written.contains(&word), "{} not in {}", word, written);
        }
    }
}

#[test]
fn depth_is_bounded() {
    let mut node = p("deep");
    for _ in 0..300 {
        node = json!({ "type": "blockquote", "content": [node] });
    }
    assert!(to_markdown(&node).contains("[…]"));
}

fn coloured(words: &str, ink: &str, paper: Option<&str>) -> Value {
    let mut marks = vec![json!({ "type": "textColor", "attrs": { "color": ink } })];
    marks.extend(
        paper.map(|paper| json!({ "type": "backgroundColor", "attrs": { "color": paper } })),
    );
    json!({ "type": "text", "text": words, "marks": marks })
}

#[test]
fn text_in_the_colour_of_what_it_stands_on_is_marked() {
    let white = || coloured("b", "#ffffff", None);
    for (content, written) in [
        (
            json!([{ "type": "paragraph", "content": [text("a "), white(), text(" c")] }]),
            "a [hidden text: b](hidden:style) c",
        ),
        (
            json!([{ "type": "paragraph", "content": [
                coloured("a ", "#fffffe", None), coloured("b", "#ff5630", Some("#ff5630")),
            ] }]),
            "[hidden text: a b](hidden:style)",
        ),
        (
            json!([{ "type": "table", "content": [{ "type": "tableRow", "content": [
                { "type": "tableCell", "attrs": { "background": "#ff0000" }, "content": [
                    { "type": "paragraph", "content": [coloured("a", "red", None)] },
                ] },
            ] }] }]),
            "|  |\n| --- |\n| [hidden text: a](hidden:style) |",
        ),
    ] {
        assert_eq!(doc(&content), written);
    }
}

#[test]
fn text_that_differs_from_what_it_stands_on_has_no_mark() {
    let white = || json!([{ "type": "paragraph", "content": [coloured("a", "#ffffff", None)] }]);
    let cell = |kind: &str, attributes: Value| {
        json!({ "type": "table", "content": [{ "type": "tableRow", "content": [
            { "type": kind, "attrs": attributes, "content": white() },
        ] }] })
    };
    for node in [
        cell("tableCell", json!({ "background": "#0747a6" })),
        cell("tableHeader", json!({})),
        json!({ "type": "panel", "attrs": { "panelType": "error" }, "content": white() }),
        json!({ "type": "paragraph", "content": [coloured("a", "#ffffff", Some("#0747a6"))] }),
        json!({ "type": "paragraph", "content": [coloured("a", "#97a0af", None)] }),
    ] {
        let written = doc(&json!([node]));
        assert!(!written.contains("hidden"), "{written}");
        assert!(written.contains('a'), "{written}");
    }
}
