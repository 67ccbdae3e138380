//! What a page draws, followed as far as it is text: where the pen is, in which font, and what it shows
//! (ISO 32000-1, 9.2 to 9.4). How places become lines is in `lines`.

use std::collections::HashMap;

use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use crate::MOST_UNPACKED;
use crate::font::{self, Font};
use crate::lines::{Lines, Matrix, Piece};

/// How deep drawings may lie in drawings.
const DEEPEST: usize = 6;

/// The most operations that are followed in a document; a page of dense text has some ten thousand.
const MOST_OPERATIONS: usize = 10_000_000;

/// The most text that is shown at one place, in bytes.
const LONGEST_SHOWN: usize = 65_536;

/// The way through the pages of a document.
pub(crate) struct Walk<'a> {
    document: &'a Document,
    operations_left: usize,
}

/// Where text goes, and how.
#[derive(Debug, Clone)]
struct Pen {
    /// From where drawings are to the page.
    page: Matrix,
    text: Matrix,
    line: Matrix,
    font: Vec<u8>,
    size: f64,
    leading: f64,
    between_letters: f64,
    between_words: f64,
    stretch: f64,
}

/// One drawing, a page or what is drawn on it, with the fonts it names.
struct Drawing<'a, 'f> {
    resources: &'f [&'a Dictionary],
    fonts: HashMap<&'f [u8], Font<'f>>,
    depth: usize,
    most: usize,
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

impl Drawing<'_, '_> {
    fn follow(&self, operation: &Operation, pen: &mut Pen, lines: &mut Lines) {
        let operands = &operation.operands[..];
        match (operation.operator.as_str(), operands) {
            ("cm", _) => {
                if let Some(matrix) = matrix_of(operands) {
                    pen.page = matrix.then(pen.page);
                }
            }
            ("BT", _) => pen.begin(Matrix::IDENTITY),
            ("Tm", _) => pen.begin(matrix_of(operands).unwrap_or(pen.line)),
            ("Tf", [Object::Name(font), size]) => {
                pen.font.clone_from(font);
                pen.size = float(size);
            }
            ("Tc", [amount]) => pen.between_letters = float(amount),
            ("Tw", [amount]) => pen.between_words = float(amount),
            ("Tz", [percent]) => pen.stretch = float(percent) / 100.0,
            ("TL", [amount]) => pen.leading = float(amount),
            ("Td", [x, y]) => pen.move_line(float(x), float(y)),
            ("TD", [x, y]) => {
                pen.leading = -float(y);
                pen.move_line(float(x), float(y));
            }
            ("T*", _) => pen.next_line(),
            ("Tj" | "TJ", _) => self.show(operands, pen, lines),
            ("'", _) => {
                pen.next_line();
                self.show(operands, pen, lines);
            }
            ("\"", [words, letters, text]) => {
                (pen.between_words, pen.between_letters) = (float(words), float(letters));
                pen.next_line();
                self.show(std::slice::from_ref(text), pen, lines);
            }
            _ => {}
        }
    }

    fn show(&self, operands: &[Object], pen: &mut Pen, lines: &mut Lines) {
        for operand in operands {
            match operand {
                Object::String(codes, _) => {
                    let codes = &codes[..codes.len().min(LONGEST_SHOWN)];
                    self.show_codes(codes, pen, lines);
                }
                Object::Array(parts) => {
                    // An array has no arrays in it (9.4.3), so this goes no deeper.
                    for part in parts {
                        match part {
                            Object::String(codes, _) => self.show_codes(codes, pen, lines),
                            adjustment => pen.advance(-float(adjustment) / 1000.0 * pen.size),
                        }
                    }
                }
                _ => {}
            }
        }
    }

    fn show_codes(&self, codes: &[u8], pen: &mut Pen, lines: &mut Lines) {
        let Some(font) = self.fonts.get(&pen.font[..]) else {
            return;
        };
        let (width, count) = font.width(codes);
        let blanks = codes.iter().filter(|code| **code == b' ').count();
        let width = width * pen.size
            + pen.between_letters * count as f64
            + pen.between_words * blanks as f64;
        let text = font.characters(codes);
        lines.draw(Piece {
            text: &text,
            matrix: pen.text.then(pen.page),
            size: pen.size,
            width: width * pen.stretch,
            width_is_known: font.widths_are_known(),
        });
        pen.advance(width);
    }
}

impl Pen {
    fn at(page: Matrix) -> Self {
        Self {
            page,
            text: Matrix::IDENTITY,
            line: Matrix::IDENTITY,
            font: Vec::new(),
            size: 0.0,
            leading: 0.0,
            between_letters: 0.0,
            between_words: 0.0,
            stretch: 1.0,
        }
    }

    fn begin(&mut self, at: Matrix) {
        (self.text, self.line) = (at, at);
    }

    fn move_line(&mut self, x: f64, y: f64) {
        self.begin(Matrix::translation(x, y).then(self.line));
    }

    fn next_line(&mut self) {
        self.move_line(0.0, -self.leading);
    }

    fn advance(&mut self, width: f64) {
        self.text = Matrix::translation(width * self.stretch, 0.0).then(self.text);
    }
}

fn float(object: &Object) -> f64 {
    object.as_float().map_or(0.0, f64::from)
}

fn matrix_of(operands: &[Object]) -> Option<Matrix> {
    let numbers: Vec<_> = operands.iter().map(float).collect();
    numbers.try_into().ok().map(Matrix)
}
