//! The document as Atlassian Document Format, the dialect of Jira Cloud's REST v3.
//! Reading that format is not done here.

use serde_json::{Value, json};

use super::{Block, Document, Item, Line, Marked, PanelKind, Piece, Structured, Task, mentioned};
use crate::people::Person;

impl Document {
    /// `{type: doc, version: 1, content: […]}`; mentions carry account ids.
    pub(crate) fn to_adf(&self, people: &[Person]) -> Value {
        let writer = Writer { people };
        let content: Vec<Value> = match self {
            Self::Sample(blocks) => blocks.0.iter().map(|block| writer.block(block)).collect(),
            Self::Adf(document) => return document.clone(),
            Self::Wiki(text) => vec![json!({ "type": "paragraph", "content": [plain(text)] })],
        };
        json!({ "type": "doc", "version": 1, "content": content })
    }
}

struct Writer<'a> {
    people: &'a [Person],
}

impl Writer<'_> {
    fn block(&self, block: &Block) -> Value {
        match block {
            Block::Paragraph(line) => self.paragraph(line),
            Block::Structured(structured) => self.structured(structured),
        }
    }

    fn structured(&self, block: &Structured) -> Value {
        match block {
            Structured::Heading { level, text } => json!({
                "type": "heading", "attrs": { "level": level }, "content": [plain(text)]
            }),
            Structured::Bullets(items) => self.list("bulletList", items),
            Structured::Numbers(items) => self.list("orderedList", items),
            Structured::Table(rows) => self.table(rows),
            Structured::Code { language, text } => json!({
                "type": "codeBlock", "attrs": { "language": language }, "content": [plain(text)]
            }),
            Structured::Panel { kind, text } => {
                let kind = match kind {
                    PanelKind::Info => "info",
                    PanelKind::Warning => "warning",
                };
                json!({
                    "type": "panel", "attrs": { "panelType": kind },
                    "content": [self.paragraph(text)]
                })
            }
            Structured::Tasks(tasks) => self.tasks(tasks),
            Structured::Quote(line) => {
                json!({ "type": "blockquote", "content": [self.paragraph(line)] })
            }
            Structured::Rule(()) => json!({ "type": "rule" }),
        }
    }

    fn paragraph(&self, line: &Line) -> Value {
        json!({ "type": "paragraph", "content": self.line(line) })
    }

    fn list(&self, kind: &str, items: &[Item]) -> Value {
        let item = |item: &Item| {
            let (text, below) = item.parts();
            let mut content = vec![self.paragraph(text)];
            if !below.is_empty() {
                content.push(self.list(kind, below));
            }
            json!({ "type": "listItem", "content": content })
        };
        json!({ "type": kind, "content": items.iter().map(item).collect::<Vec<_>>() })
    }

    fn table(&self, rows: &[Vec<Line>]) -> Value {
        let row = |(number, cells): (usize, &Vec<Line>)| {
            let kind = if number == 0 {
                "tableHeader"
            } else {
                "tableCell"
            };
            let cell =
                |line| json!({ "type": kind, "attrs": {}, "content": [self.paragraph(line)] });
            json!({ "type": "tableRow", "content": cells.iter().map(cell).collect::<Vec<_>>() })
        };
        let rows: Vec<Value> = rows.iter().enumerate().map(row).collect();
        let attrs = json!({ "isNumberColumnEnabled": false, "layout": "default" });
        json!({ "type": "table", "attrs": attrs, "content": rows })
    }

    fn tasks(&self, tasks: &[Task]) -> Value {
        let task = |(number, task): (usize, &Task)| {
            let state = if task.done { "DONE" } else { "TODO" };
            json!({
                "type": "taskItem", "attrs": { "localId": format!("task-{number}"), "state": state },
                "content": self.line(&task.text)
            })
        };
        let items: Vec<Value> = tasks.iter().enumerate().map(task).collect();
        json!({ "type": "taskList", "attrs": { "localId": "tasks" }, "content": items })
    }

    fn line(&self, line: &Line) -> Vec<Value> {
        line.pieces()
            .iter()
            .map(|piece| self.piece(piece))
            .collect()
    }

    fn piece(&self, piece: &Piece) -> Value {
        match piece {
            Piece::Text(text) => plain(text),
            Piece::Marked(Marked::Strong(text)) => marked(text, &json!({ "type": "strong" })),
            Piece::Marked(Marked::Emphasis(text)) => marked(text, &json!({ "type": "em" })),
            Piece::Marked(Marked::Code(text)) => marked(text, &json!({ "type": "code" })),
            Piece::Marked(Marked::Link { text, href }) => {
                marked(text, &json!({ "type": "link", "attrs": { "href": href } }))
            }
            Piece::Marked(Marked::Emoji { name, text }) => {
                json!({ "type": "emoji", "attrs": { "shortName": name, "text": text } })
            }
            Piece::Marked(Marked::Mention(name)) => match mentioned(self.people, name) {
                Some(person) => json!({ "type": "mention", "attrs": {
                    "id": person.account_id, "text": format!("@{}", person.display_name),
                    "accessLevel": ""
                } }),
                None => plain(&format!("@{name}")),
            },
        }
    }
}

fn plain(text: &str) -> Value {
    json!({ "type": "text", "text": text })
}

fn marked(text: &str, mark: &Value) -> Value {
    json!({ "type": "text", "text": text, "marks": [mark] })
}
