//! Writes documents as storage format: always well-formed, and text never becomes markup.
//! Lines are the part of `inline`.

use crate::markup::document::{Block, Callout, CalloutKind, Columns, Item, List, Row, Task};

mod inline;
mod xml;

pub(super) use xml::{attribute, cdata, text};

/// The whole page.
pub(super) fn document(blocks: &[Block]) -> String {
    let mut writer = Writer::default();
    writer.blocks(blocks);
    writer.out
}

#[derive(Default)]
struct Writer {
    out: String,
    /// Tasks have numbers that differ within the page.
    last_task: u32,
}

impl Writer {
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
            Block::Paragraph(content) => {
                self.out
                    .push_str(&format!("<p>{}</p>", inline::line(content)));
            }
            Block::Heading(level, content) => {
                let line = inline::line(content);
                self.out.push_str(&format!("<h{level}>{line}</h{level}>"));
            }
            Block::List(list) => list.parts().iter().for_each(|part| self.list(part)),
            Block::Code { language, text } => self.code(language.as_deref(), text),
            Block::Quote(blocks) => self.within("blockquote", blocks),
            Block::Callout(callout) => self.callout(callout),
            Block::Table(rows) => self.table(rows),
            Block::Columns(columns) => self.columns(columns),
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
                    let line = inline::line(line);
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
            .map(|it| parameter("language", it))
            .unwrap_or_default();
        self.out.push_str(&format!(
            "<ac:structured-macro ac:name=\"code\">{language}<ac:plain-text-body>{}</ac:plain-text-body></ac:structured-macro>",
            cdata(text)
        ));
    }

    fn callout(&mut self, callout: &Callout) {
        let Callout {
            kind,
            title,
            blocks,
        } = callout;
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

    fn columns(&mut self, columns: &Columns) {
        let kind = columns.arrangement.word();
        self.out.push_str(&format!(
            "<ac:layout><ac:layout-section ac:type=\"{kind}\">"
        ));
        for column in &columns.columns {
            self.within("ac:layout-cell", column);
        }
        self.out.push_str("</ac:layout-section></ac:layout>");
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
