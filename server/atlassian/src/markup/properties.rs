//! What holds for every document: it survives Markdown and the dialects, and what is written is valid.
//! Cases that were found here and mended stand as plain tests beside the code they concern.

use proptest::prelude::*;

use super::document::{Block, Callout, CalloutKind, Inline, Item, List, Row, Style, Task};
use super::{adf, parser, storage, wiki, writer};

mod schema;

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z]{1,6}( [a-z]{1,6}){0,2}",
        2 => "[a-zé*_~`\\[\\]()!<>&;:|#+=.\\\\/^{}?\"'0-9 -]{1,10}",
        1 => prop::sample::select(vec![
            "[x] a", "1. a", "- a", "# a", "> a", "::: end", "[!NOTE]", "&amp;", "a\\", "| a |",
            "---", "|---|", "h1. a", "bq. a", "{code}", "[~a]", "!a.png!", "a*b*c", "**", "~~a~~",
            "<b>", "]]>", "http://a.example/x_y_z", "{*}a{*}", "[a]: b", "a  b", "🎉é",
        ]).prop_map(str::to_owned),
    ]
}

fn inline() -> impl Strategy<Value = Inline> {
    let link = |url: &str, text: &str| Inline::link(url.to_owned(), text);
    let leaf = prop_oneof![
        6 => text().prop_map(Inline::Text),
        1 => text().prop_map(Inline::Code),
        1 => Just(Inline::Break),
        2 => prop::sample::select(vec![
            link("https://a.example/x?y=1&copy;=(2)", ""),
            link("https://a.example/", "words"),
            link("accountid:5:a", "@Ann B"),
            link("page:DS/Home%20page", "there"),
            link("attachment:a.pdf", "a.pdf"),
            link("status:green", "DONE"),
            link("date:2026-09-14", ""),
            link("emoji:tick", ""),
            link("kept:1", "macro: toc"),
            link("javascript:x", "no"),
            Inline::Image { url: "https://a.example/i.png".to_owned(), alt: "alt".to_owned() },
            Inline::Image { url: "attachment:i.png".to_owned(), alt: String::new() },
        ]),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        let style = prop::sample::select(vec![Style::Strong, Style::Emphasis, Style::Strike]);
        prop_oneof![
            3 => (style, prop::collection::vec(inner.clone(), 1..3))
                .prop_map(|(style, inside)| Inline::Styled(style, inside)),
            1 => prop::collection::vec(inner, 1..3).prop_map(|text| Inline::Link {
                url: "https://b.example/".to_owned(),
                text,
            }),
        ]
    })
}

fn line() -> impl Strategy<Value = Vec<Inline>> {
    prop::collection::vec(inline(), 1..5)
}

fn block() -> impl Strategy<Value = Block> {
    let cell = line().prop_map(|line| vec![Block::Paragraph(line)]);
    let row = (any::<bool>(), prop::collection::vec(cell, 1..4))
        .prop_map(|(header, cells)| Row { header, cells });
    let leaf = prop_oneof![
        6 => line().prop_map(Block::Paragraph),
        2 => (1..7_u8, line()).prop_map(|(level, line)| Block::Heading(level, line)),
        1 => (prop::option::of("[a-z+]{1,5}"), "[a-z`{}<&\\]>\n ]{0,20}")
            .prop_map(|(language, text)| Block::Code { language, text }),
        1 => prop::collection::vec(row, 1..4).prop_map(Block::Table),
        1 => Just(Block::Rule),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        let blocks = prop::collection::vec(inner, 0..4);
        let task =
            prop_oneof![3 => Just(None), 1 => Just(Some(Task::Open)), 1 => Just(Some(Task::Done))];
        let item = (task, blocks.clone()).prop_map(|(task, blocks)| Item { task, blocks });
        let kind = prop::sample::select(vec![
            CalloutKind::Note,
            CalloutKind::Tip,
            CalloutKind::Important,
            CalloutKind::Warning,
            CalloutKind::Caution,
            CalloutKind::Panel,
            CalloutKind::Expand,
            CalloutKind::Kept(1),
        ]);
        prop_oneof![
            3 => (prop::option::of(0..20_u64), prop::collection::vec(item, 1..4))
                .prop_map(|(start, items)| Block::List(List { start, items })),
            1 => blocks.clone().prop_map(Block::Quote),
            1 => (kind, "[a-z!*]{0,5}", blocks)
                .prop_map(|(kind, title, blocks)| Block::Callout(Callout { kind, title, blocks })),
        ]
    })
}

