//! Which text of pages is shown as hidden, and which is not.

use proptest::prelude::*;

use crate::markup::hidden_texts;
use crate::markup::storage::{from_markdown_over, to_markdown};

#[track_caller]
fn assert_all(table: &[(&str, &str)]) {
    for (page, markdown) in table {
        assert_eq!(to_markdown(page), *markdown, "{page}");
    }
}

#[test]
fn text_that_is_not_drawn_is_kept_and_marked() {
    assert_all(&[
        (
            "<p>a <span style=\"display:none\">b <em>c</em></span> d</p>",
            "a [hidden text: b c](hidden:style) d",
        ),
        (
            "<div style=\"visibility:hidden\"><h1>a</h1><p>b</p></div><p>c</p>",
            "# [hidden text: a](hidden:style)\n\n[hidden text: b](hidden:style)\n\nc",
        ),
        (
            "<ul><li hidden=\"hidden\">a</li><li>b</li></ul>",
            "- [hidden text: a](hidden:style)\n- b",
        ),
        (
            "<table><tbody><tr><th>a</th></tr><tr><td style=\"font-size:1px\">b</td></tr></tbody></table>",
            "| a |\n| --- |\n| [hidden text: b](hidden:style) |",
        ),
        (
            "<p style=\"opacity:0\"><a href=\"https://a.example\">a</a> <code>b</code></p>",
            "[hidden text: a (https://a.example) b](hidden:style)",
        ),
        (
            "<div style=\"display:none\"><pre>a\nb</pre><ac:image ac:alt=\"c\"><ri:attachment ri:filename=\"d.png\" /></ac:image></div>",
            "[hidden text: a b](hidden:style)\n\n[hidden text: c (attachment:d.png)](hidden:style)",
        ),
        (
            "<div style=\"display:none\"><ac:structured-macro ac:name=\"code\"><ac:plain-text-body><![CDATA[a]]></ac:plain-text-body></ac:structured-macro></div>",
            "[hidden text: a](hidden:style)",
        ),
        (
            "<div style=\"display:none\"><ac:structured-macro ac:name=\"own\"><ac:rich-text-body><p>a</p></ac:rich-text-body></ac:structured-macro></div>",
            "> [!KEPT 1] macro: own\n> [hidden text: a](hidden:style)",
        ),
    ]);
}

#[test]
fn text_in_the_colour_of_what_it_stands_on_is_kept_and_marked() {
    assert_all(&[
        (
            "<p><strong style=\"color:#fffffe\">a</strong></p>",
            "[hidden text: a](hidden:style)",
        ),
        (
            "<p><font color=\"white\">a</font></p>",
            "[hidden text: a](hidden:style)",
        ),
        (
            "<p style=\"color:red\">a <span style=\"background-color:#f00\">b</span></p>",
            "a [hidden text: b](hidden:style)",
        ),
        (
            "<ac:structured-macro ac:name=\"panel\"><ac:parameter ac:name=\"bgColor\">#000000</ac:parameter><ac:rich-text-body><p style=\"color:black\">a</p></ac:rich-text-body></ac:structured-macro>",
            "> [!PANEL]\n> [hidden text: a](hidden:style)",
        ),
    ]);
}

