//! Wiki notation as Markdown: the faults of the program before this one, and hostile input.

use proptest::prelude::*;

use super::*;

#[track_caller]
fn assert_all(table: &[(&str, &str)]) {
    for (wiki, markdown) in table {
        assert_eq!(to_markdown(wiki), *markdown, "{wiki}");
    }
}

#[test]
fn what_was_wrong_before_is_right() {
    assert_all(&[
        ("h1. T", "# T"),
        ("* item *b* x", "- item **b** x"),
        ("** a", "- - a"),
        ("{{m}}", "`m`"),
        ("a_b_c", "a_b_c"),
        ("Hello! World!", "Hello! World!"),
        (
            "{code:title=F|borderStyle=solid}x{code}",
            "**F**\n\n```\nx\n```",
        ),
        ("{quote}a\nb{quote}", "> a  \n> b"),
        ("{noformat}*x*{noformat}", "```\n*x*\n```"),
        ("{panel:title=P}a{panel}", "> [!PANEL] P\n> a"),
        ("{color:red}a{color} b", "a b"),
        ("bq. a", "> a"),
        ("-del- +ins+ x^2^ y~i~", r"~~del~~ ins x^2^ y\~i\~"),
        (
            "[~jdoe] [~accountid:5:a]",
            "[@jdoe](user:jdoe) [@5:a](accountid:5:a)",
        ),
        ("[https://a.example]", "<https://a.example>"),
    ]);
}

/// Jira would show pictures in their place.
#[test]
fn brackets_that_are_notation_of_pictures_stay_brackets() {
    for (markdown, wiki) in [
        ("choose (i) or (x)", r"choose \(i) or \(x)"),
        ("f(x) (a) ✅", "f(x) (a) ✅"),
    ] {
        assert_eq!(from_markdown(markdown), wiki);
        assert_eq!(to_markdown(wiki), markdown);
    }
}

#[test]
fn inline_notation_becomes_markdown() {
    assert_all(&[
        ("*a _b_ c*", "**a *b* c**"),
        ("2*3*4 and * alone * here", "2\\*3\\*4 and * alone * here"),
        ("*open and _open", r"\*open and \_open"),
        ("[t|https://a.example|smart-link]", "[t](https://a.example)"),
        ("see [#top]", "see [top](#top)"),
        ("[*b*|https://a.example]", "**[b](https://a.example)**"),
        ("[DEMO] [^a.pdf]", "[DEMO] [a.pdf](attachment:a.pdf)"),
        (
            "!a.png|width=3! !https://a.example/b.png!",
            "![](attachment:a.png) ![](https://a.example/b.png)",
        ),
        (r"\*a\* b\\c", "\\*a\\* b  \nc"),
        ("see {{a_b*c}} ??cite??", "see `a_b*c` *cite*"),
        ("pre-sales -5 and 3 - 2 -", "pre-sales -5 and 3 - 2 -"),
        ("a{unknown}b", "a{unknown}b"),
        ("(/) done, *(x)* not (*r)", "✅ done, **❌** not ⭐"),
        (r"f(x), \(x), (X) and :)", "f(x), (x), (X) and :)"),
    ]);
}

#[test]
fn lists_nest_and_mix() {
    assert_all(&[
        ("* a\n** b\n*** c\n* d", "- a\n  - b\n    - c\n- d"),
        ("# a\n## b\n#* c\n# d", "1. a\n   1. b\n   - c\n2. d"),
        ("* a\n*# b\n*# c", "- a\n  1. b\n  2. c"),
        ("- a\n- b", "- a\n- b"),
        ("* a\nmore\n\ntext", "- a  \n  more\n\ntext"),
        ("* a\n# b", "- a\n\n1. b"),
        ("---- \n--- x", "---\n\n--- x"),
    ]);
}

#[test]
fn tables_know_their_headings_and_the_bars_in_links() {
    assert_all(&[
        ("||a||b||\n|1|2|", "| a | b |\n| --- | --- |\n| 1 | 2 |"),
        (
            "|[t|https://a.example]|{{x|y}}|",
            "|  |  |\n| --- | --- |\n| [t](https://a.example) | `x\\|y` |",
        ),
        (
            "|a\nb|c|\ntext",
            "|  |  |\n| --- | --- |\n| a<br>b | c |\n\ntext",
        ),
        ("|| ||x||\n|h||y|", "|  | x |\n| --- | --- |\n| h | y |"),
        ("|", ""),
    ]);
}

