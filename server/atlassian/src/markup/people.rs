//! The people that texts mention, and their names where only ids are in the text.
//! Who asks for the names is up to whoever reads the texts.

use std::collections::HashMap;

use super::document::{Block, Inline};
use super::reference::Reference;

pub use super::reference::Person;

/// Names of people, for people to read.
pub type Names = HashMap<Person, String>;

/// The blocks without the words of mentions: names may change, a mention says whom it means.
pub(super) fn unnamed(mut blocks: Vec<Block>) -> Vec<Block> {
    blocks.iter_mut().for_each(forget_in_block);
    blocks
}

fn forget_in_block(block: &mut Block) {
    let all = |blocks: &mut Vec<Block>| blocks.iter_mut().for_each(forget_in_block);
    match block {
        Block::Paragraph(line) | Block::Heading(_, line) => forget(line),
        Block::List(list) => list.items.iter_mut().for_each(|item| all(&mut item.blocks)),
        Block::Quote(blocks) => all(blocks),
        Block::Callout(callout) => all(&mut callout.blocks),
        Block::Table(rows) => rows.iter_mut().flat_map(|row| &mut row.cells).for_each(all),
        Block::Columns(columns) => columns.columns.iter_mut().for_each(all),
        Block::Code { .. } | Block::Rule => {}
    }
}

fn forget(line: &mut [Inline]) {
    for inline in line {
        match inline {
            Inline::Link { url, text } => match Reference::parse(url) {
                Reference::Person(_) => text.clear(),
                _ => forget(text),
            },
            Inline::Styled(_, inside) => forget(inside),
            Inline::Text(_) | Inline::Code(_) | Inline::Image { .. } | Inline::Break => {}
        }
    }
}