fn document() -> impl Strategy<Value = Vec<Block>> {
    prop::collection::vec(block(), 0..5)
}

/// Markdown as people and models write it, and worse.
fn markdown() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => document().prop_map(|blocks| writer::markdown(&blocks)),
        1 => "\\PC{0,60}",
        1 => "([-*_`#>|~\\[\\]()!&;:\\\\ \n\ta-c0-9.<]|\n\n|- |> |1\\. |    ){0,40}",
        1 => "([*_~`]{1,3}|[a. (]){0,14}",
    ]
}

/// What people write between empty lines.
const USUAL: &[&str] = &[
    "words and **strong *both* words** here",
    "a `code` and ~~gone~~ [link](https://a.example/x)",
    "<https://a.example> [@Ann B](accountid:5:a) <date:2026-09-14>",
    "[DONE](status:green) [Home](page:DS/Home)",
    "<emoji:tick> [@jd](user:jd) [up](#top) ![](attachment:i.png)",
    "# Heading",
    "### Heading *em*",
    "```rust\nfn x() {}\n\nlet y;\n```",
    "---",
    "[a.pdf](attachment:a.pdf)",
    "| a | b |\n| --- | --- |\n| 1 | **2** |",
    "- a\n- b",
    "1. a\n2. b",
    "- [ ] a\n- [x] b",
    "first  \nsecond",
    "snake_case & <b> \\*",
    "![alt](https://a.example/i.png)",
    "[macro: toc](kept:1)",
    "words and [macro: jira, key=D-1](kept:2)",
    "a [hidden text: b](hidden:style)",
];

/// Markdown as people and models write it when they mean it: every construct, in and beside others.
fn usual_markdown() -> impl Strategy<Value = String> {
    let columns = (arrangement(), prop::collection::vec(usual_blocks(), 2..4)).prop_map(
        |(arrangement, columns)| {
            let columns = columns.join("\n\n::: column\n\n");
            format!("::: columns {arrangement}\n\n{columns}\n\n::: end")
        },
    );
    let part = prop_oneof![4 => usual_blocks(), 1 => columns];
    prop::collection::vec(part, 1..3).prop_map(|parts| parts.join("\n\n"))
}

fn usual_blocks() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(USUAL).prop_map(str::to_owned);
    let block = leaf.prop_recursive(2, 12, 3, |inner| {
        let boxes = prop::sample::select(vec![
            ("> ", "> "),
            ("- ", "  "),
            ("> [!NOTE] t\n> ", "> "),
            ("> [!IMPORTANT] t\n> ", "> "),
            ("> [!CAUTION]\n> ", "> "),
            ("> [!PANEL] t\n> ", "> "),
            ("1. ", "   "),
            ("> [!EXPAND] t\n> ", "> "),
            ("> [!KEPT 1] macro: own\n> ", "> "),
        ]);
        (boxes, prop::collection::vec(inner, 1..3)).prop_map(|((first, rest), parts)| {
            format!(
                "{first}{}",
                parts.join("\n\n").replace('\n', &format!("\n{rest}"))
            )
        })
    });
    prop::collection::vec(block, 1..5).prop_map(|parts| parts.join("\n\n"))
}

fn arrangement() -> impl Strategy<Value = &'static str> {
    prop::sample::select(vec![
        "two_equal",
        "two_left_sidebar",
        "three_equal",
        "three_with_sidebars",
    ])
}

/// Pages with parts that have no form in Markdown, in and beside others.
fn page_with_parts() -> impl Strategy<Value = String> {
    let leaf = prop::sample::select(vec![
        "<p>words</p>",
        "<p class=\"x\">a <ac:structured-macro ac:name=\"jira\"><ac:parameter ac:name=\"key\">D-1</ac:parameter></ac:structured-macro> b</p>",
        "<ac:structured-macro ac:name=\"toc\" />",
        "<ul><li><p>a</p></li><li><ac:x>b</ac:x></li></ul>",
        "<table><tbody><tr><th>a</th></tr><tr><td><ac:structured-macro ac:name=\"toc\" /></td></tr></tbody></table>",
        "<ac:structured-macro ac:name=\"own\"><ac:plain-text-body><![CDATA[a  b]]></ac:plain-text-body></ac:structured-macro>",
        "<p>a <span style=\"display:none\">b</span></p>",
        "<p><ac:link><ri:user ri:account-id=\"5:a\" /></ac:link></p>",
        "<h2>a</h2>",
    ]);
    let leaf = leaf.prop_map(str::to_owned);
    let part = leaf.prop_recursive(3, 12, 3, |inner| {
        let around = prop::sample::select(vec![
            ("<blockquote>", "</blockquote>"),
            ("<ul><li>", "</li></ul>"),
            (
                "<ac:structured-macro ac:name=\"own\"><ac:rich-text-body>",
                "</ac:rich-text-body></ac:structured-macro>",
            ),
            (
                "<ac:structured-macro ac:name=\"info\"><ac:rich-text-body>",
                "</ac:rich-text-body></ac:structured-macro>",
            ),
            ("<div style=\"color:red\">", "</div>"),
        ]);
        (around, prop::collection::vec(inner, 1..3))
            .prop_map(|((open, close), parts)| format!("{open}{}{close}", parts.concat()))
    });
    prop::collection::vec(part, 1..4).prop_map(|parts| parts.concat())
}