#[test]
fn containers_hold_blocks_and_end_with_the_text() {
    assert_all(&[
        (
            "{quote}h2. T\n{code}x{code}\nafter{quote}\nout",
            "> ## T\n>\n> ```\n> x\n> ```\n>\n> after\n\nout",
        ),
        ("{info}a{info}", "> [!NOTE]\n> a"),
        ("{panel}never closed", "> [!PANEL]\n> never closed"),
        ("{code}never closed *b*", "{code}never closed **b**"),
        ("a {code:java}b{code} c", "a\n\n```java\nb\n```\n\nc"),
        (r"\{code}", "{code}"),
        (
            "{panel:title=a}{quote}x{panel}y",
            "> [!PANEL] a\n>\n> > x\n\ny",
        ),
    ]);
}

#[test]
fn long_and_hostile_texts_end_soon() {
    for piece in [
        "*a ",
        "[",
        "{",
        "{{",
        "{code}",
        "{panel:title=x}",
        "!a",
        "|[",
        "*",
        "_*",
        "\\",
        "||",
    ] {
        drop(to_markdown(&piece.repeat(20_000)));
    }
    drop(to_markdown(&("*".repeat(5_000) + " x")));
    drop(to_markdown(&("[a|".repeat(20_000) + "]")));
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_fail(text in "\\PC*|[*#_{}|!\\[\\]~^+\\-\\\\a-c:. \n]{0,80}") {
        drop(to_markdown(&text));
    }

    #[test]
    fn no_words_are_lost(
        parts in prop::collection::vec((0..14_usize, "w[a-z]{1,6}w"), 0..20)
    ) {
        let marks = ["* ", "## ", "\n", "\n\n", "h2. ", "|", "||", " *", "* ", "{quote}", "{panel:title=x}", "_", "{{", "}} "];
        let text: String = parts.iter().map(|(mark, word)| format!("{}{word}", marks[*mark])).collect();
        let written = to_markdown(&text);
        for (_, word) in &parts {
            prop_assert!(written.contains(word.as_str()), "{} not in {}", word, written);
        }
    }
}

#[test]
fn text_in_the_colour_of_what_it_stands_on_is_marked() {
    assert_all(&[
        (
            "a {color:white}b *c* d{color} e",
            "a [hidden text: b c d](hidden:style) e",
        ),
        ("{color:#fffffe}a{color}", "[hidden text: a](hidden:style)"),
        (
            "*{color:#fff}a{color}* b",
            "[hidden text: a](hidden:style) b",
        ),
        (
            "{color:white}a\nb\n\n* [c|https://c.example]\n|d|{color}e|",
            "[hidden text: a b](hidden:style)\n\n\
             - [hidden text: c (https://c.example)](hidden:style)\n\n\
             |  |  |\n| --- | --- |\n| [hidden text: d](hidden:style) | e |",
        ),
        (
            "{panel:bgColor=#000}{color:black}a{color}{panel}",
            "> [!PANEL]\n> [hidden text: a](hidden:style)",
        ),
        (
            "{color:white}a {color:red}b{color} c{color} d",
            "[hidden text: a](hidden:style)b [hidden text: c](hidden:style) d",
        ),
    ]);
}

#[test]
fn text_that_differs_from_what_it_stands_on_has_no_mark() {
    assert_all(&[
        ("{color:red}a{color}", "a"),
        ("{color:white}a", "a"),
        (
            "{panel:bgColor=#0747a6}{color:white}a{color}{panel}",
            "> [!PANEL]\n> a",
        ),
        ("{info}{color:white}a{color}{info}", "> [!NOTE]\n> a"),
        ("||{color:white}a{color}||\n|b|", "| a |\n| --- |\n| b |"),
        ("{colors:white}a{color}", "{colors:white}a"),
        (
            "[hidden text: a](hidden:style)",
            "[hidden text: a\\](hidden:style)",
        ),
    ]);
}

#[test]
fn many_blocks_within_others_are_written_soon() {
    let columns = "::: columns two_equal\n\na\n\n::: column\n\nb\n\n::: end\n\n".repeat(5_000);
    assert_eq!(from_markdown(&columns).matches('a').count(), 5_000);
}
