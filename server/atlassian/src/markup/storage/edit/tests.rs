//! Edits change what they are asked to and nothing else.

use proptest::prelude::*;

use super::*;

const PAGE: &str = "<h1>Plan &amp; <em>scope</em></h1><p>a</p><h2>Detail</h2>\n<p>b</p><h1>Risks</h1>\
    <ac:structured-macro ac:name=\"info\"><ac:rich-text-body><h2>Inner</h2><p>c</p></ac:rich-text-body>\
    </ac:structured-macro><p>d</p>";

#[test]
fn a_section_ends_at_the_next_heading_of_its_level_or_with_what_holds_it() {
    let content = |heading: &str| {
        let section = section(PAGE, heading).unwrap();
        PAGE[section.content].to_owned()
    };
    assert_eq!(content("plan & scope"), "<p>a</p><h2>Detail</h2>\n<p>b</p>");
    assert_eq!(content("## Detail"), "\n<p>b</p>");
    assert_eq!(content("Inner"), "<p>c</p>");
    assert!(content("Risks").ends_with("<p>d</p>"));
}

#[test]
fn sections_are_replaced_and_extended() {
    let page = "<h1>A</h1><p>a</p><h1>B</h1>";
    let replaced = replace_section(page, "A", "<p>new</p>").unwrap();
    assert_eq!(replaced, "<h1>A</h1><p>new</p><h1>B</h1>");
    let longer = append_to_section(page, "# A", "<p>new</p>").unwrap();
    assert_eq!(longer, "<h1>A</h1><p>a</p><p>new</p><h1>B</h1>");
    assert_eq!(append(page, "<hr />").unwrap(), format!("{page}<hr />"));
    let marked = format!("\u{feff}{page}");
    let replaced = replace_section(&marked, "A", "<p>new</p>").unwrap();
    assert_eq!(replaced, "\u{feff}<h1>A</h1><p>new</p><h1>B</h1>");
    let columns = "<ac:layout><ac:layout-section><ac:layout-cell><p>a</p></ac:layout-cell>\
        </ac:layout-section></ac:layout>";
    let longer = append(columns, "<p>b</p>").unwrap();
    assert!(
        longer.contains("<p>a</p><p>b</p></ac:layout-cell>"),
        "{longer}"
    );
}

#[test]
fn what_cannot_be_found_or_is_broken_is_said() {
    let wanted = || "X".to_owned();
    let headings = vec!["A".to_owned(), "A".to_owned()];
    let page = "<h1>A</h1><h1>A</h1>";
    assert_eq!(
        section(page, "X"),
        Err(EditError::NoSection {
            wanted: wanted(),
            headings
        })
    );
    let many = EditError::ManySections {
        wanted: "A".to_owned(),
        count: 2,
    };
    assert_eq!(section(page, "A"), Err(many));
    assert_eq!(sections("<p>a"), Err(EditError::Page { at: 4 }));
    assert_eq!(
        replace_section("<h1>A</h1>", "A", "a<br>"),
        Err(EditError::Content { at: 5 })
    );
    let none = EditError::NoText { wanted: wanted() };
    assert_eq!(
        replace_text("<p>x</p>", "X", "", Occurrence::Only),
        Err(none)
    );
    let many = EditError::ManyTexts {
        wanted: "x".to_owned(),
        count: 2,
    };
    assert_eq!(
        replace_text("<p>x x</p>", "x", "", Occurrence::Only),
        Err(many)
    );
}

