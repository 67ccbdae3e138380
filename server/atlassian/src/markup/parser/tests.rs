//! What Markdown means as a document, seen through what the writer makes of it.

use super::*;
use crate::markup::writer;

#[track_caller]
fn assert_normal(table: &[(&str, &str)]) {
    for (markdown, normal) in table {
        assert_eq!(writer::markdown(&parse(markdown)), *normal, "{markdown}");
    }
}

#[test]
fn markdown_has_one_normal_form() {
    assert_normal(&[
        ("Title\n===\n\n* a\n* b", "# Title\n\n- a\n- b"),
        ("__a__ ***b*** ~c~", "**a** **_b_** ~~c~~"),
        ("see https://a.example/x.", "see <https://a.example/x>."),
        (
            "[https://a.example](https://a.example)",
            "<https://a.example>",
        ),
        ("<ann@a.example>", "<mailto:ann@a.example>"),
        ("a<br>b<BR/>c", "a  \nb  \nc"),
        ("<div>\n*x*\n</div>", "\\<div>  \n\\*x\\*  \n\\</div>"),
        ("a\nb", "a b"),
        ("    code", "```\ncode\n```"),
        ("```rust ignore\nx", "```rust\nx\n```"),
        ("- a\n\n- b", "- a\n- b"),
        ("- a\n\n\n1. b", "- a\n\n1. b"),
        ("- [x] a\n- [ ] b", "- [x] a\n- [ ] b"),
    ]);
}

#[test]
fn alerts_take_a_title_and_atlassians_words() {
    assert_normal(&[
        ("> [!NOTE]\n> a", "> [!NOTE]\n> a"),
        (
            "> [!info] *Read* this\n> a\n>\n> b",
            "> [!NOTE] Read this\n> a\n>\n> b",
        ),
        ("> [!EXPAND] More", "> [!EXPAND] More"),
        ("> \\[!NOTE]\n> a", "> \\[!NOTE] a"),
        ("> [!other]\n> a", "> \\[!other] a"),
        ("> a\n>\n> [!NOTE]", "> a\n>\n> \\[!NOTE]"),
    ]);
}

#[test]
fn columns_stand_between_marks_at_the_top() {
    let two = "::: columns two_equal\n\na\n\n::: column\n\nb\n\n::: end";
    assert_normal(&[
        (two, two),
        ("::: columns\n\na\n\n::: end", "a"),
        ("::: columns three_equal\n\na\n\n::: column\n\nb", two),
        ("\\::: end", "\\::: end"),
        ("::: end", "\\::: end"),
        ("> ::: columns", "> \\::: columns"),
    ]);
}

#[test]
fn depth_is_bounded_and_no_word_is_lost() {
    for (piece, end) in [
        ("> ", "deep"),
        ("- ", "deep"),
        ("1. ", "deep"),
        ("> - ", "deep"),
    ] {
        let blocks = parse(&(piece.repeat(10_000) + end));
        assert!(writer::markdown(&blocks).ends_with("deep"), "{piece}");
    }
    for piece in [
        "*", "_a", "[", "![", "**a ", "~~", "`", "<", "&", "[a](", "![a](b", "| a ", "|-",
    ] {
        let blocks = parse(&piece.repeat(10_000));
        drop(writer::markdown(&blocks));
    }
}
