//! The document as wiki markup, the dialect of Jira Data Center's REST v2.
//! Reading that markup is not done here.

use super::{Block, Document, Item, Line, Marked, PanelKind, Piece, Structured, Task};

impl Document {
    /// Blocks separated by empty lines; line ends are CR LF, as Data Center delivers them.
    pub(crate) fn to_wiki(&self) -> String {
        let text = match self {
            Self::Sample(blocks) => blocks.0.iter().map(block).collect::<Vec<_>>().join("\n\n"),
            Self::Wiki(text) => text.replace("\r\n", "\n"),
            Self::Adf(_) => self.to_plain(),
        };
        text.replace('\n', "\r\n")
    }
}

fn block(block: &Block) -> String {
    match block {
        Block::Paragraph(text) => line(text),
        Block::Structured(structured) => self::structured(structured),
    }
}

fn structured(block: &Structured) -> String {
    match block {
        Structured::Heading { level, text } => format!("h{level}. {text}"),
        Structured::Bullets(items) => list("*", "*", items).join("\n"),
        Structured::Numbers(items) => list("#", "#", items).join("\n"),
        Structured::Table(rows) => table(rows),
        Structured::Code {
            language: Some(language),
            text,
        } => {
            format!("{{code:{language}}}\n{text}\n{{code}}")
        }
        Structured::Code {
            language: None,
            text,
        } => format!("{{code}}\n{text}\n{{code}}"),
        // Jira DC has no info macro of its own; authors write panels with a title.
        Structured::Panel { kind, text } => {
            let title = match kind {
                PanelKind::Info => "Info",
                PanelKind::Warning => "Warning",
            };
            format!("{{panel:title={title}}}\n{}\n{{panel}}", line(text))
        }
        Structured::Tasks(tasks) => tasks.iter().map(task).collect::<Vec<_>>().join("\n"),
        Structured::Quote(text) => format!("bq. {}", line(text)),
        Structured::Rule(()) => "----".to_owned(),
    }
}

fn list(bullet: &str, prefix: &str, items: &[Item]) -> Vec<String> {
    let mut lines = Vec::new();
    for item in items {
        let (text, below) = item.parts();
        lines.push(format!("{prefix} {}", line(text)));
        lines.extend(list(bullet, &format!("{prefix}{bullet}"), below));
    }
    lines
}

fn table(rows: &[Vec<Line>]) -> String {
    let row = |(number, cells): (usize, &Vec<Line>)| {
        let bar = if number == 0 { "||" } else { "|" };
        let cells: Vec<String> = cells.iter().map(line).collect();
        format!("{bar}{}{bar}", cells.join(bar))
    };
    rows.iter()
        .enumerate()
        .map(row)
        .collect::<Vec<_>>()
        .join("\n")
}

/// Wiki markup has no tasks; people write list points with a tick or a cross.
fn task(task: &Task) -> String {
    let sign = if task.done { "(/)" } else { "(x)" };
    format!("* {sign} {}", line(&task.text))
}

fn line(line: &Line) -> String {
    line.pieces().iter().map(piece).collect()
}

fn piece(piece: &Piece) -> String {
    match piece {
        Piece::Text(text) => text.clone(),
        Piece::Marked(Marked::Strong(text)) => format!("*{text}*"),
        Piece::Marked(Marked::Emphasis(text)) => format!("_{text}_"),
        Piece::Marked(Marked::Code(text)) => format!("{{{{{text}}}}}"),
        Piece::Marked(Marked::Mention(name)) => format!("[~{name}]"),
        Piece::Marked(Marked::Link { text, href }) => format!("[{text}|{href}]"),
        Piece::Marked(Marked::Emoji { text, .. }) => text.clone(),
    }
}