#[test]
fn text_is_found_through_marks_and_entities() {
    for (page, wanted, new, edited) in [
        (
            "<p>a &amp; b&nbsp;c</p>",
            "& b c",
            "<x>",
            "<p>a &lt;x&gt;</p>",
        ),
        (
            "<p>one <strong>two</strong> three</p>",
            "one two",
            "2",
            "<p>2<strong></strong> three</p>",
        ),
        (
            "<pre><![CDATA[if a < b]]></pre>",
            "a < b",
            "]]>",
            "<pre><![CDATA[if ]]]]><![CDATA[>]]></pre>",
        ),
        ("<p title=\"x\">x</p>", "x", "y", "<p title=\"x\">y</p>"),
    ] {
        let found = replace_text(page, wanted, new, Occurrence::Only).unwrap();
        assert_eq!(found, (edited.to_owned(), 1), "{page}");
        check(&found.0).unwrap();
    }
    let parameters =
        "<ac:structured-macro ac:name=\"x\"><ac:parameter>x</ac:parameter></ac:structured-macro>";
    for (page, wanted) in [
        (parameters, "x"),
        ("<p>a</p><p>b</p>", "ab"),
        ("<p>a</p><p>b</p>", "a\nb"),
        ("x", ""),
    ] {
        assert!(
            replace_text(page, wanted, "y", Occurrence::All).is_err(),
            "{page}"
        );
    }
    let all = replace_text("<p>x</p>x", "x", "xx", Occurrence::All).unwrap();
    assert_eq!(all, ("<p>xx</p>xx".to_owned(), 2));
}

fn page() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        "<h1>A</h1>",
        "<h2>B &amp; c</h2>",
        "<h3>C</h3>",
        "<p>text</p>",
        "\n ",
        "<!-- c -->",
        "<ac:structured-macro ac:name=\"toc\" />",
        "<p>a&nbsp;<b>b</b></p>",
        "<hr/>",
        "<table><tbody><tr><td><h2>Cell</h2><p>x</p></td></tr></tbody></table>",
        "<pre><![CDATA[<h1>no</h1>]]></pre>",
    ]);
    prop::collection::vec(part, 0..20).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn every_byte_outside_the_section_stays(before in page(), after in page(), pick: prop::sample::Index) {
        let page = format!("{before}<h2>D</h2>{after}");
        let sections = sections(&page).unwrap();
        let section = &sections[pick.index(sections.len())];
        let heading = format!("{} {}", "#".repeat(usize::from(section.level)), section.title);
        if let Ok(edited) = replace_section(&page, &heading, "<p>NEW</p>") {
            let (before, after) = edited.split_once("<p>NEW</p>").unwrap();
            prop_assert_eq!(before, &page[..section.content.start]);
            prop_assert_eq!(after, &page[section.content.end..]);
        }
    }

    #[test]
    fn replacing_there_and_back_is_no_change(page in page()) {
        if let Ok((edited, count)) = replace_text(&page, "text", "<&>", Occurrence::All) {
            prop_assert!(check(&edited).is_ok());
            prop_assert_eq!(replace_text(&edited, "<&>", "text", Occurrence::All).unwrap(), (page, count));
        }
    }

    #[test]
    fn no_text_makes_an_edit_fail_badly(page in "\\PC*|[<>/&;a-z\"'= !\\[\\]h1-]{0,60}", wanted in "\\PC{0,3}") {
        drop(section(&page, &wanted));
        drop(append(&page, &wanted));
        drop(replace_text(&page, &wanted, "x", Occurrence::All));
    }
}

#[test]
fn a_section_written_anew_with_its_heading_has_it_once() {
    let page = "<h1>A</h1><h2>B</h2><p>old</p><h1>C</h1>";
    for (content, below) in [
        ("<h2>B</h2><p>new</p>", "<p>new</p>"),
        (" <h1>b</h1><h3>B</h3>", "<h3>B</h3>"),
        ("<h3>B</h3><p>new</p>", "<h3>B</h3><p>new</p>"),
        ("<h2>D</h2><p>new</p>", "<h2>D</h2><p>new</p>"),
        ("<p>new</p><h2>B</h2>", "<p>new</p><h2>B</h2>"),
    ] {
        assert_eq!(
            replace_section(page, "## B", content).unwrap(),
            format!("<h1>A</h1><h2>B</h2>{below}<h1>C</h1>")
        );
    }
}
