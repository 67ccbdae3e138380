//! Markdown as a document: `CommonMark` with GitHub's tables, task lists and strikethrough, alerts as
//! callouts, and addresses of ours for what only Atlassian has. Raw HTML is text, but for `<br>`.
//! Lines are the part of `line`, columns of `columns`.

use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Tag, TagEnd};

use super::document::{Block, Callout, CalloutKind, Item, List, Row, Style, Task};

mod columns;
mod line;

use line::Line;

/// Containers below this depth become part of what they are in; real texts stay below ten.
const DEEPEST: usize = 30;

/// The blocks of a text. Any text is Markdown.
pub(super) fn parse(markdown: &str) -> Vec<Block> {
    let options =
        Options::ENABLE_TABLES | Options::ENABLE_TASKLISTS | Options::ENABLE_STRIKETHROUGH;
    let events = pulldown_cmark::Parser::new_ext(markdown, options).into_offset_iter();
    let mut parser = Parser {
        source: markdown,
        open: vec![Frame::new(Kind::Root)],
        line: Line::default(),
        code: None,
        ignored: 0,
    };
    for (event, range) in events {
        parser.read(event, range.start);
    }
    parser.finish()
}

struct Parser<'a> {
    source: &'a str,
    /// Containers, innermost last; the first is the text itself.
    open: Vec<Frame>,
    line: Line,
    /// The code block that is being read: its language and text.
    code: Option<(Option<String>, String)>,
    /// Containers that are open, but too deep to count.
    ignored: usize,
}

struct Frame {
    kind: Kind,
    blocks: Vec<Block>,
}

enum Kind {
    Root,
    Quote {
        callout: Option<(CalloutKind, String)>,
    },
    List {
        start: Option<u64>,
        items: Vec<Item>,
    },
    Item {
        task: Option<Task>,
    },
    Table {
        rows: Vec<Row>,
    },
    Row {
        header: bool,
        cells: Vec<Vec<Block>>,
    },
    Cell,
    Columns(columns::Open),
    Column,
}

impl Frame {
    fn new(kind: Kind) -> Self {
        Self {
            kind,
            blocks: Vec::new(),
        }
    }
}