#[test]
fn text_that_is_drawn_has_no_mark() {
    for page in [
        // White on a colour, of its own or of what it stands in.
        "<p><span style=\"color:white;background-color:#0747a6\">a</span></p>",
        "<table><tbody><tr style=\"background:navy\"><td><p style=\"color:#fff\">a</p></td></tr></tbody></table>",
        "<table><tbody><tr><td class=\"highlight-blue\" data-highlight-colour=\"blue\" style=\"color:white\">a</td></tr></tbody></table>",
        "<table><tbody><tr><td data-highlight-colour=\"#0747a6\" style=\"color:white\">a</td></tr></tbody></table>",
        "<table><tbody><tr><td bgcolor=\"black\" style=\"color:white\">a</td></tr></tbody></table>",
        "<table><tbody><tr><th style=\"color:white\">a</th></tr></tbody></table>",
        "<ac:structured-macro ac:name=\"panel\"><ac:parameter ac:name=\"bgColor\">navy</ac:parameter><ac:rich-text-body><p style=\"color:white\">a</p></ac:rich-text-body></ac:structured-macro>",
        "<ac:structured-macro ac:name=\"warning\"><ac:rich-text-body><p style=\"color:white\">a</p></ac:rich-text-body></ac:structured-macro>",
        "<ac:structured-macro ac:name=\"card\"><ac:parameter ac:name=\"backgroundColor\">x</ac:parameter><ac:rich-text-body><p style=\"color:white\">a</p></ac:rich-text-body></ac:structured-macro>",
        "<div style=\"background-image:url(a.png);background:url(a.png)\"><p style=\"color:white\">a</p></div>",
        // What is inside may be seen although what is around it is not.
        "<p style=\"visibility:hidden\"><span style=\"visibility:visible\">a</span></p>",
        "<p style=\"font-size:0\"><span style=\"font-size:14px\">a</span></p>",
        "<p style=\"color:white\"><span style=\"color:#172b4d\">a</span></p>",
        "<p style=\"color:white\"><a href=\"https://a.example\">a</a></p>",
        "<p style=\"color:rgb(0,51,102)\">a</p>",
        "<p style=\"font-size:10px;line-height:1.2\">a</p>",
    ] {
        let markdown = to_markdown(page);
        assert_eq!(hidden_texts(&markdown), 0, "{page} is {markdown}");
        assert!(markdown.contains('a'), "{page} is {markdown}");
    }
}

#[test]
fn hidden_text_keeps_its_bytes_and_a_mark_that_is_written_is_text() {
    let page = "<p>a <span style=\"display:none\">b</span></p><p>c</p>";
    let markdown = to_markdown(page);
    let edited = from_markdown_over(&markdown.replace("\n\nc", "\n\nd"), page);
    assert_eq!(edited, page.replace("<p>c</p>", "<p>d</p>"));
    let written = from_markdown_over("[hidden text: x](hidden:style)", page);
    assert_eq!(written, "<p>hidden text: x</p>");
}

#[test]
fn letters_like_a_mark_are_no_mark() {
    let page = "<p>[hidden text: a](hidden:style)</p>";
    let markdown = to_markdown(page);
    assert_eq!(hidden_texts(&markdown), 0, "{markdown}");
    assert_eq!(to_markdown(&from_markdown_over(&markdown, "")), markdown);
}

/// A style that hides nothing.
fn seen() -> impl Strategy<Value = String> {
    let ink = prop::sample::select(vec!["", "color:red", "color:#172b4d", "color:inherit"]);
    let paper = prop::sample::select(vec!["", "background-color:#fffae6", "background:white"]);
    let other = prop::sample::select(vec![
        "",
        "font-size:11px",
        "visibility:visible",
        "opacity:0.7",
        "display:block",
        "margin-left:-4px",
        "text-align:center",
        "overflow:hidden",
        "width:0",
        "position:relative",
    ]);
    (ink, paper, other).prop_map(|(ink, paper, other)| format!("{ink};{paper};{other}"))
}

proptest! {
    #[test]
    fn seen_text_is_never_marked_and_hidden_text_always_is(
        around in prop::collection::vec(
            (prop::sample::select(vec!["div", "blockquote", "span", "p", "strong", "td"]), seen()),
            0..5,
        ),
        hiding in prop::sample::select(vec![
            "display:none", "visibility:hidden", "color:white;background-color:#fff", "font-size:0",
            "opacity:0", "text-indent:-1000px",
        ]),
    ) {
        let open: String = around
            .iter()
            .map(|(name, style)| format!("<{name} style=\"{style}\">"))
            .collect();
        let close: String = around.iter().rev().map(|(name, _)| format!("</{name}>")).collect();
        let seen = to_markdown(&format!("{open}seen{close}"));
        prop_assert_eq!(hidden_texts(&seen), 0, "{}", seen);
        let unseen = format!("{open}seen <span style=\"{hiding}\">unseen</span>{close}");
        let unseen = to_markdown(&unseen);
        prop_assert_eq!(hidden_texts(&unseen), 1, "{}", unseen);
        prop_assert!(unseen.contains("[hidden text: unseen](hidden:style)"), "{}", unseen);
    }
}
