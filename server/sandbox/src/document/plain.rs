//! The document as bare text, for searching and for rendered HTML.
//! Formatting is lost here on purpose.

use serde_json::Value;

use super::{Block, Document, Item, Line, Marked, Piece, Structured};

impl Document {
    /// All words, block by block.
    pub(crate) fn to_plain(&self) -> String {
        self.blocks().join("\n")
    }

    fn blocks(&self) -> Vec<String> {
        match self {
            Self::Sample(blocks) => blocks.0.iter().map(block).collect(),
            Self::Adf(document) => children(document).map(adf).collect(),
            Self::Wiki(text) => text.split("\n\n").map(str::to_owned).collect(),
        }
    }

    /// One HTML paragraph per block, the least that `renderedFields` must hold.
    pub(crate) fn to_html(&self) -> String {
        let paragraph = |text: String| {
            let text = text
                .replace('&', "&amp;")
                .replace('<', "&lt;")
                .replace('>', "&gt;");
            format!("<p>{}</p>", text.replace('\n', "<br/>"))
        };
        self.blocks()
            .into_iter()
            .map(paragraph)
            .collect::<Vec<_>>()
            .join("\n")
    }
}

fn children(node: &Value) -> impl Iterator<Item = &Value> {
    node["content"].as_array().into_iter().flatten()
}

fn adf(node: &Value) -> String {
    let text = node["text"].as_str().unwrap_or_default();
    let below: Vec<String> = children(node).map(adf).collect();
    format!("{text}{}", below.concat())
}

fn block(block: &Block) -> String {
    let structured = match block {
        Block::Paragraph(text) => return line(text),
        Block::Structured(structured) => structured,
    };
    match structured {
        Structured::Heading { text, .. } | Structured::Code { text, .. } => text.clone(),
        Structured::Bullets(items) | Structured::Numbers(items) => list(items),
        Structured::Table(rows) => {
            let row = |cells: &Vec<Line>| cells.iter().map(line).collect::<Vec<_>>().join(" ");
            rows.iter().map(row).collect::<Vec<_>>().join("\n")
        }
        Structured::Panel { text, .. } | Structured::Quote(text) => line(text),
        Structured::Tasks(tasks) => tasks
            .iter()
            .map(|task| line(&task.text))
            .collect::<Vec<_>>()
            .join("\n"),
        Structured::Rule(()) => String::new(),
    }
}

fn list(items: &[Item]) -> String {
    let item = |item: &Item| {
        let (text, below) = item.parts();
        if below.is_empty() {
            line(text)
        } else {
            format!("{}\n{}", line(text), list(below))
        }
    };
    items.iter().map(item).collect::<Vec<_>>().join("\n")
}

fn line(line: &Line) -> String {
    let piece = |piece: &Piece| match piece {
        Piece::Text(text)
        | Piece::Marked(
            Marked::Strong(text)
            | Marked::Emphasis(text)
            | Marked::Code(text)
            | Marked::Link { text, .. }
            | Marked::Emoji { text, .. },
        ) => text.clone(),
        Piece::Marked(Marked::Mention(name)) => format!("@{name}"),
    };
    line.pieces().iter().map(piece).collect()
}
