//! Writes documents as ADF that Atlassian's schema accepts: each container gets only what it may
//! hold, and what it may not hold becomes the nearest thing that it may.
//! Lines are the part of `inline`.

use serde_json::{Value, json};

use crate::markup::document::{
    Block, Callout, CalloutKind, Columns, Inline, Item, List, Row, Style, Task, words,
};
use crate::markup::reference::Reference;

mod inline;

/// The whole document.
pub(super) fn document(blocks: &[Block]) -> Value {
    let content = Writer::default().blocks(blocks, Place::Top);
    json!({ "type": "doc", "version": 1, "content": content })
}

/// What holds the blocks that are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The document or a column.
    Top,
    Expand,
    NestedExpand,
    Cell,
    Panel,
    Item,
    Quote,
}

impl Place {
    fn holds_headings(self) -> bool {
        !matches!(self, Self::Item | Self::Quote)
    }

    fn holds_rules(self) -> bool {
        !matches!(self, Self::Item | Self::Quote)
    }

    fn holds_tasks(self) -> bool {
        self != Self::Quote
    }

    /// Quotes and panels.
    fn holds_boxes(self) -> bool {
        !matches!(self, Self::Item | Self::Quote | Self::Panel)
    }

    fn holds_tables(self) -> bool {
        matches!(self, Self::Top | Self::Expand)
    }
}

#[derive(Default)]
struct Writer {
    /// Tasks and their lists have ids that differ within the document.
    last_id: u32,
}

impl Writer {
    fn blocks(&mut self, blocks: &[Block], place: Place) -> Vec<Value> {
        let mut nodes = Vec::new();
        for block in blocks {
            self.block(block, place, &mut nodes);
        }
        nodes
    }

    /// The content of a node that must not be empty.
    fn filled(&mut self, blocks: &[Block], place: Place) -> Vec<Value> {
        let mut nodes = self.blocks(blocks, place);
        if nodes.is_empty() {
            nodes.push(paragraph(Vec::new()));
        }
        nodes
    }

    fn block(&mut self, block: &Block, place: Place, nodes: &mut Vec<Value>) {
        match block {
            Block::Paragraph(line) => match images(line) {
                Some(images) => nodes.extend(images),
                None => nodes.push(paragraph(inline::nodes(line))),
            },
            Block::Heading(level, line) if place.holds_headings() => nodes.push(json!({
                "type": "heading", "attrs": { "level": level }, "content": inline::nodes(line),
            })),
            Block::Heading(_, line) => {
                let line = [Inline::Styled(Style::Strong, line.clone())];
                nodes.push(paragraph(inline::nodes(&line)));
            }
            Block::List(list) => {
                for part in list.parts() {
                    self.list(&part, place, nodes);
                }
            }
            Block::Code { language, text } => nodes.push(code(language.as_deref(), text)),
            Block::Quote(blocks) if place.holds_boxes() => {
                let content = self.filled(blocks, Place::Quote);
                nodes.push(json!({ "type": "blockquote", "content": content }));
            }
            Block::Quote(blocks) => nodes.extend(self.blocks(blocks, place)),
            Block::Callout(callout) => self.callout(callout, place, nodes),
            Block::Table(rows) if place.holds_tables() => nodes.extend(self.table(rows)),
            Block::Table(rows) => nodes.extend(rows.iter().map(row_as_line)),
            Block::Columns(columns) => self.columns(columns, place, nodes),
            Block::Rule if place.holds_rules() => nodes.push(json!({ "type": "rule" })),
            Block::Rule => {}
        }
    }

    fn list(&mut self, list: &List, place: Place, nodes: &mut Vec<Value>) {
        if list.items.iter().any(|item| item.task.is_some()) && place.holds_tasks() {
            return self.tasks(list, place, nodes);
        }
        let items: Vec<_> = list.items.iter().map(|item| self.item(item)).collect();
        nodes.push(match list.start {
            Some(start) => json!({
                "type": "orderedList", "attrs": { "order": start }, "content": items,
            }),
            None => json!({ "type": "bulletList", "content": items }),
        });
    }

