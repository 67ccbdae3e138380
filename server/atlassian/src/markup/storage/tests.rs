//! Pages as Markdown: the faults of the program before this one (B-51), and hostile input.

use proptest::prelude::*;

use super::*;

#[track_caller]
fn assert_all(table: &[(&str, &str)]) {
    for (xml, markdown) in table {
        assert_eq!(to_markdown(xml), *markdown, "{xml}");
    }
}

#[test]
fn b_51_what_was_lost_before_is_kept() {
    assert_all(&[
        ("<h1>T</h1><p>a</p>", "# T\n\na"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("<ul>\n<li>a</li>\n<li>b</li>\n</ul>", "- a\n- b"),
        (
            "<table><tbody><tr><th>a</th><th>b</th></tr><tr><td>1</td><td>2</td></tr></tbody></table>",
            "| a | b |\n| --- | --- |\n| 1 | 2 |",
        ),
        (
            "<ac:structured-macro ac:name=\"code\"><ac:parameter ac:name=\"language\">rust\
             </ac:parameter><ac:plain-text-body><![CDATA[if a < b {\n}]]></ac:plain-text-body>\
             </ac:structured-macro>",
            "```rust\nif a < b {\n}\n```",
        ),
        ("<p>line1<br/>line2</p>", "line1  \nline2"),
        ("<p>a &amp; b&nbsp;c &rarr; &#8211;</p>", "a & b c → –"),
        (
            "<p><a class=\"x\" href=\"https://u.example\">t</a></p>",
            "[t](https://u.example)",
        ),
        (
            "<p>due <time datetime=\"2026-09-14\" /></p>",
            "due 2026-09-14",
        ),
        (
            "<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-status>incomplete\
             </ac:task-status><ac:task-body>do</ac:task-body></ac:task><ac:task><ac:task-status>\
             complete</ac:task-status><ac:task-body><span>did</span></ac:task-body></ac:task>\
             </ac:task-list>",
            "- [ ] do\n- [x] did",
        ),
    ]);
}

#[test]
fn a_panel_keeps_the_code_inside_and_the_text_after_it() {
    let page = "<ac:structured-macro ac:name=\"info\"><ac:rich-text-body><p>read</p>\
        <ac:structured-macro ac:name=\"code\"><ac:plain-text-body><![CDATA[x]]>\
        </ac:plain-text-body></ac:structured-macro></ac:rich-text-body></ac:structured-macro>\
        <p>between</p><ac:structured-macro ac:name=\"warning\"><ac:parameter ac:name=\"title\">Hot\
        </ac:parameter><ac:rich-text-body><p>very</p></ac:rich-text-body></ac:structured-macro>";
    assert_eq!(
        to_markdown(page),
        "> **Info**\n>\n> read\n>\n> ```\n> x\n> ```\n\nbetween\n\n> **Hot**\n>\n> very"
    );
}

#[test]
fn links_and_images_tell_what_they_point_at() {
    assert_all(&[
        (
            "<ac:link><ri:page ri:content-title=\"Home\" /></ac:link>",
            "[[Home]]",
        ),
        (
            "<ac:link><ri:page ri:space-key=\"DS\" ri:content-title=\"Home\" />\
             <ac:plain-text-link-body><![CDATA[start]]></ac:plain-text-link-body></ac:link>",
            "start [[DS:Home]]",
        ),
        (
            "<ac:link><ri:page ri:content-title=\"Home\" /><ac:link-body>Home</ac:link-body></ac:link>",
            "[[Home]]",
        ),
        (
            "<ac:link><ri:user ri:account-id=\"5:a\" /></ac:link>",
            "@5:a",
        ),
        (
            "<ac:link><ri:attachment ri:filename=\"a.pdf\" /></ac:link>",
            "[attachment: a.pdf]",
        ),
        (
            "<ac:link ac:anchor=\"top\"><ac:link-body>up</ac:link-body></ac:link>",
            "up [[#top]]",
        ),
    ]);
}

#[test]
fn images_and_emoji_are_shown_as_far_as_they_are_known() {
    assert_all(&[
        (
            "<ac:image ac:alt=\"A\"><ri:url ri:value=\"https://u.example/a.png\" /></ac:image>",
            "![A](https://u.example/a.png)",
        ),
        (
            "<ac:image><ri:attachment ri:filename=\"a.png\" /></ac:image>",
            "[image: a.png]",
        ),
        ("<img alt=\"A\" src=\"/a.png\">", "![A](/a.png)"),
        (
            "<ac:emoticon ac:name=\"tick\" ac:emoji-fallback=\"✅\" />",
            "✅",
        ),
        ("<ac:emoticon ac:name=\"smile\" />", ":smile:"),
    ]);
}

#[test]
fn marks_lists_and_cells_nest() {
    assert_all(&[
        (
            "<p><strong>a <em>b</em></strong><u>c</u> <code>d_e</code> <del>f</del></p>",
            "**a _b_**&#99; `d_e` ~~f~~",
        ),
        (
            "<ul><li><p>a</p><ol><li>b<ul><li>c</li></ul></li></ol></li></ul>",
            "- a\n  1. b\n     - c",
        ),
        (
            "<ol start=\"4\"><li>a</li><ul><li>b</li></ul></ol>",
            "4. a\n   - b",
        ),
        (
            "<table><tr><td><p>a</p><p>b</p></td><td><ul><li>c</li></ul></td></tr></table>",
            "|  |  |\n| --- | --- |\n| a<br>b | - c |",
        ),
        (
            "<blockquote><p>a</p></blockquote><hr/><pre>x\n  y</pre>",
            "> a\n\n---\n\n```\nx\n  y\n```",
        ),
        (
            "text <b>loose</b><p>p</p>tail",
            "text **loose**\n\np\n\ntail",
        ),
        (
            "<ac:layout><ac:layout-section><ac:layout-cell><p>a</p></ac:layout-cell>\
             </ac:layout-section></ac:layout>",
            "a",
        ),
    ]);
}

#[test]
fn unknown_macros_stay_visible_with_their_text() {
    assert_all(&[
        (
            "<p><ac:structured-macro ac:name=\"toc\" /></p>",
            "[macro: toc]",
        ),
        (
            "<p>see <ac:structured-macro ac:name=\"jira\"><ac:parameter ac:name=\"key\">DEMO-1\
             </ac:parameter></ac:structured-macro></p>",
            "see [macro: jira, key=DEMO-1]",
        ),
        (
            "<ac:structured-macro ac:name=\"own\"><ac:rich-text-body><p>kept</p>\
             </ac:rich-text-body></ac:structured-macro>",
            "[macro: own]\n\nkept",
        ),
        (
            "<p><ac:structured-macro ac:name=\"status\"><ac:parameter ac:name=\"title\">DONE\
             </ac:parameter></ac:structured-macro></p>",
            "[DONE]",
        ),
        (
            "<ac:adf-extension><ac:adf-node type=\"panel\"><ac:adf-attribute key=\"panel-type\">note\
             </ac:adf-attribute><ac:adf-content><p>once</p></ac:adf-content></ac:adf-node>\
             <ac:adf-fallback><p>twice</p></ac:adf-fallback></ac:adf-extension>",
            "> once",
        ),
        (
            "<p><ac:new-thing>kept</ac:new-thing></p>",
            "[ac:new-thing]kept",
        ),
    ]);
}

#[test]
fn broken_xml_is_read_as_far_as_it_goes() {
    assert_all(&[
        ("", ""),
        ("<p>a & b &nosuch; c</p>", "a & b &nosuch; c"),
        ("<p>a</b> b", "a b"),
        ("<p><strong>a</p><p>b</p>", "**a**\n\nb"),
        ("a <![CDATA[open", r"a \<\![CDATA[open"),
        ("</p>a", "a"),
    ]);
}

#[test]
fn depth_is_bounded() {
    let deep = "<div>".repeat(100_000) + "deep";
    assert_eq!(to_markdown(&deep), "deep");
    let quotes = "<blockquote>".repeat(2_000) + "deep";
    assert!(to_markdown(&quotes).ends_with("deep"));
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_fail(xml in "\\PC*|[<>/&;a-z\"'= !\\[\\]-]{0,60}") {
        drop(to_markdown(&xml));
    }

    #[test]
    fn no_words_of_a_page_are_lost(
        parts in prop::collection::vec((0..12_usize, "w[a-z]{1,6}w"), 0..20)
    ) {
        let tags = ["p", "h2", "ul", "li", "table", "tr", "td", "blockquote", "strong", "a", "div", "pre"];
        let mut page = String::new();
        for (tag, word) in &parts {
            page.push_str(&format!("<{}>{word} ", tags[*tag]));
        }
        let written = to_markdown(&page);
        for (_, word) in &parts {
            prop_assert!(written.contains(word.as_str()), "{} not in {}", word, written);
        }
    }
}