impl Parser<'_> {
    fn read(&mut self, event: Event<'_>, at: usize) {
        match event {
            Event::Start(tag) => self.start(tag),
            Event::End(tag) => self.end(tag),
            Event::Text(text) => match &mut self.code {
                Some((_, code)) => code.push_str(&text),
                None => self.line.text(&text, at),
            },
            Event::Html(text) => self.line.html_line(&text, at),
            Event::InlineHtml(text) => self.line.html(&text, at),
            Event::Code(text) => self.line.code(&text),
            Event::SoftBreak => self.line.text("\n", at),
            Event::HardBreak => self.line.hard_break(),
            Event::Rule => {
                self.flush();
                self.push(Block::Rule);
            }
            Event::TaskListMarker(done) => {
                if let Some(Frame {
                    kind: Kind::Item { task },
                    ..
                }) = self.open.last_mut()
                    && self.ignored == 0
                {
                    *task = Some(if done { Task::Done } else { Task::Open });
                }
            }
            // Not asked for.
            Event::InlineMath(_) | Event::DisplayMath(_) | Event::FootnoteReference(_) => {}
        }
    }

    fn start(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Emphasis => self.line.open(Style::Emphasis),
            Tag::Strong => self.line.open(Style::Strong),
            Tag::Strikethrough => self.line.open(Style::Strike),
            Tag::Link {
                link_type: LinkType::Email,
                dest_url,
                ..
            } => self.line.open_link(&format!("mailto:{dest_url}")),
            Tag::Link { dest_url, .. } => self.line.open_link(&dest_url),
            Tag::Image { dest_url, .. } => self.line.open_image(&dest_url),
            Tag::CodeBlock(kind) => {
                self.flush();
                let language = match &kind {
                    CodeBlockKind::Fenced(info) => info.split_whitespace().next(),
                    CodeBlockKind::Indented => None,
                };
                self.code = Some((language.map(str::to_owned), String::new()));
            }
            Tag::BlockQuote(_) => self.enter(Kind::Quote { callout: None }),
            Tag::List(start) => self.enter(Kind::List {
                start,
                items: Vec::new(),
            }),
            Tag::Item => self.enter(Kind::Item { task: None }),
            Tag::Table(_) => self.push_frame(Kind::Table { rows: Vec::new() }),
            Tag::TableHead => self.push_frame(Kind::Row {
                header: true,
                cells: Vec::new(),
            }),
            Tag::TableRow => self.push_frame(Kind::Row {
                header: false,
                cells: Vec::new(),
            }),
            Tag::TableCell => self.push_frame(Kind::Cell),
            _ => self.flush(),
        }
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Emphasis => self.line.close(Style::Emphasis),
            TagEnd::Strong => self.line.close(Style::Strong),
            TagEnd::Strikethrough => self.line.close(Style::Strike),
            TagEnd::Link => self.line.close_link(),
            TagEnd::Image => self.line.close_image(),
            TagEnd::CodeBlock => {
                if let Some((language, mut text)) = self.code.take() {
                    // The line break before the closing fence is not part of the code.
                    if text.ends_with('\n') {
                        text.pop();
                    }
                    self.push(Block::Code { language, text });
                }
            }
            TagEnd::Heading(level) => {
                let content = self.line.take();
                if !content.is_empty() {
                    self.push(Block::Heading(level as u8, content));
                }
            }
            TagEnd::BlockQuote(_) | TagEnd::List(_) | TagEnd::Item => {
                self.flush();
                match self.ignored.checked_sub(1) {
                    Some(fewer) => self.ignored = fewer,
                    None => self.close(),
                }
            }
            TagEnd::Table | TagEnd::TableHead | TagEnd::TableRow | TagEnd::TableCell => {
                self.flush();
                self.close();
            }
            _ => self.flush(),
        }
    }

    fn enter(&mut self, kind: Kind) {
        if self.open.len() >= DEEPEST || self.ignored > 0 {
            self.flush();
            self.ignored += 1;
        } else {
            self.push_frame(kind);
        }
    }

    fn push_frame(&mut self, kind: Kind) {
        self.flush();
        self.open.push(Frame::new(kind));
    }

    fn push(&mut self, block: Block) {
        if let Some(frame) = self.open.last_mut() {
            frame.blocks.push(block);
        }
    }

    /// What was collected becomes a paragraph, or says what its quote is, or where columns begin.
    fn flush(&mut self) {
        if let Some(Frame {
            kind: Kind::Quote { callout },
            blocks,
        }) = self.open.last_mut()
            && blocks.is_empty()
            && callout.is_none()
            && self.ignored == 0
        {
            *callout = self.line.take_callout(self.source);
        }
        if self.line.starts_with(self.source, ":::") && self.ignored == 0 {
            let words = self.line.words();
            if columns::mark(&words, self) {
                self.line = Line::default();
            }
        }
        let content = self.line.take();
        if !content.is_empty() {
            self.push(Block::Paragraph(content));
        }
    }

    /// Closes the innermost container and hands it to the one it is in.
    fn close(&mut self) {
        let Some(Frame { kind, mut blocks }) = self.open.pop() else {
            return;
        };
        let parent = self.open.last_mut();
        match (kind, parent.map(|frame| &mut frame.kind)) {
            (Kind::Item { task }, Some(Kind::List { items, .. })) => {
                items.push(Item { task, blocks });
            }
            (Kind::Cell, Some(Kind::Row { cells, .. })) => cells.push(blocks),
            (Kind::Row { header, cells }, Some(Kind::Table { rows })) => {
                // Tables without headings have empty ones in Markdown.
                if !header || cells.iter().any(|cell| !cell.is_empty()) {
                    rows.push(Row { header, cells });
                }
            }
            (Kind::Column, Some(Kind::Columns(open))) => open.columns.push(blocks),
            (Kind::List { start, mut items }, _) => {
                // What was too deep to be an item.
                if !blocks.is_empty() {
                    items.push(Item::plain(std::mem::take(&mut blocks)));
                }
                self.push(Block::List(List { start, items }));
            }
            (Kind::Quote { callout: None }, _) => self.push(Block::Quote(blocks)),
            (
                Kind::Quote {
                    callout: Some((kind, title)),
                },
                _,
            ) => self.push(Block::Callout(Callout {
                kind,
                title,
                blocks,
            })),
            (Kind::Table { rows }, _) if rows.is_empty() => {}
            (Kind::Table { rows }, _) => self.push(Block::Table(rows)),
            (Kind::Columns(open), _) => open.close().into_iter().for_each(|it| self.push(it)),
            (_, _) => blocks.into_iter().for_each(|block| self.push(block)),
        }
    }

    fn finish(mut self) -> Vec<Block> {
        self.flush();
        while self.open.len() > 1 {
            self.close();
        }
        self.open
            .pop()
            .map(|frame| frame.blocks)
            .unwrap_or_default()
    }
}

#[cfg(test)]
mod tests;