    /// An item. Readers expect text, code or a picture first.
    fn item(&mut self, item: &Item) -> Value {
        let mut content = self.filled(&item.blocks, Place::Item);
        if let Some(task) = item.task {
            mark_task(task, &mut content);
        }
        if !matches!(
            content[0]["type"].as_str(),
            Some("paragraph" | "codeBlock" | "mediaSingle")
        ) {
            content.insert(0, paragraph(Vec::new()));
        }
        json!({ "type": "listItem", "content": content })
    }

    /// Tasks hold one line, and task lists beside them. Anything else in a task follows its list.
    fn tasks(&mut self, list: &List, place: Place, nodes: &mut Vec<Value>) {
        let mut content: Vec<Value> = Vec::new();
        for item in &list.items {
            let (line, rest) = task_line(&item.blocks);
            let state = match item.task {
                Some(Task::Done) => "DONE",
                _ => "TODO",
            };
            content.push(json!({
                "type": "taskItem", "attrs": { "localId": self.id(), "state": state },
                "content": inline::nodes(&line),
            }));
            for block in rest {
                let mut below = Vec::new();
                self.block(block, place, &mut below);
                for node in below {
                    if node["type"] == "taskList" {
                        content.push(node);
                    } else {
                        self.end_tasks(&mut content, nodes);
                        nodes.push(node);
                    }
                }
            }
        }
        self.end_tasks(&mut content, nodes);
    }

    fn end_tasks(&mut self, content: &mut Vec<Value>, nodes: &mut Vec<Value>) {
        let mut content = std::mem::take(content);
        // A list of tasks begins with one; lists before it stand for themselves.
        let is_list = |node: &&Value| node["type"] == "taskList";
        let lists = content.iter().take_while(is_list).count();
        nodes.extend(content.drain(..lists));
        if !content.is_empty() {
            nodes.push(json!({
                "type": "taskList", "attrs": { "localId": self.id() }, "content": content,
            }));
        }
    }

    fn id(&mut self) -> String {
        self.last_id += 1;
        format!("task-{}", self.last_id)
    }

    fn callout(&mut self, callout: &Callout, place: Place, nodes: &mut Vec<Value>) {
        let Callout {
            kind,
            title,
            blocks,
        } = callout;
        let expand = match place {
            Place::Top => Some(("expand", Place::Expand)),
            Place::Expand | Place::Cell => Some(("nestedExpand", Place::NestedExpand)),
            _ => None,
        };
        match (panel_type(*kind), expand) {
            (Some(panel), _) if place.holds_boxes() => {
                let blocks: Vec<_> = caption(title).into_iter().chain(blocks.clone()).collect();
                let content = self.filled(&blocks, Place::Panel);
                nodes.push(json!({
                    "type": "panel", "attrs": { "panelType": panel }, "content": content,
                }));
            }
            (None, Some((name, inside))) if *kind == CalloutKind::Expand => {
                let content = self.filled(blocks, inside);
                nodes.push(json!({
                    "type": name, "attrs": { "title": title }, "content": content,
                }));
            }
            _ => {
                let blocks: Vec<_> = caption(title).into_iter().chain(blocks.clone()).collect();
                nodes.extend(self.blocks(&blocks, place));
            }
        }
    }

    fn table(&mut self, rows: &[Row]) -> Option<Value> {
        let width = rows.iter().map(|row| row.cells.len()).max()?;
        let mut written = Vec::with_capacity(rows.len());
        for row in rows {
            let kind = if row.header {
                "tableHeader"
            } else {
                "tableCell"
            };
            let mut cells = Vec::with_capacity(width);
            for at in 0..width {
                let blocks = row.cells.get(at).map(Vec::as_slice).unwrap_or_default();
                let content = self.filled(blocks, Place::Cell);
                cells.push(json!({ "type": kind, "content": content }));
            }
            written.push(json!({ "type": "tableRow", "content": cells }));
        }
        (width > 0).then(|| json!({ "type": "table", "content": written }))
    }