fn normal(markdown: &str) -> String {
    writer::markdown(&parser::parse(markdown))
}

/// The letters of a text, which survive everything.
fn letters(text: &str) -> String {
    text.chars().filter(char::is_ascii_lowercase).collect()
}

proptest! {
    #[test]
    fn markdown_has_a_normal_form(markdown in usual_markdown()) {
        let once = normal(&markdown);
        prop_assert_eq!(normal(&once), once);
    }

    #[test]
    fn a_documents_meaning_survives_markdown(markdown in usual_markdown()) {
        let read = parser::parse(&markdown);
        prop_assert_eq!(&parser::parse(&writer::markdown(&read)), &read);
    }

    #[test]
    fn adf_is_always_valid(markdown in markdown()) {
        prop_assert_eq!(schema::violation(&adf::from_markdown(&markdown)), None);
    }

    #[test]
    fn adf_has_a_normal_form(markdown in usual_markdown()) {
        let document = adf::from_markdown(&markdown);
        let once = adf::to_markdown(&document);
        prop_assert_eq!(adf::to_markdown(&adf::from_markdown(&once)), once);
    }

    #[test]
    fn storage_is_always_well_formed(markdown in markdown()) {
        let page = storage::from_markdown(&markdown);
        prop_assert!(storage::edit::check(&page).is_ok(), "{}", page);
        let again = storage::from_markdown_over(&storage::to_markdown(&page), &page);
        prop_assert!(storage::edit::check(&again).is_ok(), "{}", again);
    }

    #[test]
    fn storage_has_a_normal_form(markdown in usual_markdown()) {
        let page = storage::from_markdown(&markdown);
        let once = storage::to_markdown(&page);
        prop_assert_eq!(storage::to_markdown(&storage::from_markdown(&once)), once);
    }

    #[test]
    fn wiki_markup_has_a_normal_form(markdown in usual_markdown()) {
        let once = wiki::to_markdown(&wiki::from_markdown(&markdown));
        prop_assert_eq!(wiki::to_markdown(&wiki::from_markdown(&once)), once);
    }

    #[test]
    fn a_page_written_over_itself_does_not_change(markdown in usual_markdown()) {
        let page = storage::from_markdown(&markdown);
        prop_assert_eq!(storage::from_markdown_over(&storage::to_markdown(&page), &page), page);
    }

    #[test]
    fn parts_of_a_page_survive_a_change_beside_them(page in page_with_parts()) {
        let markdown = storage::to_markdown(&page);
        prop_assert_eq!(&storage::from_markdown_over(&markdown, &page), &page);
        let longer = storage::from_markdown_over(&format!("new\n\n{markdown}"), &page);
        prop_assert_eq!(storage::dropped(&page, &longer), Vec::<String>::new(), "{}", longer);
        prop_assert_eq!(&longer, &format!("<p>new</p>{page}"));
    }

    #[test]
    fn no_letters_are_lost(words in prop::collection::vec("[a-z]{1,5}", 1..6), mark in "\\*\\*|_|~~|`|> |- |# |") {
        let markdown: String = words.iter().map(|word| format!("{mark}{word} ")).collect();
        let expected = letters(&markdown);
        for written in [
            adf::to_markdown(&adf::from_markdown(&markdown)),
            storage::to_markdown(&storage::from_markdown(&markdown)),
            wiki::to_markdown(&wiki::from_markdown(&markdown)),
        ] {
            prop_assert_eq!(&letters(&written), &expected, "{}", written);
        }
    }
}
