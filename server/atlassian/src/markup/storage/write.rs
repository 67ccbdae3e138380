//! Writes documents as storage format: always well-formed, and text never becomes markup.
//! Lines are the part of `inline`.

use super::data_center::Languages;
use super::kept::Body;
use super::original::{Bodies, Original, Piece};
use crate::markup::document::{
    Block, Callout, CalloutKind, Columns, Inline, Item, List, Row, Task, words,
};
use crate::markup::reference::Reference;
use crate::markup::writer;

mod inline;
mod xml;

pub(super) use xml::{attribute, cdata, text};

/// The whole page, in place of the original if there is one.
pub(super) fn document(
    blocks: &[Block],
    original: Option<&Original<'_>>,
    languages: Languages,
) -> String {
    let mut writer = Writer {
        out: String::new(),
        original,
        languages,
        bodies: original.map(Original::bodies).unwrap_or_default(),
        last_task: original.map_or(0, Original::last_task),
    };
    let Some(original) = original else {
        writer.top(blocks);
        return writer.out;
    };
    for piece in original.unchanged(blocks) {
        match piece {
            Piece::Same(bytes) => writer.out.push_str(bytes),
            Piece::New(blocks) => writer.top(blocks),
        }
    }
    writer.out
}

struct Writer<'a> {
    out: String,
    original: Option<&'a Original<'a>>,
    languages: Languages,
    /// What is below the placeholders of the original.
    bodies: Bodies<'a>,
    /// Tasks have numbers that differ within the page.
    last_task: u32,
}