    fn columns(&mut self, columns: &Columns, place: Place, nodes: &mut Vec<Value>) {
        if place != Place::Top {
            for column in &columns.columns {
                nodes.extend(self.blocks(column, place));
            }
            return;
        }
        let widths = columns.arrangement.widths();
        let mut content = Vec::with_capacity(columns.columns.len());
        for (column, width) in columns.columns.iter().zip(widths) {
            content.push(json!({
                "type": "layoutColumn", "attrs": { "width": width },
                "content": self.filled(column, Place::Top),
            }));
        }
        nodes.push(json!({ "type": "layoutSection", "content": content }));
    }
}

/// The paragraphs a task begins with as one line, and the blocks after them.
fn task_line(blocks: &[Block]) -> (Vec<Inline>, &[Block]) {
    let mut line = Vec::new();
    let mut rest = blocks;
    while let Some((Block::Paragraph(more), after)) = rest.split_first() {
        if !line.is_empty() {
            line.push(Inline::Break);
        }
        line.extend(more.iter().cloned());
        rest = after;
    }
    (line, rest)
}

fn paragraph(content: Vec<Value>) -> Value {
    json!({ "type": "paragraph", "content": content })
}

fn caption(title: &str) -> Option<Block> {
    (!title.is_empty()).then(|| Block::caption(title))
}

fn code(language: Option<&str>, text: &str) -> Value {
    let mut node = json!({ "type": "codeBlock" });
    if let Some(language) = language {
        node["attrs"] = json!({ "language": language });
    }
    // A text node must not be empty.
    if !text.is_empty() {
        node["content"] = json!([{ "type": "text", "text": text }]);
    }
    node
}

/// A task where there can be none shows its box.
fn mark_task(task: Task, content: &mut Vec<Value>) {
    let mark = match task {
        Task::Open => "[ ] ",
        Task::Done => "[x] ",
    };
    let mark = json!({ "type": "text", "text": mark });
    match content.first_mut() {
        Some(first) if first["type"] == "paragraph" => {
            if let Some(line) = first["content"].as_array_mut() {
                line.insert(0, mark);
            }
        }
        _ => content.insert(0, paragraph(vec![mark])),
    }
}

/// ADF's panels by colour: GitHub's note is Atlassian's info.
fn panel_type(kind: CalloutKind) -> Option<&'static str> {
    Some(match kind {
        CalloutKind::Note => "info",
        CalloutKind::Tip => "success",
        CalloutKind::Important => "note",
        CalloutKind::Warning => "warning",
        CalloutKind::Caution => "error",
        CalloutKind::Panel => "custom",
        CalloutKind::Expand | CalloutKind::Kept(_) => return None,
    })
}

/// The images of a line that has nothing else: pictures are blocks of their own.
fn images(line: &[Inline]) -> Option<Vec<Value>> {
    let mut images = Vec::new();
    for inline in line {
        match inline {
            Inline::Image { url, alt } => images.push(picture(url, alt)?),
            Inline::Text(text) if text.trim().is_empty() => {}
            Inline::Break => {}
            _ => return None,
        }
    }
    (!images.is_empty()).then_some(images)
}

fn picture(url: &str, alt: &str) -> Option<Value> {
    let Reference::Web(url) = Reference::parse(url) else {
        return None;
    };
    let mut media = json!({ "type": "external", "url": url });
    if !alt.is_empty() {
        media["alt"] = json!(alt);
    }
    Some(json!({
        "type": "mediaSingle", "attrs": { "layout": "center" },
        "content": [{ "type": "media", "attrs": media }],
    }))
}

/// A row where no table can be.
fn row_as_line(row: &Row) -> Value {
    let cell = |blocks: &Vec<Block>| {
        let lines = blocks.iter().map(|block| match block {
            Block::Paragraph(line) | Block::Heading(_, line) => words(line),
            Block::Code { text, .. } => text.clone(),
            _ => String::new(),
        });
        lines.collect::<Vec<_>>().join(" ")
    };
    let text = row.cells.iter().map(cell).collect::<Vec<_>>().join(" | ");
    paragraph(inline::nodes(&[Inline::Text(text)]))
}
