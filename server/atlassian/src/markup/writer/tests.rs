//! What Markdown the writer makes of documents, and what it must not make of plain text.

use super::*;
use crate::markup::document::{Inline, Style};

fn paragraph(text: &str) -> String {
    markdown(&[Block::text(text)])
}

#[test]
fn plain_text_stays_plain() {
    for (text, written) in [
        (
            "snake_case and [DEMO] 2 * 3 a-b",
            "snake_case and [DEMO] 2 * 3 a-b",
        ),
        (
            "*bold* `code` _x_ ~~y~~",
            r"\*bold\* \`code\` \_x\_ \~\~y\~\~",
        ),
        ("[a](b) <b> a<b 1 < 2", r"[a\](b) \<b> a\<b 1 < 2"),
        ("&amp; R&D", r"\&amp; R&D"),
        (r"C:\*x \d", r"C:\\\*x \d"),
        ("# no", r"\# no"),
        ("#hash", "#hash"),
        ("- no", r"\- no"),
        ("-5", "-5"),
        ("1. no", r"1\. no"),
        ("2026. was", r"2026\. was"),
        ("> no", r"\> no"),
        ("---", r"\---"),
        ("  indented", "indented"),
    ] {
        assert_eq!(paragraph(text), written, "{text}");
    }
}

#[test]
fn marks_stand_close_to_their_text_and_do_not_double() {
    let styled = |style, inside| Inline::Styled(style, inside);
    let text = |text: &str| Inline::Text(text.to_owned());
    for (line, written) in [
        (
            vec![styled(Style::Strong, vec![text(" a ")]), text("b")],
            "**a** b",
        ),
        (
            vec![
                text("x"),
                styled(Style::Emphasis, vec![text(" ")]),
                text("y"),
            ],
            "x y",
        ),
        (
            vec![styled(
                Style::Strong,
                vec![styled(Style::Strong, vec![text("a")])],
            )],
            "**a**",
        ),
        (
            vec![styled(
                Style::Strike,
                vec![styled(Style::Emphasis, vec![text("a")])],
            )],
            "~~_a_~~",
        ),
    ] {
        assert_eq!(markdown(&[Block::Paragraph(line)]), written);
    }
}

#[test]
fn code_may_contain_back_ticks() {
    let code = |text: &str| Inline::Code(text.to_owned());
    assert_eq!(markdown(&[Block::Paragraph(vec![code("a`b")])]), "``a`b``");
    assert_eq!(markdown(&[Block::Paragraph(vec![code("`a")])]), "`` `a ``");
    let block = Block::Code {
        language: Some("md".to_owned()),
        text: "```\nx\n```\n".to_owned(),
    };
    assert_eq!(markdown(&[block]), "````md\n```\nx\n```\n````");
}

#[test]
fn links_survive_their_addresses() {
    let link = |url: &str, text: &str| {
        let text = vec![Inline::Text(text.to_owned())];
        markdown(&[Block::Paragraph(vec![Inline::Link {
            url: url.to_owned(),
            text,
        }])])
    };
    assert_eq!(
        link("https://a.example/x", "https://a.example/x"),
        "<https://a.example/x>"
    );
    assert_eq!(
        link("https://a.example/(x) y", "t"),
        r"[t](https://a.example/\(x\)%20y)"
    );
    assert_eq!(link("https://a.example", ""), "<https://a.example>");
    assert_eq!(link("/relative", ""), "[/relative](/relative)");
    assert_eq!(link("", "t"), "t");
}

#[test]
fn nested_lists_are_indented_below_their_text() {
    let item = |text: &str, inner: Vec<Block>| {
        let mut blocks = vec![Block::text(text)];
        blocks.extend(inner);
        Item::plain(blocks)
    };
    let inner = List {
        start: None,
        items: vec![item("a", vec![]), item("b", vec![])],
    };
    let code = Block::Code {
        language: None,
        text: "x".to_owned(),
    };
    let outer = List {
        start: Some(9),
        items: vec![
            item("one", vec![Block::List(inner)]),
            item("two", vec![code]),
        ],
    };
    assert_eq!(
        markdown(&[Block::List(outer)]),
        "9. one\n   - a\n   - b\n10. two\n\n    ```\n    x\n    ```"
    );
}

#[test]
fn tables_are_padded_and_keep_to_one_line_per_row() {
    let cells = |texts: &[&str]| texts.iter().map(|text| vec![Block::text(*text)]).collect();
    let list = List {
        start: None,
        items: vec![Item::plain(vec![Block::text("x|y")]); 2],
    };
    let rows = vec![
        Row {
            header: true,
            cells: cells(&["a", "b"]),
        },
        Row {
            header: false,
            cells: cells(&["1"]),
        },
        Row {
            header: false,
            cells: vec![vec![Block::List(list)]],
        },
    ];
    assert_eq!(
        markdown(&[Block::Table(rows)]),
        "| a | b |\n| --- | --- |\n| 1 |  |\n| - x\\|y<br>- x\\|y |  |"
    );
    let headless = vec![Row {
        header: false,
        cells: cells(&["1", "2"]),
    }];
    assert_eq!(
        markdown(&[Block::Table(headless)]),
        "|  |  |\n| --- | --- |\n| 1 | 2 |"
    );
}