impl Writer<'_> {
    /// Blocks of the page itself. A page with columns is a layout as a whole.
    fn top(&mut self, blocks: &[Block]) {
        let is_columns = |block: &Block| matches!(block, Block::Columns(_));
        if !blocks.iter().any(is_columns) {
            return self.blocks(blocks);
        }
        self.out.push_str("<ac:layout>");
        for run in blocks.chunk_by(|a, b| !is_columns(a) && !is_columns(b)) {
            match run {
                [Block::Columns(columns)] => self.section(columns),
                run => {
                    self.out.push_str("<ac:layout-section ac:type=\"single\">");
                    self.within("ac:layout-cell", run);
                    self.out.push_str("</ac:layout-section>");
                }
            }
        }
        self.out.push_str("</ac:layout>");
    }

    fn line(&self, content: &[Inline]) -> String {
        inline::line(content, self.original)
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for block in blocks {
            self.block(block);
        }
    }

    fn within(&mut self, element: &str, blocks: &[Block]) {
        self.out.push_str(&format!("<{element}>"));
        self.blocks(blocks);
        self.out.push_str(&format!("</{element}>"));
    }

    fn block(&mut self, block: &Block) {
        match block {
            Block::Paragraph(content) => match self.part_alone(content) {
                Some(part) => self.out.push_str(&part),
                None => self.out.push_str(&format!("<p>{}</p>", self.line(content))),
            },
            Block::Heading(level, content) => {
                let line = self.line(content);
                self.out.push_str(&format!("<h{level}>{line}</h{level}>"));
            }
            Block::List(list) => list.parts().iter().for_each(|part| self.list(part)),
            Block::Code { language, text } => self.code(language.as_deref(), text),
            Block::Quote(blocks) => self.within("blockquote", blocks),
            Block::Callout(callout) => self.callout(callout),
            Block::Table(rows) => self.table(rows),
            // Columns are in columns nowhere, and in nothing else.
            Block::Columns(columns) => columns.columns.iter().for_each(|it| self.blocks(it)),
            Block::Rule => self.out.push_str("<hr />"),
        }
    }

    fn list(&mut self, list: &List) {
        if list.items.iter().any(|item| item.task.is_some()) {
            return self.tasks(list);
        }
        let (begin, end) = match list.start {
            Some(1) => ("<ol>".to_owned(), "</ol>"),
            Some(start) => (format!("<ol start=\"{start}\">"), "</ol>"),
            None => ("<ul>".to_owned(), "</ul>"),
        };
        self.out.push_str(&begin);
        for item in &list.items {
            self.within("li", &item.blocks);
        }
        self.out.push_str(end);
    }

    fn tasks(&mut self, list: &List) {
        self.out.push_str("<ac:task-list>");
        for Item { task, blocks } in &list.items {
            self.last_task += 1;
            let status = match task {
                Some(Task::Done) => "complete",
                _ => "incomplete",
            };
            self.out.push_str(&format!(
                "<ac:task><ac:task-id>{}</ac:task-id><ac:task-status>{status}</ac:task-status><ac:task-body>",
                self.last_task
            ));
            // One line needs no paragraph around it.
            match blocks.split_first() {
                Some((Block::Paragraph(line), rest)) => {
                    let line = self.line(line);
                    self.out.push_str(&format!("<span>{line}</span>"));
                    self.blocks(rest);
                }
                _ => self.blocks(blocks),
            }
            self.out.push_str("</ac:task-body></ac:task>");
        }
        self.out.push_str("</ac:task-list>");
    }

    fn code(&mut self, language: Option<&str>, text: &str) {
        let language = language
            .and_then(|it| self.language(it))
            .unwrap_or_default();
        self.out.push_str(&format!(
            "<ac:structured-macro ac:name=\"code\">{language}<ac:plain-text-body>{}</ac:plain-text-body></ac:structured-macro>",
            cdata(text)
        ));
    }

    /// The parameter for a language, if the page may name it or does so already.
    fn language(&self, language: &str) -> Option<String> {
        let given = parameter("language", language);
        match self.languages.name(language) {
            Some(name) if name == language => Some(given),
            _ if self.original.is_some_and(|page| page.holds(&given)) => Some(given),
            name => name.map(|name| parameter("language", name)),
        }
    }

    fn callout(&mut self, callout: &Callout) {
        let Callout {
            kind,
            title,
            blocks,
        } = callout;
        if let CalloutKind::Kept(number) = kind {
            if self.kept(*number, title, blocks).is_none() {
                // Nothing that the page has: only text.
                self.block(&Block::text(title.clone()));
                self.blocks(blocks);
            }
            return;
        }
        let (name, colour) = macro_of(*kind);
        let title = Some(title).filter(|title| !title.is_empty());
        let title = title
            .map(|title| parameter("title", title))
            .unwrap_or_default();
        let colour = colour
            .map(|it| parameter("bgColor", it))
            .unwrap_or_default();
        self.out.push_str(&format!(
            "<ac:structured-macro ac:name=\"{name}\">{title}{colour}"
        ));
        self.within("ac:rich-text-body", blocks);
        self.out.push_str("</ac:structured-macro>");
    }

    fn table(&mut self, rows: &[Row]) {
        let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
        if width == 0 {
            return;
        }
        self.out.push_str("<table><tbody>");
        for row in rows {
            self.out.push_str("<tr>");
            for at in 0..width {
                let blocks = row.cells.get(at).map(Vec::as_slice).unwrap_or_default();
                self.within(if row.header { "th" } else { "td" }, blocks);
            }
            self.out.push_str("</tr>");
        }
        self.out.push_str("</tbody></table>");
    }

    fn section(&mut self, columns: &Columns) {
        let kind = columns.arrangement.word();
        self.out
            .push_str(&format!("<ac:layout-section ac:type=\"{kind}\">"));
        for column in &columns.columns {
            self.within("ac:layout-cell", column);
        }
        self.out.push_str("</ac:layout-section>");
    }

    /// The part whose placeholder is all of a paragraph, if it stood beside paragraphs before.
    fn part_alone(&self, content: &[Inline]) -> Option<String> {
        let [Inline::Link { url, text }] = content else {
            return None;
        };
        let Reference::Kept(number) = Reference::parse(url) else {
            return None;
        };
        let original = self.original?;
        let part = original.part(number, &words(text))?;
        part.stands_alone
            .then(|| original.text(&part.range).to_owned())
    }

    /// A part of the original with the content that is below its placeholder now.
    fn kept(&mut self, number: usize, title: &str, blocks: &[Block]) -> Option<()> {
        let original = self.original?;
        let part = original.part(number, title)?;
        let Some(body) = &part.body else {
            self.out.push_str(original.text(&part.range));
            return Some(());
        };
        let (Body::Rich(inside) | Body::Plain(inside)) = body;
        self.out
            .push_str(original.text(&(part.range.start..inside.start)));
        match (body, blocks) {
            _ if self.bodies.get(&number) == Some(&blocks) => {
                self.out.push_str(original.text(inside));
            }
            (Body::Rich(_), blocks) => self.blocks(blocks),
            // Only text can be in it.
            (Body::Plain(_), [Block::Code { text, .. }]) => self.out.push_str(&cdata(text)),
            (Body::Plain(_), blocks) => self.out.push_str(&cdata(&writer::markdown(blocks))),
        }
        self.out
            .push_str(original.text(&(inside.end..part.range.end)));
        Some(())
    }
}

fn parameter(name: &str, value: &str) -> String {
    format!(
        "<ac:parameter ac:name=\"{name}\">{}</ac:parameter>",
        text(value)
    )
}

/// The macro of a callout, and the colour that makes a panel one. By colour Confluence's `note` is
/// a warning, and its `warning` an error; for the purple one there is no macro.
fn macro_of(kind: CalloutKind) -> (&'static str, Option<&'static str>) {
    match kind {
        CalloutKind::Note => ("info", None),
        CalloutKind::Tip => ("tip", None),
        CalloutKind::Important => ("panel", Some(super::macros::PURPLE)),
        CalloutKind::Warning => ("note", None),
        CalloutKind::Caution => ("warning", None),
        CalloutKind::Panel | CalloutKind::Kept(_) => ("panel", None),
        CalloutKind::Expand => ("expand", None),
    }
}
