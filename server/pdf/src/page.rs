//! The way through the pages of a document and through what is drawn on them by name, with the fonts each of
//! them names. What a single drawing shows is in `drawing`.

use std::collections::HashMap;

use lopdf::content::Content;
use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use crate::MOST_UNPACKED;
use crate::drawing::{Drawing, Pen, matrix_of};
use crate::font::{self, Font};
use crate::lines::{Lines, Matrix};

/// How deep drawings may lie in drawings.
const DEEPEST: usize = 6;

/// The most operations that are followed in a document; a page of dense text has some ten thousand.
const MOST_OPERATIONS: usize = 10_000_000;

/// The way through the pages of a document.
pub(crate) struct Walk<'a> {
    document: &'a Document,
    operations_left: usize,
}

impl<'a> Walk<'a> {
    pub(crate) fn through(document: &'a Document) -> Self {
        Self {
            document,
            operations_left: MOST_OPERATIONS,
        }
    }

    /// The text of a page, at most about so many bytes.
    pub(crate) fn page(&mut self, id: ObjectId, most: usize) -> String {
        let mut lines = Lines::default();
        let content = self.document.get_page_content_with_limit(id, MOST_UNPACKED);
        if let Ok(content) = content {
            let resources = self.resources(id);
            let place = (0, most);
            self.draw(
                &content,
                &resources,
                Pen::at(Matrix::IDENTITY),
                place,
                &mut lines,
            );
        }
        let mut text = lines.into_text();
        text.truncate(text.floor_char_boundary(most));
        text
    }

    fn resources(&self, id: ObjectId) -> Vec<&'a Dictionary> {
        let document = self.document;
        let Ok((own, named)) = document.get_page_resources(id) else {
            return Vec::new();
        };
        let named = named.into_iter();
        let named = named.filter_map(|id| document.get_dictionary(id).ok());
        own.into_iter().chain(named).collect()
    }

    fn draw(
        &mut self,
        content: &[u8],
        resources: &[&'a Dictionary],
        mut pen: Pen,
        (depth, most): (usize, usize),
        lines: &mut Lines,
    ) {
        let fonts = self.font_dictionaries(resources);
        let fonts = fonts
            .iter()
            .map(|(name, font)| (*name, Font::of(font, self.document)));
        let drawing = Drawing {
            resources,
            fonts: fonts.collect(),
            depth,
            most,
        };
        let mut kept = Vec::new();
        for operation in Content::decode_iter(content) {
            // What is damaged ends the drawing; what was drawn before stays.
            let Ok(operation) = operation else { break };
            if self.operations_left == 0 || lines.len() > most {
                break;
            }
            self.operations_left -= 1;
            match (operation.operator.as_str(), &operation.operands[..]) {
                ("q", _) if kept.len() < 1_000 => kept.push(pen.clone()),
                ("Q", _) => pen = kept.pop().unwrap_or(pen),
                ("Do", [Object::Name(name)]) => self.draw_within(name, &drawing, &pen, lines),
                _ => drawing.follow(&operation, &mut pen, lines),
            }
        }
    }

    /// Draws what has a name of its own, unless it is a picture.
    fn draw_within(
        &mut self,
        name: &[u8],
        drawing: &Drawing<'a, '_>,
        pen: &Pen,
        lines: &mut Lines,
    ) {
        let Some(form) = self.form(name, drawing.resources) else {
            return;
        };
        if drawing.depth >= DEEPEST {
            return;
        }
        let Ok(content) = form.decompressed_content_with_limit(MOST_UNPACKED) else {
            return;
        };
        let own = form.dict.get_deref(b"Resources", self.document);
        let own = own.and_then(Object::as_dict).ok();
        let resources: Vec<_> = match own {
            Some(own) => vec![own],
            None => drawing.resources.to_vec(),
        };
        let matrix = form.dict.get_deref(b"Matrix", self.document);
        let matrix = matrix.and_then(Object::as_array).ok();
        let matrix = matrix
            .and_then(|it| matrix_of(it))
            .unwrap_or(Matrix::IDENTITY);
        let pen = Pen::at(matrix.then(pen.page));
        let place = (drawing.depth + 1, drawing.most);
        self.draw(&content, &resources, pen, place, lines);
    }

    fn form(&self, name: &[u8], resources: &[&'a Dictionary]) -> Option<&'a Stream> {
        let document = self.document;
        let mut named = resources.iter().filter_map(|resources| {
            let forms = resources.get_deref(b"XObject", document).ok()?;
            let form = forms.as_dict().ok()?.get_deref(name, document).ok()?;
            form.as_stream().ok()
        });
        let form = named.next()?;
        let kind = form.dict.get_deref(b"Subtype", document);
        let is_form = kind
            .and_then(Object::as_name)
            .is_ok_and(|kind| kind == b"Form");
        is_form.then_some(form)
    }

    fn font_dictionaries(&self, resources: &[&'a Dictionary]) -> HashMap<&'a [u8], Dictionary> {
        let document = self.document;
        let mut fonts = HashMap::new();
        for resources in resources {
            let Ok(named) = resources
                .get_deref(b"Font", document)
                .and_then(Object::as_dict)
            else {
                continue;
            };
            for (name, font) in named {
                if let Ok((_, Object::Dictionary(font))) = document.dereference(font) {
                    let read = || font::dictionary(font);
                    fonts.entry(&name[..]).or_insert_with(read);
                }
            }
        }
        fonts
    }
}
