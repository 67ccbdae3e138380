//! The page as it was, for writing it again: what did not change keeps its bytes, and placeholders
//! become the parts they stand for.
//! The parts are the business of `kept`.

use std::collections::HashMap;
use std::ops::Range;

use super::kept::{self, Part};
use super::tree::{self, Node};
use super::{blocks, edit, is_block, unseen};
use crate::markup::document::{Block, CalloutKind};
use crate::markup::{parser, writer};

/// A well-formed page, read.
pub(super) struct Original<'a> {
    source: &'a str,
    parts: Vec<Part>,
    stretches: Vec<Stretch>,
}

/// A stretch of the page, and the blocks that Markdown makes of it.
struct Stretch {
    range: Range<usize>,
    blocks: Vec<Block>,
}

/// Blocks by the number of the part that contains them.
pub(super) type Bodies<'b> = HashMap<usize, &'b [Block]>;

/// No stretch is looked for further on than this.
const LOOK_AHEAD: usize = 200;

impl<'a> Original<'a> {
    /// The page, unless it is not well-formed: its pieces would not be either.
    pub(super) fn of(source: &'a str) -> Option<Self> {
        edit::check(source).ok()?;
        let mut nodes = tree::parse(source);
        let parts = kept::number(&mut nodes);
        unseen::mark(&mut nodes);
        let mut stretches = Vec::new();
        let mut from = 0;
        let mut line = 0..0;
        for (at, node) in nodes.iter().enumerate() {
            if let Node::Element(element) = node
                && is_block(element)
            {
                stretches.push(stretch(&nodes[line], from..element.range.start));
                stretches.push(stretch(&nodes[at..=at], element.range.clone()));
                from = element.range.end;
                line = at + 1..at + 1;
            } else {
                line = line.start..at + 1;
            }
        }
        stretches.push(stretch(&nodes[line], from..source.len()));
        stretches.retain(|stretch| !stretch.range.is_empty());
        Some(Self {
            source,
            parts,
            stretches,
        })
    }

    /// The part with this number, if it is the one that the placeholder describes.
    pub(super) fn part(&self, number: usize, label: &str) -> Option<&Part> {
        let part = self.parts.get(number.checked_sub(1)?)?;
        (part.label == label.trim()).then_some(part)
    }

    /// The bytes of a part that goes into a line.
    pub(super) fn inline(&self, number: usize, label: &str) -> Option<&'a str> {
        let part = self.part(number, label)?;
        part.body.is_none().then(|| self.text(&part.range))
    }

    /// What Markdown shows below the placeholder of each part.
    pub(super) fn bodies(&self) -> Bodies<'_> {
        let mut bodies = Bodies::new();
        for stretch in &self.stretches {
            collect_bodies(&stretch.blocks, &mut bodies);
        }
        bodies
    }

    /// The highest number of a task.
    pub(super) fn last_task(&self) -> u32 {
        let marks = self.source.split("<ac:task-id>").skip(1);
        let numbers = marks.filter_map(|rest| rest.split('<').next()?.trim().parse().ok());
        numbers.max().unwrap_or(0)
    }

    /// Whether these bytes are anywhere in the page.
    pub(super) fn holds(&self, bytes: &str) -> bool {
        self.source.contains(bytes)
    }

    pub(super) fn text(&self, range: &Range<usize>) -> &'a str {
        self.source.get(range.clone()).unwrap_or_default()
    }

    /// Cuts blocks into those that stand in the page already, with their bytes there, and others.
    pub(super) fn unchanged<'b>(&self, new: &'b [Block]) -> Vec<Piece<'a, 'b>> {
        let mut pieces = Vec::new();
        let (mut at, mut next) = (0, 0);
        // Where the last unchanged stretch ended, if nothing new came after it.
        let mut end = Some(0);
        let mut fresh = 0;
        while at < new.len() {
            let Some((found, length)) = self.find(&new[at..], next) else {
                at += 1;
                end = None;
                continue;
            };
            if fresh < at {
                pieces.push(Piece::New(&new[fresh..at]));
            }
            // What has no form in Markdown, such as empty paragraphs, stays with its neighbours.
            let beside = self.stretches[next..found]
                .iter()
                .all(|it| it.blocks.is_empty());
            let range = &self.stretches[found].range;
            let from = end.filter(|_| beside).unwrap_or(range.start);
            pieces.push(Piece::Same(&self.source[from..range.end]));
            end = Some(range.end);
            at += length;
            next = found + 1;
            fresh = at;
        }
        if fresh < new.len() {
            pieces.push(Piece::New(&new[fresh..]));
        } else if let Some(end) = end
            && self.stretches[next..].iter().all(|it| it.blocks.is_empty())
        {
            pieces.push(Piece::Same(&self.source[end..]));
        }
        pieces
    }

    /// The next stretch that is what the new blocks begin with, and how many of them it is.
    fn find(&self, new: &[Block], next: usize) -> Option<(usize, usize)> {
        let candidates = self.stretches.iter().enumerate().skip(next);
        let mut filled = candidates
            .filter(|(_, it)| !it.blocks.is_empty())
            .take(LOOK_AHEAD);
        let (found, stretch) = filled.find(|(_, it)| new.starts_with(&it.blocks))?;
        Some((found, stretch.blocks.len()))
    }
}

/// A piece of a page that is written again.
pub(super) enum Piece<'a, 'b> {
    Same(&'a str),
    New(&'b [Block]),
}

fn collect_bodies<'b>(blocks: &'b [Block], bodies: &mut Bodies<'b>) {
    for block in blocks {
        match block {
            Block::Callout(callout) => {
                if let CalloutKind::Kept(number) = callout.kind {
                    bodies.insert(number, &callout.blocks);
                }
                collect_bodies(&callout.blocks, bodies);
            }
            Block::Quote(blocks) => collect_bodies(blocks, bodies),
            Block::List(list) => list
                .items
                .iter()
                .for_each(|item| collect_bodies(&item.blocks, bodies)),
            Block::Table(rows) => rows
                .iter()
                .flat_map(|row| &row.cells)
                .for_each(|cell| collect_bodies(cell, bodies)),
            Block::Columns(columns) => columns
                .columns
                .iter()
                .for_each(|column| collect_bodies(column, bodies)),
            Block::Paragraph(_) | Block::Heading(..) | Block::Code { .. } | Block::Rule => {}
        }
    }
}

/// The blocks as Markdown would give them back.
fn normal(blocks: &[Block]) -> Vec<Block> {
    parser::parse(&writer::markdown(blocks))
}

fn stretch(nodes: &[Node], range: Range<usize>) -> Stretch {
    let blocks = normal(&blocks(nodes));
    Stretch { range, blocks }
}
