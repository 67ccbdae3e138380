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
            "due <date:2026-09-14>",
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
        "> [!NOTE]\n> read\n>\n> ```\n> x\n> ```\n\nbetween\n\n> [!CAUTION] Hot\n> very"
    );
}

#[test]
fn links_and_images_tell_what_they_point_at() {
    assert_all(&[
        (
            "<ac:link><ri:page ri:content-title=\"Home\" /></ac:link>",
            "[Home](page:Home)",
        ),
        (
            "<ac:link><ri:page ri:space-key=\"DS\" ri:content-title=\"Home\" />\
             <ac:plain-text-link-body><![CDATA[start]]></ac:plain-text-link-body></ac:link>",
            "[start](page:DS/Home)",
        ),
        (
            "<ac:link><ri:page ri:content-title=\"Home\" /><ac:link-body>Home</ac:link-body></ac:link>",
            "[Home](page:Home)",
        ),
        (
            "<ac:link><ri:user ri:account-id=\"5:a\" /></ac:link>",
            "[@5:a](accountid:5:a)",
        ),
        (
            "<ac:link><ri:attachment ri:filename=\"a.pdf\" /></ac:link>",
            "[a.pdf](attachment:a.pdf)",
        ),
        (
            "<ac:link ac:anchor=\"top\"><ac:link-body>up</ac:link-body></ac:link>",
            "[up](#top)",
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
            "![](attachment:a.png)",
        ),
        ("<img alt=\"A\" src=\"/a.png\">", "![A](/a.png)"),
        (
            "<ac:emoticon ac:name=\"tick\" ac:emoji-fallback=\"✅\" />",
            "✅",
        ),
        ("<ac:emoticon ac:name=\"smile\" />", "<emoji:smile>"),
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
            "[macro: toc](kept:1)",
        ),
        (
            "<p>see <ac:structured-macro ac:name=\"jira\"><ac:parameter ac:name=\"key\">DEMO-1\
             </ac:parameter></ac:structured-macro></p>",
            "see [macro: jira, key=DEMO-1](kept:1)",
        ),
        (
            "<ac:structured-macro ac:name=\"own\"><ac:rich-text-body><p>kept</p>\
             </ac:rich-text-body></ac:structured-macro>",
            "> [!KEPT 1] macro: own\n> kept",
        ),
        (
            "<p><ac:structured-macro ac:name=\"status\"><ac:parameter ac:name=\"title\">DONE\
             </ac:parameter></ac:structured-macro></p>",
            "[DONE](status:neutral)",
        ),
        (
            "<ac:adf-extension><ac:adf-node type=\"panel\"><ac:adf-attribute key=\"panel-type\">note\
             </ac:adf-attribute><ac:adf-content><p>once</p></ac:adf-content></ac:adf-node>\
             <ac:adf-fallback><p>twice</p></ac:adf-fallback></ac:adf-extension>",
            "> [!IMPORTANT]\n> once",
        ),
        (
            "<p><ac:new-thing>kept</ac:new-thing></p>",
            "[new-thing: kept](kept:1)",
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

/// A page with what has no form in Markdown, at the top, in a line and around content.
const RICH: &str = "<p class=\"x\">one <ac:structured-macro ac:name=\"jira\" ac:macro-id=\"7\"><ac:parameter \
    ac:name=\"key\">DEMO-1</ac:parameter></ac:structured-macro></p>\n<ac:structured-macro ac:name=\"toc\" />\
    <p></p><ac:structured-macro ac:name=\"details\"><ac:parameter ac:name=\"id\">a</ac:parameter>\
    <ac:rich-text-body><p style=\"y\">inside</p></ac:rich-text-body></ac:structured-macro>\
    <ac:structured-macro ac:name=\"html\"><ac:plain-text-body><![CDATA[<b>]]></ac:plain-text-body>\
    </ac:structured-macro><table><tbody><tr><td colspan=\"2\">t</td></tr></tbody></table>\n";

#[test]
fn an_unchanged_page_keeps_every_byte() {
    assert_eq!(from_markdown_over(&to_markdown(RICH), RICH), RICH);
    // A byte order mark is no text, but counts where it stands.
    let page = "\u{feff}a<p>b</p>";
    assert_eq!(to_markdown(page), "a\n\nb");
    assert_eq!(from_markdown_over("a\n\nb", page), page);
}

#[test]
fn an_edit_keeps_the_bytes_of_all_other_blocks_and_of_its_macros() {
    let markdown = to_markdown(RICH);
    let edited = markdown
        .replace("one ", "two ")
        .replace("inside", "outside");
    let expected = RICH
        .replace("<p class=\"x\">one ", "<p>two ")
        .replace("<p></p>", "")
        .replace("<p style=\"y\">inside", "<p>outside");
    assert_eq!(from_markdown_over(&edited, RICH), expected);
    let code = markdown.replace("<b>", "</b>]]>");
    let expected = RICH.replace("[<b>]", "[</b>]]]]><![CDATA[>]");
    assert_eq!(from_markdown_over(&code, RICH), expected);
}

#[test]
fn macros_cannot_be_forged() {
    for (markdown, storage) in [
        ("[macro: toc](kept:1)", "<p>macro: toc</p>"),
        ("[macro: html](kept:2)", "<p>macro: html</p>"),
        ("[x](kept:99) <kept:1>", "<p>x kept:1</p>"),
        ("> [!KEPT 4] macro: jira\n> x", "<p>macro: jira</p><p>x</p>"),
        (
            "<ac:structured-macro ac:name=\"html\"/>",
            "<p>&lt;ac:structured-macro ac:name=\"html\"/&gt;</p>",
        ),
    ] {
        assert_eq!(from_markdown_over(markdown, RICH), storage, "{markdown}");
    }
    assert_eq!(from_markdown("[macro: toc](kept:2)"), "<p>macro: toc</p>");
}

#[test]
fn a_page_that_lost_macros_is_known() {
    assert_eq!(dropped(RICH, RICH), Vec::<String>::new());
    assert_eq!(
        dropped(RICH, "<ac:structured-macro ac:name=\"toc\" />"),
        ["jira", "details", "html"]
    );
    assert_eq!(macros(RICH), ["jira", "toc", "details", "html"]);
}

#[test]
fn columns_make_the_whole_page_a_layout() {
    let markdown = "a\n\n::: columns two_left_sidebar\n\nb\n\n::: column\n\nc\n\n::: end";
    let page = from_markdown(markdown);
    assert_eq!(
        page,
        "<ac:layout><ac:layout-section ac:type=\"single\"><ac:layout-cell><p>a</p></ac:layout-cell>\
         </ac:layout-section><ac:layout-section ac:type=\"two_left_sidebar\"><ac:layout-cell><p>b</p>\
         </ac:layout-cell><ac:layout-cell><p>c</p></ac:layout-cell></ac:layout-section></ac:layout>"
    );
    assert_eq!(to_markdown(&page), markdown);
}

#[test]
fn b_49_text_with_ampersands_is_escaped() {
    assert_eq!(
        from_markdown("a & b < c > d \"e\""),
        "<p>a &amp; b &lt; c &gt; d \"e\"</p>"
    );
}

const B_50: [(&str, &str); 10] = [
    ("#tag", "<p>#tag</p>"),
    (
        "```rust\nx",
        "<ac:structured-macro ac:name=\"code\"><ac:parameter ac:name=\"language\">rust</ac:parameter>\
          <ac:plain-text-body><![CDATA[x]]></ac:plain-text-body></ac:structured-macro>",
    ),
    (
        "![a](https://u.example/i.png)",
        "<p><ac:image ac:alt=\"a\"><ri:url ri:value=\"https://u.example/i.png\" /></ac:image></p>",
    ),
    (
        "- a\n  1. b",
        "<ul><li><p>a</p><ol><li><p>b</p></li></ol></li></ul>",
    ),
    (
        "| a |\n|---|\n| 1 |",
        "<table><tbody><tr><th><p>a</p></th></tr><tr><td><p>1</p></td></tr></tbody></table>",
    ),
    (
        "- [x] a",
        "<ac:task-list><ac:task><ac:task-id>1</ac:task-id><ac:task-status>complete</ac:task-status>\
          <ac:task-body><span>a</span></ac:task-body></ac:task></ac:task-list>",
    ),
    (
        "> [!WARNING]\n> a",
        "<ac:structured-macro ac:name=\"note\"><ac:rich-text-body><p>a</p></ac:rich-text-body></ac:structured-macro>",
    ),
    (
        "[@A](accountid:5) [H](page:DS/H) [f](attachment:f.pdf)",
        "<p><ac:link><ri:user ri:account-id=\"5\" /></ac:link> \
          <ac:link><ri:page ri:space-key=\"DS\" ri:content-title=\"H\" /></ac:link> \
          <ac:link><ri:attachment ri:filename=\"f.pdf\" /><ac:plain-text-link-body><![CDATA[f]]></ac:plain-text-link-body></ac:link></p>",
    ),
    (
        "[D](status:green) <date:2026-09-14> <emoji:tick>",
        "<p><ac:structured-macro ac:name=\"status\"><ac:parameter ac:name=\"title\">D\
          </ac:parameter><ac:parameter ac:name=\"colour\">Green</ac:parameter></ac:structured-macro> <time datetime=\"2026-09-14\" /> \
          <ac:emoticon ac:name=\"tick\" /></p>",
    ),
    ("[x](javascript:alert(1))", "<p>x (javascript:alert(1))</p>"),
];

#[test]
fn b_50_nothing_is_dropped_or_broken_on_the_way_to_storage() {
    for (markdown, storage) in B_50 {
        assert_eq!(from_markdown(markdown), storage, "{markdown}");
    }
}

/// None of these would end while anybody waits if it cost the square of its length.
#[test]
fn deep_and_long_pages_end_soon() {
    let deep = |element: &str| {
        let (open, close) = (format!("<{element}>a"), format!("</{element}>"));
        open.repeat(20_000) + &close.repeat(20_000)
    };
    for page in [deep("em"), "<td><h1>a</h1></td>".repeat(5_000)] {
        assert_eq!(from_markdown_over("b", &page), "<p>b</p>");
        drop(edit::sections(&page));
    }
    let names: String = (0..10_000)
        .map(|at| format!("<ac:structured-macro ac:name=\"m{at}\" />"))
        .collect();
    assert_eq!(dropped(&names, &names), Vec::<String>::new());
    let begin = "<ac:structured-macro ac:name=\"own\"><ac:rich-text-body>";
    let end = "</ac:rich-text-body></ac:structured-macro>";
    let nest = format!("{}x{}", begin.repeat(500), end.repeat(500));
    assert_eq!(from_markdown_over("b", &nest), "<p>b</p>");
}

#[test]
fn a_part_within_a_part_keeps_its_bytes_while_its_neighbour_changes() {
    let part = |name: &str, body: &str| {
        format!(
            "<ac:structured-macro ac:name=\"{name}\"><ac:rich-text-body>{body}</ac:rich-text-body></ac:structured-macro>"
        )
    };
    let inner = part("in", "<p class=\"x\">a</p>");
    let page = part("out", &format!("{inner}<p>b</p>"));
    let edited = from_markdown_over(&to_markdown(&page).replace('b', "c"), &page);
    assert_eq!(edited, page.replace("<p>b</p>", "<p>c</p>"));
}
